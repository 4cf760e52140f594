//! When API versions of kinds were deprecated, and when they go.
//!
//! Sources: the methods `APILifecycleDeprecated`, `APILifecycleRemoved` and
//! `APILifecycleReplacement` of Kubernetes' types, which are what the server warns from. A test
//! compares them, for every version, with `testdata/schemas/go-lifecycle.txt`. For types that
//! were gone by 1.25: the Deprecated API Migration Guide
//! (<https://kubernetes.io/docs/reference/using-api/deprecation-guide/>) and the changelogs.

use std::ops::RangeInclusive;

/// What is known about one API version of a kind.
pub(crate) struct Row {
    pub(crate) api_version: &'static str,
    pub(crate) kind: &'static str,
    deprecated: u8,
    removed: u8,
    /// What the server says to use instead: `batch/v1 CronJob`.
    pub(crate) instead: Option<&'static str>,
    /// The same for the list of the kind: `batch/v1 CronJobList`.
    pub(crate) instead_list: Option<&'static str>,
}

impl Row {
    pub(crate) fn deprecated_in(&self) -> Option<u8> {
        (self.deprecated > 0).then_some(self.deprecated)
    }

    /// The minor version announced to serve it no longer.
    pub(crate) fn removed_in(&self) -> Option<u8> {
        (self.removed > 0).then_some(self.removed)
    }
}

macro_rules! instead {
    (none $kind:literal $suffix:literal) => {
        None
    };
    ({$api_version:literal $other:literal} $kind:literal $suffix:literal) => {
        Some(concat!($api_version, " ", $other, $suffix))
    };
    ($api_version:literal $kind:literal $suffix:literal) => {
        Some(concat!($api_version, " ", $kind, $suffix))
    };
}

/// Each line: API version, deprecated in, removed in (0 where neither is announced), the API
/// version that replaces it, and the kinds.
macro_rules! rows {
    ($($api_version:literal $deprecated:literal $removed:literal $instead:tt: $($kind:literal),+;)*) => {
        &[$($(Row {
            api_version: $api_version,
            kind: $kind,
            deprecated: $deprecated,
            removed: $removed,
            instead: instead!($instead $kind ""),
            instead_list: instead!($instead $kind "List"),
        },)+)*]
    };
}

