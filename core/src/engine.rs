//! One document in, everything podlint has to say of it out.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::across::{Facts, Question};
use crate::document::Document;
use crate::draft::{Change, Draft, Spoken};
use crate::finding::{Edit, Finding, Fix, Label, Severity, Verdict};
use crate::inspect::{self, Shared};
use crate::object::{self, SkipReason, foreign};
use crate::path::Path;
use crate::rule;
use crate::schedule::Scheduling;
use crate::settings::Settings;
use crate::source::Locator;
use crate::suppress::Ignores;
use crate::yaml::{self, Encoding, EncodingError, Kind, SyntaxError, Tree};

/// One object that was looked at.
#[derive(Clone, Debug)]
pub struct ObjectReport {
    /// Its position among the items, where it stands in a List.
    pub item: Option<usize>,
    /// The line it starts at, from 1, in the file.
    pub line: usize,
    /// As written.
    pub api_version: Option<String>,
    /// As written.
    pub kind: Option<String>,
    /// As written.
    pub namespace: Option<String>,
    /// As written.
    pub name: Option<String>,
    /// What the server would answer to the object as it stands.
    pub verdict: Verdict,
    /// Set where it was listed but not checked.
    pub skipped: Option<SkipReason>,
    /// The template it was rendered from: the path of a `# Source:` comment.
    pub source: Option<String>,
}

/// What came of a document as a whole.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Outcome {
    /// Nothing in it but comments and blanks.
    Empty,
    /// Objects were found; see [`Report::objects`].
    Objects,
    /// Read, but not checked.
    Skipped(SkipReason),
    /// Could not be read: the findings say why.
    Broken,
}

/// Everything podlint has to say of one document.
#[derive(Clone, Debug)]
pub struct Report {
    /// What came of the document as a whole.
    pub outcome: Outcome,
    /// The objects in it: one, or the items of a List, in order of appearance.
    pub objects: Vec<ObjectReport>,
    /// In order of place.
    pub findings: Vec<Finding>,
    /// What the server would say beside, and what goes away with the mend of one of the findings:
    /// for programs that compare with the server; to people it would be noise.
    pub consequences: Vec<Finding>,
    /// How many findings a comment or an annotation silenced.
    pub suppressed: usize,
    /// The scheduler's answers, one for each Pod template, where a cluster was given.
    pub scheduling: Vec<Scheduling>,
    /// What it has to say to the other documents of its file, for [`crate::across::join`].
    pub facts: Facts,
}

/// A cheap look: whether the text of a file can hold an object at all. False means that checking
/// its documents would find none with `apiVersion` or `kind`, in whatever case.
pub fn may_hold_objects(text: &[u8]) -> bool {
    let has = |first: [u8; 2], rest: &[u8]| {
        memchr::memchr2_iter(first[0], first[1], text)
            .any(|at| text.get(at + 1..at + 1 + rest.len()).is_some_and(|found| found.eq_ignore_ascii_case(rest)))
    };
    has(*b"kK", b"ind") || has(*b"vV", b"ersion")
}

/// Checks one document.
pub fn check(document: &Document<'_>, settings: &Settings) -> Report {
    let tree = if document.json { Tree::parse_json(document.text) } else { Tree::parse(document.text) };
    match tree {
        Ok(tree) => checked(document, settings, &tree),
        Err(error) => {
            if !document.json && foreign::is_template(document.text, error.offset as usize) {
                return Report::empty(Outcome::Skipped(SkipReason::Template));
            }
            let draft = rule::yaml_syntax::report(document.text, &error);
            broken(document, settings, draft)
        }
    }
}

