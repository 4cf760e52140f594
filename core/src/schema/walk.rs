//! The walk: every field of an object held against its type, once.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use podlint_schemas::{ObjectId, Type, TypeId, Version};

use super::fit;
use crate::path::{Path, Step};
use crate::yaml::{Field, Kind, NodeId, Tree};

/// A node on the way from the object down, and the type it was held against.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frame {
    /// The node, aliases followed.
    pub node: NodeId,
    /// Its type; none above the root of the kind.
    pub type_id: Option<TypeId>,
    /// Its object, where it is one.
    pub object: Option<ObjectId>,
}

/// What is wrong with one field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// The object has no field of this name in this version.
    UnknownField(ObjectId),
    /// The value is not what the type wants.
    WrongType(Type),
    /// A later entry of the same name wins; its key is given.
    DuplicateKey(NodeId),
}

/// One thing wrong with the structure of an object.
#[derive(Clone, PartialEq, Debug)]
pub struct Problem {
    /// Where, below the object.
    pub path: Path,
    /// The key of the field; none for list items and the object itself.
    pub key: Option<NodeId>,
    /// Its value, as written.
    pub value: NodeId,
    /// From the object down to what holds the field.
    pub frames: Vec<Frame>,
    /// The alias or merge key through which the place was reached.
    pub via: Option<NodeId>,
    /// The server does not look here for unknown fields.
    pub unseen: bool,
    /// What is wrong.
    pub what: What,
}

/// A value that is missing (`ports:` with nothing behind it) where an object, a map or a list is
/// wanted: often the place that a field with too little indentation fell out of.
#[derive(Clone, PartialEq, Debug)]
pub struct Hole {
    /// Where.
    pub path: Path,
    /// The empty value.
    pub value: NodeId,
    /// What is wanted there.
    pub type_id: TypeId,
    /// From the object down to what holds the field.
    pub frames: Vec<Frame>,
}

/// All that the walk saw.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Walked {
    /// What is wrong, in order of appearance.
    pub problems: Vec<Problem>,
    /// Empty values, in order of appearance; the first hundred.
    pub holes: Vec<Hole>,
}

/// Levels below the object that are looked at. Built-in kinds need 20; only schemas inside a
/// `CustomResourceDefinition` can go on.
const DEEPEST: usize = 400;
/// Problems of one object that are told. Past this nobody reads on, and the time of a hostile
/// document stays bounded.
pub const MOST_PROBLEMS: usize = 1_000;
const MOST_HOLES: usize = 100;

/// How to walk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// The Kubernetes version.
    pub version: Version,
    /// Patch directives (`$patch`, `$setElementOrder/…`) are fields too.
    pub patch: bool,
}

/// Walks the value `root` as the object `object`.
pub fn walk(tree: &Tree<'_>, root: NodeId, object: ObjectId, options: Options) -> Walked {
    let mut walker = Walker {
        tree,
        options,
        steps: Vec::new(),
        frames: Vec::new(),
        via: None,
        unseen: false,
        clean: HashSet::new(),
        walked: Walked::default(),
    };
    match tree.kind(root) {
        Kind::Mapping | Kind::Null => walker.object(root, object, None, 0),
        _ => walker.problem(None, root, What::WrongType(Type::Object(object))),
    }
    walker.walked
}

/// Whether a key is a directive of a strategic merge patch.
pub fn is_directive(name: &str) -> bool {
    name == "$patch"
        || name == "$retainKeys"
        || name.starts_with("$setElementOrder/")
        || name.starts_with("$deleteFromPrimitiveList/")
}

#[derive(Clone)]
enum Trail<'t> {
    Key(Cow<'t, str>),
    Index(usize),
}

/// For each name that stands more than once, the key that wins; at most as many as can be told.
fn kept_keys<'t>(fields: &[Field<'t>]) -> HashMap<Cow<'t, str>, NodeId> {
    let twice: HashSet<&str> =
        fields.iter().filter(|field| field.shadowed).take(MOST_PROBLEMS).map(|field| &*field.name).collect();
    if twice.is_empty() {
        return HashMap::new();
    }
    let winners = fields.iter().filter(|field| !field.shadowed && twice.contains(&*field.name));
    winners.map(|field| (field.name.clone(), field.key)).collect()
}

struct Walker<'a, 't> {
    tree: &'a Tree<'t>,
    options: Options,
    steps: Vec<Trail<'t>>,
    frames: Vec<Frame>,
    via: Option<NodeId>,
    unseen: bool,
    /// Aliased nodes in which a walk as this type found nothing: a second walk would find nothing
    /// again, and a chain of aliases would take exponential time.
    clean: HashSet<(NodeId, TypeId)>,
    walked: Walked,
}

