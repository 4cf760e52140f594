//! Defaults of the smaller kinds of `v1`. Source: `pkg/apis/core/v1` (1.37).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{LimitRange, LimitRangeItem, Namespace, ReplicationController, ResourceQuota, Secret};

use super::{pod_template_spec, resource_list, text};

/// Fills in a `ReplicationController`; its selector and labels are the labels of its template where
/// it has none.
pub fn replication_controller(object: &mut ReplicationController) {
    let spec = object.spec.get_or_insert_default();
    let template = spec.template.as_ref().and_then(|template| template.metadata.as_ref());
    if let Some(labels) = template.and_then(|metadata| metadata.labels.as_ref()) {
        for own in [&mut spec.selector, &mut object.metadata.labels] {
            if own.as_ref().is_none_or(BTreeMap::is_empty) {
                *own = Some(labels.clone());
            }
        }
    }
    spec.replicas.get_or_insert(1);
    spec.template.iter_mut().for_each(pod_template_spec);
}

/// Fills in a Secret.
pub fn secret(object: &mut Secret) {
    text(&mut object.type_, "Opaque");
}

/// Fills in a Namespace: its name is a label of it.
pub fn namespace(object: &mut Namespace) {
    if let Some(name) = object.metadata.name.as_ref().filter(|name| !name.is_empty()) {
        let labels = object.metadata.labels.get_or_insert_default();
        labels.insert("kubernetes.io/metadata.name".to_owned(), name.clone());
    }
    text(&mut object.status.get_or_insert_default().phase, "Active");
}

/// Fills in a `LimitRange`.
pub fn limit_range(object: &mut LimitRange) {
    object.spec.iter_mut().flat_map(|spec| &mut spec.limits).for_each(limit_range_item);
}

/// Fills in a limit: for containers, the default limits are the maxima, and the default requests
/// are the default limits or the minima.
pub fn limit_range_item(item: &mut LimitRangeItem) {
    if item.type_ == "Container" {
        let limits = item.default.get_or_insert_default();
        for (name, most) in item.max.iter().flatten() {
            limits.entry(name.clone()).or_insert_with(|| most.clone());
        }
        let requests = item.default_request.get_or_insert_default();
        for (name, amount) in limits.iter().chain(item.min.iter().flatten()) {
            requests.entry(name.clone()).or_insert_with(|| amount.clone());
        }
    }
    let lists =
        [&mut item.max, &mut item.min, &mut item.default, &mut item.default_request, &mut item.max_limit_request_ratio];
    lists.into_iter().for_each(resource_list);
}

/// Fills in a `ResourceQuota`.
pub fn resource_quota(object: &mut ResourceQuota) {
    if let Some(spec) = object.spec.as_mut() {
        resource_list(&mut spec.hard);
    }
    if let Some(status) = object.status.as_mut() {
        resource_list(&mut status.hard);
        resource_list(&mut status.used);
    }
}
