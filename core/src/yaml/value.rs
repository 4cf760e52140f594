//! What the nodes of a tree mean: strings, numbers, names, effective fields.

use std::borrow::Cow;
use std::collections::HashMap;

use super::number::float_name;
use super::resolve::{Meaning, resolve};
use super::text::{self, Block};
use super::tree::{BINARY, DECODE, Field, KEEP, Kind, Node, NodeId, STRIP, Style, Tree};

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
    #[inline]
    pub fn string(&self, id: NodeId) -> Cow<'t, str> {
        let node = self.node(self.target(id));
        // Nearly every text is a plain one.
        if node.style == Style::Plain && node.flags & (DECODE | BINARY) == 0 {
            return Cow::Borrowed(self.slice(node.start, node.end));
        }
        self.decoded(*node)
    }

    fn decoded(&self, node: Node) -> Cow<'t, str> {
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
    #[inline]
    pub fn name(&self, key: NodeId) -> Cow<'t, str> {
        match self.kind(self.target(key)) {
            Kind::Bool => Cow::Borrowed(if self.boolean(key) == Some(true) { "true" } else { "false" }),
            Kind::Integer => self.integer(key).map(|value| value.to_string()).unwrap_or_default().into(),
            Kind::Float => self.float(key).map(float_name).unwrap_or_default().into(),
            Kind::Null => Cow::Borrowed("null"),
            _ => self.string(key),
        }
    }

    /// Whether a key is named so in JSON.
    fn is_named(&self, key: NodeId, name: &str) -> bool {
        let node = self.node(key);
        // Nearly every key is a plain word, and its length tells it from most names.
        if node.kind == Kind::String && node.style == Style::Plain && node.flags & (DECODE | BINARY) == 0 {
            let length = node.end.saturating_sub(node.start) as usize;
            return length == name.len() && self.slice(node.start, node.end) == name;
        }
        self.name(key) == name
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
        for (key, value, merged) in self.steps(map) {
            fields.push(Field { name: self.name(key), key, value, merged, shadowed: false });
        }
        shadow(&mut fields);
        if fields.iter().any(|field| field.merged && field.shadowed) {
            fields.retain(|field| !(field.merged && field.shadowed));
        }
        fields
    }

    /// The effective value behind a name of a mapping; cheaper than all [`Self::fields`].
    pub fn field(&self, map: NodeId, name: &str) -> Option<NodeId> {
        self.entry(map, name).map(|(_, value)| value)
    }

    /// Likewise, with its key.
    pub fn entry(&self, map: NodeId, name: &str) -> Option<(NodeId, NodeId)> {
        let mut found = None;
        for (key, value) in self.entries(map) {
            if self.is_merge(key) {
                let mut fields = self.fields(map).into_iter();
                let field = fields.find(|field| !field.shadowed && field.name == name);
                return field.map(|field| (field.key, field.value));
            }
            if self.is_named(key, name) {
                found = Some((key, value));
            }
        }
        found
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

/// Marks the fields that a later one of the same name replaces. Most mappings are so small that
/// looking at all is the quickest; huge ones are sorted, which takes less memory than a table.
fn shadow(fields: &mut [Field<'_>]) {
    const FEW: usize = 16;
    if fields.len() <= FEW {
        for last in 1..fields.len() {
            let Some((field, earlier)) = fields.get_mut(..=last).and_then(|fields| fields.split_last_mut()) else {
                return;
            };
            if let Some(earlier) = earlier.iter_mut().rev().find(|earlier| earlier.name == field.name) {
                earlier.shadowed = true;
            }
        }
        return;
    }
    let mut order: Vec<u32> = (0..fields.len() as u32).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (fields.get(a as usize), fields.get(b as usize));
        a.map(|field| &field.name).cmp(&b.map(|field| &field.name))
    });
    for pair in order.windows(2) {
        let [first, second] = *pair else { continue };
        let same =
            fields.get(first as usize).map(|field| &field.name) == fields.get(second as usize).map(|field| &field.name);
        if same && let Some(field) = fields.get_mut(first as usize) {
            field.shadowed = true;
        }
    }
}
