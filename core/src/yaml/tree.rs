//! The arena of nodes that a document is read into.
//!
//! Nodes stand in pre-order in one vector, 16 bytes each, so that children are found by walking
//! forward and nothing needs a pointer. Anchors and tags are rare and live in a side table.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::syntax::SyntaxError;

/// A stretch of the chunk's text, in bytes; `end` is exclusive.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    pub(super) const fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }
}

/// A node of one [`Tree`]; ids grow in the order of the text, parents before children.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    /// Position in the tree's pre-order, from 0 to [`Tree::len`] exclusive.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a node is once plain scalars are resolved by YAML 1.1 as go-yaml v2 does, tags respected.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// Nothing, `~` or `null`.
    Null,
    /// `true`, `yes`, `on`, `n`…
    Bool,
    /// A whole number that fits 64 bits, signed or not; `0644` is octal.
    Integer,
    /// Any other number, infinities included.
    Float,
    /// Everything else that is a scalar.
    String,
    /// A list.
    Sequence,
    /// Keys and values.
    Mapping,
    /// `*name`: stands for the node that [`Tree::target`] gives.
    Alias,
}

/// How a node is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Style {
    /// A bare scalar, or an alias.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A list of `-` lines, or `key: value` lines.
    BlockCollection,
    /// `[…]` or `{…}`; also the one-pair mapping of `[a: b]`, which has no braces.
    FlowCollection,
    /// A value that is not there; its span is empty.
    Empty,
}

/// The scalar's value is not the text between its ends: it is folded or has escapes.
pub(super) const DECODE: u16 = 1;
/// A `<<` that go-yaml takes for a merge where it stands as a key.
pub(super) const MERGE: u16 = 1 << 1;
/// Has an entry in `props`.
pub(super) const PROPS: u16 = 1 << 2;
/// Block scalar: `-` in its header.
pub(super) const STRIP: u16 = 1 << 3;
/// Block scalar: `+` in its header.
pub(super) const KEEP: u16 = 1 << 4;
/// The scalar is a `!!binary`: its value is the decoded base64.
pub(super) const BINARY: u16 = 1 << 5;

#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub start: u32,
    pub end: u32,
    /// Collection: id behind its last descendant. Alias: its target. Block scalar: the column of
    /// its content. Otherwise nothing.
    pub extra: u32,
    pub kind: Kind,
    pub style: Style,
    pub flags: u16,
}

/// Anchor and tag of a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Props {
    pub node: u32,
    /// Where the first of the two starts.
    pub start: u32,
    /// The anchor's name without `&`; empty when there is none.
    pub anchor: Span,
    /// The tag as written; empty when there is none.
    pub tag: Span,
}

/// One document.
#[derive(Debug)]
pub struct Tree<'t> {
    pub(super) text: &'t str,
    pub(super) nodes: Vec<Node>,
    pub(super) props: Vec<Props>,
    pub(super) comments: Vec<Span>,
    pub(super) json: bool,
    /// There is a `<<` that go-yaml expands where it stands as a key.
    pub(super) has_merges: bool,
    pub(super) parents: OnceLock<Vec<u32>>,
}

/// An effective field of a mapping, see [`Tree::fields`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field<'t> {
    /// The key as it is named in JSON.
    pub name: Cow<'t, str>,
    /// The key as written; an alias where it is one.
    pub key: NodeId,
    /// The value as written; an alias where it is one.
    pub value: NodeId,
    /// Comes through `<<`: it stands in another mapping.
    pub merged: bool,
    /// A later entry of the same mapping has the same name; this one is lost.
    pub shadowed: bool,
}

const GONE: Node = Node { start: 0, end: 0, extra: 0, kind: Kind::Null, style: Style::Empty, flags: 0 };

impl<'t> Tree<'t> {
    /// Reads the first YAML document of `text`; what follows it is ignored, as Go does.
    ///
    /// Also refuses what can be read as YAML but not be turned into JSON: unknown anchors, null
    /// keys, infinities, exploding aliases.
    pub fn parse(text: &'t str) -> Result<Self, SyntaxError> {
        super::parse::document(text).map_err(|error| error.within(text))
    }

    /// Reads `text`, one JSON value, as Go's `encoding/json` does. For chunks of a JSON stream.
    pub fn parse_json(text: &'t str) -> Result<Self, SyntaxError> {
        super::json::document(text).map_err(|error| error.within(text))
    }

    pub(super) fn with_text(text: &'t str) -> Self {
        Self {
            text,
            nodes: Vec::with_capacity(text.len() / 24),
            props: Vec::new(),
            comments: Vec::new(),
            json: false,
            has_merges: false,
            parents: OnceLock::new(),
        }
    }

