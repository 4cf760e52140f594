//! What Pods are configured with. Source: `ValidateConfigMap` and `ValidateSecret` in
//! `pkg/apis/core/validation` (1.37).

use std::borrow::Cow;
use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::de::DeserializeOwned;

use super::{METADATA, json};
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::format::Format;
use crate::api::go::Value;
use crate::api::metadata::{self, Naming};
use crate::object::locate::locate;
use crate::path::Path;
use crate::schema::text;
use crate::subject::Subject;
use crate::yaml::{Kind, NodeId, Tree, from_node};

/// Bytes of all values together.
const MOST_BYTES: usize = 1 << 20;

/// A `ConfigMap`.
pub(super) fn config_map(subject: &Subject<'_, '_>, causes: &mut Causes) {
    metadata::object(&part(subject, "metadata"), Naming::UNCOUNTED, &METADATA, causes);
    let (texts, binary) = (values(subject, "data"), values(subject, "binaryData"));
    let data = Field::ROOT.key("data");
    for key in texts.keys() {
        causes.format(&data.entry(key), key, Format::ConfigKey);
        if binary.contains_key(key) {
            causes.invalid(&data.entry(key), key.as_ref(), "duplicate of key present in binaryData");
        }
    }
    let data = Field::ROOT.key("binaryData");
    for key in binary.keys() {
        causes.format(&data.entry(key), key, Format::ConfigKey);
    }
    let tree = subject.tree;
    let written = |values: &Values<'_>| values.values().map(|value| bytes_written(tree, *value)).sum::<usize>();
    // Few are so long that their content has to be read.
    let may_be_long = written(&texts).saturating_add(written(&binary)) > MOST_BYTES / MOST_GROWTH;
    let length = || {
        let texts = texts.values().filter(|value| tree.kind(**value) != Kind::Null);
        let texts = texts.map(|value| tree.string(*value).len());
        texts.chain(binary.values().map(|value| decoded(tree, *value).len())).sum::<usize>()
    };
    if may_be_long && length() > MOST_BYTES {
        // The server has no name for the whole object.
        causes.too_long(&Field::ROOT.said("[]"), MOST_BYTES);
    }
}

/// A Secret.
pub(super) fn secret(subject: &Subject<'_, '_>, causes: &mut Causes) {
    let metadata: ObjectMeta = part(subject, "metadata");
    metadata::object(&metadata, Naming::UNCOUNTED, &METADATA, causes);
    let entries = Entries::of(subject);
    for (key, entry) in &entries.0 {
        causes.format(&entry.parent().entry(key), key, Format::ConfigKey);
    }
    if entries.0.values().map(|entry| entry.value.len()).sum::<usize>() > MOST_BYTES {
        causes.too_long(&Field::ROOT.key("data"), MOST_BYTES);
    }
    match part::<String>(subject, "type").as_str() {
        "kubernetes.io/service-account-token" => {
            let account = "kubernetes.io/service-account.name";
            let annotations = metadata.annotations.as_ref();
            let name = annotations.and_then(|annotations| annotations.get(account)).map(String::as_str);
            let at = METADATA.key("annotations");
            causes.some_text(&at.entry(account), name.unwrap_or_default());
        }
        "kubernetes.io/dockercfg" => entries.registries(".dockercfg", causes),
        "kubernetes.io/dockerconfigjson" => entries.registries(".dockerconfigjson", causes),
        "kubernetes.io/basic-auth" if !["username", "password"].iter().any(|key| entries.0.contains_key(*key)) => {
            entries.absent("username", causes);
            entries.absent("password", causes);
        }
        "kubernetes.io/ssh-auth" if entries.0.get("ssh-privatekey").is_none_or(|it| it.value.is_empty()) => {
            entries.absent("ssh-privatekey", causes);
        }
        "kubernetes.io/tls" => {
            entries.required("tls.crt", causes);
            entries.required("tls.key", causes);
        }
        _ => {}
    }
}

type Texts = BTreeMap<String, String>;

/// Values by their names, as they are written.
type Values<'t> = BTreeMap<Cow<'t, str>, NodeId>;

/// A text has at most so many times the bytes of its spelling: `\L` means a letter of three.
const MOST_GROWTH: usize = 2;

/// The values of a part of an object.
fn values<'t>(subject: &Subject<'_, 't>, name: &str) -> Values<'t> {
    let tree = subject.tree;
    let place = locate(tree, subject.root, &Path::root().key(name));
    let fields = if place.exact { tree.fields(tree.target(place.value)) } else { Vec::new() };
    let fields = fields.into_iter().filter(|field| !field.shadowed);
    fields.map(|field| (field.name, tree.target(field.value))).collect()
}

fn bytes_written(tree: &Tree<'_>, value: NodeId) -> usize {
    let span = tree.span(value);
    // The last line of a block gets an end.
    span.end.saturating_sub(span.start) as usize + 1
}

/// What base64 stands for, or a list of numbers. The types of the API take less for bytes than the
/// server does.
fn decoded(tree: &Tree<'_>, value: NodeId) -> Vec<u8> {
    let bytes = match tree.kind(value) {
        Kind::String => text::base64(&tree.string(value)),
        Kind::Sequence => from_node::<Vec<i64>>(tree, value)
            .ok()
            .map(|list| list.into_iter().map(|it| u8::try_from(it).unwrap_or_default()).collect()),
        _ => None,
    };
    bytes.unwrap_or_default()
}

/// A part of an object; the empty one where there is none.
fn part<T: DeserializeOwned + Default>(subject: &Subject<'_, '_>, name: &str) -> T {
    let place = locate(subject.tree, subject.root, &Path::root().key(name));
    let part = place.exact.then(|| from_node(subject.tree, place.value).ok());
    part.flatten().unwrap_or_default()
}

/// The content of a Secret: `stringData` goes before `data`.
struct Entries(BTreeMap<String, Entry>);

struct Entry {
    value: Vec<u8>,
    /// It stands in `stringData`, which the server calls `data`.
    is_text: bool,
}

impl Entry {
    const fn parent(&self) -> Field<'static> {
        if self.is_text { Field::ROOT.key_said_as("stringData", "data") } else { Field::ROOT.key("data") }
    }
}

impl Entries {
    fn of(subject: &Subject<'_, '_>) -> Self {
        let bytes = values(subject, "data").into_iter();
        let bytes =
            bytes.map(|(key, value)| (key.into_owned(), Entry { value: decoded(subject.tree, value), is_text: false }));
        let texts = part::<Texts>(subject, "stringData").into_iter();
        let texts = texts.map(|(key, value)| (key, Entry { value: value.into_bytes(), is_text: true }));
        Self(bytes.chain(texts).collect())
    }

    fn required(&self, key: &str, causes: &mut Causes) {
        if !self.0.contains_key(key) {
            self.absent(key, causes);
        }
    }

    fn absent(&self, key: &str, causes: &mut Causes) {
        let parent = self.0.get(key).map_or_else(|| Field::ROOT.key("data"), Entry::parent);
        causes.required(&parent.entry(key), "");
    }

    /// What is used to log in to registries is a JSON object.
    fn registries(&self, key: &str, causes: &mut Causes) {
        match self.0.get(key) {
            None => self.absent(key, causes),
            Some(entry) => {
                if let Some(fault) = json::object_fault(&entry.value) {
                    causes.invalid(&entry.parent().entry(key), Value::Redacted, fault);
                }
            }
        }
    }
}
