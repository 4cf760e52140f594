//! `doomed-template`: a workload that the API server accepts, and whose Pods it refuses; `api` finds
//! them.

use super::Rule;
use crate::draft::Draft;
use crate::finding::Severity;

/// The record.
pub static RULE: Rule = Rule {
    id: "doomed-template",
    summary: "A template that the API server accepts, and whose Pods it refuses",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: false,
    help: "\
Some rules hold for Pods and not for templates. The API server takes the workload, then refuses every Pod \
that its controller makes; only events tell. So it is with two containers that want the same port of the \
node's network, with spaces around an image, with a `nodeName` beside scheduling gates, and with the name of \
a StatefulSet that leaves no room for what its Pods get as labels and host names.

Bad:

```yaml
kind: Deployment
spec:
  template:
    spec:
      containers:
      - name: web
        image: \"web:1.0 \"
```

Good:

```yaml
kind: Deployment
spec:
  template:
    spec:
      containers:
      - name: web
        image: web:1.0
```",
};

/// The finding, of what there is to say about the Pod.
pub(crate) fn report(about_pod: Draft, kind: &str) -> Draft {
    let made = if kind == "CronJob" { "Jobs and Pods" } else { "Pods" };
    let message = format!("the API server takes this {kind} and refuses its {made}: {}", about_pod.message);
    Draft { rule: &RULE, severity: RULE.severity, message, mend: None, ..about_pod }
}

/// The finding for the name of a workload, which leaves no room.
pub(crate) fn about_name(about_pod: Draft, kind: &str) -> Draft {
    let help = match kind {
        "StatefulSet" => "use a name of at most 52 letters: Pods get it with an ending as label and host name",
        _ => "use a shorter name: Pods get it with an ending",
    };
    let mut draft = report(about_pod, kind);
    draft.help = Some(help.to_owned());
    draft
}
