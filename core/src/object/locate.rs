//! Where a path stands in the text: the one place that turns typed paths into nodes.

use crate::path::{Path, Step};
use crate::yaml::{Kind, NodeId, Span, Tree};

/// What stands at a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    /// The key it stands behind; none in a list, and at the root.
    pub(crate) key: Option<NodeId>,
    /// Its value; for a path that leads nowhere, of the nearest ancestor that is there.
    pub(crate) value: NodeId,
    /// The whole path is there.
    pub(crate) exact: bool,
}

/// Follows a path from an object's root as far as it leads.
pub(crate) fn locate(tree: &Tree<'_>, root: NodeId, path: &Path) -> Place {
    let mut place = Place { key: None, value: root, exact: true };
    for step in path.steps() {
        let here = tree.target(place.value);
        let next = match step {
            Step::Key(name) if tree.kind(here) == Kind::Mapping => {
                tree.entry(here, name).map(|(key, value)| (Some(key), value))
            }
            Step::Index(index) if tree.kind(here) == Kind::Sequence => {
                tree.items(here).nth(*index).map(|item| (None, item))
            }
            _ => None,
        };
        let Some((key, value)) = next else { return Place { exact: false, ..place } };
        place = Place { key, value, exact: true };
    }
    place
}

/// The items of the list at a path; none where there is no list. Looking each up by its own path
/// would count through the list again for each.
pub(crate) fn items<'a>(tree: &'a Tree<'_>, root: NodeId, list: &Path) -> impl Iterator<Item = NodeId> + use<'a> {
    let place = locate(tree, root, list);
    place.exact.then(|| tree.items(tree.target(place.value))).into_iter().flatten()
}

/// The value of a field of a mapping.
pub(crate) fn field(tree: &Tree<'_>, node: NodeId, name: &str) -> Option<NodeId> {
    let node = tree.target(node);
    (tree.kind(node) == Kind::Mapping).then(|| tree.field(node, name))?
}

/// The span to point at for a path: a scalar's value, or the key of a list or mapping; of the
/// nearest ancestor where the path leads nowhere.
pub(crate) fn span(tree: &Tree<'_>, root: NodeId, path: &Path) -> Span {
    let place = locate(tree, root, path);
    let target = tree.target(place.value);
    let is_collection = matches!(tree.kind(target), Kind::Mapping | Kind::Sequence);
    match place.key {
        Some(key) if is_collection || !place.exact => tree.span(key),
        None if is_collection => first(tree, target),
        _ => tree.span(place.value),
    }
}

/// The first key of a mapping or item of a list: a whole object is shown by it.
fn first(tree: &Tree<'_>, node: NodeId) -> Span {
    tree.children(node).next().map_or_else(|| tree.span(node), |child| tree.span(child))
}
