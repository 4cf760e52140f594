//! For GitHub Actions: workflow commands that annotate the change.
//! The form: <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};

use podlint_core::finding::{Finding, Severity};

use super::names::{self, Paths};
use super::summary::sentence;
use super::{Renderer, Style};
use crate::report::{DocumentReport, Summary};

/// Writes findings as they come, and a sentence for the log at the end.
pub struct Github {
    paths: Paths,
    quiet: bool,
}

impl Github {
    /// A renderer for one run.
    pub fn new(style: &Style) -> Self {
        Self { paths: Paths::new(), quiet: style.quiet }
    }

    fn finding(&self, out: &mut dyn Write, document: &DocumentReport<'_>, finding: &Finding) -> io::Result<()> {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let file = self.paths.relative(document.file);
        let (start, end) = (finding.range.start, finding.range.end);
        write!(out, "::{command} file={},line={}", Property(&file), start.line)?;
        // GitHub takes columns only within one line.
        if end.line == start.line {
            write!(out, ",col={},endLine={}", start.column, end.line)?;
            write!(out, ",endColumn={}", end.column)?;
        } else {
            write!(out, ",endLine={}", end.line)?;
        }
        write!(out, ",title={}", Property(&format!("podlint {}", finding.rule.id)))?;
        // The log shows nothing but the message, so it names the place too.
        let object = names::place(document, finding.object);
        let said = names::said(finding, "\n");
        let said: Vec<Cow<'_, str>> = said.lines().map(names::plain).collect();
        let said = said.join("\n");
        let message = format!("{file}:{}:{}: {object}: {said}", start.line, start.column);
        writeln!(out, "::{}", Data(&message))
    }
}

/// A message: the characters that end or encode a command are escaped.
struct Data<'a>(&'a str);

impl fmt::Display for Data<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escape(f, self.0, "%\r\n")
    }
}

/// The value of a property, which `:` and `,` would end as well.
struct Property<'a>(&'a str);

impl fmt::Display for Property<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escape(f, self.0, "%\r\n:,")
    }
}

fn escape(f: &mut fmt::Formatter<'_>, text: &str, special: &str) -> fmt::Result {
    for part in text.split_inclusive(|char| special.contains(char)) {
        match part.chars().next_back() {
            Some(last) if special.contains(last) => {
                f.write_str(part.strip_suffix(last).unwrap_or(part))?;
                write!(f, "%{:02X}", u32::from(last))?;
            }
            _ => f.write_str(part)?,
        }
    }
    Ok(())
}

impl Renderer for Github {
    fn document(&mut self, out: &mut dyn Write, document: &DocumentReport<'_>) -> io::Result<()> {
        document.report.findings.iter().try_for_each(|finding| self.finding(out, document, finding))
    }

    fn finish(&mut self, out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
        if self.quiet {
            return Ok(());
        }
        let (found, rest) = sentence(summary);
        writeln!(out, "{found}{rest}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Format;
    use crate::render::fixture::{self, Step};

    #[test]
    fn a_run_with_something_of_everything() {
        fixture::wide_run(|steps| {
            let output = fixture::render(Format::Github, fixture::style(), steps);
            fixture::golden("wide.github.txt", &output);
        });
    }

    #[test]
    fn nothing_found_is_one_line_or_none() {
        let clean = fixture::render(Format::Github, fixture::style(), &[]);
        assert_eq!(clean, "nothing to check\n");
        let style = Style { quiet: true, ..fixture::style() };
        assert_eq!(fixture::render(Format::Github, style, &[]), "");
    }

    #[test]
    fn nothing_in_the_input_ends_a_command() {
        assert_eq!(Property("a,b:c%0A\r\nd").to_string(), "a%2Cb%3Ac%250A%0D%0Ad");
        assert_eq!(Data("100%: a,\nb").to_string(), "100%25: a,%0Ab");
        assert_eq!(Data("").to_string(), "");
        fixture::wide_run(|steps| {
            let output = fixture::render(Format::Github, fixture::style(), steps);
            assert_eq!(output.lines().filter(|line| line.starts_with("::")).count(), 6);
            assert_eq!(output.lines().count(), 7);
        });
    }

    #[test]
    fn columns_are_left_out_where_lines_differ() {
        let mut finding = fixture::finding("two lines", fixture::word("a\nb\n", "a\nb", 0));
        finding.object = None;
        let report = fixture::report(Vec::new(), vec![finding]);
        let steps = [Step::Document(fixture::document("a.yaml", "a\nb\n", &report))];
        let style = Style { quiet: true, ..fixture::style() };
        assert_eq!(
            fixture::render(Format::Github, style, &steps),
            "::error file=a.yaml,line=1,endLine=2,title=podlint misplaced-field::\
             a.yaml:1:1: document 1: two lines\n"
        );
    }
}
