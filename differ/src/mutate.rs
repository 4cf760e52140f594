//! Changes to a manifest, along the schema of its kind.

use fastrand::Rng;
use podlint_schemas::{Type, Version, fields, get};
use serde_yaml::{Mapping, Value};

use crate::base::{Base, Bases};
use crate::place::{Place, Step, at, at_mut, places};
use crate::values::Values;

/// A changed manifest.
#[derive(Clone)]
pub struct Case {
    /// Seed and number.
    pub id: String,
    /// The kind it was before.
    pub kind: String,
    /// Its text.
    pub yaml: String,
    /// What was changed: `set spec.containers.0:name`.
    pub ops: Vec<String>,
}

/// Makes cases.
pub struct Mutator<'b> {
    workloads: Vec<&'b [Base]>,
    others: Vec<&'b [Base]>,
    values: Values,
}

/// Kinds that hold Pods: half of the cases are of these.
const WORKLOADS: &[&str] = &[
    "Pod",
    "PodTemplate",
    "ReplicationController",
    "Deployment",
    "ReplicaSet",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "CronJob",
];

impl<'b> Mutator<'b> {
    /// Starts from these manifests.
    pub fn new(bases: &'b Bases) -> Self {
        let all = bases.by_kind.iter();
        let (workloads, others): (Vec<_>, Vec<_>) = all.partition(|(kind, _)| WORKLOADS.contains(kind));
        let lists = |all: Vec<(&&str, &'b Vec<Base>)>| all.into_iter().map(|(_, bases)| bases.as_slice()).collect();
        Self { workloads: lists(workloads), others: lists(others), values: Values::of(bases) }
    }

    /// The case of this number: the same each time.
    pub fn case(&self, seed: u64, number: u64) -> Case {
        // Far apart, so that neighbours have nothing in common.
        let mut rng = Rng::with_seed(Rng::with_seed(seed).u64(..) ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let kinds = if self.others.is_empty() || (rng.bool() && !self.workloads.is_empty()) {
            &self.workloads
        } else {
            &self.others
        };
        let bases = rng.choice(kinds).copied().unwrap_or_default();
        let id = format!("{seed}-{number}");
        let Some(base) = rng.choice(bases) else {
            return Case { id, kind: String::new(), yaml: String::new(), ops: Vec::new() };
        };
        let mut object = base.object.clone();
        let count = *rng.choice(&[1, 1, 1, 1, 1, 1, 2, 2, 2, 3]).unwrap_or(&1);
        let mut ops = Vec::new();
        for _ in 0..count * 20 {
            if ops.len() == count {
                break;
            }
            ops.extend(self.change(&mut object, base, &mut rng));
        }
        let yaml = serde_yaml::to_string(&object).unwrap_or_default();
        Case { id, kind: base.kind.kind.to_owned(), yaml, ops }
    }

    /// Makes one change; none where the one that was thought of is not possible.
    fn change(&self, object: &mut Value, base: &Base, rng: &mut Rng) -> Option<String> {
        let all = places(object, base.kind.object);
        // Changes of kind and version are rare: nothing else is looked at then.
        let is_kind =
            |place: &Place| matches!(place.path.as_slice(), [Step::Key(key)] if key == "kind" || key == "apiVersion");
        let all: Vec<Place> = all.into_iter().filter(|place| !is_kind(place) || rng.u8(0..50) == 0).collect();
        let place = rng.choice(&all)?;
        let own: Vec<Value> =
            all.iter().filter_map(|it| at(object, &it.path)).filter(|it| it.is_string()).cloned().collect();
        let verb = match rng.u8(0..100) {
            0..34 => return self.add(object, base, &all, &own, rng),
            34..58 => {
                let value = self.values.any(place.name(), place.wanted?, &own, rng);
                replace(object, place, value)?;
                "set"
            }
            58..66 => {
                let value = self.values.made_up(place.name(), place.wanted?, &own, 0, rng);
                replace(object, place, value)?;
                "gen"
            }
            66..76 => {
                remove(object, place)?;
                "del"
            }
            76..81 => {
                replace(object, place, Value::Null)?;
                "null"
            }
            81..86 => {
                duplicate(object, place, rng)?;
                "dup"
            }
            86..91 => {
                rename(object, place, rng)?;
                "rename"
            }
            91..95 => {
                carry(object, place, rng.choice(&all)?)?;
                "move"
            }
            95..97 => {
                swap(object, place, rng.choice(&all)?)?;
                "swap"
            }
            _ => {
                replace(object, place, other_type(rng))?;
                "type"
            }
        };
        Some(format!("{verb} {}", place.words()))
    }

    /// A field that is not there yet, a key of a map, or an item.
    fn add(&self, object: &mut Value, base: &Base, all: &[Place], own: &[Value], rng: &mut Rng) -> Option<String> {
        // The root counts as often as one of the places.
        let chosen = rng.usize(0..=all.len());
        let mut path = all.get(chosen).map(|place| place.path.clone()).unwrap_or_default();
        let wanted = match all.get(chosen) {
            Some(place) => get(place.wanted?),
            None => Type::Object(base.kind.object),
        };
        match (wanted, at_mut(object, &path)?) {
            (Type::Object(kind), Value::Mapping(entries)) => {
                let missing: Vec<_> = fields(kind)
                    .filter(|field| field.versions.contains(Version::NEWEST) && !entries.contains_key(field.name))
                    .collect();
                let field = rng.choice(&missing)?;
                entries.insert(field.name.into(), self.values.any(field.name, field.type_id, own, rng));
                path.push(Step::Key(field.name.to_owned()));
            }
            (Type::Map(inner), Value::Mapping(entries)) => {
                let (key, name) = (Values::key(rng), all.get(chosen).map(Place::name).unwrap_or_default());
                entries.insert(key.as_str().into(), self.values.any(name, inner, own, rng));
                path.push(Step::Key(key));
            }
            (Type::List(inner), Value::Sequence(items)) => {
                let name = all.get(chosen).map(Place::name).unwrap_or_default();
                path.push(Step::Index(items.len()));
                items.push(self.values.any(name, inner, own, rng));
            }
            _ => return None,
        }
        Some(format!("add {}", Place { path, wanted: None }.words()))
    }
}

fn replace(object: &mut Value, place: &Place, value: Value) -> Option<()> {
    let there = at_mut(object, &place.path)?;
    (*there != value).then(|| *there = value)
}

fn remove(object: &mut Value, place: &Place) -> Option<Value> {
    let (last, above) = place.path.split_last()?;
    match (at_mut(object, above)?, last) {
        (Value::Mapping(fields), Step::Key(key)) => fields.shift_remove(key.as_str()),
        (Value::Sequence(items), Step::Index(index)) if *index < items.len() => Some(items.remove(*index)),
        _ => None,
    }
}

/// Writes an item of a list once more, now and then with another value beside the name.
fn duplicate(object: &mut Value, place: &Place, rng: &mut Rng) -> Option<()> {
    let items = at_mut(object, &place.path)?.as_sequence_mut()?;
    let item = rng.choice(items.as_slice())?.clone();
    let there = rng.usize(0..=items.len());
    items.insert(there, item);
    Some(())
}

/// Misspells a field's name, or gives it the name of a field that may stand beside it.
fn rename(object: &mut Value, place: &Place, rng: &mut Rng) -> Option<()> {
    let (Step::Key(last), above) = place.path.split_last()? else { return None };
    let new = match rng.u8(0..5) {
        0 => format!("{last}s"),
        1 => last.to_lowercase(),
        2 => last.chars().skip(1).collect(),
        3 => Values::key(rng),
        _ => last.chars().rev().collect(),
    };
    let fields = at_mut(object, above)?.as_mapping_mut()?;
    if fields.contains_key(new.as_str()) {
        return None;
    }
    let renamed = std::mem::take(fields).into_iter().map(|(key, value)| {
        let is_it = key.as_str() == Some(last);
        (if is_it { new.as_str().into() } else { key }, value)
    });
    *fields = renamed.collect::<Mapping>();
    Some(())
}

/// Takes a field away and writes it into another mapping.
fn carry(object: &mut Value, place: &Place, there: &Place) -> Option<()> {
    let Some(Step::Key(name)) = place.path.last() else { return None };
    let (_, above) = place.path.split_last()?;
    if there.path.starts_with(&place.path) || there.path == above {
        return None;
    }
    let target = at(object, &there.path)?.as_mapping()?;
    if target.contains_key(name.as_str()) {
        return None;
    }
    let value = at(object, &place.path)?.clone();
    at_mut(object, &there.path)?.as_mapping_mut()?.insert(name.as_str().into(), value);
    remove(object, place).map(drop)
}

/// Lets two fields of one type change places.
fn swap(object: &mut Value, one: &Place, other: &Place) -> Option<()> {
    if one.wanted != other.wanted || one.path.starts_with(&other.path) || other.path.starts_with(&one.path) {
        return None;
    }
    let (first, second) = (at(object, &one.path)?.clone(), at(object, &other.path)?.clone());
    replace(object, one, second)?;
    replace(object, other, first)
}

fn other_type(rng: &mut Rng) -> Value {
    match rng.u8(0..7) {
        0 => 7.into(),
        1 => true.into(),
        2 => "str".into(),
        3 => Value::Sequence(Vec::new()),
        4 => Value::Sequence(vec!["a".into()]),
        5 => Value::Mapping(Mapping::new()),
        _ => Value::Mapping(Mapping::from_iter([("a".into(), "b".into())])),
    }
}
