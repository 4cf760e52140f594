//! JSON to the same tree as YAML.

use super::jsoncheck::{Checker, Outcome};
use super::syntax::SyntaxError;
use super::token::Bytes;
use super::tree::{DECODE, Kind, Node, Span, Style, Tree};

/// Reads one JSON value with nothing but white space around it.
pub(super) fn document(text: &str) -> Result<Tree<'_>, SyntaxError> {
    if u32::try_from(text.len()).is_err() {
        return Err(SyntaxError::new(0, "a document of more than 4 GiB cannot be read"));
    }
    let (end, outcome) = Checker::default().run(text.as_bytes(), true);
    match outcome {
        Outcome::Value => {}
        Outcome::Wrong(message) => return Err(SyntaxError::new(end, message)),
        Outcome::More => {
            return Err(SyntaxError::new(text.len(), "the JSON value is not complete"));
        }
    }
    let rest = text.get(end..).unwrap_or_default();
    let space = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    if space < rest.len() {
        return Err(SyntaxError::new(end + space, "nothing can follow a JSON value"));
    }
    let mut tree = Tree::with_text(text);
    tree.json = true;
    build(&mut tree, end)?;
    Ok(tree)
}

/// Makes nodes of text that is known to be JSON.
fn build(tree: &mut Tree<'_>, end: usize) -> Result<(), SyntaxError> {
    let bytes = Bytes(tree.text.as_bytes());
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < end {
        let start = at;
        let mut node = Node { start: start as u32, end: 0, extra: 0, kind: Kind::Null, style: Style::Plain, flags: 0 };
        match bytes.at(at) {
            b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' => {
                at += 1;
                continue;
            }
            b'}' | b']' => {
                at += 1;
                let after = tree.nodes.len() as u32;
                if let Some(node) = open.pop().and_then(|id| tree.nodes.get_mut(id)) {
                    node.end = at as u32;
                    node.extra = after;
                }
                continue;
            }
            byte @ (b'{' | b'[') => {
                node.kind = if byte == b'{' { Kind::Mapping } else { Kind::Sequence };
                node.style = Style::FlowCollection;
                open.push(tree.nodes.len());
                at += 1;
            }
            b'"' => {
                node.kind = Kind::String;
                node.style = Style::DoubleQuoted;
                at += 1;
                while bytes.at(at) != b'"' {
                    if bytes.at(at) == b'\\' {
                        node.flags = DECODE;
                        at += 1;
                    }
                    at += 1;
                }
                at += 1;
            }
            byte => {
                while !matches!(
                    bytes.at(at),
                    0 | b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' | b'}' | b']' | b'{' | b'[' | b'"'
                ) {
                    at += 1;
                }
                node.kind = match byte {
                    b't' | b'f' => Kind::Bool,
                    b'n' => Kind::Null,
                    _ => number(tree.slice(start as u32, at as u32)).ok_or_else(|| {
                        SyntaxError::new(start, "this number is too large")
                            .with(Span::new(start, at), "it must be below 1.8e308")
                    })?,
                };
            }
        }
        node.end = at as u32;
        tree.nodes.push(node);
    }
    Ok(())
}

/// Whole numbers of 64 bits stay whole, as in `k8s.io/apimachinery/pkg/util/json`.
fn number(text: &str) -> Option<Kind> {
    if text.parse::<i64>().is_ok() {
        return Some(Kind::Integer);
    }
    text.parse::<f64>().is_ok_and(f64::is_finite).then_some(Kind::Float)
}
