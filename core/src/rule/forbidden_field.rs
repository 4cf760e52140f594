//! `forbidden-field`: the API server's refusals of this kind, which `api` finds.

use super::Rule;
use crate::finding::Severity;

/// The record.
pub static RULE: Rule = Rule {
    id: "forbidden-field",
    summary: "A field that must not be there beside what else is written",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: false,
    help: "\
The API server refuses some fields beside others: a probe of a plain init container, a second kind of \
handler, `activeDeadlineSeconds` in a Deployment.

Bad:

```yaml
initContainers:
- name: setup
  image: setup:1.0
  readinessProbe:
    exec:
      command: [ready]
```

Good:

```yaml
initContainers:
- name: setup
  image: setup:1.0
```",
};
