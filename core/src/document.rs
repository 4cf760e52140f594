//! One document as it is given to be checked.

use crate::yaml::{Chunk, Encoding, Span};

/// The text of one document and where it stands in its file.
#[derive(Clone, Copy, Debug)]
pub struct Document<'t> {
    /// The text between two `---` lines, comments included, or one JSON value.
    pub text: &'t str,
    /// The text comes from a stream of JSON values.
    pub json: bool,
    /// Bytes of the file before it, as the file is on disk, byte-order mark included.
    pub offset: usize,
    /// Lines of the file before it.
    pub line: usize,
    /// Characters before it on its line: only a value of a JSON stream can start in the middle of one.
    pub column: usize,
    /// Counted as kubectl's reader counts, from 0.
    pub index: usize,
    /// Text behind the `---` that it starts with, where kubectl gives up.
    pub bad_separator: Option<Span>,
    /// How the file is written on disk: offsets of findings and edits count its bytes.
    pub encoding: Encoding,
}

impl<'t> Document<'t> {
    /// The document of a chunk of a UTF-8 stream without byte-order mark.
    pub fn of(chunk: &Chunk<'t>) -> Self {
        Self {
            text: chunk.text,
            json: chunk.json,
            offset: chunk.offset,
            line: chunk.line,
            column: chunk.column,
            index: chunk.index,
            bad_separator: chunk.bad_separator,
            encoding: Encoding::Utf8,
        }
    }
}
