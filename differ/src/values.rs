//! Values to write into a manifest: what stands in the same field elsewhere, its neighbours, and the edges of its type.

use std::collections::{BTreeMap, HashMap};

use fastrand::Rng;
use podlint_schemas::{ObjectId, Type, TypeId, Version, fields, get};
use serde_yaml::{Mapping, Value};

use crate::base::Bases;
use crate::place::{at, places};

/// Texts on the edges of names, paths, labels, addresses and enums. None looks like a placeholder: podlint does not
/// judge those.
#[rustfmt::skip] // Words, not lines.
const TEXTS: &[&str] = &[
    "", "a", "x", "0", "-", "-a", "a-", "A", "a.b", "a..b", "a_b", "a b", " a", "My_Name", "web", "data", "config",
    "app", "default", "http", "https", "metrics", "toolongportname-x", "8080", "80", "-5", "1e3", "bad key!",
    "Hello World", "example.com/name", "example.com/", "/name", "a/b/c", "kubernetes.io/hostname",
    "topology.kubernetes.io/zone", "*.example.com", "*", "foo.*.com", "example.com.", "/", "/data", "/data/",
    "data/sub", "../up", "/a/../b", "a/..", "..data", ".", "..", "/dev/sda", "C:\\dir", "$(",
    "10.0.0.1", "10.0.0.010", "300.1.1.1", "10.0.0.0/8", "10.0.0.1/8", "0.0.0.0", "127.0.0.1", "169.254.1.1",
    "224.0.0.1", "::1", "fd00::1", "fd00::/64", "::ffff:10.0.0.1", "None", "ü", "日本", "a\nb", "a\tb", "a=b", "a:b",
    "100%", "50%", "101%", "-1%", "5 %", "0%", "1h", "10m", "-1s", "100m", "1Gi", "-1", "1.5", "true", "null",
    "Always", "Never", "OnFailure", "IfNotPresent", "TCP", "UDP", "SCTP", "tcp", "HTTP", "HTTPS", "Exists", "In",
    "NotIn", "Equal", "Gt", "Lt", "DoesNotExist", "NoSchedule", "NoExecute", "PreferNoSchedule", "DoNotSchedule",
    "ScheduleAnyway", "Honor", "Ignore", "RollingUpdate", "Recreate", "OnDelete", "Memory", "HugePages", "Localhost",
    "RuntimeDefault", "Unconfined", "SIGTERM", "SIGFOO", "SYS_ADMIN", "ALL", "linux", "windows", "ClusterFirst",
    "ClusterFirstWithHostNet", "Default", "FailJob", "Count", "FailIndex", "Indexed", "NonIndexed", "Forbid", "Allow",
    "Replace", "*/5 * * * *", "@daily", "TZ=UTC 0 * * * *", "60 * * * *", "Etc/UTC", "Mars/Base", "Local", "Cluster",
    "ClusterIP", "NodePort", "LoadBalancer", "ExternalName", "IPv4", "IPv6", "SingleStack", "PreferDualStack",
    "RequireDualStack", "ClientIP", "Exact", "Prefix", "ImplementationSpecific", "Ingress", "Egress", "Resource",
    "Pods", "Object", "External", "ContainerResource", "Utilization", "Value", "AverageValue", "Percent", "Max",
    "Min", "Disabled", "IfHealthyBudget", "AlwaysAllow", "ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany",
    "ReadWriteOncePod", "Filesystem", "Block", "Immediate", "WaitForFirstConsumer", "Retain", "Delete", "Recycle",
    "Container", "Pod", "PersistentVolumeClaim", "BestEffort", "NotBestEffort", "Terminating", "PriorityClass",
    "Secret", "ConfigMap", "Group", "User", "ServiceAccount", "rbac.authorization.k8s.io", "ClusterRole", "Role",
    "get", "cpu", "memory", "storage", "hugepages-2Mi", "nvidia.com/gpu", "requests.cpu", "limits.memory", "pods",
    "count/deployments.apps", "system-node-critical", "PreemptLowerPriority", "kubernetes.io/tls", "metadata.name",
    "metadata.labels['app']", "metadata.labels", "status.podIP", "spec.nodeName", "limits.cpu", "requests.memory",
    "kubernetes", "kubernetes.io/psp", "foregroundDeletion", "Bidirectional", "HostToContainer", "Unmasked", "File",
    "FallbackToLogsOnError", "NotRequired", "RestartContainer", "OnRootMismatch", "Recursive", "Orphan",
];
#[rustfmt::skip] // Words, not lines.
const KEYS: &[&str] = &[
    "app", "tier", "", "a b", "example.com/role", "example.com/", "-a", "ä", "a.b", "key", "config.yaml", "..",
    "../a", "cpu", "memory", "ephemeral-storage", "storage", "hugepages-2Mi", "hugepages-1Gi", "nvidia.com/gpu",
    "kubernetes.io/x", "requests.cpu", "limits.memory", "requests.storage", "pods", "count/jobs.batch",
    "services.nodeports", "unknown", "tls.crt", "tls.key", ".dockerconfigjson", "username", "ssh-privatekey",
    "kubernetes.io/service-account.name", "controller-uid", "batch.kubernetes.io/job-name", "pod-template-hash",
    "requests.nvidia.com/gpu", "attachable-volumes-x", "container.apparmor.security.beta.kubernetes.io/app",
    "seccomp.security.alpha.kubernetes.io/pod", "service.beta.kubernetes.io/load-balancer-source-ranges",
    "scheduler.alpha.kubernetes.io/preferred-zones",
];
#[rustfmt::skip] // Words, not lines.
const NUMBERS: &[i64] = &[
    0, 1, 2, 3, 5, 10, 60, 80, 100, 101, 256, 420, 443, 511, 512, 600, 1000, 8080, 30000, 32767, 32768, 65535, 65536,
    86400, 86401, 100_000, 1_000_000_000, 1_000_000_001, 2_000_000_000, 2_147_483_647, -1, -2, -100, -2_147_483_648,
];
const BIG: &[i64] =
    &[2_147_483_648, 4_294_967_295, 4_294_967_296, 9_223_372_036_854_775_807, -9_223_372_036_854_775_808];
