//! `missing-port-name`: a probe or hook that asks a port by a name that no port of its container has, and a Service
//! that sends to one that no Pod has.

use std::collections::{HashMap, HashSet};

use super::{Rule, placeholder};
use crate::api::{Format, listed};
use crate::draft::{Change, Draft, Mend};
use crate::engine::ObjectReport;
use crate::finding::{Applicability, Severity};
use crate::fix::scalar_like;
use crate::object::locate::{self, field};
use crate::object::template::Workload;
use crate::path::{Path, Step};
use crate::schema::spelling;
use crate::subject::Subject;
use crate::yaml::{Kind, NodeId, Span, Tree};

/// The record.
pub static RULE: Rule = Rule {
    id: "missing-port-name",
    summary: "A probe, hook or Service that names a port which no container has",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: true,
    help: "\
The API server takes any name as the `port` of a probe. The kubelet looks it up among the `ports` of the same \
container; where it is not there, the probe is never sent. A `livenessProbe` then restarts nothing, and with a \
`readinessProbe` or `startupProbe` the Pod never gets ready. Ports of other containers have to be asked by number.

A Service whose `targetPort` is a name sends to the port of that name and `protocol` of any container, or sidecar, of \
the Pods that it selects. Pods without it get nothing, and where none has it connections are refused. This is said \
where the same file holds the Service and workloads whose Pods it selects, and none of these has the port; not in \
files larger than 1 MiB, which are read document by document, nor of Pods that get containers from a webhook, as \
`linkerd.io/inject` asks for.

Bad:

```yaml
containers:
- name: web
  image: web:1.0
  readinessProbe:
    httpGet:
      port: http
```

Good:

```yaml
containers:
- name: web
  image: web:1.0
  ports:
  - name: http
    containerPort: 8080
  readinessProbe:
    httpGet:
      port: http
```

and a Service that selects these Pods:

```yaml
ports:
- port: 80
  targetPort: http
```",
};

/// Where the kubelet asks a container's ports, and what comes of a port that is not there. Source:
/// `doProbe` in `pkg/kubelet/prober`, which throws the result of such a probe away, and
/// `pkg/kubelet/lifecycle` (1.37).
const ASKERS: [(&[&str], &str); 5] = [
    (&["startupProbe"], "the kubelet cannot probe, and the container never counts as started"),
    (&["livenessProbe"], "the kubelet cannot probe, and never restarts the container"),
    (&["readinessProbe"], "the kubelet cannot probe, and the Pod never gets ready"),
    (&["lifecycle", "postStart"], "the hook fails, and the kubelet kills the container"),
    (&["lifecycle", "preStop"], "the hook fails"),
];
const ACTIONS: [&str; 2] = ["httpGet", "tcpSocket"];

/// A port of a container.
#[derive(Clone, Debug)]
pub(crate) struct Port {
    container: String,
    /// Empty where it has none.
    pub(crate) name: String,
    number: String,
    /// As written; TCP where it is not.
    pub(crate) protocol: String,
    /// Of its name, or of its number where it has none.
    span: Span,
}

/// The findings of an object's containers.
pub(crate) fn report(subject: &Subject<'_, '_>, workload: Workload, drafts: &mut Vec<Draft>) {
    let containers: Vec<(Path, NodeId)> =
        ["initContainers", "containers"].iter().flat_map(|list| items(subject, &workload.spec().key(list))).collect();
    let asked: Vec<(usize, Vec<Asked>)> = containers
        .iter()
        .enumerate()
        .map(|(index, (path, node))| (index, asked(subject.tree, path, *node)))
        .filter(|(_, asked)| !asked.is_empty())
        .collect();
    // Ports that stand in a wrong place may be the ones that are missing here.
    if asked.is_empty() || subject.problems.iter().any(|problem| problem.path.last_key() == Some("ports")) {
        return;
    }
    let all: Vec<Option<Vec<Port>>> = containers.iter().map(|(_, node)| ports(subject.tree, *node)).collect();
    let depth = workload.spec().steps().len() + 2;
    let broken: HashSet<&[Step]> =
        subject.problems.iter().filter_map(|problem| problem.path.steps().get(..depth)).collect();
    let mut anywhere: HashMap<&str, &Port> = HashMap::new();
    for port in all.iter().flatten().flatten() {
        anywhere.entry(&port.name).or_insert(port);
    }
    for (index, asked) in asked {
        let path = containers.get(index).map_or(&[][..], |(path, _)| path.steps());
        let Some(Some(own)) = all.get(index).filter(|_| !broken.contains(path)) else { continue };
        let names: HashSet<&str> = own.iter().map(|port| port.name.as_str()).collect();
        for asked in asked.into_iter().filter(|it| !names.contains(it.name.as_str())) {
            drafts.push(draft(subject, &asked, own, anywhere.get(asked.name.as_str()).copied()));
        }
    }
}

/// A port name that the kubelet will look up.
struct Asked {
    path: Path,
    node: NodeId,
    name: String,
    effect: &'static str,
}

/// The port names in the probes and hooks of a container; without those that the server refuses, and
/// those that are filled in later.
fn asked(tree: &Tree<'_>, container: &Path, node: NodeId) -> Vec<Asked> {
    let mut found = Vec::new();
    for (keys, effect) in ASKERS {
        let asker = keys.iter().try_fold(node, |node, key| field(tree, node, key));
        for action in ACTIONS {
            let port = asker.and_then(|asker| field(tree, field(tree, asker, action)?, "port"));
            let Some(port) = port.filter(|port| tree.kind(tree.target(*port)) == Kind::String) else { continue };
            let name = tree.string(tree.target(port)).into_owned();
            if Format::PortName.faults(&name).is_empty() && !placeholder::is_marked(&name) {
                let path = keys.iter().fold(container.clone(), |path, key| path.key(key)).key(action).key("port");
                found.push(Asked { path, node: port, name, effect });
            }
        }
    }
    found
}

