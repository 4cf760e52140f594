//! Whether one value can be what a type wants, as Go's decoder sees it.
//!
//! Sources: `encoding/json` as forked in `sigs.k8s.io/json`, and the `UnmarshalJSON` methods of
//! `k8s.io/apimachinery` (Kubernetes 1.37).

use podlint_schemas::{ObjectId, Type, TypeId, Version};

use super::{quantity, text};
use crate::yaml::{Kind, NodeId, Tree};

/// Whether the node itself (not what is inside it) is what the type wants. Aliases are followed.
pub fn accepts(tree: &Tree<'_>, node: NodeId, wanted: Type) -> bool {
    let node = tree.target(node);
    let kind = tree.kind(node);
    if kind == Kind::Null {
        return true;
    }
    match wanted {
        Type::Any | Type::AnyObject => true,
        Type::Object(_) | Type::Map(_) => kind == Kind::Mapping,
        Type::List(_) => kind == Kind::Sequence,
        Type::String => kind == Kind::String,
        Type::Boolean => kind == Kind::Bool,
        Type::Int32 => integer(tree, node).is_some_and(|value| i32::try_from(value).is_ok()),
        Type::Int64 => integer(tree, node).is_some_and(|value| i64::try_from(value).is_ok()),
        Type::Float => matches!(kind, Kind::Integer | Kind::Float),
        Type::Quantity => match kind {
            Kind::String => quantity::check(&tree.string(node)).is_ok(),
            Kind::Integer | Kind::Float => true,
            _ => false,
        },
        Type::IntOrString => {
            kind == Kind::String || integer(tree, node).is_some_and(|value| i32::try_from(value).is_ok())
        }
        Type::Time => kind == Kind::String && text::is_time(&tree.string(node)),
        Type::MicroTime => kind == Kind::String && text::is_micro_time(&tree.string(node)),
        Type::Duration => kind == Kind::String && text::is_duration(&tree.string(node)),
        Type::Bytes => match kind {
            Kind::String => text::is_base64(&tree.string(node)),
            // Go takes the bytes one by one, too.
            Kind::Sequence => tree.items(node).all(|item| is_byte(tree, tree.target(item))),
            _ => false,
        },
        Type::ObjectOrBool(_) => matches!(kind, Kind::Mapping | Kind::Bool),
        Type::ObjectOrList(_) | Type::ObjectOrStrings(_) => matches!(kind, Kind::Mapping | Kind::Sequence),
    }
}

/// The whole number that the server receives: kubectl writes `1.0` and `1e3` as integers up to
/// 10^21, which Go's JSON writes with an exponent.
fn integer(tree: &Tree<'_>, node: NodeId) -> Option<i128> {
    match tree.kind(node) {
        Kind::Integer => tree.integer(node),
        Kind::Float => {
            let value = tree.float(node)?;
            (value.fract() == 0.0 && value.abs() < 1e21).then_some(value as i128)
        }
        _ => None,
    }
}

fn is_byte(tree: &Tree<'_>, node: NodeId) -> bool {
    tree.kind(node) == Kind::Null || integer(tree, node).is_some_and(|value| u8::try_from(value).is_ok())
}

/// How well a value fills a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fit {
    /// The value, and everything in it as far as was looked, is what the place wants.
    pub whole: bool,
    /// Fields inside the value that the place knows.
    pub known: usize,
    /// Fields inside the value that the place does not know, and values of the wrong type.
    pub strange: usize,
}

/// Looks at most this many levels and this many nodes into a value: a verdict about a place must
/// not cost more than the document.
const DEEPEST: usize = 12;
const MOST: usize = 2_000;

/// Holds a value against the type of a place, all the way down.
pub fn fit(tree: &Tree<'_>, node: NodeId, wanted: TypeId, version: Version) -> Fit {
    let mut fit = Fit { whole: true, known: 0, strange: 0 };
    let mut left = vec![(node, wanted, 0_usize)];
    let mut looked = 0;
    while let Some((node, wanted, depth)) = left.pop() {
        looked += 1;
        if looked > MOST {
            break;
        }
        if depth > DEEPEST {
            continue;
        }
        let wanted = podlint_schemas::get(wanted);
        let node = tree.target(node);
        if !accepts(tree, node, wanted) {
            fit.strange += 1;
            continue;
        }
        match wanted {
            Type::Map(value) => {
                for field in tree.fields(node) {
                    let fits = accepts(tree, field.value, podlint_schemas::get(value));
                    fit.known += usize::from(fits);
                    left.push((field.value, value, depth + 1));
                }
            }
            Type::List(item) => left.extend(tree.items(node).map(|value| (value, item, depth + 1))),
            Type::Object(object) => {
                for field in tree.fields(node) {
                    match podlint_schemas::field(object, version, &field.name) {
                        Some(known) => {
                            fit.known += 1;
                            left.push((field.value, known.type_id, depth + 1));
                        }
                        None => fit.strange += 1,
                    }
                }
            }
            _ => {}
        }
    }
    fit.whole = fit.strange == 0;
    fit
}

/// The object that values of this type hold fields of, through lists.
pub fn object_of(type_id: TypeId) -> Option<ObjectId> {
    match podlint_schemas::get(type_id) {
        Type::Object(object) => Some(object),
        Type::List(item) => match podlint_schemas::get(item) {
            Type::Object(object) => Some(object),
            _ => None,
        },
        _ => None,
    }
}

/// What a value of this type is called in a sentence, with its article: `a list`, `text`.
pub fn wanted_words(wanted: Type) -> &'static str {
    match wanted {
        Type::Object(_) | Type::Map(_) | Type::AnyObject => "a mapping",
        Type::List(_) => "a list",
        Type::String => "text",
        Type::Boolean => "true or false",
        Type::Int32 | Type::Int64 => "a whole number",
        Type::Float => "a number",
        Type::Quantity => "a quantity such as 500m, 64Mi or 2",
        Type::IntOrString => "a whole number or text",
        Type::Time => "a time such as 2024-05-01T12:00:00Z",
        Type::MicroTime => "a time with microseconds such as 2024-05-01T12:00:00.000000Z",
        Type::Duration => "a duration such as 1h30m",
        Type::Bytes => "base64",
        Type::ObjectOrBool(_) => "a mapping, true or false",
        Type::ObjectOrList(_) | Type::ObjectOrStrings(_) => "a mapping or a list",
        Type::Any => "any value",
    }
}

/// What a node is called in a sentence, with its article.
pub fn found_words(tree: &Tree<'_>, node: NodeId) -> &'static str {
    match tree.kind(tree.target(node)) {
        Kind::Null => "nothing",
        Kind::Bool => "true or false",
        Kind::Integer | Kind::Float => "a number",
        Kind::String | Kind::Alias => "text",
        Kind::Sequence => "a list",
        Kind::Mapping => "a mapping",
    }
}
