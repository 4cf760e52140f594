//! `unknown-kind`: a kind that its group does not have, or a group that is nearly a built-in one.

use podlint_schemas::Version;

use super::Rule;
use crate::draft::{Change, Draft, Mend};
use crate::finding::{Applicability, Severity};
use crate::object::Identity;
use crate::object::registry::Miss;
use crate::path::Path;
use crate::yaml::{Span, Tree};

/// The record.
pub static RULE: Rule = Rule {
    id: "unknown-kind",
    summary: "A kind that its API group does not have",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: true,
    help: "\
kubectl answers `no matches for kind` where the cluster has no such kind in that group and version. \
podlint knows all built-in groups; kinds of other groups come from custom resource definitions and are \
not checked.

Bad:

```yaml
apiVersion: apps/v1
kind: Deploymnet
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
```",
};

/// The finding for a kind that is not there.
pub(crate) fn report(tree: &Tree<'_>, identity: &Identity<'_>, span: Span, miss: &Miss, version: Version) -> Draft {
    let kind = identity.kind.as_deref().unwrap_or_default();
    let api_version = identity.api_version.as_deref().unwrap_or_default();
    let (message, help) = match miss {
        Miss::OtherKind { kind: meant } => {
            (format!("`{api_version}` has no kind `{kind}`"), format!("write `kind: {meant}`"))
        }
        Miss::OtherVersion { api_versions, .. } => {
            let versions = api_versions.join("` or `");
            (format!("`{api_version}` has no kind `{kind}`"), format!("write `apiVersion: {versions}`"))
        }
        Miss::OtherRelease { first, last } => {
            (format!("Kubernetes {version} does not have `{api_version}` `{kind}`"), history(*first, *last))
        }
        Miss::Nowhere => (
            format!("`{api_version}` has no kind `{kind}`"),
            "see `kubectl api-resources` for the kinds that a cluster has".to_owned(),
        ),
    };
    let (node, replacement) = match miss {
        Miss::OtherKind { kind } => (identity.kind_node, Some(kind.clone())),
        Miss::OtherVersion { api_versions, sure } if *sure => {
            (identity.api_version_node, api_versions.first().cloned())
        }
        _ => (None, None),
    };
    let mend = node.zip(replacement).and_then(|(node, text)| {
        let text = crate::fix::scalar_like(tree, node, &text)?;
        let changes = vec![Change { span: tree.span(node), text }];
        Some(Mend { applicability: Applicability::Unsafe, changes })
    });
    let path = Path::root().key(if matches!(miss, Miss::OtherVersion { .. }) { "apiVersion" } else { "kind" });
    Draft::new(&RULE, path, span, message).help(help).mend(mend)
}

/// The finding for an `apiVersion` that cannot be one.
pub(crate) fn bad_version(span: Span, api_version: &str) -> Draft {
    let message = format!("`{api_version}` is no apiVersion: it has one `/` at most");
    Draft::new(&RULE, Path::root().key("apiVersion"), span, message).help("write it like `apps/v1` or `v1`")
}

fn history(first: Version, last: Version) -> String {
    if last == Version::NEWEST {
        format!("it exists from Kubernetes {first} on")
    } else if first == last {
        format!("it exists in Kubernetes {first} only")
    } else {
        format!("it exists from Kubernetes {first} to {last}")
    }
}
