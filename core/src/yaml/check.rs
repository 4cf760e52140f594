//! What can be read as YAML and still cannot become JSON, or would become too much of it.

use std::collections::{HashMap, HashSet};

use super::parse::Concerns;
use super::syntax::SyntaxError;
use super::tree::{Kind, NodeId, Tree};

pub(super) fn tree(tree: &Tree<'_>, concerns: &Concerns) -> Result<(), SyntaxError> {
    if tree.has_merges {
        merges(tree)?;
    }
    if concerns.aliases {
        aliases(tree)?;
    }
    if concerns.unspeakable {
        unspeakable(tree)?;
    }
    Ok(())
}

fn ids(tree: &Tree<'_>) -> impl Iterator<Item = NodeId> {
    (0..tree.len() as u32).map(NodeId)
}

/// Behind `<<` stands a mapping, or a list of mappings.
fn merges(tree: &Tree<'_>) -> Result<(), SyntaxError> {
    let is_mapping = |id| tree.kind(tree.target(id)) == Kind::Mapping;
    for map in ids(tree).filter(|&id| tree.kind(id) == Kind::Mapping) {
        for (_, value) in tree.entries(map).filter(|&(key, _)| tree.is_merge(key)) {
            let wrong = if tree.kind(value) == Kind::Sequence {
                tree.items(value).find(|&item| !is_mapping(item))
            } else {
                (!is_mapping(value)).then_some(value)
            };
            if let Some(wrong) = wrong {
                return Err(SyntaxError::new(
                    tree.full_start(wrong) as usize,
                    "`<<` takes a mapping or a list of mappings; to use it as a name, quote it",
                ));
            }
        }
    }
    Ok(())
}

/// go-yaml counts its steps, and refuses a document of which too large a share comes out of
/// aliases. The counts are taken without expanding anything.
fn aliases(tree: &Tree<'_>) -> Result<(), SyntaxError> {
    // The document itself is the first step.
    let mut steps = 1u64;
    let mut from_aliases = 0u64;
    // What the tree costs when all aliases in it are expanded, up to each anchored node; and the
    // cost of those that are complete.
    let mut expanded = 0u64;
    let mut open: Vec<(NodeId, u32, u64)> = Vec::new();
    let mut costs: HashMap<NodeId, u64> = HashMap::new();
    // `<<` and a list behind it are no steps.
    let mut free: HashSet<NodeId> = HashSet::new();
    for id in ids(tree) {
        while let Some(&(anchored, after, before)) = open.last()
            && after <= id.0
        {
            costs.insert(anchored, expanded - before);
            open.pop();
        }
        if tree.anchor(id).is_some() {
            open.push((id, tree.after(id), expanded));
        }
        if tree.kind(id) == Kind::Mapping {
            for (key, value) in tree.entries(id).filter(|&(key, _)| tree.is_merge(key)) {
                free.insert(key);
                if tree.kind(value) == Kind::Sequence {
                    free.insert(value);
                }
            }
        }
        if free.contains(&id) {
            continue;
        }
        let through = if tree.kind(id) == Kind::Alias { costs.get(&tree.target(id)).copied().unwrap_or(1) } else { 0 };
        // Saturated numbers are refused below whatever their value.
        expanded = expanded.saturating_add(1).saturating_add(through);
        steps = steps.saturating_add(1);
        for part in [0, through] {
            steps = steps.saturating_add(part);
            from_aliases = from_aliases.saturating_add(part);
            if is_excessive(steps, from_aliases) {
                return Err(SyntaxError::new(
                    tree.span(id).start as usize,
                    "the aliases of this document expand to too much",
                ));
            }
        }
    }
    Ok(())
}

#[allow(clippy::cast_precision_loss, reason = "as go-yaml does")]
fn is_excessive(steps: u64, from_aliases: u64) -> bool {
    const LOW: f64 = 400_000.0;
    const HIGH: f64 = 4_000_000.0;
    if from_aliases <= 100 || steps <= 1000 {
        return false;
    }
    let steps = steps as f64;
    let allowed = if steps <= LOW {
        0.99
    } else if steps >= HIGH {
        0.10
    } else {
        0.99 - 0.89 * ((steps - LOW) / (HIGH - LOW))
    };
    from_aliases as f64 / steps > allowed
}

/// Null keys, keys beyond 63 bits, infinities: only where they would become part of the JSON, not
/// where a later entry replaces them.
fn unspeakable(tree: &Tree<'_>) -> Result<(), SyntaxError> {
    let mut seen = HashSet::new();
    let mut todo: Vec<NodeId> = tree.root().into_iter().collect();
    let mut first: Option<(u32, &str)> = None;
    let mut fail = |id, message| {
        let found = (tree.full_start(id), message);
        first = Some(first.map_or(found, |known| known.min(found)));
    };
    while let Some(id) = todo.pop() {
        let id = tree.target(id);
        match tree.kind(id) {
            Kind::Float if tree.float(id).is_some_and(|value| !value.is_finite()) => {
                fail(id, "infinity and NaN cannot be written in JSON; quote it to mean text");
            }
            Kind::Sequence if seen.insert(id) => todo.extend(tree.items(id)),
            Kind::Mapping if seen.insert(id) => {
                let mut last = HashMap::new();
                for (key, value, _) in tree.steps(id) {
                    last.insert(tree.key(key), (key, value));
                }
                for &(key, value) in last.values() {
                    match tree.kind(tree.target(key)) {
                        Kind::Null => fail(key, "a key cannot be empty or null"),
                        Kind::Integer if tree.integer(key).is_some_and(|key| i64::try_from(key).is_err()) => {
                            fail(key, "this number is too large for a key; quote it");
                        }
                        _ => todo.push(value),
                    }
                }
            }
            _ => {}
        }
    }
    first.map_or(Ok(()), |(offset, message)| Err(SyntaxError::new(offset as usize, message)))
}
