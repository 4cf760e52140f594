//! The tables for people at a terminal.
//!
//! Constraints are long and many, marks are short: so the constraints stand above each other, each
//! with a line down to its column.

use std::io::{self, Write};
use std::sync::Arc;

use miette::ThemeStyles;
use owo_colors::Style as Paint;
use podlint_core::schedule::Cluster;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::grid::{Column, Fold, Grid, Line, Mark};
use super::nodes::Names;
use super::story::{Mood, Note, Story, unread};
use crate::render::names::{self, plain};
use crate::render::summary::count;
use crate::render::{Renderer, Style};
use crate::report::{DocumentReport, Summary};

/// More nodes are folded; more constraints share a column.
const FOLD: Fold = Fold { nodes: 20, columns: 16 };
/// Columns below which nothing is cut to fit.
const NARROWEST: usize = 40;
/// Columns beyond which sentences are hard to read.
const WIDEST: usize = 120;
/// Columns that the names of nodes take at most.
const MOST_NAME: usize = 40;

/// What a table is drawn with.
struct Signs {
    takes: &'static str,
    would: &'static str,
    refused: &'static str,
    unmet: &'static str,
    met: &'static str,
    bar: &'static str,
    corner: &'static str,
    cut: &'static str,
}

const UNICODE: Signs =
    Signs { takes: "✓", would: "○", refused: "✗", unmet: "×", met: "·", bar: "│", corner: "┌", cut: "…" };
const ASCII: Signs =
    Signs { takes: "+", would: "o", refused: "X", unmet: "x", met: ".", bar: "|", corner: ",", cut: "..." };

/// Writes a table for each Pod as it comes.
pub struct Tables {
    style: Style,
    paint: ThemeStyles,
    signs: &'static Signs,
    cluster: Arc<Cluster>,
    names: Names,
    /// A table has marks that the last line explains.
    is_marked: bool,
}

impl Tables {
    /// For this terminal, or none.
    pub fn new(mut style: Style, unicode: bool, cluster: Arc<Cluster>) -> Self {
        style.width = style.width.max(NARROWEST);
        let paint = if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
        let signs = if unicode { &UNICODE } else { &ASCII };
        let names = Names::of(&cluster);
        Self { style, paint, signs, cluster, names, is_marked: false }
    }

    fn story(&self, out: &mut dyn Write, story: &Story) -> io::Result<()> {
        let color = match story.mood {
            Mood::Placed => self.good(),
            Mood::Partly => self.paint.warning,
            Mood::Nowhere => self.paint.error,
        };
        self.wrapped(out, "  ", &story.verdict, color)?;
        for note in &story.notes {
            self.wrapped(out, &format!("  {}: ", note.from), &note.words, Paint::new())?;
        }
        Ok(())
    }

    /// A sentence behind a word, with its further lines below its first.
    fn wrapped(&self, out: &mut dyn Write, start: &str, words: &str, paint: Paint) -> io::Result<()> {
        let indent = " ".repeat(start.width());
        let options = textwrap::Options::new(self.style.width.min(WIDEST))
            .break_words(false)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .initial_indent(start)
            .subsequent_indent(&indent);
        let words: Vec<_> = words.lines().map(plain).collect();
        for line in textwrap::wrap(&words.join(" "), &options) {
            let (blank, words) = line.split_at(line.len() - line.trim_start().len());
            writeln!(out, "{blank}{}", paint.style(words))?;
        }
        Ok(())
    }

    fn grid(&self, out: &mut dyn Write, grid: &Grid, is_asked: bool) -> io::Result<()> {
        let marks = (grid.columns.len() * 2).saturating_sub(1);
        let room =
            self.style.width.saturating_sub(marks + 8).min(self.style.width * 2 / 5).clamp(NARROWEST / 4, MOST_NAME);
        let names: Vec<String> = grid.lines.iter().map(|line| self.names(line, room)).collect();
        let widest = names.iter().map(|name| name.width()).max().unwrap_or_default();
        for (at, column) in grid.columns.iter().enumerate() {
            self.heading(out, 4 + widest + 2, at, column)?;
        }
        for (line, name) in grid.lines.iter().zip(&names) {
            self.line(out, line, name, widest, is_asked)?;
        }
        Ok(())
    }

    /// The name of a constraint, behind the bars of those before it.
    fn heading(&self, out: &mut dyn Write, start: usize, at: usize, column: &Column) -> io::Result<()> {
        let dim = self.paint.linum;
        let bars = format!("{} ", self.signs.bar).repeat(at);
        let text = format!("{} {}", column.kind, column.what);
        let text = plain(text.trim_end());
        let room = self.style.width.saturating_sub(start + 2 * at + 2);
        let nodes = format!("  fails on {}", count(column.nodes, "node"));
        // The constraint matters more than how many fail it.
        let nodes = if room >= text.width().min(NARROWEST / 2) + nodes.len() { nodes } else { String::new() };
        let text = self.fitting(&text, room.saturating_sub(nodes.len()));
        let blank = " ".repeat(start);
        write!(out, "{blank}{}{} ", dim.style(bars), dim.style(self.signs.corner))?;
        writeln!(out, "{}{}", self.bold(Paint::new()).style(text), dim.style(nodes))
    }

