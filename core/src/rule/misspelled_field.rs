//! `misspelled-field`: the object has the field under another name.

use super::Rule;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::schema::place::{Candidate, Placing};
use crate::schema::walk::Problem;
use crate::subject::Subject;
use crate::yaml::NodeId;

/// The record.
pub static RULE: Rule = Rule {
    id: "misspelled-field",
    summary: "A field under a wrong name: one letter off, the wrong case, a name from elsewhere",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: true,
    help: "\
Field names are exact, case included. A name that is a letter off is a field that Kubernetes does not \
know: kubectl refuses it, and with `--validate=false` the API server drops it in silence. podlint names a \
field only where the value fits there.

Bad:

```yaml
ports:
- conatainerPort: 80
```

Good:

```yaml
ports:
- containerPort: 80
```",
};

/// The finding for a field that has another name here.
pub(crate) fn report(
    subject: &Subject<'_, '_>,
    problem: &Problem,
    key: NodeId,
    placing: &Placing,
    best: &Candidate,
) -> Draft {
    let written = subject.tree.name(key);
    let name = best.path.last_key().unwrap_or_default();
    Draft::new(
        &RULE,
        problem.path.clone(),
        subject.tree.span(key),
        format!("`{written}` is not a field of {}", subject.place_of(problem)),
    )
    .help(format!("rename it to `{name}`"))
    .suggest(best.path.clone())
    .mend(crate::fix::respell(subject, problem, key, placing, best))
}
