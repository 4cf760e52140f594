//! Documents as kubectl prints them, read into a [`Builder`].

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Deserialize;

use super::builder::Builder;
use super::node::COUNT_ANNOTATION;
use crate::amount::Amount;
use crate::document::Document;
use crate::object::{self, Object, label};
use crate::source::Locator;
use crate::yaml::{Kind, NodeId, Tree, from_node};

/// The annotation of a snapshot that says when it was taken, RFC 3339.
pub const TAKEN_ANNOTATION: &str = "podlint.dev/taken";

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
    /// How many objects were taken.
    pub taken: usize,
    /// How many objects were of kinds that scheduling does not need.
    pub ignored: usize,
    /// What is wrong with it.
    pub problems: Vec<ClusterProblem>,
}

impl Builder {
    /// Takes the objects of a document: one, or the items of a List. Kinds that scheduling does not
    /// need are counted.
    pub fn read(&mut self, document: &Document<'_>) -> Given {
        let mut given = Given::default();
        let tree = if document.json { Tree::parse_json(document.text) } else { Tree::parse(document.text) };
        let locator = Locator::new(document);
        let tree = match tree {
            Ok(tree) => tree,
            Err(error) => {
                let line = locator.position(error.offset as usize).line;
                given.problems.push(ClusterProblem { object: None, line, message: error.message, is_error: true });
                return given;
            }
        };
        let Some(root) = tree.root().map(|root| tree.target(root)) else { return given };
        if tree.kind(root) != Kind::Mapping {
            return given;
        }
        self.stamp(&tree, root);
        for object in object::objects(&tree, root) {
            let mut reading = Reading { tree: &tree, object: &object, builder: self, problems: Vec::new() };
            if reading.take() {
                given.taken += 1;
            } else {
                given.ignored += 1;
            }
            let line = || locator.position(tree.span(object.root).start as usize).line;
            let name = object.identity.name.as_deref().unwrap_or("without a name");
            let kind = object.identity.kind.as_deref().unwrap_or("object");
            given.problems.extend(reading.problems.into_iter().map(|(message, is_error)| ClusterProblem {
                object: Some(format!("{kind} {name}")),
                line: line(),
                message,
                is_error,
            }));
        }
        given
    }

    fn stamp(&mut self, tree: &Tree<'_>, root: NodeId) {
        let down = |node: NodeId, name: &str| tree.field(tree.target(node), name);
        let annotations = down(root, "metadata").and_then(|metadata| down(metadata, "annotations"));
        if let Some(taken) = annotations.and_then(|annotations| down(annotations, TAKEN_ANNOTATION)) {
            self.taken(tree.string(taken).into_owned());
        }
    }
}

/// One object on its way into the builder.
struct Reading<'r, 't> {
    tree: &'r Tree<'t>,
    object: &'r Object<'t>,
    builder: &'r mut Builder,
    /// With whether they are errors.
    problems: Vec<(String, bool)>,
}

