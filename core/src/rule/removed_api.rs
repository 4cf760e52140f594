//! `removed-api`: an API version that this Kubernetes no longer serves.

use podlint_schemas::Removal;

use super::Rule;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::object::Identity;
use crate::path::Path;
use crate::yaml::Span;

/// The record.
pub static RULE: Rule = Rule {
    id: "removed-api",
    summary: "An API version that this version of Kubernetes no longer serves",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: false,
    help: "\
Kubernetes removes old API versions. The API server refuses an object that names one, also where its \
kind lives on in another version. The new version often wants other fields, so podlint does not rewrite \
it by itself. Source: the Kubernetes Deprecated API Migration Guide.

Bad:

```yaml
apiVersion: extensions/v1beta1
kind: Ingress
```

Good:

```yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
```",
};

/// The finding for a version that is gone.
pub(crate) fn report(identity: &Identity<'_>, span: Span, removal: &Removal) -> Draft {
    let kind = identity.kind.as_deref().unwrap_or_default();
    let api_version = identity.api_version.as_deref().unwrap_or_default();
    let message = format!("`{api_version}` `{kind}` was removed in Kubernetes 1.{}", removal.removed_in);
    let draft = Draft::new(&RULE, Path::root().key("apiVersion"), span, message);
    match removal.instead {
        Some(instead) => draft.help(format!("use `{instead}`; its fields may differ")),
        None => draft.help("there is no successor: remove the object"),
    }
}
