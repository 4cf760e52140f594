//! The rules for people: a list, one explained, and the page RULES.md.

use std::fmt::Write as _;
use std::io::IsTerminal;

use podlint_core::rule::{RULES, Rule};
use serde::Serialize;

use crate::args::{ListFormat, When};
use crate::{output, terminal};

/// Writes the list of rules.
pub fn list(format: ListFormat, markdown: bool) -> anyhow::Result<()> {
    let text = match format {
        _ if markdown => page(),
        ListFormat::Json => json_list(),
        ListFormat::Text => text_list(),
    };
    output::print(text.as_bytes())
}

/// Explains one rule.
pub fn explain(rule: &Rule) -> anyhow::Result<()> {
    let color = terminal::color(When::Auto, std::io::stdout().is_terminal());
    output::print(explanation(rule, color, terminal::width()).as_bytes())
}

fn text_list() -> String {
    let width = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    let mut text = String::new();
    for rule in RULES {
        let fixable = if rule.fixable { "fix" } else { "" };
        let severity = rule.severity.as_str();
        let _ = writeln!(text, "{:width$}  {severity:7}  {fixable:3}  {}", rule.id, rule.summary);
    }
    text
}

fn json_list() -> String {
    /// The record of a rule, for programs.
    #[derive(Serialize)]
    struct Record {
        id: &'static str,
        summary: &'static str,
        severity: &'static str,
        since: &'static str,
        fixable: bool,
        help: &'static str,
    }
    let records: Vec<Record> = RULES
        .iter()
        .map(|rule| Record {
            id: rule.id,
            summary: rule.summary,
            severity: rule.severity.as_str(),
            since: rule.since,
            fixable: rule.fixable,
            help: rule.help,
        })
        .collect();
    // Plain text and flags always serialise.
    serde_json::to_string_pretty(&records).unwrap_or_default() + "\n"
}

fn explanation(rule: &Rule, color: bool, width: usize) -> String {
    let (bold, plain) = if color { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    let mut text = format!("{bold}{}{plain}: {}\n\n", rule.id, rule.summary);
    let _ = writeln!(text, "{}\n", facts(rule));
    text.push_str(&wrap(rule.help.trim(), width.min(100)));
    text
}

fn facts(rule: &Rule) -> String {
    let fixable = if rule.fixable { ", some findings can be fixed with --fix" } else { "" };
    format!("Severity {}, since podlint {}{fixable}.", rule.severity.as_str(), rule.since)
}

/// Wraps paragraphs; code blocks and lists of lines stay as they are.
fn wrap(markdown: &str, width: usize) -> String {
    let mut text = String::new();
    let mut in_code = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
            continue;
        }
        if in_code {
            let _ = writeln!(text, "    {line}");
            continue;
        }
        let _ = writeln!(text, "{}", textwrap::fill(line, width));
    }
    text
}

/// The page that is committed as RULES.md.
fn page() -> String {
    let mut text = String::from(
        "# Rules\n\n\
         <!-- Made from the registry: UPDATE_DOCS=1 cargo test -p podlint rules_page -->\n\n\
         | rule | severity | fix | what it finds |\n|---|---|---|---|\n",
    );
    for Rule { id, severity, fixable, summary, .. } in RULES {
        let fix = if *fixable { "yes" } else { "" };
        let _ = writeln!(text, "| [`{id}`](#{id}) | {} | {fix} | {summary} |", severity.as_str());
    }
    for rule in RULES {
        let _ = write!(text, "\n## {}\n\n{}.\n\n{}\n\n{}\n", rule.id, rule.summary, facts(rule), rule.help.trim());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/RULES.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, page()).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(committed == page(), "RULES.md is old: run with UPDATE_DOCS=1 to write it anew");
    }

    #[test]
    fn paragraphs_wrap_and_code_does_not() {
        let text = wrap("one two three\n\n```yaml\na: one two three\n```", 8);
        assert_eq!(text, "one two\nthree\n\n    a: one two three\n");
    }
}
