//! The API server's recorded defaulting of objects, and podlint's.
#![allow(clippy::disallowed_methods)] // Tests read their data.

mod support;

use std::collections::BTreeSet;

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1::{
    LimitRange, Namespace, PersistentVolume, PersistentVolumeClaim, Pod, PodTemplate, ReplicationController,
    ResourceQuota, Secret, Service, ServiceAccount,
};
use k8s_openapi::api::networking::v1::{Ingress, NetworkPolicy};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding};
use k8s_openapi::api::scheduling::v1::PriorityClass;
use k8s_openapi::api::storage::v1::StorageClass;
use podlint_core::object::defaults;
use podlint_core::yaml::{Tree, from_node};
use serde_json::Value;
use support::json_lines;

/// The object of a text, read as its type and filled in.
macro_rules! defaulted {
    ($tree:expr, $kind:expr, $($type:ident $fill:expr),+ $(,)?) => {
        match $kind {
            $(stringify!($type) => {
                let root = $tree.root().expect("a root");
                let mut object: $type = from_node($tree, root).map_err(|error| error.to_string())?;
                let fill: fn(&mut $type) = $fill;
                fill(&mut object);
                Ok(serde_json::to_value(&object).expect("JSON"))
            })+
            other => Err(format!("no type for {other}")),
        }
    };
}

fn ours(text: &str, kind: &str) -> Result<Value, String> {
    let tree = Tree::parse(text).map_err(|error| format!("{error:?}"))?;
    defaulted!(&tree, kind,
        Pod defaults::pod,
        PodTemplate defaults::pod_template,
        ReplicationController defaults::replication_controller,
        Deployment defaults::deployment,
        ReplicaSet defaults::replica_set,
        StatefulSet defaults::stateful_set,
        DaemonSet defaults::daemon_set,
        Job defaults::job,
        CronJob defaults::cron_job,
        Service defaults::service,
        PersistentVolumeClaim defaults::persistent_volume_claim,
        PersistentVolume defaults::persistent_volume,
        HorizontalPodAutoscaler defaults::horizontal_pod_autoscaler,
        NetworkPolicy defaults::network_policy,
        Secret defaults::secret,
        Namespace defaults::namespace,
        LimitRange defaults::limit_range,
        ResourceQuota defaults::resource_quota,
        PriorityClass defaults::priority_class,
        StorageClass defaults::storage_class,
        RoleBinding defaults::role_binding,
        ClusterRoleBinding defaults::cluster_role_binding,
        Ingress |_| {},
        PodDisruptionBudget |_| {},
        ServiceAccount |_| {},
        Role |_| {},
        ClusterRole |_| {},
    )
}

/// The fields that hold a quantity, or a map of quantities.
const QUANTITIES: [&str; 20] = [
    "allocatedResources",
    "averageValue",
    "capacity",
    "default",
    "defaultRequest",
    "divisor",
    "hard",
    "limits",
    "max",
    "maxLimitRequestRatio",
    "min",
    "overhead",
    "podFixed",
    "requests",
    "sizeLimit",
    "tolerance",
    "used",
    "value",
    "storage",
    "memory",
];

/// The fields outside `status` that Go writes even where they are zero.
const ALWAYS_WRITTEN: [&str; 3] = ["divisor", "serviceName", "value"];

/// A quantity in millionths; none where it is none.
fn quantity(text: &str) -> Option<i128> {
    let text = text.trim();
    let end = text.find(|letter: char| !matches!(letter, '0'..='9' | '.' | '+' | '-')).unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let (numerator, denominator): (i128, i128) = match suffix {
        "n" => (1, 1_000_000_000),
        "u" => (1, 1_000_000),
        "m" => (1, 1_000),
        "" => (1, 1),
        "k" => (1_000, 1),
        "M" => (1_000_000, 1),
        "G" => (1_000_000_000, 1),
        "T" => (1_000_000_000_000, 1),
        "Ki" => (1 << 10, 1),
        "Mi" => (1 << 20, 1),
        "Gi" => (1 << 30, 1),
        "Ti" => (1 << 40, 1),
        _ => {
            let exponent: u32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
            (10_i128.checked_pow(exponent)?, 1)
        }
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let places = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    Some(digits.checked_mul(numerator)?.checked_mul(1_000_000)? / places / denominator)
}

/// Nothing but nothing: what Go writes for an empty struct, list or map.
fn is_hollow(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(is_hollow),
        _ => false,
    }
}

/// The zero value of any type: what Go leaves out where a field says `omitempty`.
fn is_zero(value: &Value) -> bool {
    match value {
        Value::Bool(value) => !value,
        Value::Number(value) => value.as_f64() == Some(0.0),
        Value::String(value) => value.is_empty() || value == "0",
        Value::Object(fields) => fields.values().all(is_zero),
        other => is_hollow(other),
    }
}

fn compare(path: &str, is_quantity: bool, ours: &Value, theirs: &Value, differences: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(own), Value::Object(other)) => {
            let names: BTreeSet<&String> = own.keys().chain(other.keys()).collect();
            for name in names {
                let path = format!("{path}.{name}");
                // The type of a claim template is known, and what it says of it is not kept.
                if path.contains(".volumeClaimTemplates[") && ["apiVersion", "kind"].contains(&name.as_str()) {
                    continue;
                }
                let is_quantity = is_quantity || QUANTITIES.contains(&name.as_str());
                match (own.get(name), other.get(name)) {
                    (Some(own), Some(other)) => compare(&path, is_quantity, own, other, differences),
                    (Some(own), None) if !is_zero(own) => differences.push(format!("{path}: {own}, they none")),
                    (None, Some(other))
                        if is_zero(other)
                            && (path.starts_with(".status") || ALWAYS_WRITTEN.contains(&name.as_str())) => {}
                    (None, Some(other)) if !is_hollow(other) => differences.push(format!("{path}: none, they {other}")),
                    _ => {}
                }
            }
        }
        (Value::Array(own), Value::Array(other)) if own.len() == other.len() => {
            for (at, (own, other)) in own.iter().zip(other).enumerate() {
                compare(&format!("{path}[{at}]"), is_quantity, own, other, differences);
            }
        }
        // A time that is not set.
        (Value::String(own), Value::Null) if own == "0001-01-01T00:00:00Z" => {}
        (Value::String(own), Value::String(other)) if is_quantity && quantity(own) == quantity(other) => {}
        (own, other) if own == other || is_hollow(own) && is_hollow(other) => {}
        (own, other) => differences.push(format!("{path}: {own}, they {other}")),
    }
}

#[test]
fn defaults_are_the_servers() {
    let mut kinds = BTreeSet::new();
    let mut wrong = Vec::new();
    let cases = json_lines("upstream/defaults.jsonl.xz");
    for case in &cases {
        let theirs = &case["object"];
        let kind = theirs["kind"].as_str().expect("kind");
        kinds.insert(kind.to_owned());
        let mut differences = Vec::new();
        match ours(case["yaml"].as_str().expect("yaml"), kind) {
            Ok(ours) => compare("", false, &ours, theirs, &mut differences),
            Err(error) => differences.push(error),
        }
        wrong.extend(differences.into_iter().map(|difference| format!("{}: {kind}{difference}", case["id"])));
    }
    assert!(cases.len() >= 700 && kinds.len() == 27, "only {} cases of {kinds:?}", cases.len());
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}