    fn line(&self, out: &mut dyn Write, line: &Line, name: &str, widest: usize, is_asked: bool) -> io::Result<()> {
        let Signs { takes, would, refused, unmet, met, .. } = *self.signs;
        let (good, bad, dim) = (self.bold(self.good()), self.bold(self.paint.error), self.paint.linum);
        let blank = " ".repeat(widest - name.width());
        match (line.is_free(), is_asked) {
            (true, true) => write!(out, "  {} {}{blank}", good.style(takes), good.style(name))?,
            (true, false) => write!(out, "  {} {name}{blank}", good.style(would))?,
            (false, _) => write!(out, "    {name}{blank}")?,
        }
        for (at, mark) in line.marks.iter().enumerate() {
            let between = if at == 0 { "  " } else { " " };
            match mark {
                Mark::Met => write!(out, "{between}{}", dim.style(met))?,
                Mark::Refused => write!(out, "{between}{}", bad.style(refused))?,
                Mark::Unmet => write!(out, "{between}{}", self.paint.warning.style(unmet))?,
            }
        }
        let mut found: Vec<&str> = line.found.iter().map(String::as_str).filter(|found| !found.is_empty()).collect();
        found.dedup();
        let taken = 4 + widest + 1 + 2 * line.marks.len() + 2;
        let room = self.style.width.saturating_sub(taken);
        if !found.is_empty() && room >= NARROWEST / 4 {
            write!(out, "  {}", self.fitting_start(&plain(&found.join(", ")), room))?;
        }
        writeln!(out)
    }

    /// The nodes of a line: as many names as there is room for, and how many more there are.
    fn names(&self, line: &Line, room: usize) -> String {
        let total = line.nodes.len();
        let name = |at: usize| self.names.short.get(at).map_or("", String::as_str);
        let mut text = String::new();
        for (shown, node) in line.nodes.iter().enumerate() {
            let rest = total - shown - 1;
            let more = if rest == 0 { String::new() } else { format!(" {} (+{rest})", self.signs.cut) };
            let between = if shown == 0 { "" } else { ", " };
            let longer = format!("{text}{between}{}", name(*node));
            if shown > 0 && longer.width() + more.len() > room {
                return format!("{text} {} (+{})", self.signs.cut, rest + 1);
            }
            text = if shown == 0 { self.fitting(&longer, room.saturating_sub(more.len())) } else { longer };
        }
        text
    }

    /// A text that takes no more columns, cut in its middle: names differ at both ends.
    fn fitting(&self, text: &str, room: usize) -> String {
        if text.width() <= room {
            return text.to_owned();
        }
        let room = room.saturating_sub(self.signs.cut.width());
        let head = cut(text.chars(), room.div_ceil(2));
        let tail: String = cut(text.chars().rev(), room / 2).chars().rev().collect();
        format!("{head}{}{tail}", self.signs.cut)
    }

    /// A text that takes no more columns, cut at its end.
    fn fitting_start(&self, text: &str, room: usize) -> String {
        if text.width() <= room {
            return text.to_owned();
        }
        format!("{}{}", cut(text.chars(), room.saturating_sub(self.signs.cut.width())), self.signs.cut)
    }

    const fn good(&self) -> Paint {
        if self.style.color { Paint::new().green() } else { Paint::new() }
    }

    const fn bold(&self, paint: Paint) -> Paint {
        if self.style.color { paint.bold() } else { paint }
    }
}

/// As many characters as there are columns for.
fn cut(chars: impl Iterator<Item = char>, room: usize) -> String {
    let mut width = 0;
    let fits = |char: &char| {
        width += char.width().unwrap_or_default();
        width <= room
    };
    chars.take_while(fits).collect()
}

impl Renderer for Tables {
    fn document(&mut self, out: &mut dyn Write, document: &DocumentReport<'_>) -> io::Result<()> {
        for entry in &document.report.scheduling {
            let Some(object) = document.report.objects.get(entry.object) else { continue };
            let story = Story::of(entry, document.report, self.cluster.node_count());
            let place = format!("{}:{}", plain(document.file), object.line);
            writeln!(
                out,
                "{}  {}",
                self.bold(Paint::new()).style(names::object(object)),
                self.paint.linum.style(place)
            )?;
            self.story(out, &story)?;
            if let Some(table) = &entry.table {
                let grid = Grid::of(table, FOLD);
                self.is_marked |= !grid.columns.is_empty();
                writeln!(out)?;
                self.grid(out, &grid, entry.prefilter.is_none())?;
                if !grid.met.is_empty() {
                    self.wrapped(out, "  met by every node: ", &grid.met.join("; "), self.paint.linum)?;
                }
            }
            for Note { from, words } in &story.advice {
                self.wrapped(out, &format!("  {from}: "), words, self.paint.help)?;
            }
            writeln!(out)?;
        }
        for object in unread(document.report) {
            let place = format!("{}:{}", plain(document.file), object.line);
            writeln!(out, "{}  {}", names::object(object), self.paint.linum.style(place))?;
            self.wrapped(out, "  ", "not placed: its Pod cannot be read", self.paint.error)?;
            writeln!(out)?;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        if self.style.quiet {
            return Ok(());
        }
        let Signs { refused, unmet, met, .. } = *self.signs;
        if self.is_marked {
            let legend = format!("{refused} the scheduler's reason  {unmet} in the way, too  {met} met");
            writeln!(out, "{}", self.paint.linum.style(legend))?;
        }
        if self.is_marked && !self.names.domain.is_empty() {
            let words = format!("names of nodes without `{}`", self.names.domain);
            writeln!(out, "{}", self.paint.linum.style(words))?;
        }
        let found = [(summary.errors, "error"), (summary.warnings, "warning"), (summary.infos, "info")];
        let found: Vec<String> =
            found.into_iter().filter(|(number, _)| *number > 0).map(|(number, word)| count(number, word)).collect();
        if !found.is_empty() {
            let words = format!("{}: leave out `schedule` to see the lines they stand in", found.join(", "));
            writeln!(out, "{}", self.paint.linum.style(words))?;
        }
        Ok(())
    }
}
