//! `server-warning`: the API server's own warnings, which `api` finds.

use super::{Rule, placeholder};
use crate::api::warning::Warning;
use crate::draft::{Draft, Spoken};
use crate::finding::{ServerAnswer, ServerStage, Severity};
use crate::object::locate::{locate, span};
use crate::subject::Subject;

/// The record.
pub static RULE: Rule = Rule {
    id: "server-warning",
    summary: "What the API server accepts and warns about",
    severity: Severity::Warning,
    since: "0.1.0",
    fixable: false,
    help: "\
The API server takes the object, and sends a warning that `kubectl` prints: of fields and annotations that do \
nothing any more, of values that hide each other, of names that do not fit where they are used.

Bad:

```yaml
containers:
- name: web
  image: web:1.0
  env:
  - name: COLOR
    value: blue
  - name: COLOR
    value: green
```

Good:

```yaml
containers:
- name: web
  image: web:1.0
  env:
  - name: COLOR
    value: green
```",
};

/// The findings. Where one of podlint's own rules has already spoken of a field, as `spoken` has it,
/// that finding gets the server's words and none is added.
pub(crate) fn report(subject: &Subject<'_, '_>, warnings: Vec<Warning>, spoken: &mut [Spoken]) -> Vec<Spoken> {
    let mut told = Vec::new();
    for warning in warnings {
        if placeholder::is_marked(&warning.detail) {
            continue;
        }
        let server =
            ServerAnswer { stage: ServerStage::Warning, reason: None, field: None, detail: Some(warning.detail) };
        let above = warning.path.parent().filter(|_| !locate(subject.tree, subject.root, &warning.path).exact);
        let mut own = spoken.iter_mut().filter(|it| it.server.is_none());
        let own = own.find(|it| it.draft.path == warning.path || Some(&it.draft.path) == above.as_ref());
        if let Some(own) = own {
            own.server = Some(server);
            continue;
        }
        let span = span(subject.tree, subject.root, &warning.path);
        let draft = Draft::new(&RULE, warning.path, span, warning.message).help(warning.help);
        told.push(Spoken::of(draft, subject.position, Some(server)));
    }
    told
}
