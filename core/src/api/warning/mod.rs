//! What the API server accepts and warns about. Source: `WarningsOnCreate` of the strategies in
//! `pkg/registry` (1.37). `pod` is about Pods and templates, `beside` about what stands beside
//! workloads.

mod address;
mod beside;
mod node_label;
mod pod;
mod port;
mod virtual_path;
mod volume;

use std::collections::{BTreeMap, HashSet};
use std::fmt::Display;

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::batch::v1::{CronJob, Job, JobSpec};
use k8s_openapi::api::core::v1::{PersistentVolumeClaimSpec, Pod, PodTemplate, PodTemplateSpec, ReplicationController};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity as Written;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

pub(super) use self::beside::check as beside;
use super::cause::MOST;
use super::field::Field;
use super::format::Format;
use super::quantity::Quantity;
use super::resources::amount;
use super::{list, metadata, text};
use crate::path::Path;
use crate::server::quoted;

const SPEC: Field<'static> = Field::ROOT.key("spec");

/// Something that the server accepts and warns about.
pub(crate) struct Warning {
    /// Where it stands.
    pub(crate) path: Path,
    /// The server's words.
    pub(crate) detail: String,
    /// What is wrong, for people.
    pub(crate) message: String,
    /// What to do.
    pub(crate) help: String,
}

/// Collects the warnings about one object; the server says none twice.
#[derive(Default)]
pub(crate) struct Warnings {
    list: Vec<Warning>,
    seen: HashSet<String>,
}

impl Warnings {
    /// All of them, in the server's order.
    pub(crate) fn into_vec(self) -> Vec<Warning> {
        self.list
    }

    /// More are not told.
    fn is_full(&self) -> bool {
        self.list.len() >= MOST
    }

    /// The server names the field, and then says this.
    fn of(&mut self, at: &Field<'_>, words: impl Display, message: impl Into<String>, help: impl Into<String>) {
        self.saying(at, format!("{at}: {words}"), message, help);
    }

    /// These are all of the server's words.
    fn saying(&mut self, at: &Field<'_>, detail: String, message: impl Into<String>, help: impl Into<String>) {
        if !self.is_full() && self.seen.insert(detail.clone()) {
            self.list.push(Warning { path: at.path(), detail, message: message.into(), help: help.into() });
        }
    }
}

/// A Pod by itself; `has_profile` says whether a container, by its path, had an `AppArmor` profile
/// before the server made one of its annotation.
pub(super) fn pod(object: &Pod, has_profile: &dyn Fn(&Path) -> bool, warnings: &mut Warnings) {
    owners(&object.metadata, warnings);
    let what = "this is used in the Pod's hostname";
    name(&object.metadata, what, "name of a Pod, and of its host", warnings);
    if let Some(spec) = &object.spec {
        pod::check(&object.metadata, spec, &Field::ROOT, Some(has_profile), warnings);
    }
}

/// A `PodTemplate`.
pub(super) fn pod_template(object: &PodTemplate, warnings: &mut Warnings) {
    owners(&object.metadata, warnings);
    if let Some(inner) = &object.template {
        template(inner, &Field::ROOT.key("template"), warnings);
    }
}

/// A `ReplicationController`.
pub(super) fn replication_controller(object: &ReplicationController, warnings: &mut Warnings) {
    named(&object.metadata, warnings);
    if let Some(inner) = object.spec.as_ref().and_then(|spec| spec.template.as_ref()) {
        template(inner, &SPEC.key("template"), warnings);
    }
}

/// A Deployment.
pub(super) fn deployment(object: &Deployment, warnings: &mut Warnings) {
    named(&object.metadata, warnings);
    template(&object.spec.template, &SPEC.key("template"), warnings);
}

/// A `ReplicaSet`.
pub(super) fn replica_set(object: &ReplicaSet, warnings: &mut Warnings) {
    named(&object.metadata, warnings);
    if let Some(inner) = &object.spec.template {
        template(inner, &SPEC.key("template"), warnings);
    }
}

/// A `DaemonSet`.
pub(super) fn daemon_set(object: &DaemonSet, warnings: &mut Warnings) {
    owners(&object.metadata, warnings);
    template(&object.spec.template, &SPEC.key("template"), warnings);
}

/// A `StatefulSet`.
pub(super) fn stateful_set(object: &StatefulSet, warnings: &mut Warnings) {
    owners(&object.metadata, warnings);
    let spec = &object.spec;
    template(&spec.template, &SPEC.key("template"), warnings);
    let claims = SPEC.key("volumeClaimTemplates");
    for (index, template) in list(&spec.volume_claim_templates).iter().enumerate() {
        if let Some(inner) = &template.spec {
            // The server leaves a step out.
            let here = claims.index(index);
            claim(inner, &here.silent("spec"), warnings);
        }
    }
    if spec.revision_history_limit.is_some_and(|limit| limit < 0) {
        warnings.of(
            &SPEC.key("revisionHistoryLimit"),
            "a negative value retains all historical revisions; a value >= 0 is recommended",
            "a negative `revisionHistoryLimit` keeps all revisions for ever",
            "use 0 or more",
        );
    }
}

