//! One object through all the stages.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use podlint_schemas::{Deprecation, KindInfo, Type};

use crate::across::{self, Gathered};
use crate::api;
use crate::document::Document;
use crate::draft::{Draft, Spoken};
use crate::finding::{Applicability, ServerAnswer, ServerStage, Verdict};
use crate::object::registry::{self, Registered};
use crate::object::template::Workload;
use crate::object::{Identity, Object, SkipReason, foreign};
use crate::path::Path;
use crate::rule::{
    debug_of_static_pod, deprecated_api, duplicate_key, invalid_quantity, malformed_image, misplaced_field,
    missing_kind, missing_port_name, missing_target_container, misspelled_field, placeholder, removed_api,
    unknown_field, unknown_kind, unregistered_kind, wrong_type,
};
use crate::schedule::{self, Scheduling};
use crate::schema::place::{self, Means, Scene};
use crate::schema::walk::{self, Options, Problem, What};
use crate::server::{Answers, missing_words};
use crate::settings::Settings;
use crate::subject::Subject;
use crate::yaml::{Kind, NodeId, Span, Tree};

/// What came of one object.
pub(crate) struct Inspected {
    pub(crate) verdict: Verdict,
    pub(crate) skipped: Option<SkipReason>,
    pub(crate) spoken: Vec<Spoken>,
    pub(crate) scheduling: Option<Scheduling>,
    pub(crate) gathered: Gathered,
}

impl Inspected {
    fn new(verdict: Verdict) -> Self {
        Self { verdict, skipped: None, spoken: Vec::new(), scheduling: None, gathered: Gathered::default() }
    }

    fn with(verdict: Verdict, position: usize, draft: Draft, server: Option<ServerAnswer>) -> Self {
        let spoken = vec![Spoken::of(draft, position, server)];
        Self { spoken, ..Self::new(verdict) }
    }
}

/// What the objects of one document share.
pub(crate) struct Shared {
    /// How many more fixes may be proven.
    proofs: Cell<usize>,
    /// How many more stray fields a place is looked for.
    places: Cell<usize>,
    /// It carries directives of a strategic merge patch.
    has_directives: bool,
    /// A comment or an annotation in it silences something.
    has_suppressions: bool,
}

/// Fixes that are proven for one document: each proof reads the document again.
const MOST_PROOFS: usize = 60;
/// So that a huge document with many mistakes takes no longer than a few of its readings.
const MOST_PROOF_BYTES: usize = 8 << 20;
/// Stray fields of one document that a place is looked for.
const MOST_PLACES: usize = 2_000;
/// Likewise, nodes of the document times stray fields.
const MOST_PLACE_NODES: usize = 20_000_000;

impl Shared {
    /// Starts with a document.
    pub(crate) fn of(tree: &Tree<'_>, has_suppressions: bool) -> Self {
        let text = tree.text();
        Self {
            proofs: Cell::new((MOST_PROOF_BYTES / text.len().max(1)).clamp(1, MOST_PROOFS)),
            places: Cell::new((MOST_PLACE_NODES / tree.len().max(1)).clamp(10, MOST_PLACES)),
            has_directives: has_directives(text),
            has_suppressions,
        }
    }
}

/// Checks one object of a document.
pub(crate) fn object(
    document: &Document<'_>,
    settings: &Settings,
    tree: &Tree<'_>,
    object: &Object<'_>,
    position: usize,
    shared: &Shared,
) -> Inspected {
    let identity = &object.identity;
    let here = at_key(tree, object.root, "kind").unwrap_or_else(|| top(tree, object.root));
    let (Some(api_version), Some(kind)) = (identity.api_version.as_deref(), identity.kind.as_deref()) else {
        if let Some(reason) = foreign::skip(tree, object.root, identity) {
            return Inspected { skipped: Some(reason), ..Inspected::new(Verdict::Decode) };
        }
        let versions = identity.kind.as_deref().map(|kind| registry::api_versions(settings.version, kind));
        let span = at_key(tree, object.root, "apiVersion").unwrap_or(here);
        let server = ServerAnswer {
            stage: ServerStage::Decode,
            reason: None,
            field: None,
            detail: Some(missing_words(identity.api_version.is_none(), identity.kind.is_none())),
        };
        if settings.patch {
            return Inspected::new(Verdict::Decode);
        }
        let draft = missing_kind::report(tree, identity, span, &versions.unwrap_or_default());
        return Inspected::with(Verdict::Decode, position, draft, Some(server));
    };
    let skipped = foreign::skip(tree, object.root, identity);
    let version_span = at_key(tree, object.root, "apiVersion").unwrap_or(here);
    let registered = registry::look_up(settings.version, api_version, kind);
    if skipped.is_some() && !matches!(registered, Registered::Known(..)) {
        return Inspected { skipped, ..Inspected::new(Verdict::Unregistered) };
    }
    for (text, key, span) in [(kind, "kind", here), (api_version, "apiVersion", version_span)] {
        if placeholder::is_marked(text) {
            let draft = placeholder::report_kind(identity, span, key);
            return Inspected::with(Verdict::Unregistered, position, draft, None);
        }
    }
    if api_version.matches('/').count() > 1 {
        // Source: `ParseGroupVersion` in `k8s.io/apimachinery/pkg/runtime/schema` (1.37).
        let server = ServerAnswer {
            stage: ServerStage::Decode,
            reason: None,
            field: None,
            detail: Some(format!("unexpected GroupVersion string: {api_version}")),
        };
        let draft = unknown_kind::bad_version(version_span, api_version);
        return Inspected::with(Verdict::Decode, position, draft, Some(server));
    }
    let unregistered = |draft| Inspected::with(Verdict::Unregistered, position, draft, None);
    match registered {
        Registered::Known(known, deprecation) => {
            let mut inspected =
                structure(document, settings, tree, object, position, &known, deprecation.as_ref(), shared);
            if skipped.is_some() {
                inspected.spoken.clear();
                inspected.gathered = Gathered::default();
            }
            Inspected { skipped, ..inspected }
        }
        Registered::Removed(removal) => unregistered(removed_api::report(identity, version_span, &removal)),
        Registered::Missing(miss) => {
            let span = if matches!(miss, registry::Miss::OtherVersion { .. }) { version_span } else { here };
            unregistered(unknown_kind::report(tree, identity, span, &miss, settings.version))
        }
        Registered::Foreign if settings.require_schema => unregistered(unregistered_kind::report(identity, here)),
        Registered::Foreign => Inspected::new(Verdict::Unregistered),
    }
}

