//! One entry of a mapping as a piece of text that can be taken out and put in elsewhere.

use super::lines::{column, is_first_on_line, line_break, line_end, line_start, next_line, slice};
use crate::draft::Change;
use crate::yaml::{NodeId, Span, Style, Tree};

/// An entry of a mapping, in the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    pub key: NodeId,
    pub value: NodeId,
    /// The entry before it.
    pub previous: Option<(NodeId, NodeId)>,
    /// The entry behind it.
    pub next: Option<(NodeId, NodeId)>,
    /// The mapping is written with braces.
    pub flow: bool,
}

impl Entry {
    /// Finds the entry of a key.
    pub(super) fn of(tree: &Tree<'_>, mapping: NodeId, key: NodeId) -> Option<Self> {
        let mut previous = None;
        let mut entries = tree.entries(mapping);
        while let Some((other, value)) = entries.next() {
            if other == key {
                let flow = tree.style(mapping) == Style::FlowCollection;
                return Some(Self { key, value, previous, next: entries.next(), flow });
            }
            previous = Some((other, value));
        }
        None
    }

    /// Where the text of the entry starts: its key, with anchor and tag.
    pub(super) fn start(&self, tree: &Tree<'_>) -> u32 {
        tree.full_start(self.key)
    }

    /// Where the text of the entry ends: behind its value, or behind the colon where there is none.
    pub(super) fn end(&self, tree: &Tree<'_>) -> u32 {
        let key_end = tree.span(self.key).end;
        tree.span(self.value).end.max(key_end).max(colon_end(tree, key_end))
    }

    /// The lines of a block entry: from its key, or from the comments directly above it, to the end
    /// of the line its value ends on. None where it shares a line with something else.
    pub(super) fn lines(&self, tree: &Tree<'_>) -> Option<Lines> {
        let text = tree.text();
        let start = self.start(tree);
        let end = self.end(tree);
        if self.flow || ends_open(tree, self.value) {
            return None;
        }
        let behind = slice(text, end, line_end(text, end)).trim_start();
        if !(behind.is_empty() || behind.starts_with('#')) {
            return None;
        }
        let indent = column(text, start);
        let whole = is_first_on_line(text, start);
        let mut first = if whole { line_start(text, start) } else { start };
        if whole && self.previous.is_some() {
            first = above_comments(text, first, indent);
        }
        Some(Lines { start: first, end: next_line(text, end), indent, whole })
    }

    /// The changes that take the entry out. None where that cannot be done without touching
    /// others, or where it is the only one.
    pub(super) fn removal(&self, tree: &Tree<'_>) -> Option<Change> {
        let text = tree.text();
        if self.flow {
            let span = match (self.next, self.previous) {
                (Some((next, _)), _) => Span { start: self.start(tree), end: tree.full_start(next) },
                (None, Some((key, value))) => {
                    let before = tree.span(value).end.max(tree.span(key).end);
                    Span { start: before.max(colon_if_empty(tree, key, value)), end: self.end(tree) }
                }
                (None, None) => return None,
            };
            let own = Span { start: self.start(tree), end: self.end(tree) };
            let around = [slice(text, span.start, own.start), slice(text, own.end, span.end)];
            if around.iter().any(|blank| blank.contains('#')) {
                return None;
            }
            return Some(Change { span, text: String::new() });
        }
        let lines = self.lines(tree)?;
        if lines.whole {
            // The last line may lack its break: then the one before it goes.
            let lacks_break = lines.end as usize == text.len() && !text.ends_with('\n');
            let start = if lacks_break && lines.start > 0 { line_end(text, lines.start - 1) } else { lines.start };
            return Some(Change { span: Span { start, end: lines.end }, text: String::new() });
        }
        // The entry stands behind a dash: the next one takes its place.
        let (next, _) = self.next?;
        let next_start = tree.full_start(next);
        let between = slice(text, self.end(tree), next_start);
        if between.contains('#') || column(text, next_start) != lines.indent {
            return None;
        }
        Some(Change { span: Span { start: lines.start, end: next_start }, text: String::new() })
    }
}

/// The lines of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Lines {
    /// The first byte that belongs to it.
    pub start: u32,
    /// The first byte of the line behind it.
    pub end: u32,
    /// The column of its key.
    pub indent: u32,
    /// Its first line is its own, not shared with a dash.
    pub whole: bool,
}

impl Lines {
    /// The lines with their key in another column, each ended by a line break. None where a line
    /// has too little indentation to be moved.
    pub(super) fn at(&self, text: &str, indent: u32) -> Option<String> {
        shift(slice(text, self.start, self.end), self.indent, indent, !self.whole, line_break(text))
    }
}

/// Moves lines from one column to another. `bare` says that the first line comes without its
/// indentation.
pub(super) fn shift(lines: &str, from: u32, to: u32, bare: bool, line_break: &str) -> Option<String> {
    let mut shifted = String::with_capacity(lines.len() + 32);
    for (index, line) in lines.split_inclusive('\n').enumerate() {
        let content = line.trim_end_matches(['\n', '\r']);
        let trimmed = content.trim_start_matches(' ');
        let own = (content.len() - trimmed.len()) as u32;
        if content.trim().is_empty() {
            shifted.push_str(line_break);
            continue;
        }
        let indent = match own.checked_sub(from) {
            _ if index == 0 && bare => to,
            Some(more) => to + more,
            None if trimmed.starts_with('#') => to,
            None => return None,
        };
        if trimmed.starts_with('\t') {
            return None;
        }
        shifted.extend(std::iter::repeat_n(' ', indent as usize));
        shifted.push_str(trimmed);
        shifted.push_str(line_break);
    }
    Some(shifted)
}

/// The start of the comment lines directly above a line that stand in its column.
fn above_comments(text: &str, first: u32, indent: u32) -> u32 {
    let mut first = first;
    while first > 0 {
        let above = line_start(text, first - 1);
        let line = slice(text, above, first);
        let trimmed = line.trim_start_matches(' ');
        if !trimmed.starts_with('#') || (line.len() - trimmed.len()) as u32 != indent {
            break;
        }
        first = above;
    }
    first
}

/// Where the colon behind a key ends; the key's end where there is none.
fn colon_end(tree: &Tree<'_>, key_end: u32) -> u32 {
    let behind = slice(tree.text(), key_end, line_end(tree.text(), key_end));
    let blanks = behind.len() - behind.trim_start().len();
    if behind.trim_start().starts_with(':') { key_end + blanks as u32 + 1 } else { key_end }
}

fn colon_if_empty(tree: &Tree<'_>, key: NodeId, value: NodeId) -> u32 {
    if tree.style(value) == Style::Empty { colon_end(tree, tree.span(key).end) } else { 0 }
}

/// Whether a value's text goes on in blank lines that mean something (`|+`).
fn ends_open(tree: &Tree<'_>, value: NodeId) -> bool {
    let mut node = value;
    while let Some(last) = tree.children(node).last() {
        node = last;
    }
    let is_block = matches!(tree.style(node), Style::Literal | Style::Folded);
    let header = slice(tree.text(), tree.span(node).start, line_end(tree.text(), tree.span(node).start));
    is_block && header.contains('+')
}
