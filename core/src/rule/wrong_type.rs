//! `wrong-type`: a value of a kind that the field does not take.

use podlint_schemas::Type;

use super::Rule;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::schema::fit;
use crate::schema::walk::Problem;
use crate::subject::Subject;
use crate::yaml::{Kind, Style};

/// The record.
pub static RULE: Rule = Rule {
    id: "wrong-type",
    summary: "A value of the wrong type: a number for text, a mapping for a list",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: true,
    help: "\
The API server cannot decode an object in which one value has the wrong type, and refuses it as a whole. \
YAML reads unquoted `8080` as a number and `yes`, `no`, `on`, `off`, `y` and `n` as true or false: text \
that looks like one of these needs quotes.

Bad:

```yaml
env:
- name: PORT
  value: 8080
```

Good:

```yaml
env:
- name: PORT
  value: \"8080\"
```",
};

/// The finding for a value that does not fit its field.
pub(crate) fn report(subject: &Subject<'_, '_>, problem: &Problem, wanted: Type) -> Draft {
    let tree = subject.tree;
    let value = tree.target(problem.value);
    let name = subject.name_of(problem);
    let kind = tree.kind(value);
    let span = tree.span(problem.value);
    let text = tree.string(value);
    let is_number = matches!(kind, Kind::Integer | Kind::Float);
    let message = match wanted {
        Type::Int32 | Type::Int64 if is_number => format!("{name} is {}", out_of_range(wanted, &text)),
        Type::IntOrString if is_number => format!("{name} is {}", out_of_range(Type::Int32, &text)),
        Type::Bytes if kind == Kind::String => format!("{name} must be base64, which this text is not"),
        Type::Time | Type::MicroTime | Type::Duration if kind == Kind::String => {
            format!("{name} must be {}, which this text is not", fit::wanted_words(wanted))
        }
        _ if kind == Kind::Bool && !matches!(&*text, "true" | "false") => {
            let read = tree.boolean(value).unwrap_or_default();
            format!("{name} must be {}, but is `{text}`, which YAML reads as {read}", fit::wanted_words(wanted))
        }
        _ => format!("{name} must be {}, but is {}", fit::wanted_words(wanted), fit::found_words(tree, value)),
    };
    let path = problem.path.clone();
    let draft = Draft::new(&RULE, path, crate::fix::first_line(tree, span), message);
    let mend = crate::fix::retype(subject, problem, wanted);
    let help = match (wanted, kind) {
        (Type::String, Kind::Bool | Kind::Integer | Kind::Float) if tree.style(value) == Style::Plain => {
            format!("put it in quotes: `\"{text}\"`")
        }
        (Type::Bytes, Kind::String) if subject.kind == "Secret" && !Subject::is_at_top(problem) => {
            "encode it with base64, or write it as it is under `stringData`".to_owned()
        }
        _ => match &mend {
            Some((_, advice)) => advice.clone(),
            None => format!("write {} here", fit::wanted_words(wanted)),
        },
    };
    draft.help(help).mend(mend.map(|(mend, _)| mend))
}

fn out_of_range(wanted: Type, text: &str) -> String {
    let (low, high) = match wanted {
        Type::Int32 => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    if text.contains(['.', 'e', 'E']) && !text.starts_with("0x") {
        return format!("{text}, which is not a whole number");
    }
    format!("{text}, which is not between {low} and {high}")
}
