//! Which refusals go away with a misspelled or misplaced field: `imag:` leaves a container without
//! its image, and its author has one mistake to mend, not two.

use std::collections::HashSet;

use crate::draft::{Change, Spoken};
use crate::fix::apply_changes;
use crate::object;
use crate::path::Path;
use crate::subject::Subject;
use crate::yaml::Tree;

/// Marks the refusals that the suggestions of `spoken` take away.
pub(super) fn mark(subject: &Subject<'_, '_>, api_version: &str, kind: &str, spoken: &[Spoken], told: &mut [Spoken]) {
    let suggested: Vec<&Path> = spoken.iter().filter_map(|it| it.draft.suggestion.as_ref()).collect();
    if suggested.is_empty() || told.is_empty() {
        return;
    }
    for it in &mut *told {
        it.is_consequence |= suggested.iter().any(|path| it.draft.path.steps().starts_with(path.steps()));
    }
    let Some(left) = left(subject, api_version, kind, spoken) else { return };
    for it in told {
        let server = it.server.as_ref();
        it.is_consequence |= server.is_some_and(|it| !left.contains(&(it.field.clone(), it.reason.clone())));
    }
}

/// Fields and reasons of the refusals that are left once the suggestions have been followed.
fn left(
    subject: &Subject<'_, '_>,
    api_version: &str,
    kind: &str,
    spoken: &[Spoken],
) -> Option<HashSet<(Option<String>, Option<String>)>> {
    let mends = spoken.iter().filter(|it| it.draft.suggestion.is_some()).filter_map(|it| it.draft.mend.as_ref());
    let changes: Vec<Change> = mends.flat_map(|mend| mend.changes.iter().cloned()).collect();
    let text = apply_changes(subject.tree.text(), &changes)?;
    let tree = if subject.document.json { Tree::parse_json(&text) } else { Tree::parse(&text) }.ok()?;
    let objects = object::objects(&tree, tree.root().map(|root| tree.target(root))?);
    let mended = Subject { tree: &tree, root: objects.get(subject.position)?.root, ..*subject };
    let causes = super::answers(&mended, api_version, kind).causes;
    Some(causes.into_iter().map(|it| (Some(it.field), Some(it.reason.as_str().to_owned()))).collect())
}
