//! An object of a document against the cluster: the scheduler's answer and what podlint says of it.

use std::collections::HashSet;

use super::admission;
use super::advice::advise;
use super::candidate::Candidate;
use super::cluster::Cluster;
use super::filter::{Context, Filters};
use super::fit::{self, Answer, Rejection};
use super::kubelet::{self, Refusal};
use super::node::Node;
use super::replicas::{self, Replicas};
use super::table::{self, Table};
use super::toleration::tolerates;
use super::workload::Planned;
use crate::draft::{Change, Draft};
use crate::fix;
use crate::object::Identity;
use crate::object::locate;
use crate::object::template::Workload;
use crate::path::Path;
use crate::rule::{daemonset_nowhere, evicted_by_taint, node_not_found, partly_unschedulable, unschedulable};
use crate::settings::Settings;
use crate::yaml::{Kind, NodeId, Span, Tree};

/// The scheduler's answer to the Pods of one object.
#[derive(Clone, Debug)]
pub struct Scheduling {
    /// Position in [`crate::Report::objects`].
    pub object: usize,
    /// The names of the nodes that take the Pod.
    pub feasible: Vec<String>,
    /// The names of the others, and why each does not.
    pub rejected: Vec<(String, Rejection)>,
    /// See [`Answer::prefilter`].
    pub prefilter: Option<String>,
    /// See [`Answer::message`].
    pub message: Option<String>,
    /// The kubelet's refusal of a Pod with `nodeName`.
    pub kubelet: Option<Refusal>,
    /// How many replicas find a node.
    pub replicas: Option<Replicas>,
    /// The plugins whose question the given objects leave open.
    pub unevaluated: Vec<&'static str>,
    /// Every node against every constraint, where [`Settings::with_table`] asks for it.
    pub table: Option<Table>,
}

/// Where an object's constraints stand in the text.
pub(crate) struct Places<'a, 't> {
    tree: &'a Tree<'t>,
    root: NodeId,
    spec: Path,
}

impl<'a, 't> Places<'a, 't> {
    pub(crate) fn new(tree: &'a Tree<'t>, root: NodeId, workload: Workload) -> Self {
        Self { tree, root, spec: workload.spec() }
    }

    /// The whole path of a field of the Pod's `spec`, and its place.
    pub(crate) fn of(&self, below_spec: &Path) -> (Path, Span) {
        let path = below_spec.steps().iter().fold(self.spec.clone(), |path, step| path.with(step.clone()));
        let span = locate::span(self.tree, self.root, &path);
        (path, span)
    }

    /// The whole path of an entry of a map, and the place of its key.
    pub(crate) fn of_key(&self, below_spec: &Path) -> (Path, Span) {
        let (path, span) = self.of(below_spec);
        let place = locate::locate(self.tree, self.root, &path);
        let key = place.key.filter(|_| place.exact).map(|key| self.tree.span(key));
        (path, key.unwrap_or(span))
    }

    /// The place of one of the Pods' labels.
    pub(crate) fn of_label(&self, key: &str) -> Span {
        let template = self.spec.parent().unwrap_or_default();
        locate::span(self.tree, self.root, &template.key("metadata").key("labels").key(key))
    }

    /// Writes another text in the place of a scalar, in its quotes; nothing where it is shared by an
    /// anchor.
    pub(crate) fn rewrite(&self, below_spec: &Path, text: &str) -> Option<Change> {
        let (path, _) = self.of(below_spec);
        let place = locate::locate(self.tree, self.root, &path);
        place.exact.then(|| self.rewritten(place.value, text)).flatten()
    }

    /// Gives an entry of a map another key.
    pub(crate) fn rename(&self, below_spec: &Path, text: &str) -> Option<Change> {
        let (path, _) = self.of(below_spec);
        let place = locate::locate(self.tree, self.root, &path);
        place.key.filter(|_| place.exact).and_then(|key| self.rewritten(key, text))
    }

    fn rewritten(&self, node: NodeId, text: &str) -> Option<Change> {
        let mut above = Some(node);
        while let Some(node) = above {
            if self.tree.anchor(node).is_some() || self.tree.kind(node) == Kind::Alias {
                return None;
            }
            above = self.tree.parent(node);
        }
        Some(Change { span: self.tree.span(node), text: fix::scalar_like(self.tree, node, text)? })
    }

    /// The span of a scalar that is there as written, to be replaced.
    pub(crate) fn scalar(&self, path: &Path) -> Option<Span> {
        let place = locate::locate(self.tree, self.root, path);
        (place.exact && self.tree.anchor(place.value).is_none() && self.tree.target(place.value) == place.value)
            .then(|| self.tree.span(place.value))
    }
}

