//! `missing-kind`: one of `apiVersion` and `kind` is not there.

use super::Rule;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::object::Identity;
use crate::path::Path;
use crate::yaml::Span;

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
pub(crate) fn report(identity: &Identity<'_>, span: Span, versions: &[String]) -> Draft {
    let (missing, there) = match (&identity.api_version, &identity.kind) {
        (None, None) => ("apiVersion` and no `kind", None),
        (None, Some(kind)) => ("apiVersion", Some(kind)),
        (Some(version), _) => ("kind", Some(version)),
    };
    let draft = Draft::new(&RULE, Path::root(), span, format!("this object has no `{missing}`"));
    match (missing, there, versions) {
        ("apiVersion", Some(_), [version]) => draft.help(format!("add `apiVersion: {version}`")),
        ("apiVersion", Some(kind), []) => draft.help(format!("add the `apiVersion` that `{kind}` belongs to")),
        ("apiVersion", Some(_), versions) => {
            draft.help(format!("add one of `apiVersion: {}`", versions.join("`, `apiVersion: ")))
        }
        ("kind", _, _) => draft.help("add `kind`, such as `kind: Deployment`"),
        _ => draft.help("every object needs both"),
    }
}
