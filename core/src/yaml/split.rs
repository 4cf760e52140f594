//! A stream to documents, textually, as the reader of kubectl does it (`YAMLOrJSONDecoder` of
//! `k8s.io/apimachinery`).
//!
//! A stream whose first character is `{` is taken for JSON values one after the other, until one of
//! the first two does not read; then, and otherwise, lines that start with `---` separate YAML
//! documents, wherever they stand.

use super::encoding::{EncodingError, utf8};
use super::jsoncheck::{Checker, Outcome};
use super::tree::Span;

/// One document's text within a stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chunk<'t> {
    /// The document's text, comments before it included. It starts with a `---` line where kubectl
    /// leaves it in, and never ends with one.
    pub text: &'t str,
    /// Bytes of the decoded stream before it.
    pub offset: usize,
    /// Lines before it.
    pub line: usize,
    /// Characters before it on its line: only a value of a JSON stream can start in the middle of one.
    pub column: usize,
    /// Which document of the stream it is, from 0. kubectl counts every chunk, also one of comments
    /// alone.
    pub index: usize,
    /// It comes from a JSON stream, and is to be read by [`super::Tree::parse_json`].
    pub json: bool,
    /// The chunk starts with a `---` line that has more than a comment on it, here. kubectl stops
    /// at such a line, with `invalid Yaml document separator`.
    pub bad_separator: Option<Span>,
}

/// A [`Chunk`] that owns its bytes, which may not be UTF-8.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnedChunk {
    /// The document's text.
    pub bytes: Vec<u8>,
    /// Bytes of the stream before it.
    pub offset: usize,
    /// Lines before it.
    pub line: usize,
    /// As [`Chunk::column`].
    pub column: usize,
    /// As [`Chunk::index`].
    pub index: usize,
    /// As [`Chunk::json`].
    pub json: bool,
    /// As [`Chunk::bad_separator`].
    pub bad_separator: Option<Span>,
}

impl OwnedChunk {
    /// The chunk as [`split`] would give it; the error's offset is in the stream.
    pub fn chunk(&self) -> Result<Chunk<'_>, EncodingError> {
        Ok(Chunk {
            text: utf8(&self.bytes, self.offset)?,
            offset: self.offset,
            line: self.line,
            column: self.column,
            index: self.index,
            json: self.json,
            bad_separator: self.bad_separator,
        })
    }
}

/// Cuts a text into documents. What is given, and the lines that separate it, are all of the text,
/// except for odd white space before a `{` which kubectl drops.
pub fn split(text: &str) -> impl Iterator<Item = Chunk<'_>> {
    let mut cutter = Cutter::default();
    let mut place = Place::default();
    std::iter::from_fn(move || {
        let window = text.get(place.offset..).unwrap_or_default();
        let cut = cutter.next(window.as_bytes(), true)?;
        place.pass(window.as_bytes(), 0..cut.start);
        let chunk = Chunk {
            text: window.get(cut.start..cut.end).unwrap_or_default(),
            offset: place.offset,
            line: place.line,
            column: place.column,
            index: place.index,
            json: cut.json,
            bad_separator: cut.bad_separator,
        };
        place.pass(window.as_bytes(), cut.start..cut.next);
        place.index += 1;
        Some(chunk)
    })
}

/// Cuts a stream into documents as it comes in. Gives the same chunks as [`split`], and holds no
/// more than the largest document and what was pushed last.
#[derive(Debug, Default)]
pub struct Splitter {
    buffer: Vec<u8>,
    /// How much of the buffer has been given out.
    used: usize,
    done: bool,
    cutter: Cutter,
    place: Place,
}

impl Splitter {
    /// A splitter at the start of a stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes of the stream.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.used > 0 {
            self.buffer.drain(..self.used);
            self.used = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// Says that the stream is at its end; [`Splitter::next`] then gives what is left.
    pub fn finish(&mut self) {
        self.done = true;
    }

