//! `missing-target-container`: an ephemeral container for a container that is not there.

use std::collections::HashSet;

use super::{Rule, placeholder};
use crate::api::listed;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::object::locate;
use crate::path::Path;
use crate::schema::spelling;
use crate::schema::walk::MOST_PROBLEMS;
use crate::subject::Subject;
use crate::yaml::Kind;

/// The record.
pub static RULE: Rule = Rule {
    id: "missing-target-container",
    summary: "An ephemeral container whose target is no container of the Pod",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: false,
    help: "\
`targetContainerName` names the container whose processes an ephemeral container shall see. The API server \
refuses a name that the Pod does not have.

```yaml
spec:
  containers:
  - name: web
    image: web:1.0
  ephemeralContainers:
  - name: debugger
    image: busybox
    targetContainerName: web
```",
};

/// Names that a suggestion is looked for among.
const MOST_NAMES: usize = 100;

/// The findings of a Pod's ephemeral containers.
pub(crate) fn report(subject: &Subject<'_, '_>, drafts: &mut Vec<Draft>) {
    let spec = Path::root().key("spec");
    let targets = texts(subject, &spec.key("ephemeralContainers"), "targetContainerName");
    if targets.is_empty() {
        return;
    }
    let mut known: Vec<String> = Vec::new();
    for list in ["containers", "initContainers"] {
        known.extend(texts(subject, &spec.key(list), "name").into_iter().map(|(_, name)| name));
    }
    let names: HashSet<&str> = known.iter().map(String::as_str).collect();
    let is_missing = |target: &str| !target.is_empty() && !names.contains(target) && !placeholder::is_marked(target);
    let missing = targets.into_iter().filter(|(_, target)| is_missing(target));
    for (path, target) in missing.take(MOST_PROBLEMS) {
        let words = match spelling::nearest(&target, known.iter().take(MOST_NAMES).map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the Pod has {}", listed(&known, "and")),
        };
        let message = format!("no container of this Pod is called `{target}`");
        let span = locate::span(subject.tree, subject.root, &path);
        drafts.push(Draft::new(&RULE, path, span, message).help(words));
    }
}

/// A field of each item of a list, with its path.
fn texts(subject: &Subject<'_, '_>, list: &Path, field: &str) -> Vec<(Path, String)> {
    let tree = subject.tree;
    let values = locate::items(tree, subject.root, list).map(|item| locate::field(tree, item, field));
    let texts = values.enumerate().filter_map(|(index, value)| {
        let value = tree.target(value?);
        let is_text = tree.kind(value) == Kind::String;
        is_text.then(|| (list.index(index).key(field), tree.string(value).into_owned()))
    });
    texts.collect()
}
