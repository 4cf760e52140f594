//! `unsupported-value`: the API server's refusals of this kind, which `api` finds.

use super::Rule;
use crate::finding::Severity;

/// The record.
pub static RULE: Rule = Rule {
    id: "unsupported-value",
    summary: "A value that is none of those that the field knows",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: true,
    help: "\
Some fields know a few values only, in exactly this case. The API server refuses any other.

Bad:

```yaml
ports:
- containerPort: 53
  protocol: udp
```

Good:

```yaml
ports:
- containerPort: 53
  protocol: UDP
```",
};
