//! A value of the wrong type made into one of the right type.

use std::borrow::Cow;

use podlint_schemas::{ObjectId, Type, TypeId};

use super::lines::{column, line_break, line_start, slice};
use super::proof::{Expect, proven_as};
use crate::draft::{Change, Mend};
use crate::finding::Applicability;
use crate::schema::fit;
use crate::schema::walk::Problem;
use crate::subject::Subject;
use crate::yaml::{Kind, NodeId, Span, Style, Tree};

/// What to make of the value: changes, whether only this can have been meant, and what to say.
struct Plan {
    changes: Vec<Change>,
    sure: bool,
    /// Nothing but brackets, dashes or quotes changes.
    same_leaves: bool,
    advice: Cow<'static, str>,
}

/// Makes the value what the field wants. Gives the advice beside the fix.
pub(crate) fn retype(subject: &Subject<'_, '_>, problem: &Problem, wanted: Type) -> Option<(Mend, String)> {
    if !subject.can_fix(problem) {
        return None;
    }
    let value = problem.value;
    let plan = match (wanted, subject.tree.kind(value)) {
        (Type::String, Kind::Bool | Kind::Integer | Kind::Float) => quote(subject, problem),
        (Type::Boolean | Type::Int32 | Type::Int64 | Type::Float, Kind::String) => unquote(subject, value, wanted),
        (Type::List(item), Kind::Mapping) => {
            list_of_one(subject, value, item).or_else(|| named_list(subject, value, item))
        }
        (Type::List(item), Kind::String) => list_of_text(subject, value, item),
        (Type::Object(object), Kind::String) => {
            assignment(subject, problem, object).or_else(|| lone_field(subject, value, object))
        }
        (Type::Object(object), Kind::Integer) => lone_field(subject, value, object),
        (Type::Object(object), Kind::Sequence) => {
            no_list(subject, value, wanted).or_else(|| lone_field(subject, value, object))
        }
        (Type::String | Type::Quantity, Kind::Mapping) => unwrapped(subject, problem),
        (_, Kind::Sequence) => no_list(subject, value, wanted),
        _ => None,
    };
    let plan = plan.or_else(|| other_field(subject, problem))?;
    let applicability = if plan.sure { Applicability::Safe } else { Applicability::Unsafe };
    let expect = Expect { moved: None, same_leaves: plan.same_leaves };
    let mend = proven_as(subject, problem, Mend { applicability, changes: plan.changes }, &expect)?;
    Some((mend, plan.advice.into_owned()))
}

fn quote(subject: &Subject<'_, '_>, problem: &Problem) -> Option<Plan> {
    let tree = subject.tree;
    let span = tree.span(problem.value);
    let text = slice(tree.text(), span.start, span.end);
    if tree.style(problem.value) != Style::Plain || text.contains(['"', '\\', '\n']) {
        return None;
    }
    // An expression compares with labels that are written elsewhere: quotes make it valid, but
    // whether the word is right is not to be seen from here.
    let compares = problem.path.parent().and_then(|list| list.last_key().map(|key| key == "values")).unwrap_or(false);
    let changes = vec![Change { span, text: format!("\"{text}\"") }];
    Some(Plan { changes, sure: !compares, same_leaves: false, advice: "put it in quotes".into() })
}

fn unquote(subject: &Subject<'_, '_>, value: NodeId, wanted: Type) -> Option<Plan> {
    let tree = subject.tree;
    if !matches!(tree.style(value), Style::SingleQuoted | Style::DoubleQuoted) {
        return None;
    }
    let text = tree.string(value);
    let alone = Tree::parse(&text).ok()?;
    let root = alone.root()?;
    if alone.kind(root) == Kind::Null || !fit::accepts(&alone, root, wanted) || text.trim() != text {
        return None;
    }
    let plain = if subject.document.json && wanted == Type::Boolean {
        alone.boolean(root)?.to_string()
    } else {
        text.clone().into_owned()
    };
    let changes = vec![Change { span: tree.span(value), text: plain }];
    Some(Plan { changes, sure: true, same_leaves: false, advice: "leave out the quotes".into() })
}

/// `tolerations: {operator: Exists}` → a list with this one item.
fn list_of_one(subject: &Subject<'_, '_>, value: NodeId, item: TypeId) -> Option<Plan> {
    let tree = subject.tree;
    let fit = fit::fit(tree, value, item, subject.version);
    if fit.known <= fit.strange {
        return None;
    }
    let object = fit::object_of(item)?;
    let sure = fit.whole && is_complete(subject, value, object);
    let advice = "make it a list of one: put `- ` before its first field";
    let changes = dash(tree, value)?;
    Some(Plan { changes, sure, same_leaves: true, advice: advice.into() })
}

