//! Documents as kubectl prints them, read into a [`Builder`].

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::{Node, PodSpec};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::builder::Builder;
use super::needed::Needed;
use super::node::COUNT_ANNOTATION;
use super::stamp::Stamp;
use crate::amount::Amount;
use crate::document::Document;
use crate::object::{self, Object, label};
use crate::source::Locator;
use crate::yaml::{DecodeError, Kind, NodeId, Tree};

/// The annotation of a snapshot that says when it was taken, RFC 3339.
pub const TAKEN_ANNOTATION: &str = "podlint.dev/taken";

/// The annotation of a snapshot that names the kinds it would hold the objects of, between commas: it
/// tells that there are none from that nobody asked.
pub const KINDS_ANNOTATION: &str = "podlint.dev/kinds";

/// What is wrong with an object of a cluster file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClusterProblem {
    /// The object, `Node n1`; none where the text itself cannot be read.
    pub object: Option<String>,
    /// From 1, in the file.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
    /// The cluster is not what its file says, so that the run fails; otherwise good to know.
    pub is_error: bool,
}

/// What came of one document.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Given {
    /// The kinds that it tells of: those of its objects, and those that a snapshot says it would hold.
    pub kinds: BTreeSet<String>,
    /// How many objects were of kinds that scheduling does not need, by kind.
    pub ignored: BTreeMap<String, usize>,
    /// When it was taken, where it is a snapshot.
    pub taken: Option<Stamp>,
    /// What is wrong with it.
    pub problems: Vec<ClusterProblem>,
}

/// A message, and whether it is of an error.
pub(super) type Problem = (String, bool);

/// The objects of a document that scheduling needs, read and not yet taken.
#[derive(Debug, Default)]
pub struct Objects {
    /// With their lines, from 1.
    needed: Vec<(Needed, usize)>,
    given: Given,
}

impl Objects {
    /// Reads a document: one object, or the items of a List.
    pub fn read(document: &Document<'_>) -> Self {
        let mut objects = Self::default();
        let tree = if document.json { Tree::parse_json(document.text) } else { Tree::parse(document.text) };
        let locator = Locator::new(document);
        let tree = match tree {
            Ok(tree) => tree,
            Err(error) => {
                let line = locator.position(error.offset as usize).line;
                let problem = ClusterProblem { object: None, line, message: error.message, is_error: true };
                objects.given.problems.push(problem);
                return objects;
            }
        };
        let Some(root) = tree.root().map(|root| tree.target(root)) else { return objects };
        if tree.kind(root) == Kind::Mapping {
            let line_of = |node: NodeId| locator.position(tree.span(node).start as usize).line;
            header(&tree, root, line_of, &mut objects.given);
            for object in object::objects(&tree, root) {
                objects.add(&tree, &object, line_of(object.root));
            }
        }
        objects
    }

    fn add(&mut self, tree: &Tree<'_>, object: &Object<'_>, line: usize) {
        // A List that is left without its items is one no more.
        let Some(kind) = object.identity.kind.as_deref().filter(|kind| *kind != "List") else { return };
        let problems = match Needed::read(tree, object) {
            None => {
                *self.given.ignored.entry(kind.to_owned()).or_default() += 1;
                return;
            }
            Some(Err(error)) => vec![(unreadable(tree, &error), true)],
            Some(Ok(needed)) => {
                if !self.given.kinds.contains(kind) {
                    self.given.kinds.insert(kind.to_owned());
                }
                let problems = match &needed {
                    Needed::Node(node) => wrong_with(node),
                    Needed::Pod(pod) => pod.spec.as_ref().map(unreadable_requests).unwrap_or_default(),
                    _ => Vec::new(),
                };
                self.needed.push((needed, line));
                problems
            }
        };
        let name = object.identity.name.as_deref().unwrap_or_default();
        self.given.problems.extend(problems.into_iter().map(|problem| told(kind, name, line, problem)));
    }

    /// The objects themselves, and what is told of them.
    pub(super) fn into_parts(self) -> (impl Iterator<Item = Needed>, Given) {
        (self.needed.into_iter().map(|(needed, _)| needed), self.given)
    }

    /// Hands on each object to `take`, which says what stands against it.
    pub(super) fn each(self, mut take: impl FnMut(&Needed) -> Option<Problem>) -> Given {
        let mut given = self.given;
        for (needed, line) in &self.needed {
            if let Some(problem) = take(needed) {
                let name = needed.metadata().name.as_deref().unwrap_or_default();
                given.problems.push(told(needed.kind(), name, *line, problem));
            }
        }
        given
    }
}

