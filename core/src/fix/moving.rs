//! Taking a field out and putting it in where it belongs.

use super::block::{Entry, shift};
use super::layout::Layout;
use super::lines::{column, line_break, line_start, next_line, slice};
use super::proof::{Expect, at, proven_as};
use crate::draft::{Change, Mend};
use crate::finding::Applicability;
use crate::path::{Path, Step};
use crate::schema::place::{Candidate, Means, Placing};
use crate::schema::walk::Problem;
use crate::subject::Subject;
use crate::yaml::{Kind, NodeId, Span, Style, Tree};

/// Objects that mean the same empty and absent, so that one which a move leaves empty can go.
/// A volume's `emptyDir` is not one of them.
const NOTHING_WHEN_EMPTY: &[&str] =
    &["securityContext", "resources", "affinity", "lifecycle", "dnsConfig", "strategy", "updateStrategy", "metadata"];

/// Takes an entry out of its mapping.
pub(crate) fn remove_entry(subject: &Subject<'_, '_>, problem: &Problem, key: NodeId) -> Option<Vec<Change>> {
    if !subject.can_fix(problem) {
        return None;
    }
    let mapping = problem.frames.last()?.node;
    let entry = Entry::of(subject.tree, mapping, key)?;
    let changes = vec![entry.removal(subject.tree)?];
    let mend = Mend { applicability: Applicability::Safe, changes };
    let proven = proven_as(subject, problem, mend, &Expect::default())?;
    (proven.applicability == Applicability::Safe).then_some(proven.changes)
}

/// Moves a field to where it belongs.
pub(crate) fn relocate(
    subject: &Subject<'_, '_>,
    problem: &Problem,
    key: NodeId,
    placing: &Placing,
    best: &Candidate,
) -> Option<Mend> {
    let anchored = best.target.is_some_and(|target| subject.is_anchored(target));
    if !best.fit.whole || !best.free || anchored || !subject.can_fix(problem) || subject.has_references(problem.value) {
        return None;
    }
    let mapping = problem.frames.last()?.node;
    let entry = Entry::of(subject.tree, mapping, key)?;
    let applicability = if placing.is_certain() { Applicability::Safe } else { Applicability::Unsafe };
    let (changes, moved) = match best.means {
        Means::Mount => return None,
        Means::Unwrap => (unwrap(subject.tree, &entry)?, None),
        _ => (carry(subject, problem, &entry, best)?, Some((problem.value, best.path.clone()))),
    };
    proven_as(subject, problem, Mend { applicability, changes }, &Expect { moved, same_leaves: true })
}

/// What is in an entry takes its place.
pub(super) fn lift(tree: &Tree<'_>, mapping: NodeId, key: NodeId) -> Option<Vec<Change>> {
    unwrap(tree, &Entry::of(tree, mapping, key)?)
}

/// What is in the field takes its place.
fn unwrap(tree: &Tree<'_>, entry: &Entry) -> Option<Vec<Change>> {
    let text = tree.text();
    let inner = tree.span(entry.value);
    let whole = Span { start: entry.start(tree), end: inner.end };
    if tree.style(entry.value) == Style::FlowCollection {
        let single = entry.flow || tree.entries(entry.value).count() == 1;
        let content = slice(text, inner.start + 1, inner.end.checked_sub(1)?).trim();
        return (single && !content.contains('\n')).then(|| vec![Change { span: whole, text: content.to_owned() }]);
    }
    // A comment behind the wrapper's key has no place without it; those on lines of their own move.
    let behind = next_line(text, tree.span(entry.key).end);
    if entry.flow || slice(text, whole.start, behind).contains('#') || behind > inner.start {
        return None;
    }
    let (from, to) = (column(text, inner.start), column(text, whole.start));
    let content = shift(slice(text, behind, inner.end), from, to, false, line_break(text))?;
    let content = content.strip_suffix(line_break(text)).unwrap_or(&content);
    Some(vec![Change { span: whole, text: content.trim_start_matches(' ').to_owned() }])
}