/// Whether a mapping is plainly one item: it has all that the item needs, or the item is flat. An
/// item that is an object of its own (a claim template) with parts missing was hardly finished.
fn is_complete(subject: &Subject<'_, '_>, value: NodeId, object: ObjectId) -> bool {
    let fields: Vec<_> =
        podlint_schemas::fields(object).filter(|field| field.versions.contains(subject.version)).collect();
    let here = subject.tree.fields(value);
    let has = |name: &str| here.iter().any(|field| field.name == name);
    let mut required = fields.iter().filter(|field| field.required).peekable();
    if required.peek().is_some() {
        return required.all(|field| has(field.name));
    }
    !fields.iter().any(|field| field.name == "metadata")
}

/// Turns a mapping into the only item of a list.
fn dash(tree: &Tree<'_>, value: NodeId) -> Option<Vec<Change>> {
    let text = tree.text();
    let span = tree.span(value);
    if tree.style(value) == Style::FlowCollection {
        return Some(vec![
            Change { span: Span { start: span.start, end: span.start }, text: "[".to_owned() },
            Change { span: Span { start: span.end, end: span.end }, text: "]".to_owned() },
        ]);
    }
    let indent = column(text, span.start);
    let parent = tree.parent(value)?;
    let (key, _) = tree.entries(parent).find(|(_, other)| *other == value)?;
    let room = indent.checked_sub(column(text, tree.span(key).start))?;
    if room >= 2 {
        return Some(vec![Change { span: Span { start: span.start - 2, end: span.start }, text: "- ".to_owned() }]);
    }
    let inner = slice(text, span.start, span.end);
    let moved = super::block::shift(inner, indent, indent + 2, true, line_break(text))?;
    let moved = moved.trim_start_matches(' ').trim_end_matches(['\n', '\r']);
    Some(vec![Change { span, text: format!("- {moved}") }])
}

/// `env: {A: b}` → `- name: A`, `value: b`.
fn named_list(subject: &Subject<'_, '_>, value: NodeId, item: TypeId) -> Option<Plan> {
    let tree = subject.tree;
    let text = tree.text();
    let object = fit::object_of(item)?;
    let is_text = |name: &str| {
        podlint_schemas::field(object, subject.version, name).map(|field| podlint_schemas::get(field.type_id))
            == Some(Type::String)
    };
    if !is_text("name") || !is_text("value") || tree.style(value) != Style::BlockCollection {
        return None;
    }
    let indent = column(text, tree.span(value).start);
    let mut changes = Vec::new();
    for (key, inner) in tree.entries(value) {
        let key_span = tree.span(key);
        let inner_span = tree.span(inner);
        let one_line = !slice(text, key_span.start, inner_span.end).contains('\n');
        if matches!(tree.kind(inner), Kind::Sequence | Kind::Mapping | Kind::Alias | Kind::Null) || !one_line {
            return None;
        }
        let mut written = slice(text, inner_span.start, inner_span.end).to_owned();
        if tree.kind(inner) != Kind::String {
            written = format!("\"{written}\"");
        }
        let name = slice(text, key_span.start, key_span.end);
        let pad = " ".repeat(indent as usize);
        changes.push(Change {
            span: Span { start: key_span.start, end: inner_span.end },
            text: format!("- name: {name}{}{pad}  value: {written}", line_break(text)),
        });
    }
    (!changes.is_empty()).then_some(Plan {
        changes,
        sure: false,
        same_leaves: false,
        advice: "write a list of `name` and `value`".into(),
    })
}

/// `- NAME=value` where an object with `name` and `value` is wanted.
fn assignment(subject: &Subject<'_, '_>, problem: &Problem, object: ObjectId) -> Option<Plan> {
    let tree = subject.tree;
    let has = |name: &str| podlint_schemas::field(object, subject.version, name).is_some();
    let text = tree.string(problem.value);
    let (name, value) = text.split_once('=')?;
    let plain_name =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    let span = tree.span(problem.value);
    let is_item = problem.key.is_none();
    if !has("name") || !has("value") || !plain_name || value.contains(['\n', '"', '\\']) || !is_item {
        return None;
    }
    let text = if is_block_item(tree, problem.value) {
        let pad = " ".repeat(column(tree.text(), span.start) as usize);
        format!("name: {name}{}{pad}value: \"{value}\"", line_break(tree.text()))
    } else {
        format!("{{name: {name}, value: \"{value}\"}}")
    };
    let changes = vec![Change { span, text }];
    let advice = "write `name:` and `value:` apart";
    Some(Plan { changes, sure: true, same_leaves: false, advice: advice.into() })
}

