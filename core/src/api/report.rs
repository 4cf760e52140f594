//! Causes as findings.

use std::collections::HashSet;

use super::cause::{Advice, Cause, MOST, Reason};
use super::{Answers, consequence, doomed, partial, words};
use crate::draft::Spoken;
use crate::finding::{ServerAnswer, ServerStage, Severity};
use crate::object::locate::locate;
use crate::path::Path;
use crate::rule::{doomed_template, partial_object, placeholder, server_warning};
use crate::subject::Subject;

/// Looking up a place costs up to the whole document: this many nodes are looked at for one object,
/// so that a huge one with many mistakes takes no longer than a few of its readings.
const MOST_NODES: usize = 20_000_000;

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
    let Answers { causes, warnings, doomed } = super::answers(subject, api_version, kind);
    if causes.is_empty() && warnings.is_empty() && doomed.is_empty() {
        return Refusal { is_refused: false, spoken: Vec::new() };
    }
    let is_refused = !causes.is_empty();
    let most = (MOST_NODES / subject.tree.len().max(1)).clamp(10, MOST);
    let (mut told, mut forms) = (Vec::new(), HashSet::new());
    let is_partial = !subject.patch && partial::is_partial(subject, api_version, kind, &causes, spoken);
    if is_partial {
        told.push(Spoken::of(partial_object::report(subject), subject.position, None));
    }
    let selector = Path::root().key("spec").key("selector");
    let lacks_selector = causes.iter().any(|it| it.reason == Reason::Required && it.path == selector);
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
        let is_invalid = |it: &ServerAnswer| it.stage == ServerStage::Invalid;
        let own = spoken.iter_mut().filter(|it| it.draft.severity == Severity::Error);
        let own = own.filter(|it| it.server.as_ref().is_none_or(is_invalid));
        let own = own.into_iter().find(|it| it.draft.path == cause.path || Some(&it.draft.path) == above.as_ref());
        let is_told = match own {
            Some(own) if own.server.is_none() => {
                own.server = Some(server);
                continue;
            }
            // What is wrong with the form of a text is one mistake, however many words the server has for it.
            None => matches!(cause.advice, Advice::Format(_)) && !forms.insert(cause.path.clone()),
            Some(_) => true,
        };
        let mut it = Spoken::of(words::draft(subject, &cause), subject.position, Some(server));
        // Nothing fits a selector that is not there.
        let is_alone = matches!(&cause.advice, Advice::Labels(wanted) if wanted.is_empty()) && lacks_selector;
        it.is_consequence = is_told || is_partial || is_alone;
        told.push(it);
    }
    consequence::mark(subject, api_version, kind, spoken, &mut told);
    if !subject.patch {
        told.extend(server_warning::report(subject, warnings, spoken));
        told.extend(about_pods(subject, kind, doomed.into_iter().take(most), spoken));
    }
    Refusal { is_refused, spoken: told }
}

/// What the server refuses of the Pods of a workload that it accepts, once for each place; nothing
/// where one of podlint's own rules has spoken of an error there.
fn about_pods(
    subject: &Subject<'_, '_>,
    kind: &str,
    causes: impl Iterator<Item = Cause>,
    spoken: &[Spoken],
) -> Vec<Spoken> {
    let errors = spoken.iter().filter(|it| it.draft.severity == Severity::Error);
    let mut known: HashSet<Path> = errors.map(|it| it.draft.path.clone()).collect();
    let mut told = Vec::new();
    for cause in causes {
        if cause.value.as_deref().is_some_and(placeholder::is_marked) || !known.insert(cause.path.clone()) {
            continue;
        }
        let about_pod = words::draft(subject, &cause);
        let draft = if cause.path == doomed::name_path() {
            doomed_template::about_name(about_pod, kind)
        } else {
            doomed_template::report(about_pod, kind)
        };
        told.push(Spoken::of(draft, subject.position, None));
    }
    told
}
