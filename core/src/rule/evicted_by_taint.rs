//! `evicted-by-taint`: a Pod that a `NoExecute` taint drives away.

use super::Rule;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::path::Path;
use crate::schedule::Refusal;
use crate::schedule::report::{Places, Stay};

/// The record.
pub static RULE: Rule = Rule {
    id: "evicted-by-taint",
    summary: "A Pod that a NoExecute taint drives from its node",
    severity: Severity::Warning,
    since: "0.1.0",
    fixable: false,
    help: "\
A `NoExecute` taint evicts the Pods that do not tolerate it, and those that tolerate it with \
`tolerationSeconds` after that time. podlint says so where every node that takes the Pod has such a taint, \
or where `nodeName` names one.

```yaml
tolerations:
- key: maintenance
  operator: Exists
  effect: NoExecute
  tolerationSeconds: 60
```

Drop `tolerationSeconds` to stay for ever.",
};

/// The finding for a stay that ends.
pub(crate) fn report(places: &Places<'_, '_>, stay: &Stay) -> Draft {
    let (path, span) = places.of(&Path::root().key("tolerations"));
    let Stay { seconds, taint } = stay;
    let message = format!("every node that takes this Pod evicts it after {seconds} seconds, by the taint `{taint}`");
    Draft::new(&RULE, path, span, message).help("drop `tolerationSeconds` for this taint to stay for ever")
}

/// The finding for a Pod that its named node's kubelet refuses for a taint.
pub(crate) fn refused(places: &Places<'_, '_>, refusal: &Refusal) -> Draft {
    let (path, span) = places.of(&Path::root().key("nodeName"));
    let Refusal { node, message, .. } = refusal;
    Draft::new(&RULE, path, span, format!("the kubelet of `{node}` refuses this Pod: {message}"))
        .help("add a toleration for the node's NoExecute taint, or choose another node")
}
