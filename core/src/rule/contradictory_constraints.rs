//! `contradictory-constraints`: constraints that no node can meet, whatever the cluster.

use k8s_openapi::api::core::v1::{NodeSelectorTerm, PodAffinityTerm};

use super::{Rule, placeholder};
use crate::draft::Draft;
use crate::finding::Severity;
use crate::path::Path;
use crate::schedule::contradiction::conflict;
use crate::schedule::selector::{self, Operator, Requirement, Selector};
use crate::schedule::written::{Written, is_given_by_controller};

/// The record.
pub static RULE: Rule = Rule {
    id: "contradictory-constraints",
    summary: "Scheduling constraints that contradict each other, so that no node can take the Pod",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: false,
    help: "\
A node has to meet the `nodeSelector` and one whole term of the required node affinity. podlint speaks \
where every way contradicts itself, whatever the nodes are: `Gt: 5` with `Lt: 6`, `In` without a common \
value, an `os.name` that differs from `kubernetes.io/os`, a Pod that must and must not stand beside its \
like. Such a Pod stays Pending.

Bad:

```yaml
nodeSelector:
  disk: ssd
affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms:
      - matchExpressions:
        - key: disk
          operator: NotIn
          values: [ssd]
```

Good: keep one of the two.",
};

/// What one label must be, and where that is written.
struct Constraint {
    requirement: Requirement,
    /// Below the Pod's `spec`.
    path: Path,
    text: String,
}

/// Why a way of meeting the constraints is none.
struct Dead {
    path: Path,
    words: String,
    help: &'static str,
    /// The other side, with what it wants.
    others: Vec<(Path, String)>,
}

/// The findings.
pub(crate) fn report(written: &Written<'_, '_>) -> Vec<Draft> {
    let affinity = Path::root().key("affinity");
    if written.is_broken(&affinity) || written.is_broken(&Path::root().key("nodeSelector")) {
        return Vec::new();
    }
    let nodes = about_nodes(written).and_then(|dead| draft(written, dead));
    nodes.into_iter().chain(about_itself(written)).collect()
}

fn about_nodes(written: &Written<'_, '_>) -> Option<Vec<Dead>> {
    let outside = outside(written);
    if let Some(dead) = dead(&outside) {
        return Some(vec![dead]);
    }
    let terms = written.node_terms()?;
    // Without any term the server refuses the object.
    if terms.is_empty() {
        return None;
    }
    terms.iter().map(|(path, term)| dead_term(path, term, &outside)).collect()
}

/// What counts beside every term.
fn outside(written: &Written<'_, '_>) -> Vec<Constraint> {
    let entries = written.node_selector.iter().filter(|(key, value)| !is_marked([*key, *value]));
    let mut constraints: Vec<Constraint> = entries
        .map(|(key, value)| Constraint {
            requirement: is_one_of(key, value),
            path: Path::root().key("nodeSelector").key(key),
            text: format!("{key}: {value}"),
        })
        .collect();
    // A selector that the server refuses is not what this rule is about.
    constraints.retain(|it| it.requirement.is_readable());
    // The kubelet compares it with the system it runs on, which is also what it writes into this label.
    // Source: `rejectPodAdmissionBasedOnOSField` in `pkg/kubelet/lifecycle` (1.37).
    if let Some(os) = written.os.as_deref().filter(|os| matches!(*os, "linux" | "windows")) {
        constraints.push(Constraint {
            requirement: is_one_of("kubernetes.io/os", os),
            path: Path::root().key("os").key("name"),
            text: format!("os.name: {os}"),
        });
    }
    constraints
}

fn is_one_of(key: &str, value: &str) -> Requirement {
    Requirement { key: key.to_owned(), operator: Operator::In, values: vec![value.to_owned()] }
}

fn is_marked<'v>(texts: impl IntoIterator<Item = &'v String>) -> bool {
    texts.into_iter().any(|text| placeholder::is_marked(text))
}

fn dead_term(path: &Path, term: &NodeSelectorTerm, outside: &[Constraint]) -> Option<Dead> {
    let lists = [("matchExpressions", &term.match_expressions), ("matchFields", &term.match_fields)];
    if lists.iter().all(|(_, list)| list.as_ref().is_none_or(Vec::is_empty)) {
        return Some(Dead {
            path: path.clone(),
            words: "an empty term matches no node".to_owned(),
            help: "leave the empty term out; a Pod without required terms runs on every node",
            others: Vec::new(),
        });
    }
    let mut constraints: Vec<Constraint> = outside
        .iter()
        .map(|it| Constraint { requirement: it.requirement.clone(), path: it.path.clone(), text: it.text.clone() })
        .collect();
    for (name, list) in lists {
        let given = list.as_deref().unwrap_or_default();
        // Another operator is refused by the server.
        let requirements = selector::requirements(given)?;
        for (index, requirement) in requirements.into_iter().enumerate() {
            if is_marked(requirement.values.iter().chain([&requirement.key])) {
                continue;
            }
            let path = path.key(name).index(index);
            let text = requirement.expression();
            constraints.push(Constraint { path: shown(&path, &requirement), requirement, text });
        }
    }
    dead(&constraints)
}

