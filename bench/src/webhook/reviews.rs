//! Admission reviews, as an API server sends them.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, anyhow};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Pod;
use podlint_bench::generate::{self, Kind, SEED};
use podlint_bench::rng::Rng;
use podlint_core::object::defaults;
use podlint_core::yaml::{Tree, from_node};
use serde_json::{Map, Value, json};

/// How many different ones there are.
const COUNT: usize = 200;
/// Of these, every so manieth comes from `kubectl apply`, which keeps what was written.
const APPLIED: usize = 2;

/// Writes them as targets for vegeta: every other one is a Deployment's, the others are Pods'.
pub fn write(path: &Path, url: &str) -> anyhow::Result<()> {
    let of = |wanted: Kind| (0..).filter(move |number| generate::kind(*number) == wanted).take(COUNT / 2);
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut out = BufWriter::new(file);
    for (deployment, pod) in of(Kind::Deployment).zip(of(Kind::Pod)) {
        for number in [deployment, pod] {
            let body = STANDARD.encode(review(number)?.to_string());
            let header = json!({"Content-Type": ["application/json"]});
            writeln!(out, "{}", json!({"method": "POST", "url": url, "header": header, "body": body}))?;
        }
    }
    out.flush().with_context(|| format!("cannot write {}", path.display()))
}

/// The review of a generated object that is about to be made.
fn review(number: usize) -> anyhow::Result<Value> {
    let mut rng = Rng::new(SEED + 4, number);
    let text = generate::object(number);
    let tree = Tree::parse(&text).map_err(|error| anyhow!("{}", error.message))?;
    let root = tree.root().context("an object")?;
    let is_pod = generate::kind(number) == Kind::Pod;
    let (group, kind, resource) = if is_pod { ("", "Pod", "pods") } else { ("apps", "Deployment", "deployments") };
    let mut object = if is_pod {
        let mut pod: Pod = from_node(&tree, root).map_err(|error| anyhow!("{} is wanted", error.expected))?;
        defaults::pod(&mut pod);
        serde_json::to_value(pod)?
    } else {
        let mut deployment: Deployment =
            from_node(&tree, root).map_err(|error| anyhow!("{} is wanted", error.expected))?;
        defaults::deployment(&mut deployment);
        serde_json::to_value(deployment)?
    };
    let fields = fields(&object);
    let metadata = object.get_mut("metadata").and_then(Value::as_object_mut).context("metadata")?;
    metadata.insert("uid".to_owned(), json!(uid(&mut rng)));
    metadata.insert("creationTimestamp".to_owned(), json!("2026-01-31T12:00:00Z"));
    let managed = json!([{
        "apiVersion": if is_pod { "v1" } else { "apps/v1" },
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
        "manager": "kubectl-client-side-apply",
        "operation": "Update",
        "time": "2026-01-31T12:00:00Z",
    }]);
    metadata.insert("managedFields".to_owned(), managed);
    if number.is_multiple_of(APPLIED) {
        let written: Value = serde_yaml::from_str(&text)?;
        let annotations = metadata.entry("annotations").or_insert_with(|| json!({}));
        annotations["kubectl.kubernetes.io/last-applied-configuration"] = json!(format!("{written}\n"));
    }
    let (name, namespace) = (metadata["name"].clone(), metadata["namespace"].clone());
    if is_pod {
        admitted(&mut object);
    } else {
        object["status"] = json!({});
        object["metadata"]["generation"] = json!(1);
    }
    let kind = json!({"group": group, "version": "v1", "kind": kind});
    let resource = json!({"group": group, "version": "v1", "resource": resource});
    Ok(json!({
        "kind": "AdmissionReview",
        "apiVersion": "admission.k8s.io/v1",
        "request": {
            "uid": uid(&mut rng),
            "kind": kind,
            "resource": resource,
            "requestKind": kind,
            "requestResource": resource,
            "name": name,
            "namespace": namespace,
            "operation": "CREATE",
            "userInfo": {"username": "kubernetes-admin", "groups": ["kubeadm:cluster-admins", "system:authenticated"]},
            "object": object,
            "oldObject": null,
            "dryRun": false,
            "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1", "fieldManager": "kubectl-client-side-apply"},
        },
    }))
}

/// What admission adds to a Pod before it asks webhooks.
fn admitted(pod: &mut Value) {
    let stay = |key: &str| json!({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300});
    let spec = &mut pod["spec"];
    let tolerations = match spec["tolerations"].take() {
        Value::Array(own) => own,
        _ => Vec::new(),
    };
    let added = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"].map(stay);
    spec["tolerations"] = tolerations.into_iter().chain(added).collect();
    spec["priority"] = json!(0);
    spec["preemptionPolicy"] = json!("PreemptLowerPriority");
    pod["status"] = json!({"phase": "Pending", "qosClass": "Burstable"});
}

/// Which fields an object has, as `managedFields` says it.
fn fields(value: &Value) -> Value {
    let below: Map<String, Value> = match value {
        Value::Object(entries) => entries.iter().map(|(name, value)| (format!("f:{name}"), fields(value))).collect(),
        Value::Array(items) => {
            let named = items.iter().filter(|item| item.get("name").is_some());
            named.map(|item| (format!("k:{}", json!({"name": item["name"]})), fields(item))).collect()
        }
        _ => Map::new(),
    };
    Value::Object(below)
}

fn uid(rng: &mut Rng) -> String {
    [8, 4, 4, 4, 12].map(|digits| rng.hex(digits)).join("-")
}
