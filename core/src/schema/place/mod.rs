//! Where a field belongs that stands where it is unknown.
//!
//! Every place in the kind that could take the field is a [`Candidate`] with a cost. Cheap is what
//! people do: lose or gain a level of indentation, leave out a wrapper, slip a letter. A place
//! costs more the further it is, and more where its parent does not exist yet. A place whose type
//! does not take the value is no candidate, so that podlint stays silent rather than guess.

mod candidate;
pub mod known;
mod search;

use podlint_schemas::{ObjectId, Type, TypeId, Version, Versions};

pub use candidate::{Candidate, Means};

use super::walk::{Frame, Hole, Problem};
use super::{fit, spelling};
use crate::path::{Path, Step};
use crate::yaml::{Kind, NodeId, Tree};
use candidate::Found;

/// What is known about a stray field.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Placing {
    /// Places for it, best first.
    pub candidates: Vec<Candidate>,
    /// Versions that have the field right here, where the chosen one has not.
    pub versions: Option<Versions>,
    /// Kinds that have such a field, where this kind has no place for it.
    pub foreign: Vec<&'static str>,
    /// The field is there already under its right name.
    pub already: Option<Path>,
    /// So many objects have a field of this name that no place is certain.
    pub is_common: bool,
}

impl Placing {
    /// The best place.
    pub fn best(&self) -> Option<&Candidate> {
        self.candidates.first()
    }

    /// Whether the best place is the only one that can have been meant: it takes the whole value,
    /// its parent exists, it is free, and no other such place is nearly as near.
    pub fn is_certain(&self) -> bool {
        let Some((best, others)) = self.candidates.split_first() else { return false };
        let is_vague = self.is_common && best.cost > FELL_OUT;
        !is_vague
            && best.is_sure()
            && others.iter().all(|other| {
                // What would have to be made first is no rival of what is there.
                !other.fit.whole || !other.parent_exists || other.cost > best.cost + CLEARLY_FURTHER
            })
    }
}

/// Up to this cost a field fell out of an empty parent just before it.
const FELL_OUT: f32 = 0.4;
/// A candidate this much dearer than another is out of the question.
const CLEARLY_FURTHER: f32 = 1.9;
/// Past this cost a place is not told at all.
const TOO_FAR: f32 = 9.0;
/// Past this cost a place is not told where its parent would have to be made.
const TOO_FAR_TO_MAKE: f32 = 3.0;

/// The object that is searched.
#[derive(Clone, Copy)]
pub struct Scene<'a, 't> {
    /// The document.
    pub tree: &'a Tree<'t>,
    /// Its kind's name, as written.
    pub kind: &'a str,
    /// The Kubernetes version.
    pub version: Version,
    /// Empty values of the object.
    pub holes: &'a [Hole],
}

/// Looks for the place of an unknown field.
///
/// None where the problem is no unknown field.
pub fn place(scene: Scene<'_, '_>, problem: &Problem) -> Option<Placing> {
    let stray = Stray::of(scene, problem)?;
    let mut found = Found::new(scene, &stray);
    here(scene, &stray, &mut found);
    unwrap(scene, &stray, &mut found);
    into_map(scene, &stray, &mut found);
    holes(scene, &stray, &mut found);
    found.follows = false;
    mount(scene, &stray, &mut found);
    search::elsewhere(scene, &stray, &mut found);
    let already = found.already.take();
    let candidates: Vec<Candidate> = found
        .finish()
        .into_iter()
        .filter(|it| it.cost <= if it.parent_exists { TOO_FAR } else { TOO_FAR_TO_MAKE })
        .collect();
    let versions = podlint_schemas::field_ever(stray.object, stray.name).map(|field| field.versions);
    let foreign = if candidates.is_empty() && versions.is_none() {
        known::foreign_kinds(stray.name, scene.kind, stray.holder())
    } else {
        Vec::new()
    };
    Some(Placing { candidates, versions, foreign, already, is_common: stray.is_common && stray.is_scalar })
}

/// The unknown field and its surroundings.
struct Stray<'a> {
    name: &'a str,
    key: NodeId,
    value: NodeId,
    /// The object that does not know it.
    object: ObjectId,
    /// The mapping it stands in.
    owner: NodeId,
    frames: &'a [Frame],
    path: &'a Path,
    /// So many objects have a field of this name that a name alone says nothing.
    is_common: bool,
    is_scalar: bool,
}

/// A name that this many types of objects have says nothing by itself (`name`, `key`, `type`).
const COMMON: usize = 12;

impl<'a> Stray<'a> {
    fn of(scene: Scene<'_, '_>, problem: &'a Problem) -> Option<Self> {
        let super::walk::What::UnknownField(object) = problem.what else { return None };
        let owner = problem.frames.last()?.node;
        let name = problem.path.last_key()?;
        let kind = scene.tree.kind(scene.tree.target(problem.value));
        Some(Self {
            name,
            key: problem.key?,
            value: problem.value,
            object,
            owner,
            frames: &problem.frames,
            path: &problem.path,
            is_common: podlint_schemas::field_named(name).count() >= COMMON,
            is_scalar: !matches!(kind, Kind::Sequence | Kind::Mapping),
        })
    }

