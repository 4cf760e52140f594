//! The few lines of a document that a finding is shown with.
//!
//! `miette` counts lines and columns from the start of the source for every label it draws, which
//! costs 1 ms a finding in a file of 1 MB. So it gets a source that holds only the lines to show,
//! cut to the width of the terminal, and that knows where they are in the file.

use std::ops::Range as Bytes;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use podlint_core::finding::Range;
use unicode_width::UnicodeWidthChar;

use crate::render::lines::Lines;
use crate::render::names::visible;

/// Lines shown before and after each line with a label.
pub const CONTEXT: usize = 1;

/// Hidden lines that are shown after all, because a new frame would take as many.
const GAP: usize = 2;

/// Columns between tab stops.
const TAB: usize = 4;

/// Stands for what is cut off a line.
const CUT: char = '…';

/// The lines to show for one finding.
pub struct Window {
    file: String,
    text: String,
    rows: Vec<Row>,
    marks: Vec<Mark>,
}

/// One line of the window.
struct Row {
    /// Its bytes in the window, line break included.
    bytes: Bytes<usize>,
    /// Its number in the file, from 1.
    line: usize,
    /// Rows of one group follow each other in the file.
    group: usize,
}

/// A place that is pointed at.
struct Mark {
    span: SourceSpan,
    /// Its column in the file, from 1.
    column: usize,
}

/// How a line is shown.
#[derive(Clone, Copy)]
struct View {
    group: usize,
    width: usize,
}

impl Window {
    /// The lines around these places of a document, the first of which is shown first. Lines take
    /// at most `width` columns.
    pub fn new(file: &str, text: &str, lines: &Lines<'_>, places: &[Range], width: usize) -> Self {
        let covered = lines.covered();
        let mut window = Self {
            file: file.to_owned(),
            text: String::new(),
            rows: Vec::new(),
            marks: places.iter().map(|place| Mark { span: (0, 0).into(), column: place.start.column }).collect(),
        };
        let starts: Vec<usize> = places.iter().map(|place| place.start.line).collect();
        // What follows the last line break is shown only where something points at it.
        let blank = usize::from(lines.line(covered.end).is_empty());
        let filled = covered.start..covered.end - blank;
        for (group, shown) in groups(&starts, &filled).into_iter().enumerate() {
            for line in shown {
                // Of bytes that are no text there is nothing to show but the place.
                let known = covered.contains(&line);
                let at = if known { lines.line(line) } else { 0..0 };
                // A finding that spans lines is underlined to the end of the first one: the rest
                // would be a wall of text.
                let here = |index: &usize| starts[*index] == line;
                let points: Vec<(usize, Bytes<usize>)> = (0..places.len())
                    .filter(here)
                    .map(|index| {
                        let Range { start, end } = places[index];
                        let byte = |place| lines.byte(place).clamp(at.start, at.end);
                        let end = if end.line > line { at.end } else { byte(end) };
                        let start = byte(start);
                        (index, start - at.start..end.max(start) - at.start)
                    })
                    .collect();
                window.push(&text[at], line, &points, View { group, width });
            }
        }
        window
    }

    /// Where the places given to [`Window::new`] are in the window, in the same order.
    pub fn spans(&self) -> impl Iterator<Item = SourceSpan> {
        self.marks.iter().map(|mark| mark.span)
    }

    /// Adds a line, cut so that the first of its points is seen.
    fn push(&mut self, source: &str, line: usize, points: &[(usize, Bytes<usize>)], view: View) {
        let row_start = self.text.len();
        let first = points.first().map_or(0..0, |(_, point)| point.clone());
        let left = left_edge(source, &first, view.width);
        if left > 0 {
            self.text.push(CUT);
        }
        // Which byte of the window each shown byte of the line became.
        let mut shown = Vec::new();
        let mut column = usize::from(left > 0);
        for (at, char) in source[left..].char_indices().take(most_chars(view.width)) {
            let columns = columns(char, column);
            if column + columns > view.width {
                break;
            }
            column += columns;
            shown.push((left + at, self.text.len()));
            if char == '\t' {
                self.text.extend(std::iter::repeat_n(' ', columns));
            } else {
                self.text.push(visible(char));
            }
        }
        let right = self.text.len();
        let cut = source[left..].chars().nth(shown.len()).is_some();
        if cut {
            self.text.push(CUT);
        }
        let find = |byte: usize| {
            let index = shown.partition_point(|&(at, _)| at < byte);
            shown.get(index).map_or(right, |&(_, found)| found)
        };
        for (index, point) in points {
            let from = if point.start < left { row_start } else { find(point.start) };
            let mut to = if point.end < left { row_start } else { find(point.end) };
            // What is cut away is pointed at where the line is cut.
            if to == from && !point.is_empty() && (point.end <= left || cut) {
                to += CUT.len_utf8();
            }
            self.marks[*index].span = (from, to - from).into();
        }
        self.text.push('\n');
        self.rows.push(Row { bytes: row_start..self.text.len(), line, group: view.group });
    }

