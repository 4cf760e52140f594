//! Autoscalers. Source: `ValidateHorizontalPodAutoscaler` in `pkg/apis/autoscaling/validation`,
//! and `pkg/apis/autoscaling/v1/conversion.go` for the old version (1.37).

use k8s_openapi::api::autoscaling::v1;
use k8s_openapi::api::autoscaling::v2::{
    CrossVersionObjectReference, HPAScalingRules, HorizontalPodAutoscaler, MetricIdentifier, MetricSpec, MetricTarget,
};

use super::{METADATA, SPEC};
use crate::amount::Amount;
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::format::Format;
use crate::api::go::Value;
use crate::api::metadata::{self, Naming};
use crate::api::resources::{Owner, amount, printed, resource_name};
use crate::api::{list, text};

/// Longest window that is looked back on, in seconds.
const LONGEST_WINDOW: i32 = 3600;
/// Longest period of a policy, in seconds.
const LONGEST_PERIOD: i32 = 1800;

const NO_METRIC_FOR_ZERO: &str =
    "must specify at least one Object or External metric to support scaling to zero replicas";

/// A `HorizontalPodAutoscaler` of `autoscaling/v1`.
pub(super) fn version_1(object: &v1::HorizontalPodAutoscaler, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming::USUAL, &METADATA, causes);
    let spec = &object.spec;
    let least = spec.min_replicas.unwrap_or(1);
    replicas(least, spec.max_replicas, causes);
    let target = &spec.scale_target_ref;
    let target = Reference { kind: &target.kind, name: &target.name, api_version: text(&target.api_version) };
    target.check(target.kind == "ReplicationController", &SPEC.key("scaleTargetRef"), causes);
    let metric = "metrics[0].resource.target.averageUtilization";
    let at = SPEC.key_said_as("targetCPUUtilizationPercentage", metric);
    utilization(spec.target_cpu_utilization_percentage, &at, causes);
    // Other metrics can only come from an annotation that the server writes itself.
    let annotations = object.metadata.annotations.as_ref();
    let has_others = annotations.is_some_and(|all| all.contains_key("autoscaling.alpha.kubernetes.io/metrics"));
    if least == 0 && !has_others {
        causes.forbidden(&SPEC.key("metrics"), NO_METRIC_FOR_ZERO);
    }
}

/// A `HorizontalPodAutoscaler` of `autoscaling/v2`.
pub(super) fn version_2(object: &HorizontalPodAutoscaler, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming::USUAL, &METADATA, causes);
    let spec = &object.spec;
    let least = spec.min_replicas.unwrap_or(1);
    replicas(least, spec.max_replicas, causes);
    let target = Reference::of(&spec.scale_target_ref);
    target.check(target.kind == "ReplicationController", &SPEC.key("scaleTargetRef"), causes);
    let (metrics, at) = (list(&spec.metrics), SPEC.key("metrics"));
    for (index, it) in metrics.iter().enumerate() {
        metric(it, &at.index(index), causes);
    }
    if least == 0 && !metrics.iter().any(|metric| matches!(metric.type_.as_str(), "Object" | "External")) {
        causes.forbidden(&at, NO_METRIC_FOR_ZERO);
    }
    if let Some(behavior) = &spec.behavior {
        let at = SPEC.key("behavior");
        for (name, it) in [("scaleUp", &behavior.scale_up), ("scaleDown", &behavior.scale_down)] {
            if let Some(it) = it {
                rules(it, &at.key(name), causes);
            }
        }
    }
}

fn replicas(least: i32, most: i32, causes: &mut Causes) {
    causes.not_negative(&SPEC.key("minReplicas"), least.into());
    let at = SPEC.key("maxReplicas");
    if most == 0 {
        causes.required(&at, "");
    } else if most < 0 {
        causes.invalid(&at, most, "must be greater than or equal to 1");
    }
    if most < least {
        causes.invalid(&at, most, "must be greater than or equal to `minReplicas`");
    }
}

