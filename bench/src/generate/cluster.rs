//! Clusters as `kubectl get nodes,pods,namespaces -A` prints them, with all that scheduling does not
//! need.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{SEED, words};
use crate::rng::Rng;

/// How kubectl is asked to print.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// `-o yaml`
    Yaml,
    /// `-o json`
    Json,
}

/// How many objects a cluster has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    /// Nodes.
    pub nodes: usize,
    /// Pods, spread evenly over the nodes.
    pub pods: usize,
}

/// How many Pods a workload has.
const REPLICAS: usize = 5;

/// Writes a cluster, one object after the other: it may be larger than memory.
pub fn write(out: &mut dyn Write, size: Size, form: Form) -> io::Result<()> {
    write_list(out, objects(size), form)
}

/// The objects of a cluster: namespaces, nodes, Pods.
pub fn objects(size: Size) -> impl Iterator<Item = Value> {
    let nodes = (0..size.nodes).map(node);
    let pods = (0..size.pods).map(move |number| pod(number, size.nodes));
    let namespaces = words::NAMESPACES.iter().map(|name| namespace(name));
    namespaces.chain(nodes).chain(pods)
}

/// Writes objects as kubectl prints a List.
pub fn write_list(out: &mut dyn Write, objects: impl Iterator<Item = Value>, form: Form) -> io::Result<()> {
    match form {
        Form::Yaml => yaml(out, objects),
        Form::Json => json(out, objects),
    }
}

fn yaml(out: &mut dyn Write, objects: impl Iterator<Item = Value>) -> io::Result<()> {
    writeln!(out, "apiVersion: v1\nitems:")?;
    for object in objects {
        let text = serde_yaml::to_string(&object).map_err(io::Error::other)?;
        for (number, line) in text.lines().enumerate() {
            writeln!(out, "{}{line}", if number == 0 { "- " } else { "  " })?;
        }
    }
    writeln!(out, "kind: List\nmetadata:\n  resourceVersion: \"\"")
}

fn json(out: &mut dyn Write, objects: impl Iterator<Item = Value>) -> io::Result<()> {
    write!(out, "{{\n    \"apiVersion\": \"v1\",\n    \"items\": [")?;
    for (number, object) in objects.enumerate() {
        let text = serde_json::to_string_pretty(&object)?;
        let comma = if number == 0 { "" } else { "," };
        write!(out, "{comma}\n        {}", text.replace('\n', "\n        "))?;
    }
    writeln!(
        out,
        "\n    ],\n    \"kind\": \"List\",\n    \"metadata\": {{\n        \"resourceVersion\": \"\"\n    }}\n}}"
    )
}

fn uid(rng: &mut Rng) -> String {
    [8, 4, 4, 4, 12].map(|digits| rng.hex(digits)).join("-")
}

fn namespace(name: &str) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}},
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    })
}

fn node_name(number: usize) -> String {
    format!("ip-10-{}-{}-{}.example.internal", number / 65_536, number / 256 % 256, number % 256)
}

