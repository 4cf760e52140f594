//! A fix is proven by making it.

use super::apply_changes;
use crate::draft::Mend;
use crate::finding::Applicability;
use crate::object;
use crate::path::{Path, Step};
use crate::schema::walk::{self, Options, Problem, What};
use crate::subject::Subject;
use crate::yaml::{Kind, NodeId, Tree};

/// What has to be true afterwards, besides the finding being gone.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Expect {
    /// This value stands at this path.
    pub moved: Option<(NodeId, Path)>,
    /// The object holds the same scalars as before.
    pub same_leaves: bool,
}

/// Proves changes that only have to remove their finding.
pub(crate) fn proven(subject: &Subject<'_, '_>, problem: &Problem, mend: Mend) -> Option<Mend> {
    proven_as(subject, problem, mend, &Expect::default())
}

/// Makes the changes and looks at the result. None where it cannot be read, keeps the finding or
/// changes what it should not; unsafe where it brings up other findings.
pub(super) fn proven_as(subject: &Subject<'_, '_>, problem: &Problem, mend: Mend, expect: &Expect) -> Option<Mend> {
    if !subject.can_fix(problem) {
        return None;
    }
    subject.proofs.set(subject.proofs.get().saturating_sub(1));
    let text = apply_changes(subject.tree.text(), &mend.changes)?;
    let tree = if subject.document.json { Tree::parse_json(&text) } else { Tree::parse(&text) }.ok()?;
    let root = tree.root().map(|root| tree.target(root))?;
    let objects = object::objects(&tree, root);
    let mended = objects.get(subject.position)?;
    let options = Options { version: subject.version, patch: subject.patch };
    let after = walk::walk(&tree, mended.root, subject.object, options);
    if after.problems.iter().any(|other| is_same(other, problem)) {
        return None;
    }
    // Of equal keys one more stands at a path where there was one already.
    let duplicates =
        |problems: &[Problem]| problems.iter().filter(|problem| matches!(problem.what, What::DuplicateKey(_))).count();
    if duplicates(&after.problems) > duplicates(subject.problems) {
        return None;
    }
    if let Some((value, path)) = &expect.moved {
        let there = at(&tree, mended.root, path)?;
        if !same(subject.tree, *value, &tree, there) {
            return None;
        }
    }
    if expect.same_leaves && leaves(subject.tree, subject.root) != leaves(&tree, mended.root) {
        return None;
    }
    let new = after.problems.iter().any(|other| !subject.problems.iter().any(|old| is_same(other, old)));
    Some(Mend { applicability: if new { Applicability::Unsafe } else { mend.applicability }, ..mend })
}

fn is_same(a: &Problem, b: &Problem) -> bool {
    a.path == b.path && std::mem::discriminant(&a.what) == std::mem::discriminant(&b.what) && !is_other_duplicate(a, b)
}

/// Of three equal keys the removal of one leaves a duplicate at the same path.
fn is_other_duplicate(a: &Problem, b: &Problem) -> bool {
    matches!((a.what, b.what), (What::DuplicateKey(_), What::DuplicateKey(_)))
        && a.frames.len() == b.frames.len()
        && a.key.is_some()
        && a.key > b.key
}

/// The value at a path below an object.
pub(super) fn at(tree: &Tree<'_>, root: NodeId, path: &Path) -> Option<NodeId> {
    let mut node = tree.target(root);
    for step in path.steps() {
        let child = match step {
            Step::Key(name) => {
                tree.fields(node).into_iter().find(|field| !field.shadowed && field.name == *name)?.value
            }
            Step::Index(index) => tree.items(node).nth(*index)?,
        };
        node = tree.target(child);
    }
    Some(node)
}

/// Whether two values of a document mean the same.
pub(crate) fn same_value(tree: &Tree<'_>, a: NodeId, b: NodeId) -> bool {
    same(tree, a, tree, b)
}

/// Pairs of nodes compared before two values are taken for different.
const MOST_PAIRS: usize = 100_000;

fn same(tree_a: &Tree<'_>, a: NodeId, tree_b: &Tree<'_>, b: NodeId) -> bool {
    let mut left = vec![(a, b)];
    let mut compared = 0;
    while let Some((a, b)) = left.pop() {
        let (a, b) = (tree_a.target(a), tree_b.target(b));
        compared += 1;
        if compared > MOST_PAIRS || tree_a.kind(a) != tree_b.kind(b) {
            return false;
        }
        match tree_a.kind(a) {
            Kind::Mapping => {
                let fields = tree_a.fields(a);
                let mut others = tree_b.fields(b);
                let mut fields: Vec<_> = fields.into_iter().filter(|field| !field.shadowed).collect();
                others.retain(|field| !field.shadowed);
                fields.sort_by(|x, y| x.name.cmp(&y.name));
                others.sort_by(|x, y| x.name.cmp(&y.name));
                if fields.len() != others.len() || fields.iter().zip(&others).any(|(x, y)| x.name != y.name) {
                    return false;
                }
                left.extend(fields.iter().zip(&others).map(|(x, y)| (x.value, y.value)));
            }
            Kind::Sequence => {
                let (items, others): (Vec<_>, Vec<_>) = (tree_a.items(a).collect(), tree_b.items(b).collect());
                if items.len() != others.len() {
                    return false;
                }
                left.extend(items.into_iter().zip(others));
            }
            _ => {
                if scalar(tree_a, a) != scalar(tree_b, b) {
                    return false;
                }
            }
        }
    }
    true
}

/// A scalar's meaning as text.
fn scalar(tree: &Tree<'_>, node: NodeId) -> String {
    match tree.kind(node) {
        Kind::Null => String::new(),
        Kind::Bool => format!("{:?}", tree.boolean(node)),
        Kind::Integer => format!("{:?}", tree.integer(node)),
        Kind::Float => format!("{:?}", tree.float(node)),
        _ => tree.string(node).into_owned(),
    }
}

/// All scalars of an object that are not null, sorted.
fn leaves(tree: &Tree<'_>, root: NodeId) -> Vec<String> {
    let mut left = vec![root];
    let mut leaves = Vec::new();
    while let Some(node) = left.pop() {
        match tree.kind(node) {
            Kind::Mapping => left.extend(tree.entries(node).map(|(_, value)| value)),
            Kind::Sequence => left.extend(tree.items(node)),
            Kind::Null => {}
            _ => leaves.push(scalar(tree, node)),
        }
    }
    leaves.sort_unstable();
    leaves
}
