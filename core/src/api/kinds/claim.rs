//! Claims of volumes. Source: `ValidatePersistentVolumeClaim` in `pkg/apis/core/validation`, and
//! `pkg/api/persistentvolumeclaim/util.go` for what is done before (1.37).

use k8s_openapi::api::core::v1::{
    PersistentVolumeClaim, PersistentVolumeClaimSpec, TypedLocalObjectReference, TypedObjectReference,
};

use super::{METADATA, SPEC};
use crate::api::cause::Causes;
use crate::api::metadata::{self, Naming};
use crate::api::text;
use crate::api::volume::claim_spec;

/// A `PersistentVolumeClaim`.
pub(super) fn claim(object: &PersistentVolumeClaim, causes: &mut Causes) {
    metadata::object(&object.metadata, Naming::UNCOUNTED, &METADATA, causes);
    if let Some(spec) = &object.spec {
        let mut spec = spec.clone();
        sources(&mut spec);
        claim_spec(&spec, &SPEC, causes);
    }
}

/// Forgets sources that are not allowed without a feature gate, or never were, and copies the one
/// that is left to the other field.
fn sources(spec: &mut PersistentVolumeClaimSpec) {
    spec.data_source_ref.take_if(|source| !text(&source.namespace).is_empty());
    let Some(source) = &spec.data_source_ref else {
        spec.data_source.take_if(|source| !is_claim_or_snapshot(source));
        spec.data_source_ref = spec.data_source.as_ref().map(|source| TypedObjectReference {
            api_group: source.api_group.clone(),
            kind: source.kind.clone(),
            name: source.name.clone(),
            namespace: None,
        });
        return;
    };
    spec.data_source.get_or_insert_with(|| TypedLocalObjectReference {
        api_group: source.api_group.clone(),
        kind: source.kind.clone(),
        name: source.name.clone(),
    });
}

fn is_claim_or_snapshot(source: &TypedLocalObjectReference) -> bool {
    match source.kind.as_str() {
        "PersistentVolumeClaim" => text(&source.api_group).is_empty(),
        "VolumeSnapshot" => text(&source.api_group) == "snapshot.storage.k8s.io",
        _ => false,
    }
}
