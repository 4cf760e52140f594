//! Services that send to a named port, and the Pods that they select. Source: `FindPort` in `k8s.io/endpointslice`
//! (1.37).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::api::Format;
use crate::draft::Draft;
use crate::engine::{ObjectReport, Report};
use crate::finding::{Finding, Verdict};
use crate::object::Identity;
use crate::object::locate::{self, field, locate};
use crate::object::template::Workload;
use crate::path::Path;
use crate::rule::missing_port_name::{self, Port, Selected};
use crate::rule::placeholder;
use crate::schema::walk::Problem;
use crate::subject::Subject;
use crate::yaml::{Field, Kind, NodeId, Tree};

type Labels = BTreeMap<String, String>;

/// The named port that a port of a Service sends to.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    selector: Arc<Labels>,
    name: String,
    protocol: String,
}

/// What Services ask of the Pods that a workload makes, or of a Pod.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    /// The workload's position among the objects of its document.
    object: usize,
    /// None where they are not all known.
    labels: Option<Labels>,
    /// Those of all containers that a Service can send to; none where they are not all known.
    ports: Option<Vec<Port>>,
    /// Its Pods come and go: a Service that selects them is hardly meant for them alone.
    is_passing: bool,
}

/// Label look-ups for one file, so that a file made for it takes no longer than a few of its readings. Services
/// beyond it stay silent.
const MOST_LOOKS: usize = 2_000_000;

/// A cheap look: whether the text of a file can hold a Service that sends to a named port.
pub(super) fn may_ask(text: &[u8]) -> bool {
    const KEY: &[u8] = b"targetPort";
    memchr::memmem::find_iter(text, KEY).any(|at| {
        let behind = text.get(at + KEY.len()..).unwrap_or_default();
        let value = behind.iter().find(|byte| !matches!(byte, b':' | b' ' | b'"' | b'\''));
        value.is_some_and(|byte| !byte.is_ascii_digit())
    })
}

/// The named ports that a Service sends to, each with the finding where no container has it.
pub(super) fn targets(subject: &Subject<'_, '_>, identity: &Identity<'_>, verdict: Verdict) -> Vec<(Draft, Target)> {
    let is_service = identity.api_version.as_deref() == Some("v1") && identity.kind.as_deref() == Some("Service");
    let has_placeholder = identity.namespace.as_deref().is_some_and(placeholder::is_marked);
    if !is_service || verdict != Verdict::Ok || has_placeholder {
        return Vec::new();
    }
    let tree = subject.tree;
    let spec = Path::root().key("spec");
    let value = |key: &str| field(tree, field(tree, subject.root, "spec")?, key);
    let is_external = value("type").and_then(|node| text(tree, node)).is_some_and(|kind| kind == "ExternalName");
    let selector = labels(tree, value("selector")).filter(|selector| !selector.is_empty() && !is_external);
    let Some(selector) = selector.map(Arc::new) else { return Vec::new() };
    let list = spec.key("ports");
    let ports = locate::items(tree, subject.root, &list).enumerate().filter_map(|(index, port)| {
        let node = field(tree, port, "targetPort")?;
        let name = text(tree, node)?;
        if !Format::PortName.faults(&name).is_empty() || placeholder::is_marked(&name) {
            return None;
        }
        let protocol = field(tree, port, "protocol").and_then(|node| text(tree, node));
        let protocol = protocol.filter(|it| !it.is_empty()).unwrap_or_else(|| "TCP".to_owned());
        let draft =
            Draft::new(&missing_port_name::RULE, list.index(index).key("targetPort"), tree.span(node), String::new());
        Some((draft, Target { selector: Arc::clone(&selector), name, protocol }))
    });
    ports.collect()
}