    /// The last key above the field, list indexes left out.
    fn holder(&self) -> Option<&str> {
        let (_, above) = self.path.steps().split_last()?;
        above.iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        })
    }

    /// The key of the mapping that the field stands in.
    fn wrapper(&self) -> Option<&str> {
        let (_, above) = self.path.steps().split_last()?;
        match above.last()? {
            Step::Key(key) => Some(key),
            Step::Index(_) => None,
        }
    }
}

/// The same object, another name.
fn here(scene: Scene<'_, '_>, stray: &Stray<'_>, found: &mut Found<'_, '_, '_>) {
    let parent = stray.path.parent().unwrap_or_default();
    if let Some(keys) = known::customary(stray.object, stray.name)
        && let Some(type_id) = type_below(stray.object, keys, scene.version)
    {
        let path = keys.iter().fold(parent.clone(), |path, key| path.key(key));
        let missing = keys.split_last().map_or(0, |(_, above)| above.len());
        found.add(path, Some(stray.owner), missing, type_id, 0.3, Means::Respell);
    }
    let mut last_words = Vec::new();
    let mut lone = Vec::new();
    for field in podlint_schemas::fields(stray.object).filter(|field| field.versions.contains(scene.version)) {
        let path = parent.key(field.name);
        if let Some(cost) = spelling::nearness(stray.name, field.name) {
            found.add(path, Some(stray.owner), 0, field.type_id, cost, Means::Respell);
        } else if spelling::is_last_words(stray.name, field.name) || is_longer(stray, field.name) {
            last_words.push(field);
        } else if found.is_free(stray.owner, field.name)
            && fit::fit(scene.tree, stray.value, field.type_id, scene.version).whole
        {
            lone.push(field);
        }
    }
    // `name` ends many names: it speaks only where one of them can be meant.
    last_words.retain(|field| {
        found.is_free(stray.owner, field.name) && fit::fit(scene.tree, stray.value, field.type_id, scene.version).whole
    });
    if let [field] = last_words.as_slice()
        && !stray.is_common
    {
        found.add(parent.key(field.name), Some(stray.owner), 0, field.type_id, 0.7, Means::Respell);
    }
    if let [field] = lone.as_slice() {
        let alike = strsim::jaro_winkler(stray.name, field.name) >= 0.75;
        // Whatever stands beside the name of a variable is its value, unless it is part of a
        // reference.
        let is_value = known::simple_name(stray.object) == "EnvVar"
            && field.name == "value"
            && stray.is_scalar
            && !search::is_below(stray.object, stray.name, scene.version);
        // Everything in it is known there and nowhere else: the wrapper has the wrong name.
        let holds = fit::fit(scene.tree, stray.value, field.type_id, scene.version);
        let is_object = matches!(podlint_schemas::get(field.type_id), Type::Object(_));
        if alike || is_value || is_object && holds.known > 0 {
            found.add(parent.key(field.name), Some(stray.owner), 0, field.type_id, 1.9, Means::Respell);
        }
    }
}

/// Whether the written name ends in this field's name as words of their own: `updateStrategy` for
/// `strategy`. Of names that everything has (`name`) that says nothing.
fn is_longer(stray: &Stray<'_>, name: &str) -> bool {
    spelling::is_last_words(name, stray.name) && podlint_schemas::field_named(name).count() < COMMON
}

fn type_below(object: ObjectId, keys: &[&str], version: Version) -> Option<TypeId> {
    let (first, rest) = keys.split_first()?;
    let field = podlint_schemas::field(object, version, first)?;
    match (rest, podlint_schemas::get(field.type_id)) {
        ([], _) => Some(field.type_id),
        ([_], Type::Map(value)) => Some(value),
        _ => type_below(fit::object_of(field.type_id)?, rest, version),
    }
}

/// A wrapper too many: everything in the value is a field of the object around it.
fn unwrap(scene: Scene<'_, '_>, stray: &Stray<'_>, found: &mut Found<'_, '_, '_>) {
    let inner = scene.tree.fields(scene.tree.target(stray.value));
    let Some(first) = inner.first() else { return };
    let all_known = inner.iter().all(|field| {
        podlint_schemas::field(stray.object, scene.version, &field.name).is_some_and(|known| {
            found.is_free(stray.owner, &field.name)
                && fit::fit(scene.tree, field.value, known.type_id, scene.version).whole
        })
    });
    if all_known {
        let path = stray.path.parent().unwrap_or_default().key(&first.name);
        let known = podlint_schemas::field(stray.object, scene.version, &first.name);
        if let Some(known) = known {
            found.add_value(first.value, path, Some(stray.owner), 0, known.type_id, 0.6, Means::Unwrap);
        }
    }
}

