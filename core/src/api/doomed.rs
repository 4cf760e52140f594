//! Workloads that the server accepts and whose Pods it refuses one by one: the Pod that the
//! controller would make is checked as a Pod. The rules for Pods are stricter than those for
//! templates, and some parts of a template are only looked at in its Pods.

use std::collections::HashMap;

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1::{
    Container, PersistentVolumeClaimVolumeSource, Pod, PodAffinityTerm, PodTemplateSpec, ReplicationController, Volume,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::annotations::{APP_ARMOR, MIRROR};
use super::cause::{Cause, Causes};
use super::field::Field;
use super::metadata::Naming;
use super::security::go_trim;
use super::{list, metadata, pod, prepare, text, workload};
use crate::object::defaults;
use crate::object::template::Workload;
use crate::path::{Path, Step};

/// Stands for the hash of a template, which may have ten letters.
const HASH: &str = "abcde12345";
/// Most letters of a name.
const NAME_BYTES: usize = 253;
/// The minute that a Job of a `CronJob` is made for, since 1970: eight digits up to the year 2160.
const MINUTE: u32 = 29_000_000;

/// A Pod of a `ReplicationController`.
pub(super) fn replication_controller(object: ReplicationController) -> Vec<Cause> {
    let template = object.spec.and_then(|spec| spec.template);
    template
        .map_or_else(Vec::new, |template| refused(Workload::ReplicationController, made(&object.metadata, template)))
}

/// A Pod of a Deployment: its `ReplicaSet` adds the hash of the template to the name.
pub(super) fn deployment(object: Deployment) -> Vec<Cause> {
    let name = metadata::name(&object.metadata).unwrap_or_default();
    let kept = name.get(..NAME_BYTES - HASH.len() - 1).unwrap_or(&name);
    let set = ObjectMeta { name: Some(format!("{kept}-{HASH}")), ..ObjectMeta::default() };
    let mut made = made(&set, object.spec.template);
    label(&mut made, "pod-template-hash", HASH.to_owned());
    refused(Workload::Deployment, made)
}

/// A Pod of a `ReplicaSet`.
pub(super) fn replica_set(object: ReplicaSet) -> Vec<Cause> {
    object
        .spec
        .template
        .map_or_else(Vec::new, |template| refused(Workload::ReplicaSet, made(&object.metadata, template)))
}

/// A Pod of a `DaemonSet`. Source: `CreatePodTemplate` in `pkg/controller/daemon/util` (1.37).
pub(super) fn daemon_set(object: DaemonSet) -> Vec<Cause> {
    let mut made = made(&object.metadata, object.spec.template);
    label(&mut made, "controller-revision-hash", HASH.to_owned());
    label(&mut made, "pod-template-generation", "1".to_owned());
    refused(Workload::DaemonSet, made)
}

/// The first Pod of a `StatefulSet`. Source: `newVersionedStatefulSetPod` in
/// `pkg/controller/statefulset` (1.37).
pub(super) fn stateful_set(object: StatefulSet) -> Vec<Cause> {
    let (spec, name) = (object.spec, metadata::name(&object.metadata).unwrap_or_default());
    let first = spec.ordinals.as_ref().and_then(|ordinals| ordinals.start).unwrap_or_default();
    let mut made = made(&object.metadata, spec.template);
    let own = format!("{name}-{first}");
    label(&mut made, "statefulset.kubernetes.io/pod-name", own.clone());
    label(&mut made, "apps.kubernetes.io/pod-index", first.to_string());
    label(&mut made, "controller-revision-hash", format!("{name}-{HASH}"));
    let inner = made.spec.get_or_insert_default();
    inner.hostname = Some(own.clone());
    inner.subdomain.clone_from(&spec.service_name);
    let volumes = inner.volumes.get_or_insert_default();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (index, volume) in volumes.iter().enumerate() {
        places.entry(volume.name.clone()).or_insert(index);
    }
    for claim in list(&spec.volume_claim_templates) {
        let claim = text(&claim.metadata.name);
        let source = PersistentVolumeClaimVolumeSource { claim_name: format!("{claim}-{own}"), ..Default::default() };
        let volume = Volume { name: claim.to_owned(), persistent_volume_claim: Some(source), ..Volume::default() };
        let place = *places.entry(claim.to_owned()).or_insert(volumes.len());
        match volumes.get_mut(place) {
            Some(same) => *same = volume,
            None => volumes.push(volume),
        }
    }
    made.metadata.name = Some(own);
    refused(Workload::StatefulSet, made)
}

/// A Pod of a Job that no other controller takes care of. Source: `managePodSpec` and its neighbours
/// in `pkg/controller/job` (1.37).
pub(super) fn job(object: Job) -> Vec<Cause> {
    job_pod(object, Workload::Job)
}

/// A Job of a `CronJob`, and a Pod of that. Source: `getJobFromTemplate2` in `pkg/controller/cronjob`
/// (1.37).
pub(super) fn cron_job(object: CronJob) -> Vec<Cause> {
    let template = object.spec.job_template;
    let name = metadata::name(&object.metadata).unwrap_or_default();
    let given = template.metadata.unwrap_or_default();
    let mut job = Job {
        metadata: ObjectMeta {
            name: Some(format!("{name}-{MINUTE}")),
            labels: given.labels,
            annotations: given.annotations,
            ..ObjectMeta::default()
        },
        spec: template.spec,
        status: None,
    };
    defaults::job(&mut job);
    let mut causes = Causes::default();
    workload::job(&job, &mut causes);
    if causes.count() == 0 {
        return job_pod(job, Workload::CronJob);
    }
    let above = Path::root().key("spec").key("jobTemplate");
    placed(causes, |path| if path == name_path() { path } else { below(&above, &path) })
}

fn job_pod(object: Job, workload: Workload) -> Vec<Cause> {
    let Some(spec) = object.spec else { return Vec::new() };
    if spec.managed_by.as_deref().is_some_and(|manager| manager != "kubernetes.io/job-controller") {
        return Vec::new();
    }
    let mut made = made(&object.metadata, spec.template);
    made.metadata.finalizers.get_or_insert_default().push("batch.kubernetes.io/job-tracking".to_owned());
    if text(&spec.completion_mode) == "Indexed" {
        let name = metadata::name(&object.metadata).unwrap_or_default();
        made.spec.get_or_insert_default().hostname = Some(format!("{name}-0"));
    }
    refused(workload, made)
}

/// What every controller makes of a template: its name is of its own, and of the template's metadata
/// it takes labels, annotations and finalizers. Source: `GetPodFromTemplate` in `pkg/controller`
/// (1.37).
fn made(owner: &ObjectMeta, template: PodTemplateSpec) -> Pod {
    let given = template.metadata.unwrap_or_default();
    let metadata = ObjectMeta {
        generate_name: metadata::name(owner).map(|name| match name.len() {
            ..NAME_BYTES => format!("{name}-"),
            _ => name.into_owned(),
        }),
        labels: given.labels,
        annotations: given.annotations,
        finalizers: given.finalizers,
        ..ObjectMeta::default()
    };
    Pod { metadata, spec: template.spec, status: None }
}

fn label(pod: &mut Pod, key: &str, value: String) {
    pod.metadata.labels.get_or_insert_default().insert(key.to_owned(), value);
}

/// Why the server refuses the Pod, each where the workload has it. Its template is one that the
/// server accepts.
fn refused(workload: Workload, made: Pod) -> Vec<Cause> {
    let mut causes = Causes::default();
    if workload != Workload::StatefulSet && is_as_its_template(&made) {
        // Labels and annotations are those of the template, and of the controller's making.
        let own = ObjectMeta {
            name: made.metadata.name.clone(),
            generate_name: made.metadata.generate_name.clone(),
            finalizers: made.metadata.finalizers.clone(),
            ..ObjectMeta::default()
        };
        metadata::object(&own, Naming::USUAL, &Field::ROOT.key("metadata"), &mut causes);
        debug_assert_eq!(causes.count(), looked_at(made).count(), "a Pod is not as its template");
    } else {
        causes = looked_at(made);
    }

    let template = workload.template();
    placed(causes, |path| {
        let is_set = workload == Workload::StatefulSet;
        match path.steps() {
            [Step::Key(top), Step::Key(field), ..]
                if top == "metadata" && matches!(field.as_str(), "name" | "generateName") =>
            {
                name_path()
            }
            [Step::Key(top), Step::Key(field), Step::Key(key)]
                if is_set && top == "metadata" && field == "labels" && is_given(key) =>
            {
                name_path()
            }
            [Step::Key(top), Step::Key(field)] if is_set && top == "spec" && field == "hostname" => name_path(),
            _ => below(&template, &path),
        }
    })
}

fn looked_at(mut made: Pod) -> Causes {
    let mut causes = Causes::default();
    prepare::pod(&mut made);
    pod::pod(&made, &mut causes);
    causes
}

/// Whether nothing in the Pod is looked at otherwise than in its template, but for its metadata. Most
/// Pods are so, and a second look at them would cost as much as the first. What [`prepare::pod`]
/// changes, and what [`pod::pod`] looks at only in a Pod, is named here.
fn is_as_its_template(made: &Pod) -> bool {
    let Some(spec) = &made.spec else { return false };
    let is_special = |key: &String| key.starts_with(APP_ARMOR) || key == MIRROR;
    let has_plain_image = |container: &Container| go_trim(text(&container.image)) == text(&container.image);
    let has_keys = |term: &PodAffinityTerm| term.match_label_keys.is_some() || term.mismatch_label_keys.is_some();
    let affinity = spec.affinity.as_ref();
    let near = affinity.and_then(|it| it.pod_affinity.as_ref()).map(|it| {
        (
            list(&it.required_during_scheduling_ignored_during_execution),
            list(&it.preferred_during_scheduling_ignored_during_execution),
        )
    });
    let far = affinity.and_then(|it| it.pod_anti_affinity.as_ref()).map(|it| {
        (
            list(&it.required_during_scheduling_ignored_during_execution),
            list(&it.preferred_during_scheduling_ignored_during_execution),
        )
    });
    let mut terms = near.into_iter().chain(far).flat_map(|(required, preferred)| {
        required.iter().chain(preferred.iter().map(|weighted| &weighted.pod_affinity_term))
    });
    spec.host_network != Some(true)
        && spec.termination_grace_period_seconds.is_none_or(|seconds| seconds >= 0)
        && spec.resources.is_none()
        && spec.node_name.is_none()
        && spec.hostname.is_none()
        && list(&spec.resource_claims).is_empty()
        && list(&spec.ephemeral_containers).is_empty()
        && list(&spec.volumes).iter().all(|volume| volume.ephemeral.is_none())
        && list(&spec.topology_spread_constraints).iter().all(|it| it.match_label_keys.is_none())
        && !terms.any(has_keys)
        && spec.containers.iter().chain(list(&spec.init_containers)).all(has_plain_image)
        && !made.metadata.annotations.iter().flat_map(|written| written.keys()).any(is_special)
}

/// Labels that the controller of a `StatefulSet` makes of its name.
fn is_given(label: &str) -> bool {
    matches!(label, "statefulset.kubernetes.io/pod-name" | "controller-revision-hash")
}

/// The path of the name of the workload.
pub(super) fn name_path() -> Path {
    Path::root().key("metadata").key("name")
}

fn below(above: &Path, path: &Path) -> Path {
    above.steps().iter().chain(path.steps()).cloned().collect()
}

fn placed(causes: Causes, place: impl Fn(Path) -> Path) -> Vec<Cause> {
    let causes = causes.into_vec().into_iter();
    causes.map(|cause| Cause { path: place(cause.path), ..cause }).collect()
}
