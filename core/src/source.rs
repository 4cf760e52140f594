//! The one place that turns offsets in a document into lines, columns and bytes of its file.

use std::cell::RefCell;

use crate::document::Document;
use crate::finding::{Position, Range};
use crate::yaml::{Encoding, Span};

/// Finds lines and columns in one document. It marks the way it has gone, so that a file of one
/// long line costs one pass, whatever the order of the questions.
pub struct Locator<'t> {
    document: Document<'t>,
    marks: RefCell<Vec<Mark>>,
}

/// What lies before an offset.
#[derive(Clone, Copy)]
struct Mark {
    offset: usize,
    /// Line breaks.
    line: usize,
    /// Code points on its line.
    column: usize,
    /// Bytes on disk.
    raw: usize,
}

/// Bytes between two marks.
const STRETCH: usize = 4096;

impl<'t> Locator<'t> {
    /// A locator for this document.
    pub const fn new(document: &Document<'t>) -> Self {
        Self { document: *document, marks: RefCell::new(Vec::new()) }
    }

    /// The place of an offset of the document's text, in its file.
    pub fn position(&self, offset: usize) -> Position {
        let mut marks = self.marks.borrow_mut();
        let passed = marks.partition_point(|mark| mark.offset <= offset);
        let before = passed.checked_sub(1).and_then(|last| marks.get(last)).copied();
        let mut mark = before.unwrap_or(Mark { offset: 0, line: 0, column: self.document.column, raw: 0 });
        while offset - mark.offset > STRETCH {
            let mut end = mark.offset + STRETCH;
            while !self.document.text.is_char_boundary(end) {
                end += 1;
            }
            mark = self.ahead(mark, end);
            marks.push(mark);
        }
        let here = self.ahead(mark, offset);
        Position {
            line: self.document.line + here.line + 1,
            column: here.column + 1,
            offset: self.document.offset + here.raw,
        }
    }

    fn ahead(&self, mark: Mark, offset: usize) -> Mark {
        let stretch = self.document.text.get(mark.offset..offset).unwrap_or_default();
        let breaks = memchr::memchr_iter(b'\n', stretch.as_bytes()).count();
        let line = stretch.rsplit_once('\n').map_or(stretch, |(_, line)| line);
        let column = line.chars().count();
        Mark {
            offset,
            line: mark.line + breaks,
            column: if breaks == 0 { mark.column + column } else { column },
            raw: mark.raw + raw_len(stretch, self.document.encoding),
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