    /// The row that holds a byte of the window.
    fn row(&self, byte: usize) -> Option<usize> {
        let row = self.rows.partition_point(|row| row.bytes.end <= byte);
        (row < self.rows.len()).then_some(row)
    }
}

/// The lines to show around these ones: that of the first, then the others from the top.
fn groups(lines: &[usize], filled: &Bytes<usize>) -> Vec<Bytes<usize>> {
    let around = |line: usize| {
        let mut before = line.saturating_sub(CONTEXT)..line;
        let mut after = line + 1..line + 1 + CONTEXT;
        let start = before.find(|near| filled.contains(near)).unwrap_or(line);
        let end = after.rfind(|near| filled.contains(near)).unwrap_or(line);
        start..end + 1
    };
    let mut sorted = lines.to_vec();
    sorted.sort_unstable();
    let mut groups: Vec<Bytes<usize>> = Vec::new();
    for shown in sorted.into_iter().map(around) {
        match groups.last_mut() {
            Some(last) if shown.start <= last.end + GAP => last.end = last.end.max(shown.end),
            _ => groups.push(shown),
        }
    }
    if let Some(first) = lines.first() {
        let primary = groups.iter().position(|group| group.contains(first)).unwrap_or(0);
        groups[..=primary].rotate_right(1);
    }
    groups
}

/// The byte at which the shown part of a line begins, so that the point is in it.
fn left_edge(source: &str, point: &Bytes<usize>, width: usize) -> usize {
    if point.start == 0 || ends_within(source, point.end, width) {
        return 0;
    }
    // A third of the width shows what stands before the point.
    let mut room = width / 3;
    let mut left = point.start;
    let before = source[..point.start].char_indices().rev();
    for (at, char) in before.take(most_chars(width)) {
        let columns = columns(char, 0);
        if columns > room {
            break;
        }
        room -= columns;
        left = at;
    }
    left
}

/// Whether the text up to this byte takes no more than `width` columns.
fn ends_within(source: &str, byte: usize, width: usize) -> bool {
    let mut column = 0;
    for (at, char) in source.char_indices().take(most_chars(width)) {
        if at >= byte {
            return true;
        }
        column += columns(char, column);
        if column > width {
            return false;
        }
    }
    source.len() <= byte && source.chars().nth(most_chars(width)).is_none()
}

/// Characters looked at to fill a line: any number of them may take no column.
const fn most_chars(width: usize) -> usize {
    4 * width
}

/// The columns that a character takes when it is shown at this column.
fn columns(char: char, column: usize) -> usize {
    if char == '\t' { TAB - column % TAB } else { visible(char).width().unwrap_or(0) }
}

impl SourceCode for Window {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let end = span.offset() + span.len();
        let (Some(mut first), Some(mut last)) = (self.row(span.offset()), self.row(end)) else {
            return Err(MietteError::OutOfBounds);
        };
        let group = self.rows[first].group;
        // Two places that are far apart get a frame each.
        if self.rows[last].group != group {
            return Err(MietteError::OutOfBounds);
        }
        let in_group = |row: &Row| row.group == group;
        for _ in 0..before {
            first -= usize::from(first > 0 && in_group(&self.rows[first - 1]));
        }
        for _ in 0..after {
            last += usize::from(self.rows.get(last + 1).is_some_and(in_group));
        }
        // Without lines around it, `miette` asks for a label's own line and column.
        let mark = self.marks.iter().find(|mark| before == 0 && mark.span == *span);
        let bytes = self.rows[first].bytes.start..self.rows[last].bytes.end;
        // `miette` joins the frames of two places whose lines meet, so all of a group must.
        let lines = self.rows[first..].iter().take_while(|row| in_group(row)).count();
        Ok(Box::new(MietteSpanContents::new_named(
            self.file.clone(),
            &self.text.as_bytes()[bytes.clone()],
            (bytes.start, bytes.len()).into(),
            self.rows[first].line - 1,
            mark.map_or(0, |mark| mark.column.saturating_sub(1)),
            lines,
        )))
    }
}
