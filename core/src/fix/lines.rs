//! Lines and columns of a text, for edits.

use crate::yaml::{Span, Tree};

/// The start of the line that holds an offset.
pub(super) fn line_start(text: &str, offset: u32) -> u32 {
    let before = text.get(..offset as usize).unwrap_or_default();
    before.rfind('\n').map_or(0, |at| at as u32 + 1)
}

/// The end of the line that holds an offset, without its line break.
pub(super) fn line_end(text: &str, offset: u32) -> u32 {
    let after = text.get(offset as usize..).unwrap_or_default();
    let line = after.find('\n').map_or(after, |at| after.get(..at).unwrap_or_default());
    offset + line.strip_suffix('\r').unwrap_or(line).len() as u32
}

/// The start of the next line, or the end of the text.
pub(super) fn next_line(text: &str, offset: u32) -> u32 {
    let after = text.get(offset as usize..).unwrap_or_default();
    after.find('\n').map_or(text.len() as u32, |at| offset + at as u32 + 1)
}

/// Bytes between the start of its line and an offset.
pub(crate) fn column(text: &str, offset: u32) -> u32 {
    offset - line_start(text, offset)
}

/// The text between two offsets.
pub(super) fn slice(text: &str, start: u32, end: u32) -> &str {
    text.get(start as usize..end as usize).unwrap_or_default()
}

/// Whether only spaces stand between the start of the line and an offset.
pub(super) fn is_first_on_line(text: &str, offset: u32) -> bool {
    slice(text, line_start(text, offset), offset).bytes().all(|byte| byte == b' ')
}

/// How this text ends its lines.
pub(crate) fn line_break(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text.get(..at).is_some_and(|line| line.ends_with('\r')) => "\r\n",
        _ => "\n",
    }
}

/// A span cut to its first line: findings about a block point at its start.
pub(crate) fn first_line(tree: &Tree<'_>, span: Span) -> Span {
    let end = line_end(tree.text(), span.start).min(span.end);
    Span { start: span.start, end: end.max(span.start) }
}
