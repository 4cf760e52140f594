//! From the places of findings to bytes of a document's text.

use podlint_core::finding::{Edit, Position};

use crate::report::DocumentReport;

/// Bytes between two marks: how far a lookup may have to count.
const STRIDE: usize = 1024;

/// Where the lines and the code points of a document's text are.
///
/// A place is found by counting at most [`STRIDE`] bytes, however long its line is, so that a
/// thousand findings in one line of 5 MB are no more work than in a thousand lines.
pub struct Lines<'t> {
    text: &'t str,
    /// Lines and bytes of the file before the text.
    start: Start,
    /// The byte each line starts at.
    starts: Vec<usize>,
    /// What is before each multiple of `STRIDE`.
    marks: Vec<Mark>,
}

/// How much text stands before a mark.
#[derive(Clone, Copy, Default)]
struct Mark {
    /// Code points.
    chars: usize,
    /// Bytes of the same text in UTF-16.
    wide: usize,
}

impl Mark {
    /// This mark, with the text of more bytes counted.
    fn and(self, bytes: &[u8]) -> Self {
        let chars = bytes.iter().filter(|&&byte| starts_char(byte)).count();
        // From here on up, a lead byte begins what UTF-16 writes as two units.
        let pairs = bytes.iter().filter(|&&byte| byte >= 0xF0).count();
        Self { chars: self.chars + chars, wide: self.wide + 2 * (chars + pairs) }
    }
}

/// What stands before the text in its file.
#[derive(Clone, Copy)]
struct Start {
    lines: usize,
    /// Characters on its first line.
    columns: usize,
    bytes: usize,
}

impl<'t> Lines<'t> {
    /// Reads through the text once.
    pub fn new(document: &DocumentReport<'t>) -> Self {
        let text = document.text;
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        let mut marks = Vec::with_capacity(text.len() / STRIDE + 1);
        let mut mark = Mark::default();
        for chunk in text.as_bytes().chunks(STRIDE) {
            marks.push(mark);
            mark = mark.and(chunk);
        }
        // So that every place has a mark at or before it, the end of the text too.
        marks.push(mark);
        Self {
            text,
            start: Start { lines: document.line, columns: document.column, bytes: document.offset },
            starts,
            marks,
        }
    }

    /// The lines of the file that the text covers, counted from 1; the end is exclusive.
    pub fn covered(&self) -> std::ops::Range<usize> {
        let first = self.start.lines + 1;
        first..first + self.starts.len()
    }

    /// The bytes of a line, without its line break. A line outside the text gives the nearest.
    pub fn line(&self, line: usize) -> std::ops::Range<usize> {
        let row = line.saturating_sub(self.start.lines + 1).min(self.starts.len() - 1);
        let start = self.starts[row];
        let end = match self.starts.get(row + 1) {
            Some(next) => next - 1,
            None => self.text.len(),
        };
        let end = end - usize::from(self.text[start..end].ends_with('\r'));
        start..end
    }

    /// The byte of the text at this place; the nearest one in its line where there is none.
    pub fn byte(&self, place: Position) -> usize {
        let line = self.line(place.line);
        let missing = if place.line == self.start.lines + 1 { self.start.columns } else { 0 };
        let target = self.before(line.start).chars + place.column.saturating_sub(1 + missing);
        self.seek(target, |mark| mark.chars, |_| 1).0.clamp(line.start, line.end)
    }

    /// The byte that has `target` units of text before it, and how many it really has: one too
    /// many where the target is inside a character.
    fn seek(&self, target: usize, seen: impl Fn(&Mark) -> usize, size: impl Fn(char) -> usize) -> (usize, usize) {
        let index = self.marks.partition_point(|mark| seen(mark) <= target).saturating_sub(1);
        let mut count = seen(&self.marks[index]);
        let mut at = (index * STRIDE).min(self.text.len());
        // A chunk may begin inside a character, which was counted in the chunk before.
        while !self.text.is_char_boundary(at) {
            at += 1;
        }
        for char in self.text[at..].chars() {
            if count >= target {
                break;
            }
            count += size(char);
            at += char.len_utf8();
        }
        (at, count)
    }

    /// The line and the column of a byte of the text, both from 1.
    pub fn place(&self, byte: usize) -> (usize, usize) {
        let row = self.starts.partition_point(|&start| start <= byte) - 1;
        let column = self.before(byte).chars - self.before(self.starts[row]).chars;
        (self.start.lines + row + 1, column + 1 + if row == 0 { self.start.columns } else { 0 })
    }

