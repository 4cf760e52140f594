//! `unschedulable`: a Pod that no node of the cluster takes.

use super::Rule;
use crate::draft::{Change, Draft, Mend};
use crate::finding::{Applicability, Severity};
use crate::path::Path;
use crate::schedule::advice::Advice;
use crate::schedule::report::Places;
use crate::schedule::{Answer, Refusal};

/// The record.
pub static RULE: Rule = Rule {
    id: "unschedulable",
    summary: "A Pod that no node of the given cluster takes",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: true,
    help: "\
With `--cluster`, podlint asks the scheduler's own questions about every node. Where all of them refuse, \
the Pod stays Pending. The message is the scheduler's; the help is the smallest change that would make a \
node take it. It is a warning where the given objects leave a question open: Pods that were not given take \
no room.

Bad, where the nodes say `disk: ssd`:

```yaml
spec:
  nodeSelector:
    disk: SSD
```

Good:

```yaml
spec:
  nodeSelector:
    disk: ssd
```",
};

/// The finding for a Pod that stays Pending.
pub(crate) fn report(places: &Places<'_, '_>, answer: &Answer, advice: Advice, kind: &str) -> Draft {
    let (path, span) = places.of(&advice.path);
    let words = answer.message().unwrap_or_default();
    let what = if kind == "Pod" { "this Pod" } else { "the Pods of this object" };
    let message = format!("no node takes {what}: {}", words.trim_end_matches('.'));
    let mend = advice.value.as_ref().and_then(|value| {
        let change = Change { span: places.scalar(&path)?, text: quoted(value) };
        Some(Mend { applicability: Applicability::Unsafe, changes: vec![change] })
    });
    let mut draft = Draft::new(&RULE, path, span, message).help(advice.help).mend(mend);
    if answer.is_open() {
        draft.severity = Severity::Warning;
    }
    for (path, words) in advice.others {
        let (_, span) = places.of(&path);
        if span != draft.span {
            draft = draft.label(span, words);
        }
    }
    draft
}

/// The finding for a Pod that its named node's kubelet refuses.
pub(crate) fn refused(places: &Places<'_, '_>, refusal: &Refusal) -> Draft {
    let (path, span) = places.of(&Path::root().key("nodeName"));
    let Refusal { node, reason, message } = refusal;
    Draft::new(&RULE, path, span, format!("the kubelet of `{node}` refuses this Pod: {reason}: {message}"))
        .help("`nodeName` bypasses the scheduler; drop it to let the scheduler choose a node that fits")
}

/// A label's value as YAML text.
fn quoted(value: &str) -> String {
    let is_word = value.starts_with(|c: char| c.is_ascii_alphabetic())
        && value.len() > 3
        && !matches!(value.to_ascii_lowercase().as_str(), "true" | "false" | "null");
    if is_word { value.to_owned() } else { format!("\"{value}\"") }
}
