//! `duplicate-key`: the same key twice in one mapping.

use super::Rule;
use crate::draft::{Change, Draft, Mend};
use crate::finding::{Applicability, Severity};
use crate::schema::walk::Problem;
use crate::subject::Subject;
use crate::yaml::NodeId;

/// The record.
pub static RULE: Rule = Rule {
    id: "duplicate-key",
    summary: "The same key twice in one mapping",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: true,
    help: "\
kubectl takes the last of two equal keys and says nothing, so the first one is lost; other tools refuse \
the file. Keep one. Where both say the same, `--fix` removes the first.

Bad:

```yaml
spec:
  hostNetwork: true
  containers: []
  hostNetwork: true
```

Good:

```yaml
spec:
  hostNetwork: true
  containers: []
```",
};

/// The finding for a key that a later one overrides.
pub(crate) fn report(subject: &Subject<'_, '_>, problem: &Problem, key: NodeId, kept: NodeId) -> Draft {
    let tree = subject.tree;
    let name = tree.name(key);
    let kept_value = subject.can_fix(problem).then(|| subject.value_of(problem, kept)).flatten();
    let same = kept_value.is_some_and(|value| crate::fix::same_value(tree, problem.value, value));
    let draft = Draft::new(
        &RULE,
        problem.path.clone(),
        tree.span(key),
        format!(
            "`{name}` stands twice in {}; kubectl takes the last one and drops this one",
            subject.place_of(problem)
        ),
    )
    .label(tree.span(kept), "this one wins");
    if same {
        let mend = crate::fix::remove_entry(subject, problem, key)
            .map(|changes: Vec<Change>| Mend { applicability: Applicability::Safe, changes });
        return draft.help("both say the same: remove this one").mend(mend);
    }
    draft.help("keep one of the two, or put what both say into one")
}
