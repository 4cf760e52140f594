//! Places in a manifest, and what the schema wants there.

use std::fmt;

use podlint_schemas::{ObjectId, Type, TypeId, Version, field, get};
use serde_yaml::Value;

/// One step into a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// A field or key.
    Key(String),
    /// An item.
    Index(usize),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => f.write_str(key),
            Self::Index(index) => write!(f, "{index}"),
        }
    }
}

/// A value that is there.
#[derive(Clone, Debug)]
pub struct Place {
    /// The way to it.
    pub path: Vec<Step>,
    /// What the schema wants there; none where it knows no such field.
    pub wanted: Option<TypeId>,
}

impl Place {
    /// The nearest field's name.
    pub fn name(&self) -> &str {
        let keys = self.path.iter().rev().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        });
        keys.into_iter().next().unwrap_or_default()
    }

    /// The way to it in words: `spec.containers.0:name`.
    pub fn words(&self) -> String {
        let Some((last, above)) = self.path.split_last() else { return String::new() };
        let above: Vec<String> = above.iter().map(ToString::to_string).collect();
        format!("{}:{last}", above.join("."))
    }
}

/// Every value inside an object of this kind.
pub fn places(object: &Value, kind: ObjectId) -> Vec<Place> {
    let mut all = Vec::new();
    fields_of(object, kind, &mut Vec::new(), &mut all);
    all
}

fn fields_of(value: &Value, object: ObjectId, path: &mut Vec<Step>, all: &mut Vec<Place>) {
    for (key, inner) in value.as_mapping().into_iter().flatten() {
        let Some(key) = key.as_str() else { continue };
        path.push(Step::Key(key.to_owned()));
        visit(inner, field(object, Version::NEWEST, key).map(|it| it.type_id), path, all);
        path.pop();
    }
}

fn visit(value: &Value, wanted: Option<TypeId>, path: &mut Vec<Step>, all: &mut Vec<Place>) {
    all.push(Place { path: path.clone(), wanted });
    match (wanted.map(get), value) {
        (Some(Type::Object(object)), Value::Mapping(_)) => fields_of(value, object, path, all),
        (Some(Type::Map(inner)), Value::Mapping(entries)) => {
            for (key, value) in entries {
                let Some(key) = key.as_str() else { continue };
                path.push(Step::Key(key.to_owned()));
                visit(value, Some(inner), path, all);
                path.pop();
            }
        }
        (Some(Type::List(inner)), Value::Sequence(items)) => {
            for (index, value) in items.iter().enumerate() {
                path.push(Step::Index(index));
                visit(value, Some(inner), path, all);
                path.pop();
            }
        }
        _ => {}
    }
}

/// The way to every value, whatever the schema says.
pub fn steps_to_all(value: &Value) -> Vec<Vec<Step>> {
    fn visit(value: &Value, path: &mut Vec<Step>, all: &mut Vec<Vec<Step>>) {
        let steps: Vec<(Step, &Value)> = match value {
            Value::Mapping(fields) => {
                let named = fields.iter().filter_map(|(key, value)| Some((key.as_str()?, value)));
                named.map(|(key, value)| (Step::Key(key.to_owned()), value)).collect()
            }
            Value::Sequence(items) => {
                items.iter().enumerate().rev().map(|(index, value)| (Step::Index(index), value)).collect()
            }
            _ => return,
        };
        for (step, inner) in steps {
            path.push(step);
            all.push(path.clone());
            visit(inner, path, all);
            path.pop();
        }
    }
    let mut all = Vec::new();
    visit(value, &mut Vec::new(), &mut all);
    all
}

/// The value at the end of a way.
pub fn at_mut<'v>(object: &'v mut Value, path: &[Step]) -> Option<&'v mut Value> {
    path.iter().try_fold(object, |value, step| match step {
        Step::Key(key) => value.as_mapping_mut()?.get_mut(key.as_str()),
        Step::Index(index) => value.as_sequence_mut()?.get_mut(*index),
    })
}

/// The value at the end of a way.
pub fn at<'v>(object: &'v Value, path: &[Step]) -> Option<&'v Value> {
    path.iter().try_fold(object, |value, step| match step {
        Step::Key(key) => value.as_mapping()?.get(key.as_str()),
        Step::Index(index) => value.as_sequence()?.get(*index),
    })
}