fn is_block_item(tree: &Tree<'_>, node: NodeId) -> bool {
    tree.parent(node).is_some_and(|list| tree.style(list) == Style::BlockCollection)
}

/// `drop: ALL` → `[ALL]`.
fn list_of_text(subject: &Subject<'_, '_>, value: NodeId, item: TypeId) -> Option<Plan> {
    let tree = subject.tree;
    let span = tree.span(value);
    let text = slice(tree.text(), span.start, span.end);
    let quoted = matches!(tree.style(value), Style::SingleQuoted | Style::DoubleQuoted);
    let plain = tree.style(value) == Style::Plain && !text.contains([',', '[', ']', '{', '}', '\n', '#']);
    let inner = match podlint_schemas::get(item) {
        Type::String => text.to_owned(),
        Type::Object(object) => format!("{{{}: {text}}}", lone_name(subject, value, object)?.0),
        _ => return None,
    };
    if !(quoted || plain) {
        return None;
    }
    let changes = vec![Change { span, text: format!("[{inner}]") }];
    Some(Plan { changes, sure: false, same_leaves: true, advice: "make it a list of one: put it in brackets".into() })
}

/// The field that a value can only be meant for, where an object stands for one of its fields:
/// `path` of `hostPath: /data`. Also whether the object needs just this field.
fn lone_name(subject: &Subject<'_, '_>, value: NodeId, object: ObjectId) -> Option<(&'static str, bool)> {
    let fields: Vec<_> = podlint_schemas::fields(object)
        .filter(|field| field.versions.contains(subject.version))
        .filter(|field| fit::fit(subject.tree, value, field.type_id, subject.version).whole)
        .collect();
    let mut required = fields.iter().filter(|field| field.required);
    match (required.next(), required.next(), fields.as_slice()) {
        (Some(field), None, _) => Some((field.name, true)),
        (None, None, [field]) => Some((field.name, field.name == "name")),
        _ => None,
    }
}

/// `hostPath: /data` → `hostPath: {path: /data}`, `- 80` → `- containerPort: 80`.
fn lone_field(subject: &Subject<'_, '_>, value: NodeId, object: ObjectId) -> Option<Plan> {
    let tree = subject.tree;
    let (field, sure) = lone_name(subject, value, object)?;
    let span = tree.span(value);
    let text = slice(tree.text(), span.start, span.end);
    let parent = tree.parent(value)?;
    let flat = !text.contains('\n') && !matches!(tree.style(value), Style::Literal | Style::Folded);
    if !flat || subject.document.json {
        return None;
    }
    let advice = format!("write it as `{field}`, one level down: `{field}: {text}`");
    let plan = |changes| Some(Plan { changes, sure, same_leaves: true, advice: advice.into() });
    if tree.style(parent) != Style::BlockCollection {
        return plan(vec![Change { span, text: format!("{{{field}: {text}}}") }]);
    }
    let Some((key, _)) = tree.entries(parent).find(|(_, other)| *other == value) else {
        return plan(vec![Change { span, text: format!("{field}: {text}") }]);
    };
    let layout = super::layout::Layout::of(tree);
    let pad = " ".repeat((column(tree.text(), tree.span(key).start) + layout.step) as usize);
    let before = slice(tree.text(), line_start(tree.text(), span.start), span.start);
    let blanks = (before.len() - before.trim_end_matches(' ').len()) as u32;
    plan(vec![Change {
        span: Span { start: span.start - blanks, end: span.end },
        text: format!("{}{pad}{field}: {text}", line_break(tree.text())),
    }])
}

/// `value: {secretKeyRef: …}` where the same object has `valueFrom` for such a value.
fn other_field(subject: &Subject<'_, '_>, problem: &Problem) -> Option<Plan> {
    let tree = subject.tree;
    let frame = problem.frames.last()?;
    let key = problem.key?;
    let mut fitting = podlint_schemas::fields(frame.object?)
        .filter(|field| field.versions.contains(subject.version) && tree.field(frame.node, field.name).is_none())
        .filter(|field| {
            let fit = fit::fit(tree, problem.value, field.type_id, subject.version);
            fit.whole && fit.known > 0
        });
    let field = fitting.next()?;
    if fitting.next().is_some() {
        return None;
    }
    let changes = vec![Change { span: tree.span(key), text: super::scalar_like(tree, key, field.name)? }];
    let advice = format!("such a value goes under `{}`: rename the key", field.name).into();
    Some(Plan { changes, sure: false, same_leaves: true, advice })
}

