//! Every entry of the blob is sound, and some that are known from the releases' notes are right.

use super::*;

fn objects() -> impl Iterator<Item = ObjectId> {
    (0..OBJECTS.len()).map(ObjectId)
}

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

fn object(name: &str) -> ObjectId {
    objects().find(|&id| object_name(id) == name).unwrap()
}

/// The field's type as the tests write it: `Map(Quantity)`.
fn show(id: TypeId) -> String {
    match get(id) {
        Type::Object(object) => format!("Object({})", object_name(object)),
        Type::Map(inner) => format!("Map({})", show(inner)),
        Type::List(inner) => format!("List({})", show(inner)),
        other => format!("{other:?}"),
    }
}

/// What the field of an object is in 1.37.
fn newest(object_name: &str, name: &str) -> String {
    show(field(object(object_name), Version::NEWEST, name).unwrap().type_id)
}

#[test]
fn sections_follow_each_other_to_the_end() {
    blob::check_sections();
}

#[test]
fn kinds_are_as_many_as_the_schemas_list() {
    let counts: Vec<_> = Version::all()
        .map(|version| {
            let served = kinds().filter(|kind| kind.versions.contains(version));
            served.count()
        })
        .collect();
    let expected = [179, 195, 200, 207, 211, 225, 228, 227, 248, 254, 254, 264, 274];
    assert_eq!(counts, expected);
}

#[test]
fn every_kind_is_found() {
    for info in kinds() {
        assert!(!info.kind.is_empty() && !info.version.is_empty());
        assert!(info.versions.first().is_some());
        for version in Version::all() {
            let found = kind(version, info.api_version, info.kind);
            assert_eq!(found.is_some(), info.versions.contains(version));
        }
        assert!(!object_name(info.object).is_empty());
    }
    let ordered = |a: &KindInfo, b: &KindInfo| (a.api_version, a.kind) < (b.api_version, b.kind);
    let all: Vec<_> = kinds().collect();
    assert!(all.windows(2).all(|pair| ordered(&pair[0], &pair[1])));
}

#[test]
fn every_field_is_found() {
    let mut rows = 0;
    for id in objects() {
        let all: Vec<_> = fields(id).collect();
        rows += all.len();
        assert!(all.is_sorted_by_key(|field| field.name));
        for info in &all {
            assert!(!info.name.is_empty());
            assert!(info.versions.first().is_some());
            for version in info.versions.iter() {
                assert_eq!(field(id, version, info.name), Some(*info));
            }
            assert!(field_named(info.name).any(|place| place == (id, *info)));
            let ever = field_ever(id, info.name).unwrap();
            assert_eq!(ever.versions.union(info.versions), ever.versions);
            // Unwrapping lists and maps ends: only objects lead back to themselves.
            let (mut inner, mut depth) = (info.type_id, 0);
            while let Type::Map(next) | Type::List(next) = get(inner) {
                depth += 1;
                assert!(depth < 4);
                inner = next;
            }
        }
        for pair in all.windows(2).filter(|pair| pair[0].name == pair[1].name) {
            let both = |version| pair.iter().all(|field| field.versions.contains(version));
            assert!(!Version::all().any(both), "{} {pair:?}", object_name(id));
        }
    }
    assert_eq!(rows, usize::from(FIELDS.len()));
    assert_eq!(rows, usize::from(PLACES.len()));
}

