//! Fixing: what each fix does alone, and what all of them do together.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use podlint_core::finding::{Applicability, Edit, Finding, Fix};
use podlint_core::mend::mend;
use podlint_core::path::Path;
use podlint_core::settings::Settings;
use podlint_core::yaml::{Encoding, Kind, NodeId, Span, Tree, split};
use podlint_core::{Document, Outcome, Report, Verdict, check};

use super::{documents, require, settings_of};

/// Documents of one input that are looked at.
const MOST_DOCUMENTS: usize = 8;
/// Rounds that [`mend`] makes at most.
const MOST_ROUNDS: usize = 20;

/// Rules that judge a field only once it stands where it belongs.
const ABOUT_CONSTRAINTS: &[&str] = &[
    "contradictory-constraints",
    "unknown-node-label",
    "unknown-taint-key",
    "useless-toleration",
    "spread-ignores-self",
    "affinity-nobody",
    "missing-port-name",
];

/// Rules of the API server, which sees more of an object once its fields are named right.
const REFUSALS: &[&str] = &[
    "required-field",
    "invalid-value",
    "unsupported-value",
    "forbidden-field",
    "duplicate-item",
    "missing-reference",
    "too-long",
    "too-many",
    "partial-object",
    "server-warning",
    "doomed-template",
];

/// Any bytes; those that are no UTF-8 have no fixes.
pub fn fix(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let settings = settings_of(text);
    for document in documents(text, Encoding::Utf8).take(MOST_DOCUMENTS) {
        let document = Document { offset: 0, line: 0, ..document };
        let report = check(&document, &settings);
        for finding in &report.findings {
            if let Some(fix) = &finding.fix {
                alone(&document, &settings, &report, finding, fix);
            }
        }
        for least in [Applicability::Safe, Applicability::Unsafe] {
            together(&document, &settings, &report, least);
        }
    }
}

fn with_text<'t>(document: &Document<'t>, text: &'t str) -> Document<'t> {
    Document { text, ..*document }
}

/// One fix, and no other, is made.
fn alone(document: &Document<'_>, settings: &Settings, before: &Report, finding: &Finding, fix: &Fix) {
    // That they are given in order is a property of `engine`.
    let mut edits = fix.edits.clone();
    edits.sort();
    let Some(text) = made(document.text, &edits) else {
        require(false, "the edits of a fix cannot be made", || format!("{finding:?}"));
        return;
    };
    let said =
        || format!("{} {} ({}): {:?} {edits:?}", finding.rule.id, finding.path, finding.message, fix.applicability);
    let details = || format!("{}\n--- before\n{}\n--- after\n{text}\n---", said(), document.text);
    let report = check(&with_text(document, &text), &Settings { without_fixes: true, ..settings.clone() });
    require(report.outcome == Outcome::Objects, "the result of a fix does not parse", details);
    require(report.objects.len() == before.objects.len(), "a fix changes how many objects there are", details);

    let (old, new) = (tally(before), tally(&report));
    let this = key(finding);
    require(new.get(&this).unwrap_or(&0) < old.get(&this).unwrap_or(&0), "a fix keeps its finding", details);
    if let Err(what) = outside(document, &edits, finding, &text) {
        require(false, "a fix changes what is outside its edits", || format!("{what}\n{}", details()));
    }
    if finding.rule.id != "duplicate-key" {
        require(comments(document) == comments(&with_text(document, &text)), "a fix changes comments", details);
    }
    if fix.applicability == Applicability::Safe {
        no_worse(before, &report, "a safe fix makes the verdict worse", details);
        // A field that one rule told of, and a comment silenced, may be told of by another afterwards.
        let judged =
            |key: &Key| before.suppressed == 0 && !ABOUT_CONSTRAINTS.contains(&key.0) && !REFUSALS.contains(&key.0);
        for (key, count) in new.iter().filter(|(key, _)| judged(key)) {
            require(count <= old.get(key).unwrap_or(&0), "a safe fix brings up a finding", || {
                format!("{key:?}\n{}", details())
            });
        }
    }
}

