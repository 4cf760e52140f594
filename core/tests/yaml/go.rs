//! A tree as the JSON that Go writes for it.

use std::fmt::Write as _;

use podlint_core::yaml::{Kind, NodeId, Tree};

/// Go's answer for a document: `OK` and its JSON, or `ERR`.
pub fn answer(text: &str, strict: bool) -> String {
    match Tree::parse(text) {
        Ok(tree) if strict && !tree.duplicates().is_empty() => "ERR duplicate".to_owned(),
        Ok(tree) => format!("OK {}", json(&tree)),
        Err(error) => format!("ERR {}: {}", error.offset, error.message),
    }
}

/// Whether two answers agree: in the JSON, or in that there is none.
pub fn agree(ours: &str, go: &str) -> bool {
    // Go writes what was no UTF-8 behind `!!binary` as an escape.
    ours == go.replace("\\ufffd", "\u{FFFD}")
        || ours.starts_with("ERR") && (go.starts_with("ERR") || go.starts_with("PANIC"))
}

pub fn json(tree: &Tree<'_>) -> String {
    let mut out = String::new();
    match tree.root() {
        Some(root) => write(tree, root, &mut out),
        None => out.push_str("null"),
    }
    out
}

/// Nested as deep as documents can be: call it on a thread with stack enough.
fn write(tree: &Tree<'_>, id: NodeId, out: &mut String) {
    let id = tree.target(id);
    match tree.kind(id) {
        Kind::Null => out.push_str("null"),
        Kind::Bool => write!(out, "{}", tree.boolean(id).unwrap()).unwrap(),
        Kind::Integer => write!(out, "{}", tree.integer(id).unwrap()).unwrap(),
        Kind::Float => out.push_str(&float(tree.float(id).unwrap())),
        Kind::String => string(&tree.string(id), out),
        Kind::Sequence => {
            out.push('[');
            for (at, item) in tree.items(id).enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                write(tree, item, out);
            }
            out.push(']');
        }
        Kind::Mapping => {
            let mut fields = tree.fields(id);
            fields.retain(|field| !field.shadowed);
            fields.sort_by(|a, b| a.name.cmp(&b.name));
            out.push('{');
            for (at, field) in fields.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                string(&field.name, out);
                out.push(':');
                write(tree, field.value, out);
            }
            out.push('}');
        }
        Kind::Alias => unreachable!("a target is no alias"),
    }
}

fn float(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{value:e}");
        return match text.split_once("e-") {
            Some(_) => text,
            None => text.replace('e', "e+"),
        };
    }
    value.to_string()
}

fn string(text: &str, out: &mut String) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x08' => out.push_str("\\b"),
            '\x0C' => out.push_str("\\f"),
            '\0'..='\x1F' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                write!(out, "\\u{:04x}", u32::from(char)).unwrap();
            }
            char => out.push(char),
        }
    }
    out.push('"');
}
