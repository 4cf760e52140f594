//! What an older API server does otherwise: fields that it knows and drops, since their feature gate
//! is off by default, and texts that it takes or refuses. Source: `kube_features.go` in `pkg/features`,
//! which has the history of every gate (1.37), and `DropDisabledPodFields` in `pkg/api/pod`. What is
//! not sure is not here, and is judged as the newest server would.

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::batch::v1::{CronJob, Job, JobSpec};
use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::api::core::v1::{
    Container, EnvVar, PodAffinityTerm, PodSpec, PodTemplate, PodTemplateSpec, ReplicationController, Volume,
};
use podlint_schemas::Version;

use super::cause::{Cause, Reason};

/// The minor versions that brought a field, as their gates are by default.
mod minor {
    pub(super) const INCLUSION_POLICY: u8 = 26;
    pub(super) const POD_FAILURE_POLICY: u8 = 26;
    pub(super) const CLAIM_RETENTION: u8 = 27;
    pub(super) const MATCH_LABEL_KEYS: u8 = 27;
    pub(super) const MIN_DOMAINS: u8 = 27;
    pub(super) const ORDINALS: u8 = 27;
    pub(super) const SCHEDULING_GATES: u8 = 27;
    pub(super) const BACKOFF_PER_INDEX: u8 = 29;
    pub(super) const POD_REPLACEMENT: u8 = 29;
    pub(super) const SIDECARS: u8 = 29;
    pub(super) const SLEEP: u8 = 30;
    pub(super) const AFFINITY_LABEL_KEYS: u8 = 31;
    pub(super) const RECURSIVE_READ_ONLY: u8 = 31;
    pub(super) const SUCCESS_POLICY: u8 = 31;
    pub(super) const MANAGED_BY: u8 = 32;
    pub(super) const HOST_USERS: u8 = 33;
    pub(super) const PROC_MOUNT: u8 = 33;
    pub(super) const RESIZE_POLICY: u8 = 33;
    pub(super) const SELINUX_CHANGE: u8 = 33;
    pub(super) const SUPPLEMENTAL_GROUPS: u8 = 33;
    pub(super) const POD_RESOURCES: u8 = 34;
    pub(super) const RESOURCE_CLAIMS: u8 = 34;
    pub(super) const ENV_FILES: u8 = 35;
    pub(super) const HOSTNAME_OVERRIDE: u8 = 35;
    pub(super) const IMAGE_VOLUMES: u8 = 35;
    pub(super) const RESTART_RULES: u8 = 35;
    pub(super) const STRICT_ADDRESSES: u8 = 36;
    pub(super) const CERTIFICATES: u8 = 37;
    pub(super) const MAX_UNAVAILABLE: u8 = 37;
}

/// A kind that holds a Pod.
pub(super) trait Gated {
    /// Drops what a server of this version would drop.
    fn drop_disabled(&mut self, version: Version);
}

impl Gated for Pod {
    fn drop_disabled(&mut self, version: Version) {
        self.spec.iter_mut().for_each(|spec| pod_spec(spec, version));
    }
}

impl Gated for PodTemplate {
    fn drop_disabled(&mut self, version: Version) {
        self.template.iter_mut().for_each(|template| template.drop_disabled(version));
    }
}

impl Gated for PodTemplateSpec {
    fn drop_disabled(&mut self, version: Version) {
        self.spec.iter_mut().for_each(|spec| pod_spec(spec, version));
    }
}

impl Gated for ReplicationController {
    fn drop_disabled(&mut self, version: Version) {
        let template = self.spec.as_mut().and_then(|spec| spec.template.as_mut());
        if let Some(template) = template {
            template.drop_disabled(version);
        }
    }
}

impl Gated for Deployment {
    fn drop_disabled(&mut self, version: Version) {
        self.spec.template.drop_disabled(version);
    }
}

impl Gated for ReplicaSet {
    fn drop_disabled(&mut self, version: Version) {
        self.spec.template.iter_mut().for_each(|template| template.drop_disabled(version));
    }
}

impl Gated for DaemonSet {
    fn drop_disabled(&mut self, version: Version) {
        self.spec.template.drop_disabled(version);
    }
}

impl Gated for StatefulSet {
    fn drop_disabled(&mut self, version: Version) {
        let (spec, before) = (&mut self.spec, Before(version));
        if let Some(update) = spec.update_strategy.as_mut().and_then(|strategy| strategy.rolling_update.as_mut()) {
            before.drop(minor::MAX_UNAVAILABLE, &mut update.max_unavailable);
        }
        before.drop(minor::ORDINALS, &mut spec.ordinals);
        before.drop(minor::CLAIM_RETENTION, &mut spec.persistent_volume_claim_retention_policy);
        spec.template.drop_disabled(version);
    }
}

impl Gated for Job {
    fn drop_disabled(&mut self, version: Version) {
        self.spec.iter_mut().for_each(|spec| job_spec(spec, version));
    }
}

impl Gated for CronJob {
    fn drop_disabled(&mut self, version: Version) {
        self.spec.job_template.spec.iter_mut().for_each(|spec| job_spec(spec, version));
    }
}

/// Drops fields that a version does not have on.
#[derive(Clone, Copy)]
struct Before(Version);

impl Before {
    fn is(self, minor: u8) -> bool {
        self.0.minor() < minor
    }

    fn drop<T>(self, minor: u8, field: &mut Option<T>) {
        field.take_if(|_| self.is(minor));
    }
}

