//! The one thing that a refused value can have been meant to be.

use super::cause::{Advice, Cause, Wanted};
use super::format::Format;
use crate::draft::{Change, Mend};
use crate::finding::Applicability;
use crate::fix::{column, line_break, scalar_like};
use crate::object::locate::Place;
use crate::schema::spelling;
use crate::subject::Subject;
use crate::yaml::{Kind, NodeId, Span, Style};

/// A value with another's letters but for their case is surely that.
const SAME_LETTERS: f32 = 0.2;
/// Letters at the beginning that tell one word from all others: `IfNotExists` is `IfNotPresent`.
const TELLING: usize = 5;

/// The known word that was meant, and whether it can only be that.
pub(super) fn meant<'k>(written: &str, known: &'k [String]) -> Option<(&'k str, Applicability)> {
    let near: Vec<(&str, f32)> =
        known.iter().filter_map(|it| Some((it.as_str(), spelling::nearness(written, it)?))).collect();
    let best = near.iter().min_by(|one, other| one.1.total_cmp(&other.1));
    match (best, near.as_slice()) {
        (Some((word, cost)), [_, _, ..]) if *cost > SAME_LETTERS => Some((word, Applicability::Unsafe)),
        (Some((word, _)), _) => Some((word, Applicability::Safe)),
        (None, _) => {
            let start: String = written.chars().take(TELLING).collect::<String>().to_lowercase();
            let mut alike = known.iter().filter(|it| it.to_lowercase().starts_with(&start));
            let word = alike.next().filter(|_| start.len() >= TELLING && alike.next().is_none())?;
            Some((word, Applicability::Safe))
        }
    }
}

/// A text in the form that is asked for, where little has to change.
pub(super) fn in_form(written: &str, format: Format) -> Option<String> {
    let lower = matches!(format, Format::Label | Format::Subdomain | Format::PortName);
    let dots = matches!(format, Format::Subdomain | Format::QualifiedName | Format::LabelValue);
    if !lower && !dots {
        return None;
    }
    let form: String = written
        .trim()
        .chars()
        .map(|c| if lower { c.to_ascii_lowercase() } else { c })
        .map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => c,
            '.' if dots => c,
            '_' | '/' if format == Format::QualifiedName => c,
            _ => '-',
        })
        .collect();
    let form = form.trim_matches(['-', '.', '_']);
    (form.chars().count() == written.chars().count()
        && form.contains(char::is_alphanumeric)
        && format.faults(form).is_empty())
    .then(|| form.to_owned())
}

/// Writes what was meant. A name that leads nowhere may want a new volume as well, so that this is
/// only done on demand.
pub(super) fn mend(subject: &Subject<'_, '_>, cause: &Cause, place: Place) -> Option<Mend> {
    if let Advice::Labels(wanted) = &cause.advice {
        return add_labels(subject, place, wanted);
    }
    let written = cause.value.as_deref()?;
    let (word, applicability) = match &cause.advice {
        Advice::Known(known) => meant(written, known)?,
        Advice::Names(names) => (meant(written, names)?.0, Applicability::Unsafe),
        Advice::None | Advice::Format(_) | Advice::Labels(_) => return None,
    };
    if !place.exact || !holds(subject, place.value, written) {
        return None;
    }
    let text = scalar_like(subject.tree, place.value, word)?;
    Some(Mend { applicability, changes: vec![Change { span: subject.tree.span(place.value), text }] })
}

/// Adds the labels that the selector asks for, where none has another value.
fn add_labels(subject: &Subject<'_, '_>, place: Place, wanted: &[Wanted]) -> Option<Mend> {
    let (tree, labels) = (subject.tree, place.value);
    let is_sound = place.exact && tree.kind(labels) == Kind::Mapping && !subject.is_anchored(labels);
    let is_addition = |it: &Wanted| it.instead.is_none() && !it.value.contains(['"', '\\', '\n']);
    if subject.settings.without_fixes || !is_sound || wanted.is_empty() || !wanted.iter().all(is_addition) {
        return None;
    }
    let first = tree.span(tree.children(labels).next()?).start;
    let is_flow = tree.style(labels) == Style::FlowCollection;
    let text = tree.text();
    let added: Option<Vec<String>> = wanted
        .iter()
        .map(|it| {
            let plain = |text: &str| !subject.document.json && is_word(text);
            let scalar = |text: &str| if plain(text) { text.to_owned() } else { format!("\"{text}\"") };
            let (key, value) = (scalar(&it.key), scalar(&it.value));
            let behind =
                if is_flow { ", ".to_owned() } else { format!("{}{}", line_break(text), indent(text, first)?) };
            Some(format!("{key}: {value}{behind}"))
        })
        .collect();
    let change = Change { span: Span { start: first, end: first }, text: added?.concat() };
    Some(Mend { applicability: Applicability::Safe, changes: vec![change] })
}

/// Whether a plain scalar of these letters is read as this text.
fn is_word(text: &str) -> bool {
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let known = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(letters)
        && !known.contains(&text.to_ascii_lowercase().as_str())
}

/// What stands before a block's first key, as spaces; none where that is more than spaces and dashes.
fn indent(text: &str, first: u32) -> Option<String> {
    let column = column(text, first) as usize;
    let start = (first as usize).checked_sub(column)?;
    let before = text.get(start..first as usize)?;
    before.chars().all(|c| c == ' ').then(|| before.to_owned())
}

/// Whether the node is this text, and no other place means it too.
fn holds(subject: &Subject<'_, '_>, node: NodeId, text: &str) -> bool {
    let tree = subject.tree;
    !subject.settings.without_fixes
        && tree.kind(node) == Kind::String
        && tree.string(node) == text
        && !subject.is_anchored(node)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn the_word_that_was_meant() {
        let policies = known(&["Always", "IfNotPresent", "Never"]);
        let protocols = known(&["SCTP", "TCP", "UDP"]);
        for (written, among, wanted) in [
            ("tcp", &protocols, Some("TCP")),
            ("http", &protocols, None),
            ("IfNotExists", &policies, Some("IfNotPresent")),
            ("always", &policies, Some("Always")),
            ("Sometimes", &policies, None),
            ("if-not-present", &policies, Some("IfNotPresent")),
        ] {
            assert_eq!(meant(written, among), wanted.map(|word| (word, Applicability::Safe)), "{written}");
        }
        let volumes = known(&["data-1", "data-2"]);
        assert_eq!(meant("data-3", &volumes).map(|it| it.1), Some(Applicability::Unsafe));
    }

    #[test]
    fn the_form_that_would_do() {
        for (written, format, wanted) in [
            ("My_App", Format::Label, Some("my-app")),
            ("my app", Format::LabelValue, Some("my-app")),
            ("web.1", Format::Label, Some("web-1")),
            ("-web", Format::Label, None),
            ("12345", Format::PortName, None),
        ] {
            assert_eq!(in_form(written, format).as_deref(), wanted, "{written}");
        }
    }
}