#[test]
fn ids_stay_within_their_sections() {
    for row in 0..TYPES.len() {
        let argument = TYPES.get(row, 1);
        match get(TypeId(row)) {
            Type::Object(_) | Type::ObjectOrBool(_) | Type::ObjectOrList(_) | Type::ObjectOrStrings(_) => {
                assert!(argument < OBJECTS.len());
            }
            Type::Map(_) | Type::List(_) => assert!(argument < TYPES.len()),
            _ => assert_eq!(argument, 0),
        }
        assert!(TYPES.get(row, 0) <= 18);
    }
    let types = (0..TYPES.len()).map(|row| (TYPES.get(row, 0), TYPES.get(row, 1)));
    let unique: std::collections::BTreeSet<_> = types.collect();
    assert_eq!(unique.len(), usize::from(TYPES.len()));
    let strings = blob::STRINGS.len();
    for row in 0..FIELDS.len() {
        assert!(FIELDS.get(row, 0) < strings && FIELDS.get(row, 1) < TYPES.len());
    }
    for row in 0..KINDS.len() {
        assert!(KINDS.get(row, 0) < strings && KINDS.get(row, 1) < strings);
        assert!(KINDS.get(row, 2) < OBJECTS.len());
    }
    for row in 0..PLACES.len() {
        assert!(PLACES.get(row, 0) < OBJECTS.len() && PLACES.get(row, 1) < FIELDS.len());
    }
    let names: Vec<_> = (0..strings).map(blob::text).collect();
    assert!(names.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn what_is_not_there_is_not_found() {
    let pod = object("io.k8s.api.core.v1.Pod");
    for name in ["", "a", "zzz", "Spec", "spec "] {
        assert_eq!(field(pod, Version::NEWEST, name), None);
        assert_eq!(field_ever(pod, name), None);
        assert_eq!(field_named(name).count(), 0);
    }
    for (api_version, name) in [("v1", "Deployment"), ("apps", "Deployment"), ("", ""), ("v1", "pod")] {
        assert_eq!(kind(Version::NEWEST, api_version, name), None);
    }
    let (beyond, no_type) = (ObjectId(u16::MAX), TypeId(u16::MAX));
    assert_eq!((fields(beyond).count(), get(no_type)), (0, Type::Object(ObjectId(0))));
}

#[test]
fn fields_come_and_go_with_versions() {
    let cases = [
        ("PodResourceClaim", "source", "1.26", "1.30"),
        ("PodResourceClaim", "resourceClaimName", "1.31", "1.37"),
        ("PodSpec", "hostUsers", "1.25", "1.37"),
        ("PodSpec", "resourceClaims", "1.26", "1.37"),
        ("PodSpec", "schedulingGates", "1.26", "1.37"),
        ("Container", "restartPolicy", "1.28", "1.37"),
        ("Container", "resizePolicy", "1.27", "1.37"),
        ("PodSecurityContext", "appArmorProfile", "1.30", "1.37"),
        ("VolumeMount", "recursiveReadOnly", "1.30", "1.37"),
    ];
    for (name, field, first, last) in cases {
        let id = object(&format!("io.k8s.api.core.v1.{name}"));
        let versions = field_ever(id, field).unwrap().versions;
        let range = (versions.first().unwrap(), versions.last().unwrap());
        assert_eq!(range, (version(first), version(last)), "{name}.{field}");
    }
}

#[test]
fn types_are_those_of_go() {
    let core = |name, field| newest(&format!("io.k8s.api.core.v1.{name}"), field);
    assert_eq!(core("ContainerPort", "containerPort"), "Int32");
    assert_eq!(core("PodSpec", "activeDeadlineSeconds"), "Int64");
    assert_eq!(core("ResourceRequirements", "limits"), "Map(Quantity)");
    assert_eq!(core("HTTPGetAction", "port"), "IntOrString");
    assert_eq!(core("Secret", "data"), "Map(Bytes)");
    assert_eq!(core("ConfigMap", "data"), "Map(String)");
    assert_eq!(core("PodSpec", "containers"), "List(Object(io.k8s.api.core.v1.Container))");
    assert_eq!(core("Event", "eventTime"), "MicroTime");
    assert_eq!(newest("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", "creationTimestamp"), "Time");
    assert_eq!(newest("io.k8s.api.authorization.v1.SubjectAccessReviewSpec", "extra"), "Map(List(String))");
    let schema = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";
    assert_eq!(newest(schema, "maximum"), "Float");
    assert_eq!(newest(schema, "default"), "Any");
    let id = object(schema);
    let of = |name| get(field(id, Version::NEWEST, name).unwrap().type_id);
    assert_eq!(of("additionalProperties"), Type::ObjectOrBool(id));
    assert_eq!(of("items"), Type::ObjectOrList(id));
    assert!(matches!(of("dependencies"), Type::Map(inner) if get(inner) == Type::ObjectOrStrings(id)));
}

#[test]
fn a_name_leads_to_every_place_it_may_stand() {
    let places: Vec<_> = field_named("tolerations").map(|(id, _)| object_name(id)).collect();
    assert!(places.contains(&"io.k8s.api.core.v1.PodSpec"));
    assert!(places.contains(&"io.k8s.api.node.v1.Scheduling"));
    assert!(!places.contains(&"io.k8s.api.core.v1.Pod"));
}

#[test]
fn groups_are_those_of_the_kinds() {
    for info in kinds() {
        for version in info.versions.iter() {
            assert!(group_exists(version, info.group));
        }
    }
    assert!(groups().is_sorted());
    assert!(groups().any(str::is_empty));
    assert!(!group_exists(Version::NEWEST, "extensions"));
    assert!(!group_exists(version("1.36"), "lifecycle.k8s.io"));
    assert!(group_exists(version("1.37"), "lifecycle.k8s.io"));
}
