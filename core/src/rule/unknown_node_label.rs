//! `unknown-node-label`: a label of nodes that Kubernetes writes under another name, or with other
//! values.

use super::{Rule, placeholder};
use crate::draft::{Change, Draft, Mend};
use crate::finding::{Applicability, Severity};
use crate::path::Path;
use crate::schedule::well_known::{self, CONTROL_PLANE, MASTER};
use crate::schedule::written::Written;
use crate::yaml::Span;

/// The record.
pub static RULE: Rule = Rule {
    id: "unknown-node-label",
    summary: "A misspelled or deprecated node label, or a value that it never has",
    severity: Severity::Warning,
    since: "0.1.0",
    fixable: true,
    help: "\
Kubernetes gives every node some labels: `kubernetes.io/hostname`, `kubernetes.io/os`, \
`kubernetes.io/arch`, `topology.kubernetes.io/zone` and others. A letter off, and no node has the label: \
the Pod stays Pending, or is not spread. podlint looks at `nodeSelector`, `nodeAffinity` and \
`topologyKey`, and leaves labels of your own alone.

Bad:

```yaml
nodeSelector:
  kubernetes.io/arch: x86_64
  beta.kubernetes.io/os: linux
```

Good:

```yaml
nodeSelector:
  kubernetes.io/arch: amd64
  kubernetes.io/os: linux
```",
};

/// A label that a constraint names.
struct Use<'w> {
    key: &'w str,
    /// Where the key stands, below the Pod's `spec`.
    path: Path,
    /// It is the key of a map there.
    is_map_key: bool,
    /// The values it is held against, with their paths.
    values: Vec<(Path, &'w str)>,
}

/// The findings.
pub(crate) fn report(written: &Written<'_, '_>, drafts: &mut Vec<Draft>) {
    let uses = uses(written);
    let names_control_plane = uses.iter().any(|it| it.key == CONTROL_PLANE);
    for label in uses.iter().filter(|it| !placeholder::is_marked(it.key)) {
        if label.key == MASTER {
            if !names_control_plane {
                drafts.push(master(written, label));
            }
        } else if let Some((_, instead, since)) = well_known::OLD_LABELS.iter().find(|(old, ..)| *old == label.key) {
            let message = format!("the node label `{}` is deprecated since Kubernetes 1.{since}", label.key);
            drafts.push(renamed(written, label, message, instead, format!("use `{instead}`")));
        } else if let Some(meant) = well_known::label_meant(label.key) {
            let message = format!("`{}` is no label that Kubernetes gives to nodes", label.key);
            drafts.push(renamed(written, label, message, meant, format!("did you mean `{meant}`?")));
        }
        for (path, value) in &label.values {
            if let Some(meant) = well_known::value_meant(label.key, value) {
                let (whole, span) = written.places.of(path);
                let message = format!("no node has `{}: {value}`", label.key);
                let draft = Draft::new(&RULE, whole, span, message).help(format!("use `{meant}`"));
                // A number would need quotes.
                let change = written.places.rewrite(path, meant).filter(|_| meant != "386");
                drafts.push(draft.mend(mend(change)));
            }
        }
    }
}

fn uses<'w>(written: &'w Written<'_, '_>) -> Vec<Use<'w>> {
    let mut uses = Vec::new();
    for (key, value) in &written.node_selector {
        let path = Path::root().key("nodeSelector").key(key);
        uses.push(Use { key, path: path.clone(), is_map_key: true, values: vec![(path, value)] });
    }
    for (path, term) in written.node_terms().into_iter().flatten().chain(written.preferred_node_terms()) {
        for (index, requirement) in term.match_expressions.iter().flatten().enumerate() {
            let path = path.key("matchExpressions").index(index);
            let values = requirement.values.iter().flatten().enumerate();
            let values = values.map(|(at, value)| (path.key("values").index(at), value.as_str())).collect();
            uses.push(Use { key: &requirement.key, path: path.key("key"), is_map_key: false, values });
        }
    }
    let spread = written
        .spread
        .iter()
        .enumerate()
        .map(|(index, it)| (Path::root().key("topologySpreadConstraints").index(index), it.topology_key.as_str()));
    let pods = written.pod_terms().into_iter().map(|it| (it.path, it.term.topology_key.as_str()));
    for (path, key) in spread.chain(pods) {
        uses.push(Use { key, path: path.key("topologyKey"), is_map_key: false, values: Vec::new() });
    }
    uses
}

fn place(written: &Written<'_, '_>, label: &Use<'_>) -> (Path, Span) {
    if label.is_map_key { written.places.of_key(&label.path) } else { written.places.of(&label.path) }
}

/// Source: `deprecatedNodeLabels` in `pkg/api/node` (1.37).
fn master(written: &Written<'_, '_>, label: &Use<'_>) -> Draft {
    let message = format!("kubeadm labels no node with `{MASTER}` since Kubernetes 1.24");
    renamed(written, label, message, CONTROL_PLANE, format!("use `{CONTROL_PLANE}`"))
}

fn renamed(written: &Written<'_, '_>, label: &Use<'_>, message: String, instead: &str, help: String) -> Draft {
    let (path, span) = place(written, label);
    let is_taken = label.is_map_key && written.node_selector.contains_key(instead);
    let change = if is_taken {
        None
    } else if label.is_map_key {
        written.places.rename(&label.path, instead)
    } else {
        written.places.rewrite(&label.path, instead)
    };
    let help = if is_taken { format!("`{instead}` stands beside it: drop this one") } else { help };
    Draft::new(&RULE, path, span, message).help(help).mend(mend(change))
}

fn mend(change: Option<Change>) -> Option<Mend> {
    change.map(|change| Mend { applicability: Applicability::Unsafe, changes: vec![change] })
}
