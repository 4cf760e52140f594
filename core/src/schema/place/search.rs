//! The search through the rest of the object for places that have a field of this name.

use std::collections::HashSet;

use podlint_schemas::{ObjectId, Type};

use super::candidate::{Found, Means};
use super::{Scene, Stray, known, path_of};
use crate::path::Path;
use crate::schema::fit;
use crate::schema::spelling;
use crate::yaml::{Kind, NodeId, Tree};

/// Objects looked at for one stray field: more than any real manifest has near one.
const MOST_VISITS: usize = 4_000;
/// Items of one list that are looked at.
const MOST_ITEMS: usize = 30;
/// A level that exists.
const LEVEL: f32 = 1.0;
/// A level that would have to be made; one that manifests are always built from.
const MADE: f32 = 1.6;
const MADE_FRAME: f32 = 1.1;
/// One of the same name as that which the field stands in.
const MADE_SAME: f32 = 0.4;
/// Going elsewhere at all, as against another spelling here.
const ELSEWHERE: f32 = 0.5;
/// The field follows the place directly: it only lost its indentation.
const ADJACENT: f32 = 0.6;

/// Adds every place in the object that has a field of the stray's name.
pub(super) fn elsewhere(scene: Scene<'_, '_>, stray: &Stray<'_>, found: &mut Found<'_, '_, '_>) {
    let mut names: Vec<(String, f32)> = vec![(stray.name.to_owned(), 0.0)];
    if podlint_schemas::field_named(stray.name).next().is_none() {
        // A name that no object has may be a known one in the wrong case, and in the wrong place.
        for field in same_letters(scene, stray) {
            names.push((field, 0.3));
        }
    }
    for (name, extra) in names {
        let owners: HashSet<ObjectId> = podlint_schemas::field_named(&name)
            .filter(|(_, field)| field.versions.contains(scene.version))
            .map(|(object, _)| object)
            .collect();
        if owners.is_empty() {
            continue;
        }
        let mut search = Search { scene, stray, name: &name, extra, owners: &owners, visits: 0, except: None };
        let mut up = 0.0;
        for (above, frame) in stray.frames.iter().enumerate().rev() {
            let Some(object) = frame.object else { continue };
            let path = path_of(above, stray.path);
            search.look(
                Spot { object, node: Some(frame.node), path, up, down: 0.0, missing: 0, base: frame.node },
                found,
            );
            search.except = Some(frame.node);
            up += LEVEL;
        }
    }
}

/// Names that differ from the stray's in case and joints only, among the fields of the objects
/// around it.
fn same_letters(scene: Scene<'_, '_>, stray: &Stray<'_>) -> Vec<String> {
    let mut names = Vec::new();
    for object in stray.frames.iter().filter_map(|frame| frame.object) {
        for field in podlint_schemas::fields(object).filter(|field| field.versions.contains(scene.version)) {
            let near = spelling::nearness(stray.name, field.name).is_some_and(|cost| cost <= 0.3);
            if near && object != stray.object && !names.iter().any(|name| name == field.name) {
                names.push(field.name.to_owned());
            }
        }
    }
    names
}

struct Search<'s, 'a, 't> {
    scene: Scene<'a, 't>,
    stray: &'s Stray<'s>,
    name: &'s str,
    extra: f32,
    owners: &'s HashSet<ObjectId>,
    visits: usize,
    /// The frame that was searched last, one level below.
    except: Option<NodeId>,
}

/// An object that exists, or could be made, and the way to it.
struct Spot {
    object: ObjectId,
    /// None where it would have to be made.
    node: Option<NodeId>,
    path: Path,
    up: f32,
    down: f32,
    missing: usize,
    /// The lowest existing node on the way.
    base: NodeId,
}