    /// The text the tree was read from; all spans are offsets in it.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The outermost node; none where the document is empty.
    pub fn root(&self) -> Option<NodeId> {
        (!self.nodes.is_empty()).then_some(NodeId(0))
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the document is empty: nothing, comments, or a lone `---`.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    #[inline]
    pub(super) fn node(&self, id: NodeId) -> &Node {
        self.nodes.get(id.index()).unwrap_or(&GONE)
    }

    #[inline]
    pub(super) fn slice(&self, start: u32, end: u32) -> &'t str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// What the node is.
    #[inline]
    pub fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    /// How the node is written.
    pub fn style(&self, id: NodeId) -> Style {
        self.node(id).style
    }

    /// Where the node stands, without its anchor and tag.
    ///
    /// A scalar with its quotes; a block scalar from its `|` to the end of its last line; a block
    /// collection from its first `-` or key to the end of its last child; a flow collection with
    /// its brackets; an alias with its `*`; an absent value right behind its indicator, empty.
    pub fn span(&self, id: NodeId) -> Span {
        let node = self.node(id);
        Span { start: node.start, end: node.end }
    }

    /// Where the node starts, its anchor and tag included.
    pub fn full_start(&self, id: NodeId) -> u32 {
        self.props(id).map_or(self.node(id).start, |props| props.start)
    }

    pub(super) fn props(&self, id: NodeId) -> Option<&Props> {
        if self.node(id).flags & PROPS == 0 {
            return None;
        }
        let at = self.props.binary_search_by_key(&id.0, |props| props.node).ok()?;
        self.props.get(at)
    }

    /// The name of the node's anchor, without `&`.
    pub fn anchor(&self, id: NodeId) -> Option<&'t str> {
        let span = self.props(id)?.anchor;
        (span.end > span.start).then(|| self.slice(span.start, span.end))
    }

    /// The node's tag as written, with its `!`.
    pub fn tag(&self, id: NodeId) -> Option<&'t str> {
        let span = self.props(id)?.tag;
        (span.end > span.start).then(|| self.slice(span.start, span.end))
    }

    /// The node an alias stands for; any other node is its own target.
    #[inline]
    pub fn target(&self, id: NodeId) -> NodeId {
        let node = self.node(id);
        if node.kind == Kind::Alias { NodeId(node.extra) } else { id }
    }

    /// The id behind the node's last descendant.
    #[inline]
    pub(super) fn after(&self, id: NodeId) -> u32 {
        match self.node(id) {
            Node { kind: Kind::Sequence | Kind::Mapping, extra, .. } => *extra,
            _ => id.0 + 1,
        }
    }

    /// The node's children as written: items, or key, value, key, value… Aliases stay aliases.
    #[inline]
    pub fn children(&self, id: NodeId) -> Children<'_, 't> {
        Children { tree: self, next: id.0 + 1, end: self.after(id) }
    }

    /// The items of a sequence as written; nothing for other nodes.
    #[inline]
    pub fn items(&self, id: NodeId) -> Children<'_, 't> {
        let end = if self.kind(id) == Kind::Sequence { self.after(id) } else { 0 };
        Children { tree: self, next: id.0 + 1, end }
    }

    /// Keys and values of a mapping as written, `<<` included; nothing for other nodes.
    #[inline]
    pub fn entries(&self, id: NodeId) -> Entries<'_, 't> {
        let end = if self.kind(id) == Kind::Mapping { self.after(id) } else { 0 };
        Entries(Children { tree: self, next: id.0 + 1, end })
    }

    /// The collection the node stands in. The first call on a tree costs one walk over it.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        let parents = self.parents.get_or_init(|| {
            let mut open: Vec<(u32, u32)> = Vec::new();
            let mut parents = Vec::with_capacity(self.nodes.len());
            for at in 0..self.nodes.len() as u32 {
                while open.last().is_some_and(|&(_, end)| end <= at) {
                    open.pop();
                }
                parents.push(open.last().map_or(u32::MAX, |&(parent, _)| parent));
                let end = self.after(NodeId(at));
                if end > at + 1 {
                    open.push((at, end));
                }
            }
            parents
        });
        parents.get(id.index()).filter(|&&parent| parent != u32::MAX).map(|&parent| NodeId(parent))
    }

    /// Whether a key is a `<<` that go-yaml expands.
    #[inline]
    pub fn is_merge(&self, key: NodeId) -> bool {
        self.node(key).flags & MERGE != 0
    }

    /// All comments, from `#` to the end of the line, in order.
    pub fn comments(&self) -> &[Span] {
        &self.comments
    }
}

/// See [`Tree::children`].
#[derive(Clone, Debug)]
pub struct Children<'a, 't> {
    tree: &'a Tree<'t>,
    next: u32,
    end: u32,
}

impl Iterator for Children<'_, '_> {
    type Item = NodeId;

    #[inline]
    fn next(&mut self) -> Option<NodeId> {
        if self.next >= self.end {
            return None;
        }
        let id = NodeId(self.next);
        self.next = self.tree.after(id);
        Some(id)
    }
}

/// See [`Tree::entries`].
#[derive(Clone, Debug)]
pub struct Entries<'a, 't>(Children<'a, 't>);

impl Iterator for Entries<'_, '_> {
    type Item = (NodeId, NodeId);

    #[inline]
    fn next(&mut self) -> Option<(NodeId, NodeId)> {
        Some((self.0.next()?, self.0.next()?))
    }
}
