//! Causes as findings.

use super::cause::{Advice, Cause, Reason};
use super::consequence;
use crate::draft::{Draft, Spoken};
use crate::finding::{Rule, ServerAnswer, ServerStage, Severity};
use crate::object::locate::{locate, span};
use crate::path::{Path, Step};
use crate::rule::{
    duplicate_item, forbidden_field, invalid_value, missing_reference, placeholder, required_field, too_long, too_many,
    unsupported_value,
};
use crate::schema::spelling;
use crate::subject::Subject;
use crate::yaml::{Kind, Tree};

/// Looking up a place costs up to the whole document: this many nodes are looked at for one object,
/// so that a huge one with many mistakes takes no longer than a few of its readings.
const MOST_NODES: usize = 20_000_000;
/// Findings of one object.
const MOST: usize = 1_000;

/// What the server refuses.
pub(crate) struct Refusal {
    /// The server would answer 422.
    pub(crate) is_refused: bool,
    /// The findings.
    pub(crate) spoken: Vec<Spoken>,
}

/// Checks an object by the server's rules. Where one of podlint's own rules has already spoken of
/// a field, as `spoken` has it, that finding gets the server's words and none is added.
pub(crate) fn report(subject: &Subject<'_, '_>, api_version: &str, kind: &str, spoken: &mut [Spoken]) -> Refusal {
    let causes = super::causes(subject, api_version, kind);
    let is_refused = !causes.is_empty();
    let most = (MOST_NODES / subject.tree.len().max(1)).clamp(10, MOST);
    let mut told = Vec::new();
    for cause in causes.into_iter().take(most).filter(|_| !subject.patch) {
        if cause.value.as_deref().is_some_and(placeholder::is_marked) {
            continue;
        }
        let server = ServerAnswer {
            stage: ServerStage::Invalid,
            reason: Some(cause.reason.as_str().to_owned()),
            field: Some(cause.field.clone()),
            detail: Some(cause.detail.clone()),
        };
        // What is not there is told of at what should hold it.
        let above = cause.path.parent().filter(|_| !locate(subject.tree, subject.root, &cause.path).exact);
        let own = spoken.iter_mut().filter(|it| it.server.is_none() && it.draft.severity == Severity::Error);
        let own = own.into_iter().find(|it| it.draft.path == cause.path || Some(&it.draft.path) == above.as_ref());
        if let Some(own) = own {
            own.server = Some(server);
            continue;
        }
        told.push(Spoken::of(draft(subject, &cause), subject.position, Some(server)));
    }
    consequence::mark(subject, api_version, kind, spoken, &mut told);
    Refusal { is_refused, spoken: told }
}

const fn rule(reason: Reason) -> &'static Rule {
    match reason {
        Reason::Required => &required_field::RULE,
        Reason::Invalid => &invalid_value::RULE,
        Reason::NotSupported => &unsupported_value::RULE,
        Reason::Forbidden => &forbidden_field::RULE,
        Reason::Duplicate => &duplicate_item::RULE,
        Reason::NotFound => &missing_reference::RULE,
        Reason::TooLong => &too_long::RULE,
        Reason::TooMany => &too_many::RULE,
    }
}

fn draft(subject: &Subject<'_, '_>, cause: &Cause) -> Draft {
    let (tree, path) = (subject.tree, &cause.path);
    let place = locate(tree, subject.root, path);
    let name = name(path);
    let value = cause.value.as_deref().map(shortened).unwrap_or_default();
    let why = if cause.why.is_empty() { String::new() } else { format!(": {}", cause.why) };
    let message = match (cause.reason, &cause.advice) {
        (Reason::Required, _) if place.exact && is_empty(tree, place.value) => format!("{name} is empty{why}"),
        (Reason::Required, _) => format!("{name} is missing{why}"),
        (Reason::Invalid, Advice::Format(_)) => format!("{name}: Kubernetes does not accept `{value}` here"),
        (Reason::Invalid, _) if value.is_empty() => format!("{name} is wrong{why}"),
        (Reason::Invalid, _) => format!("{name} cannot be `{value}`{why}"),
        (Reason::NotSupported, _) if value.is_empty() => format!("{name} is missing"),
        (Reason::NotSupported, _) => format!("{name} cannot be `{value}`"),
        (Reason::Forbidden, _) => format!("{name} is not allowed here{why}"),
        (Reason::Duplicate, _) => format!("{name} has `{value}` a second time"),
        (Reason::NotFound, _) => format!("{name} names `{value}`, which is not there{why}"),
        (Reason::TooLong | Reason::TooMany, _) => format!("{name} is too long{why}"),
    };
    let draft = Draft::new(rule(cause.reason), path.clone(), span(tree, subject.root, path), message);
    let written = cause.value.as_deref().unwrap_or_default();
    match &cause.advice {
        Advice::None => draft,
        Advice::Format(format) => draft.help(format.help()),
        Advice::Known(known) => draft.help(match spelling::nearest(written, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write {}", listed(known, "or")),
        }),
        Advice::Names(names) if names.is_empty() => draft.help("there is none to name"),
        Advice::Names(names) => draft.help(match spelling::nearest(written, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there is {}", listed(names, "and")),
        }),
    }
}

/// The field, in a sentence: "`image`", "item 2 of `ports`".
fn name(path: &Path) -> String {
    match path.steps() {
        [.., Step::Key(key)] => format!("`{key}`"),
        [.., Step::Key(list), Step::Index(index)] => format!("item {} of `{list}`", index + 1),
        _ => "this object".to_owned(),
    }
}

/// Room for a value in a sentence.
const ROOM: usize = 60;

fn shortened(value: &str) -> String {
    if value.chars().count() <= ROOM {
        return value.to_owned();
    }
    value.chars().take(ROOM).chain(['…']).collect()
}

fn is_empty(tree: &Tree<'_>, node: crate::yaml::NodeId) -> bool {
    let node = tree.target(node);
    match tree.kind(node) {
        Kind::String => tree.string(node).is_empty(),
        Kind::Mapping | Kind::Sequence => tree.children(node).next().is_none(),
        _ => true,
    }
}

/// A few of some names: "`a`, `b` or `c`".
fn listed(names: &[String], word: &str) -> String {
    let shown: Vec<String> = names.iter().take(8).map(|name| format!("`{name}`")).collect();
    match shown.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., _] if names.len() > shown.len() => format!("{}, …", most.join(", ")),
        [most @ .., last] => format!("{} {word} {last}", most.join(", ")),
    }
}
