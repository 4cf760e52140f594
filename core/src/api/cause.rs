//! The causes of a refusal, as the API server's field errors are.
//! Source: `k8s.io/apimachinery/pkg/util/validation/field/errors.go` (1.37).

use super::field::Field;
use super::format::Format;
use super::go::Value;
use crate::path::Path;
use crate::server::quoted;

/// The type of a field error; it decides the rule.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Reason {
    Required,
    Invalid,
    NotSupported,
    Forbidden,
    Duplicate,
    NotFound,
    TooLong,
    TooMany,
}

impl Reason {
    /// The cause's `reason` in the server's answer.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "FieldValueRequired",
            Self::Invalid => "FieldValueInvalid",
            Self::NotSupported => "FieldValueNotSupported",
            Self::Forbidden => "FieldValueForbidden",
            Self::Duplicate => "FieldValueDuplicate",
            Self::NotFound => "FieldValueNotFound",
            Self::TooLong => "FieldValueTooLong",
            Self::TooMany => "FieldValueTooMany",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Required => "Required value",
            Self::Invalid => "Invalid value",
            Self::NotSupported => "Unsupported value",
            Self::Forbidden => "Forbidden",
            Self::Duplicate => "Duplicate value",
            Self::NotFound => "Not found",
            Self::TooLong => "Too long",
            Self::TooMany => "Too many",
        }
    }
}

/// One thing that the server refuses.
pub(crate) struct Cause {
    /// What kind of error.
    pub(crate) reason: Reason,
    /// The field, in the server's words.
    pub(crate) field: String,
    /// Where it stands.
    pub(crate) path: Path,
    /// The server's whole message.
    pub(crate) detail: String,
    /// The text that is wrong, where it is one.
    pub(crate) value: Option<String>,
    /// What is wrong, after the type and the value; empty where the server says no more.
    pub(crate) why: String,
    /// What to do.
    pub(crate) advice: Advice,
}

/// What helps the author.
pub(crate) enum Advice {
    /// The message says it all.
    None,
    /// What such a text looks like.
    Format(Format),
    /// All that the value may be.
    Known(Vec<String>),
    /// The names that exist.
    Names(Vec<String>),
    /// What a selector wants of the labels: keys, values, and what they are instead.
    Labels(Vec<Wanted>),
}

/// A label that a selector asks for.
pub(crate) struct Wanted {
    /// Its key.
    pub(crate) key: String,
    /// Its value.
    pub(crate) value: String,
    /// Another value that it has; none where the label is not there.
    pub(crate) instead: Option<String>,
}

/// Causes of one object that are kept.
pub(crate) const MOST: usize = 1_000;
/// Names that a suggestion is looked for among.
const MOST_KNOWN: usize = 1_000;

/// Collects the causes of one object. Most objects have none: what adds one is `cold`, so that its
/// words stand aside from the code that every object goes through.
#[derive(Default)]
pub(crate) struct Causes(Vec<Cause>);

impl Causes {
    /// All of them, in the order they were found.
    pub(crate) fn into_vec(self) -> Vec<Cause> {
        self.0
    }

    /// How many there are.
    pub(crate) const fn count(&self) -> usize {
        self.0.len()
    }

    #[cold]
    fn push(&mut self, reason: Reason, field: &Field<'_>, value: &Value<'_>, why: String, advice: Advice) {
        // More are not told; each may hold a long list.
        if self.0.len() >= MOST {
            return;
        }
        let printed = value.print().filter(|_| !matches!(reason, Reason::Required | Reason::Forbidden));
        let mut detail = reason.words().to_owned();
        for part in printed.iter().chain(Some(&why).filter(|why| !why.is_empty())) {
            detail.push_str(": ");
            detail.push_str(part);
        }
        let value = match value {
            Value::Text(text) | Value::Typed(text) => Some((*text).to_owned()),
            Value::Redacted => None,
            _ => printed,
        };
        self.0.push(Cause { reason, field: field.to_string(), path: field.path(), detail, value, why, advice });
    }

    /// The field must be there, and not empty.
    #[cold]
    pub(crate) fn required(&mut self, field: &Field<'_>, why: &str) {
        self.push(Reason::Required, field, &Value::Omitted, why.to_owned(), Advice::None);
    }

    /// The field's text must not be empty.
    pub(crate) fn some_text(&mut self, field: &Field<'_>, text: &str) {
        if text.is_empty() {
            self.required(field, "");
        }
    }