fn node(number: usize) -> Value {
    let mut rng = Rng::new(SEED + 1, number);
    let name = node_name(number);
    let region = "eu-central-1";
    let zone = format!("{region}{}", rng.pick(&["a", "b", "c"]));
    let taints = if number.is_multiple_of(10) {
        json!([{"key": "dedicated", "value": "ml", "effect": "NoSchedule"}])
    } else {
        Value::Null
    };
    let condition = |kind: &str, status: &str| {
        json!({
            "type": kind,
            "status": status,
            "reason": format!("Kubelet{kind}"),
            "message": format!("kubelet has posted the status of {kind}"),
            "lastHeartbeatTime": "2026-01-31T12:00:00Z",
            "lastTransitionTime": "2026-01-01T00:00:00Z",
        })
    };
    let images = (0..25).map(|_| {
        let image = format!("registry.example.com/{}", rng.pick(words::IMAGES));
        json!({"names": [format!("{image}@sha256:{}", rng.hex(64)), format!("{image}:{}", words::version(&mut rng))], "sizeBytes": rng.between(1_000_000, 900_000_000)})
    });
    let images: Vec<Value> = images.collect();
    let mut node = json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "uid": uid(&mut rng),
            "resourceVersion": rng.between(1, 99_999_999).to_string(),
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "annotations": {
                "csi.volume.kubernetes.io/nodeid": format!("{{\"ebs.csi.aws.com\":\"i-{}\"}}", rng.hex(17)),
                "node.alpha.kubernetes.io/ttl": "0",
                "volumes.kubernetes.io/controller-managed-attach-detach": "true",
            },
            "labels": {
                "kubernetes.io/hostname": name,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": rng.pick(&["amd64", "amd64", "arm64"]),
                "node.kubernetes.io/instance-type": rng.pick(&["m7i.4xlarge", "m7g.4xlarge"]),
                "topology.kubernetes.io/region": region,
                "topology.kubernetes.io/zone": zone,
                "disk": rng.pick(&["ssd", "hdd"]),
                "example.com/team": rng.pick(words::TEAMS),
            },
            "managedFields": managed_fields(&["f:metadata", "f:status", "f:spec"]),
        },
        "spec": {"podCIDR": format!("10.{}.0.0/24", number % 256), "providerID": format!("aws:///{zone}/i-{}", rng.hex(17))},
        "status": {
            "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}, {"type": "Hostname", "address": name}],
            "allocatable": {"cpu": "15890m", "memory": "63264312Ki", "pods": "110", "ephemeral-storage": "95551679124", "hugepages-1Gi": "0", "hugepages-2Mi": "0"},
            "capacity": {"cpu": "16", "memory": "64785976Ki", "pods": "110", "ephemeral-storage": "104779756Ki", "hugepages-1Gi": "0", "hugepages-2Mi": "0"},
            "conditions": [condition("Ready", "True"), condition("MemoryPressure", "False"), condition("DiskPressure", "False")],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10_250}},
            "images": images,
            "nodeInfo": {"architecture": "amd64", "kernelVersion": "6.12.1", "kubeletVersion": "v1.37.2", "operatingSystem": "linux", "systemUUID": uid(&mut rng)},
        },
    });
    if let Some(spec) = node.get_mut("spec").and_then(Value::as_object_mut).filter(|_| !taints.is_null()) {
        spec.insert("taints".to_owned(), taints);
    }
    node
}

fn managed_fields(parts: &[&str]) -> Value {
    let fields =
        parts.iter().map(|part| ((*part).to_owned(), json!({".": {}, "f:name": {}, "f:value": {}, "f:type": {}})));
    let fields: serde_json::Map<String, Value> = fields.collect();
    let entry = |manager: &str, operation: &str| json!({"apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": fields, "manager": manager, "operation": operation, "time": "2026-01-31T12:00:00Z"});
    json!([entry("kube-controller-manager", "Update"), entry("kubelet", "Update")])
}