    /// The next document, if it is known to be complete.
    #[allow(clippy::should_implement_trait, reason = "more may come after a `None`")]
    pub fn next(&mut self) -> Option<OwnedChunk> {
        let window = self.buffer.get(self.used..).unwrap_or_default();
        let cut = self.cutter.next(window, self.done)?;
        self.place.pass(window, 0..cut.start);
        let chunk = OwnedChunk {
            bytes: window.get(cut.start..cut.end).unwrap_or_default().to_vec(),
            offset: self.place.offset,
            line: self.place.line,
            column: self.place.column,
            index: self.place.index,
            json: cut.json,
            bad_separator: cut.bad_separator,
        };
        self.place.pass(window, cut.start..cut.next);
        self.place.index += 1;
        self.used += cut.next;
        Some(chunk)
    }
}

#[derive(Debug, Default)]
struct Place {
    offset: usize,
    line: usize,
    column: usize,
    index: usize,
}

impl Place {
    fn pass(&mut self, window: &[u8], bytes: std::ops::Range<usize>) {
        self.offset += bytes.len();
        let bytes = window.get(bytes).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', bytes).count();
        let behind = memchr::memrchr(b'\n', bytes).map(|at| at + 1);
        let line = bytes.get(behind.unwrap_or(0)..).unwrap_or_default();
        // Of a character, all bytes but the first start with the bits 10.
        let characters = line.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        self.column = characters + if behind.is_some() { 0 } else { self.column };
    }
}

/// Where a document ends in what is left of the stream.
struct Cut {
    start: usize,
    end: usize,
    /// Where the next one starts, behind the line that separates them.
    next: usize,
    json: bool,
    bad_separator: Option<Span>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Mode {
    #[default]
    Unknown,
    Json,
    Yaml,
}

/// The reader's state. What it is given always starts where the last cut said.
#[derive(Debug, Default)]
struct Cutter {
    mode: Mode,
    /// How much of the current document has been looked at.
    seen: usize,
    /// JSON values so far.
    values: usize,
    /// The last JSON value ended with its line.
    behind_line: bool,
    checker: Checker,
    /// The current JSON value is complete; what is looked at is white space behind it.
    complete: bool,
    /// Where the line ends that the value ends on.
    line_end: Option<usize>,
    /// White space that kubectl drops before the current document.
    lead: usize,
}

/// How far kubectl looks for the `{` that tells a JSON stream.
const PEEK: usize = 4096;
const SEPARATOR: &[u8] = b"---";

impl Cutter {
    /// `done`: nothing comes behind the window. None: nothing is left, or more is needed to tell.
    fn next(&mut self, window: &[u8], done: bool) -> Option<Cut> {
        if window.is_empty() {
            return None;
        }
        if self.mode == Mode::Unknown {
            self.mode = guess(window, done)?;
        }
        let cut = match self.mode {
            Mode::Json => self.json(window, done),
            _ => self.yaml(window, done),
        }?;
        self.seen = 0;
        self.lead = 0;
        Some(cut)
    }

    fn yaml(&mut self, window: &[u8], done: bool) -> Option<Cut> {
        let start = self.lead;
        let bad_separator = match separator(from(window, start), done)? {
            Separator::Bad(span) => Some(span),
            _ => None,
        };
        self.seen = self.seen.max(start);
        let Some(ahead) = memchr::memmem::find(from(window, self.seen), b"\n---") else {
            // The last bytes may be the start of a separator.
            self.seen = window.len().saturating_sub(SEPARATOR.len());
            let end = window.len();
            return done.then_some(Cut { start, end, next: end, json: false, bad_separator });
        };
        self.seen += ahead;
        let end = self.seen + 1;
        let next = match separator(from(window, end), done)? {
            Separator::Good(len) => end + len,
            Separator::Bad(_) | Separator::None => end,
        };
        Some(Cut { start, end, next, json: false, bad_separator })
    }

    fn json(&mut self, window: &[u8], done: bool) -> Option<Cut> {
        if !self.complete {
            if self.seen == 0 {
                self.checker = Checker::default();
            }
            let (read, outcome) = self.checker.run(from(window, self.seen), done);
            self.seen += read;
            match outcome {
                Outcome::More if !done => return None,
                Outcome::Value => self.complete = true,
                Outcome::More | Outcome::Wrong(_) => return self.not_json(window, done),
            }
        }
        let end = self.end_of_space(window, done)?;
        self.complete = false;
        self.behind_line = self.line_end.take().is_some();
        self.values += 1;
        Some(Cut { start: 0, end, next: end, json: true, bad_separator: None })
    }