/// Places the Pods of an object; none where it holds none, or where its Pod cannot be read.
pub(crate) fn inspect(
    tree: &Tree<'_>,
    root: NodeId,
    position: usize,
    identity: &Identity<'_>,
    settings: &Settings,
    cluster: &Cluster,
) -> Option<(Scheduling, Vec<Draft>)> {
    let workload = Workload::of(identity.api_version.as_deref()?, identity.kind.as_deref()?)?;
    let mut planned = Planned::of(tree, root, workload, identity)?.ok()?;
    if settings.proposed {
        planned.pod.metadata.uid = None;
    }
    admission::admit(&mut planned.pod, cluster);
    // A Pod that is about to be created takes no other's place.
    let gone = if settings.proposed && workload == Workload::Pod { HashSet::new() } else { planned.running(cluster) };
    let candidate = Candidate::of(&planned.pod)?;
    let context = Context { cluster, candidate: &candidate, gone: &gone, version: settings.version };
    let mut filters = Filters::new(&context);
    let answer = fit::answer(cluster, &candidate, &filters);
    let table = settings.with_table.then(|| table::of(cluster, &filters, &answer));
    let places = Places::new(tree, root, workload);
    let mut drafts = Vec::new();
    let named = candidate.spec.node_name.as_deref().filter(|name| !name.is_empty());
    let mut kubelet = None;
    let mut counted = None;
    if let Some(name) = named {
        match cluster.node_by_name.get(name).and_then(|index| Some((*index, cluster.node(*index)?))) {
            None => drafts.push(node_not_found::report(&places, name, cluster.node_names())),
            Some((index, node)) => {
                kubelet = kubelet::admit(cluster, &context, index, node);
                drafts.extend(kubelet.as_ref().map(|refusal| match refusal.reason.as_str() {
                    "TaintToleration" => evicted_by_taint::refused(&places, refusal),
                    _ => unschedulable::refused(&places, refusal),
                }));
            }
        }
    } else if answer.feasible.is_empty() && !answer.gated {
        let advice = advise(cluster, &candidate, &filters);
        drafts.push(match workload {
            Workload::DaemonSet => daemonset_nowhere::report(&places, &answer, &advice),
            _ => unschedulable::report(&places, &answer, advice, planned.workload.kind()),
        });
    } else if !answer.gated {
        counted = planned.replicas.map(|wanted| replicas::count(cluster, &candidate, &mut filters, wanted));
        if let Some(replicas) = counted.filter(|replicas| replicas.least < replicas.wanted) {
            drafts.push(partly_unschedulable::report(&places, &replicas, &candidate, &answer));
        }
        drafts.extend(shortest_stay(cluster, &candidate, &answer).map(|stay| evicted_by_taint::report(&places, &stay)));
    }
    let replicas = counted.or(planned.replicas.filter(|_| named.is_none()).map(|wanted| Replicas {
        wanted,
        least: 0,
        most: 0,
        is_certain: true,
    }));
    Some((Scheduling { table, ..entry(cluster, position, answer, kubelet, replicas) }, drafts))
}

fn entry(
    cluster: &Cluster,
    object: usize,
    answer: Answer,
    kubelet: Option<Refusal>,
    replicas: Option<Replicas>,
) -> Scheduling {
    let name = |index| cluster.node_name(index).to_owned();
    Scheduling {
        object,
        message: answer.message(),
        feasible: answer.feasible.into_iter().map(name).collect(),
        rejected: answer.rejected.into_iter().map(|(index, rejection)| (name(index), rejection)).collect(),
        prefilter: answer.prefilter,
        kubelet,
        replicas,
        unevaluated: answer.unevaluated,
        table: None,
    }
}

/// A stay that a taint ends.
pub(crate) struct Stay {
    pub(crate) seconds: i64,
    pub(crate) taint: String,
}

/// The longest that the Pod stays anywhere, where every node that takes it evicts it after a time.
fn shortest_stay(cluster: &Cluster, candidate: &Candidate<'_>, answer: &Answer) -> Option<Stay> {
    let nodes = answer.feasible.iter().filter_map(|index| cluster.node(*index));
    let stays: Option<Vec<Stay>> = nodes.map(|node| stay_on(node, candidate)).collect();
    stays?.into_iter().max_by_key(|stay| stay.seconds)
}

/// How long the Pod stays on a node; none where no taint ends it. The first toleration of each taint
/// counts. Source: `getMinTolerationTime` in `pkg/controller/tainteviction` (1.37).
fn stay_on(node: &Node, candidate: &Candidate<'_>) -> Option<Stay> {
    let taints = node.taints.iter().filter(|taint| &*taint.effect == "NoExecute");
    let stays = taints.filter_map(|taint| {
        let toleration = candidate.spec.tolerations.iter().flatten().find(|it| tolerates(it, taint))?;
        Some(Stay { seconds: toleration.toleration_seconds?.max(0), taint: taint.text() })
    });
    stays.min_by_key(|stay| stay.seconds)
}