/// The report on a file whose bytes are no text: `error` is what [`crate::yaml::decode`] said.
pub fn unreadable(bytes: &[u8], error: &EncodingError, settings: &Settings) -> Report {
    let before = bytes.get(..error.offset).unwrap_or(bytes);
    let (before, encoding) = yaml::decode(before).unwrap_or((Cow::Borrowed(""), Encoding::Utf8));
    let document = Document {
        text: &before,
        json: false,
        offset: encoding.mark().len(),
        line: 0,
        column: 0,
        index: 0,
        bad_separator: None,
        encoding,
    };
    let syntax = SyntaxError { offset: before.len() as u32, message: error.message.clone(), related: None };
    broken(&document, settings, rule::yaml_syntax::report(&before, &syntax))
}

fn broken(document: &Document<'_>, settings: &Settings, draft: Draft) -> Report {
    let mut drafts = vec![Spoken::of_document(draft)];
    choose(settings, &mut drafts);
    Report { findings: place(document, drafts), ..Report::empty(Outcome::Broken) }
}

impl Report {
    /// Nothing but what came of it.
    pub const fn empty(outcome: Outcome) -> Self {
        Self {
            outcome,
            objects: Vec::new(),
            findings: Vec::new(),
            consequences: Vec::new(),
            suppressed: 0,
            scheduling: Vec::new(),
            facts: Facts::EMPTY,
        }
    }
}

fn checked(document: &Document<'_>, settings: &Settings, tree: &Tree<'_>) -> Report {
    let Some(root) = tree.root().filter(|root| tree.kind(*root) != Kind::Null) else {
        return Report::empty(Outcome::Empty);
    };
    let root = tree.target(root);
    if tree.kind(root) != Kind::Mapping || !object::identify(tree, root).has_key {
        return Report::empty(Outcome::Skipped(SkipReason::NotAnObject));
    }
    let objects = object::objects(tree, root);
    let mut spoken = Vec::new();
    let mut scheduling = Vec::new();
    let mut facts = Facts::default();
    let mut targets = Vec::new();
    let mut reports = Vec::with_capacity(objects.len());
    let locator = Locator::new(document);
    let source = rendered_from(document.text);
    let mut ignores = if settings.without_ignores { Ignores::none() } else { Ignores::of(tree, &objects) };
    let shared = Shared::of(tree, !ignores.is_empty());
    for (position, object) in objects.iter().enumerate() {
        let inspected = inspect::object(document, settings, tree, object, position, &shared);
        let identity = &object.identity;
        let owned = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().map(str::to_owned);
        reports.push(ObjectReport {
            item: object.item,
            line: locator.position(tree.span(object.root).start as usize).line,
            api_version: owned(&identity.api_version),
            kind: owned(&identity.kind),
            namespace: owned(&identity.namespace),
            name: owned(&identity.name),
            verdict: inspected.verdict,
            skipped: inspected.skipped,
            source: source.clone(),
        });
        spoken.extend(inspected.spoken);
        scheduling.extend(inspected.scheduling);
        targets.extend(inspected.gathered.targets);
        facts.templates.extend(inspected.gathered.template);
    }
    if let Some(span) = document.bad_separator {
        let draft = rule::yaml_syntax::bad_separator(span);
        spoken.push(Spoken::of_document(draft));
    }
    let before = spoken.len();
    if !ignores.is_empty() {
        spoken.retain(|it| !ignores.covers(&it.draft, it.object));
    }
    let suppressed = before - spoken.len();
    for (mut spoken, about) in targets {
        // A suppression of what only the whole file tells is never called unused: it may not be all there.
        let is_silenced = ignores.covers(&spoken.draft, spoken.object);
        if chosen(settings, &mut spoken.draft) {
            facts.targets.push(Question { finding: placed(&locator, spoken), is_silenced, about });
        }
    }
    let unused = ignores.unused(|id| settings.off.contains(id));
    spoken.extend(unused.into_iter().map(Spoken::of_document));
    choose(settings, &mut spoken);
    let consequences = consequences(&mut spoken);
    Report {
        objects: reports,
        findings: place(document, spoken),
        consequences: place(document, consequences),
        suppressed,
        scheduling,
        facts,
        ..Report::empty(Outcome::Objects)
    }
}