/// The ports of a container; none where they are not all known.
pub(crate) fn ports(tree: &Tree<'_>, container: NodeId) -> Option<Vec<Port>> {
    let text = |node: NodeId, key: &str| {
        let node = tree.target(field(tree, node, key)?);
        (!matches!(tree.kind(node), Kind::Null | Kind::Mapping | Kind::Sequence))
            .then(|| (tree.string(node).into_owned(), tree.span(node)))
    };
    let list = field(tree, container, "ports").map(|list| tree.target(list));
    let container = text(container, "name").map(|it| it.0).unwrap_or_default();
    let items = list.into_iter().flat_map(|list| tree.items(list));
    let ports = items.map(|item| {
        let (number, at_number) = text(item, "containerPort")?;
        let (name, span) = text(item, "name").unwrap_or((String::new(), at_number));
        let protocol = text(item, "protocol").map_or_else(|| "TCP".to_owned(), |it| it.0);
        (!placeholder::is_marked(&name)).then(|| Port { container: container.clone(), name, number, protocol, span })
    });
    ports.collect()
}

fn draft(subject: &Subject<'_, '_>, asked: &Asked, own: &[Port], elsewhere: Option<&Port>) -> Draft {
    let Asked { path, node, name, effect } = asked;
    let span = subject.tree.span(*node);
    let message = format!("no port of this container is called `{name}`: {effect}");
    let draft = Draft::new(&RULE, path.clone(), span, message);
    let names: Vec<String> = own.iter().map(|port| port.name.clone()).filter(|name| !name.is_empty()).collect();
    let near = spelling::nearest(name, names.iter().map(String::as_str));
    if let Some(port) = own.iter().find(|port| Some(port.name.as_str()) == near) {
        let draft = draft.help(format!("did you mean `{}`?", port.name));
        return draft.label(port.span, format!("`{}` is here", port.name)).mend(mend(subject, *node, &port.name));
    }
    if let Some(port) = elsewhere {
        let help = format!("write its number: `{}`, since `{name}` is a port of `{}`", port.number, port.container);
        return draft.help(help).label(port.span, "the port of another container");
    }
    match own {
        [] => draft.help("add a port of this name to the container, or write the port's number"),
        [port] if port.name.is_empty() => draft
            .help(format!(
                "give the container's port this name: `name: {name}`, or write its number: `{}`",
                port.number
            ))
            .label(port.span, "this port has no name"),
        _ if names.is_empty() => draft.help("give one of the container's ports this name, or write its number"),
        _ => draft.help(format!("write {}, or the port's number", listed(&names, "or"))),
    }
}

/// The workloads that a Service selects.
pub(crate) struct Selected<'a> {
    /// The first.
    pub(crate) workload: &'a ObjectReport,
    /// How many more there are.
    pub(crate) others: usize,
    /// The ports of the first.
    pub(crate) ports: &'a [Port],
}

/// Message and help for a Service that sends to a port that no container of these workloads has.
pub(crate) fn of_service(name: &str, protocol: &str, selected: &Selected<'_>) -> (String, String) {
    let Selected { workload: ObjectReport { kind, name: called, line, .. }, others, ports } = selected;
    let kind = kind.as_deref().unwrap_or_default();
    let workload = called.as_deref().map_or_else(|| format!("this {kind}"), |called| format!("{kind} `{called}`"));
    let workloads = match others {
        0 => workload.clone(),
        1 => format!("{workload} and 1 other workload"),
        others => format!("{workload} and {others} other workloads"),
    };
    let place = format!("{workload} at line {line}");
    let message =
        |what: &str| format!("no container of {workloads} has {what}: this port of the Service leads nowhere");
    if let Some(port) = ports.iter().find(|port| port.name == name) {
        let help = format!("the port of this name of {place} is for {0}: write `protocol: {0}`", port.protocol);
        return (message(&format!("a {protocol} port called `{name}`")), help);
    }
    let fitting: Vec<&Port> = ports.iter().filter(|port| port.protocol == protocol).collect();
    let names: Vec<String> = fitting.iter().map(|port| port.name.clone()).filter(|name| !name.is_empty()).collect();
    let help = match (spelling::nearest(name, names.iter().map(String::as_str)), fitting.as_slice()) {
        (Some(near), _) => format!("did you mean `{near}`, which {place} has?"),
        (None, []) => format!("add a port of this name to a container of {place}, or write the port's number"),
        (None, [Port { number, name: empty, .. }]) if empty.is_empty() => {
            format!("give port {number} of {place} this name: `name: {name}`, or write its number: `{number}`")
        }
        (None, _) if names.is_empty() => format!("give a port of {place} this name, or write its number"),
        (None, _) => format!("write {}, which {place} has, or the port's number", listed(&names, "or")),
    };
    (message(&format!("a port called `{name}`")), help)
}

fn mend(subject: &Subject<'_, '_>, node: NodeId, name: &str) -> Option<Mend> {
    let tree = subject.tree;
    if subject.settings.without_fixes || tree.kind(node) != Kind::String || subject.is_anchored(node) {
        return None;
    }
    let change = Change { span: tree.span(node), text: scalar_like(tree, node, name)? };
    Some(Mend { applicability: Applicability::Unsafe, changes: vec![change] })
}

/// The items of a list, each with its path.
fn items(subject: &Subject<'_, '_>, list: &Path) -> Vec<(Path, NodeId)> {
    let items = locate::items(subject.tree, subject.root, list);
    items.enumerate().map(|(index, item)| (list.index(index), item)).collect()
}