/// Another object, by kind and name.
struct Reference<'a> {
    kind: &'a str,
    name: &'a str,
    api_version: &'a str,
}

impl<'a> Reference<'a> {
    fn of(target: &'a CrossVersionObjectReference) -> Self {
        Self { kind: &target.kind, name: &target.name, api_version: text(&target.api_version) }
    }

    /// Source: `ValidateCrossVersionObjectReference`.
    fn check(&self, may_lack_group: bool, at: &Field<'_>, causes: &mut Causes) {
        causes.named(&at.key("kind"), self.kind, Format::PathSegment);
        causes.named(&at.key("name"), self.name, Format::PathSegment);
        let (at, version) = (at.key("apiVersion"), self.api_version);
        if version != "/" && version.matches('/').count() > 1 {
            causes.invalid(&at, version, format!("unexpected GroupVersion string: {version}"));
        } else if !may_lack_group && version.split_once('/').is_none_or(|(group, _)| group.is_empty()) {
            causes.invalid(&at, version, "apiVersion must specify API group");
        }
    }
}

/// Source: `validateScalingRules`.
fn rules(rules: &HPAScalingRules, at: &Field<'_>, causes: &mut Causes) {
    let window = at.key("stabilizationWindowSeconds");
    match rules.stabilization_window_seconds {
        Some(seconds) if seconds < 0 => {
            causes.invalid(&window, seconds, "must be greater than or equal to zero");
        }
        Some(seconds) if seconds > LONGEST_WINDOW => {
            causes.invalid(&window, seconds, format!("must be less than or equal to {LONGEST_WINDOW}"));
        }
        _ => {}
    }
    if let Some(policy) = &rules.select_policy {
        causes.one_of(&at.key("selectPolicy"), policy, &["Disabled", "Max", "Min"]);
    }
    let policies = at.key("policies");
    if list(&rules.policies).is_empty() {
        causes.required(&policies, "must specify at least one Policy");
    }
    for (index, policy) in list(&rules.policies).iter().enumerate() {
        let here = policies.index(index);
        causes.one_of(&here.key("type"), &policy.type_, &["Percent", "Pods"]);
        for (name, number) in [("value", policy.value), ("periodSeconds", policy.period_seconds)] {
            if number <= 0 {
                causes.invalid(&here.key(name), number, "must be greater than zero");
            }
        }
        if policy.period_seconds > LONGEST_PERIOD {
            let words = format!("must be less than or equal to {LONGEST_PERIOD}");
            causes.invalid(&here.key("periodSeconds"), policy.period_seconds, words);
        }
    }
    if let Some(tolerance) = rules.tolerance.as_ref().filter(|it| amount(it) < Amount::default()) {
        causes.invalid(&at.key("tolerance"), &printed(tolerance), "must be greater than or equal to 0");
    }
}

/// Source: `validateMetricSpec`.
fn metric(metric: &MetricSpec, at: &Field<'_>, causes: &mut Causes) {
    let kind = metric.type_.as_str();
    if kind.is_empty() {
        causes.required(&at.key("type"), "must specify a metric source type");
    }
    causes.one_of(&at.key("type"), kind, &["ContainerResource", "External", "Object", "Pods", "Resource"]);
    let sources = [
        ("Object", "object", metric.object.is_some()),
        ("External", "external", metric.external.is_some()),
        ("Pods", "pods", metric.pods.is_some()),
        ("Resource", "resource", metric.resource.is_some()),
        ("ContainerResource", "containerResource", metric.container_resource.is_some()),
    ];
    // Only the first source is looked at.
    if let Some((_, name, _)) = sources.iter().find(|it| it.2) {
        source(metric, &at.key(name), causes);
    }
    let count = sources.iter().filter(|it| it.2).count();
    for (wanted, name, is_there) in sources {
        if wanted == kind && !is_there {
            causes.required(&at.key(name), "must populate information for the given metric source");
        } else if wanted != kind && is_there && count > 1 {
            causes.forbidden(&at.key(name), "must populate the given metric source only");
        }
    }
}