    /// The value is wrong.
    #[cold]
    pub(crate) fn invalid<'v>(&mut self, field: &Field<'_>, value: impl Into<Value<'v>>, why: impl Into<String>) {
        self.push(Reason::Invalid, field, &value.into(), why.into(), Advice::None);
    }

    /// The value is wrong; `known` are some that would do.
    #[cold]
    pub(crate) fn invalid_among<'v>(
        &mut self,
        field: &Field<'_>,
        value: impl Into<Value<'v>>,
        why: &str,
        known: &[&str],
    ) {
        let known = known.iter().map(|it| (*it).to_owned()).collect();
        self.push(Reason::Invalid, field, &value.into(), why.to_owned(), Advice::Known(known));
    }

    /// The labels of a template are not what its selector wants.
    #[cold]
    pub(crate) fn mismatch(&mut self, field: &Field<'_>, labels: String, wanted: Vec<Wanted>) {
        let why = "`selector` does not match template `labels`".to_owned();
        self.push(Reason::Invalid, field, &Value::Json(labels), why, Advice::Labels(wanted));
    }

    /// The text must be of a format.
    pub(crate) fn format(&mut self, field: &Field<'_>, text: &str, format: Format) {
        self.format_of(field, text, text, format);
    }

    /// A part of a text, or another form of it, must be of a format; the server shows `shown`.
    pub(crate) fn format_of(&mut self, field: &Field<'_>, shown: &str, text: &str, format: Format) {
        for fault in format.faults(text) {
            self.push(Reason::Invalid, field, &Value::Text(shown), fault, Advice::Format(format));
        }
    }

    /// A text of a type of its own, or behind a pointer, must be of a format.
    pub(crate) fn format_of_typed(&mut self, field: &Field<'_>, text: &str, format: Format) {
        for fault in format.faults(text) {
            self.push(Reason::Invalid, field, &Value::Typed(text), fault, Advice::Format(format));
        }
    }

    /// The text must be there and of a format.
    pub(crate) fn named(&mut self, field: &Field<'_>, text: &str, format: Format) {
        if text.is_empty() {
            self.required(field, "");
        } else {
            self.format(field, text, format);
        }
    }

    /// A text must be a DNS name, `/` and a path. Source: `IsDomainPrefixedPath`.
    pub(crate) fn prefixed_path(&mut self, field: &Field<'_>, text: &str) {
        match text.split_once('/') {
            _ if text.is_empty() => self.required(field, ""),
            Some((host, path)) if !host.is_empty() && !path.is_empty() => {
                self.format(field, host, Format::Subdomain);
                let is_path = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:".contains(&byte);
                if !path.bytes().all(is_path) {
                    let words = "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')";
                    self.invalid(field, path, words);
                }
            }
            _ => self.invalid(field, text, "must be a domain-prefixed path (such as \"acme.io/foo\")"),
        }
    }

    /// A number must lie between two others.
    pub(crate) fn range(&mut self, field: &Field<'_>, number: i64, least: i64, most: i64) {
        if !(least..=most).contains(&number) {
            self.invalid(field, number, format!("must be between {least} and {most}, inclusive"));
        }
    }

    /// The number of a user or group. Source: `IsValidUserID`.
    pub(crate) fn user(&mut self, field: &Field<'_>, number: Option<i64>) {
        if let Some(number) = number {
            self.range(field, number, 0, i32::MAX.into());
        }
    }

    /// A number must not be negative. Source: `ValidateNonnegativeField`.
    pub(crate) fn not_negative(&mut self, field: &Field<'_>, number: i64) {
        if number < 0 {
            self.invalid(field, number, "must be greater than or equal to 0");
        }
    }

    /// A text of a type of its own must be one of these, which are in the server's order.
    pub(crate) fn one_of(&mut self, field: &Field<'_>, text: &str, known: &[&str]) {
        if !known.contains(&text) {
            self.not_supported(field, Value::Typed(text), known);
        }
    }

    /// A plain text must be one of these.
    pub(crate) fn one_of_texts(&mut self, field: &Field<'_>, text: &str, known: &[&str]) {
        if !known.contains(&text) {
            self.not_supported(field, text, known);
        }
    }

    /// The value is none of these, which are in the server's order.
    #[cold]
    pub(crate) fn not_supported<'v>(&mut self, field: &Field<'_>, value: impl Into<Value<'v>>, known: &[&str]) {
        let listed: Vec<String> = known.iter().map(|it| quoted(it)).collect();
        let why = format!("supported values: {}", listed.join(", "));
        let known: Vec<String> = known.iter().filter(|it| !it.is_empty()).map(|it| (*it).to_owned()).collect();
        let advice = if known.is_empty() { Advice::None } else { Advice::Known(known) };
        self.push(Reason::NotSupported, field, &value.into(), why, advice);
    }

    /// A text must be there and be one of these.
    pub(crate) fn some_of(&mut self, field: &Field<'_>, text: &str, known: &[&str]) {
        if text.is_empty() {
            self.required(field, "");
        } else {
            self.one_of(field, text, known);
        }
    }

    /// The field must not be there.
    #[cold]
    pub(crate) fn forbidden(&mut self, field: &Field<'_>, why: &str) {
        self.push(Reason::Forbidden, field, &Value::Omitted, why.to_owned(), Advice::None);
    }

    /// The value was there before.
    #[cold]
    pub(crate) fn duplicate<'v>(&mut self, field: &Field<'_>, value: impl Into<Value<'v>>) {
        self.push(Reason::Duplicate, field, &value.into(), String::new(), Advice::None);
    }

    /// The name leads nowhere; `known` are those that would.
    #[cold]
    pub(crate) fn not_found<'k>(
        &mut self,
        field: &Field<'_>,
        name: &str,
        why: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) {
        let known = known.into_iter().take(MOST_KNOWN).map(str::to_owned).collect();
        self.push(Reason::NotFound, field, &Value::Text(name), why.to_owned(), Advice::Names(known));
    }

    /// The text has too many bytes.
    #[cold]
    pub(crate) fn too_long(&mut self, field: &Field<'_>, most: usize) {
        let why = format!("may not be more than {most} bytes");
        self.push(Reason::TooLong, field, &Value::Omitted, why, Advice::None);
    }

    /// The list has too many items.
    #[cold]
    pub(crate) fn too_many(&mut self, field: &Field<'_>, count: usize, most: usize) {
        let why = format!("must have at most {most} items");
        let count = Value::Number(i64::try_from(count).unwrap_or(i64::MAX));
        self.push(Reason::TooMany, field, &count, why, Advice::None);
    }
}
