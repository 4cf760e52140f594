//! Tokens to nodes: the grammar of YAML 1.1 as a machine with an explicit stack of states.

use std::collections::HashMap;

use super::check;
use super::directive::cut_tag;
use super::resolve::Tag;
use super::scan::{Scan, Scanner};
use super::syntax::SyntaxError;
use super::token::{Token, TokenKind, survey};
use super::tree::{Kind, PROPS, Props, Span, Style, Tree};

/// What is expected next. Where a node is begun, the state to go on with is pushed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    DocumentEnd,
    BlockSequenceEntry,
    IndentlessEntry,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirst,
    FlowSequenceEntry,
    FlowPairValue,
    FlowPairEnd,
    FlowMappingFirst,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingEmptyValue,
}

/// What the parser found on the way that asks for a look at the finished tree.
#[derive(Default)]
pub(super) struct Concerns {
    pub aliases: bool,
    /// Null or huge keys, infinities: an error where they become part of the JSON.
    pub unspeakable: bool,
}

pub(super) struct Parser<'t> {
    pub(super) scanner: Scanner<'t>,
    pub(super) tree: Tree<'t>,
    pub(super) states: Vec<State>,
    /// Collections that are not finished.
    pub(super) open: Vec<u32>,
    pub(super) anchors: HashMap<&'t str, u32>,
    /// Where the node that was finished last ends.
    pub(super) last_end: u32,
    pub(super) concerns: Concerns,
    /// Handles with what they stand for, the document's own first.
    pub(super) handles: Vec<(String, String)>,
}

pub(super) fn document(text: &str) -> Result<Tree<'_>, SyntaxError> {
    if u32::try_from(text.len()).is_err() {
        return Err(SyntaxError::new(0, "a document of more than 4 GiB cannot be read"));
    }
    let survey = survey(text.as_bytes());
    let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let mut parser = Parser {
        scanner: Scanner::new(text, start, survey.unix),
        tree: Tree::with_text(text),
        states: Vec::with_capacity(32),
        open: Vec::with_capacity(32),
        anchors: HashMap::new(),
        last_end: 0,
        concerns: Concerns::default(),
        handles: Vec::new(),
    };
    let result = parser.run();
    if let Some(at) = survey.forbidden {
        let read_to = parser.scanner.pos.max(parser.scanner.token_start + 4);
        match &result {
            Err(error) if (error.offset as usize) < at && parser.scanner.pos <= at => {}
            Ok(()) if at >= buffered(text, start, read_to) => {}
            _ => return Err(forbidden(text, at)),
        }
    }
    result?;
    let Parser { mut tree, scanner, concerns, .. } = parser;
    tree.comments = scanner.comments;
    check::tree(&tree, &concerns)?;
    Ok(tree)
}

#[cold]
fn forbidden(text: &str, at: usize) -> SyntaxError {
    let found = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or_default();
    SyntaxError::new(at, format!("YAML does not allow the control character U+{:04X} here", u32::from(found)))
}

/// How far go-yaml has read, in blocks of 512 bytes, when it needs the text up to `at`. A forbidden
/// character behind that place, in what follows the document, is not seen.
fn buffered(text: &str, start: usize, at: usize) -> usize {
    let mut end = 0;
    loop {
        end += 512;
        if end >= text.len() {
            return text.len();
        }
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        if end >= at.max(start) {
            return end;
        }
    }
}

