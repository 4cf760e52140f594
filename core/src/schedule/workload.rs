//! The Pod that a workload's controller would make from its template.

use std::collections::HashSet;

use k8s_openapi::api::core::v1::PersistentVolumeClaimTemplate;
use k8s_openapi::api::core::v1::{EphemeralVolumeSource, PersistentVolumeClaim, Pod, Toleration, Volume};

use super::cluster::Cluster;
use super::pod::PodIndex;
use crate::object::Identity;
use crate::object::locate::locate;
use crate::object::template::{self, Workload};
use crate::path::Path;
use crate::yaml::{DecodeError, NodeId, Tree, from_node};

/// The Pods of an object.
pub(crate) struct Planned {
    pub(crate) workload: Workload,
    pub(crate) pod: Pod,
    /// How many of them there are to be; none where the object is no set of replicas.
    pub(crate) replicas: Option<usize>,
    namespace: String,
    name: String,
}

impl Planned {
    /// Reads an object; none where it holds no Pod.
    pub(crate) fn of(
        tree: &Tree<'_>,
        root: NodeId,
        workload: Workload,
        identity: &Identity<'_>,
    ) -> Option<Result<Self, DecodeError>> {
        let pod = match template::written(tree, root, workload)? {
            Ok(pod) => pod,
            Err(error) => return Some(Err(error)),
        };
        let name = identity.name.as_deref().unwrap_or("pod").to_owned();
        let namespace = identity.namespace.as_deref().unwrap_or("default").to_owned();
        let mut planned = Self { workload, pod, replicas: replicas(tree, root, workload), namespace, name };
        planned.as_its_controller(tree, root);
        Some(Ok(planned))
    }

    fn as_its_controller(&mut self, tree: &Tree<'_>, root: NodeId) {
        let name = self.name.clone();
        let metadata = &mut self.pod.metadata;
        metadata.namespace = Some(self.namespace.clone());
        if self.workload != Workload::Pod || metadata.name.is_none() {
            metadata.name = Some(format!("{name}-0"));
        }
        let labels = metadata.labels.get_or_insert_default();
        let mut label = |key: &str, value: String| labels.insert(key.to_owned(), value);
        match self.workload {
            // Source: `newVersionedStatefulSetPod` and `initIdentity` in `pkg/controller/statefulset` (1.37).
            Workload::StatefulSet => {
                label("statefulset.kubernetes.io/pod-name", format!("{name}-0"));
                label("apps.kubernetes.io/pod-index", "0".to_owned());
                self.claim_templates(tree, root);
            }
            // Source: `pkg/controller/job` (1.37).
            Workload::Job | Workload::CronJob => {
                for key in ["job-name", "batch.kubernetes.io/job-name"] {
                    label(key, name.clone());
                }
                let spec = if self.workload == Workload::CronJob { "spec.jobTemplate.spec" } else { "spec" };
                if text_at(tree, root, &format!("{spec}.completionMode")).as_deref() == Some("Indexed") {
                    label("batch.kubernetes.io/job-completion-index", "0".to_owned());
                }
            }
            Workload::DaemonSet => self.daemon_tolerations(),
            _ => {}
        }
    }

    /// Each claim template becomes a claim that the controller makes with the Pod.
    fn claim_templates(&mut self, tree: &Tree<'_>, root: NodeId) {
        let templates = locate(tree, root, &Path::root().key("spec").key("volumeClaimTemplates"));
        let Some(templates) = templates.exact.then_some(templates.value) else { return };
        let Ok(templates) = from_node::<Vec<PersistentVolumeClaim>>(tree, templates) else { return };
        let Some(spec) = self.pod.spec.as_mut() else { return };
        let volumes = spec.volumes.get_or_insert_default();
        for claim in templates {
            let name = claim.metadata.name.clone().unwrap_or_default();
            volumes.retain(|volume| volume.name != name);
            let template = PersistentVolumeClaimTemplate { metadata: None, spec: claim.spec.unwrap_or_default() };
            let ephemeral = EphemeralVolumeSource { volume_claim_template: Some(template) };
            volumes.push(Volume { name, ephemeral: Some(ephemeral), ..Volume::default() });
        }
    }

