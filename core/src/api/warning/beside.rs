//! What stands beside workloads. Source: `WarningsOnCreate` of each strategy in `pkg/registry` (1.37).

use k8s_openapi::api::core::v1::{
    PersistentVolume, PersistentVolumeClaim, ResourceQuota, Secret, Service, ServiceAccount,
};
use k8s_openapi::api::networking::v1::{IPBlock, Ingress, NetworkPolicy, NetworkPolicyPeer};
use k8s_openapi::api::storage::v1::StorageClass;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::de::DeserializeOwned;

use super::{Warnings, address, claim, node_label, owners, volume};
use crate::api::field::Field;
use crate::api::quantity::Quantity;
use crate::api::{filled, list, text};
use crate::object::defaults;
use crate::subject::Subject;

const ANNOTATIONS: Field<'static> = Field::ROOT.key("metadata");
const SPEC: Field<'static> = Field::ROOT.key("spec");
const OLD_CLASS: &str = "volume.beta.kubernetes.io/storage-class";

/// Checks an object that the server has accepted; nothing for kinds without warnings.
pub(in crate::api) fn check(subject: &Subject<'_, '_>, api_version: &str, kind: &str, warnings: &mut Warnings) {
    match (api_version, kind) {
        ("v1", "Service") => filled(subject, defaults::service, |it| service(it, warnings)),
        ("v1", "PersistentVolume") => {
            filled(subject, defaults::persistent_volume, |it| persistent_volume(it, warnings));
        }
        ("v1", "PersistentVolumeClaim") => {
            filled(subject, defaults::persistent_volume_claim, |it| persistent_volume_claim(it, warnings));
        }
        ("v1", "ServiceAccount") => read(subject, |it| service_account(it, warnings)),
        ("v1", "ResourceQuota") => filled(subject, defaults::resource_quota, |it| resource_quota(it, warnings)),
        ("v1", "Secret") => read(subject, |it| secret(it, warnings)),
        ("networking.k8s.io/v1", "Ingress") => read(subject, |it| ingress(it, warnings)),
        ("networking.k8s.io/v1", "NetworkPolicy") => read(subject, |it| network_policy(it, warnings)),
        ("storage.k8s.io/v1", "StorageClass") => read(subject, |it| storage_class(it, warnings)),
        _ => {}
    }
}

/// Reads an object whose defaults say nothing here.
fn read<T: DeserializeOwned>(subject: &Subject<'_, '_>, check: impl FnOnce(&T)) {
    filled(subject, |_| {}, check);
}

