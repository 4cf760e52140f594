//! `required-field`: the API server's refusals of this kind, which `api` finds.

use super::Rule;
use crate::finding::Severity;

/// The record.
pub static RULE: Rule = Rule {
    id: "required-field",
    summary: "A field that the API server wants and that is missing or empty",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: false,
    help: "\
The API server refuses an object that lacks a field it needs, or where that field is empty.

Bad:

```yaml
containers:
- name: web
```

Good:

```yaml
containers:
- name: web
  image: web:1.0
```",
};