/// All fixes are made.
fn together(document: &Document<'_>, settings: &Settings, before: &Report, least: Applicability) {
    let mut fixes = before.findings.iter().filter_map(|finding| finding.fix.as_ref());
    let is_fixable = fixes.any(|fix| fix.applicability >= least);
    let Some(mended) = mend(document, settings, least) else {
        require(!is_fixable, "mending leaves a fix out", || format!("{least:?}\n{}", document.text));
        return;
    };
    let details = || format!("{least:?}\n--- before\n{}\n--- after\n{}\n---", document.text, mended.text);
    require(is_fixable && mended.fixed > 0, "mending makes no fix and changes something", details);
    require(mended.text != document.text, "mending changes nothing", details);
    let report = check(&with_text(document, &mended.text), &Settings { without_fixes: true, ..settings.clone() });
    require(report.outcome == Outcome::Objects, "what mending gives does not parse", details);
    require(report.objects.len() == before.objects.len(), "mending changes how many objects there are", details);
    let alone = split(document.text).count();
    require(split(&mended.text).count() == alone, "mending changes how many documents there are", details);
    if least == Applicability::Safe {
        no_worse(before, &report, "safe mending makes the verdict worse", details);
    }
    let again = mend(&with_text(document, &mended.text), settings, least);
    if mended.fixed < MOST_ROUNDS {
        require(again.is_none(), "mending twice is not mending once", || {
            format!("{}\n--- again\n{}\n---", details(), again.as_ref().map_or("", |again| &again.text))
        });
        return;
    }
    let mut left = again;
    for _ in 0..MOST_ROUNDS {
        let Some(mended) = left else { return };
        left = mend(&with_text(document, &mended.text), settings, least);
    }
    require(left.is_none(), "mending does not come to an end", details);
}

/// Makes edits that stand in order and apart.
fn made(text: &str, edits: &[Edit]) -> Option<String> {
    let mut result = String::new();
    let mut at = 0;
    for edit in edits {
        result.push_str(text.get(at..edit.start)?);
        result.push_str(&edit.text);
        at = edit.end;
    }
    result.push_str(text.get(at..)?);
    Some(result)
}

/// What is wrong where, whatever podlint can say about it.
type Key = (&'static str, Option<usize>, Path);

fn key(finding: &Finding) -> Key {
    let what = match finding.rule.id {
        "misplaced-field" | "misspelled-field" => "unknown-field",
        "invalid-quantity" | "placeholder" => "wrong-type",
        id => id,
    };
    (what, finding.object, finding.path.clone())
}

fn tally(report: &Report) -> BTreeMap<Key, usize> {
    let mut tally = BTreeMap::new();
    for finding in report.findings.iter().chain(&report.consequences) {
        *tally.entry(key(finding)).or_default() += 1;
    }
    tally
}

fn no_worse(before: &Report, after: &Report, what: &str, details: impl Fn() -> String) {
    let badness = |verdict| match verdict {
        Verdict::Decode => 2,
        Verdict::Strict => 1,
        Verdict::Ok | Verdict::Invalid | Verdict::Unregistered => 0,
    };
    for (old, new) in before.objects.iter().zip(&after.objects) {
        let same_object = old.kind == new.kind && old.api_version == new.api_version;
        require(same_object && badness(new.verdict) <= badness(old.verdict), what, || {
            format!("{old:?}\n{new:?}\n{}", details())
        });
    }
}

fn read<'t>(document: &Document<'t>) -> Option<Tree<'t>> {
    if document.json { Tree::parse_json(document.text) } else { Tree::parse(document.text) }.ok()
}

/// The texts of all comments, sorted: a move may change their order.
fn comments<'t>(document: &Document<'t>) -> Vec<&'t str> {
    let tree = read(document);
    let spans = tree.iter().flat_map(Tree::comments);
    let mut comments: Vec<&str> =
        spans.filter_map(|span| document.text.get(span.start as usize..span.end as usize)).map(str::trim_end).collect();
    comments.sort_unstable();
    comments
}

/// Where something stands after edits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Spot {
    /// Here in the new text.
    At(usize),
    /// In what an edit takes out or puts in.
    Edited,
}

/// A scalar that no edit touches.
#[derive(Debug)]
struct Leaf {
    kind: Kind,
    value: String,
    is_key: bool,
    /// A hash of the places of all keys above it.
    above: u64,
    /// What an alias stands for, and where that stands.
    meaning: String,
    target: Option<Span>,
}

impl PartialEq for Leaf {
    fn eq(&self, other: &Self) -> bool {
        let key = |leaf: &Self| (leaf.kind, leaf.is_key, leaf.above);
        key(self) == key(other) && self.value == other.value
    }
}

