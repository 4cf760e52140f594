//! `invalid-quantity`: an amount of cpu, memory or the like that Kubernetes does not read.

use super::Rule;
use crate::draft::{Change, Draft, Mend};
use crate::finding::{Applicability, Severity};
use crate::schema::quantity;
use crate::schema::walk::Problem;
use crate::subject::Subject;

/// The record.
pub static RULE: Rule = Rule {
    id: "invalid-quantity",
    summary: "An amount that Kubernetes does not read: `512MB`, `1 Gi`, `500mi`",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: true,
    help: "\
Amounts of cpu, memory and storage are numbers, with one of the suffixes `m`, `k`, `M`, `G`, `T`, `P`, `E` \
(powers of 1000; rarely `n`, `u` or an exponent such as `1e3`) or `Ki`, `Mi`, `Gi`, `Ti`, `Pi`, `Ei` (powers \
of 1024), without a space and in exactly this case. The API server refuses an object with anything else.

Bad:

```yaml
limits:
  memory: 512MB
```

Good:

```yaml
limits:
  memory: 512M # or 512Mi
```",
};

/// The finding for a text that is no quantity.
pub(crate) fn report(subject: &Subject<'_, '_>, problem: &Problem) -> Draft {
    let tree = subject.tree;
    let text = tree.string(problem.value);
    let meant = quantity::meant(&text, problem.path.last_key().unwrap_or_default());
    let name = subject.name_of(problem);
    let draft = Draft::new(
        &RULE,
        problem.path.clone(),
        tree.span(problem.value),
        format!("{name} is `{text}`, which Kubernetes does not read as a quantity"),
    );
    let mend = meant.first().and_then(|first| {
        let applicability = if meant.len() == 1 { Applicability::Safe } else { Applicability::Unsafe };
        let text = crate::fix::scalar_like(tree, problem.value, first)?;
        let changes = vec![Change { span: tree.span(problem.value), text }];
        crate::fix::proven(subject, problem, Mend { applicability, changes })
    });
    match meant.as_slice() {
        [] => draft.help("write a number with a suffix, such as `500m`, `64Mi` or `2`"),
        [one] => draft.help(format!("write `{one}`")),
        [decimal, binary, ..] => {
            draft.help(format!("write `{decimal}` (powers of 1000) or `{binary}` (powers of 1024)"))
        }
    }
    .mend(mend)
}
