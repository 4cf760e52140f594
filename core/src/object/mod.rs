//! What a document is: its kind and name, the items of a List, and what is no manifest at all.

pub mod defaults;
pub mod foreign;
pub(crate) mod image;
pub(crate) mod label;
pub(crate) mod locate;
pub mod registry;
pub(crate) mod template;

use std::borrow::Cow;

use crate::yaml::{Kind, NodeId, Tree};

/// Why a document was not checked although it could be read.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum SkipReason {
    /// Neither `apiVersion` nor `kind` at its root.
    NotAnObject,
    /// A template that must be rendered first (Helm, Jinja).
    Template,
    /// Encrypted with SOPS.
    Encrypted,
    /// Written for another program, named here: `kubeconfig`, `Kustomization`, …
    Foreign(&'static str),
}

/// What an object says it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Identity<'t> {
    /// `apiVersion`, as written or lent by a typed list; none where it is empty or no text.
    pub api_version: Option<Cow<'t, str>>,
    /// `kind`, likewise.
    pub kind: Option<Cow<'t, str>>,
    /// `metadata.name`.
    pub name: Option<Cow<'t, str>>,
    /// `metadata.namespace`.
    pub namespace: Option<Cow<'t, str>>,
    /// The value of `apiVersion`.
    pub api_version_node: Option<NodeId>,
    /// The value of `kind`.
    pub kind_node: Option<NodeId>,
    /// It has one of the two keys, whatever the value.
    pub has_key: bool,
}

/// Reads what a mapping says it is.
pub fn identify<'t>(tree: &Tree<'t>, root: NodeId) -> Identity<'t> {
    let mut identity = Identity::default();
    let fields = tree.fields(root);
    let has = |name: &str| fields.iter().any(|field| field.name == name);
    for field in fields.iter().filter(|field| !field.shadowed) {
        // The server finds kind and version without regard to case, and calls the key unknown
        // afterwards. Source: `SimpleMetaFactory` in `k8s.io/apimachinery` (1.37).
        let name = match &*field.name {
            name if name.eq_ignore_ascii_case("kind") && !has("kind") => "kind",
            name if name.eq_ignore_ascii_case("apiVersion") && !has("apiVersion") => "apiVersion",
            name => name,
        };
        match name {
            "apiVersion" => {
                identity.has_key = true;
                identity.api_version_node = Some(field.value);
                identity.api_version = text(tree, field.value);
            }
            "kind" => {
                identity.has_key = true;
                identity.kind_node = Some(field.value);
                identity.kind = text(tree, field.value);
            }
            "metadata" => {
                for inner in tree.fields(tree.target(field.value)).into_iter().filter(|field| !field.shadowed) {
                    match &*inner.name {
                        "name" => identity.name = text(tree, inner.value),
                        "namespace" => identity.namespace = text(tree, inner.value),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    identity
}

fn text<'t>(tree: &Tree<'t>, node: NodeId) -> Option<Cow<'t, str>> {
    let node = tree.target(node);
    if tree.kind(node) != Kind::String {
        return None;
    }
    Some(tree.string(node)).filter(|text| !text.is_empty())
}

/// One object of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Object<'t> {
    /// Its mapping; or what stands in its place in a List.
    pub root: NodeId,
    /// Its position in the List, where it is in one; Lists inside Lists are counted through.
    pub item: Option<usize>,
    /// What it is.
    pub identity: Identity<'t>,
}

/// Lists inside Lists are looked into this far.
const DEEPEST_LIST: usize = 32;

/// The objects of a document: itself, or the items where it is a List of any type. A typed list
/// (`PodList`) lends its items their kind and version, as kubectl does.
pub fn objects<'t>(tree: &Tree<'t>, root: NodeId) -> Vec<Object<'t>> {
    let mut objects = Vec::new();
    let identity = identify(tree, root);
    if !expand(tree, root, &identity, 0, &mut objects) {
        objects.push(Object { root, item: None, identity });
    }
    objects
}

fn expand<'t>(
    tree: &Tree<'t>,
    list: NodeId,
    identity: &Identity<'t>,
    depth: usize,
    objects: &mut Vec<Object<'t>>,
) -> bool {
    let Some(item_kind) = identity.kind.as_deref().and_then(|kind| kind.strip_suffix("List")) else { return false };
    let mut fields = tree.fields(list).into_iter();
    let items = fields.find(|field| !field.shadowed && field.name == "items").map(|field| tree.target(field.value));
    let Some(items) = items.filter(|items| tree.kind(*items) == Kind::Sequence) else { return false };
    for item in tree.items(items) {
        let root = tree.target(item);
        let mut own = identify(tree, root);
        if !item_kind.is_empty() {
            own.kind = own.kind.or_else(|| Some(Cow::Owned(item_kind.to_owned())));
            own.api_version = own.api_version.or_else(|| identity.api_version.clone());
        }
        if depth < DEEPEST_LIST && expand(tree, root, &own, depth + 1, objects) {
            continue;
        }
        objects.push(Object { root, item: Some(objects.len()), identity: own });
    }
    true
}
