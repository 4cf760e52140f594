//! `duplicate-item`: the API server's refusals of this kind, which `api` finds.

use super::Rule;
use crate::finding::Severity;

/// The record.
pub static RULE: Rule = Rule {
    id: "duplicate-item",
    summary: "Two items of a list that must differ",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: false,
    help: "\
Containers, volumes, named ports and host ports of a Pod must each be unique. The API server refuses a \
second one of the same name.

Bad:

```yaml
containers:
- name: web
  image: web:1.0
- name: web
  image: proxy:1.0
```

Good:

```yaml
containers:
- name: web
  image: web:1.0
- name: proxy
  image: proxy:1.0
```",
};
