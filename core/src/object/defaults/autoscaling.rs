//! Defaults of `autoscaling/v2`. Source: `pkg/apis/autoscaling/v2` (1.37).

use k8s_openapi::api::autoscaling::v2::{
    HPAScalingPolicy, HPAScalingRules, HorizontalPodAutoscaler, MetricSpec, MetricTarget, ResourceMetricSource,
};

use super::pointer;

const CPU_UTILIZATION: i32 = 80;
const PERIOD_SECONDS: i32 = 15;

/// Fills in a `HorizontalPodAutoscaler`.
pub fn horizontal_pod_autoscaler(object: &mut HorizontalPodAutoscaler) {
    let spec = &mut object.spec;
    spec.min_replicas.get_or_insert(1);
    let metrics = spec.metrics.get_or_insert_default();
    if metrics.is_empty() {
        metrics.push(cpu_utilization());
    }
    if let Some(behavior) = spec.behavior.as_mut() {
        let up = behavior.scale_up.get_or_insert_default();
        up.stabilization_window_seconds.get_or_insert(0);
        scaling_rules(up, &[("Pods", 4), ("Percent", 100)]);
        scaling_rules(behavior.scale_down.get_or_insert_default(), &[("Percent", 100)]);
    }
}

fn cpu_utilization() -> MetricSpec {
    let target = MetricTarget {
        type_: "Utilization".to_owned(),
        average_utilization: Some(CPU_UTILIZATION),
        ..MetricTarget::default()
    };
    MetricSpec {
        type_: "Resource".to_owned(),
        resource: Some(ResourceMetricSource { name: "cpu".to_owned(), target }),
        ..MetricSpec::default()
    }
}

fn scaling_rules(rules: &mut HPAScalingRules, policies: &[(&str, i32)]) {
    pointer(&mut rules.select_policy, "Max");
    rules.policies.get_or_insert_with(|| {
        let policy = |(kind, value): &(&str, i32)| HPAScalingPolicy {
            type_: (*kind).to_owned(),
            value: *value,
            period_seconds: PERIOD_SECONDS,
        };
        policies.iter().map(policy).collect()
    });
}