/// A key of a map beside it: `metadata.app` → `metadata.labels.app`.
fn into_map(scene: Scene<'_, '_>, stray: &Stray<'_>, found: &mut Found<'_, '_, '_>) {
    let is_metadata = known::simple_name(stray.object) == "ObjectMeta";
    let fields: Vec<_> =
        podlint_schemas::fields(stray.object).filter(|field| field.versions.contains(scene.version)).collect();
    // In a large object a stray name more likely belongs elsewhere than in one of its maps; a name
    // that is a field somewhere is no free key.
    let takes_resources = known::simple_name(stray.object).ends_with("ResourceRequirements");
    let is_free_key = takes_resources || podlint_schemas::field_named(stray.name).next().is_none();
    if !stray.is_scalar || !(is_metadata || fields.len() <= 5) || !is_free_key {
        return;
    }
    let is_extended = stray.name.contains('/');
    let text = scene.tree.string(scene.tree.target(stray.value));
    for field in fields {
        let Type::Map(value) = podlint_schemas::get(field.type_id) else { continue };
        let unlikely = match field.name {
            "annotations" => !text.contains(' ') && text.len() <= 63,
            "requests" => is_extended || !stray.name.ends_with("storage"),
            "limits" => stray.name.ends_with("storage"),
            _ => false,
        };
        let cost = if unlikely { 1.4 } else { 1.2 };
        let path = stray.path.parent().unwrap_or_default().key(field.name).key(stray.name);
        let map = found.child(stray.owner, field.name);
        let missing = usize::from(map.is_none());
        found.add_key(path, map.or(Some(stray.owner)), missing, value, cost);
    }
}

/// An empty value just before the field, which the field fell out of by losing its indentation.
fn holes(scene: Scene<'_, '_>, stray: &Stray<'_>, found: &mut Found<'_, '_, '_>) {
    let before = scene.tree.span(stray.key).start;
    let hole = scene.holes.iter().rev().find(|hole| scene.tree.span(hole.value).end <= before);
    let Some(hole) = hole else { return };
    if !search::only_blanks(scene.tree, scene.tree.span(hole.value).end, before) {
        return;
    }
    found.follows = true;
    let list = matches!(podlint_schemas::get(hole.type_id), Type::List(_));
    let path = if list { hole.path.index(0) } else { hole.path.clone() };
    let Some(object) = fit::object_of(hole.type_id) else {
        // A list of scalars takes no key, and a map takes any.
        if let Type::Map(value) = podlint_schemas::get(hole.type_id) {
            found.add(path.key(stray.name), Some(hole.value), 0, value, 0.4, Means::Move);
        }
        return;
    };
    if let Some(field) = podlint_schemas::field(object, scene.version, stray.name) {
        found.add(path.key(stray.name), Some(hole.value), 0, field.type_id, 0.1, Means::Move);
    }
}

/// What a volume is mounted with, written on the volume: it belongs to the mount of the same name,
/// or to one in the first container that is still to be written.
fn mount(scene: Scene<'_, '_>, stray: &Stray<'_>, found: &mut Found<'_, '_, '_>) -> Option<()> {
    if known::simple_name(stray.object) != "Volume" {
        return None;
    }
    // From the volume up: its list, the Pod spec.
    let above = stray.frames.len().checked_sub(3)?;
    let pod = stray.frames.get(above)?;
    let mount_type = type_below(pod.object?, &["containers", "volumeMounts"], scene.version)?;
    let field = podlint_schemas::field(fit::object_of(mount_type)?, scene.version, stray.name)?;
    let volume = found.child(stray.owner, "name").map(|name| scene.tree.string(name));
    let list = path_of(above, stray.path).key("containers");
    let containers = found.child(pod.node, "containers")?;
    let mut first = None;
    for (index, container) in scene.tree.items(containers).map(|item| scene.tree.target(item)).enumerate() {
        let path = list.index(index).key("volumeMounts");
        let mounts = found.child(container, "volumeMounts");
        let mut items = mounts.into_iter().flat_map(|mounts| scene.tree.items(mounts)).enumerate();
        let named = items.find(|(_, item)| {
            let name = found.child(scene.tree.target(*item), "name").map(|name| scene.tree.string(name));
            name.is_some() && name == volume
        });
        if let Some((mount, item)) = named {
            let target = Some(scene.tree.target(item));
            found.add(path.index(mount).key(stray.name), target, 0, field.type_id, 1.6, Means::Move);
        }
        let count = mounts.map_or(0, |mounts| scene.tree.items(mounts).count());
        first.get_or_insert((path.index(count), container));
    }
    let (path, container) = first?;
    found.add(path.key(stray.name), Some(container), 2, field.type_id, 2.4, Means::Mount);
    Some(())
}

/// The path of a frame: as many steps as frames lie above it.
fn path_of(frames_above: usize, path: &Path) -> Path {
    path.steps().iter().take(frames_above).cloned().collect::<Vec<Step>>().into_iter().collect()
}
