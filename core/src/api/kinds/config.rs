//! What Pods are configured with. Source: `ValidateConfigMap` and `ValidateSecret` in
//! `pkg/apis/core/validation` (1.37).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{ConfigMap, Secret};

use super::{METADATA, json};
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::format::Format;
use crate::api::metadata::{self, Naming};
use crate::api::text;

/// Bytes of all values together.
const MOST_BYTES: usize = 1 << 20;

/// A `ConfigMap`.
pub(super) fn config_map(object: &ConfigMap, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming::USUAL, &METADATA, causes);
    let mut bytes = 0;
    let data = Field::ROOT.key("data");
    for (key, value) in object.data.iter().flatten() {
        causes.format(&data.entry(key), key, Format::ConfigKey);
        if object.binary_data.as_ref().is_some_and(|binary| binary.contains_key(key)) {
            causes.invalid(&data.entry(key), key, "duplicate of key present in binaryData");
        }
        bytes += value.len();
    }
    let data = Field::ROOT.key("binaryData");
    for (key, value) in object.binary_data.iter().flatten() {
        causes.format(&data.entry(key), key, Format::ConfigKey);
        bytes += value.0.len();
    }
    if bytes > MOST_BYTES {
        // The server has no name for the whole object.
        causes.too_long(&Field::ROOT.said("[]"), MOST_BYTES);
    }
}

/// A Secret.
pub(super) fn secret(object: &Secret, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming::USUAL, &METADATA, causes);
    let entries = Entries::of(object);
    for (key, entry) in &entries.0 {
        causes.format(&entry.parent().entry(key), key, Format::ConfigKey);
    }
    if entries.0.values().map(|entry| entry.value.len()).sum::<usize>() > MOST_BYTES {
        causes.too_long(&Field::ROOT.key("data"), MOST_BYTES);
    }
    match text(&object.type_) {
        "kubernetes.io/service-account-token" => {
            let account = "kubernetes.io/service-account.name";
            let annotations = object.metadata.annotations.as_ref();
            let name = annotations.and_then(|annotations| annotations.get(account)).map(String::as_str);
            let at = METADATA.key("annotations");
            causes.some_text(&at.entry(account), name.unwrap_or_default());
        }
        "kubernetes.io/dockercfg" => entries.registries(".dockercfg", causes),
        "kubernetes.io/dockerconfigjson" => entries.registries(".dockerconfigjson", causes),
        "kubernetes.io/basic-auth" if !["username", "password"].iter().any(|key| entries.0.contains_key(key)) => {
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

/// The content of a Secret: `stringData` goes before `data`.
struct Entries<'a>(BTreeMap<&'a str, Entry<'a>>);

struct Entry<'a> {
    value: &'a [u8],
    /// It stands in `stringData`, which the server calls `data`.
    is_text: bool,
}

impl Entry<'_> {
    const fn parent(&self) -> Field<'static> {
        if self.is_text { Field::ROOT.key_said_as("stringData", "data") } else { Field::ROOT.key("data") }
    }
}

impl<'a> Entries<'a> {
    fn of(secret: &'a Secret) -> Self {
        let bytes = secret.data.iter().flatten();
        let bytes = bytes.map(|(key, value)| (key.as_str(), Entry { value: &value.0, is_text: false }));
        let texts = secret.string_data.iter().flatten();
        let texts = texts.map(|(key, value)| (key.as_str(), Entry { value: value.as_bytes(), is_text: true }));
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
                if let Some(fault) = json::object_fault(entry.value) {
                    causes.invalid(&entry.parent().entry(key), "<secret contents redacted>", fault);
                }
            }
        }
    }
}