/// What Services ask of a workload; none where no Service can select its Pods.
pub(super) fn template(subject: &Subject<'_, '_>, identity: &Identity<'_>, verdict: Verdict) -> Option<Template> {
    let workload = Workload::of(identity.api_version.as_deref()?, identity.kind.as_deref()?)?;
    let tree = subject.tree;
    let path = workload.template();
    let place = locate(tree, subject.root, &path);
    let metadata = field(tree, place.value, "metadata").filter(|_| place.exact);
    // Where there are none, any problem may be what hides them.
    let is_sound = |labels: &Labels| {
        let is_hurt = || is_hurt(subject, &path.key("metadata"), &["labels", "metadata", "template"]);
        if labels.is_empty() { subject.problems.is_empty() } else { !is_hurt() }
    };
    let labels = labels(tree, metadata.and_then(|node| field(tree, node, "labels"))).filter(is_sound);
    if labels.as_ref().is_some_and(Labels::is_empty) {
        return None;
    }
    let is_whole = verdict != Verdict::Invalid
        && !is_hurt(subject, &workload.spec(), &["ports", "containers", "initContainers", "spec", "template"]);
    let is_joined = metadata.is_some_and(|metadata| is_injected(tree, metadata));
    Some(Template {
        object: subject.position,
        labels,
        ports: field(tree, place.value, "spec").filter(|_| is_whole && !is_joined).and_then(|spec| ports(tree, spec)),
        is_passing: matches!(workload, Workload::Job | Workload::CronJob | Workload::PodTemplate),
    })
}

/// Whether the structure of a part is wrong, or one of these fields, which may belong there, stands in a wrong place.
fn is_hurt(subject: &Subject<'_, '_>, part: &Path, keys: &[&str]) -> bool {
    let concerns = |problem: &Problem| {
        problem.path.steps().starts_with(part.steps()) || problem.path.last_key().is_some_and(|key| keys.contains(&key))
    };
    subject.problems.iter().any(concerns)
}

/// Whether a webhook adds a container to the Pod, as service meshes do where an annotation or a label asks for it:
/// `linkerd.io/inject`, `sidecar.istio.io/inject`, `vault.hashicorp.com/agent-inject`, `dapr.io/enabled`.
fn is_injected(tree: &Tree<'_>, metadata: NodeId) -> bool {
    let fields = ["annotations", "labels"].iter().filter_map(|key| field(tree, metadata, key));
    fields.flat_map(|map| tree.fields(tree.target(map))).any(|field| {
        let asks = field.name.contains("inject") || field.name == "dapr.io/enabled";
        asks && !text(tree, field.value).is_some_and(|value| matches!(&*value, "false" | "disabled"))
    })
}

/// The ports of the containers that run as long as the Pod does; none where they are not all known.
fn ports(tree: &Tree<'_>, spec: NodeId) -> Option<Vec<Port>> {
    let containers = |key: &str| field(tree, spec, key).into_iter().flat_map(|list| tree.items(tree.target(list)));
    containers("containers").next()?;
    let mut found = Vec::new();
    for container in containers("containers") {
        found.extend(missing_port_name::ports(tree, container)?);
    }
    for container in containers("initContainers") {
        let policy = field(tree, container, "restartPolicy").and_then(|node| text(tree, node)).unwrap_or_default();
        if placeholder::is_marked(&policy) {
            return None;
        }
        if policy == "Always" {
            found.extend(missing_port_name::ports(tree, container)?);
        }
    }
    let is_known = |port: &Port| matches!(&*port.protocol, "TCP" | "UDP" | "SCTP");
    found.iter().all(is_known).then_some(found)
}

/// The labels of a mapping; none where it is none, or some are filled in later.
fn labels(tree: &Tree<'_>, node: Option<NodeId>) -> Option<Labels> {
    let Some(node) = node.map(|node| tree.target(node)).filter(|node| tree.kind(*node) != Kind::Null) else {
        return Some(Labels::new());
    };
    let fields = tree.fields(node).into_iter().filter(|field| !field.shadowed);
    let label = |field: Field<'_>| {
        let value = text(tree, field.value)?;
        let is_known = !placeholder::is_marked(&value) && !placeholder::is_marked(&field.name);
        is_known.then(|| (field.name.into_owned(), value))
    };
    fields.map(label).collect::<Option<_>>().filter(|_| tree.kind(node) == Kind::Mapping)
}

/// A value that is text.
fn text(tree: &Tree<'_>, node: NodeId) -> Option<String> {
    let node = tree.target(node);
    (tree.kind(node) == Kind::String).then(|| tree.string(node).into_owned())
}

/// All templates of a file, by their labels.
struct Templates<'r> {
    all: Vec<(&'r Labels, &'r Template, &'r ObjectReport)>,
    by_label: HashMap<(&'r str, &'r str), Vec<usize>>,
}

/// The templates that a selector matches.
#[derive(Default)]
struct Matches<'r> {
    /// A workload that is surely selected, and how many more are.
    first: Option<(&'r Template, &'r ObjectReport)>,
    others: usize,
    /// Names and protocols of the ports of all that may be selected; none where they are not all known.
    ports: Option<HashSet<(&'r str, &'r str)>>,
}