    /// What stands before a byte.
    fn before(&self, byte: usize) -> Mark {
        let index = byte / STRIDE;
        self.marks[index].and(&self.text.as_bytes()[index * STRIDE..byte])
    }

    /// The bytes of the text that an edit replaces. Edits count bytes of the file as it is on
    /// disk, which are other ones where that is UTF-16; `known`, a place of the same document,
    /// tells which it is. None where the edit is not in this document.
    pub fn edited(&self, edit: &Edit, known: Position) -> Option<std::ops::Range<usize>> {
        let start = edit.start.checked_sub(self.start.bytes)?;
        let end = edit.end.checked_sub(self.start.bytes)?;
        let byte = self.byte(known);
        let raw = known.offset.checked_sub(self.start.bytes)?;
        let range = if byte == raw { start..end } else { self.wide(start)?..self.wide(end)? };
        self.text.get(range.clone()).map(|_| range)
    }

    /// The byte of the text that has this many bytes of UTF-16 before it.
    fn wide(&self, raw: usize) -> Option<usize> {
        let (at, count) = self.seek(raw, |mark| mark.wide, |char| char.len_utf16() * 2);
        (count == raw).then_some(at)
    }
}

/// Whether a byte begins a character, so that counting them counts code points.
const fn starts_char(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture;

    fn at(line: usize, column: usize) -> Position {
        Position { line, column, offset: 0 }
    }

    #[test]
    fn finds_places_in_a_document_below_others() {
        let report = fixture::empty();
        let document =
            DocumentReport { line: 3, offset: 20, ..fixture::document("a.yaml", "é: 1\r\nb: 2\n", &report) };
        let lines = Lines::new(&document);
        assert_eq!(lines.covered(), 4..7);
        assert_eq!(lines.line(4), 0..5, "without the line break");
        assert_eq!(lines.byte(at(4, 2)), 2, "columns are code points");
        assert_eq!(lines.byte(at(5, 1)), 7);
        assert_eq!(lines.byte(at(5, 99)), 11, "no further than the line");
        assert_eq!(lines.byte(at(99, 1)), 12);
        assert_eq!(lines.byte(at(1, 1)), 0);
        assert_eq!(lines.place(2), (4, 2));
        assert_eq!(lines.place(7), (5, 1));
        assert_eq!(lines.place(12), (6, 1));
    }

    #[test]
    fn agrees_with_counting_in_long_lines() {
        let text: String = "aé€😀".repeat(1500) + "\n" + &"€".repeat(1024) + "\n";
        let report = fixture::empty();
        let lines = Lines::new(&fixture::document("a.yaml", &text, &report));
        let (mut line, mut column) = (1, 1);
        for (byte, char) in text.char_indices() {
            assert_eq!(lines.place(byte), (line, column));
            assert_eq!(lines.byte(at(line, column)), byte);
            (line, column) = if char == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        assert_eq!(lines.place(text.len()), (3, 1));
    }

    #[test]
    fn an_empty_text_has_one_line() {
        let report = fixture::empty();
        let lines = Lines::new(&fixture::document("a.yaml", "", &report));
        assert_eq!((lines.line(1), lines.byte(at(1, 1)), lines.place(0)), (0..0, 0, (1, 1)));
    }

    #[test]
    fn edits_count_bytes_of_the_disk() {
        let report = fixture::empty();
        let document = DocumentReport { offset: 2, ..fixture::document("a.yaml", "a: 😀\nb: 2\n", &report) };
        let lines = Lines::new(&document);
        let edit = |start, end| Edit { start, end, text: String::new() };
        let narrow = Position { line: 2, column: 1, offset: 10 };
        assert_eq!(lines.edited(&edit(10, 11), narrow), Some(8..9));
        let wide = Position { line: 2, column: 1, offset: 14 };
        assert_eq!(lines.edited(&edit(14, 16), wide), Some(8..9));
        assert_eq!(lines.edited(&edit(15, 16), wide), None, "inside a character");
        assert_eq!(lines.edited(&edit(0, 1), narrow), None, "before the document");
        assert_eq!(lines.edited(&edit(14, 99), narrow), None, "behind the document");
    }
}
