//! What admission reads: classes and limit ranges.

use k8s_openapi::api::core::v1::LimitRange;
use k8s_openapi::api::node::v1::RuntimeClass;
use k8s_openapi::api::scheduling::v1::PriorityClass;

/// Objects that change a Pod on its way into the cluster.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extras {
    pub(crate) limit_ranges: Vec<LimitRange>,
    pub(crate) priority_classes: Vec<PriorityClass>,
    pub(crate) runtime_classes: Vec<RuntimeClass>,
}
