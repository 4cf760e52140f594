//! Amounts that are a number or a percentage. Source: `ValidatePositiveIntOrPercent` and its
//! neighbours in `pkg/apis/apps/validation` (1.37).

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::cause::Causes;
use super::field::Field;
use super::format::Format;
use super::go::{Value, json_int_or_string};

/// It must not be negative, and a text must be a percentage.
pub(super) fn check(value: &IntOrString, at: &Field<'_>, causes: &mut Causes) {
    match value {
        IntOrString::Int(number) => causes.not_negative(at, (*number).into()),
        IntOrString::String(text) => causes.format(at, text, Format::Percent),
    }
}

/// A percentage must not be above 100.
pub(super) fn at_most_all(value: &IntOrString, at: &Field<'_>, causes: &mut Causes) {
    if percentage(value).is_some_and(|percent| percent > 100) {
        causes.invalid(at, shown(value), "must not be greater than 100%");
    }
}

/// The number, or the number before the `%`; a text that is neither counts as 0, as for Go.
pub(super) fn amount(value: &IntOrString) -> i64 {
    match value {
        IntOrString::Int(number) => (*number).into(),
        IntOrString::String(text) => percentage(value).unwrap_or_else(|| text.parse().unwrap_or_default()),
    }
}

/// As the server prints it.
pub(super) fn shown(value: &IntOrString) -> Value<'_> {
    match value {
        IntOrString::Int(number) => Value::Number((*number).into()),
        IntOrString::String(_) => Value::Json(json_int_or_string(value)),
    }
}

fn percentage(value: &IntOrString) -> Option<i64> {
    let IntOrString::String(text) = value else { return None };
    if !Format::Percent.faults(text).is_empty() {
        return None;
    }
    // What does not fit is the largest number there is, as for Go.
    Some(text.strip_suffix('%')?.parse().unwrap_or(i64::MAX))
}
