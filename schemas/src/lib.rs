//! The structure of every built-in kind of Kubernetes 1.25 to 1.37: names and types only.
//!
//! Everything is read in place from one binary blob (`src/blob.rs` says how it is laid out), so that
//! start-up decodes nothing. What has happened to a kind that is gone, or will happen to one that
//! is deprecated, is in [`lifecycle`].
//!
//! ```
//! use podlint_schemas::{Type, Version, field, field_ever, get, kind, object_name};
//!
//! let version: Version = "v1.27.4".parse()?;
//! let pod = kind(version, "v1", "Pod").unwrap();
//! let spec = field(pod.object, version, "spec").unwrap();
//! let Type::Object(pod_spec) = get(spec.type_id) else { unreachable!() };
//! assert_eq!(object_name(pod_spec), "io.k8s.api.core.v1.PodSpec");
//! assert!(field(pod_spec, version, "resources").is_none());
//! let since = field_ever(pod_spec, "resources").and_then(|field| field.versions.first());
//! assert_eq!(since, Some("1.32".parse()?));
//! # Ok::<(), podlint_schemas::VersionError>(())
//! ```

#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::unreachable,
        clippy::print_stdout,
        clippy::print_stderr
    )
)]

mod blob;
mod hash;
pub mod lifecycle;
mod lifecycle_table;
pub mod table;
pub mod version;

pub use lifecycle::{Deprecation, Removal, deprecated, removed};
pub use table::{
    FieldInfo, KindInfo, ObjectId, Type, TypeId, field, field_ever, field_named, fields, get, group_exists, groups,
    kind, kind_ever, kinds, object_name,
};
pub use version::{Version, VersionError, Versions};
