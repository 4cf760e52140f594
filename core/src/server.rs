//! What the API server would answer to the structure of an object, in its own words.

use std::collections::BTreeMap;

use crate::finding::{ServerAnswer, ServerStage, Verdict};
use crate::path::Path;
use crate::schema::walk::{Problem, What};

/// The server records no more strict errors than this.
/// Source: `recordStrictDecodingError` in `sigs.k8s.io/json` (Kubernetes 1.37).
const MOST_STRICT: usize = 100;

/// The words of kubectl's own check before it sends anything.
pub(crate) fn missing_words(api_version: bool, kind: bool) -> String {
    let missing: Vec<&str> = [(api_version, "apiVersion not set"), (kind, "kind not set")]
        .into_iter()
        .filter(|it| it.0)
        .map(|it| it.1)
        .collect();
    format!("error validating data: [{}]", missing.join(", "))
}

/// A text as Go's `%q` writes it.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{b}' => quoted.push_str("\\v"),
            '\u{c}' => quoted.push_str("\\f"),
            '\0'..='\u{1f}' | '\u{7f}' => quoted.extend(format!("\\x{:02x}", u32::from(c)).chars()),
            // Of what lies beyond ASCII, Go escapes what cannot be seen.
            _ if !is_printable(c) => {
                quoted.extend(format!("\\u{:04x}", u32::from(c)).chars());
            }
            _ => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether Go's `strconv.IsPrint` counts a character as one that can be seen, as far as [`quoted`]
/// knows them.
pub(crate) fn is_printable(c: char) -> bool {
    !matches!(c, '\0'..='\u{1f}' | '\u{7f}' | '\u{80}'..='\u{a0}' | '\u{ad}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{feff}')
}

/// The server's answers to the structure of one object.
pub(crate) struct Answers {
    /// What becomes of the object.
    pub(crate) verdict: Verdict,
    /// The path of the first value that cannot be decoded, in the server's order.
    decode: Option<Path>,
    /// Strict errors by path, where nothing is undecodable.
    strict: BTreeMap<Path, String>,
}

impl Answers {
    /// Takes the problems of an object as it would be sent.
    pub(crate) fn of(problems: &[Problem]) -> Self {
        // kubectl sends keys sorted, so that paths in order are the server's order.
        let decode = problems.iter().filter(|it| matches!(it.what, What::WrongType(_))).map(|it| &it.path).min();
        if let Some(first) = decode {
            return Self { verdict: Verdict::Decode, decode: Some(first.clone()), strict: BTreeMap::new() };
        }
        let unknown = problems.iter().filter(|it| matches!(it.what, What::UnknownField(_)) && !it.unseen);
        let strict: BTreeMap<Path, String> =
            unknown.map(|it| (it.path.clone(), format!("unknown field {}", quoted(&it.path.to_string())))).collect();
        let strict: BTreeMap<Path, String> = strict.into_iter().take(MOST_STRICT).collect();
        let verdict = if strict.is_empty() { Verdict::Ok } else { Verdict::Strict };
        Self { verdict, decode: None, strict }
    }

    /// What it says of one of them.
    pub(crate) fn server(&self, problem: &Problem) -> Option<ServerAnswer> {
        let (stage, detail) = match problem.what {
            What::WrongType(_) if self.decode.as_ref() == Some(&problem.path) => {
                (ServerStage::Decode, format!("the value of {} cannot be decoded", problem.path))
            }
            What::UnknownField(_) => (ServerStage::Strict, self.strict.get(&problem.path)?.clone()),
            _ => return None,
        };
        Some(ServerAnswer { stage, reason: None, field: None, detail: Some(detail) })
    }
}
