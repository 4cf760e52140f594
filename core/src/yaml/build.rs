//! The parser's making of nodes.

use super::parse::Parser;
use super::resolve::{Meaning, Tag, resolve};
use super::scan::Scan;
use super::syntax::SyntaxError;
use super::text;
use super::token::{Token, TokenKind};
use super::tree::{BINARY, Kind, MERGE, Node, NodeId, PROPS, Style};

impl Parser<'_> {
    #[inline]
    fn push(&mut self, node: Node) {
        self.last_end = node.end;
        self.tree.nodes.push(node);
    }

    #[inline]
    pub(super) fn open(&mut self, token: Token, kind: Kind, style: Style, flags: u16) -> Scan<()> {
        if self.is_key() {
            return Self::fail(token, "a list or mapping cannot be a key in Kubernetes");
        }
        self.open.push(self.tree.nodes.len() as u32);
        // `extra` stays 0 until the collection is closed, which tells aliases inside of it.
        let Token { start, end, .. } = token;
        self.tree.nodes.push(Node { start, end, extra: 0, kind, style, flags });
        Ok(())
    }

    /// Ends the innermost open collection.
    #[inline]
    pub(super) fn close(&mut self, end: u32) {
        let after = self.tree.nodes.len() as u32;
        if let Some(id) = self.open.pop()
            && let Some(node) = self.tree.nodes.get_mut(id as usize)
        {
            node.extra = after;
            node.end = end.max(node.start);
            self.last_end = node.end;
        }
    }

    #[inline]
    pub(super) fn empty(&mut self, at: u32) {
        if self.is_key() {
            self.concerns.unspeakable = true;
        }
        self.push(Node { start: at, end: at, extra: 0, kind: Kind::Null, style: Style::Empty, flags: 0 });
    }

    pub(super) fn empty_with_properties(&mut self, tag: Option<Tag>) -> Scan<()> {
        let at = self.last_end;
        let token = Token::new(TokenKind::Plain, at as usize, at as usize);
        self.scalar(token, PROPS, tag)?;
        if let Some(node) = self.tree.nodes.last_mut() {
            node.style = Style::Empty;
        }
        Ok(())
    }

    #[inline]
    pub(super) fn scalar(&mut self, token: Token, flags: u16, tag: Option<Tag>) -> Scan<()> {
        let style = match token.kind {
            TokenKind::SingleQuoted => Style::SingleQuoted,
            TokenKind::DoubleQuoted => Style::DoubleQuoted,
            TokenKind::Literal => Style::Literal,
            TokenKind::Folded => Style::Folded,
            _ => Style::Plain,
        };
        let mut node = Node {
            start: token.start,
            end: token.end,
            extra: token.extra,
            kind: Kind::String,
            style,
            flags: token.flags | flags,
        };
        // A scalar over several lines has white space inside and can only be a string.
        if style == Style::Plain && token.flags == 0 && tag.is_none() {
            let text = self.tree.slice(token.start, token.end);
            match resolve(text) {
                Meaning::String => {
                    if text == "<<" {
                        node.flags |= MERGE;
                        self.tree.has_merges = true;
                    }
                }
                meaning => {
                    node.kind = kind(meaning);
                    self.concerns.unspeakable |= is_unspeakable(meaning, self.is_key());
                }
            }
        }
        self.push(node);
        match tag {
            Some(tag) => self.tagged(tag),
            None => Ok(()),
        }
    }

    /// Settles the node that was pushed last by its tag.
    #[cold]
    fn tagged(&mut self, tag: Tag) -> Scan<()> {
        let id = NodeId(self.tree.nodes.len() as u32 - 1);
        let text = self.tree.string(id);
        let at = self.tree.full_start(id) as usize;
        let Some(meaning) = tag.resolve(&text) else {
            return Err(SyntaxError::new(at, "this value does not fit its tag"));
        };
        if tag == Tag::Binary && text::base64(&text).is_none() {
            return Err(SyntaxError::new(at, "a `!!binary` value must be base64"));
        }
        let is_key = self.is_key();
        self.concerns.unspeakable |= is_unspeakable(meaning, is_key);
        let merge = text == "<<" && matches!(tag, Tag::Plain | Tag::Merge);
        if let Some(node) = self.tree.nodes.last_mut() {
            node.kind = kind(meaning);
            if merge {
                node.flags |= MERGE;
                self.tree.has_merges = true;
            }
            if tag == Tag::Binary {
                node.flags |= BINARY;
            }
        }
        Ok(())
    }

    #[cold]
    pub(super) fn alias(&mut self, token: Token) -> Scan<()> {
        let name = self.tree.slice(token.start + 1, token.end);
        let Some(&target) = self.anchors.get(name) else {
            return Self::fail(token, format!("`*{name}` stands for nothing: there is no `&{name}` before it"));
        };
        let node = *self.tree.node(NodeId(target));
        let is_collection = matches!(node.kind, Kind::Sequence | Kind::Mapping);
        if is_collection && node.extra == 0 {
            return Self::fail(token, format!("`*{name}` stands inside of `&{name}`, so it would never end"));
        }
        let is_key = self.is_key();
        if is_key && is_collection {
            return Self::fail(token, "a list or mapping cannot be a key in Kubernetes");
        }
        self.concerns.aliases = true;
        // What the anchor stands for may be no key.
        self.concerns.unspeakable |= is_key && matches!(node.kind, Kind::Null | Kind::Integer);
        self.push(Node {
            start: token.start,
            end: token.end,
            extra: target,
            kind: Kind::Alias,
            style: Style::Plain,
            flags: 0,
        });
        Ok(())
    }
}

const fn kind(meaning: Meaning) -> Kind {
    match meaning {
        Meaning::Null => Kind::Null,
        Meaning::Bool(_) => Kind::Bool,
        Meaning::Integer(_) => Kind::Integer,
        Meaning::Float(_) => Kind::Float,
        Meaning::String => Kind::String,
    }
}

/// Whether there is no way to write this in JSON; for keys Go also lacks a way to write what only
/// fits an unsigned number.
fn is_unspeakable(meaning: Meaning, key: bool) -> bool {
    match meaning {
        Meaning::Null => key,
        Meaning::Integer(value) => key && i64::try_from(value).is_err(),
        Meaning::Float(value) => !key && !value.is_finite(),
        _ => false,
    }
}
