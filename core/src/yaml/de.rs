//! Typed values straight from a tree, read as the API server reads what kubectl sends.
//!
//! Sources: `UnmarshalCaseSensitivePreserveInts` of `sigs.k8s.io/json` (names are compared exactly,
//! fields that the type lacks are passed over, `null` sets nothing) and the `UnmarshalJSON` methods
//! of `k8s.io/apimachinery` (Kubernetes 1.37).

use std::borrow::Cow;
use std::fmt::Display;

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

use super::tree::{Children, Entries, Field, Kind, NodeId, Tree};

/// A value that is not what its place wants.
#[derive(thiserror::Error, Clone, PartialEq, Eq, Debug)]
#[error("{expected} is wanted here")]
pub struct DecodeError {
    /// The value; the target where an alias stands for it.
    pub node: NodeId,
    /// What is wanted, with its article: `a list`, `true or false`.
    pub expected: Cow<'static, str>,
}

/// Levels below the node that are read: as many as the walk over an object looks at.
const DEEPEST: usize = 400;

/// The first fields of every type that is an object by itself.
const OBJECT_FIELDS: &[&str] = &["apiVersion", "kind", "metadata"];

const TYPE_FIELDS: &[&str] = &["apiVersion", "kind"];

/// Reads the node, an alias followed, as a `T`.
///
/// `null` is the zero value wherever it stands, of two fields of one name the last one counts, and
/// fields that `T` does not have are passed over. What is said of a text's grammar (a quantity, an
/// enumeration) is not looked at.
pub fn from_node<'t, T: Deserialize<'t>>(tree: &Tree<'t>, node: NodeId) -> Result<T, DecodeError> {
    from_node_without(tree, node, &[])
}

/// Likewise, with these fields of the node passed over.
pub fn from_node_without<'t, T: Deserialize<'t>>(
    tree: &Tree<'t>,
    node: NodeId,
    passed: &'static [&'static str],
) -> Result<T, DecodeError> {
    let read = |careful| T::deserialize(NodeDeserializer { tree, node: tree.target(node), depth: 0, careful, passed });
    // Entries lost to a later one of the same name are rare, and looking for them costs more than
    // reading them: only where something does not fit may it be one of those.
    read(false).or_else(|_| read(true)).map_err(|failure: Failure| DecodeError {
        node: failure.node.unwrap_or_else(|| tree.target(node)),
        expected: failure.expected,
    })
}

/// A [`DecodeError`] on its way up from the type, which does not know the node.
#[derive(thiserror::Error, Debug)]
#[error("{expected} is wanted")]
struct Failure {
    node: Option<NodeId>,
    expected: Cow<'static, str>,
}

impl Failure {
    fn wanted(wanted: &dyn Expected) -> Self {
        let expected = match wanted.to_string().as_str() {
            "IntOrString" | "a 32-bit integer" => Cow::Borrowed("a whole number of 32 bits or text"),
            other => Cow::Owned(other.to_owned()),
        };
        Self { node: None, expected }
    }
}

impl serde::de::Error for Failure {
    fn custom<T: Display>(message: T) -> Self {
        Self { node: None, expected: format!("another value ({message})").into() }
    }

    fn invalid_type(_: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::wanted(wanted)
    }

    fn invalid_value(_: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::wanted(wanted)
    }
}

#[derive(Clone, Copy)]
struct NodeDeserializer<'a, 't> {
    tree: &'a Tree<'t>,
    /// Never an alias.
    node: NodeId,
    depth: usize,
    /// Leaves out the entries that a later one of the same name replaces.
    careful: bool,
    /// Fields of the outermost mapping that are passed over.
    passed: &'static [&'static str],
}

impl<'a, 't> NodeDeserializer<'a, 't> {
    fn kind(self) -> Kind {
        self.tree.kind(self.node)
    }

    fn wrong<T>(self, expected: &'static str) -> Result<T, Failure> {
        Err(Failure { node: Some(self.node), expected: Cow::Borrowed(expected) })
    }

    fn child(self, node: NodeId) -> Self {
        Self { node: self.tree.target(node), depth: self.depth + 1, ..self }
    }

    /// Gives a failure of a scalar's type its place. What is wrong is always a scalar, or not of the kind
    /// that is wanted; moving whole lists and mappings through here would cost more than reading them.
    fn place<T>(self, result: Result<T, Failure>) -> Result<T, Failure> {
        result.map_err(|failure| self.placed(failure))
    }

