//! `placeholder`: a value that another program is to fill in.

use podlint_schemas::Type;

use super::Rule;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::object::Identity;
use crate::path::Path;
use crate::schema::walk::Problem;
use crate::subject::Subject;
use crate::yaml::Span;

/// The record.
pub static RULE: Rule = Rule {
    id: "placeholder",
    summary: "A placeholder that another program is to fill in, where it cannot be checked",
    severity: Severity::Info,
    since: "0.1.0",
    fixable: false,
    help: "\
`${REPLICAS}`, `<PORT>`, `__NAME__` or `PROJECT_ID` where Kubernetes wants something else is taken for a \
placeholder that `envsubst`, `sed` or the like will fill in. podlint says so once and does not call it an \
error. Check the file after it was filled in to see more.

```yaml
spec:
  replicas: ${REPLICAS}
```",
};

/// The finding for a placeholder where something else is wanted.
pub(crate) fn report(subject: &Subject<'_, '_>, problem: &Problem) -> Draft {
    let text = subject.tree.string(problem.value);
    Draft::new(
        &RULE,
        problem.path.clone(),
        subject.tree.span(problem.value),
        format!("{} is the placeholder `{text}`, which was not checked", subject.name_of(problem)),
    )
}

/// The finding for a kind or version that is a placeholder.
pub(crate) fn report_kind(identity: &Identity<'_>, span: Span, key: &str) -> Draft {
    let text = if key == "kind" { &identity.kind } else { &identity.api_version };
    let text = text.as_deref().unwrap_or_default();
    Draft::new(
        &RULE,
        Path::root().key(key),
        span,
        format!("`{key}` is the placeholder `{text}`, so that the object was not checked"),
    )
}

/// Whether a text is a placeholder rather than a value. Only asked of text that does not fit. A word
/// in capitals is one where a number is wanted: where a list is, `ALL` is meant as it stands.
pub(crate) fn is_placeholder(text: &str, wanted: Type) -> bool {
    let wants_number = matches!(wanted, Type::Int32 | Type::Int64 | Type::Float | Type::Quantity);
    is_marked(text) || wants_number && is_shouted(text.trim())
}

/// Whether a text carries the marks of a placeholder: `${NAME}`, `<NAME>`, `__NAME__`.
pub(crate) fn is_marked(text: &str) -> bool {
    // Few texts have any of the marks.
    if !text.bytes().any(|byte| matches!(byte, b'$' | b'{' | b'<' | b'_' | b'@' | b'%')) {
        return false;
    }
    let text = text.trim();
    let between = |open: &str, close: &str| {
        text.find(open).is_some_and(|at| text.get(at + open.len()..).is_some_and(|rest| rest.contains(close)))
    };
    let is_variable = text.strip_prefix('$').is_some_and(|name| !name.is_empty() && name.chars().all(is_word));
    is_variable
        || [("${", "}"), ("$(", ")"), ("{{", "}}"), ("<", ">"), ("__", "__"), ("@", "@"), ("%%", "%%")]
            .iter()
            .any(|(open, close)| between(open, close))
}

/// `PROJECT_ID`, `PORT`.
pub(crate) fn is_shouted(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        && text.chars().filter(char::is_ascii_uppercase).count() >= 3
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_placeholders_from_mistakes() {
        for text in
            ["${REPLICAS}", "<PORT>", "__NAME__", "PROJECT_ID", "$PORT", "{{ .Values.x }}", "REPLICAS", "@version@"]
        {
            assert!(is_placeholder(text, Type::Int32), "{text}");
        }
        for text in ["512MB", "true", "two", "8080", "TB", "1G", "all", "ALL 3"] {
            assert!(!is_placeholder(text, Type::Quantity), "{text}");
            assert!(!is_placeholder("ALL", Type::String));
        }
    }
}
