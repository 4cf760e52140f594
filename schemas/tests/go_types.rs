//! The tables say the same as Go's own types of every version, as `testdata/schemas/record.sh` found
//! them.

use std::collections::{BTreeMap, BTreeSet};

use podlint_schemas::{KindInfo, ObjectId, Type, TypeId, Version, fields, get, kinds, object_name};

const DUMP: &str = include_str!("../../testdata/schemas/go-types.txt");

type Fields = BTreeMap<&'static str, String>;

/// Go's types in one version: of each object its fields, and of each kind its object.
#[derive(Default)]
struct Go {
    objects: BTreeMap<&'static str, Fields>,
    kinds: BTreeMap<(&'static str, &'static str), &'static str>,
}

fn go(version: Version) -> Go {
    let mut go = Go::default();
    let mut object = "";
    for line in DUMP.lines() {
        let (fact, ranges) = line.rsplit_once(' ').unwrap();
        let words: Vec<_> = fact.split_whitespace().collect();
        if let (false, ["object", name]) = (line.starts_with(' '), words.as_slice()) {
            object = name;
        }
        if !covers(ranges, version) {
            continue;
        }
        match (line.starts_with(' '), words.as_slice()) {
            (true, [name, ty]) => {
                let fields = go.objects.get_mut(object).unwrap();
                fields.insert(name, (*ty).to_owned());
            }
            (false, ["object", name]) => {
                go.objects.insert(name, Fields::new());
            }
            (false, ["kind", api_version, name, object]) => {
                go.kinds.insert((api_version, name), object);
            }
            _ => panic!("{line}"),
        }
    }
    go
}

/// Is the version in ranges such as `25-27,30-37`?
fn covers(ranges: &str, version: Version) -> bool {
    ranges.split(',').any(|range| {
        let (first, last) = range.split_once('-').unwrap();
        (first.parse().unwrap()..=last.parse().unwrap()).contains(&version.minor())
    })
}

fn served(version: Version) -> impl Iterator<Item = KindInfo> {
    kinds().filter(move |kind| kind.versions.contains(version))
}

fn show(id: TypeId) -> String {
    match get(id) {
        Type::Object(object) => format!("Object({})", object_name(object)),
        Type::ObjectOrBool(object) => format!("ObjectOrBool({})", object_name(object)),
        Type::ObjectOrList(object) => format!("ObjectOrList({})", object_name(object)),
        Type::ObjectOrStrings(object) => format!("ObjectOrStrings({})", object_name(object)),
        Type::Map(inner) => format!("Map({})", show(inner)),
        Type::List(inner) => format!("List({})", show(inner)),
        other => format!("{other:?}"),
    }
}

/// The objects that fields of that version lead to.
fn reach(id: ObjectId, version: Version, reached: &mut BTreeSet<ObjectId>) {
    if !reached.insert(id) {
        return;
    }
    for field in fields(id).filter(|field| field.versions.contains(version)) {
        let mut inner = field.type_id;
        while let Type::Map(next) | Type::List(next) = get(inner) {
            inner = next;
        }
        if let Type::Object(next) | Type::ObjectOrBool(next) | Type::ObjectOrList(next) | Type::ObjectOrStrings(next) =
            get(inner)
        {
            reach(next, version, reached);
        }
    }
}

#[test]
fn fields_and_their_types_are_those_of_go() {
    for version in Version::all() {
        let go = go(version);
        let mut reached = BTreeSet::new();
        for kind in served(version).filter(|kind| kind.kind != "DeleteOptions") {
            reach(kind.object, version, &mut reached);
        }
        assert!(reached.len() > 450);
        for id in reached {
            let name = object_name(id);
            let ours: Fields = fields(id)
                .filter(|field| field.versions.contains(version))
                .map(|field| (field.name, show(field.type_id)))
                .collect();
            assert_eq!(Some(&ours), go.objects.get(name), "{version} {name}");
        }
    }
}

#[test]
fn kinds_are_those_of_go() {
    let mut unserved = BTreeSet::new();
    for version in Version::all() {
        let go = go(version);
        let ours: BTreeMap<_, _> = served(version)
            .filter(|kind| kind.kind != "DeleteOptions")
            .map(|kind| ((kind.api_version, kind.kind), object_name(kind.object)))
            .collect();
        for (kind, object) in &ours {
            assert_eq!(go.kinds.get(kind), Some(object), "{version} {kind:?}");
        }
        let groups: BTreeSet<_> = ours.keys().map(|(api_version, _)| *api_version).collect();
        let others = go.kinds.keys().filter(|kind| groups.contains(kind.0));
        unserved.extend(others.filter(|kind| !ours.contains_key(*kind)).copied());
    }
    // Go has types for these, but no path of the API serves them.
    let expected = [
        ("apiextensions.k8s.io/v1", "ConversionReview"),
        ("scheduling.k8s.io/v1alpha1", "PriorityClass"),
        ("scheduling.k8s.io/v1alpha1", "PriorityClassList"),
        ("v1", "PodStatusResult"),
        ("v1", "RangeAllocation"),
        ("v1", "SerializedReference"),
    ];
    assert_eq!(unserved.into_iter().collect::<Vec<_>>(), expected);
}
