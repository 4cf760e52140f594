//! `too-many`: the API server's refusals of this kind, which `api` finds.

use super::Rule;
use crate::finding::Severity;

/// The record.
pub static RULE: Rule = Rule {
    id: "too-many",
    summary: "More items than the API server takes",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: false,
    help: "\
Some lists have a limit: `restartPolicyRules` of a container 20, `exitCodes.values` 255. The API server \
refuses an object with more.

Bad:

```yaml
restartPolicyRules: (21 of them)
```

Good:

```yaml
restartPolicyRules:
- action: Restart
  exitCodes:
    operator: In
    values: [42]
```",
};
