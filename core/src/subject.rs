//! The object that rules speak of, and the words for its parts.

use podlint_schemas::{ObjectId, Version};

use crate::document::Document;
use crate::path::Path;
use crate::schema::place::Candidate;
use crate::schema::walk::{Hole, Problem};
use crate::settings::Settings;
use crate::yaml::{Kind, NodeId, Span, Tree};

/// One object of a known kind, with all that rules and fixes ask about.
pub(crate) struct Subject<'a, 't> {
    /// The document it stands in.
    pub(crate) document: &'a Document<'t>,
    /// How to check.
    pub(crate) settings: &'a Settings,
    /// The document, read.
    pub(crate) tree: &'a Tree<'t>,
    /// Its mapping.
    pub(crate) root: NodeId,
    /// Its position among the document's objects.
    pub(crate) position: usize,
    /// Its structure.
    pub(crate) object: ObjectId,
    /// Its kind, as written.
    pub(crate) kind: &'a str,
    /// The Kubernetes version.
    pub(crate) version: Version,
    /// It is a patch: directives are fields too.
    pub(crate) patch: bool,
    /// Its empty values.
    pub(crate) holes: &'a [Hole],
    /// All that is wrong with its structure.
    pub(crate) problems: &'a [Problem],
    /// How many more fixes may be proven: each reads the document again.
    pub(crate) proofs: &'a std::cell::Cell<usize>,
}

impl Subject<'_, '_> {
    /// Whether another fix may be made and proven. What stands in an anchored value means other
    /// places too, and is left to its author.
    pub(crate) fn can_fix(&self, problem: &Problem) -> bool {
        !self.settings.without_fixes
            && self.proofs.get() > 0
            && problem.via.is_none()
            && !self.is_anchored(problem.value)
    }

    /// Whether a node, or one that it stands in, has an anchor.
    pub(crate) fn is_anchored(&self, node: NodeId) -> bool {
        let mut above = Some(node);
        while let Some(node) = above {
            if self.tree.anchor(node).is_some() {
                return true;
            }
            above = self.tree.parent(node);
        }
        false
    }

    /// Whether a value holds anchors or aliases, which mean something else in another place.
    pub(crate) fn has_references(&self, node: NodeId) -> bool {
        let mut left = vec![node];
        while let Some(node) = left.pop() {
            if self.tree.anchor(node).is_some() || self.tree.kind(node) == Kind::Alias {
                return true;
            }
            left.extend(self.tree.children(node));
        }
        false
    }

    /// What holds the field, in a sentence: "`spec.template`", "the top of a Pod".
    pub(crate) fn place_of(&self, problem: &Problem) -> String {
        match problem.path.parent() {
            Some(parent) if parent != Path::root() => format!("`{parent}`"),
            _ => format!("the top level of {}", with_article(self.kind)),
        }
    }

    /// "in" a field, "at" the top level.
    pub(crate) fn preposition(problem: &Problem) -> &'static str {
        if Self::is_at_top(problem) { "at" } else { "in" }
    }

    /// Whether the field stands at the top of its object.
    pub(crate) fn is_at_top(problem: &Problem) -> bool {
        problem.path.steps().len() <= 1
    }

    /// The field, in a sentence: "`replicas`", "item 2 of `args`".
    pub(crate) fn name_of(&self, problem: &Problem) -> String {
        if let Some(key) = problem.path.last_key() {
            return format!("`{key}`");
        }
        let parent = problem.path.parent().unwrap_or_default();
        match (parent.last_key(), problem.path.steps().last()) {
            (Some(list), Some(crate::path::Step::Index(index))) => format!("item {} of `{list}`", index + 1),
            _ => format!("this {}", self.kind),
        }
    }

    /// The value behind another key of the mapping that holds the problem.
    pub(crate) fn value_of(&self, problem: &Problem, key: NodeId) -> Option<NodeId> {
        let mapping = problem.frames.last()?.node;
        self.tree.entries(mapping).find(|(other, _)| *other == key).map(|(_, value)| value)
    }

    /// The key, or the dash of the item, of the lowest existing node on the way to a candidate.
    pub(crate) fn key_of_target(&self, candidate: &Candidate) -> Option<Span> {
        let target = candidate.target?;
        if target == self.root {
            return None;
        }
        let parent = self.tree.parent(target)?;
        let key = self.tree.entries(parent).find(|(_, value)| *value == target).map(|(key, _)| key);
        let span = match key {
            Some(key) => self.tree.span(key),
            // An item is shown by its first key.
            None => self.tree.children(target).next().map(|key| self.tree.span(key))?,
        };
        Some(span)
    }
}

/// `a Pod`, `an Ingress`.
pub(crate) fn with_article(kind: &str) -> String {
    let article = if kind.starts_with(['A', 'E', 'I', 'O']) { "an" } else { "a" };
    format!("{article} {kind}")
}
