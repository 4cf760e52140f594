//! Defaults of `scheduling.k8s.io/v1`. Source: `pkg/apis/scheduling/v1` (1.37).

use k8s_openapi::api::scheduling::v1::PriorityClass;

use super::pointer;

/// Fills in a `PriorityClass`.
pub fn priority_class(object: &mut PriorityClass) {
    pointer(&mut object.preemption_policy, "PreemptLowerPriority");
}