/// Takes the entry out here and puts it in there.
fn carry(subject: &Subject<'_, '_>, problem: &Problem, entry: &Entry, best: &Candidate) -> Option<Vec<Change>> {
    let tree = subject.tree;
    let text = tree.text();
    let target = best.target?;
    let alone = entry.next.is_none() && entry.previous.is_none();
    let sinks = alone && !entry.flow && problem.frames.last().map(|frame| frame.node) == Some(target);
    let removal = if sinks { in_place(tree, entry)? } else { removal(subject, problem, entry, best)? };
    // An empty value under the new key would make the field a duplicate.
    if best.missing == 0 && best.path.last_key().is_some_and(|key| tree.field(target, key).is_some()) {
        return None;
    }
    let new_key = key_text(subject, entry, best)?;
    if tree.style(target) == Style::FlowCollection {
        return into_flow(tree, entry, target, best, &new_key, removal);
    }
    let chain = missing_steps(subject, best);
    let layout = Layout::of(tree);
    let (offset, base) = if sinks {
        (removal.span.start, column(text, entry.start(tree)))
    } else {
        landing(subject, entry, target, best)?
    };
    let mut lines = String::new();
    let breaks = line_break(text);
    let mut indent = base;
    let mut dashed = false;
    for step in &chain {
        match step {
            Step::Key(name) => {
                push_line(&mut lines, indent, dashed, &format!("{name}:"), breaks);
                indent += if dashed { 2 + layout.step } else { layout.step };
                dashed = false;
            }
            Step::Index(_) => {
                // The dash stands `layout.dash` behind the key above, not a whole step.
                indent = indent.checked_sub(layout.step)? + layout.dash;
                dashed = true;
            }
        }
    }
    let content = if dashed { indent + 2 } else { indent };
    let mut block = body(tree, entry, content, breaks)?;
    block = replace_key(&block, slice(text, tree.span(entry.key).start, tree.span(entry.key).end), &new_key)?;
    if dashed {
        let dash = format!("{}- ", " ".repeat(indent as usize));
        block = format!("{dash}{}", block.trim_start_matches(' '));
    }
    lines.push_str(&block);
    let bare = sinks && removal.span.start != line_start(text, removal.span.start);
    let lines = if bare { lines.trim_start_matches(' ').to_owned() } else { lines };
    join(text, removal, offset, lines, hole_removal(tree, target))
}

/// The lines of an entry that goes deeper where it stands.
fn in_place(tree: &Tree<'_>, entry: &Entry) -> Option<Change> {
    let lines = entry.lines(tree)?;
    Some(Change { span: Span { start: lines.start, end: lines.end }, text: String::new() })
}

fn push_line(lines: &mut String, indent: u32, dashed: bool, content: &str, breaks: &str) {
    lines.extend(std::iter::repeat_n(' ', indent as usize));
    if dashed {
        lines.push_str("- ");
    }
    lines.push_str(content);
    lines.push_str(breaks);
}

/// The entry's own lines in a new column.
fn body(tree: &Tree<'_>, entry: &Entry, indent: u32, breaks: &str) -> Option<String> {
    if let Some(lines) = entry.lines(tree) {
        return lines.at(tree.text(), indent);
    }
    let text = slice(tree.text(), entry.start(tree), entry.end(tree));
    (entry.flow && !text.contains('\n')).then(|| format!("{}{text}{breaks}", " ".repeat(indent as usize)))
}

/// The new key in the quotes of the old one.
fn key_text(subject: &Subject<'_, '_>, entry: &Entry, best: &Candidate) -> Option<String> {
    super::scalar_like(subject.tree, entry.key, best.path.last_key()?)
}

fn replace_key(block: &str, old: &str, new: &str) -> Option<String> {
    if old == new {
        return Some(block.to_owned());
    }
    let mut done = false;
    let lines = block.split_inclusive('\n').map(|line| {
        let trimmed = line.trim_start_matches(' ');
        if !done && !trimmed.starts_with('#') && trimmed.starts_with(old) {
            done = true;
            return line.replacen(old, new, 1);
        }
        line.to_owned()
    });
    let block = lines.collect();
    done.then_some(block)
}

/// The steps between the target and the field that have to be made.
fn missing_steps(subject: &Subject<'_, '_>, best: &Candidate) -> Vec<Step> {
    let above = best.path.parent().unwrap_or_default();
    let steps = above.steps();
    let mut there = Path::root();
    let mut known = 0;
    for (index, step) in steps.iter().enumerate() {
        there.push(step.clone());
        match at(subject.tree, subject.root, &there) {
            // An empty value is there, and is to be filled.
            Some(node) if Some(node) == best.target => known = index + 1,
            Some(node) if subject.tree.kind(node) != Kind::Null => known = index + 1,
            _ => break,
        }
    }
    steps.get(known..).unwrap_or_default().to_vec()
}

/// Where the field lands: the offset of a line start, and the column of the first new line.
fn landing(subject: &Subject<'_, '_>, entry: &Entry, target: NodeId, best: &Candidate) -> Option<(u32, u32)> {
    let tree = subject.tree;
    let text = tree.text();
    if tree.kind(target) == Kind::Null {
        let parent = tree.parent(target)?;
        let (key, _) = tree.entries(parent).find(|(_, value)| *value == target)?;
        let layout = Layout::of(tree);
        return Some((next_line(text, tree.span(key).end), column(text, tree.span(key).start) + layout.step));
    }
    // A key of the path that is there but empty (`spec:`) is not filled here.
    let first_missing = missing_steps(subject, best).into_iter().next();
    if let Some(Step::Key(name)) = first_missing
        && tree.fields(target).iter().any(|field| field.name == name)
    {
        return None;
    }
    let (first, _) = tree.entries(target).next()?;
    let indent = column(text, tree.full_start(first));
    let stray = tree.span(entry.key).start;
    // Going up, the field lands behind what it stood in; going down, at the end.
    let around =
        tree.entries(target).find(|(key, value)| tree.span(*key).start <= stray && stray < tree.span(*value).end);
    let (key, value) = around.or_else(|| tree.entries(target).filter(|(key, _)| *key != entry.key).last())?;
    let end = tree.span(value).end.max(tree.span(key).end);
    Some((next_line(text, end), indent))
}

