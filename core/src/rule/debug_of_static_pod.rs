//! `debug-of-static-pod`: an ephemeral container for a Pod that its node's kubelet owns.

use super::Rule;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::object::locate::{locate, span};
use crate::path::Path;
use crate::subject::Subject;

/// The record.
pub static RULE: Rule = Rule {
    id: "debug-of-static-pod",
    summary: "An ephemeral container in the mirror of a static Pod, where none can run",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: false,
    help: "\
A static Pod lives in a file on its node. What the API server shows of it is a mirror, marked with the \
annotation `kubernetes.io/config.mirror`; the kubelet does not run what is added to the mirror, and the API \
server refuses ephemeral containers in it. Debug the node instead:

```yaml
# kubectl debug node/NODE -it --image=busybox
```",
};

/// The annotation of a mirror. Source: `MirrorPodAnnotationKey` in `k8s.io/api/core/v1` (1.37).
const MIRROR: &str = "kubernetes.io/config.mirror";

/// The finding for a mirror with ephemeral containers.
pub(crate) fn report(subject: &Subject<'_, '_>, drafts: &mut Vec<Draft>) {
    let is_there = |path: &Path| locate(subject.tree, subject.root, path).exact;
    let path = Path::root().key("spec").key("ephemeralContainers");
    if !is_there(&path) || !is_there(&Path::root().key("metadata").key("annotations").key(MIRROR)) {
        return;
    }
    let span = span(subject.tree, subject.root, &path);
    let message = "this is the mirror of a static Pod: its kubelet runs no ephemeral containers".to_owned();
    let help = "debug the node instead: `kubectl debug node/NODE -it --image=busybox`";
    drafts.push(Draft::new(&RULE, path, span, message).help(help));
}
