//! When an image is pulled.

use crate::object::image;

/// The policy to pull an image with where none is written: `Always` for the tag `latest`, written
/// or meant, otherwise `IfNotPresent`; a name that cannot be read has no tag.
pub(super) fn pull_policy(reference: &str) -> &'static str {
    if image::tag(reference) == Some("latest") { "Always" } else { "IfNotPresent" }
}
