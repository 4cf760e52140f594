//! For people: the line, what is wrong with it and what to do, drawn by `miette`.

mod diagnostic;
mod window;

use std::io::{self, Write};

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, ThemeStyles};
use owo_colors::Style as Paint;
use podlint_core::finding::{Finding, Range, Severity};
use textwrap::{WordSeparator, WordSplitter};

use self::diagnostic::{Diagnostic, server};
use self::window::{CONTEXT, Window};
use super::lines::Lines;
use super::names::{self, plain};
use super::summary::{Mood, mood, sentence};
use super::{RULES_PAGE, Renderer, Style};
use crate::report::{DocumentReport, SkippedFile, Summary};

/// Columns below which wrapping helps nobody.
const NARROWEST: usize = 40;

/// Columns beyond which lines are hard to read.
const WIDEST: usize = 120;

/// Other places shown with a finding: an anchor may be used a thousand times.
const MOST_LABELS: usize = 6;

/// Writes findings as they come, and a sentence at the end.
pub struct Text {
    style: Style,
    paint: ThemeStyles,
    handler: GraphicalReportHandler,
    /// Skipped files were named last, so that a blank line must follow.
    listing: bool,
}

impl Text {
    /// A renderer for this terminal, or none.
    pub fn new(mut style: Style) -> Self {
        style.width = style.width.clamp(NARROWEST, WIDEST);
        let mut paint = if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
        // The place is no link, and the header is what should catch the eye.
        paint.link = paint.help;
        let handler = GraphicalReportHandler::new()
            .with_width(style.width)
            .with_context_lines(CONTEXT)
            .with_links(false)
            .without_syntax_highlighting()
            // Paths and names are there to be copied: they are broken nowhere.
            .with_break_words(false)
            .with_word_separator(WordSeparator::AsciiSpace)
            .with_word_splitter(WordSplitter::NoHyphenation);
        Self { style, paint, handler, listing: false }
    }

    fn finding(
        &mut self,
        out: &mut dyn Write,
        document: &DocumentReport<'_>,
        lines: &Lines<'_>,
        finding: &Finding,
    ) -> io::Result<()> {
        let others = || finding.labels.iter().take(MOST_LABELS);
        let places: Vec<Range> = std::iter::once(finding.range).chain(others().map(|label| label.range)).collect();
        let last = places.iter().map(|place| place.start.line).max();
        // The frame takes the line number, a bar and three blanks; an ellipsis takes one more.
        let frame = last.map_or(1, |last| last + CONTEXT).to_string().len() + 5;
        let width = self.style.width.saturating_sub(frame);
        let window = Window::new(&plain(document.file), document.text, lines, &places, width);
        let messages = std::iter::once(None).chain(others().map(|label| Some(plain(&label.message).into_owned())));
        let labels: Vec<LabeledSpan> = window
            .spans()
            .zip(messages)
            .enumerate()
            .map(|(index, (span, message))| {
                if index == 0 {
                    LabeledSpan::new_primary_with_span(message, span)
                } else {
                    LabeledSpan::new_with_span(message, span)
                }
            })
            .collect();
        let handler = self.handler.clone().with_theme(self.theme(finding, &labels));
        let diagnostic = Diagnostic { finding, window, labels };
        let mut drawn = String::new();
        handler.render_report(&mut drawn, &diagnostic).map_err(io::Error::other)?;
        // `miette` indents what it says; the header stands at the margin, where the eye finds it.
        out.write_all(drawn.strip_prefix("  ").unwrap_or(&drawn).as_bytes())?;
        self.notes(out, document, finding)?;
        writeln!(out)
    }

    /// How this finding is drawn: the header in place of `miette`'s icon, the primary place in the
    /// colour of the severity.
    fn theme(&self, finding: &Finding, labels: &[LabeledSpan]) -> GraphicalTheme {
        let mut theme = GraphicalTheme::unicode_nocolor();
        theme.styles = self.paint.clone();
        let color = self.color(finding.severity);
        let id = finding.rule.id;
        let header = if self.style.links {
            let link = format!("\u{1b}]8;;{RULES_PAGE}#{id}\u{1b}\\{id}\u{1b}]8;;\u{1b}\\");
            format!("{}[{link}]:", finding.severity.as_str())
        } else {
            format!("{}[{id}]:", finding.severity.as_str())
        };
        theme.styles.error = self.bold(color);
        theme.characters.error = header;
        // `miette` deals the colours out from the top of its source to the bottom.
        let mut order: Vec<&LabeledSpan> = labels.iter().collect();
        order.sort_by_key(|label| label.offset());
        theme.styles.highlights =
            order.iter().map(|label| if label.primary() { self.bold(color) } else { self.paint.help }).collect();
        theme
    }

    /// Which object it is in, and what the server would say.
    fn notes(&self, out: &mut dyn Write, document: &DocumentReport<'_>, finding: &Finding) -> io::Result<()> {
        let dim = self.paint.linum;
        if let Some(object) = finding.object.and_then(|at| document.report.objects.get(at)) {
            let mut note = format!("in {}", names::object(object));
            let path = finding.path.to_string();
            if !path.is_empty() {
                note = format!("{note}, {}", plain(&path));
            }
            writeln!(out, "  {}", dim.style(note))?;
            if let Some(source) = &object.source {
                writeln!(out, "  {}", dim.style(format!("rendered from {}", plain(source))))?;
            }
        }
        if let Some(words) = server(finding) {
            writeln!(out, "  {}", dim.style(format!("server: {words}")))?;
        }
        Ok(())
    }

    const fn bold(&self, paint: Paint) -> Paint {
        if self.style.color { paint.bold() } else { paint }
    }

    const fn color(&self, severity: Severity) -> Paint {
        match severity {
            Severity::Error => self.paint.error,
            Severity::Warning => self.paint.warning,
            Severity::Info => self.paint.advice,
        }
    }
}

impl Renderer for Text {
    fn document(&mut self, out: &mut dyn Write, document: &DocumentReport<'_>) -> io::Result<()> {
        if document.report.findings.is_empty() {
            return Ok(());
        }
        if std::mem::take(&mut self.listing) {
            writeln!(out)?;
        }
        let lines = Lines::new(document);
        for finding in &document.report.findings {
            self.finding(out, document, &lines, finding)?;
        }
        Ok(())
    }

    fn skipped(&mut self, out: &mut dyn Write, file: &SkippedFile<'_>) -> io::Result<()> {
        if self.style.verbose && !self.style.quiet {
            self.listing = true;
            let line = format!("skipped {}: {}", plain(file.file), plain(file.reason));
            writeln!(out, "{}", self.paint.linum.style(line))?;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        if self.style.quiet {
            return Ok(());
        }
        if std::mem::take(&mut self.listing) {
            writeln!(out)?;
        }
        let (found, rest) = sentence(summary);
        let color = match mood(summary) {
            Mood::Failed => self.paint.error,
            Mood::Warned | Mood::Nothing => self.paint.warning,
            Mood::Clean => self.paint.advice,
        };
        writeln!(out, "{}{}", self.bold(color).style(found), self.paint.linum.style(rest))
    }
}

#[cfg(test)]
mod tests;