fn source(metric: &MetricSpec, at: &Field<'_>, causes: &mut Causes) {
    let here = at.key("target");
    match metric {
        MetricSpec { object: Some(source), .. } => {
            Reference::of(&source.described_object).check(true, &at.key("describedObject"), causes);
            identifier(&source.metric, at, causes);
            target(&source.target, &here, causes);
            if source.target.value.is_none() && source.target.average_value.is_none() {
                causes.required(&here.key("averageValue"), "must set either a target value or averageValue");
            }
        }
        MetricSpec { external: Some(source), .. } => {
            identifier(&source.metric, at, causes);
            target(&source.target, &here, causes);
            match (&source.target.value, &source.target.average_value) {
                (None, None) => {
                    let words = "must set either a target value for metric or a per-pod target";
                    causes.required(&here.key("averageValue"), words);
                }
                (Some(_), Some(_)) => {
                    let words = "may not set both a target value for metric and a per-pod target";
                    causes.forbidden(&here.key("value"), words);
                }
                _ => {}
            }
        }
        MetricSpec { pods: Some(source), .. } => {
            identifier(&source.metric, at, causes);
            target(&source.target, &here, causes);
            if source.target.average_value.is_none() {
                causes.required(&here.key("averageValue"), "must specify a positive target averageValue");
            }
        }
        MetricSpec { resource: Some(source), .. } => {
            if source.name.is_empty() {
                causes.required(&at.key("name"), "must specify a resource name");
            }
            resource_target(&source.target, &here, causes);
        }
        MetricSpec { container_resource: Some(source), .. } => {
            if source.name.is_empty() {
                causes.required(&at.key("name"), "must specify a resource name");
            } else {
                resource_name(&source.name, Owner::Container, &at.key("name"), causes);
            }
            if source.container.is_empty() {
                causes.required(&at.key("container"), "must specify a container");
            } else {
                causes.format(&at.key("container"), &source.container, Format::Label);
            }
            resource_target(&source.target, &here, causes);
        }
        _ => {}
    }
}

fn resource_target(it: &MetricTarget, at: &Field<'_>, causes: &mut Causes) {
    target(it, at, causes);
    match (it.average_utilization, &it.average_value) {
        (None, None) => {
            let words = "must set either a target raw value or a target utilization";
            causes.required(&at.key("averageUtilization"), words);
        }
        (Some(_), Some(_)) => {
            let words = "may not set both a target raw value and a target utilization";
            causes.forbidden(&at.key("averageValue"), words);
        }
        _ => {}
    }
}

/// Source: `validateMetricTarget`.
fn target(target: &MetricTarget, at: &Field<'_>, causes: &mut Causes) {
    let kind = target.type_.as_str();
    if kind.is_empty() {
        causes.required(&at.key("type"), "must specify a metric target type");
    }
    let known = ["Utilization", "Value", "AverageValue"];
    if !known.contains(&kind) {
        let words = "must be either Utilization, Value, or AverageValue";
        causes.invalid_among(&at.key("type"), Value::Typed(kind), words, &known);
    }
    for (name, written) in [("value", &target.value), ("averageValue", &target.average_value)] {
        if let Some(written) = written.as_ref().filter(|written| amount(written) <= Amount::default()) {
            causes.invalid(&at.key(name), Value::Typed(&printed(written)), "must be positive");
        }
    }
    utilization(target.average_utilization, &at.key("averageUtilization"), causes);
}

fn utilization(percent: Option<i32>, at: &Field<'_>, causes: &mut Causes) {
    if let Some(percent) = percent.filter(|percent| *percent < 1) {
        causes.invalid(at, percent, "must be greater than 0");
    }
}

/// Source: `validateMetricIdentifier`.
fn identifier(metric: &MetricIdentifier, at: &Field<'_>, causes: &mut Causes) {
    let at = at.key("metric");
    if metric.name.is_empty() {
        causes.required(&at.key("name"), "must specify a metric name");
    } else {
        causes.format(&at.key("name"), &metric.name, Format::PathSegment);
    }
}
