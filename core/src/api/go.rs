//! Go values as the API server prints them in its messages.
//! Source: `ErrorBody` in `k8s.io/apimachinery/pkg/util/validation/field` (1.37).

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::server::quoted;

/// A value that is wrong.
pub(crate) enum Value<'a> {
    /// Quoted, as `%q` does.
    Text(&'a str),
    /// A text of a type of its own, or behind a pointer: Go writes it as JSON.
    Typed(&'a str),
    /// As it is.
    Number(i64),
    /// Already JSON.
    Json(String),
    /// The server shows this instead of a secret.
    Redacted,
    /// The server leaves the value out.
    Omitted,
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<i32> for Value<'_> {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Json(value.to_string())
    }
}

impl Value<'_> {
    /// As it stands after `Invalid value`; none where it is left out.
    pub(crate) fn print(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(quoted(text)),
            Self::Typed(text) => Some(json_text(text)),
            Self::Number(number) => Some(number.to_string()),
            Self::Json(json) => Some(json.clone()),
            Self::Redacted => Some("\"<secret contents redacted>\"".to_owned()),
            Self::Omitted => None,
        }
    }
}

/// A text as `encoding/json` writes it, `<`, `>` and `&` escaped.
pub(crate) fn json_text(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                json.extend(format!("\\u{:04x}", u32::from(c)).chars());
            }
            _ => json.push(c),
        }
    }
    json.push('"');
    json
}

/// A struct of the server's own, which has no other names for its fields.
pub(crate) fn json_struct(fields: &[(&str, String)]) -> String {
    let fields: Vec<String> = fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", fields.join(","))
}

/// What stands behind a pointer; `null` where there is nothing.
pub(crate) fn json_or_null<T>(value: Option<T>, json: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| "null".to_owned(), json)
}

/// A list of texts.
pub(crate) fn json_texts(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| json_text(text)).collect();
    format!("[{}]", texts.join(","))
}

/// A map of texts; `null` where there is none.
pub(crate) fn json_map(map: Option<&BTreeMap<String, String>>) -> String {
    let Some(map) = map else { return "null".to_owned() };
    let entries: Vec<String> =
        map.iter().map(|(key, value)| format!("{}:{}", json_text(key), json_text(value))).collect();
    format!("{{{}}}", entries.join(","))
}

/// A list, its items already JSON; `null` where it is empty, as a list that was never written.
pub(crate) fn json_list(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    if items.is_empty() { "null".to_owned() } else { format!("[{}]", items.join(",")) }
}

/// A number, or a text such as a percentage.
pub(crate) fn json_int_or_string(value: &IntOrString) -> String {
    match value {
        IntOrString::Int(number) => number.to_string(),
        IntOrString::String(text) => json_text(text),
    }
}

/// A selector, its empty fields left out.
pub(crate) fn json_selector(selector: &LabelSelector) -> String {
    let mut fields = Vec::new();
    if let Some(labels) = selector.match_labels.as_ref().filter(|labels| !labels.is_empty()) {
        fields.push(format!("\"matchLabels\":{}", json_map(Some(labels))));
    }
    let expressions: Vec<String> = selector
        .match_expressions
        .iter()
        .flatten()
        .map(|it| {
            let values: Vec<String> = it.values.iter().flatten().map(|value| json_text(value)).collect();
            let values = if values.is_empty() { String::new() } else { format!(",\"values\":[{}]", values.join(",")) };
            format!("{{\"key\":{},\"operator\":{}{values}}}", json_text(&it.key), json_text(&it.operator))
        })
        .collect();
    if !expressions.is_empty() {
        fields.push(format!("\"matchExpressions\":[{}]", expressions.join(",")));
    }
    format!("{{{}}}", fields.join(","))
}