/// Whether every scalar outside the edits means the same as before and stands below the same keys.
fn outside(document: &Document<'_>, edits: &[Edit], finding: &Finding, text: &str) -> Result<(), String> {
    let after = with_text(document, text);
    let (Some(old), Some(new)) = (read(document), read(&after)) else { return Ok(()) };
    // Edits as stretches of the new text.
    let mut stretches = Vec::new();
    let mut moved = 0;
    let mut gone = 0;
    for edit in edits {
        let start = edit.start + moved - gone;
        stretches.push(start..start + edit.text.len());
        moved += edit.text.len();
        gone += edit.end - edit.start;
    }
    let before = leaves(&old, |start, end| {
        let is_edited = |edit: &Edit| {
            if edit.start == edit.end {
                start < edit.start && edit.start < end
            } else {
                start < edit.end && edit.start < end
            }
        };
        if edits.iter().any(is_edited) {
            return Spot::Edited;
        }
        let ahead = edits.iter().filter(|edit| edit.end <= start);
        Spot::At(ahead.fold(start, |at, edit| at + edit.text.len() - (edit.end - edit.start)))
    });
    let after = leaves(&new, |start, end| {
        let is_new = stretches.iter().any(|stretch| start < stretch.end && stretch.start < end);
        if is_new { Spot::Edited } else { Spot::At(start) }
    });
    for (at, leaf) in &before {
        let other = after.get(at);
        if other.is_none_or(|other| other != leaf) {
            return Err(format!("was {leaf:?}, is {other:?} at {at}"));
        }
        // What stands behind an anchor may be mended where it stands.
        let mended =
            leaf.target.is_some_and(|span| (span.start..=span.end).contains(&(finding.range.start.offset as u32)));
        let meanings = (&leaf.meaning, other.map_or("", |other| &other.meaning));
        if !mended && meanings.0 != meanings.1 {
            return Err(format!("an alias stood for {meanings:?} at {at}"));
        }
    }
    for (at, leaf) in &after {
        if !before.contains_key(at) {
            return Err(format!("was nothing, is {leaf:?} at {at}"));
        }
    }
    Ok(())
}

/// The scalars outside the edits, by where they stand in the new text.
fn leaves(tree: &Tree<'_>, spot: impl Fn(usize, usize) -> Spot) -> HashMap<usize, Leaf> {
    let place = |node: NodeId| {
        let span = tree.span(node);
        spot(span.start as usize, span.end as usize)
    };
    let mut leaves = HashMap::new();
    let mut left: Vec<(NodeId, bool, u64)> = tree.root().map(|root| (root, false, 0)).into_iter().collect();
    while let Some((node, is_key, above)) = left.pop() {
        match tree.kind(node) {
            Kind::Mapping => {
                for (key, value) in tree.entries(node) {
                    let mut hash = DefaultHasher::new();
                    (above, place(key)).hash(&mut hash);
                    left.push((key, true, above));
                    left.push((value, false, hash.finish()));
                }
            }
            Kind::Sequence => left.extend(tree.items(node).map(|item| (item, false, above))),
            kind => {
                let span = tree.span(node);
                let Spot::At(at) = place(node) else { continue };
                if span.start == span.end {
                    continue;
                }
                let mut leaf = Leaf { kind, value: String::new(), is_key, above, meaning: String::new(), target: None };
                if kind == Kind::Alias {
                    leaf.target = Some(tree.span(tree.target(node)));
                    leaf.meaning = meaning(tree, tree.target(node));
                } else {
                    leaf.value = tree.string(node).into_owned();
                }
                leaves.insert(at, leaf);
            }
        }
    }
    leaves
}

/// A value in words; aliases inside are not followed.
fn meaning(tree: &Tree<'_>, node: NodeId) -> String {
    let mut words = Vec::new();
    let mut left = vec![node];
    while let Some(node) = left.pop() {
        let kind = tree.kind(node);
        let value = if kind == Kind::Alias {
            tree.anchor(tree.target(node)).unwrap_or_default().to_owned()
        } else {
            tree.string(node).into_owned()
        };
        words.push(format!("{kind:?} {} {value}", tree.children(node).count()));
        left.extend(tree.children(node));
    }
    words.join(",")
}