/// Source: `GetWarningsForService` in `pkg/api/service`.
fn service(object: &Service, warnings: &mut Warnings) {
    const OLD_HINTS: &str = "service.kubernetes.io/topology-aware-hints";
    const HINTS: &str = "service.kubernetes.io/topology-mode";
    owners(&object.metadata, warnings);
    let Some(spec) = &object.spec else { return };
    if has(&object.metadata, OLD_HINTS) {
        warnings.saying(
            &ANNOTATIONS.key("annotations").entry(OLD_HINTS),
            format!("annotation {OLD_HINTS} is deprecated, please use {HINTS} instead"),
            "this annotation is deprecated",
            format!("use `{HINTS}`"),
        );
    }
    let (kind, ip) = (text(&spec.type_), text(&spec.cluster_ip));
    let is_headless = kind == "ClusterIP" && ip == "None";
    let external = list(&spec.external_ips);
    if kind != "ExternalName" && !matches!(ip, "" | "None") {
        let at = SPEC.key("clusterIPs");
        if list(&spec.cluster_ips).is_empty() {
            address::address(ip, &SPEC.key_said_as("clusterIP", "clusterIPs[0]"), warnings);
        }
        for (index, ip) in list(&spec.cluster_ips).iter().enumerate() {
            address::address(ip, &at.index(index), warnings);
        }
    }
    if is_headless {
        for (field, said, is_there) in [
            ("loadBalancerIP", "loadBalancerIP", !text(&spec.load_balancer_ip).is_empty()),
            ("externalIPs", "externalIPs", !external.is_empty()),
            ("sessionAffinity", "SessionAffinity", text(&spec.session_affinity) != "None"),
        ] {
            if is_there {
                ignored(
                    field,
                    &format!("spec.{said} is ignored for headless services"),
                    "a headless Service",
                    warnings,
                );
            }
        }
    }
    let at = SPEC.key("externalIPs");
    for (index, ip) in external.iter().enumerate() {
        address::address(ip, &at.index(index), warnings);
    }
    if !external.is_empty() && !is_headless && kind != "ExternalName" {
        warnings.saying(
            &at,
            "spec.externalIPs is deprecated and may no longer be implemented in some clusters".to_owned(),
            "`externalIPs` is deprecated: some clusters take no notice of it",
            "use a Service of type `LoadBalancer`, or a Gateway",
        );
    }
    let balancer = text(&spec.load_balancer_ip);
    if !balancer.is_empty() {
        address::address(balancer, &SPEC.key("loadBalancerIP"), warnings);
    }
    let at = SPEC.key("loadBalancerSourceRanges");
    for (index, range) in list(&spec.load_balancer_source_ranges).iter().enumerate() {
        address::range(range, &at.index(index), warnings);
    }
    if kind == "ExternalName" && !external.is_empty() {
        let words = "spec.externalIPs is ignored when spec.type is \"ExternalName\"";
        ignored("externalIPs", words, "a Service of type `ExternalName`", warnings);
    }
    if kind != "ExternalName" && !text(&spec.external_name).is_empty() {
        let words = "spec.externalName is ignored when spec.type is not \"ExternalName\"";
        ignored("externalName", words, "a Service of another type than `ExternalName`", warnings);
    }
    if spec.traffic_distribution.as_deref() == Some("PreferClose") {
        warnings.of(
            &SPEC.key("trafficDistribution"),
            "\"PreferClose\" is deprecated; use \"PreferSameZone\"",
            "`PreferClose` is deprecated",
            "use `PreferSameZone`, which means the same",
        );
    }
}

/// A field that does nothing in this kind of Service.
fn ignored(field: &str, words: &str, of: &str, warnings: &mut Warnings) {
    let message = format!("`{field}` does nothing in {of}");
    warnings.saying(&SPEC.key(field), words.to_owned(), message, "leave it out");
}

fn has(metadata: &ObjectMeta, annotation: &str) -> bool {
    metadata.annotations.as_ref().is_some_and(|written| written.contains_key(annotation))
}

/// Source: `warningsForPersistentVolumeSpecAndMeta` in `pkg/api/persistentvolume`.
fn persistent_volume(object: &PersistentVolume, warnings: &mut Warnings) {
    owners(&object.metadata, warnings);
    let annotations = ANNOTATIONS.key("annotations");
    for (key, since, field) in
        [(OLD_CLASS, 8, "storageClassName"), ("volume.beta.kubernetes.io/mount-options", 31, "mountOptions")]
    {
        if has(&object.metadata, key) {
            attribute(&annotations.entry(key), since, field, warnings);
        }
    }
    let Some(spec) = &object.spec else { return };
    if text(&spec.persistent_volume_reclaim_policy) == "Recycle" {
        warnings.of(
            &SPEC.key("persistentVolumeReclaimPolicy"),
            "The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.",
            "`Recycle` is deprecated",
            "use `Delete` or `Retain`, and let a StorageClass make the volumes",
        );
    }
    if let Some(required) = spec.node_affinity.as_ref().and_then(|affinity| affinity.required.as_ref()) {
        let at = SPEC.key("nodeAffinity");
        let at = at.key("required");
        let at = at.key("nodeSelectorTerms");
        for (index, term) in required.node_selector_terms.iter().enumerate() {
            node_label::term(term, false, &at.index(index), warnings);
        }
    }
    let kinds = [
        ("cephfs", "cephfs", 28, 31, spec.cephfs.is_some()),
        ("photonPersistentDisk", "photonPersistentDisk", 11, 16, spec.photon_persistent_disk.is_some()),
        ("scaleIO", "scaleIO", 16, 22, spec.scale_io.is_some()),
        ("storageos", "storageOS", 22, 25, spec.storageos.is_some()),
        ("glusterfs", "glusterfs", 25, 26, spec.glusterfs.is_some()),
        ("rbd", "rbd", 28, 31, spec.rbd.is_some()),
    ];
    for (kind, said, since, until, _) in kinds.into_iter().filter(|it| it.4) {
        volume::gone(&SPEC.key_said_as(kind, said), kind, since, until, warnings);
    }
}

