//! What people call fields: names from other tools, from older versions and from neighbours.

use podlint_schemas::ObjectId;

use crate::path::Path;

/// One customary mistake: in objects of this type, this name stands for the field at the end of
/// these keys.
struct Custom {
    object: &'static str,
    written: &'static str,
    keys: &'static [&'static str],
}

const fn custom(object: &'static str, written: &'static str, keys: &'static [&'static str]) -> Custom {
    Custom { object, written, keys }
}

/// From Helm values, Compose files, `kubectl` flags, and Ingress before `networking.k8s.io/v1`.
const CUSTOMS: &[Custom] = &[
    custom("Container", "pullPolicy", &["imagePullPolicy"]),
    custom("Container", "environment", &["env"]),
    custom("Container", "envs", &["env"]),
    custom("Container", "environments", &["env"]),
    custom("Container", "cmd", &["command"]),
    custom("Container", "entrypoint", &["command"]),
    custom("Container", "mounts", &["volumeMounts"]),
    custom("Container", "volumes", &["volumeMounts"]),
    custom("Container", "working_dir", &["workingDir"]),
    custom("Container", "workdir", &["workingDir"]),
    custom("Container", "healthcheck", &["livenessProbe"]),
    custom("Probe", "command", &["exec", "command"]),
    custom("PodSpec", "service_account", &["serviceAccountName"]),
    custom("ContainerPort", "port", &["containerPort"]),
    custom("VolumeMount", "path", &["mountPath"]),
    custom("SecretVolumeSource", "name", &["secretName"]),
    custom("PersistentVolumeClaimVolumeSource", "name", &["claimName"]),
    custom("PodSpec", "pullSecrets", &["imagePullSecrets"]),
    custom("PodSpec", "serviceaccount", &["serviceAccountName"]),
    custom("ServicePort", "containerPort", &["targetPort"]),
    custom("ServicePort", "hostPort", &["nodePort"]),
    custom("PersistentVolumeClaimSpec", "storage", &["resources", "requests", "storage"]),
    custom("IngressBackend", "serviceName", &["service", "name"]),
    custom("IngressBackend", "servicePort", &["service", "port", "number"]),
];

/// The keys from the object down to the field that this name customarily stands for.
pub fn customary(object: ObjectId, written: &str) -> Option<&'static [&'static str]> {
    let object = simple_name(object);
    let found = CUSTOMS.iter().find(|custom| custom.object == object && custom.written == written)?;
    Some(found.keys)
}

/// The last part of an object's name: `PodSpec`.
pub fn simple_name(object: ObjectId) -> &'static str {
    let name = podlint_schemas::object_name(object);
    name.rsplit('.').next().unwrap_or(name)
}

/// Parts that a manifest is built from, which somebody forgets or empties, as against one of many
/// alternatives (a volume's source) which somebody did not choose.
pub fn is_frame(key: &str) -> bool {
    matches!(key, "spec" | "template" | "jobTemplate" | "metadata")
}

/// What a place costs more because hardly anybody uses it: resources of a whole Pod (from 1.32 on)
/// where those of a container were meant.
pub fn rareness(path: &Path, object: ObjectId, name: &str) -> f32 {
    let of_pod = match simple_name(object) {
        "PodSpec" => name == "resources",
        "ResourceRequirements" => {
            let above = path.parent().unwrap_or_default();
            path.last_key() == Some("resources") && above.last_key() == Some("spec")
        }
        _ => false,
    };
    if of_pod { 2.0 } else { 0.0 }
}

/// The kinds that a field belongs to, where it does not belong to this one: `targetPort` →
/// `Service`. By the name of its object, so only for objects named after a kind. `holder` is the key
/// that the field stands below.
pub fn foreign_kinds(name: &str, own_kind: &str, holder: Option<&str>) -> Vec<&'static str> {
    // `Deployment` itself, `DeploymentSpec`, `ServicePort` under `ports`: anything else of this name
    // is there by chance.
    let ending = match holder {
        None => String::new(),
        Some(key) => {
            let singular = key.strip_suffix('s').unwrap_or(key);
            let mut letters = singular.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
    };
    // Nearly every kind has these.
    if is_frame(name) || name == "status" {
        return Vec::new();
    }
    let mut kinds = Vec::new();
    for (object, _) in podlint_schemas::field_named(name) {
        let owner = simple_name(object);
        let kind =
            podlint_schemas::kinds().map(|known| known.kind).find(|kind| owner.strip_prefix(kind) == Some(&ending));
        if let Some(kind) = kind
            && kind != own_kind
            && !kinds.contains(&kind)
        {
            kinds.push(kind);
        }
    }
    // Those that people write come first, and alone where there are any.
    let is_everyday = |kind: &&str| EVERYDAY.contains(kind);
    if kinds.iter().any(is_everyday) {
        kinds.retain(|kind| EVERYDAY.contains(kind));
    }
    kinds
}

/// Kinds that people write by hand every day.
const EVERYDAY: &[&str] = &[
    "Pod",
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "CronJob",
    "Service",
    "Ingress",
    "ConfigMap",
    "Secret",
    "HorizontalPodAutoscaler",
    "PodDisruptionBudget",
    "PersistentVolumeClaim",
    "NetworkPolicy",
    "ServiceAccount",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "Namespace",
    "StorageClass",
    "PersistentVolume",
];
