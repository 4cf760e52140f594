//! The JSON Schema of the configuration, made from the same tables that reading uses.

use serde_json::{Map, Value, json};

use super::Action;
use super::keys::{FailOn, Key, Level, PathKey, WebhookKey};
use super::word::Word;
use crate::rule::Rule;

/// The schema as it is committed.
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "podlint.yaml",
        "description": "The configuration of podlint",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": properties(root),
        "$defs": {
            "rules": {"type": ["array", "null"], "items": {"enum": words::<&'static Rule>()}},
            "patterns": {"type": ["array", "null"], "items": {"type": "string"}},
            "severities": {
                "type": ["object", "null"],
                "propertyNames": {"enum": words::<&'static Rule>()},
                "additionalProperties": {"enum": words::<Level>()},
            },
            "actions": {
                "type": ["object", "null"],
                "propertyNames": {"enum": words::<&'static Rule>()},
                "additionalProperties": {"enum": words::<Action>()},
            },
        },
    })
}

fn root(key: Key) -> Value {
    match key {
        Key::Version => json!({
            "description": "The Kubernetes version to check against, e.g. \"1.31\"; the newest known where it is left out",
            "type": ["string", "number", "null"],
        }),
        Key::FailOn => json!({
            "description": "The lowest severity that makes the exit status 1",
            "enum": nullable(words::<FailOn>()),
        }),
        Key::RequireSchema => json!({
            "description": "Kinds without a schema are errors",
            "type": ["boolean", "null"],
        }),
        Key::Select => described("Only these rules", "rules"),
        Key::Ignore => described("Not these rules", "rules"),
        Key::Severity => described("Severities other than the rules' own", "severities"),
        Key::Exclude => described("Files and folders to leave out: patterns as in .gitignore", "patterns"),
        Key::Webhook => json!({
            "description": "What the admission webhook does",
            "type": ["object", "null"],
            "additionalProperties": false,
            "properties": properties(webhook),
        }),
        Key::Paths => json!({
            "description": "What applies to some files only; later entries go over earlier ones",
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "additionalProperties": false,
                "properties": properties(entry),
            },
        }),
    }
}

fn entry(key: PathKey) -> Value {
    match key {
        PathKey::Paths => described("Which files: patterns as in .gitignore", "patterns"),
        PathKey::Select => described("Only these rules", "rules"),
        PathKey::Ignore => described("Not these rules", "rules"),
        PathKey::Severity => described("Severities other than the rules' own", "severities"),
    }
}

fn webhook(key: WebhookKey) -> Value {
    match key {
        WebhookKey::Actions => described("What to do about the findings of a rule", "actions"),
    }
}

fn properties<K: Word>(of: fn(K) -> Value) -> Map<String, Value> {
    K::all().into_iter().map(|(name, key)| (name.to_owned(), of(key))).collect()
}

fn described(description: &str, definition: &str) -> Value {
    json!({"description": description, "$ref": format!("#/$defs/{definition}")})
}

fn words<W: Word>() -> Vec<&'static str> {
    W::all().into_iter().map(|(word, _)| word).collect()
}

fn nullable(words: Vec<&'static str>) -> Vec<Value> {
    words.into_iter().map(Value::from).chain([Value::Null]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::disallowed_methods)] // A test keeps the committed file.
    fn the_committed_schema_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/podlint-config.schema.json");
        let current = format!("{:#}\n", schema());
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            std::fs::write(path, &current).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(committed == current, "{path} is old: run with UPDATE_SCHEMA=1 to write it anew");
    }
}