const QUANTITIES: &[&str] = &[
    "0",
    "1",
    "2",
    "-1",
    "100m",
    "1m",
    "1500m",
    "0.5",
    "1.5",
    "1Gi",
    "2Gi",
    "64Mi",
    "2Mi",
    "3Mi",
    "1e3",
    "1n",
    "9Ei",
    "100000000000000000000",
    "0.0001",
    "-5Mi",
    "1k",
    "banana",
    "",
];
const TIMES: &[&str] = &["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000Z", "yesterday"];

/// Values that a schema's place may get.
pub struct Values {
    /// What stands in fields of this name and type, in all manifests to start from.
    seen: HashMap<(String, TypeId), Vec<Value>>,
}

impl Values {
    /// Collects what stands in the manifests.
    pub fn of(bases: &Bases) -> Self {
        let mut seen: BTreeMap<(String, TypeId), Vec<Value>> = BTreeMap::new();
        for base in bases.by_kind.values().flatten() {
            for place in places(&base.object, base.kind.object) {
                let (Some(wanted), Some(value)) = (place.wanted, at(&base.object, &place.path)) else { continue };
                let known = seen.entry((place.name().to_owned(), wanted)).or_default();
                if known.len() < 100 && !known.contains(value) {
                    known.push(value.clone());
                }
            }
        }
        Self { seen: seen.into_iter().collect() }
    }

    /// A value for a field: one that stands in such a field elsewhere, or one that is made up.
    pub fn any(&self, name: &str, wanted: TypeId, own: &[Value], rng: &mut Rng) -> Value {
        match (rng.u8(0..10), self.seen.get(&(name.to_owned(), wanted))) {
            (0..4, Some(known)) => rng.choice(known).cloned().unwrap_or_default(),
            (4, Some(known)) => near(rng.choice(known).cloned().unwrap_or_default(), rng),
            (5, _) if get(wanted) == Type::String => rng.choice(own).cloned().unwrap_or_default(),
            _ => self.made_up(name, wanted, own, 0, rng),
        }
    }

