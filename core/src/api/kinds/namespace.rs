//! Namespaces. Source: `ValidateNamespace` in `pkg/apis/core/validation` (1.37).

use k8s_openapi::api::core::v1::Namespace;

use super::{METADATA, SPEC};
use crate::api::cause::Causes;
use crate::api::format::Format;
use crate::api::metadata::{self, Naming};

/// A Namespace.
pub(super) fn namespace(object: &Namespace, causes: &mut Causes) {
    let naming = Naming { format: Format::Label, namespaced: false, ..Naming::UNCOUNTED };
    metadata::object(&object.metadata, naming, &METADATA, causes);
    let list = SPEC.key("finalizers");
    let finalizers = object.spec.as_ref().and_then(|spec| spec.finalizers.as_deref()).unwrap_or_default();
    for (index, name) in finalizers.iter().enumerate() {
        let at = list.silent_index(index);
        causes.format(&at, name, Format::QualifiedName);
        metadata::finalizer(name, &at, causes);
    }
}
