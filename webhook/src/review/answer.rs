//! What the API server, the user and the audit log are told.

use std::collections::BTreeMap;

use podlint_core::config::Action;

use super::examine::Told;
use super::message::{Response, Status};

/// The API server cuts a warning to this many characters once all of them are too many.
const LONGEST_WARNING: usize = 256;
/// Its bound for the warnings of a request is 4096 characters, of which others may want some.
const MOST_WARNINGS: usize = 12;
/// What a denial names; more would not be read.
const MOST_REASONS: usize = 3;
/// So much is kept of what is wrong, before what to do is cut as well.
const LEAST_WORDS: usize = 90;
/// The longest denial.
const LONGEST_MESSAGE: usize = 1500;

/// What is to be said of one object.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Each with what is done about it.
    pub told: Vec<(Told, Action)>,
    /// What could not be looked at, in words for the user.
    pub open: Vec<String>,
}

impl Verdict {
    /// Whether the request is refused.
    pub fn is_denied(&self) -> bool {
        self.told.iter().any(|(_, action)| *action == Action::Deny)
    }

    /// Whether the user is told that no cluster could take the Pods: what this one says would be the same once more.
    pub fn is_hopeless(&self) -> bool {
        self.told.iter().any(|(told, action)| told.rule == "contradictory-constraints" && *action >= Action::Warn)
    }

    /// The answer to the request of this `uid`.
    pub fn answer(&self, uid: &str) -> Response {
        let of = |wanted: Action| self.told.iter().filter(move |(_, action)| *action == wanted).map(|(told, _)| told);
        let denials: Vec<String> = of(Action::Deny).map(|told| sentence(told, LONGEST_MESSAGE)).collect();
        let warnings = of(Action::Warn).map(|told| sentence(told, LONGEST_WARNING));
        let warnings: Vec<String> = warnings.chain(self.open.iter().cloned()).collect();
        Response {
            uid: uid.to_owned(),
            allowed: denials.is_empty(),
            status: (!denials.is_empty()).then(|| forbidden(&denied(&denials))),
            warnings: capped(&warnings),
            audit_annotations: self.annotations(),
        }
    }

    fn annotations(&self) -> BTreeMap<&'static str, String> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (told, _) in &self.told {
            *counts.entry(told.rule).or_default() += 1;
        }
        let counts: Vec<String> = counts.into_iter().map(|(rule, count)| format!("{rule}={count}")).collect();
        if counts.is_empty() { BTreeMap::new() } else { BTreeMap::from([("findings", counts.join(","))]) }
    }
}

/// Allowed without a word.
pub fn allowed(uid: &str) -> Response {
    Response { uid: uid.to_owned(), allowed: true, ..Response::default() }
}

/// Allowed, with a word.
pub fn allowed_with(uid: &str, warning: &str) -> Response {
    Response { warnings: capped(&[warning.to_owned()]), ..allowed(uid) }
}

/// Denied.
pub fn denied_with(uid: &str, message: &str) -> Response {
    Response { uid: uid.to_owned(), status: Some(forbidden(message)), ..Response::default() }
}

fn forbidden(message: &str) -> Status {
    Status { code: 403, reason: "Forbidden", message: cut(&printable(message), LONGEST_MESSAGE) }
}

/// `field: what is wrong; what to do (rule)`, in `most` characters. What is wrong is cut first: what to do is what the reader
/// needs, and by the rule's name the rest can be found.
fn sentence(told: &Told, most: usize) -> String {
    let Told { field, message, help, rule, .. } = told;
    let field = if field.is_empty() { String::new() } else { format!("{field}: ") };
    let help = help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    let rule = format!(" ({rule})");
    let room = most - rule.len();
    let left = room.saturating_sub(field.chars().count() + help.chars().count());
    cut(&format!("{field}{}{help}", cut(message, left.max(LEAST_WORDS))), room) + &rule
}

fn denied(reasons: &[String]) -> String {
    let mut said: Vec<String> = reasons.iter().take(MOST_REASONS).cloned().collect();
    if reasons.len() > MOST_REASONS {
        said.push(format!("and {} more", reasons.len() - MOST_REASONS));
    }
    said.join("; ")
}

/// Within the API server's bounds for warnings; the last says how many there are besides.
fn capped(warnings: &[String]) -> Vec<String> {
    let said = if warnings.len() > MOST_WARNINGS { MOST_WARNINGS - 1 } else { warnings.len() };
    let mut capped: Vec<String> =
        warnings.iter().take(said).map(|warning| cut(&printable(warning), LONGEST_WARNING)).collect();
    if warnings.len() > said {
        capped.push(format!("… and {} more", warnings.len() - said));
    }
    capped
}

/// The API server drops a warning with control characters.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use podlint_core::finding::Severity;

    use super::*;

    fn told(message: &str) -> Told {
        Told {
            rule: "unschedulable",
            severity: Severity::Error,
            field: "spec".to_owned(),
            message: message.to_owned(),
            help: Some("add a node".to_owned()),
        }
    }

    fn verdict(count: usize, action: Action) -> Verdict {
        Verdict { told: (0..count).map(|n| (told(&format!("no node {n}")), action)).collect(), open: Vec::new() }
    }

    #[test]
    fn a_denial_is_short_and_names_the_place() {
        let answer = verdict(5, Action::Deny).answer("u");
        let status = answer.status.expect("a status");
        assert!(!answer.allowed && answer.warnings.is_empty());
        assert_eq!((status.code, status.reason), (403, "Forbidden"));
        assert!(status.message.starts_with("spec: no node 0; add a node (unschedulable); spec: no node 1;"));
        assert!(status.message.ends_with("; and 2 more"), "{}", status.message);
        assert_eq!(answer.audit_annotations["findings"], "unschedulable=5");
    }

    #[test]
    fn warnings_keep_to_the_bounds() {
        let answer = verdict(40, Action::Warn).answer("u");
        assert!(answer.allowed && answer.status.is_none());
        assert_eq!(answer.warnings.len(), MOST_WARNINGS);
        assert_eq!(answer.warnings.last().map(String::as_str), Some("… and 29 more"));
        let long = Verdict { told: vec![(told(&"ä\n\u{7f}".repeat(300)), Action::Warn)], open: Vec::new() };
        let warning = &long.answer("u").warnings[0];
        assert_eq!(warning.chars().count(), LONGEST_WARNING);
        assert!(!warning.chars().any(char::is_control), "{warning}");
        assert!(warning.ends_with("…; add a node (unschedulable)"), "{warning}");
        let mut told = told(&"no node ".repeat(20));
        told.help = Some("add a node ".repeat(30));
        let warning = sentence(&told, LONGEST_WARNING);
        assert_eq!(warning.chars().count(), LONGEST_WARNING);
        assert!(warning.contains("no node n…; add a node") || warning.contains("no…; add a node"), "{warning}");
        assert!(warning.ends_with("… (unschedulable)"), "{warning}");
        let all: usize = answer.warnings.iter().map(|it| it.chars().count()).sum();
        assert!(all <= 4096 && MOST_WARNINGS * LONGEST_WARNING <= 4096);
    }

    #[test]
    fn what_is_only_audited_is_not_said() {
        let answer = verdict(2, Action::Audit).answer("u");
        assert_eq!((answer.allowed, answer.warnings.len()), (true, 0));
        assert_eq!(answer.audit_annotations["findings"], "unschedulable=2");
    }
}