    /// Goes on with YAML, as kubectl does while it has seen no more than one JSON value.
    fn not_json(&mut self, window: &[u8], done: bool) -> Option<Cut> {
        if self.values <= 1 {
            let (space, left) = turn_back(window, self.behind_line);
            self.seen = 0;
            // kubectl looks at four bytes when it turns back, and gives up where there are fewer.
            if left >= 4 {
                self.lead = space;
                self.mode = Mode::Yaml;
                return self.yaml(window, done);
            }
        }
        // The rest is for the JSON parser to complain of.
        let end = window.len();
        done.then_some(Cut { start: 0, end, next: end, json: true, bad_separator: None })
    }

    /// Where the white space behind a JSON value ends that belongs to it: with the line, or at the
    /// next character, or all of it at the end of the stream.
    fn end_of_space(&mut self, window: &[u8], done: bool) -> Option<usize> {
        for &byte in from(window, self.seen) {
            match byte {
                b'\n' if self.line_end.is_none() => self.line_end = Some(self.seen + 1),
                b' ' | b'\t' | b'\n' | b'\r' => {}
                _ => return Some(self.line_end.unwrap_or(self.seen)),
            }
            self.seen += 1;
        }
        done.then_some(window.len())
    }
}

/// Where kubectl takes up reading YAML: it drops white space up to the first line break. Gives what
/// must be dropped, and how many bytes kubectl then has before it, the line break included.
fn turn_back(window: &[u8], behind_line: bool) -> (usize, usize) {
    if behind_line {
        // The line break has gone with the value before.
        return (0, window.len() + 1);
    }
    let mut space = 0;
    let mut odd = false;
    let mut left = 0;
    for char in window.utf8_chunks().next().into_iter().flat_map(|chunk| chunk.valid().chars()) {
        let stays = !char.is_whitespace();
        if stays || char == '\n' {
            left = window.len() - space;
        }
        if stays {
            break;
        }
        space += char.len_utf8();
        if char == '\n' {
            break;
        }
        odd |= !matches!(char, ' ' | '\r');
    }
    // Spaces make no difference, and can stay in the document.
    (if odd { space } else { 0 }, left)
}

fn from(window: &[u8], start: usize) -> &[u8] {
    window.get(start..).unwrap_or_default()
}

/// Whether a stream starts like JSON: with `{`, behind nothing but white space.
fn guess(window: &[u8], done: bool) -> Option<Mode> {
    let head = window.get(..PEEK).unwrap_or(window);
    match first_char(head) {
        Some((_, '{')) => Some(Mode::Json),
        // Perhaps only part of a character has come.
        Some((at, char::REPLACEMENT_CHARACTER)) if !done && head.len() - at < 4 => None,
        Some(_) => Some(Mode::Yaml),
        None if done || window.len() >= PEEK => Some(Mode::Yaml),
        None => None,
    }
}

/// The first character that is not white space, and where it stands.
fn first_char(bytes: &[u8]) -> Option<(usize, char)> {
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        for char in chunk.valid().chars() {
            if !char.is_whitespace() {
                return Some((at, char));
            }
            at += char.len_utf8();
        }
        if !chunk.invalid().is_empty() {
            return Some((at, char::REPLACEMENT_CHARACTER));
        }
    }
    None
}

enum Separator {
    None,
    /// Length of the line.
    Good(usize),
    /// What stands behind the dashes.
    Bad(Span),
}

/// What the line at the start of the window is; none where its end is not there yet.
fn separator(window: &[u8], done: bool) -> Option<Separator> {
    if !window.starts_with(SEPARATOR) {
        return (done || window.len() >= SEPARATOR.len()).then_some(Separator::None);
    }
    let len = match memchr::memchr(b'\n', window) {
        Some(end) => end + 1,
        None if done => window.len(),
        None => return None,
    };
    let behind = window.get(SEPARATOR.len()..len).unwrap_or_default();
    Some(match first_char(behind) {
        None | Some((_, '#')) => Separator::Good(len),
        Some((at, _)) => {
            let end = SEPARATOR.len() + behind.trim_ascii_end().len();
            Separator::Bad(Span::new(SEPARATOR.len() + at, end))
        }
    })
}