/// `selector: {matchLabels: {app: web}}` where the labels themselves are wanted.
fn unwrapped(subject: &Subject<'_, '_>, problem: &Problem) -> Option<Plan> {
    let tree = subject.tree;
    let mapping = problem.frames.last()?;
    let Type::Map(value) = podlint_schemas::get(mapping.type_id?) else { return None };
    let fits = tree.fields(problem.value).iter().all(|field| fit::fit(tree, field.value, value, subject.version).whole);
    let changes = fits.then(|| super::moving::lift(tree, mapping.node, problem.key?)).flatten()?;
    Some(Plan {
        changes,
        sure: false,
        same_leaves: true,
        advice: "leave this key out: what is in it goes in its place".into(),
    })
}

/// A list where none is wanted: one item, or mappings that together are the one wanted.
fn no_list(subject: &Subject<'_, '_>, value: NodeId, wanted: Type) -> Option<Plan> {
    let tree = subject.tree;
    let text = tree.text();
    let items: Vec<NodeId> = tree.items(value).collect();
    let advice = if tree.style(value) == Style::FlowCollection {
        "leave out the brackets: one value is wanted, no list"
    } else if items.len() == 1 {
        "leave out the `- `: one value is wanted, no list"
    } else {
        "leave out the `- `: a mapping is wanted, no list"
    };
    if items.is_empty() {
        return None;
    }
    if let (Type::Object(_), true) = (wanted, items.iter().all(|item| tree.kind(*item) != Kind::Mapping)) {
        return None;
    }
    if let (Type::Map(_), true) = (wanted, items.iter().all(|item| tree.kind(*item) == Kind::String)) {
        return map_of_assignments(tree, &items);
    }
    let mappings = items.iter().all(|item| tree.kind(*item) == Kind::Mapping);
    let belong = |object| {
        let mut fields = items.iter().flat_map(|item| tree.fields(*item));
        fields.all(|field| podlint_schemas::field(object, subject.version, &field.name).is_some())
    };
    let one = match wanted {
        _ if items.len() == 1 => true,
        Type::Object(object) => mappings && belong(object),
        Type::Map(_) => mappings,
        _ => false,
    };
    if !one {
        return None;
    }
    if tree.style(value) == Style::FlowCollection {
        let [item] = items.as_slice() else { return None };
        let span = tree.span(*item);
        let changes = vec![Change { span: tree.span(value), text: slice(text, span.start, span.end).to_owned() }];
        return Some(Plan { changes, sure: true, same_leaves: true, advice: advice.into() });
    }
    let changes: Option<Vec<Change>> = items
        .iter()
        .map(|item| {
            let start = tree.full_start(*item);
            let before = slice(text, line_start(text, start), start);
            let dash = line_start(text, start) + before.rfind('-')? as u32;
            let blank = slice(text, dash + 1, start).bytes().all(|byte| byte == b' ');
            blank.then(|| Change { span: Span { start: dash, end: dash + 1 }, text: " ".to_owned() })
        })
        .collect();
    Some(Plan { changes: changes?, sure: true, same_leaves: true, advice: advice.into() })
}

/// `- app=web` → `app: web`.
fn map_of_assignments(tree: &Tree<'_>, items: &[NodeId]) -> Option<Plan> {
    let text = tree.text();
    let changes: Option<Vec<Change>> = items
        .iter()
        .map(|item| {
            let written = tree.string(*item);
            let (name, value) = written.split_once('=')?;
            let start = tree.span(*item).start;
            let before = slice(text, line_start(text, start), start);
            let dash = line_start(text, start) + before.rfind('-')? as u32;
            let simple = !name.is_empty() && !value.contains(['"', '\\', '\n']) && is_block_item(tree, *item);
            let text = format!("  {name}: \"{value}\"");
            simple.then(|| Change { span: Span { start: dash, end: tree.span(*item).end }, text })
        })
        .collect();
    let advice = "write `name: value` without dashes: a mapping is wanted, no list";
    Some(Plan { changes: changes?, sure: false, same_leaves: false, advice: advice.into() })
}
