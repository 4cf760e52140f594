//! `malformed-image`: an image reference that no kubelet can read.

use super::{Rule, placeholder};
use crate::draft::Draft;
use crate::finding::Severity;
use crate::object::template::Workload;
use crate::object::{image, locate};
use crate::path::Path;
use crate::subject::Subject;
use crate::yaml::{Kind, NodeId};

/// The record.
pub static RULE: Rule = Rule {
    id: "malformed-image",
    summary: "An image reference that cannot be read, so that the container never starts",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: false,
    help: "\
The API server takes nearly any text as an `image`. The kubelet then cannot read it, and the container \
waits for ever with the reason `InvalidImageName`. Names are in lower case, a tag stands behind one colon, \
and there is no `https://`.

Bad:

```yaml
containers:
- name: web
  image: https://registry.example/Web:1.0
```

Good:

```yaml
containers:
- name: web
  image: registry.example/web:1.0
```",
};

/// The findings of an object's containers.
pub(crate) fn report(subject: &Subject<'_, '_>, workload: Workload, drafts: &mut Vec<Draft>) {
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        let list = workload.spec().key(list);
        let containers = locate::items(subject.tree, subject.root, &list);
        drafts.extend(containers.enumerate().filter_map(|(index, it)| of_container(subject, it, || list.index(index))));
    }
}

/// What there is to say of a container's image; `path` is that of the container.
fn of_container(subject: &Subject<'_, '_>, container: NodeId, path: impl Fn() -> Path) -> Option<Draft> {
    let tree = subject.tree;
    let written = locate::field(tree, container, "image")?;
    let value = tree.target(written);
    if tree.kind(value) != Kind::String {
        return None;
    }
    let image = tree.string(value);
    // The API server itself refuses an empty image, and spaces around one.
    if image.is_empty() || image.trim() != image || is_filled_in_later(&image) {
        return None;
    }
    let words = image::problem(&image)?;
    let message = format!("the kubelet cannot read the image `{image}`: {words}");
    Some(Draft::new(&RULE, path().key("image"), tree.span(written), message).help(advice(&image)))
}

/// Whether another program is to write something else here: placeholders, or a scheme such as `ko://`,
/// which the program of that name replaces by what it built.
fn is_filled_in_later(image: &str) -> bool {
    let is_built = image.split_once("://").is_some_and(|(scheme, _)| !matches!(scheme, "http" | "https" | "docker"));
    let mut words = image.split(['/', ':', '@']);
    is_built || image.contains('$') || placeholder::is_marked(image) || words.any(placeholder::is_shouted)
}

fn advice(image: &str) -> &'static str {
    let last = image.rsplit('/').next().unwrap_or_default();
    // What stands before the first `/` may be a registry, and that may have capitals.
    let repository = image.split_once('/').map_or(image, |(_, rest)| rest).split([':', '@']).next().unwrap_or_default();
    if image.contains("://") {
        "drop the scheme: an image begins with its registry or its name"
    } else if image.ends_with(':') {
        "add a tag behind the colon, or drop the colon"
    } else if image.ends_with('/') {
        "add the image's name behind the last `/`"
    } else if image.chars().any(char::is_whitespace) {
        "drop the spaces"
    } else if repository.chars().any(char::is_uppercase) {
        "write the name in lower case"
    } else if last.matches(':').count() > 1 && !last.contains('@') {
        "an image has one tag, behind one colon"
    } else {
        "write `registry/name:tag`: names in lower case, the tag of letters, digits, `.`, `_` and `-`"
    }
}
