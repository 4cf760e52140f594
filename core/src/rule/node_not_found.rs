//! `node-not-found`: `spec.nodeName` names no node of the cluster.

use super::Rule;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::path::Path;
use crate::schedule::report::Places;
use crate::schema::spelling;

/// The record.
pub static RULE: Rule = Rule {
    id: "node-not-found",
    summary: "`nodeName` names a node that the given cluster does not have",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: false,
    help: "\
`spec.nodeName` bypasses the scheduler. A Pod for a node that does not exist stays Pending until it is \
deleted.

```yaml
spec:
  nodeName: worker-7
```

Drop `nodeName`, or use `nodeSelector` with `kubernetes.io/hostname`.",
};

/// The finding.
pub(crate) fn report<'n>(places: &Places<'_, '_>, name: &str, nodes: impl Iterator<Item = &'n str>) -> Draft {
    let (path, span) = places.of(&Path::root().key("nodeName"));
    let draft = Draft::new(&RULE, path, span, format!("`nodeName: {name}`: the cluster has no such node"));
    match spelling::nearest(name, nodes) {
        Some(near) => draft.help(format!("did you mean `{near}`?")),
        None => draft.help("drop `nodeName` to let the scheduler choose a node"),
    }
}