impl<'t> Reading<'_, 't> {
    /// Takes the object; false where its kind is of no use.
    fn take(&mut self) -> bool {
        let identity = &self.object.identity;
        let (Some(api_version), Some(kind)) = (identity.api_version.as_deref(), identity.kind.as_deref()) else {
            return false;
        };
        match (api_version, kind) {
            ("v1", "Node") => self.node(),
            ("v1", "Pod") => self.typed(|builder, pod| builder.pod(&pod)),
            ("v1", "Namespace") => self.typed(|builder, namespace| builder.namespace(&namespace)),
            ("v1", "LimitRange") => self.typed(Builder::limit_range),
            ("scheduling.k8s.io/v1", "PriorityClass") => self.typed(Builder::priority_class),
            ("node.k8s.io/v1", "RuntimeClass") => self.typed(Builder::runtime_class),
            ("v1", "PersistentVolumeClaim") => self.typed(|builder, it| builder.claim(&it)),
            ("v1", "PersistentVolume") => self.typed(|builder, it| builder.volume(&it)),
            ("storage.k8s.io/v1", "StorageClass") => self.typed(|builder, it| builder.storage_class(&it)),
            ("storage.k8s.io/v1", "CSINode") => self.typed(|builder, it| builder.csi_node(&it)),
            ("storage.k8s.io/v1", "CSIDriver") => self.typed(|builder, it| builder.csi_driver(&it)),
            ("storage.k8s.io/v1", "CSIStorageCapacity") => self.typed(|builder, it| builder.csi_storage_capacity(&it)),
            ("storage.k8s.io/v1", "VolumeAttachment") => self.typed(|builder, it| builder.volume_attachment(&it)),
            ("resource.k8s.io/v1", "ResourceClaim") => self.typed(|builder, it| builder.resource_claim(&it)),
            ("resource.k8s.io/v1", "ResourceClaimTemplate") => {
                self.typed(|builder, it| builder.resource_claim_template(&it));
            }
            ("resource.k8s.io/v1", "DeviceClass") => self.typed(|builder, it| builder.device_class(&it)),
            ("resource.k8s.io/v1", "ResourceSlice") => self.typed(|builder, it| builder.resource_slice(&it)),
            _ => return false,
        }
        self.builder.knows(kind);
        true
    }

    fn typed<T: Deserialize<'t>>(&mut self, take: impl FnOnce(&mut Builder, T)) {
        match from_node::<T>(self.tree, self.object.root) {
            Ok(object) => take(self.builder, object),
            Err(error) => {
                let text = self.tree.string(error.node);
                let found = if text.is_empty() { String::new() } else { format!(", not `{text}`") };
                self.problems.push((format!("cannot be read: {} is wanted{found}", error.expected), true));
            }
        }
    }

    fn node(&mut self) {
        let mut problems = Vec::new();
        self.typed(|builder, node: k8s_openapi::api::core::v1::Node| {
            let allocatable = node.status.as_ref().and_then(|status| status.allocatable.as_ref());
            if allocatable.is_none_or(BTreeMap::is_empty) {
                let message = "has no status.allocatable, so that nothing fits on it, as the scheduler has it";
                problems.push((message.to_owned(), false));
            }
            problems.extend(allocatable.into_iter().flatten().filter_map(unreadable_quantity));
            problems.extend(wrong_labels(&node.metadata));
            let count = node.metadata.annotations.as_ref().and_then(|it| it.get(COUNT_ANNOTATION)).map(|text| {
                count(text).ok_or_else(|| format!("{COUNT_ANNOTATION}: `{text}` is not a range such as `0..20`"))
            });
            let count = count.transpose().unwrap_or_else(|message| {
                problems.push((message, true));
                None
            });
            if builder.has_node(node.metadata.name.as_deref().unwrap_or_default()) {
                problems.push(("was given twice; give each node once".to_owned(), true));
            } else {
                builder.node(&node, count);
            }
        });
        self.problems.extend(problems);
    }
}

fn unreadable_quantity((name, quantity): (&String, &Quantity)) -> Option<(String, bool)> {
    let message = || format!("status.allocatable.{name}: `{}` is no quantity", quantity.0);
    Amount::parse(&quantity.0).is_err().then(|| (message(), true))
}

fn wrong_labels(metadata: &ObjectMeta) -> Option<(String, bool)> {
    let mut labels = metadata.labels.iter().flatten();
    let (key, value) = labels.find(|(key, value)| !label::is_key(key) || !label::is_value(value))?;
    Some((format!("the API server accepts no label `{key}: {value}`"), true))
}

/// `0..20` as a range.
fn count(text: &str) -> Option<(u32, u32)> {
    let (least, most) = text.trim().split_once("..")?;
    let range = (least.trim().parse().ok()?, most.trim().parse().ok()?);
    (range.0 <= range.1).then_some(range)
}