fn job_spec(spec: &mut JobSpec, version: Version) {
    let before = Before(version);
    before.drop(minor::MANAGED_BY, &mut spec.managed_by);
    before.drop(minor::SUCCESS_POLICY, &mut spec.success_policy);
    before.drop(minor::POD_REPLACEMENT, &mut spec.pod_replacement_policy);
    before.drop(minor::POD_FAILURE_POLICY, &mut spec.pod_failure_policy);
    if before.is(minor::BACKOFF_PER_INDEX) {
        spec.backoff_limit_per_index = None;
        spec.max_failed_indexes = None;
        if let Some(policy) = &mut spec.pod_failure_policy {
            policy.rules.retain(|rule| rule.action != "FailIndex");
        }
    }
    spec.template.drop_disabled(version);
}

fn pod_spec(spec: &mut PodSpec, version: Version) {
    if version == Version::NEWEST {
        return;
    }
    let before = Before(version);
    before.drop(minor::HOSTNAME_OVERRIDE, &mut spec.hostname_override);
    before.drop(minor::POD_RESOURCES, &mut spec.resources);
    before.drop(minor::RESOURCE_CLAIMS, &mut spec.resource_claims);
    before.drop(minor::HOST_USERS, &mut spec.host_users);
    before.drop(minor::SCHEDULING_GATES, &mut spec.scheduling_gates);
    if let Some(security) = &mut spec.security_context {
        before.drop(minor::SUPPLEMENTAL_GROUPS, &mut security.supplemental_groups_policy);
        before.drop(minor::SELINUX_CHANGE, &mut security.se_linux_change_policy);
    }
    for constraint in spec.topology_spread_constraints.iter_mut().flatten() {
        before.drop(minor::MATCH_LABEL_KEYS, &mut constraint.match_label_keys);
        before.drop(minor::MIN_DOMAINS, &mut constraint.min_domains);
        before.drop(minor::INCLUSION_POLICY, &mut constraint.node_affinity_policy);
        before.drop(minor::INCLUSION_POLICY, &mut constraint.node_taints_policy);
    }
    affinity(spec, before);
    spec.volumes.iter_mut().flatten().for_each(|it| volume(it, before));
    for it in &mut spec.containers {
        container(it, before);
        before.drop(minor::RESTART_RULES, &mut it.restart_policy);
    }
    for it in spec.init_containers.iter_mut().flatten() {
        container(it, before);
        before.drop(minor::SIDECARS, &mut it.restart_policy);
        it.restart_policy.take_if(|policy| before.is(minor::RESTART_RULES) && policy != "Always");
    }
    let ephemeral = spec.ephemeral_containers.iter_mut().flatten();
    ephemeral.for_each(|it| variables(it.env.iter_mut().flatten(), before));
}

fn affinity(spec: &mut PodSpec, before: Before) {
    let drop = |term: &mut PodAffinityTerm| {
        before.drop(minor::AFFINITY_LABEL_KEYS, &mut term.match_label_keys);
        before.drop(minor::AFFINITY_LABEL_KEYS, &mut term.mismatch_label_keys);
    };
    let Some(affinity) = &mut spec.affinity else { return };
    if let Some(near) = &mut affinity.pod_affinity {
        near.required_during_scheduling_ignored_during_execution.iter_mut().flatten().for_each(drop);
        let weighted = near.preferred_during_scheduling_ignored_during_execution.iter_mut().flatten();
        weighted.map(|it| &mut it.pod_affinity_term).for_each(drop);
    }
    if let Some(far) = &mut affinity.pod_anti_affinity {
        far.required_during_scheduling_ignored_during_execution.iter_mut().flatten().for_each(drop);
        let weighted = far.preferred_during_scheduling_ignored_during_execution.iter_mut().flatten();
        weighted.map(|it| &mut it.pod_affinity_term).for_each(drop);
    }
}

fn volume(volume: &mut Volume, before: Before) {
    before.drop(minor::IMAGE_VOLUMES, &mut volume.image);
    for source in volume.projected.iter_mut().flat_map(|it| it.sources.iter_mut().flatten()) {
        before.drop(minor::CERTIFICATES, &mut source.cluster_trust_bundle);
        before.drop(minor::CERTIFICATES, &mut source.pod_certificate);
    }
}

fn container(container: &mut Container, before: Before) {
    before.drop(minor::RESTART_RULES, &mut container.restart_policy_rules);
    before.drop(minor::RESIZE_POLICY, &mut container.resize_policy);
    if let Some(resources) = &mut container.resources {
        before.drop(minor::RESOURCE_CLAIMS, &mut resources.claims);
    }
    if let Some(security) = &mut container.security_context {
        before.drop(minor::PROC_MOUNT, &mut security.proc_mount);
    }
    if let Some(lifecycle) = &mut container.lifecycle {
        for hook in lifecycle.pre_stop.iter_mut().chain(&mut lifecycle.post_start) {
            before.drop(minor::SLEEP, &mut hook.sleep);
        }
    }
    for mount in container.volume_mounts.iter_mut().flatten() {
        before.drop(minor::RECURSIVE_READ_ONLY, &mut mount.recursive_read_only);
    }
    variables(container.env.iter_mut().flatten(), before);
}

fn variables<'a>(variables: impl Iterator<Item = &'a mut EnvVar>, before: Before) {
    for source in variables.filter_map(|variable| variable.value_from.as_mut()) {
        before.drop(minor::ENV_FILES, &mut source.file_key_ref);
    }
}

/// Whether a server of this version refuses this too: addresses were read more leniently.
pub(super) fn is_refused(cause: &Cause, version: Version) -> bool {
    const STRICT: [&str; 3] = [
        "must not have leading 0s",
        "must not be an IPv4-mapped IPv6 address",
        "must not have bits set beyond the prefix length",
    ];
    let is_of_address = cause.reason == Reason::Invalid && STRICT.iter().any(|words| cause.why.starts_with(words));
    !is_of_address || version.minor() >= minor::STRICT_ADDRESSES
}
