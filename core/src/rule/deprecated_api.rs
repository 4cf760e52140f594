//! `deprecated-api`: an API version that is still served, but not for long.

use podlint_schemas::Deprecation;

use super::Rule;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::object::Identity;
use crate::path::Path;
use crate::yaml::Span;

/// The record.
pub static RULE: Rule = Rule {
    id: "deprecated-api",
    summary: "An API version that will be removed",
    severity: Severity::Warning,
    since: "0.1.0",
    fixable: false,
    help: "\
The API server still serves this version and warns about it. Move on before the cluster is upgraded.

Bad:

```yaml
apiVersion: v1
kind: Endpoints
```

Good:

```yaml
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
```",
};

/// The finding for a version that is on its way out.
pub(crate) fn report(identity: &Identity<'_>, span: Span, deprecation: &Deprecation) -> Draft {
    let kind = identity.kind.as_deref().unwrap_or_default();
    let api_version = identity.api_version.as_deref().unwrap_or_default();
    let mut message =
        format!("`{api_version}` `{kind}` is deprecated since Kubernetes 1.{}", deprecation.deprecated_in);
    if let Some(removed) = deprecation.removed_in {
        message = format!("{message} and gone from 1.{removed} on");
    }
    let draft = Draft::new(&RULE, Path::root().key("apiVersion"), span, message);
    match deprecation.instead {
        Some(instead) => draft.help(format!("use `{instead}`")),
        None => draft.help("plan to do without it"),
    }
}

/// The server's own words.
/// Source: `k8s.io/apiserver/pkg/endpoints/deprecation` (1.37).
pub(crate) fn server_words(identity: &Identity<'_>, deprecation: &Deprecation) -> String {
    let kind = identity.kind.as_deref().unwrap_or_default();
    let api_version = identity.api_version.as_deref().unwrap_or_default();
    let mut words = format!("{api_version} {kind} is deprecated in v1.{}+", deprecation.deprecated_in);
    if let Some(removed) = deprecation.removed_in {
        words = format!("{words}, unavailable in v1.{removed}+");
    }
    if let Some(instead) = deprecation.instead {
        words = format!("{words}; use {instead}");
    }
    words
}
