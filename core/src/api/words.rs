//! A cause in words for people: what is wrong, what to do, and the other places to look at. The
//! server's own words stand beside them.

use std::borrow::Cow;

use super::cause::{Advice, Cause, Reason, Wanted};
use super::mend;
use crate::draft::Draft;
use crate::finding::Rule;
use crate::object::locate::{Place, locate, span};
use crate::path::{Path, Step};
use crate::rule::{
    duplicate_item, forbidden_field, invalid_value, missing_reference, required_field, too_long, too_many,
    unsupported_value,
};
use crate::subject::Subject;
use crate::yaml::{Kind, NodeId, Tree};

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

/// The finding for a cause.
pub(super) fn draft(subject: &Subject<'_, '_>, cause: &Cause) -> Draft {
    let (tree, path) = (subject.tree, &cause.path);
    let place = locate(tree, subject.root, path);
    let span_of_key = place.key.filter(|_| place.exact && is_key(cause)).map(|key| tree.span(key));
    let at = span_of_key.unwrap_or_else(|| span(tree, subject.root, path));
    let draft = Draft::new(rule(cause.reason), path.clone(), at, message(tree, cause, place));
    let draft = match help(tree, cause, place) {
        Some(help) => draft.help(help),
        None => draft,
    };
    let draft = match elsewhere(subject, cause) {
        Some((other, seen)) => draft.label(span(tree, subject.root, &other), seen),
        None => draft,
    };
    draft.mend(mend::mend(subject, cause, place))
}

fn message(tree: &Tree<'_>, cause: &Cause, place: Place) -> String {
    let name = name(&cause.path);
    let value = cause.value.as_deref().map(shortened).unwrap_or_default();
    let why = if cause.why.is_empty() { String::new() } else { format!(": {}", cause.why) };
    match (cause.reason, &cause.advice) {
        (Reason::Required, _) if place.exact && is_empty(tree, place.value) => format!("{name} is empty{why}"),
        (Reason::Required, _) if place.exact && !why.is_empty() => format!("{name} is not complete{why}"),
        (Reason::Required, _) => format!("{name} is missing{why}"),
        (Reason::Invalid, Advice::Format(_)) if is_key(cause) => format!("{name} cannot be a key here"),
        (Reason::Invalid, Advice::Format(_)) => format!("{name} cannot be `{value}`"),
        (Reason::Invalid, Advice::Labels(_)) if place.exact => format!("{name} does not fit the selector"),
        (Reason::Invalid, _) if !place.exact && is_filled_in(&value) => format!("{name} would be `{value}`{why}"),
        (Reason::Invalid, _) if !place.exact => format!("{name} is missing{why}"),
        (Reason::Invalid, _) if is_structure(&value) => format!("{name} is wrong{why}"),
        (Reason::Invalid, _) if is_key(cause) => format!("{name} is not known here{why}"),
        (Reason::Invalid, _) => format!("{name} cannot be `{value}`{why}"),
        (Reason::NotSupported, _) if value.is_empty() => format!("{name} is missing"),
        (Reason::NotSupported, _) => format!("{name} cannot be `{value}`"),
        (Reason::Forbidden, _) => format!("{name} is not allowed here{why}"),
        (Reason::Duplicate, _) if is_structure(&value) => format!("{name} is there a second time"),
        (Reason::Duplicate, _) => format!("{name} is `{value}` a second time"),
        (Reason::NotFound, _) => format!("there is no {} `{value}`{why}", named(&cause.path).word),
        (Reason::TooLong | Reason::TooMany, _) => format!("{name} is too long{why}"),
    }
}

/// Whether it is the key that is wrong, not what stands behind it.
fn is_key(cause: &Cause) -> bool {
    matches!(cause.path.steps().last(), Some(Step::Key(key)) if Some(key) == cause.value.as_ref())
}

fn help(tree: &Tree<'_>, cause: &Cause, place: Place) -> Option<String> {
    let written = cause.value.as_deref().unwrap_or_default();
    let near = |known: &[String]| mend::meant(written, known).map(|(near, _)| format!("did you mean `{near}`?"));
    Some(match &cause.advice {
        Advice::Format(format) => match mend::in_form(written, *format) {
            Some(form) => format!("{}, such as `{form}`", format.help()),
            None => format.help().to_owned(),
        },
        Advice::Known(known) => near(known).unwrap_or_else(|| format!("write {}", listed(known, "or"))),
        Advice::Names(names) if names.is_empty() => {
            let Named { word, list } = named(&cause.path);
            format!("add a {word} of this name to `{list}`, or take this out")
        }
        Advice::Names(names) => near(names).unwrap_or_else(|| format!("there is {}", listed(names, "and"))),
        Advice::Labels(wanted) if !wanted.is_empty() => fitting(wanted),
        Advice::None | Advice::Labels(_) => match cause.reason {
            Reason::Invalid if !place.exact && is_filled_in(written) => return None,
            Reason::Required | Reason::Invalid if !place.exact => {
                let holder = cause.path.parent().filter(|it| *it != Path::root());
                let to = holder.map_or_else(|| "the object".to_owned(), |holder| format!("`{holder}`"));
                format!("add {} to {to}", name(&cause.path))
            }
            Reason::Required if !is_empty(tree, place.value) => return None,
            Reason::Required => "give it a value, or take it out".to_owned(),
            Reason::Forbidden | Reason::NotSupported if place.exact => "take it out".to_owned(),
            Reason::Duplicate if tree.kind(tree.target(place.value)) == Kind::String => {
                "give one of them another name, or take it out".to_owned()
            }
            Reason::Duplicate => "take one of them out".to_owned(),
            _ => return None,
        },
    })
}