fn pod(number: usize, nodes: usize) -> Value {
    let mut rng = Rng::new(SEED + 2, number);
    let workload = number / REPLICAS;
    let mut of_workload = Rng::new(SEED + 3, workload);
    let app = words::name(&mut of_workload, workload);
    let namespace = of_workload.pick(words::NAMESPACES);
    let component = of_workload.pick(words::COMPONENTS);
    let hash = of_workload.hex(10);
    let (cpu, memory) = (of_workload.between(1, 12) * 50, of_workload.between(1, 16) * 128);
    let is_spread = of_workload.percent(20);
    let env = |rng: &mut Rng| -> Vec<Value> {
        let mut env: Vec<Value> = Vec::new();
        for variable in 0..8 {
            env.push(
                json!({"name": format!("{}_{variable}", rng.pick(words::VARIABLES)), "value": words::sentence(rng, 4)}),
            );
        }
        env.push(json!({"name": "DATABASE_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "database", "key": "password"}}}));
        env
    };
    let probe = json!({"failureThreshold": 3, "httpGet": {"path": "/healthz", "port": "http", "scheme": "HTTP"}, "periodSeconds": 10, "successThreshold": 1, "timeoutSeconds": 1});
    let mounts = json!([
        {"name": "config", "mountPath": "/etc/app", "readOnly": true},
        {"name": "kube-api-access", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "readOnly": true},
    ]);
    let container = |name: &str, rng: &mut Rng| {
        json!({
            "name": name,
            "image": format!("registry.example.com/{}:{}", rng.pick(words::IMAGES), words::version(rng)),
            "imagePullPolicy": "IfNotPresent",
            "args": ["--verbose", "--config=/etc/app/config.yaml"],
            "env": env(rng),
            "ports": [{"containerPort": 8080, "name": "http", "protocol": "TCP"}],
            "livenessProbe": probe,
            "readinessProbe": probe,
            "resources": {
                "limits": {"memory": format!("{memory}Mi")},
                "requests": {"cpu": format!("{cpu}m"), "memory": format!("{memory}Mi")},
            },
            "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}, "runAsNonRoot": true},
            "terminationMessagePath": "/dev/termination-log",
            "terminationMessagePolicy": "File",
            "volumeMounts": mounts,
        })
    };
    let status = |name: &str, rng: &mut Rng| {
        json!({
            "name": name,
            "containerID": format!("containerd://{}", rng.hex(64)),
            "image": "registry.example.com/app:1.0.0",
            "imageID": format!("registry.example.com/app@sha256:{}", rng.hex(64)),
            "allocatedResources": {"cpu": format!("{cpu}m"), "memory": format!("{memory}Mi")},
            "resources": {"limits": {"memory": format!("{memory}Mi")}, "requests": {"cpu": format!("{cpu}m"), "memory": format!("{memory}Mi")}},
            "ready": true,
            "restartCount": 0,
            "started": true,
            "state": {"running": {"startedAt": "2026-01-31T12:00:00Z"}},
        })
    };
    let conditions: Vec<Value> = ["Initialized", "Ready", "ContainersReady", "PodScheduled"]
        .into_iter()
        .map(|kind| json!({"type": kind, "status": "True", "lastProbeTime": null, "lastTransitionTime": "2026-01-31T12:00:00Z"}))
        .collect();
    let mut spec = json!({
        "containers": [container("app", &mut rng), container("proxy", &mut rng)],
        "nodeName": node_name(number % nodes.max(1)),
        "dnsPolicy": "ClusterFirst",
        "enableServiceLinks": true,
        "preemptionPolicy": "PreemptLowerPriority",
        "priority": 0,
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "serviceAccountName": app,
        "terminationGracePeriodSeconds": 30,
        "tolerations": [
            {"effect": "NoExecute", "key": "node.kubernetes.io/not-ready", "operator": "Exists", "tolerationSeconds": 300},
            {"effect": "NoExecute", "key": "node.kubernetes.io/unreachable", "operator": "Exists", "tolerationSeconds": 300},
        ],
        "volumes": [
            {"name": "config", "configMap": {"name": format!("{app}-config"), "defaultMode": 420}},
            {"name": "kube-api-access", "projected": {"defaultMode": 420, "sources": [{"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}}]}},
        ],
    });
    if let Some(spec) = spec.as_object_mut().filter(|_| is_spread) {
        let term = json!({"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app.kubernetes.io/name": app}}});
        spec.insert(
            "affinity".to_owned(),
            json!({"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}),
        );
    }
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": format!("{app}-{hash}-{}", rng.hex(5)),
            "generateName": format!("{app}-{hash}-"),
            "namespace": namespace,
            "uid": uid(&mut rng),
            "resourceVersion": rng.between(1, 99_999_999).to_string(),
            "creationTimestamp": "2026-01-31T12:00:00Z",
            "annotations": {"checksum/config": rng.hex(64), "prometheus.io/scrape": "true"},
            "labels": {
                "app.kubernetes.io/name": app,
                "app.kubernetes.io/component": component,
                "app.kubernetes.io/instance": format!("{app}-production"),
                "pod-template-hash": hash,
            },
            "managedFields": managed_fields(&["f:metadata", "f:spec", "f:status"]),
            "ownerReferences": [{
                "apiVersion": "apps/v1",
                "blockOwnerDeletion": true,
                "controller": true,
                "kind": "ReplicaSet",
                "name": format!("{app}-{hash}"),
                "uid": uid(&mut of_workload),
            }],
        },
        "spec": spec,
        "status": {
            "conditions": conditions,
            "containerStatuses": [status("app", &mut rng), status("proxy", &mut rng)],
            "hostIP": "10.0.0.1",
            "phase": "Running",
            "podIP": "10.1.0.1",
            "qosClass": "Burstable",
            "startTime": "2026-01-31T12:00:00Z",
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_is_the_same_every_time_and_as_large_as_real_ones() {
        let write = |form| {
            let mut text = Vec::new();
            write(&mut text, Size { nodes: 2, pods: 20 }, form).expect("memory takes it");
            text
        };
        for form in [Form::Yaml, Form::Json] {
            assert_eq!(write(form), write(form));
            assert!(write(form).len() > 20 * 5_000, "{} bytes", write(form).len());
        }
    }
}