/// The place of the value behind a key at the top of an object.
fn at_key(tree: &Tree<'_>, root: NodeId, name: &str) -> Option<Span> {
    let value = tree.field(root, name)?;
    let span = tree.span(value);
    if span.start < span.end {
        return Some(span);
    }
    tree.entries(root).find(|(_, other)| *other == value).map(|(key, _)| tree.span(key))
}

/// The first key of an object.
fn top(tree: &Tree<'_>, root: NodeId) -> Span {
    tree.children(root).next().map_or_else(|| tree.span(root), |key| tree.span(key))
}

#[allow(clippy::too_many_arguments)] // The facts of one call of `object`, and what it looked up.
fn structure(
    document: &Document<'_>,
    settings: &Settings,
    tree: &Tree<'_>,
    object: &Object<'_>,
    position: usize,
    known: &KindInfo,
    deprecation: Option<&Deprecation>,
    shared: &Shared,
) -> Inspected {
    let patch = settings.patch || shared.has_directives;
    let as_sent = walk::walk(tree, object.root, known.object, Options { version: settings.version, patch: false });
    let answers = Answers::of(&as_sent.problems);
    let mut verdict = answers.verdict;
    let mut spoken = Vec::new();
    let walked = if patch && !as_sent.problems.is_empty() {
        walk::walk(tree, object.root, known.object, Options { version: settings.version, patch: true })
    } else {
        as_sent
    };
    if let Some(deprecation) = deprecation {
        let span = at_key(tree, object.root, "apiVersion").unwrap_or_else(|| top(tree, object.root));
        let server = (verdict == Verdict::Ok).then(|| ServerAnswer {
            stage: ServerStage::Warning,
            reason: None,
            field: None,
            detail: Some(deprecated_api::server_words(&object.identity, deprecation)),
        });
        let draft = deprecated_api::report(&object.identity, span, deprecation);
        spoken.push(Spoken::of(draft, position, server));
    }
    let subject = Subject {
        document,
        settings,
        tree,
        root: object.root,
        position,
        object: known.object,
        kind: known.kind,
        version: settings.version,
        patch,
        holes: &walked.holes,
        problems: &walked.problems,
        proofs: &shared.proofs,
    };
    // Where the same node is reached through aliases, it is told once, at its anchor.
    let place = |problem: &Problem| (problem.key, tree.target(problem.value));
    let mut uses: HashMap<(Option<NodeId>, NodeId), NodeId> = HashMap::new();
    for problem in &walked.problems {
        if let Some(via) = problem.via {
            uses.entry(place(problem)).or_insert(via);
        }
    }
    let mut told: HashSet<(Option<NodeId>, NodeId)> = HashSet::new();
    for problem in &walked.problems {
        if !told.insert(place(problem)) {
            continue;
        }
        let mut draft = report(&subject, problem, &shared.places);
        if let Some(via) = uses.get(&place(problem)) {
            draft = draft.label(tree.span(*via), "used here");
            draft.mend = None;
        }
        spoken.push(Spoken::of(draft, position, answers.server(problem)));
    }
    rivals(&mut spoken);
    if !patch {
        let mut drafts = containers(&subject, &object.identity);
        drafts.extend(schedule::written::inspect(&subject, &object.identity));
        spoken.extend(drafts.into_iter().map(|draft| Spoken::of(draft, position, None)));
    }
    let workload = object.identity.api_version.as_deref().zip(object.identity.kind.as_deref());
    if let Some((version, kind)) = workload.filter(|_| verdict != Verdict::Decode && !settings.accepted) {
        let refusal = api::report(&subject, version, kind, &mut spoken);
        if refusal.is_refused {
            // A warning only goes out with what is accepted.
            for it in &mut spoken {
                it.server.take_if(|server| server.stage == ServerStage::Warning);
            }
            if verdict == Verdict::Ok {
                verdict = Verdict::Invalid;
            }
        }
        spoken.extend(refusal.spoken);
    }
    let scheduling = settings.cluster.as_deref().filter(|_| !patch && verdict != Verdict::Decode).and_then(|cluster| {
        schedule::report::inspect(tree, object.root, position, &object.identity, settings, cluster)
    });
    let (scheduling, drafts) = scheduling.map_or((None, Vec::new()), |(entry, drafts)| (Some(entry), drafts));
    spoken.extend(drafts.into_iter().map(|draft| Spoken::of(draft, position, None)));
    let gathered = if patch {
        Gathered::default()
    } else {
        across::gather(&subject, &object.identity, verdict, shared.has_suppressions)
    };
    Inspected { spoken, scheduling, gathered, ..Inspected::new(verdict) }
}

