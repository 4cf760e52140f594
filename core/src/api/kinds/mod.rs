//! What stands beside workloads: a file for each kind, or for those that belong together.

mod autoscaler;
mod claim;
mod class;
mod config;
mod disruption_budget;
mod ingress;
mod json;
mod limit_range;
mod namespace;
mod network_policy;
mod quota;
mod role;
mod service;

use std::cell::Cell;

use k8s_openapi::api::core::v1::ServiceAccount;

use super::cause::Causes;
use super::field::Field;
use super::filled;
use super::metadata::{self, Naming};
use crate::object::defaults;
use crate::object::locate::locate;
use crate::subject::Subject;
use crate::yaml::Kind;

const METADATA: Field<'static> = Field::ROOT.key("metadata");
const SPEC: Field<'static> = Field::ROOT.key("spec");
/// Nodes that are looked at to tell what is written.
const MOST_NODES: usize = 2_000_000;

/// Checks an object of one of these kinds; nothing for others.
pub(super) fn check(subject: &Subject<'_, '_>, api_version: &str, kind: &str, causes: &mut Causes) {
    match (api_version, kind) {
        ("v1", "ConfigMap") => config::config_map(subject, causes),
        ("v1", "LimitRange") => {
            filled(subject, defaults::limit_range, |it| {
                limit_range::limit_range(it, &Written::of(subject), causes);
            });
        }
        ("v1", "Namespace") => filled(subject, defaults::namespace, |it| namespace::namespace(it, causes)),
        ("v1", "PersistentVolumeClaim") => {
            filled(subject, defaults::persistent_volume_claim, |it| claim::claim(it, causes));
        }
        ("v1", "ResourceQuota") => filled(subject, defaults::resource_quota, |it| quota::resource_quota(it, causes)),
        ("v1", "Secret") => config::secret(subject, causes),
        ("v1", "Service") => filled(subject, defaults::service, |it| service::service(it, causes)),
        ("v1", "ServiceAccount") => filled(subject, no_defaults, |it: &ServiceAccount| {
            metadata::object(&it.metadata, Naming::UNCOUNTED, &METADATA, causes);
        }),
        ("autoscaling/v1", "HorizontalPodAutoscaler") => {
            filled(subject, no_defaults, |it| autoscaler::version_1(it, causes));
        }
        ("autoscaling/v2", "HorizontalPodAutoscaler") => {
            filled(subject, defaults::horizontal_pod_autoscaler, |it| autoscaler::version_2(it, causes));
        }
        ("networking.k8s.io/v1", "Ingress") => {
            filled(subject, no_defaults, |it| ingress::ingress(it, &Written::of(subject), causes));
        }
        ("networking.k8s.io/v1", "IngressClass") => {
            filled(subject, defaults::ingress_class, |it| ingress::ingress_class(it, causes));
        }
        ("networking.k8s.io/v1", "NetworkPolicy") => {
            filled(subject, defaults::network_policy, |it| network_policy::network_policy(it, causes));
        }
        ("policy/v1", "PodDisruptionBudget") => {
            filled(subject, no_defaults, |it| disruption_budget::disruption_budget(it, causes));
        }
        ("rbac.authorization.k8s.io/v1", "ClusterRole") => {
            filled(subject, no_defaults, |it| role::cluster_role(it, causes));
        }
        ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding") => {
            filled(subject, defaults::cluster_role_binding, |it| role::cluster_role_binding(it, causes));
        }
        ("rbac.authorization.k8s.io/v1", "Role") => filled(subject, no_defaults, |it| role::role(it, causes)),
        ("rbac.authorization.k8s.io/v1", "RoleBinding") => {
            filled(subject, defaults::role_binding, |it| role::role_binding(it, causes));
        }
        ("scheduling.k8s.io/v1", "PriorityClass") => {
            filled(subject, defaults::priority_class, |it| class::priority_class(it, causes));
        }
        ("storage.k8s.io/v1", "StorageClass") => {
            filled(subject, defaults::storage_class, |it| class::storage_class(it, causes));
        }
        _ => {}
    }
}

/// Tells what is written from what the server fills in, and an empty text from none.
struct Written<'a, 't> {
    subject: &'a Subject<'a, 't>,
    /// To look a field up costs up to the whole document: only so many are.
    left: Cell<usize>,
}

impl<'a, 't> Written<'a, 't> {
    fn of(subject: &'a Subject<'a, 't>) -> Self {
        Self { subject, left: Cell::new(MOST_NODES / subject.tree.len().max(1)) }
    }

    /// Whether a field has a value, be it empty; none where too many were looked up.
    fn has(&self, at: &Field<'_>) -> Option<bool> {
        self.left.set(self.left.get().checked_sub(1)?);
        let tree = self.subject.tree;
        let place = locate(tree, self.subject.root, &at.path());
        Some(place.exact && tree.kind(tree.target(place.value)) != Kind::Null)
    }
}

const fn no_defaults<T>(_: &mut T) {}
