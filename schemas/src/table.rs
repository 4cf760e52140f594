//! Questions to the tables: what is this kind, which fields has this object, where may this stand?

use crate::blob::{self, FIELDS, GROUPS, KINDS, NAMES, OBJECTS, PLACES, REQUIRED, TYPES};
use crate::hash::hash;
use crate::{Version, Versions};

/// An object type, such as `io.k8s.api.core.v1.PodSpec`. One stands for the type in all versions
/// of Kubernetes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ObjectId(u16);

/// A type in the table; [`get`] says what it is. Two ids are equal if and only if their types are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TypeId(u16);

/// What a value must be, as Go decodes it. `null` is allowed everywhere and means the zero value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    /// A struct with named fields.
    Object(ObjectId),
    /// Free keys, values of one type.
    Map(TypeId),
    /// A list of values of one type.
    List(TypeId),
    /// A string, enums included.
    String,
    /// `true` or `false`.
    Boolean,
    /// An integer of 32 bits.
    Int32,
    /// An integer of 64 bits.
    Int64,
    /// A number.
    Float,
    /// A quantity: a string or a number.
    Quantity,
    /// A string or an integer of 32 bits.
    IntOrString,
    /// An RFC 3339 timestamp.
    Time,
    /// An RFC 3339 timestamp with microseconds.
    MicroTime,
    /// A duration as Go writes it: `1h30m`.
    Duration,
    /// Bytes, as base64.
    Bytes,
    /// Anything goes, and nothing below is known (`RawExtension`, `JSON`, `FieldsV1`).
    Any,
    /// An object with contents of any kind. No built-in kind has one: Go takes anything there.
    AnyObject,
    /// The object or a boolean (`JSONSchemaPropsOrBool`).
    ///
    /// Like the two below it unmarshals itself in Go, so the server reports no unknown and no
    /// duplicate fields from here on down.
    ObjectOrBool(ObjectId),
    /// The object or a list of it (`JSONSchemaPropsOrArray`).
    ObjectOrList(ObjectId),
    /// The object or a list of strings (`JSONSchemaPropsOrStringArray`).
    ObjectOrStrings(ObjectId),
}

/// A field of an object.
///
/// Within one object a name occurs more than once, with disjoint versions, when its type changed
/// or it became required.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FieldInfo {
    /// The name in JSON.
    pub name: &'static str,
    /// What the value must be.
    pub type_id: TypeId,
    /// The API documents it as required. The server decodes without it all the same.
    pub required: bool,
    /// The versions that have it like this.
    pub versions: Versions,
}

impl FieldInfo {
    fn at(row: u16) -> Self {
        let versions = FIELDS.get(row, 2);
        Self {
            name: blob::text(FIELDS.get(row, 0)),
            type_id: TypeId(FIELDS.get(row, 1)),
            required: versions & REQUIRED != 0,
            versions: field_versions(row),
        }
    }
}

fn field_versions(row: u16) -> Versions {
    Versions::from_bits(FIELDS.get(row, 2) & !REQUIRED)
}

/// A kind that a server knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KindInfo {
    /// The API version as a manifest writes it, such as `apps/v1` or `v1`.
    pub api_version: &'static str,
    /// The API group; empty for the core group.
    pub group: &'static str,
    /// The version within the group, such as `v1beta1`.
    pub version: &'static str,
    /// The kind.
    pub kind: &'static str,
    /// Its structure.
    pub object: ObjectId,
    /// The Kubernetes versions that serve it.
    pub versions: Versions,
}

impl KindInfo {
    fn at(row: u16) -> Self {
        let api_version = blob::text(KINDS.get(row, 0));
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Self {
            api_version,
            group,
            version,
            kind: blob::text(KINDS.get(row, 1)),
            object: ObjectId(KINDS.get(row, 2)),
            versions: Versions::from_bits(KINDS.get(row, 3)),
        }
    }
}

/// What a type is.
pub fn get(id: TypeId) -> Type {
    let argument = TYPES.get(id.0, 1);
    match TYPES.get(id.0, 0) {
        0 => Type::Object(ObjectId(argument)),
        1 => Type::Map(TypeId(argument)),
        2 => Type::List(TypeId(argument)),
        3 => Type::String,
        4 => Type::Boolean,
        5 => Type::Int32,
        6 => Type::Int64,
        7 => Type::Float,
        8 => Type::Quantity,
        9 => Type::IntOrString,
        10 => Type::Time,
        11 => Type::MicroTime,
        12 => Type::Duration,
        13 => Type::Bytes,
        15 => Type::AnyObject,
        16 => Type::ObjectOrBool(ObjectId(argument)),
        17 => Type::ObjectOrList(ObjectId(argument)),
        18 => Type::ObjectOrStrings(ObjectId(argument)),
        _ => Type::Any,
    }
}

