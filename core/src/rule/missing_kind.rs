//! `missing-kind`: one of `apiVersion` and `kind` is not there.

use super::Rule;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::object::Identity;
use crate::path::Path;
use crate::schema::fit;
use crate::yaml::{Kind, NodeId, Span, Tree};

/// The record.
pub static RULE: Rule = Rule {
    id: "missing-kind",
    summary: "An object without `kind`, or without `apiVersion`",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: false,
    help: "\
Every object says what it is with `apiVersion` and `kind`. kubectl refuses an object that lacks one of \
them. A document that has neither is taken for something else (Helm values, a Compose file) and skipped.

Bad:

```yaml
kind: Deployment
metadata:
  name: web
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
```",
};

/// The finding for an object that lacks one of the two, or holds something else than text there.
/// `versions` are those that have its kind.
pub(crate) fn report(tree: &Tree<'_>, identity: &Identity<'_>, span: Span, versions: &[String]) -> Draft {
    let no_version = identity.api_version.is_none();
    let written =
        [("apiVersion", identity.api_version_node, no_version), ("kind", identity.kind_node, identity.kind.is_none())];
    let no_text = written.into_iter().find_map(|(key, node, lacks)| node.filter(|_| lacks).map(|node| (key, node)));
    let draft = if let Some((key, node)) = no_text {
        not_text(tree, key, node)
    } else {
        let missing = match (no_version, identity.kind.is_none()) {
            (true, true) => "no `apiVersion` and no `kind`",
            (true, false) => "no `apiVersion`",
            _ => "no `kind`",
        };
        Draft::new(&RULE, Path::root(), span, format!("this object has {missing}"))
    };
    match (&identity.kind, versions) {
        (None, _) => draft.help("say what it is, as in `apiVersion: apps/v1` and `kind: Deployment`"),
        (Some(_), [version]) => draft.help(format!("write `apiVersion: {version}`")),
        (Some(kind), []) => draft.help(format!("write the `apiVersion` that `{kind}` belongs to")),
        (Some(_), versions) => draft.help(format!("write one of `apiVersion: {}`", versions.join("`, `apiVersion: "))),
    }
}

fn not_text(tree: &Tree<'_>, key: &str, node: NodeId) -> Draft {
    let value = tree.span(node);
    // Where there is nothing to point at, its key is shown.
    let entry = tree.parent(node).and_then(|root| tree.entries(root).find(|(_, other)| *other == node));
    let span = match entry {
        Some((key, _)) if value.start == value.end => tree.span(key),
        _ => crate::fix::first_line(tree, value),
    };
    let message = match tree.kind(tree.target(node)) {
        Kind::Null | Kind::String => format!("`{key}` is empty"),
        _ => format!("`{key}` must be text, but is {}", fit::found_words(tree, node)),
    };
    Draft::new(&RULE, Path::root().key(key), span, message)
}