/// An annotation whose place a field has taken.
fn attribute(at: &Field<'_>, since: u8, field: &str, warnings: &mut Warnings) {
    warnings.of(
        at,
        format!("deprecated since v1.{since}; use \"{field}\" attribute instead"),
        format!("this annotation is deprecated since Kubernetes 1.{since}"),
        format!("use the field `{field}`"),
    );
}

/// Source: `GetWarningsForPersistentVolumeClaim` in `pkg/api/persistentvolumeclaim`.
fn persistent_volume_claim(object: &PersistentVolumeClaim, warnings: &mut Warnings) {
    owners(&object.metadata, warnings);
    if has(&object.metadata, OLD_CLASS) {
        attribute(&ANNOTATIONS.key("annotations").entry(OLD_CLASS), 8, "storageClassName", warnings);
    }
    if let Some(spec) = &object.spec {
        claim(spec, &SPEC, warnings);
    }
}

/// Source: `warnIfHasEnforceMountableSecretsAnnotation` in `pkg/registry/core/serviceaccount`.
fn service_account(object: &ServiceAccount, warnings: &mut Warnings) {
    const ENFORCE: &str = "kubernetes.io/enforce-mountable-secrets";
    owners(&object.metadata, warnings);
    if has(&object.metadata, ENFORCE) {
        warnings.of(
            &ANNOTATIONS.key("annotations").entry(ENFORCE),
            "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets",
            "this annotation is deprecated since Kubernetes 1.32",
            "keep Secrets apart by namespaces",
        );
    }
}

/// A certificate and its key, as far as it shows without reading them that they are none. Source:
/// `warningsForSecret` in `pkg/registry/core/secret`, and `X509KeyPair` in Go's `crypto/tls`.
fn secret(object: &Secret, warnings: &mut Warnings) {
    owners(&object.metadata, warnings);
    if text(&object.type_) != "kubernetes.io/tls" {
        return;
    }
    let holds = |key: &str, text: &str| {
        let plain = object.string_data.as_ref().and_then(|data| data.get(key)).map(String::as_bytes);
        let encoded = object.data.as_ref().and_then(|data| data.get(key)).map(|bytes| bytes.0.as_slice());
        let bytes = plain.or(encoded).unwrap_or_default();
        memchr::memmem::find(bytes, text.as_bytes()).is_some()
    };
    let (key, what, name) = if !holds("tls.crt", "-----BEGIN ") {
        ("tls.crt", "certificate input", "certificate")
    } else if holds("tls.crt", "-----END CERTIFICATE-----") && !holds("tls.key", "-----BEGIN ") {
        ("tls.key", "key input", "key")
    } else {
        return;
    };
    let data =
        if object.string_data.as_ref().is_some_and(|data| data.contains_key(key)) { "stringData" } else { "data" };
    warnings.saying(
        &Field::ROOT.key(data).entry(key),
        format!("tls: failed to find any PEM data in {what}"),
        format!("`{key}` holds no {name}"),
        format!("put the {name} there in PEM form, from `-----BEGIN` on"),
    );
}

