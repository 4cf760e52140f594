//! Labels of nodes that are on their way out. Source: `deprecatedNodeLabels` in `pkg/api/node` (1.37).

use k8s_openapi::api::core::v1::NodeSelectorTerm;

use super::Warnings;
use crate::api::field::Field;
use crate::api::format::Format;
use crate::api::list;
use crate::schedule::well_known::{CONTROL_PLANE, MASTER, OLD_LABELS};

/// The server's words about a label, and what to do; none for a label that is well.
pub(super) fn deprecated(key: &str) -> Option<(String, String)> {
    if let Some((_, instead, since)) = OLD_LABELS.iter().find(|(old, ..)| *old == key) {
        let words = format!("deprecated since v1.{since}; use \"{instead}\" instead");
        return Some((words, format!("use `{instead}`")));
    }
    Some(match key {
        MASTER => (format!("use \"{CONTROL_PLANE}\" instead"), format!("use `{CONTROL_PLANE}`")),
        "app.kubernetes.io/created-by" => {
            ("deprecated since v1.9".to_owned(), "leave it out, or use a label of your own".to_owned())
        }
        "scheduler.alpha.kubernetes.io/preferAvoidPods" => (
            "deprecated since v1.22; use Taints and Tolerations instead".to_owned(),
            "use taints and tolerations".to_owned(),
        ),
        _ => return None,
    })
}

/// A term that nodes are chosen by; `of_labels` says whether its values are those of labels.
/// Source: `GetWarningsForNodeSelectorTerm`.
pub(super) fn term(term: &NodeSelectorTerm, of_labels: bool, at: &Field<'_>, warnings: &mut Warnings) {
    let at = at.key("matchExpressions");
    for (index, expression) in list(&term.match_expressions).iter().enumerate() {
        let (here, key) = (at.index(index), &expression.key);
        if let Some((words, help)) = deprecated(key) {
            warnings.of(&here.key("key"), format!("{key} is {words}"), message(key), help);
        }
        let values = here.key("values");
        for (position, value) in list(&expression.values).iter().enumerate().filter(|_| of_labels) {
            for fault in Format::LabelValue.faults(value) {
                warnings.of(
                    &values.index(position),
                    format!("{value} is invalid, {fault}"),
                    format!("no label of a node can have the value `{value}`"),
                    Format::LabelValue.help(),
                );
            }
        }
    }
}

/// The label, in a sentence.
pub(super) fn message(key: &str) -> String {
    format!("the node label `{key}` is deprecated")
}