impl Parser<'_> {
    fn run(&mut self) -> Scan<()> {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::StreamEnd => return Ok(()),
            TokenKind::VersionDirective | TokenKind::TagDirective | TokenKind::DocumentStart => {
                self.directives()?;
                let token = self.scanner.peek()?;
                if token.kind != TokenKind::DocumentStart {
                    return Self::fail(token, "a `---` line must follow the lines that start with `%`");
                }
                self.last_end = token.end;
                self.scanner.skip();
                let token = self.scanner.peek()?;
                if matches!(
                    token.kind,
                    TokenKind::VersionDirective
                        | TokenKind::TagDirective
                        | TokenKind::DocumentStart
                        | TokenKind::DocumentEnd
                        | TokenKind::StreamEnd
                ) {
                    // An empty document has no node.
                    return Ok(());
                }
            }
            _ => self.directives()?,
        }
        self.states.push(State::DocumentEnd);
        self.node(true, false)?;
        while let Some(state) = self.states.pop() {
            match state {
                State::DocumentEnd => {
                    // Go looks at the next token, but not at what it is.
                    self.scanner.peek()?;
                }
                State::BlockSequenceEntry => self.block_sequence_entry()?,
                State::IndentlessEntry => self.indentless_entry()?,
                State::BlockMappingKey => self.block_mapping_key()?,
                State::BlockMappingValue => self.block_mapping_value()?,
                State::FlowSequenceFirst => self.flow_sequence_entry(true)?,
                State::FlowSequenceEntry => self.flow_sequence_entry(false)?,
                State::FlowPairValue => self.flow_pair_value()?,
                State::FlowPairEnd => self.close(self.last_end),
                State::FlowMappingFirst => self.flow_mapping_key(true)?,
                State::FlowMappingKey => self.flow_mapping_key(false)?,
                State::FlowMappingValue => self.flow_mapping_value()?,
                State::FlowMappingEmptyValue => {
                    self.states.push(State::FlowMappingKey);
                    self.empty(self.last_end);
                }
            }
        }
        Ok(())
    }

    /// The `%` lines before a document.
    fn directives(&mut self) -> Scan<()> {
        let mut version = false;
        loop {
            let token = self.scanner.peek()?;
            match token.kind {
                TokenKind::VersionDirective => {
                    if version {
                        return Self::fail(token, "a document has at most one `%YAML` line");
                    }
                    if token.extra != 101 {
                        return Self::fail(token, "Kubernetes reads YAML 1.1 only");
                    }
                    version = true;
                }
                TokenKind::TagDirective => {
                    let directive = self.scanner.tag_directives.get(token.extra as usize).cloned().unwrap_or_default();
                    if self.handles.iter().any(|(handle, _)| *handle == directive.0) {
                        return Self::fail(token, "this `%TAG` handle is defined twice");
                    }
                    self.handles.push(directive);
                }
                _ => break,
            }
            self.scanner.skip();
        }
        for (handle, prefix) in [("!", "!"), ("!!", "tag:yaml.org,2002:")] {
            self.handles.push((handle.to_owned(), prefix.to_owned()));
        }
        Ok(())
    }

    #[cold]
    pub(super) fn fail<T>(token: Token, message: impl Into<String>) -> Scan<T> {
        Err(SyntaxError::new(token.start as usize, message))
    }

    /// A node: its anchor and tag, and what they belong to.
    #[inline]
    pub(super) fn node(&mut self, block: bool, indentless: bool) -> Scan<()> {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::Alias => {
                self.scanner.skip();
                self.alias(token)
            }
            TokenKind::Anchor | TokenKind::Tag => self.node_with_properties(token, block, indentless),
            _ => self.content(token, block, indentless, 0, None),
        }
    }

    #[cold]
    fn node_with_properties(&mut self, first: Token, block: bool, indentless: bool) -> Scan<()> {
        let mut anchor = Span::default();
        let mut tag = Span::default();
        let mut token = first;
        let mut end = first.end;
        for _ in 0..2 {
            match token.kind {
                TokenKind::Anchor if anchor == Span::default() => {
                    anchor = Span { start: token.start + 1, end: token.end };
                }
                TokenKind::Tag if tag == Span::default() => tag = token.span(),
                _ => break,
            }
            end = token.end;
            self.scanner.skip();
            token = self.scanner.peek()?;
        }
        let meaning = if tag == Span::default() {
            None
        } else {
            let (handle, suffix) = cut_tag(self.tree.slice(tag.start, tag.end));
            if handle.is_empty() {
                Some(Tag::of(&suffix))
            } else if let Some((_, prefix)) = self.handles.iter().find(|(name, _)| name == handle) {
                Some(Tag::of(&format!("{prefix}{suffix}")))
            } else {
                let message = format!("the tag handle `{handle}` is not defined");
                return Err(SyntaxError::new(tag.start as usize, message));
            }
        };
        self.tree.props.push(Props { node: self.tree.nodes.len() as u32, start: first.start, anchor, tag });
        if anchor != Span::default() {
            let name = self.tree.slice(anchor.start, anchor.end);
            self.anchors.insert(name, self.tree.nodes.len() as u32);
        }
        self.last_end = end;
        self.content(token, block, indentless, PROPS, meaning)
    }

    /// What an anchor and tag belong to; `flags` says whether there is any.
    #[inline]
    fn content(&mut self, token: Token, block: bool, indentless: bool, flags: u16, tag: Option<Tag>) -> Scan<()> {
        match token.kind {
            TokenKind::Plain
            | TokenKind::SingleQuoted
            | TokenKind::DoubleQuoted
            | TokenKind::Literal
            | TokenKind::Folded => {
                self.scanner.skip();
                self.scalar(token, flags, tag)
            }
            TokenKind::BlockMappingStart if block => {
                self.scanner.skip();
                self.open(token, Kind::Mapping, Style::BlockCollection, flags)?;
                self.states.push(State::BlockMappingKey);
                Ok(())
            }
            TokenKind::BlockSequenceStart if block => {
                self.scanner.skip();
                self.open(token, Kind::Sequence, Style::BlockCollection, flags)?;
                self.states.push(State::BlockSequenceEntry);
                Ok(())
            }
            TokenKind::BlockEntry if indentless => {
                self.open(token, Kind::Sequence, Style::BlockCollection, flags)?;
                self.states.push(State::IndentlessEntry);
                Ok(())
            }
            TokenKind::FlowSequenceStart => {
                self.scanner.skip();
                self.open(token, Kind::Sequence, Style::FlowCollection, flags)?;
                self.states.push(State::FlowSequenceFirst);
                Ok(())
            }
            TokenKind::FlowMappingStart => {
                self.scanner.skip();
                self.open(token, Kind::Mapping, Style::FlowCollection, flags)?;
                self.states.push(State::FlowMappingFirst);
                Ok(())
            }
            _ if flags & PROPS != 0 => self.empty_with_properties(tag),
            _ => self.unexpected(token),
        }
    }

    #[cold]
    fn unexpected<T>(&self, token: Token) -> Scan<T> {
        let message = match token.kind {
            TokenKind::StreamEnd | TokenKind::DocumentStart | TokenKind::DocumentEnd => {
                if let Some(at) = self.scanner.open_bracket() {
                    let bracket = self.tree.slice(at, at + 1);
                    return Err(SyntaxError::new(at as usize, format!("this `{bracket}` is never closed")));
                }
                "the document ends where a value is expected"
            }
            TokenKind::FlowEntry => "a value is missing before this `,`",
            TokenKind::FlowSequenceEnd => "this `]` closes nothing that is open",
            TokenKind::FlowMappingEnd => "this `}` closes nothing that is open",
            TokenKind::BlockEntry => "a list item cannot start here",
            TokenKind::Value => "a key is missing before this `:`",
            _ => "a value is expected here",
        };
        Err(self.explain_bracket(SyntaxError::new(token.start as usize, message)))
    }

    /// Adds where the innermost open bracket stands.
    fn explain_bracket(&self, error: SyntaxError) -> SyntaxError {
        match self.scanner.open_bracket() {
            Some(at) => error.with(Span { start: at, end: at + 1 }, "the bracket opens here"),
            None => error,
        }
    }

    /// Whether the node that begins now is the key of a mapping.
    #[inline]
    pub(super) fn is_key(&self) -> bool {
        matches!(
            self.states.last(),
            Some(
                State::BlockMappingValue
                    | State::FlowMappingValue
                    | State::FlowMappingEmptyValue
                    | State::FlowPairValue
            )
        )
    }
}
