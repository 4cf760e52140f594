//! Fields that the user wrote and the API server dropped.

use podlint_core::finding::Finding;
use podlint_core::path::{Path, Step};
use serde_json::Value;

use super::examine::Told;

/// Of the findings in what the user wrote, those whose field is not in the object: a field that podlint
/// does not know and the API server kept is newer than podlint.
pub(super) fn lost(found: Vec<Finding>, object: &str) -> Vec<Told> {
    if found.is_empty() {
        return Vec::new();
    }
    let object: Value = serde_json::from_str(object).unwrap_or_default();
    let lost = found.into_iter().filter(|finding| !is_there(&object, &finding.path));
    lost.map(|finding| {
        let mut told = Told::of(finding);
        told.message = format!("was dropped: {}", told.message);
        told
    })
    .collect()
}

fn is_there(object: &Value, path: &Path) -> bool {
    let found = path.steps().iter().try_fold(object, |here, step| match step {
        Step::Key(key) => here.get(key),
        Step::Index(index) => here.get(index),
    });
    found.is_some()
}