/// Whether it may bring others with it: it has a suggestion, or says that something is missing.
fn stands_for_others(it: &Spoken) -> bool {
    let of_what_is_missing = [&rule::partial_object::RULE, &rule::required_field::RULE];
    !it.is_consequence && (it.draft.suggestion.is_some() || of_what_is_missing.contains(&it.draft.rule))
}

/// Takes out what goes away with another finding, where such a one is left.
fn consequences(spoken: &mut Vec<Spoken>) -> Vec<Spoken> {
    if !spoken.iter().any(|it| it.is_consequence) {
        return Vec::new();
    }
    let suggesting: HashSet<Option<usize>> =
        spoken.iter().filter(|it| stands_for_others(it)).map(|it| it.object).collect();
    let fields: HashSet<(Option<usize>, Path)> =
        spoken.iter().filter(|it| !it.is_consequence).map(|it| (it.object, it.draft.path.clone())).collect();
    let is_told = |it: &Spoken| fields.contains(&(it.object, it.draft.path.clone()));
    let is_one = |it: &mut Spoken| it.is_consequence && (suggesting.contains(&it.object) || is_told(it));
    let mut taken: Vec<Spoken> = spoken.extract_if(.., is_one).collect();
    for it in &mut taken {
        it.draft.severity = Severity::Info;
        it.draft.help = Some("it goes away with what else is said of this object".to_owned());
    }
    taken
}

/// The template that Helm rendered a document from, by the comment it leaves at the top.
fn rendered_from(text: &str) -> Option<String> {
    let mut comments = text.lines().map(str::trim).take_while(|line| line.is_empty() || line.starts_with(['#', '-']));
    let source = comments.find_map(|line| line.strip_prefix("# Source: "))?;
    Some(source.trim().to_owned())
}

/// Turns spans into places, in the order of the text.
fn place(document: &Document<'_>, mut spoken: Vec<Spoken>) -> Vec<Finding> {
    spoken.sort_by(|a, b| (a.draft.span, &a.draft.path).cmp(&(b.draft.span, &b.draft.path)));
    let locator = Locator::new(document);
    spoken.into_iter().map(|spoken| placed(&locator, spoken)).collect()
}

fn placed(locator: &Locator<'_>, Spoken { draft, object, server, .. }: Spoken) -> Finding {
    Finding {
        rule: draft.rule,
        severity: draft.severity,
        object,
        path: draft.path,
        message: draft.message,
        help: draft.help,
        range: locator.range(draft.span),
        labels: draft.labels.into_iter().map(|(span, message)| Label { message, range: locator.range(span) }).collect(),
        suggestion: draft.suggestion,
        fix: draft.mend.map(|mend| Fix {
            applicability: mend.applicability,
            edits: in_order(mend.changes)
                .into_iter()
                .map(|change| Edit {
                    start: locator.position(change.span.start as usize).offset,
                    end: locator.position(change.span.end as usize).offset,
                    text: change.text,
                })
                .collect(),
        }),
        server,
    }
}

fn in_order(mut changes: Vec<Change>) -> Vec<Change> {
    changes.sort();
    changes
}

/// Drops the findings of rules that are off, and gives the others the severity chosen for them.
fn choose(settings: &Settings, spoken: &mut Vec<Spoken>) {
    spoken.retain_mut(|it| chosen(settings, &mut it.draft));
}

/// Whether the rule of a finding is on; if so, gives it the severity chosen for it. A severity that a rule itself
/// made milder stays as mild.
fn chosen(settings: &Settings, draft: &mut Draft) -> bool {
    if let Some(chosen) = settings.severity.get(draft.rule.id) {
        draft.severity = if draft.severity < draft.rule.severity { draft.severity.min(*chosen) } else { *chosen };
    }
    !settings.off.contains(draft.rule.id)
}