fn told(kind: &str, name: &str, line: usize, (message, is_error): Problem) -> ClusterProblem {
    let name = if name.is_empty() { "without a name" } else { name };
    ClusterProblem { object: Some(format!("{kind} {name}")), line, message, is_error }
}

/// What a snapshot says of itself.
fn header(tree: &Tree<'_>, root: NodeId, line_of: impl Fn(NodeId) -> usize, given: &mut Given) {
    let down = |node: NodeId, name: &str| tree.field(tree.target(node), name);
    let annotations = down(root, "metadata").and_then(|metadata| down(metadata, "annotations"));
    let annotation = |name: &str| annotations.and_then(|annotations| down(annotations, name));
    if let Some(kinds) = annotation(KINDS_ANNOTATION) {
        let kinds = tree.string(kinds);
        given.kinds.extend(kinds.split(',').map(str::trim).filter(|kind| !kind.is_empty()).map(str::to_owned));
    }
    let Some(taken) = annotation(TAKEN_ANNOTATION) else { return };
    let text = tree.string(taken);
    given.taken = Stamp::parse(&text);
    if given.taken.is_none() {
        let message = format!("{TAKEN_ANNOTATION}: `{text}` is no time such as `2026-01-31T12:00:00Z`");
        given.problems.push(ClusterProblem { object: None, line: line_of(taken), message, is_error: false });
    }
}

fn unreadable(tree: &Tree<'_>, error: &DecodeError) -> String {
    let text = tree.string(error.node);
    let found = if text.is_empty() { String::new() } else { format!(", not `{text}`") };
    format!("cannot be read: {} is wanted{found}", error.expected)
}

impl Builder {
    /// Takes the objects of a document: one, or the items of a List. Kinds that scheduling does not
    /// need are counted.
    pub fn read(&mut self, document: &Document<'_>) -> Given {
        self.add(Objects::read(document))
    }

    /// Takes objects that were read.
    pub fn add(&mut self, objects: Objects) -> Given {
        let given = objects.each(|needed| self.take(needed));
        for kind in &given.kinds {
            self.knows(kind);
        }
        self.cluster.taken = self.cluster.taken.into_iter().chain(given.taken).min();
        given
    }
}

/// What is wrong with a node, which is taken all the same.
fn wrong_with(node: &Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    let allocatable = node.status.as_ref().and_then(|status| status.allocatable.as_ref());
    if allocatable.is_none_or(BTreeMap::is_empty) {
        let message = "has no status.allocatable, so that nothing fits on it, as the scheduler has it";
        problems.push((message.to_owned(), false));
    }
    let unreadable = |it| unreadable_quantity("status.allocatable", it);
    problems.extend(allocatable.into_iter().flatten().filter_map(unreadable));
    problems.extend(wrong_labels(&node.metadata));
    if let Some(Err(message)) = count(&node.metadata) {
        problems.push((message, true));
    }
    problems
}

fn unreadable_quantity(place: &str, (name, quantity): (&String, &Quantity)) -> Option<Problem> {
    let message = || format!("{place}.{name}: `{}` is no quantity", quantity.0);
    Amount::parse(&quantity.0).is_err().then(|| (message(), true))
}

fn unreadable_requests(spec: &PodSpec) -> Vec<Problem> {
    let mut problems = Vec::new();
    for container in spec.init_containers.iter().flatten().chain(&spec.containers) {
        let requests = container.resources.iter().flat_map(|it| it.requests.iter().flatten());
        problems.extend(requests.filter_map(|it| unreadable_quantity("resources.requests", it)));
    }
    problems
}

fn wrong_labels(metadata: &ObjectMeta) -> Option<Problem> {
    let mut labels = metadata.labels.iter().flatten();
    let (key, value) = labels.find(|(key, value)| !label::is_key(key) || !label::is_value(value))?;
    Some((format!("the API server accepts no label `{key}: {value}`"), true))
}

/// How many nodes a node stands for, where it says so.
pub(super) fn count(metadata: &ObjectMeta) -> Option<Result<(u32, u32), String>> {
    let text = metadata.annotations.as_ref()?.get(COUNT_ANNOTATION)?;
    let read = || {
        let (least, most) = text.trim().split_once("..")?;
        let range: (u32, u32) = (least.trim().parse().ok()?, most.trim().parse().ok()?);
        (range.0 <= range.1).then_some(range)
    };
    Some(read().ok_or_else(|| format!("{COUNT_ANNOTATION}: `{text}` is not a range such as `0..20`")))
}
