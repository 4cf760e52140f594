//! What the nodes of a tree mean: strings, numbers, names, effective fields.

use std::borrow::Cow;
use std::collections::HashMap;

use super::number::float_name;
use super::resolve::{Meaning, resolve};
use super::text::{self, Block};
use super::tree::{BINARY, DECODE, Field, KEEP, Kind, NodeId, STRIP, Style, Tree};

/// A key as Go compares keys: numbers by value, and apart from strings that look like them.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Key<'t> {
    Null,
    Bool(bool),
    Integer(i128),
    Float(u64),
    /// Equals nothing but itself.
    Nan(NodeId),
    String(Cow<'t, str>),
}

impl<'t> Tree<'t> {
    /// A scalar's content with escapes, folding and indentation resolved, whatever its kind; of the
    /// target where the node is an alias; empty for collections.
    ///
    /// Borrowed where the content stands in the text as it is. Otherwise made anew by each call.
    pub fn string(&self, id: NodeId) -> Cow<'t, str> {
        let node = *self.node(self.target(id));
        if matches!(node.kind, Kind::Sequence | Kind::Mapping) {
            return Cow::Borrowed("");
        }
        let content = match node.style {
            Style::SingleQuoted | Style::DoubleQuoted => self.slice(node.start + 1, node.end - 1),
            _ => self.slice(node.start, node.end),
        };
        let value = if node.flags & DECODE == 0 {
            Cow::Borrowed(content)
        } else {
            Cow::Owned(match node.style {
                Style::SingleQuoted => text::single_quoted(content),
                Style::DoubleQuoted if self.json => text::json(content),
                Style::DoubleQuoted => text::double_quoted(content),
                Style::Literal | Style::Folded => {
                    let how = Block {
                        folded: node.style == Style::Folded,
                        column: node.extra as usize,
                        strip: node.flags & STRIP != 0,
                        keep: node.flags & KEEP != 0,
                    };
                    text::block(self.text, node.start as usize, &how)
                }
                _ => text::plain(content),
            })
        };
        if node.flags & BINARY != 0 {
            return text::base64(&value).map_or(value, Cow::Owned);
        }
        value
    }

    fn meaning(&self, id: NodeId) -> Meaning {
        resolve(&self.string(id))
    }

    /// The value of a [`Kind::Bool`].
    pub fn boolean(&self, id: NodeId) -> Option<bool> {
        match (self.kind(self.target(id)), self.meaning(id)) {
            (Kind::Bool, Meaning::Bool(value)) => Some(value),
            _ => None,
        }
    }

    /// The value of a [`Kind::Integer`]: from -2^63 to 2^64-1.
    pub fn integer(&self, id: NodeId) -> Option<i128> {
        if self.kind(self.target(id)) != Kind::Integer {
            return None;
        }
        if self.json {
            return self.string(id).parse().ok();
        }
        match self.meaning(id) {
            Meaning::Integer(value) => Some(value),
            _ => None,
        }
    }

    /// The value of a [`Kind::Float`] or [`Kind::Integer`].
    #[allow(clippy::cast_precision_loss, reason = "the nearest number is what is asked for")]
    pub fn float(&self, id: NodeId) -> Option<f64> {
        let kind = self.kind(self.target(id));
        if !matches!(kind, Kind::Float | Kind::Integer) {
            return None;
        }
        if self.json {
            return self.string(id).parse().ok();
        }
        match self.meaning(id) {
            Meaning::Integer(value) => Some(value as f64),
            Meaning::Float(value) => Some(value),
            _ => None,
        }
    }

    /// A key as it is named in JSON: `true` for `yes`, `8` for `010`, `1.5`; of the target where
    /// the key is an alias.
    pub fn name(&self, key: NodeId) -> Cow<'t, str> {
        match self.kind(self.target(key)) {
            Kind::Bool => Cow::Borrowed(if self.boolean(key) == Some(true) { "true" } else { "false" }),
            Kind::Integer => self.integer(key).map(|value| value.to_string()).unwrap_or_default().into(),
            Kind::Float => self.float(key).map(float_name).unwrap_or_default().into(),
            Kind::Null => Cow::Borrowed("null"),
            _ => self.string(key),
        }
    }

    pub(super) fn key(&self, key: NodeId) -> Key<'t> {
        match self.kind(self.target(key)) {
            Kind::Bool => Key::Bool(self.boolean(key) == Some(true)),
            Kind::Integer => Key::Integer(self.integer(key).unwrap_or_default()),
            Kind::Float => match self.float(key) {
                Some(value) if !value.is_nan() => Key::Float((value + 0.0).to_bits()),
                _ => Key::Nan(key),
            },
            Kind::Null => Key::Null,
            _ => Key::String(self.string(key)),
        }
    }

    /// Keys and values in the order in which go-yaml sets them, `<<` expanded; a later one replaces
    /// an earlier one. Of a list behind `<<` the last mapping comes first, so that the first wins.
    /// The third value tells whether the entry comes through `<<`.
    pub(super) fn steps(&self, map: NodeId) -> impl Iterator<Item = (NodeId, NodeId, bool)> {
        let mut stack = vec![self.entries(self.target(map))];
        std::iter::from_fn(move || {
            loop {
                let Some((key, value)) = stack.last_mut()?.next() else {
                    stack.pop();
                    continue;
                };
                if !self.is_merge(key) {
                    return Some((key, value, stack.len() > 1));
                }
                let value = self.target(value);
                match self.kind(value) {
                    Kind::Mapping => stack.push(self.entries(value)),
                    Kind::Sequence => {
                        stack.extend(self.items(value).map(|item| self.entries(self.target(item))));
                    }
                    _ => {}
                }
            }
        })
    }

    /// The effective fields of a mapping, or of the mapping an alias stands for, in order of
    /// appearance: what its JSON has, and the entries that are lost to a later one of the same name.
    ///
    /// Merges are expanded as go-yaml v2 does, which sets entries one after the other: what is
    /// written behind `<<` replaces what comes through it, but `<<` replaces what is written before.
    /// Of a list behind `<<` the earlier mapping wins.
    pub fn fields(&self, map: NodeId) -> Vec<Field<'t>> {
        let mut fields: Vec<Field<'t>> = Vec::new();
        let mut names = Names::default();
        let mut lost_merges = false;
        for (key, value, merged) in self.steps(map) {
            let name = self.name(key);
            fields.push(Field { name, key, value, merged, shadowed: false });
            if let Some(earlier) = names.note(&fields)
                && let Some(field) = fields.get_mut(earlier)
            {
                field.shadowed = true;
                lost_merges |= field.merged;
            }
        }
        if lost_merges {
            fields.retain(|field| !(field.merged && field.shadowed));
        }
        fields
    }

    /// The keys that go-yaml's strict mode complains of, each with the earlier key that it repeats,
    /// in order of appearance. A key that replaces one from `<<` counts, as it does there; `1` and
    /// `"1"` are two keys.
    pub fn duplicates(&self) -> Vec<(NodeId, NodeId)> {
        let mut found = Vec::new();
        let mut keys: HashMap<Key<'t>, NodeId> = HashMap::new();
        for map in (0..self.len() as u32).map(NodeId).filter(|&id| self.kind(id) == Kind::Mapping) {
            keys.clear();
            for (key, _, _) in self.steps(map) {
                if let Some(&first) = keys.get(&self.key(key)) {
                    found.push((key, first));
                } else {
                    keys.insert(self.key(key), key);
                }
            }
        }
        found
    }
}

/// Which field has a name. Most mappings are so small that looking at all is the quickest.
#[derive(Default)]
struct Names<'t> {
    map: HashMap<Cow<'t, str>, usize>,
}

impl<'t> Names<'t> {
    /// Notes the last field's name; gives the field that had it so far.
    fn note(&mut self, fields: &[Field<'t>]) -> Option<usize> {
        const FEW: usize = 16;
        let (last, earlier) = fields.split_last()?;
        if earlier.len() < FEW {
            return earlier.iter().rposition(|field| field.name == last.name);
        }
        if self.map.is_empty() {
            self.map.extend(earlier.iter().enumerate().map(|(at, field)| (field.name.clone(), at)));
        }
        self.map.insert(last.name.clone(), earlier.len())
    }
}