/// What the newest version of Kubernetes that knows the type says.
pub(crate) static ROWS: &[Row] = rows! {
    "admissionregistration.k8s.io/v1alpha1" 29 32 none: "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding";
    "admissionregistration.k8s.io/v1alpha1" 35 38 none: "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding";
    "admissionregistration.k8s.io/v1beta1" 16 22 "admissionregistration.k8s.io/v1": "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration";
    "admissionregistration.k8s.io/v1beta1" 31 34 none: "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding";
    "admissionregistration.k8s.io/v1beta1" 37 40 "admissionregistration.k8s.io/v1": "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding";
    "apiextensions.k8s.io/v1beta1" 16 22 "apiextensions.k8s.io/v1": "CustomResourceDefinition";
    "apiregistration.k8s.io/v1beta1" 19 22 "apiregistration.k8s.io/v1": "APIService";
    "apps/v1beta1" 8 16 "apps/v1": "ControllerRevision", "Deployment", "DeploymentRollback", "StatefulSet";
    "apps/v1beta1" 8 16 "autoscaling/v1": "Scale";
    "apps/v1beta2" 9 16 "apps/v1": "ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet";
    "apps/v1beta2" 9 16 "autoscaling/v1": "Scale";
    "authentication.k8s.io/v1alpha1" 29 32 none: "SelfSubjectReview";
    "authentication.k8s.io/v1beta1" 19 22 "authentication.k8s.io/v1": "TokenReview";
    "authentication.k8s.io/v1beta1" 30 33 none: "SelfSubjectReview";
    "authorization.k8s.io/v1beta1" 19 22 "authorization.k8s.io/v1": "LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview";
    "batch/v1beta1" 21 25 "batch/v1": "CronJob";
    "certificates.k8s.io/v1alpha1" 34 37 none: "ClusterTrustBundle";
    "certificates.k8s.io/v1beta1" 19 22 "certificates.k8s.io/v1": "CertificateSigningRequest";
    "certificates.k8s.io/v1beta1" 37 40 "certificates.k8s.io/v1": "ClusterTrustBundle", "PodCertificateRequest";
    "coordination.k8s.io/v1alpha2" 35 38 none: "LeaseCandidate";
    "coordination.k8s.io/v1beta1" 19 22 "coordination.k8s.io/v1": "Lease";
    "coordination.k8s.io/v1beta1" 36 39 none: "LeaseCandidate";
    "discovery.k8s.io/v1beta1" 21 25 "discovery.k8s.io/v1": "EndpointSlice";
    "events.k8s.io/v1beta1" 22 25 none: "Event";
    "extensions/v1beta1" 2 16 none: "Scale";
    "extensions/v1beta1" 8 16 "apps/v1": "DaemonSet", "Deployment", "ReplicaSet";
    "extensions/v1beta1" 8 16 none: "DeploymentRollback";
    "extensions/v1beta1" 9 16 "networking.k8s.io/v1": "NetworkPolicy";
    "extensions/v1beta1" 14 22 "networking.k8s.io/v1": "Ingress";
    "flowcontrol.apiserver.k8s.io/v1beta1" 23 26 "flowcontrol.apiserver.k8s.io/v1beta3": "FlowSchema", "PriorityLevelConfiguration";
    "flowcontrol.apiserver.k8s.io/v1beta2" 26 29 "flowcontrol.apiserver.k8s.io/v1beta3": "FlowSchema", "PriorityLevelConfiguration";
    "flowcontrol.apiserver.k8s.io/v1beta3" 29 32 "flowcontrol.apiserver.k8s.io/v1": "FlowSchema", "PriorityLevelConfiguration";
    "networking.k8s.io/v1beta1" 19 22 "networking.k8s.io/v1": "Ingress", "IngressClass";
    "networking.k8s.io/v1beta1" 34 37 none: "IPAddress", "ServiceCIDR";
    "node.k8s.io/v1beta1" 22 25 none: "RuntimeClass";
    "policy/v1beta1" 21 25 "policy/v1": "PodDisruptionBudget";
    "policy/v1beta1" 22 25 none: "Eviction";
    "rbac.authorization.k8s.io/v1beta1" 17 22 "rbac.authorization.k8s.io/v1": "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding";
    "resource.k8s.io/v1alpha3" 36 39 none: "DeviceTaintRule";
    "resource.k8s.io/v1beta1" 35 38 none: "DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice";
    "resource.k8s.io/v1beta2" 36 39 none: "DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice";
    "scheduling.k8s.io/v1beta1" 14 22 "scheduling.k8s.io/v1": "PriorityClass";
    "storage.k8s.io/v1alpha1" 21 24 "storage.k8s.io/v1": "VolumeAttachment";
    "storage.k8s.io/v1alpha1" 21 24 "storage.k8s.io/v1beta1": "CSIStorageCapacity";
    "storage.k8s.io/v1alpha1" 32 35 "storage.k8s.io/v1": "VolumeAttributesClass";
    "storage.k8s.io/v1beta1" 17 22 "storage.k8s.io/v1": "CSINode";
    "storage.k8s.io/v1beta1" 19 22 "storage.k8s.io/v1": "CSIDriver", "StorageClass", "VolumeAttachment";
    "storage.k8s.io/v1beta1" 24 27 "storage.k8s.io/v1": "CSIStorageCapacity";
    "storage.k8s.io/v1beta1" 34 37 "storage.k8s.io/v1": "VolumeAttributesClass";
    "storagemigration.k8s.io/v1beta1" 37 40 "storagemigration.k8s.io/v1": "StorageVersionMigration";
    "v1" 19 0 none: "ComponentStatus";
    "v1" 33 0 {"discovery.k8s.io/v1" "EndpointSlice"}: "Endpoints";

    // Types that have left the code, as it said last.
    "autoscaling/v2beta1" 22 25 "autoscaling/v2": "HorizontalPodAutoscaler";
    "autoscaling/v2beta2" 23 26 "autoscaling/v2": "HorizontalPodAutoscaler";
    "extensions/v1beta1" 11 16 "policy/v1beta1": "PodSecurityPolicy";
    "networking.k8s.io/v1alpha1" 28 31 none: "ClusterCIDR";
    "networking.k8s.io/v1alpha1" 30 33 none: "IPAddress", "ServiceCIDR";
    "policy/v1beta1" 21 25 none: "PodSecurityPolicy";
    "storagemigration.k8s.io/v1alpha1" 33 36 none: "StorageVersionMigration";

    // Alpha API versions that went before tags told of it, by the changelogs of 1.19 to 1.24.
    "auditregistration.k8s.io/v1alpha1" 0 19 none: "AuditSink";
    "batch/v2alpha1" 0 21 "batch/v1": "CronJob";
    "node.k8s.io/v1alpha1" 0 24 "node.k8s.io/v1": "RuntimeClass";
    "rbac.authorization.k8s.io/v1alpha1" 17 23 "rbac.authorization.k8s.io/v1": "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding";
    "scheduling.k8s.io/v1alpha1" 14 23 "scheduling.k8s.io/v1": "PriorityClass";
    "settings.k8s.io/v1alpha1" 0 20 none: "PodPreset";
};

/// What servers of some minor versions say otherwise; 0 where they do not warn.
pub(crate) static OTHERWISE: &[(RangeInclusive<u8>, &[Row])] = &[
    (
        25..=25,
        rows! {
            "autoscaling/v2beta2" 22 25 none: "HorizontalPodAutoscalerList";
            "flowcontrol.apiserver.k8s.io/v1beta1" 23 26 "flowcontrol.apiserver.k8s.io/v1beta2": "FlowSchema", "PriorityLevelConfiguration";
        },
    ),
    (
        29..=31,
        rows! {
            "admissionregistration.k8s.io/v1alpha1" 0 0 none: "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding";
            "certificates.k8s.io/v1alpha1" 29 32 none: "ClusterTrustBundle";
        },
    ),
    (
        32..=33,
        rows! {
            "storage.k8s.io/v1alpha1" 32 35 none: "VolumeAttributesClass";
        },
    ),
];
