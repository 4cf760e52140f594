//! `invalid-value`: the API server's refusals of this kind, which `api` finds.

use super::Rule;
use crate::finding::Severity;

/// The record.
pub static RULE: Rule = Rule {
    id: "invalid-value",
    summary: "A value that the API server refuses: a name, a number or a text of the wrong form",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: true,
    help: "\
Names, labels, ports, paths and numbers have to be of a certain form or within certain bounds. The API \
server refuses an object where one is not.

Bad:

```yaml
ports:
- containerPort: 70000
```

Good:

```yaml
ports:
- containerPort: 7000
```",
};