/// The part of a requirement to point at.
fn shown(path: &Path, requirement: &Requirement) -> Path {
    match requirement.values.len() {
        0 => path.key("operator"),
        1 if !matches!(requirement.operator, Operator::Exists | Operator::DoesNotExist) => path.key("values").index(0),
        _ => path.key("values"),
    }
}

fn dead(constraints: &[Constraint]) -> Option<Dead> {
    let requirements: Vec<&Requirement> = constraints.iter().map(|it| &it.requirement).collect();
    let conflict = conflict(&requirements)?;
    let at = constraints.get(conflict.at)?;
    let others: Vec<&Constraint> = conflict.others.iter().filter_map(|it| constraints.get(*it)).collect();
    let (words, help) = if others.is_empty() {
        alone(&at.requirement)
    } else {
        let texts: Vec<String> = others.iter().map(|it| format!("`{}`", it.text)).collect();
        (format!("`{}` contradicts {}", at.text, texts.join(" with ")), "drop one of them, or let them agree")
    };
    let others = others.into_iter().map(|it| (it.path.clone(), format!("this wants `{}`", it.text))).collect();
    Some(Dead { path: at.path.clone(), words, help, others })
}

/// Why a requirement cannot be met by itself.
fn alone(requirement: &Requirement) -> (String, &'static str) {
    let is_valued = !requirement.values.is_empty();
    let text = requirement.expression();
    match requirement.operator {
        Operator::Exists | Operator::DoesNotExist if is_valued => (
            format!("`{text}`: `{:?}` takes no values, and with them matches nothing", requirement.operator),
            "leave `values` out, or use `In` or `NotIn`",
        ),
        Operator::Gt | Operator::Lt if requirement.bound().is_some() && requirement.is_readable() => {
            (format!("`{text}`: no label has such a value"), "labels hold whole numbers from 0 on")
        }
        Operator::Gt | Operator::Lt => (
            format!("`{text}`: `{:?}` wants one whole number", requirement.operator),
            "write one whole number, or use `In`",
        ),
        _ => (format!("`{text}` matches nothing: no label is like this"), "use a key and values that a label can have"),
    }
}

fn draft(written: &Written<'_, '_>, dead: Vec<Dead>) -> Option<Draft> {
    let count = dead.len();
    let mut dead = dead.into_iter();
    let first = dead.next()?;
    let (path, span) = written.places.of(&first.path);
    let message = match count {
        1 => format!("no node can take this Pod: {}", first.words),
        _ => format!("no node can meet any of the {count} terms: {}", first.words),
    };
    let mut draft = Draft::new(&RULE, path, span, message).help(first.help);
    for (path, words) in first.others.into_iter().chain(dead.map(|it| (it.path, it.words))) {
        draft = draft.label(written.places.of(&path).1, words);
    }
    Some(draft)
}

/// A Pod that must stand beside what it must not stand beside, on the same topology.
///
/// Where all Pods that the affinity selects are selected by the anti-affinity too, no domain has one
/// and takes the Pod. The scheduler lets in the first of Pods that select themselves.
/// Source: `satisfyPodAffinity` in `pkg/scheduler/framework/plugins/interpodaffinity` (1.37).
fn about_itself(written: &Written<'_, '_>) -> Option<Draft> {
    let labels = written.known_labels()?;
    let terms = written.pod_terms();
    let required = |is_anti| terms.iter().filter(move |it| it.is_required && it.is_anti == is_anti);
    let (anti, with) =
        required(true).find_map(|anti| Some((anti, required(false).find(|with| covers(anti.term, with.term))?)))?;
    let Selector::All(requirements) = Selector::of(with.term.label_selector.as_ref()) else { return None };
    let lets_first_in = requirements
        .iter()
        .all(|it| is_given_by_controller(&it.key) || it.matches(labels.get(&it.key).map(String::as_str)));
    let who = match written.replicas {
        _ if !lets_first_in => "no node can take this Pod: it",
        Some(2..) => "only the first replica finds a node: each other",
        _ => return None,
    };
    let (path, span) = written.places.of(&anti.path.key("labelSelector"));
    let message = format!("{who} must and must not share `{}` with the same Pods", anti.term.topology_key);
    let draft = Draft::new(&RULE, path, span, message)
        .label(written.places.of(&with.path.key("labelSelector")).1, "this wants them together")
        .help("drop the affinity or the anti-affinity, or use another `topologyKey` in one of them");
    Some(draft)
}

/// Whether all Pods that the second term selects are selected by the first one, on the same topology.
fn covers(first: &PodAffinityTerm, second: &PodAffinityTerm) -> bool {
    let (Selector::All(wide), Selector::All(narrow)) =
        (Selector::of(first.label_selector.as_ref()), Selector::of(second.label_selector.as_ref()))
    else {
        return false;
    };
    first.topology_key == second.topology_key
        && first.namespaces == second.namespaces
        && first.namespace_selector == second.namespace_selector
        && first.match_label_keys == second.match_label_keys
        && first.mismatch_label_keys == second.mismatch_label_keys
        && wide.iter().all(|requirement| narrow.contains(requirement))
}