    #[cold]
    fn placed(self, failure: Failure) -> Failure {
        Failure { node: failure.node.or(Some(self.node)), ..failure }
    }

    /// The whole number that the server receives: kubectl writes `1.0` and `1e3` as integers below
    /// 10^21, which Go's JSON writes with an exponent; what does not fit 64 bits becomes a float.
    fn integer(self) -> Option<i64> {
        match self.kind() {
            Kind::Integer => i64::try_from(self.tree.integer(self.node)?).ok(),
            Kind::Float => {
                let value = self.tree.float(self.node)?;
                (value.fract() == 0.0 && value.abs() < 1e21).then(|| i64::try_from(value as i128).ok()).flatten()
            }
            _ => None,
        }
    }

    fn text<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.tree.string(self.node) {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn sequence<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_seq(Items { parent: self.below()?, items: self.tree.items(self.node) })
    }

    /// The entries of a mapping.
    ///
    /// `typed`: the keys are fields of a type, for which `null` is the same as no entry.
    /// `passed`: keys that are passed over.
    ///
    /// What is generic here is made anew for each of some hundred types, and a Pod goes through most
    /// of them once: so much code is slow to fetch. What can be is in functions like this one.
    #[inline(never)]
    fn mapping(self, typed: bool, passed: &'static [&'static str]) -> Result<Fields<'a, 't>, Failure> {
        if !matches!(self.kind(), Kind::Null | Kind::Mapping) {
            return self.wrong("a mapping");
        }
        let plain = !self.careful && !self.tree.has_merges;
        let pairs = if plain {
            Pairs::Written(self.tree.entries(self.node))
        } else {
            let mut fields = self.tree.fields(self.node);
            fields.retain(|field| !(field.shadowed || typed && self.child(field.value).kind() == Kind::Null));
            Pairs::Effective(fields.into_iter())
        };
        Ok(Fields { parent: self.below()?, pairs, value: self.node, passed })
    }

    /// The fields of a type.
    #[inline(never)]
    fn structure(self, fields: &'static [&'static str]) -> Result<Fields<'a, 't>, Failure> {
        // The server does not look at what an object inside another says of its type.
        let passed = match self.depth {
            0 => self.passed,
            _ if fields.starts_with(OBJECT_FIELDS) => TYPE_FIELDS,
            _ => &[],
        };
        self.mapping(true, passed)
    }

    fn below(self) -> Result<Self, Failure> {
        if self.depth < DEEPEST { Ok(self) } else { self.wrong("a value of at most 400 levels") }
    }
}