/// The kind, if that version of Kubernetes serves it. The API version is written as in a manifest,
/// `apps/v1` or `v1`.
pub fn kind(version: Version, api_version: &str, kind: &str) -> Option<KindInfo> {
    kind_rows(api_version, kind).map(KindInfo::at).find(|info| info.versions.contains(version))
}

/// The kind, if any version of Kubernetes serves it.
pub fn kind_ever(api_version: &str, kind: &str) -> Option<KindInfo> {
    kind_rows(api_version, kind)
        .map(KindInfo::at)
        .reduce(|older, newer| KindInfo { versions: older.versions.union(newer.versions), ..newer })
}

fn kind_rows(api_version: &str, kind: &str) -> impl Iterator<Item = u16> {
    let wanted = (api_version.as_bytes(), kind.as_bytes());
    let names = |row| (blob::bytes(KINDS.get(row, 0)), blob::bytes(KINDS.get(row, 1)));
    let first = blob::lower_bound(0..KINDS.len(), |row| names(row) < wanted);
    (first..KINDS.len()).take_while(move |&row| names(row) == wanted)
}

/// Every kind of every version, sorted by API version and kind.
pub fn kinds() -> impl Iterator<Item = KindInfo> {
    (0..KINDS.len()).map(KindInfo::at)
}

/// The object's name in Kubernetes' `OpenAPI` document, such as `io.k8s.api.core.v1.PodSpec`.
pub fn object_name(id: ObjectId) -> &'static str {
    blob::text(OBJECTS.get(id.0, 0))
}

/// The fields of the object in every version, sorted by name.
pub fn fields(id: ObjectId) -> impl Iterator<Item = FieldInfo> {
    OBJECTS.range(id.0, 1).map(FieldInfo::at)
}

/// The object's field of that name in that version.
pub fn field(id: ObjectId, version: Version, name: &str) -> Option<FieldInfo> {
    rows_named(id, name).find(|&row| field_versions(row).contains(version)).map(FieldInfo::at)
}

/// The object's field of that name in any version: as its newest version has it, but with all the
/// versions that have a field of that name, whatever its type.
pub fn field_ever(id: ObjectId, name: &str) -> Option<FieldInfo> {
    rows_named(id, name)
        .map(FieldInfo::at)
        .reduce(|older, newer| FieldInfo { versions: older.versions.union(newer.versions), ..newer })
}

/// The rows of the object's fields of that name, those of older versions first.
fn rows_named(id: ObjectId, name: &str) -> impl Iterator<Item = u16> {
    let name = name.as_bytes();
    let wanted = hash(name);
    let rows = OBJECTS.range(id.0, 1);
    blob::hashes(&rows)
        .iter()
        .zip(rows)
        .filter(move |&(&hash, row)| hash == wanted && blob::bytes(FIELDS.get(row, 0)) == name)
        .map(|(_, row)| row)
}

/// Every object that has a field of that name in any version, with that field.
pub fn field_named(name: &str) -> impl Iterator<Item = (ObjectId, FieldInfo)> {
    let name = name.as_bytes();
    let row_name = |row| blob::bytes(NAMES.get(row, 0));
    let found = blob::lower_bound(0..NAMES.len(), |row| row_name(row) < name);
    let places = if found < NAMES.len() && row_name(found) == name { NAMES.range(found, 1) } else { 0..0 };
    places.map(|place| {
        let (object, field) = (PLACES.get(place, 0), PLACES.get(place, 1));
        (ObjectId(object), FieldInfo::at(field))
    })
}

/// Does that version of Kubernetes serve the API group?
pub fn group_exists(version: Version, group: &str) -> bool {
    (0..GROUPS.len()).any(|row| {
        blob::bytes(GROUPS.get(row, 0)) == group.as_bytes() && Versions::from_bits(GROUPS.get(row, 1)).contains(version)
    })
}

/// The API groups of every version, sorted; the core group is the empty string.
pub fn groups() -> impl Iterator<Item = &'static str> {
    (0..GROUPS.len()).map(|row| blob::text(GROUPS.get(row, 0)))
}

#[cfg(test)]
mod tests;
