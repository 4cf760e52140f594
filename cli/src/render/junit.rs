//! For CI servers: a `JUnit` test report, of the elements and attributes that Jenkins' schema has.
//! The schema: <https://github.com/jenkinsci/xunit-plugin>, `junit-10.xsd`.
//!
//! A file is a test suite and an object a test case. It fails with findings that fail the run; milder
//! ones are its output. An object that podlint could not check is a skipped test.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use podlint_core::finding::{Finding, Severity};
use podlint_core::{ObjectReport, SkipReason, Verdict};

use super::names::{self, Paths};
use super::{Renderer, Style};
use crate::report::{DocumentReport, SkippedFile, Summary};

/// Writes a test suite when its file is over.
pub struct Junit {
    paths: Paths,
    fail_on: Severity,
    /// Skipped files are suites too (`-v`).
    verbose: bool,
    opened: bool,
    suite: Option<Suite>,
}

/// The test cases of one file.
struct Suite {
    file: String,
    tests: usize,
    failures: usize,
    skipped: usize,
    cases: String,
}

impl Suite {
    const fn new(file: String) -> Self {
        Self { file, tests: 0, failures: 0, skipped: 0, cases: String::new() }
    }

    /// Adds a test case with these findings, or a reason for its having none.
    fn case(&mut self, name: &str, findings: &[&Finding], fail_on: Severity, skipped: Option<&str>) -> fmt::Result {
        let out = &mut self.cases;
        self.tests += 1;
        write!(out, "    <testcase name=\"{}\" classname=\"{}\"", Value(name), Value(&self.file))?;
        let (failures, notes): (Vec<&Finding>, Vec<&Finding>) =
            findings.iter().partition(|finding| finding.severity >= fail_on);
        if failures.is_empty() && notes.is_empty() && skipped.is_none() {
            return out.write_str("/>\n");
        }
        out.write_str(">\n")?;
        // The schema takes one of the two.
        if let (true, Some(reason)) = (failures.is_empty(), skipped) {
            self.skipped += 1;
            writeln!(out, "      <skipped message=\"{}\"/>", Value(reason))?;
        }
        self.failures += usize::from(!failures.is_empty());
        for finding in failures {
            let (message, rule) = (Value(&finding.message), finding.rule.id);
            let text = describe(&self.file, finding);
            write!(out, "      <failure message=\"{message}\" type=\"{rule}\">")?;
            writeln!(out, "{}</failure>", Body(&text))?;
        }
        if !notes.is_empty() {
            let text: Vec<String> = notes.iter().map(|finding| describe(&self.file, finding)).collect();
            writeln!(out, "      <system-out>{}</system-out>", Body(&text.join("\n\n")))?;
        }
        out.write_str("    </testcase>\n")
    }
}

impl Junit {
    /// A renderer for one run.
    pub fn new(style: &Style) -> Self {
        Self { paths: Paths::new(), fail_on: style.fail_on, verbose: style.verbose, opened: false, suite: None }
    }

    /// What stands before the first suite.
    fn open(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if std::mem::replace(&mut self.opened, true) {
            return Ok(());
        }
        out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"podlint\">\n")
    }

    /// Writes the suite of the file that is over.
    fn close(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let Some(suite) = self.suite.take() else {
            return Ok(());
        };
        self.open(out)?;
        let Suite { file, tests, failures, skipped, cases } = suite;
        let file = Value(&file);
        writeln!(
            out,
            "  <testsuite name=\"{file}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" \
             skipped=\"{skipped}\">"
        )?;
        out.write_all(cases.as_bytes())?;
        out.write_all(b"  </testsuite>\n")
    }

    fn cases(&mut self, document: &DocumentReport<'_>) -> fmt::Result {
        let fail_on = self.fail_on;
        let suite = self.suite.get_or_insert_with(|| Suite::new(self.paths.relative(document.file)));
        // Sorted by object once: a List of 100,000 must not be searched for each of its items.
        let mut findings: Vec<&Finding> = document.report.findings.iter().collect();
        findings.sort_by_key(|finding| finding.object);
        let mut rest = findings.as_slice();
        let (whole, objects) = rest.split_at(rest.partition_point(|one| one.object.is_none()));
        if !whole.is_empty() {
            suite.case(&names::place(document, None), whole, fail_on, None)?;
        }
        rest = objects;
        for (position, object) in document.report.objects.iter().enumerate() {
            let own = rest.partition_point(|one| one.object <= Some(position));
            let (own, others) = rest.split_at(own);
            rest = others;
            suite.case(&names::object(object), own, fail_on, unchecked(object).as_deref())?;
        }
        Ok(())
    }
}

/// Why an object was not checked.
fn unchecked(object: &ObjectReport) -> Option<String> {
    let reason = match (&object.skipped, object.verdict) {
        (Some(SkipReason::Foreign(program)), _) => return Some(format!("written for {program}")),
        (Some(SkipReason::Encrypted), _) => "encrypted with SOPS",
        (Some(SkipReason::Template), _) => "a template",
        (Some(SkipReason::NotAnObject), _) => "no apiVersion or kind",
        (None, Verdict::Unregistered) => "no schema for this kind",
        (None, _) => return None,
    };
    Some(reason.to_owned())
}

