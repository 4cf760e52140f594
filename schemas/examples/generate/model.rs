//! What the schemas of all versions say, merged: the same object, field or kind is one entry with
//! the set of versions that have it.

use std::collections::{BTreeMap, BTreeSet};

/// A set of versions; bit 0 is 1.25.
pub type Versions = u16;

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Type {
    Object(String),
    Map(Box<Type>),
    List(Box<Type>),
    String,
    Boolean,
    Int32,
    Int64,
    Float,
    Quantity,
    IntOrString,
    Time,
    MicroTime,
    Duration,
    Bytes,
    Any,
    ObjectOrBool(String),
    ObjectOrList(String),
    ObjectOrStrings(String),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    pub ty: Type,
    pub required: bool,
    pub versions: Versions,
}

#[derive(Default)]
pub struct Object {
    /// By name; of each the forms it took, oldest first.
    pub fields: BTreeMap<String, Vec<Field>>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Kind {
    pub api_version: String,
    pub name: String,
    pub object: String,
}

#[derive(Default)]
pub struct Model {
    pub objects: BTreeMap<String, Object>,
    pub kinds: BTreeMap<Kind, Versions>,
}

impl Kind {
    /// The API group; empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }
}

impl Object {
    /// Adds a field as one version has it. Versions must come oldest first.
    pub fn add(&mut self, name: &str, ty: Type, required: bool, version: Versions) {
        let forms = self.fields.entry(name.to_owned()).or_default();
        let same = |form: &&mut Field| form.ty == ty && form.required == required;
        if let Some(form) = forms.iter_mut().find(same) {
            form.versions |= version;
        } else {
            forms.push(Field { ty, required, versions: version });
        }
    }
}

impl Type {
    /// The object that the type is or holds, and the type it is made of.
    pub fn parts(&self) -> (Option<&str>, Option<&Type>) {
        match self {
            Type::Object(name) | Type::ObjectOrBool(name) | Type::ObjectOrList(name) | Type::ObjectOrStrings(name) => {
                (Some(name), None)
            }
            Type::Map(inner) | Type::List(inner) => (None, Some(inner)),
            _ => (None, None),
        }
    }

    fn object(&self) -> Option<&str> {
        let (object, inner) = self.parts();
        object.or_else(|| inner.and_then(Type::object))
    }
}

impl Model {
    /// Drops what no kind leads to, so that no field is looked for in objects that cannot occur.
    pub fn keep_reachable(&mut self) {
        let mut pending: Vec<&str> = self.kinds.keys().map(|kind| kind.object.as_str()).collect();
        let mut reached = BTreeSet::new();
        while let Some(name) = pending.pop() {
            if !reached.insert(name.to_owned()) {
                continue;
            }
            let forms = self.objects.get(name).into_iter().flat_map(|object| object.fields.values());
            pending.extend(forms.flatten().filter_map(|field| field.ty.object()));
        }
        self.objects.retain(|name, _| reached.contains(name));
    }
}
