//! `partly-unschedulable`: some replicas of a workload find no node.

use super::Rule;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::path::Path;
use crate::schedule::candidate::Candidate;
use crate::schedule::report::Places;
use crate::schedule::{Answer, Replicas};

/// The record.
pub static RULE: Rule = Rule {
    id: "partly-unschedulable",
    summary: "Some replicas find no node",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: false,
    help: "\
With `--cluster`, podlint places the replicas of a workload one after another. The Pods that the workload \
runs already make room for them. It is an error where no order of placing them fits all, and an info where \
that depends on the scheduler's choices.

Bad on two nodes, where each replica wants a node of its own:

```yaml
spec:
  replicas: 3
```

Good: `replicas: 2`, a third node, or a preferred anti-affinity.",
};

/// The finding.
pub(crate) fn report(
    places: &Places<'_, '_>,
    replicas: &Replicas,
    candidate: &Candidate<'_>,
    answer: &Answer,
) -> Draft {
    let Replicas { wanted, least, most, is_certain } = *replicas;
    let constraint = if !candidate.anti_affinity.is_empty() {
        Path::root().key("affinity").key("podAntiAffinity")
    } else if candidate.spec.topology_spread_constraints.as_ref().is_some_and(|it| !it.is_empty()) {
        Path::root().key("topologySpreadConstraints")
    } else if !candidate.host_ports.is_empty() {
        Path::root().key("containers")
    } else {
        Path::root().key("containers").index(0).key("resources")
    };
    let (path, span) = places.of(&constraint);
    let stays = if most + 1 == wanted { "stays" } else { "and those after it stay" };
    let message = if is_certain || least == most {
        format!("{most} of {wanted} replicas find a node; the {} {stays} Pending", ordinal(most + 1))
    } else {
        format!("{least} to {most} of {wanted} replicas find a node, as the scheduler happens to choose")
    };
    let nodes = answer.feasible.len();
    let help = format!(
        "{nodes} node{} take{} the first replica; lower `replicas`, add nodes, or loosen this constraint",
        if nodes == 1 { "" } else { "s" },
        if nodes == 1 { "s" } else { "" }
    );
    let mut draft = Draft::new(&RULE, path, span, message).help(help);
    if !is_certain {
        draft.severity = Severity::Info;
    } else if answer.is_open() {
        draft.severity = Severity::Warning;
    }
    draft
}

fn ordinal(number: usize) -> String {
    const WORDS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    match WORDS.get(number.saturating_sub(1)) {
        Some(word) => format!("{word} replica"),
        None => format!("replica number {number}"),
    }
}
