//! YAML as kubectl writes it, in which nothing can be taken for what it is not: kubectl, podlint and
//! readers of YAML 1.2 find the same text.

use std::fmt::Write as _;

use serde_json::Value;

/// Words that some reader takes for no text.
const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
/// Units behind which a number is a quantity and no number.
const UNITS: [&str; 5] = ["m", "Ki", "Mi", "Gi", "Ti"];

/// A value as an item of a list that stands at the start of the line.
pub fn item(value: &Value) -> String {
    let mut text = String::from("-");
    below(&mut text, value, 0, true);
    text
}

/// Writes what follows a key or a dash, and the end of the line; `depth` is that of the key or the dash.
fn below(text: &mut String, value: &Value, depth: usize, is_item: bool) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (number, (key, value)) in fields.iter().enumerate() {
                match (number, is_item) {
                    (0, true) => text.push(' '),
                    (0, false) => line(text, depth + 1),
                    _ => indent(text, depth + 1),
                }
                scalar(text, key);
                text.push(':');
                below(text, value, depth + 1, false);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            // A list stands as deep as its key, but a list in a list one deeper.
            let depth = depth + usize::from(is_item);
            for (number, value) in items.iter().enumerate() {
                if number == 0 {
                    line(text, depth);
                } else {
                    indent(text, depth);
                }
                text.push('-');
                below(text, value, depth, true);
            }
        }
        Value::String(string) => {
            text.push(' ');
            scalar(text, string);
            text.push('\n');
        }
        // `{}`, `[]`, numbers and the like are the same in both languages.
        other => {
            let _ = writeln!(text, " {other}");
        }
    }
}

fn line(text: &mut String, depth: usize) {
    text.push('\n');
    indent(text, depth);
}

fn indent(text: &mut String, depth: usize) {
    for _ in 0..depth {
        text.push_str("  ");
    }
}

fn scalar(text: &mut String, string: &str) {
    if is_plain(string) {
        text.push_str(string);
        return;
    }
    text.push('"');
    for c in string.chars() {
        let _ = match c {
            '"' | '\\' => write!(text, "\\{c}"),
            ' '..='~' => write!(text, "{c}"),
            // Some of them would break the line.
            _ if (c as u32) < 0x1_0000 => write!(text, "\\u{:04x}", c as u32),
            _ => write!(text, "\\U{:08x}", c as u32),
        };
    }
    text.push('"');
}

/// Whether every reader takes it for text without quotes.
fn is_plain(string: &str) -> bool {
    let is_simple = string.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte));
    let is_quantity = || {
        let number = string.trim_start_matches(|c: char| c.is_ascii_digit());
        number.len() < string.len() && UNITS.contains(&number)
    };
    let is_name = || {
        string.starts_with(|c: char| c.is_ascii_alphabetic())
            && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(string))
    };
    is_simple && (is_name() || is_quantity())
}

#[cfg(test)]
mod tests {
    use podlint_core::yaml::Tree;
    use serde_json::json;

    use super::*;

    #[test]
    fn it_looks_as_kubectl_writes_it() {
        let value = json!({
            "kind": "Pod",
            "list": [{"a": "1", "b": [["x"], []]}, {}],
            "map": {"topology.kubernetes.io/zone": "a", "yes": "no", "none": {}},
            "number": 3,
        });
        let expected = "\
- kind: Pod
  list:
  - a: \"1\"
    b:
    -
      - x
    - []
  - {}
  map:
    none: {}
    topology.kubernetes.io/zone: a
    \"yes\": \"no\"
  number: 3
";
        assert_eq!(item(&value), expected);
    }

    #[test]
    fn text_is_read_as_the_same_text() {
        for text in [
            "",
            " ",
            "a",
            "y",
            "No",
            "~",
            "null",
            "NULL",
            "on",
            "1",
            "012",
            "0x1f",
            "1e3",
            "1_000",
            ".5",
            ".inf",
            ".nan",
            "<<",
            "=",
            "-",
            "- a",
            "a: b",
            "a #b",
            "#a",
            "500m",
            "12Gi",
            "Gi",
            "1.5Gi",
            "2026-01-01",
            "2026-01-01T00:00:00Z",
            "1:30",
            "a\nb",
            "tab\t",
            "\u{85}",
            "\u{2028}x",
            "\u{feff}",
            "é",
            "\"",
            "'",
            "\\",
            "!a",
            "&a",
            "*a",
            "@a",
            "`a",
            "{",
            "[",
            "true",
            "False",
            "---",
            "...",
            "inf",
            "nan",
            "/a",
            "a-",
            "0b1",
            "0o7",
            "+1",
            "1m",
            "\u{7f}",
            "\u{1}",
            "\u{1f600}",
        ] {
            let yaml = item(&json!({"a": text}));
            let tree = Tree::parse(&yaml).unwrap_or_else(|error| panic!("{yaml}: {error:?}"));
            let items = tree.items(tree.root().unwrap()).next().unwrap();
            let value = tree.field(items, "a").unwrap();
            assert_eq!(tree.kind(value), podlint_core::yaml::Kind::String, "{yaml}");
            assert_eq!(tree.string(value), text, "{yaml}");
            let key = item(&json!({text: "a"}));
            let tree = Tree::parse(&key).unwrap_or_else(|error| panic!("{key}: {error:?}"));
            let items = tree.items(tree.root().unwrap()).next().unwrap();
            assert!(tree.field(items, text).is_some(), "{key}");
        }
    }
}