/// What the rules say of the containers of an object; nothing where it holds no Pod.
fn containers(subject: &Subject<'_, '_>, identity: &Identity<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let workload = identity.api_version.as_deref().zip(identity.kind.as_deref());
    let Some(workload) = workload.and_then(|(version, kind)| Workload::of(version, kind)) else { return drafts };
    malformed_image::report(subject, workload, &mut drafts);
    missing_port_name::report(subject, workload, &mut drafts);
    if workload == Workload::Pod {
        missing_target_container::report(subject, &mut drafts);
        debug_of_static_pod::report(subject, &mut drafts);
    }
    drafts
}

/// Of fields that want the same place, none is surely meant for it.
fn rivals(spoken: &mut [Spoken]) {
    let mut wanted: HashMap<Path, usize> = HashMap::new();
    for path in spoken.iter().filter_map(|it| it.draft.suggestion.clone()) {
        *wanted.entry(path).or_default() += 1;
    }
    for draft in spoken.iter_mut().map(|it| &mut it.draft) {
        let contested = draft.suggestion.as_ref().is_some_and(|path| wanted.get(path).is_some_and(|count| *count > 1));
        if let Some(mend) = draft.mend.as_mut().filter(|_| contested) {
            mend.applicability = Applicability::Unsafe;
        }
    }
}

/// Whether a document carries directives of a strategic merge patch.
fn has_directives(text: &str) -> bool {
    // Few manifests have a `$` at all.
    text.contains('$')
        && ["$patch", "$retainKeys", "$setElementOrder/", "$deleteFromPrimitiveList/"]
            .iter()
            .any(|it| text.contains(it))
}

fn report(subject: &Subject<'_, '_>, problem: &Problem, places: &Cell<usize>) -> Draft {
    match problem.what {
        What::DuplicateKey(kept) => duplicate_key::report(subject, problem, problem.key.unwrap_or(kept), kept),
        What::UnknownField(_) => {
            let key = problem.key.unwrap_or(problem.value);
            let scene =
                Scene { tree: subject.tree, kind: subject.kind, version: subject.version, holes: subject.holes };
            let left = places.get();
            places.set(left.saturating_sub(1));
            let placing =
                if left > 0 { place::place(scene, problem).unwrap_or_default() } else { place::Placing::default() };
            match placing.best() {
                Some(best) if best.means == Means::Respell && best.path.parent() == problem.path.parent() => {
                    misspelled_field::report(subject, problem, key, &placing, best)
                }
                Some(best) if is_told(&placing, best, subject) => {
                    misplaced_field::report(subject, problem, key, &placing, best)
                }
                _ => unknown_field::report(subject, problem, key, &placing),
            }
        }
        What::WrongType(wanted) => {
            let value = subject.tree.target(problem.value);
            let is_text = subject.tree.kind(value) == Kind::String;
            if is_text && placeholder::is_placeholder(&subject.tree.string(value), wanted) {
                placeholder::report(subject, problem)
            } else if wanted == Type::Quantity && is_text {
                invalid_quantity::report(subject, problem)
            } else {
                wrong_type::report(subject, problem, wanted)
            }
        }
    }
}

/// A field that is right here in another version of Kubernetes is only sent elsewhere where its
/// successor is plain.
fn is_told(placing: &place::Placing, best: &place::Candidate, subject: &Subject<'_, '_>) -> bool {
    match placing.versions.and_then(podlint_schemas::Versions::first) {
        Some(first) if first > subject.version => false,
        Some(_) => best.means == Means::Unwrap,
        None => true,
    }
}
