//! One place that a stray field could have, and the collection of all.

use podlint_schemas::TypeId;

use super::{Scene, Stray};
use crate::path::{Path, Step};
use crate::schema::fit::{self, Fit};
use crate::yaml::{Kind, NodeId};

/// What has to be done to get the field there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Means {
    /// Another name in the same object.
    Respell,
    /// The field goes to another object.
    Move,
    /// What is in the field takes the place of the field.
    Unwrap,
    /// The field becomes a key of a map of its object.
    IntoMap,
    /// The field goes to a mount of its volume, which has to be written first.
    Mount,
}

/// One place that a stray field could have.
#[derive(Clone, PartialEq, Debug)]
pub struct Candidate {
    /// The whole path, ending in the new key.
    pub path: Path,
    /// The lowest node on the way there that exists already.
    pub target: Option<NodeId>,
    /// How many keys or items have to be made between `target` and the field.
    pub missing: usize,
    /// The objects and lists on the way there exist already.
    pub parent_exists: bool,
    /// Nothing stands there yet.
    pub free: bool,
    /// How well the value fills the place.
    pub fit: Fit,
    /// How unlikely the place is, from 0.
    pub cost: f32,
    /// What has to be done.
    pub means: Means,
    /// It is in an item of a list that the field neither stands in nor follows: which item was
    /// meant is a guess.
    pub is_remote_item: bool,
}

impl Candidate {
    /// Whether a fix could go there without making anything but the field.
    pub fn is_sure(&self) -> bool {
        self.fit.whole && self.parent_exists && self.free && self.means != Means::IntoMap && !self.is_remote_item
    }
}

/// Up to this cost only case, number or joints differ, or one letter of a long name.
const PLAIN_SLIP: f32 = 0.35;
/// Up to this cost another spelling is plainly the same field.
const PLAIN: f32 = 0.5;

/// Candidates as they are found.
pub(super) struct Found<'s, 'a, 't> {
    scene: Scene<'a, 't>,
    stray: &'s Stray<'s>,
    candidates: Vec<Candidate>,
    /// The places added next end where the stray begins.
    pub(super) follows: bool,
    /// Another name of the field, under which it is there already.
    pub(super) already: Option<Path>,
}

impl<'s, 'a, 't> Found<'s, 'a, 't> {
    pub(super) fn new(scene: Scene<'a, 't>, stray: &'s Stray<'s>) -> Self {
        Self { scene, stray, candidates: Vec::new(), follows: false, already: None }
    }

    /// The value of this field of a mapping, where it is there.
    pub(super) fn child(&self, mapping: NodeId, name: &str) -> Option<NodeId> {
        Some(self.scene.tree.target(self.scene.tree.field(mapping, name)?))
    }

    /// Whether a mapping has nothing under this name, or an empty value.
    pub(super) fn is_free(&self, mapping: NodeId, name: &str) -> bool {
        self.child(mapping, name).is_none_or(|value| self.scene.tree.kind(value) == Kind::Null)
    }

    /// Adds a place for the stray's value. `target` is the lowest node on the way that exists, and
    /// holds the field itself where `missing` is 0.
    pub(super) fn add(
        &mut self,
        path: Path,
        target: Option<NodeId>,
        missing: usize,
        type_id: TypeId,
        cost: f32,
        means: Means,
    ) {
        self.add_value(self.stray.value, path, target, missing, type_id, cost, means);
    }

    /// Adds a place in a map. A scalar of the wrong type may go there too: it will be told of once
    /// it is there.
    pub(super) fn add_key(&mut self, path: Path, target: Option<NodeId>, missing: usize, type_id: TypeId, cost: f32) {
        let fit = fit::fit(self.scene.tree, self.stray.value, type_id, self.scene.version);
        if fit.whole {
            return self.add(path, target, missing, type_id, cost, Means::IntoMap);
        }
        let key = path.last_key().unwrap_or_default();
        if missing == 0 && target.is_some_and(|target| self.child(target, key).is_some()) {
            return;
        }
        let parent_exists = missing == 0;
        let cost = cost + 0.5;
        self.candidates.push(Candidate {
            path,
            target,
            missing,
            parent_exists,
            free: true,
            fit,
            cost,
            means: Means::IntoMap,
            is_remote_item: false,
        });
    }

    /// Adds a place for another value than the stray's own.
    #[allow(clippy::too_many_arguments)] // One place is described by that many facts.
    pub(super) fn add_value(
        &mut self,
        value: NodeId,
        path: Path,
        target: Option<NodeId>,
        missing: usize,
        type_id: TypeId,
        cost: f32,
        means: Means,
    ) {
        let tree = self.scene.tree;
        let fit = fit::fit(tree, value, type_id, self.scene.version);
        let is_null = tree.kind(tree.target(value)) == Kind::Null;
        // A slip of case or number is plain whatever the value, which will be told of next.
        let plain_slip = means == Means::Respell && cost <= PLAIN_SLIP;
        if !fit.whole && !plain_slip && (self.stray.is_scalar || fit.known == 0 || fit.known < fit.strange) {
            return;
        }
        let key = path.last_key().unwrap_or_default();
        let occupant = target.filter(|_| missing == 0).and_then(|target| self.child(target, key));
        let occupant = occupant.filter(|node| tree.kind(*node) != Kind::Null);
        let mut cost = cost;
        if let Some(occupant) = occupant {
            // Two mappings or two lists can be one; a scalar that is set already was not meant.
            let collections = matches!(tree.kind(occupant), Kind::Mapping | Kind::Sequence) && !self.stray.is_scalar;
            if means == Means::Respell && cost <= PLAIN {
                self.already.get_or_insert(path);
                return;
            }
            if !collections || means == Means::Respell {
                return;
            }
            cost += 0.5;
        }
        if !fit.whole {
            // A plain slip may hold further mistakes; a far-fetched name with them is a guess.
            if means == Means::Respell && cost > PLAIN {
                return;
            }
            cost += if fit.known >= 2 * fit.strange { 0.2 } else { 1.0 };
        }
        if is_null {
            cost += 0.5;
        }
        if fit.whole && fit.known >= 2 {
            cost -= 0.3;
        }
        let shared = path.steps().iter().zip(self.stray.path.steps()).take_while(|(a, b)| a == b).count();
        let enters = path.steps().iter().skip(shared).any(|step| matches!(step, Step::Index(_)));
        let is_remote_item = means == Means::Move && enters && !self.follows;
        let candidate = Candidate {
            path,
            target,
            missing,
            parent_exists: missing == 0,
            free: occupant.is_none(),
            fit,
            cost: cost.max(0.0),
            means,
            is_remote_item,
        };
        match self.candidates.iter_mut().find(|known| known.path == candidate.path) {
            Some(known) if known.cost > candidate.cost => *known = candidate,
            Some(_) => {}
            None => self.candidates.push(candidate),
        }
    }

    /// All candidates, best first; equals in the order they were found.
    pub(super) fn finish(mut self) -> Vec<Candidate> {
        self.candidates.sort_by(|a, b| a.cost.total_cmp(&b.cost));
        self.candidates
    }
}