/// Another place that has to do with the cause, and what to see there.
fn elsewhere(subject: &Subject<'_, '_>, cause: &Cause) -> Option<(Path, String)> {
    let text = |path: &Path| {
        let place = locate(subject.tree, subject.root, path);
        let node = subject.tree.target(place.value);
        (place.exact && subject.tree.kind(node) == Kind::String).then(|| subject.tree.string(node))
    };
    match (cause.reason, &cause.advice) {
        (Reason::Duplicate, _) => {
            let (list, index, below) = last_item(&cause.path)?;
            let written = text(&cause.path)?;
            // One that is further away is not worth a search in a huge list.
            let other = (0..index.min(FARTHEST)).map(|index| {
                let item = list.index(index);
                below.iter().fold(item, |path, step| path.with(step.clone()))
            });
            let other = other.into_iter().find(|other| text(other).as_ref() == Some(&written))?;
            Some((other, "the first is here".to_owned()))
        }
        (Reason::NotFound, Advice::Names(names)) => {
            let (near, _) = mend::meant(cause.value.as_deref()?, names)?;
            let list = pod_spec(&cause.path)?.key(named(&cause.path).list);
            let other = (0..FARTHEST).map(|index| list.index(index).key("name"));
            let other = other.into_iter().find(|other| text(other).is_some_and(|text| text == near))?;
            Some((other, format!("`{near}` is here")))
        }
        (Reason::Invalid, Advice::Labels(_)) => {
            let selector = Path::root().key("spec").key("selector");
            let is_there = locate(subject.tree, subject.root, &selector).exact;
            is_there.then(|| (selector, "the selector is here".to_owned()))
        }
        (Reason::Invalid, _) => {
            // A request above its limit.
            let steps = cause.path.steps();
            let at = steps.iter().rposition(|step| *step == Step::Key("requests".to_owned()))?;
            let limit: Path = steps
                .iter()
                .enumerate()
                .map(|(position, step)| if position == at { Step::Key("limits".to_owned()) } else { step.clone() })
                .collect();
            let is_there = cause.why.contains("limit") && locate(subject.tree, subject.root, &limit).exact;
            is_there.then(|| (limit, "the limit is here".to_owned()))
        }
        _ => None,
    }
}

/// Items of a list that are looked at for the other place.
const FARTHEST: usize = 200;

/// The innermost item of a list on a path: the list, the index, and the steps below it.
fn last_item(path: &Path) -> Option<(Path, usize, &[Step])> {
    let steps = path.steps();
    let at = steps.iter().rposition(|step| matches!(step, Step::Index(_)))?;
    let (above, rest) = steps.split_at_checked(at)?;
    match rest {
        [Step::Index(index), below @ ..] => Some((above.iter().cloned().collect(), *index, below)),
        _ => None,
    }
}

/// What a name leads to.
struct Named {
    /// For sentences.
    word: &'static str,
    /// The list of the Pod that has them.
    list: &'static str,
}

fn named(path: &Path) -> Named {
    let has = |name: &str| path.steps().iter().any(|step| matches!(step, Step::Key(key) if key == name));
    if has("claims") {
        Named { word: "resource claim", list: "resourceClaims" }
    } else if has("targetContainerName") {
        Named { word: "container", list: "containers" }
    } else {
        Named { word: "volume", list: "volumes" }
    }
}

/// The Pod spec that a container on the path stands in.
fn pod_spec(path: &Path) -> Option<Path> {
    let lists = ["containers", "initContainers", "ephemeralContainers"];
    let is_list = |step: &Step| matches!(step, Step::Key(key) if lists.contains(&key.as_str()));
    let at = path.steps().iter().position(is_list)?;
    Some(path.steps().iter().take(at).cloned().collect())
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

fn shortened(value: &str) -> Cow<'_, str> {
    match value.char_indices().nth(ROOM) {
        None => value.into(),
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()).into(),
    }
}

/// Whether a value that is not written was filled in by the server.
fn is_filled_in(value: &str) -> bool {
    !is_structure(value) && value != "0"
}

/// What would make the labels fit.
fn fitting(wanted: &[Wanted]) -> String {
    let told: Vec<String> = wanted
        .iter()
        .take(8)
        .map(|it| match &it.instead {
            None => format!("add `{}: {}`", it.key, it.value),
            Some(instead) => format!("`{}` is `{instead}` here and `{}` in the selector", it.key, it.value),
        })
        .collect();
    told.join("; ")
}

/// Whether a value is one that only the server's own words show.
fn is_structure(value: &str) -> bool {
    value.is_empty() || value == "null" || value.starts_with(['{', '['])
}

fn is_empty(tree: &Tree<'_>, node: NodeId) -> bool {
    let node = tree.target(node);
    match tree.kind(node) {
        Kind::String => tree.string(node).is_empty(),
        Kind::Mapping | Kind::Sequence => tree.children(node).next().is_none(),
        _ => true,
    }
}

/// A few of some names: "`a`, `b` or `c`".
pub(crate) fn listed(names: &[String], word: &str) -> String {
    let shown: Vec<String> = names.iter().take(8).map(|name| format!("`{name}`")).collect();
    match shown.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., _] if names.len() > shown.len() => format!("{}, …", most.join(", ")),
        [most @ .., last] => format!("{} {word} {last}", most.join(", ")),
    }
}
