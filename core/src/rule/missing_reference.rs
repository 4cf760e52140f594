//! `missing-reference`: the API server's refusals of this kind, which `api` finds.

use super::Rule;
use crate::finding::Severity;

/// The record.
pub static RULE: Rule = Rule {
    id: "missing-reference",
    summary: "A name of something that the object does not have, such as a volume",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: true,
    help: "\
A volume mount names a volume of the same Pod. The API server refuses a name that leads nowhere.

Bad:

```yaml
containers:
- name: web
  image: web:1.0
  volumeMounts:
  - name: data
    mountPath: /data
```

Good:

```yaml
containers:
- name: web
  image: web:1.0
  volumeMounts:
  - name: data
    mountPath: /data
volumes:
- name: data
  emptyDir: {}
```",
};