impl Search<'_, '_, '_> {
    /// Looks at an object and everything below it.
    fn look(&mut self, spot: Spot, found: &mut Found<'_, '_, '_>) {
        let mut spots = vec![spot];
        while let Some(spot) = spots.pop() {
            self.visits += 1;
            if self.visits > MOST_VISITS {
                return;
            }
            let is_own = spot.node == Some(self.stray.owner);
            if self.owners.contains(&spot.object) && !is_own {
                self.candidate(&spot, found);
            }
            self.below(&spot, found, &mut spots);
        }
    }

    fn below(&self, spot: &Spot, found: &Found<'_, '_, '_>, spots: &mut Vec<Spot>) {
        let tree = self.scene.tree;
        if spot.missing >= 2 || spot.path.steps().len() > 24 {
            return;
        }
        let fields = podlint_schemas::fields(spot.object);
        for field in fields.filter(|field| field.versions.contains(self.scene.version)) {
            let Some(object) = fit::object_of(field.type_id) else { continue };
            let is_list = matches!(podlint_schemas::get(field.type_id), Type::List(_));
            let path = spot.path.key(field.name);
            let child = spot.node.and_then(|node| found.child(node, field.name));
            let child = child.filter(|child| matches!(tree.kind(*child), Kind::Mapping | Kind::Sequence));
            let step = |node, path, base| Spot {
                object,
                node: Some(node),
                path,
                up: spot.up,
                down: spot.down + LEVEL,
                missing: spot.missing,
                base,
            };
            match child {
                Some(child) if is_list => {
                    let items = tree.items(child).map(|item| tree.target(item)).enumerate().take(MOST_ITEMS);
                    for (index, item) in items {
                        if tree.kind(item) == Kind::Mapping && Some(item) != self.except {
                            spots.push(step(item, path.index(index), item));
                        }
                    }
                }
                Some(child) if Some(child) != self.except => spots.push(step(child, path, child)),
                Some(_) => {}
                None => {
                    let is_frame = known::is_frame(field.name);
                    // The container's `securityContext` for the Pod's: the wrapper is right, its
                    // level is not.
                    let is_same = spot.missing == 0 && spot.up > 0.0 && self.stray.wrapper() == Some(field.name);
                    // Below something that would have to be made only frames are made.
                    if spot.missing == 0 || is_frame || spots_frame(spot) {
                        spots.push(Spot {
                            object,
                            node: None,
                            path: if is_list { path.index(0) } else { path },
                            up: spot.up,
                            down: spot.down
                                + if is_same {
                                    MADE_SAME
                                } else if is_frame {
                                    MADE_FRAME
                                } else {
                                    MADE
                                },
                            missing: spot.missing + 1,
                            base: spot.base,
                        });
                    }
                }
            }
        }
    }

    fn candidate(&self, spot: &Spot, found: &mut Found<'_, '_, '_>) {
        let Some(field) = podlint_schemas::field(spot.object, self.scene.version, self.name) else { return };
        let adjacent = spot.node.is_some_and(|node| follows(self.scene.tree, node, self.stray.key));
        let is_metadata =
            known::simple_name(spot.object) == "ObjectMeta" && spot.up == 0.0 && spot.path.steps().len() == 1;
        let is_wrapper =
            spot.missing == 1 && spot.up == 0.0 && spot.path.last_key().is_some() && self.takes_all_strays(spot.object);
        if self.stray.is_common && self.stray.is_scalar {
            let one_level = spot.node.is_some() && spot.up + spot.down <= LEVEL;
            if !(is_metadata || is_wrapper || one_level && (adjacent || spot.down == 0.0)) {
                return;
            }
        }
        // Going up and then down into something that is not there yet is a guess, unless it is a
        // part that every manifest has.
        let same_wrapper =
            spot.missing == 1 && spot.path.last_key().is_some_and(|key| self.stray.wrapper() == Some(key));
        if spot.missing > 0 && spot.up > 0.0 && !same_wrapper && !is_frames(&spot.path, spot.missing) {
            return;
        }
        if self.holds_the_stray(spot) {
            return;
        }
        let adjacency = if adjacent || is_wrapper { ADJACENT } else { 0.0 };
        let cost = ELSEWHERE + spot.up + spot.down + self.extra + known::rareness(&spot.path, spot.object, self.name)
            - adjacency;
        found.follows = adjacent;
        found.add(spot.path.key(self.name), Some(spot.base), spot.missing, field.type_id, cost, Means::Move);
        found.follows = false;
    }

    /// Whether there are several stray fields here and this object has all of them: then it is what
    /// was left out between (`path` and `port` of a probe without its `httpGet`).
    fn takes_all_strays(&self, object: ObjectId) -> bool {
        let has = |object, name: &str| podlint_schemas::field(object, self.scene.version, name).is_some();
        let fields = self.scene.tree.fields(self.stray.owner);
        let mut strays = fields.iter().filter(|field| !has(self.stray.object, &field.name)).peekable();
        strays.peek().is_some()
            && fields.len() > 1
            && strays.all(|field| has(object, &field.name))
            && fields.iter().filter(|field| !has(self.stray.object, &field.name)).count() > 1
    }

    /// Whether the place is taken by something that the stray itself stands in.
    fn holds_the_stray(&self, spot: &Spot) -> bool {
        let path = spot.path.key(self.name);
        let steps = path.steps();
        self.stray.path.steps().get(..steps.len()).is_some_and(|above| above == steps)
    }
}

/// Whether an object two or three levels below this one has a field of this name.
pub(super) fn is_below(object: ObjectId, name: &str, version: podlint_schemas::Version) -> bool {
    let below = |object: ObjectId| {
        podlint_schemas::fields(object)
            .filter(move |field| field.versions.contains(version))
            .filter_map(|field| fit::object_of(field.type_id))
    };
    below(object)
        .flat_map(|child| below(child).chain([child]))
        .any(|child| podlint_schemas::field(child, version, name).is_some())
}

fn spots_frame(spot: &Spot) -> bool {
    spot.path.last_key().is_some_and(known::is_frame)
}

/// Whether the last `missing` steps of a path are all frames.
fn is_frames(path: &Path, missing: usize) -> bool {
    path.steps().iter().rev().take(missing).all(|step| match step {
        crate::path::Step::Key(key) => known::is_frame(key),
        crate::path::Step::Index(_) => false,
    })
}

/// Whether a key follows a node with nothing but blanks and comments between.
fn follows(tree: &Tree<'_>, node: NodeId, key: NodeId) -> bool {
    let end = tree.span(node).end;
    let start = tree.span(key).start;
    end <= start && only_blanks(tree, end, start)
}

/// Whether there is nothing but blanks, list dashes and comments between two offsets.
pub(super) fn only_blanks(tree: &Tree<'_>, from: u32, to: u32) -> bool {
    let between = tree.text().get(from as usize..to as usize).unwrap_or_default();
    between.lines().all(|line| {
        let line = line.trim();
        line.is_empty() || line.starts_with('#') || line == "-"
    })
}
