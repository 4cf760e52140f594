//! `partial-object`: a part of an object, which is not judged as a whole.

use super::Rule;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::object::locate::span;
use crate::path::Path;
use crate::subject::Subject;

/// The record.
pub static RULE: Rule = Rule {
    id: "partial-object",
    summary: "An object that leaves out so much that it is taken for a patch",
    severity: Severity::Info,
    since: "0.1.0",
    fixable: false,
    help: "\
A workload without selector, labels and images is hardly a mistake: it is a patch that Kustomize or another \
tool merges into the whole. podlint checks its fields, says this once, and leaves out what the API server \
would refuse of it. A file that a `kustomization.yaml` names as a patch is taken for one without a word.

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
```",
};

/// The finding for an object of this kind.
pub(crate) fn report(subject: &Subject<'_, '_>) -> Draft {
    let place = Path::root().key("kind");
    let lacks = if matches!(subject.kind, "Job" | "CronJob") { "restart policy" } else { "selector, no labels" };
    let message = format!("this {} has no {lacks} and no image: it is taken for a patch", subject.kind);
    let help = "the API server refuses it as it stands; where it is whole, add what is missing";
    Draft::new(&RULE, Path::root(), span(subject.tree, subject.root, &place), message).help(help)
}