/// A Job.
pub(super) fn job(object: &Job, warnings: &mut Warnings) {
    named(&object.metadata, warnings);
    if let Some(spec) = &object.spec {
        job_spec(spec, &SPEC, warnings);
    }
}

/// A `CronJob`.
pub(super) fn cron_job(object: &CronJob, warnings: &mut Warnings) {
    named(&object.metadata, warnings);
    if let Some(spec) = &object.spec.job_template.spec {
        job_spec(spec, &SPEC.key("jobTemplate").key("spec"), warnings);
    }
}

/// Source: `WarningsForJobSpec` in `pkg/api/job`.
fn job_spec(spec: &JobSpec, at: &Field<'_>, warnings: &mut Warnings) {
    let (completions, parallelism) = (spec.completions.unwrap_or_default(), spec.parallelism.unwrap_or_default());
    if text(&spec.completion_mode) == "Indexed" && completions > 100_000 && parallelism > 10_000 {
        warnings.of(
            at,
            "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, \
             Kubernetes might not be able to track completedIndexes when a big number of indexes fail",
            "with so many completions and Pods at a time Kubernetes may lose track of the indexes that failed",
            "use a `parallelism` of at most 10000, or several Jobs",
        );
    }
    template(&spec.template, &at.key("template"), warnings);
}

/// An object whose name becomes part of the names of its Pods.
fn named(metadata: &ObjectMeta, warnings: &mut Warnings) {
    owners(metadata, warnings);
    let what = "this is used in Pod names and hostnames";
    name(metadata, what, "name for Pods and their hosts to begin with", warnings);
}

fn template(template: &PodTemplateSpec, at: &Field<'_>, warnings: &mut Warnings) {
    if let Some(spec) = &template.spec {
        let none = ObjectMeta::default();
        pod::check(template.metadata.as_ref().unwrap_or(&none), spec, at, None, warnings);
    }
}

fn name(metadata: &ObjectMeta, what: &str, who: &str, warnings: &mut Warnings) {
    let name = metadata::name(metadata).unwrap_or_default();
    let faults = Format::Label.faults(&name);
    if !faults.is_empty() {
        let at = Field::ROOT.key("metadata");
        let is_written = metadata.name.as_deref().is_some_and(|name| !name.is_empty());
        let at = if is_written { at.key("name") } else { at.key_said_as("generateName", "name") };
        warnings.of(
            &at,
            format!(
                "{what}, which can result in surprising behavior; a DNS label is recommended: [{}]",
                faults.join(" ")
            ),
            format!("`{name}` is a poor {who}: it is no DNS label"),
            Format::Label.help(),
        );
    }
}

/// Owners that are named twice; the server keeps one of each. Source:
/// `dedupOwnerReferencesAndAddWarning` in `k8s.io/apiserver/pkg/endpoints/handlers`.
fn owners(metadata: &ObjectMeta, warnings: &mut Warnings) {
    let mut seen = HashSet::new();
    let mut twice = Vec::new();
    for owner in list(&metadata.owner_references) {
        let flags = (owner.controller, owner.block_owner_deletion);
        if !seen.insert((&owner.api_version, &owner.kind, &owner.name, &owner.uid, flags)) {
            twice.push(owner.uid.as_str());
        }
    }
    if twice.is_empty() {
        return;
    }
    let detail = format!(
        ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may \
         reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: {}",
        twice.join(", ")
    );
    let at = Field::ROOT.key("metadata");
    let message = "`ownerReferences` names an owner twice";
    warnings.saying(&at.key("ownerReferences"), detail, message, "keep one of them");
}

/// What a claim asks for. Source: `GetWarningsForPersistentVolumeClaimSpec` in
/// `pkg/api/persistentvolumeclaim`.
fn claim(spec: &PersistentVolumeClaimSpec, at: &Field<'_>, warnings: &mut Warnings) {
    let Some(resources) = &spec.resources else { return };
    let at = at.key("resources");
    for (name, amounts) in [("requests", &resources.requests), ("limits", &resources.limits)] {
        fraction(amounts.as_ref(), "storage", &at.key(name), warnings);
    }
}

/// An amount of bytes that is no whole number.
fn fraction(amounts: Option<&BTreeMap<String, Written>>, name: &str, at: &Field<'_>, warnings: &mut Warnings) {
    let Some(written) = amounts.and_then(|amounts| amounts.get(name)) else { return };
    if amount(written).milli_value() % 1000 == 0 {
        return;
    }
    let shown = Quantity::read(&written.0).to_string();
    warnings.of(
        &at.entry(name),
        format!("fractional byte value {} is invalid, must be an integer", quoted(&shown)),
        format!("`{name}: {shown}` is a fraction of a byte"),
        "`m` means a thousandth, `M` and `Mi` mean millions of bytes",
    );
}