/// A finding in a few lines.
fn describe(file: &str, finding: &Finding) -> String {
    let start = finding.range.start;
    let (line, column, id) = (start.line, start.column, finding.rule.id);
    let severity = finding.severity.as_str();
    let said = names::said(finding, "\nhelp: ");
    let path = finding.path.to_string();
    let field = if path.is_empty() { String::new() } else { format!("\nfield: {path}") };
    format!("{file}:{line}:{column}: {severity}[{id}]: {said}{field}")
}

/// The value of an attribute.
struct Value<'a>(&'a str);

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As they stand, a reader would make blanks of them.
        escape(f, self.0, &['\t', '\n', '\r'])
    }
}

/// The text of an element.
struct Body<'a>(&'a str);

impl fmt::Display for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As it stands, a reader would make a line feed of it.
        escape(f, self.0, &['\r'])
    }
}

/// Writes text with these blanks as references. What XML cannot hold at all is replaced.
fn escape(f: &mut fmt::Formatter<'_>, text: &str, blanks: &[char]) -> fmt::Result {
    for char in text.chars() {
        match char {
            '&' => f.write_str("&amp;")?,
            '<' => f.write_str("&lt;")?,
            '>' => f.write_str("&gt;")?,
            '"' => f.write_str("&quot;")?,
            blank if blanks.contains(&blank) => write!(f, "&#{};", u32::from(blank))?,
            '\t' | '\n' => f.write_char(char)?,
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                f.write_char(char::REPLACEMENT_CHARACTER)?;
            }
            _ => f.write_char(char)?,
        }
    }
    Ok(())
}

impl Renderer for Junit {
    fn document(&mut self, out: &mut dyn Write, document: &DocumentReport<'_>) -> io::Result<()> {
        if self.suite.as_ref().is_some_and(|suite| suite.file != self.paths.relative(document.file)) {
            self.close(out)?;
        }
        if document.report.objects.is_empty() && document.report.findings.is_empty() {
            return Ok(());
        }
        self.cases(document).map_err(io::Error::other)
    }

    fn skipped(&mut self, out: &mut dyn Write, file: &SkippedFile<'_>) -> io::Result<()> {
        if !self.verbose {
            return Ok(());
        }
        self.close(out)?;
        let mut suite = Suite::new(self.paths.relative(file.file));
        let name = suite.file.clone();
        suite.case(&name, &[], self.fail_on, Some(file.reason)).map_err(io::Error::other)?;
        self.suite = Some(suite);
        self.close(out)
    }

    fn finish(&mut self, out: &mut dyn Write, _: &Summary) -> io::Result<()> {
        self.close(out)?;
        self.open(out)?;
        out.write_all(b"</testsuites>\n")
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
            let style = Style { verbose: true, ..fixture::style() };
            fixture::golden("wide.junit.xml", &fixture::render(Format::Junit, style, steps));
        });
    }

    #[test]
    fn nothing_found_is_whole_too() {
        assert_eq!(
            fixture::render(Format::Junit, fixture::style(), &[]),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <testsuites name=\"podlint\">\n</testsuites>\n"
        );
    }

    #[test]
    fn fails_with_what_fails_the_run() {
        let object = fixture::object("v1", "Pod", None, Some("one"));
        let report = fixture::report(vec![object], vec![fixture::misspelled()]);
        let run = |fail_on| {
            let document = fixture::document("a.yaml", fixture::DEPLOYMENT, &report);
            let style = Style { fail_on, ..fixture::style() };
            fixture::render(Format::Junit, style, &[Step::Document(document)])
        };
        assert!(run(Severity::Error).contains("failures=\"0\""));
        assert!(run(Severity::Error).contains("<system-out>"));
        assert!(run(Severity::Warning).contains("failures=\"1\""));
        assert!(!run(Severity::Warning).contains("<system-out>"));
    }

    #[test]
    fn nothing_in_the_input_breaks_the_xml() {
        let text = "a<b>&\"c\"\u{1b}\t\r\n]]>\u{ffff}é😀";
        let value = "a&lt;b&gt;&amp;&quot;c&quot;\u{fffd}&#9;&#13;&#10;]]&gt;\u{fffd}é😀";
        assert_eq!(Value(text).to_string(), value);
        let body = "a&lt;b&gt;&amp;&quot;c&quot;\u{fffd}\t&#13;\n]]&gt;\u{fffd}é😀";
        assert_eq!(Body(text).to_string(), body);
    }

    #[test]
    fn findings_stand_with_their_objects() {
        let objects: Vec<_> = ["one", "two", "three"].map(|name| fixture::object("v1", "Pod", None, Some(name))).into();
        let mut second = fixture::misplaced();
        second.object = Some(2);
        let mut whole = fixture::misplaced();
        whole.object = None;
        let report = fixture::report(objects, vec![second, whole, fixture::misplaced()]);
        let document = fixture::document("a.yaml", fixture::DEPLOYMENT, &report);
        let output = fixture::render(Format::Junit, fixture::style(), &[Step::Document(document)]);
        let cases: Vec<&str> = output
            .lines()
            .filter_map(|line| line.trim().strip_prefix("<testcase name=\""))
            .map(|line| line.split('"').next().unwrap_or_default())
            .collect();
        assert_eq!(cases, ["document 1", "Pod one", "Pod two", "Pod three"]);
        assert!(output.contains("tests=\"4\" failures=\"3\""));
    }
}
