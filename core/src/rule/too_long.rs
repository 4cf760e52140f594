//! `too-long`: the API server's refusals of this kind, which `api` finds.

use super::Rule;
use crate::finding::Severity;

/// The record.
pub static RULE: Rule = Rule {
    id: "too-long",
    summary: "More text than the API server takes",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: false,
    help: "\
All annotations of an object together may have 256 KiB. The API server refuses an object with more.

Bad:

```yaml
metadata:
  annotations:
    big: (300 KiB)
```

Good:

```yaml
metadata:
  annotations:
    small: text
```",
};