/// The findings of all Services of a file, each with the position of its report; none in place of what is silenced.
pub(super) fn inspect(reports: &[Report]) -> Vec<(usize, Option<Finding>)> {
    if reports.iter().all(|report| report.facts.targets.is_empty()) {
        return Vec::new();
    }
    let Some(templates) = Templates::of(reports) else { return Vec::new() };
    let mut looks = MOST_LOOKS;
    let mut known: HashMap<(Option<&str>, &Labels), Matches<'_>> = HashMap::new();
    let mut found = Vec::new();
    for (at, report) in reports.iter().enumerate() {
        for question in &report.facts.targets {
            let Target { selector, name, protocol } = &question.about;
            let service = question.finding.object.and_then(|object| report.objects.get(object));
            let namespace = service.and_then(|service| service.namespace.as_deref());
            let matches = known
                .entry((namespace, &**selector))
                .or_insert_with(|| templates.matches(namespace, selector, &mut looks));
            let is_missing = |ports: &&HashSet<(&str, &str)>| !ports.contains(&(name.as_str(), protocol.as_str()));
            let first = matches.ports.as_ref().filter(is_missing).and(matches.first);
            let Some((Template { ports: Some(ports), .. }, workload)) = first else { continue };
            let selected = Selected { workload, others: matches.others, ports };
            let (message, help) = missing_port_name::of_service(name, protocol, &selected);
            let finding = Finding { message, help: Some(help), ..question.finding.clone() };
            found.push((at, (!question.is_silenced).then_some(finding)));
        }
    }
    found
}

impl<'r> Templates<'r> {
    /// None where the labels of one are not known: it may be any Service's.
    fn of(reports: &'r [Report]) -> Option<Self> {
        let templates = reports.iter().flat_map(|report| report.facts.templates.iter().map(move |it| (it, report)));
        let all: Option<Vec<_>> =
            templates.map(|(it, report)| Some((it.labels.as_ref()?, it, report.objects.get(it.object)?))).collect();
        let all = all?;
        let mut by_label: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
        for (position, (labels, ..)) in all.iter().enumerate() {
            for (key, value) in *labels {
                by_label.entry((key, value)).or_default().push(position);
            }
        }
        Some(Self { all, by_label })
    }

    fn matches(&self, namespace: Option<&str>, selector: &'r Labels, looks: &mut usize) -> Matches<'r> {
        let each = selector.iter().map(|(key, value)| self.by_label.get(&(key.as_str(), value.as_str())));
        let candidates = each.map(|it| it.map_or(&[][..], Vec::as_slice)).min_by_key(|it| it.len()).unwrap_or_default();
        let Some(left) = looks.checked_sub(candidates.len().saturating_mul(selector.len())) else {
            return Matches::default();
        };
        *looks = left;
        let mut matches = Matches { ports: Some(HashSet::new()), ..Matches::default() };
        for (labels, template, workload) in candidates.iter().filter_map(|position| self.all.get(*position).copied()) {
            let is_selected = selector.iter().all(|(key, value)| labels.get(key) == Some(value));
            let there = workload.namespace.as_deref();
            // Whoever applies the file chooses the namespace of what has none.
            let may_be_here = there == namespace || namespace.is_none() || there.is_none_or(placeholder::is_marked);
            if !is_selected || !may_be_here {
                continue;
            }
            let Some(ports) = &template.ports else { return Matches::default() };
            let names = ports.iter().map(|port| (port.name.as_str(), port.protocol.as_str()));
            matches.ports.get_or_insert_default().extend(names);
            if there == namespace && !template.is_passing {
                matches.others += usize::from(matches.first.is_some());
                matches.first.get_or_insert((template, workload));
            }
        }
        matches
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cheap_look_tells_names_from_numbers() {
        for text in
            ["targetPort: http", "\"targetPort\":\"http\"", "targetPort: 80\ntargetPort:\n  http", "targetPort: *p"]
        {
            assert!(may_ask(text.as_bytes()), "{text}");
        }
        for text in ["targetPort: 8080", "\"targetPort\": 8080", "{port: 80, targetPort: '80'}", "containerPort: http"]
        {
            assert!(!may_ask(text.as_bytes()), "{text}");
        }
    }
}
