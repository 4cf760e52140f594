//! What of a request podlint looks at, if anything.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::message::Request;

/// The annotation in which `kubectl apply` keeps what the user wrote.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// The annotation of a static Pod's mirror.
const MIRROR: &str = "kubernetes.io/config.mirror";

/// Which fields of an object are up for review.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// All of them.
    Whole,
    /// Only the ephemeral containers, which this request adds.
    EphemeralContainers,
    /// Only what the containers ask for.
    Resize,
}

/// An object to be reviewed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subject<'a> {
    /// Its JSON.
    pub text: &'a str,
    /// Which fields count.
    pub part: Part,
    /// It is not there yet.
    pub is_new: bool,
    /// Whether to look for nodes: not for a Pod that is on one already.
    pub wants_node: bool,
    /// What the user wrote, where that came with this request.
    pub applied: Option<String>,
}

/// Why a request is allowed without a look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Skip {
    /// Nothing is made or changed.
    Operation,
    /// No kind with Pods.
    Kind,
    /// The request holds no object.
    NoObject,
    /// The Pods are as they were.
    Unchanged,
    /// Its owner has been reviewed.
    Owned,
    /// It is on its way out.
    Terminating,
    /// A kubelet shows what it runs anyway.
    Mirror,
}

/// A kind with Pods: its group and resource, and where the Pod's template is.
const KINDS: [(&str, &str, &[&str]); 9] = [
    ("", "pods", &["spec"]),
    ("", "podtemplates", &["template"]),
    ("", "replicationcontrollers", &["spec", "template"]),
    ("apps", "deployments", &["spec", "template"]),
    ("apps", "replicasets", &["spec", "template"]),
    ("apps", "statefulsets", &["spec", "template"]),
    ("apps", "daemonsets", &["spec", "template"]),
    ("batch", "jobs", &["spec", "template"]),
    ("batch", "cronjobs", &["spec", "jobTemplate", "spec", "template"]),
];

/// Kinds whose objects make others, by their API group.
const OWNERS: [(&str, &str); 7] = [
    ("", "ReplicationController"),
    ("apps", "Deployment"),
    ("apps", "ReplicaSet"),
    ("apps", "StatefulSet"),
    ("apps", "DaemonSet"),
    ("batch", "Job"),
    ("batch", "CronJob"),
];

#[derive(Deserialize, Default)]
struct Object {
    #[serde(default)]
    metadata: Option<Metadata>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[serde(default)]
    annotations: Option<BTreeMap<String, String>>,
    #[serde(default)]
    owner_references: Option<Vec<Owner>>,
    #[serde(default)]
    deletion_timestamp: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Owner {
    #[serde(default)]
    api_version: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    controller: Option<bool>,
}

/// Says what to look at.
///
/// # Errors
///
/// [`Skip`], where the request is allowed without a word.
pub fn of<'a>(request: &Request<'a>) -> Result<Subject<'a>, Skip> {
    let is_new = match &*request.operation {
        "CREATE" => true,
        "UPDATE" => false,
        _ => return Err(Skip::Operation),
    };
    let resource = &request.resource;
    let kind = KINDS.iter().find(|(group, name, _)| *group == resource.group && *name == resource.resource);
    let Some((_, name, template)) = kind else { return Err(Skip::Kind) };
    let part = match (*name, &*request.sub_resource) {
        (_, "") => Part::Whole,
        ("pods", "ephemeralcontainers") => Part::EphemeralContainers,
        ("pods", "resize") => Part::Resize,
        _ => return Err(Skip::Kind),
    };
    let object = request.object.ok_or(Skip::NoObject)?;
    let metadata = metadata(object);
    if metadata.deletion_timestamp.is_some() {
        return Err(Skip::Terminating);
    }
    let annotation = |of: &Metadata, name: &str| of.annotations.as_ref().and_then(|it| it.get(name).cloned());
    if part == Part::Whole && annotation(&metadata, MIRROR).is_some() {
        return Err(Skip::Mirror);
    }
    if part == Part::Whole && metadata.owner_references.iter().flatten().any(is_reviewed) {
        return Err(Skip::Owned);
    }
    if request.old_object.is_some_and(|old| is_same(at(old, template), at(object, template))) {
        return Err(Skip::Unchanged);
    }
    let before = request.old_object.map(self::metadata).and_then(|old| annotation(&old, LAST_APPLIED));
    let applied = annotation(&metadata, LAST_APPLIED).filter(|_| part == Part::Whole);
    let is_placed = *name == "pods" && at(object, &["spec", "nodeName"]).is_some_and(|node| node.get() != "\"\"");
    Ok(Subject {
        text: object.get(),
        part,
        is_new,
        wants_node: match part {
            Part::Whole => is_new || !is_placed,
            Part::EphemeralContainers => false,
            Part::Resize => true,
        },
        applied: applied.filter(|applied| before.as_ref() != Some(applied)),
    })
}

fn metadata(object: &RawValue) -> Metadata {
    let object: Object = serde_json::from_str(object.get()).unwrap_or_default();
    object.metadata.unwrap_or_default()
}

/// Whether an owner is of a kind that is itself reviewed. What a controller of another kind makes has
/// had no review.
fn is_reviewed(owner: &Owner) -> bool {
    let group = owner.api_version.split_once('/').map_or("", |(group, _)| group);
    owner.controller == Some(true) && OWNERS.contains(&(group, owner.kind.as_str()))
}

/// What stands at the end of a way of keys.
fn at<'a>(object: &'a RawValue, keys: &[&str]) -> Option<&'a RawValue> {
    let mut here = object;
    for key in keys {
        let fields: BTreeMap<Cow<'a, str>, &'a RawValue> = serde_json::from_str(here.get()).ok()?;
        here = fields.get(*key).copied()?;
    }
    Some(here)
}

/// Whether two texts mean the same.
fn is_same(before: Option<&RawValue>, now: Option<&RawValue>) -> bool {
    let read = |raw: Option<&RawValue>| raw.map(|raw| serde_json::from_str::<Value>(raw.get()).ok());
    before.map(RawValue::get) == now.map(RawValue::get) || read(before) == read(now)
}
