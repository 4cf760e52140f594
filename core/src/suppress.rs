//! Findings that the author has silenced: by a comment on or above the line, or by an annotation
//! on the object.

use crate::draft::Draft;
use crate::object::Object;
use crate::rule::unused_ignore;
use crate::yaml::{Kind, NodeId, Span, Tree};

const COMMENT: &str = "podlint: ignore[";
const ANNOTATION: &str = "podlint.dev/ignore";

/// One silenced rule at one place.
struct Ignore<'t> {
    rule: &'t str,
    /// Where the rule is named.
    span: Span,
    scope: Scope,
    used: bool,
}

enum Scope {
    /// The line that holds these bytes.
    Line(Span),
    /// Every finding of the object in this position.
    Object(usize),
}

/// All suppressions of a document.
pub(crate) struct Ignores<'t> {
    /// Comments that try to ignore something and cannot be read.
    unread: Vec<Span>,
    ignores: Vec<Ignore<'t>>,
}

impl<'t> Ignores<'t> {
    /// Nothing is silenced.
    pub(crate) const fn none() -> Self {
        Self { unread: Vec::new(), ignores: Vec::new() }
    }

    /// Collects them. Costs one search where there are none.
    pub(crate) fn of(tree: &Tree<'t>, objects: &[Object<'t>]) -> Self {
        let text = tree.text();
        let mut ignores = Vec::new();
        let mut unread = Vec::new();
        if text.contains("podlint:") {
            // Backwards, so that the next line with content is known at each comment.
            let mut content: Option<Span> = None;
            let mut end = text.len();
            for comment in tree.comments().iter().rev() {
                let own = line_of(text, comment.start);
                let behind = text.get(own.end as usize..end).unwrap_or_default();
                content = first_content(behind, own.end).or(content);
                end = own.start as usize;
                let before = text.get(own.start as usize..comment.start as usize).unwrap_or_default();
                let stands_alone = before.trim().is_empty();
                let line = if stands_alone { content.unwrap_or(own) } else { own };
                if comment_ignores(text, *comment, line, &mut ignores).is_none() && is_attempt(text, *comment) {
                    unread.push(*comment);
                }
                if !stands_alone {
                    content = Some(own);
                }
            }
            ignores.reverse();
        }
        if text.contains(ANNOTATION) {
            for (position, object) in objects.iter().enumerate() {
                if let Some(value) = annotation(tree, object.root) {
                    let span = tree.span(value);
                    let inner = text.get(span.start as usize..span.end as usize).unwrap_or_default();
                    ids(inner, span.start, |rule, span| {
                        ignores.push(Ignore { rule, span, scope: Scope::Object(position), used: false });
                    });
                }
            }
        }
        Self { unread, ignores }
    }

    /// Whether there are any.
    pub(crate) fn is_empty(&self) -> bool {
        self.ignores.is_empty()
    }

    /// Whether a finding is silenced; remembers that the suppression was of use.
    pub(crate) fn covers(&mut self, draft: &Draft, position: Option<usize>) -> bool {
        let mut covered = false;
        let start = draft.span.start;
        for ignore in self.ignores.iter_mut().filter(|ignore| ignore.rule == draft.rule.id) {
            let hit = match ignore.scope {
                Scope::Line(line) => (line.start..=line.end).contains(&start),
                Scope::Object(object) => Some(object) == position,
            };
            ignore.used |= hit;
            covered |= hit;
        }
        covered
    }

    /// The findings for suppressions that silenced nothing. `is_off` tells rules that are switched
    /// off: their suppressions may be of use elsewhere.
    pub(crate) fn unused(&self, is_off: impl Fn(&str) -> bool) -> Vec<Draft> {
        let unused = self.ignores.iter().filter(|ignore| !ignore.used && !is_off(ignore.rule));
        let unread = self.unread.iter().map(|span| unused_ignore::unread(*span));
        unused.map(|ignore| unused_ignore::report(ignore.span, ignore.rule)).chain(unread).collect()
    }
}

fn comment_ignores<'t>(text: &'t str, comment: Span, line: Span, ignores: &mut Vec<Ignore<'t>>) -> Option<()> {
    let inner = text.get(comment.start as usize..comment.end as usize).unwrap_or_default();
    let at = inner.find(COMMENT)?;
    let rest = inner.get(at + COMMENT.len()..)?;
    let end = rest.find(']')?;
    let listed = rest.get(..end).unwrap_or_default();
    ids(listed, comment.start + (at + COMMENT.len()) as u32, |rule, span| {
        ignores.push(Ignore { rule, span, scope: Scope::Line(line), used: false });
    });
    Some(())
}

/// Whether a comment starts as one that ignores rules does: `podlint: ignore`, `podlint:ignore[…`.
fn is_attempt(text: &str, comment: Span) -> bool {
    let inner = text.get(comment.start as usize..comment.end as usize).unwrap_or_default();
    let words = inner.trim_start_matches('#').trim_start();
    words.strip_prefix("podlint:").is_some_and(|rest| rest.trim_start().starts_with("ignore"))
}

/// Calls back for each id of a list such as `wrong-type, duplicate-key`, with its place.
fn ids<'t>(listed: &'t str, start: u32, mut found: impl FnMut(&'t str, Span)) {
    let mut offset = start;
    for part in listed.split_inclusive([',', ' ', '\n']) {
        let id = part.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        if !id.is_empty() {
            let lead = part.find(id).unwrap_or_default() as u32;
            let start = offset + lead;
            found(id, Span { start, end: start + id.len() as u32 });
        }
        offset += part.len() as u32;
    }
}

fn line_of(text: &str, offset: u32) -> Span {
    let offset = offset as usize;
    let start = text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end = text.get(offset..).and_then(|after| after.find('\n')).map_or(text.len(), |at| offset + at);
    Span { start: start as u32, end: end as u32 }
}

/// The first line of a stretch that is neither blank nor a comment. `offset` is where it starts.
fn first_content(stretch: &str, offset: u32) -> Option<Span> {
    let mut start = offset;
    for line in stretch.split_inclusive('\n') {
        let content = line.trim();
        if !content.is_empty() && !content.starts_with('#') {
            return Some(Span { start, end: start + line.trim_end_matches('\n').len() as u32 });
        }
        start += line.len() as u32;
    }
    None
}

fn annotation(tree: &Tree<'_>, root: NodeId) -> Option<NodeId> {
    let child = |node: NodeId, name: &str| tree.field(tree.target(node), name);
    let value = child(child(child(root, "metadata")?, "annotations")?, ANNOTATION)?;
    (tree.kind(value) == Kind::String).then_some(value)
}
