//! Limits for what is made in a namespace. Source: `ValidateLimitRange` in
//! `pkg/apis/core/validation` (1.37).

use std::collections::{BTreeSet, HashSet};

use k8s_openapi::api::core::v1::{LimitRange, LimitRangeItem};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::{METADATA, SPEC, Written};
use crate::amount::Amount;
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::format::Format;
use crate::api::go::Value;
use crate::api::metadata::{self, Naming};
use crate::api::resources::{Amounts, Owner, amount, may_exceed, printed, resource_name, standard_name};

/// A `LimitRange`.
pub(super) fn limit_range(object: &LimitRange, written: &Written<'_, '_>, causes: &mut Causes) {
    let mut metadata = object.metadata.clone();
    // The server makes up a name where there is none.
    if metadata::name(&metadata).is_none() {
        metadata.name = Some("unnamed".to_owned());
    }
    metadata::object(&metadata, Naming::UNCOUNTED, &METADATA, causes);
    let at = SPEC.key("limits");
    let mut kinds = HashSet::new();
    for (index, limit) in object.spec.iter().flat_map(|spec| &spec.limits).enumerate() {
        let here = at.index(index);
        kind(&limit.type_, &here.key("type"), causes);
        if !kinds.insert(&limit.type_) {
            causes.duplicate(&here.key("type"), Value::Typed(&limit.type_));
        }
        Limits::of(limit).check(limit, &here, written, causes);
    }
}

/// Source: `validateLimitRangeTypeName`.
fn kind(kind: &str, at: &Field<'_>, causes: &mut Causes) {
    let before = causes.count();
    causes.format_of_typed(at, kind, Format::QualifiedName);
    let known = ["Container", "Pod", "PersistentVolumeClaim"];
    if causes.count() == before && !kind.contains('/') && !known.contains(&kind) {
        causes.invalid_among(at, Value::Typed(kind), "must be a standard limit type or fully qualified", &known);
    }
}

/// The amounts of one limit, by what they are for.
struct Limits<'a> {
    min: Option<&'a Amounts>,
    max: Option<&'a Amounts>,
    default: Option<&'a Amounts>,
    default_request: Option<&'a Amounts>,
    ratio: Option<&'a Amounts>,
}

impl<'a> Limits<'a> {
    fn of(limit: &'a LimitRangeItem) -> Self {
        let is_pod = limit.type_ == "Pod";
        Self {
            min: limit.min.as_ref(),
            max: limit.max.as_ref(),
            default: limit.default.as_ref().filter(|_| !is_pod),
            default_request: limit.default_request.as_ref().filter(|_| !is_pod),
            ratio: limit.max_limit_request_ratio.as_ref(),
        }
    }

    fn check(&self, limit: &LimitRangeItem, at: &Field<'_>, written: &Written<'_, '_>, causes: &mut Causes) {
        if limit.type_ == "Pod" {
            for (name, amounts) in [("default", &limit.default), ("defaultRequest", &limit.default_request)] {
                if amounts.as_ref().is_some_and(|amounts| !amounts.is_empty()) {
                    causes.forbidden(&at.key(name), "may not be specified when `type` is 'Pod'");
                }
            }
        }
        let mut names = BTreeSet::new();
        for (field, amounts) in [
            ("max", self.max),
            ("min", self.min),
            ("default", self.default),
            ("defaultRequest", self.default_request),
            ("maxLimitRequestRatio", self.ratio),
        ] {
            let here = at.key(field);
            for name in amounts.into_iter().flat_map(Amounts::keys) {
                names.insert(name.as_str());
                match limit.type_.as_str() {
                    "Pod" | "Container" => resource_name(name, Owner::Container, &here.entry(name), causes),
                    _ => standard_name(name, &here.entry(name), causes),
                }
            }
        }
        let has_storage = |amounts: Option<&Amounts>| amounts.is_some_and(|amounts| amounts.contains_key("storage"));
        if limit.type_ == "PersistentVolumeClaim" && !has_storage(self.min) && !has_storage(self.max) {
            let words = "either minimum or maximum storage value is required, but neither was provided";
            causes.required(&at.said("limits"), words);
        }
        for name in names {
            self.compare(name, at, written, causes);
        }
    }

    /// Compares all that is said of one resource.
    fn compare(&self, name: &str, at: &Field<'_>, written: &Written<'_, '_>, causes: &mut Causes) {
        let of = |amounts: Option<&'a Amounts>| amounts.and_then(|amounts| amounts.get(name));
        let (min, max, ratio) = (of(self.min), of(self.max), of(self.ratio));
        let (default, request) = (of(self.default), of(self.default_request));
        // The field that is told, the smaller and the larger amount as the server calls them, and
        // the one that it shows.
        for (field, small, small_name, large, large_name, shown) in [
            ("min", min, "min value", max, "max value", min),
            ("defaultRequest", min, "min value", request, "default request value", request),
            ("defaultRequest", request, "default request value", max, "max value", request),
            ("defaultRequest", request, "default request value", default, "default limit value", request),
            ("default", min, "min value", default, "default value", min),
            ("default", default, "default value", max, "max value", max),
        ] {
            let (Some(small), Some(large), Some(shown)) = (small, large, shown) else { continue };
            if amount(small) > amount(large) {
                let words = format!("{small_name} {} is greater than {large_name} {}", printed(small), printed(large));
                let sources = [field, "default", "max"];
                let source = sources.into_iter().find(|source| written.has(&at.key(source).entry(name)) != Some(false));
                let here = at.key_said_as(source.unwrap_or("min"), field);
                causes.invalid(&here.entry(name), Value::Typed(&printed(shown)), words);
            }
        }
        if let Some(ratio) = ratio {
            let here = at.key("maxLimitRequestRatio");
            compare_ratio(ratio, min, max, &here.entry(name), causes);
        }
        if let (Some(default), Some(request)) = (default, request)
            && !may_exceed(name)
            && amount(default) != amount(request)
        {
            let (default, request) = (printed(default), printed(request));
            let words = format!("default value {default} must equal to defaultRequest value {request} in {name}");
            let here = at.key("defaultRequest");
            causes.invalid(&here.entry(name), Value::Typed(&request), words);
        }
    }
}

fn compare_ratio(
    ratio: &Quantity,
    min: Option<&Quantity>,
    max: Option<&Quantity>,
    at: &Field<'_>,
    causes: &mut Causes,
) {
    let (value, shown) = (amount(ratio), printed(ratio));
    if value.milli_value() < 1000 {
        causes.invalid(at, Value::Typed(&shown), format!("ratio {shown} is less than 1"));
    }
    let (Some(min), Some(max)) = (min.map(amount), max.map(amount)) else { return };
    // Beyond this, the server compares whole units.
    let is_small = [value, min, max].into_iter().all(|it: Amount| it.value() < i64::MAX / 1000);
    let unit = |it: Amount| if is_small { it.milli_value() } else { it.value() } as f64;
    let written = if is_small { unit(value) / 1000.0 } else { unit(value) };
    let most = unit(max) / unit(min);
    if written > most {
        let most = if most.is_infinite() { "-Inf".to_owned() } else { format!("{most:.6}") };
        causes.invalid(at, Value::Typed(&shown), format!("ratio {shown} is greater than max/min = {most}"));
    }
}
