//! `misplaced-field`: the field exists, but not here.

use super::Rule;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::schema::place::{Candidate, Means, Placing};
use crate::schema::walk::Problem;
use crate::subject::Subject;
use crate::yaml::NodeId;

/// The record.
pub static RULE: Rule = Rule {
    id: "misplaced-field",
    summary: "A field that belongs elsewhere in the object",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: true,
    help: "\
The most common mistake in manifests: a level of indentation too many or too few, a wrapper left out, a \
block pasted under the wrong parent. kubectl refuses the field where it stands, and with \
`--validate=false` the API server drops it in silence. podlint names the place where the field exists \
and the value fits; `--fix` moves it where only one place can have been meant.

Bad:

```yaml
spec:
  template:
    spec:
      containers:
      - name: web
    tolerations:
    - operator: Exists
```

Good:

```yaml
spec:
  template:
    spec:
      containers:
      - name: web
      tolerations:
      - operator: Exists
```",
};

/// The finding for a field that belongs elsewhere.
pub(crate) fn report(
    subject: &Subject<'_, '_>,
    problem: &Problem,
    key: NodeId,
    placing: &Placing,
    best: &Candidate,
) -> Draft {
    let tree = subject.tree;
    let written = tree.name(key);
    let draft = Draft::new(
        &RULE,
        problem.path.clone(),
        tree.span(key),
        format!("`{written}` does not belong {} {}", Subject::preposition(problem), subject.place_of(problem)),
    )
    .suggest(best.path.clone())
    .mend(crate::fix::relocate(subject, problem, key, placing, best));
    let draft = match subject.key_of_target(best) {
        Some(span) if best.parent_exists => draft.label(span, "it belongs in here"),
        Some(span) => draft.label(span, "it belongs below this"),
        None => draft,
    };
    draft.help(advice(placing, best))
}

fn advice(placing: &Placing, best: &Candidate) -> String {
    if best.means == Means::Unwrap {
        let parent = best.path.parent().unwrap_or_default();
        let place = if parent == crate::path::Path::root() { "the object".to_owned() } else { format!("`{parent}`") };
        let mut help = format!("leave this key out and put what is in it directly into {place}");
        if let Some(versions) = placing.versions
            && let Some(last) = versions.last()
        {
            help = format!("{help}: the wrapper existed up to Kubernetes {last}");
        }
        return help;
    }
    if best.means == Means::Mount {
        return format!("volumes are mounted in a container: write it as `{}`, beside the volume's `name`", best.path);
    }
    let also = placing.candidates.get(1).filter(|other| other.fit.whole && other.cost < best.cost + 0.5);
    match also {
        Some(other) if best.free => format!("move it to `{}` or `{}`", best.path, other.path),
        _ if !best.free => format!("put it together with what is at `{}`", best.path),
        _ => format!("move it to `{}`", best.path),
    }
}
