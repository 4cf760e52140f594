//! Device claims, classes and slices: no parameters of drivers, no attributes of devices.

use k8s_openapi::api::resource::v1 as api;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::{controller, metadata};

pub(super) fn claim(claim: api::ResourceClaim) -> api::ResourceClaim {
    let metadata = ObjectMeta {
        owner_references: controller(&claim.metadata),
        deletion_timestamp: claim.metadata.deletion_timestamp.clone(),
        ..metadata(&claim.metadata)
    };
    let status = claim.status.map(|status| api::ResourceClaimStatus {
        allocation: status.allocation.map(allocation),
        devices: None,
        reserved_for: status.reserved_for,
    });
    api::ResourceClaim { metadata, spec: claim.spec.map(spec), status }
}

pub(super) fn template(template: api::ResourceClaimTemplate) -> api::ResourceClaimTemplate {
    let spec = template.spec.map(|it| api::ResourceClaimTemplateSpec { metadata: None, spec: it.spec.map(spec) });
    api::ResourceClaimTemplate { metadata: metadata(&template.metadata), spec }
}

fn spec(spec: api::ResourceClaimSpec) -> api::ResourceClaimSpec {
    api::ResourceClaimSpec { devices: spec.devices.map(|it| api::DeviceClaim { config: None, ..it }) }
}

fn allocation(allocation: api::AllocationResult) -> api::AllocationResult {
    let devices = allocation.devices.map(|it| {
        let results = it.results.map(|results| {
            let results = results.into_iter().map(|it| api::DeviceRequestAllocationResult {
                admin_access: it.admin_access,
                binding_conditions: it.binding_conditions,
                device: it.device,
                driver: it.driver,
                pool: it.pool,
                request: it.request,
                share_id: it.share_id,
                skip_node_operations: it.skip_node_operations,
                ..api::DeviceRequestAllocationResult::default()
            });
            results.collect()
        });
        api::DeviceAllocationResult { config: None, results }
    });
    api::AllocationResult { allocation_timestamp: None, devices, node_selector: allocation.node_selector }
}

pub(super) fn class(class: api::DeviceClass) -> api::DeviceClass {
    let spec = class.spec.map(|spec| api::DeviceClassSpec { config: None, ..spec });
    api::DeviceClass { metadata: metadata(&class.metadata), spec }
}

pub(super) fn slice(slice: api::ResourceSlice) -> api::ResourceSlice {
    let devices = slice.spec.devices.map(|devices| {
        let devices = devices.into_iter().map(|it| api::Device {
            name: it.name,
            allow_multiple_allocations: it.allow_multiple_allocations,
            binding_conditions: it.binding_conditions,
            consumes_counters: it.consumes_counters,
            node_allocatable_resources: it.node_allocatable_resources,
            taints: it.taints,
            ..api::Device::default()
        });
        devices.collect()
    });
    let metadata = metadata(&slice.metadata);
    let spec = api::ResourceSliceSpec { partition_type_attribute: None, devices, ..slice.spec };
    api::ResourceSlice { metadata, spec }
}