/// Takes the entry out, and what it leaves empty as well where that means nothing.
fn removal(subject: &Subject<'_, '_>, problem: &Problem, entry: &Entry, best: &Candidate) -> Option<Change> {
    let tree = subject.tree;
    let alone = entry.next.is_none() && entry.previous.is_none();
    if !alone {
        return entry.removal(tree);
    }
    let mapping = problem.frames.last()?.node;
    let above = problem.path.parent()?;
    let name = above.last_key()?;
    // What is left would be `key:` with nothing behind it.
    let outer = problem.frames.iter().rev().nth(1)?.node;
    let (key, _) = tree.entries(outer).find(|(_, value)| *value == mapping)?;
    let is_on_the_way = best.path.steps().starts_with(above.steps());
    let commented = slice(tree.text(), tree.span(key).end, entry.start(tree)).contains('#');
    if !NOTHING_WHEN_EMPTY.contains(&name) || is_on_the_way || commented {
        return None;
    }
    let outer = Entry::of(tree, outer, key)?;
    // A comment above it would go with it.
    let keeps_comments = outer.flow || outer.lines(tree)?.start >= line_start(tree.text(), outer.start(tree));
    keeps_comments.then(|| outer.removal(tree)).flatten()
}

/// An explicit `null` that has to go where the field comes in.
fn hole_removal(tree: &Tree<'_>, target: NodeId) -> Option<Change> {
    if tree.kind(target) != Kind::Null || tree.style(target) == Style::Empty {
        return None;
    }
    let span = tree.span(target);
    let before = slice(tree.text(), line_start(tree.text(), span.start), span.start);
    let blanks = before.len() - before.trim_end_matches(' ').len();
    Some(Change { span: Span { start: span.start - blanks as u32, end: span.end }, text: String::new() })
}

/// The entry goes between braces.
fn into_flow(
    tree: &Tree<'_>,
    entry: &Entry,
    target: NodeId,
    best: &Candidate,
    key: &str,
    removal: Change,
) -> Option<Vec<Change>> {
    let text = tree.text();
    let is_flat = matches!(tree.style(entry.value), Style::FlowCollection | Style::SingleQuoted | Style::DoubleQuoted)
        || tree.style(entry.value) == Style::Plain
            && !slice(text, tree.span(entry.value).start, tree.span(entry.value).end)
                .contains([',', '[', ']', '{', '}', '\n']);
    let (last_key, last) = tree.entries(target).last()?;
    let end = tree.span(last).end.max(tree.span(last_key).end);
    let overlaps = removal.span.start < end && end < removal.span.end;
    // A comment has no place between braces.
    let around = [
        slice(text, removal.span.start, entry.start(tree)),
        slice(text, entry.end(tree), removal.span.end.max(entry.end(tree))),
    ];
    let commented = around.iter().any(|blank| blank.contains('#'));
    if best.missing > 0 || commented || !is_flat || overlaps || tree.style(last) == Style::Empty {
        return None;
    }
    let value = slice(text, tree.span(entry.value).start, tree.span(entry.value).end);
    let insertion = Change { span: Span { start: end, end }, text: format!(", {key}: {value}") };
    Some(vec![removal, insertion])
}

/// The changes of a move; where a block lands right beside where it stood, one change.
fn join(text: &str, removal: Change, offset: u32, lines: String, hole: Option<Change>) -> Option<Vec<Change>> {
    let breaks = line_break(text);
    let is_last = |end: u32| end as usize == text.len() && !text.ends_with('\n');
    let without_break = |lines: &str| lines.strip_suffix(breaks).unwrap_or(lines).to_owned();
    let mut changes: Vec<Change> = hole.into_iter().collect();
    let removed = removal.span;
    let taken = slice(text, removed.start, removed.end);
    // The removal of a last line without a line break takes the break before it.
    let break_before = taken.len() - taken.trim_start_matches(['\r', '\n']).len();
    let beside = offset == removed.start || offset == removed.end || offset == removed.start + break_before as u32;
    if beside {
        let before = taken.get(..break_before).unwrap_or_default();
        let lines = if is_last(removed.end) { without_break(&lines) } else { lines };
        changes.push(Change { span: removed, text: format!("{before}{lines}") });
        return Some(changes);
    }
    if removed.start < offset && offset < removed.end {
        return None;
    }
    let lines = if is_last(offset) { format!("{breaks}{}", without_break(&lines)) } else { lines };
    changes.push(removal);
    changes.push(Change { span: Span { start: offset, end: offset }, text: lines });
    Some(changes)
}