impl<'t> Deserializer<'t> for NodeDeserializer<'_, 't> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        let result = match self.kind() {
            Kind::Null | Kind::Alias => visitor.visit_unit(),
            Kind::Bool => visitor.visit_bool(self.tree.boolean(self.node) == Some(true)),
            Kind::Integer | Kind::Float => match self.integer() {
                Some(value) => visitor.visit_i64(value),
                None => visitor.visit_f64(self.tree.float(self.node).unwrap_or_default()),
            },
            Kind::String => self.text(visitor),
            Kind::Sequence => self.sequence(visitor),
            Kind::Mapping => visitor.visit_map(self.mapping(false, &[])?),
        };
        self.place(result)
    }

    fn deserialize_bool<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.kind() {
            Kind::Null => visitor.visit_bool(false),
            Kind::Bool => self.deserialize_any(visitor),
            _ => self.wrong("true or false"),
        }
    }

    fn deserialize_i32<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.integer().map(i32::try_from) {
            Some(Ok(value)) => self.place(visitor.visit_i32(value)),
            None if self.kind() == Kind::Null => visitor.visit_i32(0),
            _ => self.wrong("a whole number of 32 bits"),
        }
    }

    fn deserialize_i64<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.integer() {
            Some(value) => self.place(visitor.visit_i64(value)),
            None if self.kind() == Kind::Null => visitor.visit_i64(0),
            None => self.wrong("a whole number"),
        }
    }

    fn deserialize_f64<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.tree.float(self.node) {
            Some(value) => self.place(visitor.visit_f64(value)),
            None if self.kind() == Kind::Null => visitor.visit_f64(0.0),
            None => self.wrong("a number"),
        }
    }

    fn deserialize_str<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.kind() {
            Kind::Null => visitor.visit_borrowed_str(""),
            Kind::String => self.place(self.text(visitor)),
            _ => self.wrong("text"),
        }
    }

    fn deserialize_string<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        if self.kind() == Kind::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(self, name: &'static str, visitor: V) -> Result<V::Value, Failure> {
        let result = match (name, self.kind()) {
            ("Quantity", Kind::Null) => visitor.visit_str("0"),
            ("Quantity", Kind::Integer | Kind::Float | Kind::String) => visitor.visit_newtype_struct(self),
            ("Quantity", _) => self.wrong("a quantity"),
            ("Time" | "MicroTime", Kind::String) => {
                let text = go_time(&self.tree.string(self.node));
                visitor.visit_newtype_struct(text.into_deserializer()).or_else(|_: Failure| self.wrong("a time"))
            }
            ("Time" | "MicroTime", _) => self.wrong("a time"),
            _ => visitor.visit_newtype_struct(self),
        };
        self.place(result)
    }

    fn deserialize_seq<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.kind() {
            Kind::Null | Kind::Sequence => self.sequence(visitor),
            _ => self.wrong("a list"),
        }
    }

    fn deserialize_map<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_map(self.mapping(false, &[])?)
    }

    fn deserialize_struct<V: Visitor<'t>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_map(self.structure(fields)?)
    }

    fn deserialize_ignored_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        <W: Visitor<'t>>
        i8 i16 i128 u8 u16 u32 u64 u128 f32 char bytes byte_buf unit unit_struct tuple tuple_struct enum identifier
    }
}

/// A time that Go reads, as stricter readers take it: an hour of two digits, and no digits below
/// nanoseconds.
fn go_time(text: &str) -> String {
    let (before, rest) = text.split_once('T').unwrap_or((text, ""));
    let hour = if rest.find(':') == Some(1) { "0" } else { "" };
    let fraction = rest.find(['.', ',']).map_or(rest.len(), |at| at + 1);
    let (clock, behind) = rest.split_at_checked(fraction).unwrap_or((rest, ""));
    let zone = behind.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = behind.strip_suffix(zone).unwrap_or_default();
    let digits = digits.get(..9).unwrap_or(digits);
    let middle = if rest.is_empty() { "" } else { "T" };
    [before, middle, hour, clock, digits, zone].concat()
}

struct Items<'a, 't> {
    parent: NodeDeserializer<'a, 't>,
    items: Children<'a, 't>,
}

impl<'t> SeqAccess<'t> for Items<'_, 't> {
    type Error = Failure;

    fn next_element_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<Option<T::Value>, Failure> {
        let Some(item) = self.items.next() else { return Ok(None) };
        seed.deserialize(self.parent.child(item)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.clone().count())
    }
}

enum Pairs<'a, 't> {
    Written(Entries<'a, 't>),
    Effective(std::vec::IntoIter<Field<'t>>),
}

struct Fields<'a, 't> {
    parent: NodeDeserializer<'a, 't>,
    pairs: Pairs<'a, 't>,
    /// Of the key that was read last.
    value: NodeId,
    passed: &'static [&'static str],
}

impl<'t> Fields<'_, 't> {
    /// The next key, and its value kept.
    #[inline(never)]
    fn next(&mut self) -> Option<Cow<'t, str>> {
        loop {
            let (name, value) = match &mut self.pairs {
                Pairs::Written(entries) => entries.next().map(|(key, value)| (self.parent.tree.name(key), value)),
                Pairs::Effective(fields) => fields.next().map(|field| (field.name, field.value)),
            }?;
            if !self.passed.contains(&&*name) {
                self.value = value;
                return Some(name);
            }
        }
    }
}

impl<'t> MapAccess<'t> for Fields<'_, 't> {
    type Error = Failure;

    fn next_key_seed<K: DeserializeSeed<'t>>(&mut self, seed: K) -> Result<Option<K::Value>, Failure> {
        let Some(name) = self.next() else { return Ok(None) };
        seed.deserialize(StrDeserializer::new(&name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'t>>(&mut self, seed: V) -> Result<V::Value, Failure> {
        seed.deserialize(self.parent.child(self.value))
    }
}
