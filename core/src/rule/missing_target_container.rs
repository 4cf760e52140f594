//! `missing-target-container`: an ephemeral container for a container that is not there.

use super::{Rule, placeholder};
use crate::api::listed;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::object::locate::{locate, span};
use crate::path::Path;
use crate::schema::spelling;
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

/// The findings of a Pod's ephemeral containers.
pub(crate) fn report(subject: &Subject<'_, '_>, drafts: &mut Vec<Draft>) {
    let spec = Path::root().key("spec");
    let mut known: Vec<String> = Vec::new();
    for list in ["containers", "initContainers"] {
        known.extend(texts(subject, &spec.key(list), "name").into_iter().map(|(_, name)| name));
    }
    for (path, target) in texts(subject, &spec.key("ephemeralContainers"), "targetContainerName") {
        if target.is_empty() || known.contains(&target) || placeholder::is_marked(&target) {
            continue;
        }
        let words = match spelling::nearest(&target, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the Pod has {}", listed(&known, "and")),
        };
        let message = format!("no container of this Pod is called `{target}`");
        let span = span(subject.tree, subject.root, &path);
        drafts.push(Draft::new(&RULE, path, span, message).help(words));
    }
}

/// A field of each item of a list, with its path.
fn texts(subject: &Subject<'_, '_>, list: &Path, field: &str) -> Vec<(Path, String)> {
    let place = locate(subject.tree, subject.root, list);
    let items = subject.tree.target(place.value);
    if !place.exact || subject.tree.kind(items) != Kind::Sequence {
        return Vec::new();
    }
    let paths = (0..subject.tree.items(items).count()).map(|index| list.index(index).key(field));
    let texts = paths.filter_map(|path| {
        let place = locate(subject.tree, subject.root, &path);
        let value = subject.tree.target(place.value);
        let is_text = place.exact && subject.tree.kind(value) == Kind::String;
        is_text.then(|| (path, subject.tree.string(value).into_owned()))
    });
    texts.collect()
}
