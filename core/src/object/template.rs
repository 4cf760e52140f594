//! Where the Pod template of a workload is, and the Pod that is made from it.

use k8s_openapi::api::core::v1::{Pod, PodSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::locate::locate;
use crate::path::Path;
use crate::yaml::{DecodeError, NodeId, Tree, from_node};

/// The kinds that hold a Pod.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Workload {
    Pod,
    PodTemplate,
    ReplicationController,
    Deployment,
    ReplicaSet,
    StatefulSet,
    DaemonSet,
    Job,
    CronJob,
}

impl Workload {
    /// By the `apiVersion` and `kind` of an object; none of kinds without a Pod.
    pub(crate) fn of(api_version: &str, kind: &str) -> Option<Self> {
        Some(match (api_version, kind) {
            ("v1", "Pod") => Self::Pod,
            ("v1", "PodTemplate") => Self::PodTemplate,
            ("v1", "ReplicationController") => Self::ReplicationController,
            ("apps/v1", "Deployment") => Self::Deployment,
            ("apps/v1", "ReplicaSet") => Self::ReplicaSet,
            ("apps/v1", "StatefulSet") => Self::StatefulSet,
            ("apps/v1", "DaemonSet") => Self::DaemonSet,
            ("batch/v1", "Job") => Self::Job,
            ("batch/v1", "CronJob") => Self::CronJob,
            _ => return None,
        })
    }

    /// The path of what holds the Pod's `metadata` and `spec`: empty for a Pod itself.
    pub(crate) fn template(self) -> Path {
        let keys: &[&str] = match self {
            Self::Pod => &[],
            Self::PodTemplate => &["template"],
            Self::CronJob => &["spec", "jobTemplate", "spec", "template"],
            _ => &["spec", "template"],
        };
        keys.iter().fold(Path::root(), |path, key| path.key(key))
    }

    /// The path of the Pod's `spec`.
    pub(crate) fn spec(self) -> Path {
        self.template().key("spec")
    }

    /// The kind, as it is written.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Pod => "Pod",
            Self::PodTemplate => "PodTemplate",
            Self::ReplicationController => "ReplicationController",
            Self::Deployment => "Deployment",
            Self::ReplicaSet => "ReplicaSet",
            Self::StatefulSet => "StatefulSet",
            Self::DaemonSet => "DaemonSet",
            Self::Job => "Job",
            Self::CronJob => "CronJob",
        }
    }
}

/// The Pod of an object as it is written, not defaulted; none where the object holds no Pod.
pub(crate) fn written(tree: &Tree<'_>, root: NodeId, workload: Workload) -> Option<Result<Pod, DecodeError>> {
    let template = workload.template();
    let spec = locate(tree, root, &template.key("spec"));
    if !spec.exact {
        return None;
    }
    let metadata = locate(tree, root, &template.key("metadata"));
    let metadata =
        if metadata.exact { from_node::<ObjectMeta>(tree, metadata.value) } else { Ok(ObjectMeta::default()) };
    let spec = from_node::<PodSpec>(tree, spec.value);
    Some(metadata.and_then(|metadata| Ok(Pod { metadata, spec: Some(spec?), status: None })))
}