/// Requests that may be above the limits. Source: `WarningsOnCreate` in
/// `pkg/registry/core/resourcequota`.
fn resource_quota(object: &ResourceQuota, warnings: &mut Warnings) {
    owners(&object.metadata, warnings);
    let Some(hard) = object.spec.as_ref().and_then(|spec| spec.hard.as_ref()) else { return };
    let at = SPEC.key("hard");
    for name in ["cpu", "memory", "storage", "ephemeral-storage"] {
        let long = format!("requests.{name}");
        let request = match hard.get(&long) {
            None if matches!(name, "cpu" | "memory") => hard.get_key_value(name),
            found => found.map(|found| (&long, found)),
        };
        let limit_name = format!("limits.{name}");
        let (Some((request_name, request)), Some(limit)) = (request, hard.get(&limit_name)) else { continue };
        let (request, limit) = (Quantity::read(&request.0), Quantity::read(&limit.0));
        if request.amount > limit.amount {
            warnings.saying(
                &at.entry(request_name),
                format!("ResourceQuota {request_name} ({request}) should be less than {limit_name} ({limit})"),
                format!("`{request_name}: {request}` is above `{limit_name}: {limit}`, so that it is never reached"),
                "a request is never above its limit: lower one or raise the other",
            );
        }
    }
}

/// Source: `WarningsOnCreate` in `pkg/registry/networking/ingress`.
fn ingress(object: &Ingress, warnings: &mut Warnings) {
    const CLASS: &str = "kubernetes.io/ingress.class";
    owners(&object.metadata, warnings);
    let has_class = object.spec.as_ref().is_some_and(|spec| spec.ingress_class_name.is_some());
    if has(&object.metadata, CLASS) && !has_class {
        warnings.saying(
            &ANNOTATIONS.key("annotations").entry(CLASS),
            format!("annotation \"{CLASS}\" is deprecated, please use 'spec.ingressClassName' instead"),
            "this annotation is deprecated",
            "use `spec.ingressClassName`",
        );
    }
}

/// Source: `networkPolicyWarnings` in `pkg/registry/networking/networkpolicy`.
fn network_policy(object: &NetworkPolicy, warnings: &mut Warnings) {
    owners(&object.metadata, warnings);
    let Some(spec) = &object.spec else { return };
    let at = SPEC.key("ingress");
    for (index, rule) in list(&spec.ingress).iter().enumerate() {
        peers(list(&rule.from), &at.index(index).key("from"), warnings);
    }
    let at = SPEC.key("egress");
    for (index, rule) in list(&spec.egress).iter().enumerate() {
        peers(list(&rule.to), &at.index(index).key("to"), warnings);
    }
}

fn peers(peers: &[NetworkPolicyPeer], at: &Field<'_>, warnings: &mut Warnings) {
    for (index, peer) in peers.iter().enumerate() {
        let Some(IPBlock { cidr, except }) = &peer.ip_block else { continue };
        let here = at.index(index);
        let here = here.key("ipBlock");
        address::range(cidr, &here.key("cidr"), warnings);
        let here = here.key("except");
        for (index, range) in list(except).iter().enumerate() {
            address::range(range, &here.index(index), warnings);
        }
    }
}

/// Source: `GetWarningsForStorageClass` in `pkg/api/storage`.
fn storage_class(object: &StorageClass, warnings: &mut Warnings) {
    owners(&object.metadata, warnings);
    let at = Field::ROOT.key("allowedTopologies");
    for (index, topology) in list(&object.allowed_topologies).iter().enumerate() {
        let here = at.index(index);
        let here = here.key("matchLabelExpressions");
        for (index, expression) in list(&topology.match_label_expressions).iter().enumerate() {
            if let Some((words, help)) = node_label::deprecated(&expression.key) {
                let here = here.index(index);
                warnings.of(&here.key("key"), words, node_label::message(&expression.key), help);
            }
        }
    }
}
