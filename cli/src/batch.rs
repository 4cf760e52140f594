//! Documents of one file on their way through the pipeline.

use std::ops;

use podlint_core::finding::Range;
use podlint_core::settings::Settings;
use podlint_core::yaml::{self, Encoding, EncodingError, OwnedChunk, Span, Splitter};
use podlint_core::{Document, Report, check, unreadable};

/// Some documents of one file, in order, over one text.
#[derive(Default, Debug)]
pub struct Batch {
    /// The text that the documents are stretches of.
    pub text: String,
    /// How the file is written on disk.
    pub encoding: Encoding,
    /// Where each document is.
    pub pieces: Vec<Piece>,
}

/// Where one document is.
#[derive(Clone, Debug)]
pub struct Piece {
    /// In the text of the batch.
    pub range: ops::Range<usize>,
    /// Bytes of the file before it, as the file is on disk.
    pub offset: usize,
    /// Lines of the file before it.
    pub line: usize,
    /// Characters before it on its line.
    pub column: usize,
    /// Counted as kubectl's reader counts.
    pub index: usize,
    /// From a stream of JSON values.
    pub json: bool,
    /// Text behind the `---` it starts with, where kubectl gives up.
    pub bad_separator: Option<Span>,
    /// It is no text; the batch holds what can be shown of it.
    pub no_text: Option<NoText>,
}

/// Why a document is no text.
#[derive(Clone, Debug)]
pub struct NoText {
    /// What is wrong; its offset is counted in the text before it.
    error: EncodingError,
    /// The document before that, in UTF-8.
    before: Vec<u8>,
    /// Where that is in the file.
    offset: usize,
}

impl Batch {
    /// All documents of a file. Where the file is no text, that is said once, and the documents that
    /// are text are there all the same.
    pub fn whole(bytes: &[u8]) -> Self {
        match yaml::decode(bytes) {
            Ok((text, encoding)) => Self::of_text(text.into_owned(), encoding),
            Err(error) => Self::of_broken(bytes, error),
        }
    }

    fn of_broken(bytes: &[u8], error: EncodingError) -> Self {
        let encoding = Encoding::detect(bytes);
        let mut batch = Self { encoding, ..Self::default() };
        if is_utf16(encoding) {
            let before = bytes.get(..error.offset).unwrap_or(bytes);
            batch.text = yaml::decode(before).map_or_else(|_| String::new(), |(text, _)| text.into_owned());
            let before = batch.text.clone().into_bytes();
            let no_text =
                NoText { offset: error.offset, error: EncodingError { offset: before.len(), ..error }, before };
            let range = 0..batch.text.len();
            batch.pieces.push(Piece {
                range,
                offset: 0,
                line: 0,
                column: 0,
                index: 0,
                json: false,
                bad_separator: None,
                no_text: Some(no_text),
            });
            return batch;
        }
        let mark = encoding.mark().len();
        let mut splitter = Splitter::new();
        splitter.push(bytes.get(mark..).unwrap_or_default());
        splitter.finish();
        let mut broken = false;
        while let Some(chunk) = splitter.next() {
            batch.push(&chunk, mark, &mut broken);
        }
        batch
    }

    /// Takes in a document of a stream that starts with a mark of this length. Only the first one
    /// that is no text is taken: in a file of another encoding all of them are none.
    pub fn push(&mut self, chunk: &OwnedChunk, mark: usize, broken: &mut bool) {
        let start = self.text.len();
        let no_text = match chunk.chunk() {
            Ok(chunk) => {
                self.text.push_str(chunk.text);
                None
            }
            Err(_) if *broken => return,
            Err(error) => {
                *broken = true;
                self.text.push_str(&String::from_utf8_lossy(&chunk.bytes));
                let offset = mark + error.offset;
                let error = EncodingError { offset: error.offset - chunk.offset, ..error };
                let before = chunk.bytes.get(..error.offset).unwrap_or_default().to_owned();
                Some(NoText { error, before, offset })
            }
        };
        self.pieces.push(Piece {
            range: start..self.text.len(),
            offset: mark + chunk.offset,
            line: chunk.line,
            column: chunk.column,
            index: chunk.index,
            json: chunk.json,
            bad_separator: chunk.bad_separator,
            no_text,
        });
    }

    /// All documents of a decoded file.
    pub fn of_text(text: String, encoding: Encoding) -> Self {
        let mut raw = RawOffsets { text: &text, encoding, seen: 0, offset: encoding.mark().len() };
        let pieces = yaml::split(&text)
            .map(|chunk| Piece {
                range: chunk.offset..chunk.offset + chunk.text.len(),
                offset: raw.of(chunk.offset),
                line: chunk.line,
                column: chunk.column,
                index: chunk.index,
                json: chunk.json,
                bad_separator: chunk.bad_separator,
                no_text: None,
            })
            .collect();
        Self { text, encoding, pieces }
    }

    /// Some of the file is no text, so that the batch does not hold all of it.
    pub fn is_broken(&self) -> bool {
        self.pieces.iter().any(|piece| piece.no_text.is_some())
    }

    /// Checks a document.
    pub fn report(&self, piece: &Piece, settings: &Settings) -> Report {
        let Some(no_text) = &piece.no_text else { return check(&self.document(piece), settings) };
        let mut report = unreadable(&no_text.before, &no_text.error, settings);
        for Range { start, end } in report.findings.iter_mut().map(|finding| &mut finding.range) {
            for place in [start, end] {
                place.line += piece.line;
                place.offset = (place.offset + no_text.offset).saturating_sub(no_text.error.offset);
            }
        }
        report
    }

    /// A document's text.
    pub fn text_of(&self, piece: &Piece) -> &str {
        self.text.get(piece.range.clone()).unwrap_or_default()
    }

    /// A document as core takes it.
    pub fn document(&self, piece: &Piece) -> Document<'_> {
        Document {
            text: self.text_of(piece),
            json: piece.json,
            offset: piece.offset,
            line: piece.line,
            column: piece.column,
            index: piece.index,
            bad_separator: piece.bad_separator,
            encoding: self.encoding,
        }
    }
}

/// Whether a file in this encoding has to be decoded before anything can be found in it.
pub fn is_utf16(encoding: Encoding) -> bool {
    matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be)
}

/// Turns offsets in the text into offsets in the file. They only grow, so that each stretch of a
/// UTF-16 text is counted once.
struct RawOffsets<'t> {
    text: &'t str,
    encoding: Encoding,
    seen: usize,
    offset: usize,
}

impl RawOffsets<'_> {
    fn of(&mut self, offset: usize) -> usize {
        let between = self.text.get(self.seen..offset).unwrap_or_default();
        let mark = self.encoding.mark().len();
        self.offset += self.encoding.raw_offset(between, between.len()) - mark;
        self.seen = offset;
        self.offset
    }
}
