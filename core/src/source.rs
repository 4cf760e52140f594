//! The one place that turns offsets in a document into lines, columns and bytes of its file.

use std::cell::Cell;

use crate::engine::Document;
use crate::finding::{Position, Range};
use crate::yaml::{Encoding, Span};

/// Finds lines and columns in one document. Fastest when asked in ascending order: it walks on from
/// the last answer, so that a file of one long line costs one pass.
pub struct Locator<'t> {
    document: Document<'t>,
    last: Cell<Cursor>,
}

#[derive(Clone, Copy)]
struct Cursor {
    offset: usize,
    /// Line breaks before it.
    line: usize,
    /// Code points before it on its line.
    column: usize,
    /// Bytes on disk before it.
    raw: usize,
}

const START: Cursor = Cursor { offset: 0, line: 0, column: 0, raw: 0 };

impl<'t> Locator<'t> {
    /// A locator for this document.
    pub const fn new(document: &Document<'t>) -> Self {
        Self { document: *document, last: Cell::new(START) }
    }

    /// The place of an offset of the document's text, in its file.
    pub fn position(&self, offset: usize) -> Position {
        let mut cursor = self.last.get();
        if cursor.offset > offset {
            cursor = START;
        }
        let stretch = self.document.text.get(cursor.offset..offset).unwrap_or_default();
        let breaks = memchr::memchr_iter(b'\n', stretch.as_bytes()).count();
        let line = stretch.rsplit_once('\n').map_or(stretch, |(_, line)| line);
        let column = line.chars().count();
        cursor = Cursor {
            offset,
            line: cursor.line + breaks,
            column: if breaks == 0 { cursor.column + column } else { column },
            raw: cursor.raw + raw_len(stretch, self.document.encoding),
        };
        self.last.set(cursor);
        Position {
            line: self.document.line + cursor.line + 1,
            column: cursor.column + 1,
            offset: self.document.offset + cursor.raw,
        }
    }

    /// The place of a span, in its file.
    pub fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start as usize), end: self.position(span.end as usize) }
    }
}

/// How many bytes a text takes on disk.
fn raw_len(text: &str, encoding: Encoding) -> usize {
    match encoding {
        Encoding::Utf8 | Encoding::Utf8Bom => text.len(),
        Encoding::Utf16Le | Encoding::Utf16Be => text.encode_utf16().count() * 2,
    }
}
