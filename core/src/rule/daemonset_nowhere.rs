//! `daemonset-nowhere`: a `DaemonSet` that runs on no node.

use super::Rule;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::schedule::Answer;
use crate::schedule::advice::Advice;
use crate::schedule::report::Places;

/// The record.
pub static RULE: Rule = Rule {
    id: "daemonset-nowhere",
    summary: "A DaemonSet that runs on no node of the given cluster",
    severity: Severity::Warning,
    since: "0.1.0",
    fixable: false,
    help: "\
A DaemonSet whose selector, affinity and tolerations suit no node is no error to Kubernetes: it runs \
nothing, in silence.

```yaml
spec:
  template:
    spec:
      nodeSelector:
        role: no-such-role
```

Compare its constraints with the nodes' labels and taints.",
};

/// The finding.
pub(crate) fn report(places: &Places<'_, '_>, answer: &Answer, advice: &Advice) -> Draft {
    let (path, span) = places.of(&advice.path);
    let words = answer.message().unwrap_or_default();
    let message = format!("this DaemonSet runs on no node: {}", words.trim_end_matches('.'));
    Draft::new(&RULE, path, span, message).help(advice.help.clone())
}
