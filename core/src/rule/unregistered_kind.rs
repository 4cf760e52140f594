//! `unregistered-kind`: a kind without a schema, where one is required.

use super::Rule;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::object::Identity;
use crate::path::Path;
use crate::yaml::Span;

/// The record.
pub static RULE: Rule = Rule {
    id: "unregistered-kind",
    summary: "A kind without a schema, under `--require-schema`",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: false,
    help: "\
Kinds of groups that are not built in come from custom resource definitions. podlint lists and counts \
them, and does not check them; under `--require-schema` each is an error, so that nothing passes \
unchecked.

```yaml
apiVersion: example.com/v1
kind: Widget
```",
};

/// The finding for a kind that nothing is known of.
pub(crate) fn report(identity: &Identity<'_>, span: Span) -> Draft {
    let kind = identity.kind.as_deref().unwrap_or_default();
    let api_version = identity.api_version.as_deref().unwrap_or_default();
    Draft::new(&RULE, Path::root().key("kind"), span, format!("there is no schema for `{api_version}` `{kind}`"))
        .help("leave out `--require-schema` to let kinds without a schema pass")
}
