//! `ReplicationController`s and `PodTemplate`s. Source: `ValidateReplicationControllerSpec` and
//! `ValidatePodTemplate` in `pkg/apis/core/validation` (1.37).

use k8s_openapi::api::core::v1::{PodTemplate, ReplicationController};

use super::{METADATA, SPEC, always, labels_of, mismatch};
use crate::api::cause::Causes;
use crate::api::field::Field;
use crate::api::metadata::{self, Naming};
use crate::api::pod;

/// A `ReplicationController`.
pub(in crate::api) fn replication_controller(object: &ReplicationController, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming { prefix: false, ..Naming::USUAL }, &METADATA, causes);
    let Some(spec) = &object.spec else { return };
    causes.not_negative(&SPEC.key("minReadySeconds"), spec.min_ready_seconds.unwrap_or_default().into());
    let selector = spec.selector.as_ref().filter(|selector| !selector.is_empty());
    if selector.is_none() {
        causes.required(&SPEC.key("selector"), "");
    }
    causes.not_negative(&SPEC.key("replicas"), spec.replicas.unwrap_or_default().into());
    let Some(template) = &spec.template else {
        causes.required(&SPEC.key("template"), "");
        return;
    };
    let labels = labels_of(template);
    if !selector.into_iter().flatten().all(|(key, value)| labels.and_then(|labels| labels.get(key)) == Some(value)) {
        mismatch(selector, labels, causes);
    }
    pod::template(template, &[], &SPEC.key("template"), causes);
    always(template, "ReplicationController", causes);
}

/// A `PodTemplate`.
pub(in crate::api) fn pod_template(object: &PodTemplate, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming::USUAL, &METADATA, causes);
    if let Some(template) = &object.template {
        pod::template(template, &[], &Field::ROOT.key("template"), causes);
    }
}