    /// Source: `AddOrUpdateDaemonPodTolerations` in `pkg/controller/daemon/util` (1.37).
    fn daemon_tolerations(&mut self) {
        let Some(spec) = self.pod.spec.as_mut() else { return };
        let on_host = spec.host_network.unwrap_or_default();
        let mut added = vec![
            ("node.kubernetes.io/not-ready", "NoExecute"),
            ("node.kubernetes.io/unreachable", "NoExecute"),
            ("node.kubernetes.io/disk-pressure", "NoSchedule"),
            ("node.kubernetes.io/memory-pressure", "NoSchedule"),
            ("node.kubernetes.io/pid-pressure", "NoSchedule"),
            ("node.kubernetes.io/unschedulable", "NoSchedule"),
        ];
        if on_host {
            added.push(("node.kubernetes.io/network-unavailable", "NoSchedule"));
        }
        spec.tolerations.get_or_insert_default().extend(added.into_iter().map(|(key, effect)| Toleration {
            key: Some(key.to_owned()),
            operator: Some("Exists".to_owned()),
            effect: Some(effect.to_owned()),
            ..Toleration::default()
        }));
    }

    /// The Pods that the object runs already: the new ones take their place.
    pub(crate) fn running(&self, cluster: &Cluster) -> HashSet<PodIndex> {
        let Some(namespace) = cluster.symbols.find(&self.namespace) else { return HashSet::new() };
        if self.workload == Workload::Pod {
            let of_namespace = |index| cluster.group(index).is_some_and(|group| group.namespace == namespace);
            let same = cluster.indexed_pods().filter(|(_, pod)| {
                of_namespace(pod.group) && Some(&*pod.footprint.name) == self.pod.metadata.name.as_deref()
            });
            return same.map(|(index, _)| index).collect();
        }
        let (kind, by_generation) = match self.workload {
            Workload::Deployment => ("ReplicaSet", true),
            Workload::CronJob => ("Job", true),
            workload => (workload.kind(), false),
        };
        let Some(kind) = cluster.symbols.find(kind) else { return HashSet::new() };
        let of_kind = cluster.by_owner.iter().filter(|(owner, _)| owner.namespace == namespace && owner.kind == kind);
        let owned = of_kind.filter(|(owner, _)| {
            let name = cluster.symbols.name(owner.name);
            if !by_generation {
                return name == self.name;
            }
            let generation = name.strip_prefix(&self.name).and_then(|rest| rest.strip_prefix('-'));
            generation.is_some_and(|it| !it.is_empty() && !it.contains('-'))
        });
        owned.flat_map(|(_, pods)| pods.iter().copied()).collect()
    }
}

/// How many Pods there are to be at a time; none where the object is no set of replicas.
pub(super) fn replicas(tree: &Tree<'_>, root: NodeId, workload: Workload) -> Option<usize> {
    let number = |path: &str| text_at(tree, root, path).and_then(|text| text.parse::<usize>().ok());
    let job = |spec: &str| {
        let parallelism = number(&format!("{spec}.parallelism")).unwrap_or(1);
        number(&format!("{spec}.completions")).map_or(parallelism, |completions| completions.min(parallelism))
    };
    match workload {
        Workload::Deployment | Workload::ReplicaSet | Workload::StatefulSet | Workload::ReplicationController => {
            Some(number("spec.replicas").unwrap_or(1))
        }
        Workload::Job => Some(job("spec")),
        Workload::CronJob => Some(job("spec.jobTemplate.spec")),
        Workload::Pod | Workload::PodTemplate | Workload::DaemonSet => None,
    }
}

fn text_at(tree: &Tree<'_>, root: NodeId, path: &str) -> Option<String> {
    let path = path.split('.').fold(Path::root(), |path, key| path.key(key));
    let place = locate(tree, root, &path);
    place.exact.then(|| tree.string(place.value).into_owned())
}