    /// A value of the type, mostly on an edge.
    pub fn made_up(&self, name: &str, wanted: TypeId, own: &[Value], depth: usize, rng: &mut Rng) -> Value {
        let inner = |values: &Self, name: &str, wanted, rng: &mut Rng| {
            if depth < 5 && rng.bool() {
                values.any(name, wanted, own, rng)
            } else {
                values.made_up(name, wanted, own, depth + 1, rng)
            }
        };
        match get(wanted) {
            Type::Boolean => Value::Bool(rng.bool()),
            Type::Int64 if rng.u8(0..8) == 0 => number(BIG, rng),
            Type::Int32 | Type::Int64 | Type::Float => number(NUMBERS, rng),
            Type::IntOrString if rng.bool() => number(NUMBERS, rng),
            Type::String | Type::IntOrString => text(rng),
            Type::Quantity if rng.u8(0..6) == 0 => number(NUMBERS, rng),
            Type::Quantity => one(QUANTITIES, rng),
            Type::Time | Type::MicroTime => one(TIMES, rng),
            Type::Duration => one(&["1h", "0s", "-1s", "a"], rng),
            Type::Bytes => one(&["", "YQ==", "e30=", "eyJhdXRocyI6e319", "?"], rng),
            Type::Any | Type::AnyObject => one(&["", "a", "{}"], rng),
            Type::List(item) => {
                let count = *rng.choice(&[0, 1, 1, 1, 2, 2, 3]).unwrap_or(&1);
                Value::Sequence((0..count).map(|_| inner(self, name, item, rng)).collect())
            }
            Type::Map(item) => {
                let count = rng.usize(0..3);
                let entries = (0..count).map(|_| (one(KEYS, rng), inner(self, name, item, rng)));
                Value::Mapping(entries.collect())
            }
            Type::Object(object)
            | Type::ObjectOrBool(object)
            | Type::ObjectOrList(object)
            | Type::ObjectOrStrings(object) => {
                if depth > 6 {
                    return Value::Mapping(Mapping::new());
                }
                self.object(object, |name, wanted, rng| inner(self, name, wanted, rng), rng)
            }
        }
    }

    fn object(&self, object: ObjectId, mut make: impl FnMut(&str, TypeId, &mut Rng) -> Value, rng: &mut Rng) -> Value {
        let _ = self;
        let known: Vec<_> = fields(object).filter(|field| field.versions.contains(Version::NEWEST)).collect();
        let wanted = *rng.choice(&[0, 1, 1, 2, 2, 3, 4]).unwrap_or(&1);
        let mut chosen = rng.choose_multiple(known.iter(), wanted);
        if rng.u8(0..5) > 0 {
            chosen.extend(known.iter().filter(|field| field.required));
        }
        chosen.sort_by_key(|field| field.name);
        chosen.dedup_by_key(|field| field.name);
        Value::Mapping(chosen.into_iter().map(|it| (it.name.into(), make(it.name, it.type_id, rng))).collect())
    }

    /// A key of a map.
    pub fn key(rng: &mut Rng) -> String {
        if rng.u8(0..20) == 0 { "k".repeat(64) } else { (*rng.choice(KEYS).unwrap_or(&"key")).to_owned() }
    }
}

fn one(texts: &[&str], rng: &mut Rng) -> Value {
    (*rng.choice(texts).unwrap_or(&"")).into()
}

fn number(numbers: &[i64], rng: &mut Rng) -> Value {
    (*rng.choice(numbers).unwrap_or(&0)).into()
}

fn text(rng: &mut Rng) -> Value {
    match rng.u16(0..400) {
        0..4 => "a".repeat(63).into(),
        4..8 => "a".repeat(64).into(),
        8..11 => "a".repeat(254).into(),
        11..13 => format!("{}.b", "a".repeat(64)).into(),
        13 => "a".repeat(4_097).into(),
        14 => "ab ".repeat(90_000).into(),
        _ => one(TEXTS, rng),
    }
}

/// A value beside this one: misspelled, in other letters, one more or less.
fn near(value: Value, rng: &mut Rng) -> Value {
    match value {
        Value::String(text) => {
            let changed = match rng.u8(0..8) {
                0 => text.to_lowercase(),
                1 => text.to_uppercase(),
                2 => format!("{text}s"),
                3 => text.chars().skip(1).collect(),
                4 => format!("{text}-2"),
                5 => format!("{text} "),
                6 => format!("/{text}"),
                _ => format!("{text}.{text}"),
            };
            changed.into()
        }
        Value::Number(number) => match number.as_i64() {
            Some(number) => number.saturating_add(*rng.choice(&[-1, 1, 1000, -1000]).unwrap_or(&1)).into(),
            None => Value::Number(number),
        },
        Value::Bool(is) => Value::Bool(!is),
        Value::Sequence(mut items) => {
            if rng.bool() {
                items.pop();
            } else if let Some(item) = rng.choice(&items).cloned() {
                items.push(item);
            }
            Value::Sequence(items)
        }
        other => other,
    }
}