impl<'t> Walker<'_, 't> {
    fn value(&mut self, key: Option<NodeId>, written: NodeId, type_id: TypeId, depth: usize) {
        let node = self.tree.target(written);
        if node == written {
            return self.resolved(key, node, type_id, depth);
        }
        if self.clean.contains(&(node, type_id)) {
            return;
        }
        let before = self.walked.problems.len();
        let outer = self.via.replace(written);
        self.resolved(key, node, type_id, depth);
        self.via = outer;
        if self.walked.problems.len() == before {
            self.clean.insert((node, type_id));
        }
    }

    fn resolved(&mut self, key: Option<NodeId>, node: NodeId, type_id: TypeId, depth: usize) {
        let wanted = podlint_schemas::get(type_id);
        if !fit::accepts(self.tree, node, wanted) {
            self.problem(key, node, What::WrongType(wanted));
            return;
        }
        if depth >= DEEPEST {
            return;
        }
        if self.tree.kind(node) == Kind::Null {
            self.hole(node, type_id, wanted);
            return;
        }
        match wanted {
            Type::Object(object) => self.object(node, object, Some(type_id), depth),
            Type::Map(value) => self.map(node, type_id, value, depth),
            Type::List(item) => self.list(node, type_id, item, depth),
            Type::ObjectOrBool(object) | Type::ObjectOrStrings(object) | Type::ObjectOrList(object) => {
                let outer = std::mem::replace(&mut self.unseen, true);
                match (self.tree.kind(node), wanted) {
                    (Kind::Mapping, _) => self.object(node, object, Some(type_id), depth),
                    (Kind::Sequence, Type::ObjectOrList(_)) => {
                        self.frames.push(Frame { node, type_id: Some(type_id), object: None });
                        for (index, item) in self.tree.items(node).enumerate() {
                            self.steps.push(Trail::Index(index));
                            let target = self.tree.target(item);
                            if self.tree.kind(target) == Kind::Mapping {
                                self.object(target, object, None, depth + 1);
                            }
                            self.steps.pop();
                        }
                        self.frames.pop();
                    }
                    _ => {}
                }
                self.unseen = outer;
            }
            _ => {}
        }
    }

    fn object(&mut self, node: NodeId, object: ObjectId, type_id: Option<TypeId>, depth: usize) {
        self.frames.push(Frame { node, type_id, object: Some(object) });
        let fields = self.tree.fields(node);
        let kept = kept_keys(&fields);
        for field in &fields {
            if field.shadowed {
                self.duplicate(field, &kept);
                continue;
            }
            self.steps.push(Trail::Key(field.name.clone()));
            let outer = self.enter_merged(field);
            match podlint_schemas::field(object, self.options.version, &field.name) {
                Some(known) => self.value(Some(field.key), field.value, known.type_id, depth + 1),
                None if self.options.patch && is_directive(&field.name) => {}
                None => self.problem(Some(field.key), field.value, What::UnknownField(object)),
            }
            self.via = outer;
            self.steps.pop();
        }
        self.frames.pop();
    }

    fn map(&mut self, node: NodeId, type_id: TypeId, value: TypeId, depth: usize) {
        self.frames.push(Frame { node, type_id: Some(type_id), object: None });
        let fields = self.tree.fields(node);
        let kept = kept_keys(&fields);
        for field in &fields {
            if field.shadowed {
                self.duplicate(field, &kept);
                continue;
            }
            if self.options.patch && is_directive(&field.name) {
                continue;
            }
            self.steps.push(Trail::Key(field.name.clone()));
            let outer = self.enter_merged(field);
            self.value(Some(field.key), field.value, value, depth + 1);
            self.via = outer;
            self.steps.pop();
        }
        self.frames.pop();
    }

    fn list(&mut self, node: NodeId, type_id: TypeId, item_type: TypeId, depth: usize) {
        self.frames.push(Frame { node, type_id: Some(type_id), object: None });
        for (index, item) in self.tree.items(node).enumerate() {
            self.steps.push(Trail::Index(index));
            self.value(None, item, item_type, depth + 1);
            self.steps.pop();
        }
        self.frames.pop();
    }

    fn enter_merged(&mut self, field: &Field<'t>) -> Option<NodeId> {
        let outer = self.via;
        if field.merged && outer.is_none() {
            self.via = Some(field.key);
        }
        outer
    }

    fn duplicate(&mut self, field: &Field<'t>, kept: &HashMap<Cow<'t, str>, NodeId>) {
        if field.merged || self.walked.problems.len() >= MOST_PROBLEMS {
            return;
        }
        let Some(kept) = kept.get(&field.name) else { return };
        self.steps.push(Trail::Key(field.name.clone()));
        self.problem(Some(field.key), field.value, What::DuplicateKey(*kept));
        self.steps.pop();
    }

    fn hole(&mut self, node: NodeId, type_id: TypeId, wanted: Type) {
        let takes_fields = matches!(wanted, Type::Object(_) | Type::Map(_) | Type::List(_));
        if takes_fields && self.via.is_none() && self.walked.holes.len() < MOST_HOLES {
            let hole = Hole { path: self.path(), value: node, type_id, frames: self.frames.clone() };
            self.walked.holes.push(hole);
        }
    }

    fn problem(&mut self, key: Option<NodeId>, value: NodeId, what: What) {
        if self.walked.problems.len() >= MOST_PROBLEMS {
            return;
        }
        let problem = Problem {
            path: self.path(),
            key,
            value,
            frames: self.frames.clone(),
            via: self.via,
            unseen: self.unseen,
            what,
        };
        self.walked.problems.push(problem);
    }

    fn path(&self) -> Path {
        let steps = self.steps.iter().map(|step| match step {
            Trail::Key(name) => Step::Key(name.clone().into_owned()),
            Trail::Index(index) => Step::Index(*index),
        });
        steps.collect()
    }
}
