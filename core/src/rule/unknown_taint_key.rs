//! `unknown-taint-key`: a toleration for a taint that Kubernetes writes under another name.

use k8s_openapi::api::core::v1::Toleration;

use super::{Rule, placeholder};
use crate::draft::{Draft, Mend};
use crate::finding::{Applicability, Severity};
use crate::path::Path;
use crate::schedule::well_known::{self, CONTROL_PLANE, MASTER};
use crate::schedule::written::Written;

/// The record.
pub static RULE: Rule = Rule {
    id: "unknown-taint-key",
    summary: "A toleration whose key is a misspelled or outdated taint of Kubernetes",
    severity: Severity::Warning,
    since: "0.1.0",
    fixable: true,
    help: "\
Kubernetes taints nodes with keys of its own, such as `node.kubernetes.io/not-ready` and, with kubeadm, \
`node-role.kubernetes.io/control-plane` (`node-role.kubernetes.io/master` up to 1.24). A toleration for \
a key that is a letter off, or of old, tolerates none of them.

Bad:

```yaml
tolerations:
- key: node-role.kubernetes.io/master
  operator: Exists
```

Good:

```yaml
tolerations:
- key: node-role.kubernetes.io/control-plane
  operator: Exists
```",
};

/// The findings.
pub(crate) fn report(written: &Written<'_, '_>, drafts: &mut Vec<Draft>) {
    for (index, toleration) in written.tolerations.iter().enumerate() {
        let key = toleration.key.as_deref().unwrap_or_default();
        if placeholder::is_marked(key) {
            continue;
        }
        let (message, instead, help) = if key == MASTER {
            let message = format!("kubeadm taints no node with `{MASTER}` since Kubernetes 1.25");
            (message, CONTROL_PLANE, format!("tolerate `{CONTROL_PLANE}` too, or instead"))
        } else if let Some((_, instead)) = well_known::OLD_TAINTS.iter().find(|(old, _)| *old == key) {
            (format!("Kubernetes no longer taints nodes with `{key}`"), *instead, format!("use `{instead}`"))
        } else if let Some(meant) = well_known::taint_meant(key) {
            (format!("`{key}` is no taint of Kubernetes"), meant, format!("did you mean `{meant}`?"))
        } else {
            continue;
        };
        // Both names together are the way to be ready for old and new nodes.
        if names(&written.tolerations, instead) {
            continue;
        }
        let path = Path::root().key("tolerations").index(index).key("key");
        let change = written.places.rewrite(&path, instead);
        let (path, span) = written.places.of(&path);
        let mend = change.map(|change| Mend { applicability: Applicability::Unsafe, changes: vec![change] });
        drafts.push(Draft::new(&RULE, path, span, message).help(help).mend(mend));
    }
}

/// Whether a toleration is for this key, or for all keys.
fn names(tolerations: &[Toleration], key: &str) -> bool {
    tolerations.iter().any(|it| it.key.as_deref().is_none_or(|named| named.is_empty() || named == key))
}
