//! `unknown-field`: a field that the object does not have, with no place in this kind.

use podlint_schemas::{Version, Versions};

use super::Rule;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::schema::place::Placing;
use crate::schema::walk::Problem;
use crate::subject::{Subject, with_article};
use crate::yaml::NodeId;

/// The record.
pub static RULE: Rule = Rule {
    id: "unknown-field",
    summary: "A field that Kubernetes does not know",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: false,
    help: "\
kubectl refuses a field that its object does not have, and with `--validate=false` the API server drops \
it in silence. This rule speaks where podlint sees no place that the field can have been meant for: it \
may belong to another kind, to another version of Kubernetes, or to another tool.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
spec:
  volumeClaimTemplates: []
```

Good: a `StatefulSet`, or no `volumeClaimTemplates`.",
};

/// The finding for a field that belongs nowhere here.
pub(crate) fn report(subject: &Subject<'_, '_>, problem: &Problem, key: NodeId, placing: &Placing) -> Draft {
    let name = subject.tree.name(key);
    let draft = Draft::new(
        &RULE,
        problem.path.clone(),
        subject.tree.span(key),
        format!("`{name}` is not a field of {}", subject.place_of(problem)),
    );
    if let Some(already) = placing.already.as_ref().and_then(|path| path.last_key()) {
        return draft.help(format!("`{already}` is there already: remove this one"));
    }
    if let Some(versions) = placing.versions {
        return draft.help(history(versions, subject.version));
    }
    match placing.foreign.as_slice() {
        [] => draft.help("remove it: the API server refuses it, or drops it without a word"),
        [kind] => draft.help(format!("{} has a field of this name; remove it here", with_article(kind))),
        [first, second, ..] => draft.help(format!(
            "{} and {} have a field of this name; remove it here",
            with_article(first),
            with_article(second)
        )),
    }
}

/// When the field existed: "exists from 1.29 on, …".
pub(crate) fn history(versions: Versions, chosen: Version) -> String {
    match (versions.first(), versions.last()) {
        (Some(first), _) if first > chosen => {
            format!("the field exists from Kubernetes {first} on, and this is checked against {chosen}")
        }
        (_, Some(last)) if last < chosen => {
            format!("the field existed up to Kubernetes {last}, and this is checked against {chosen}: remove it")
        }
        _ => format!("Kubernetes {chosen} does not have the field"),
    }
}
