//! `unused-ignore`: a suppression that silences nothing.

use super::Rule;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::path::Path;
use crate::yaml::Span;

/// The record.
pub static RULE: Rule = Rule {
    id: "unused-ignore",
    summary: "A suppression that silences nothing",
    severity: Severity::Warning,
    since: "0.1.0",
    fixable: false,
    help: "\
A comment `# podlint: ignore[rule]` silences the findings of that rule on its own line, or, where it \
stands alone, on the next line that is neither blank nor a comment. The annotation `podlint.dev/ignore: rule, rule` does so for a whole \
object. One that silences nothing is a leftover, or names the wrong rule.

```yaml
spec:
  containers: [] # podlint: ignore[wrong-type]
```",
};

/// The finding for a suppression of a rule that found nothing there.
pub(crate) fn report(span: Span, id: &str) -> Draft {
    let known = super::find(id).is_some();
    let message = if known { format!("nothing here for `{id}` to ignore") } else { format!("there is no rule `{id}`") };
    let nearest = crate::schema::spelling::nearest(id, super::RULES.iter().map(|rule| rule.id));
    let help = match nearest {
        Some(nearest) if !known => format!("did you mean `{nearest}`?"),
        _ if known => "remove it".to_owned(),
        _ => "`podlint rules` lists them".to_owned(),
    };
    Draft::new(&RULE, Path::root(), span, message).help(help)
}

/// The finding for a comment that means to ignore something and does not say what.
pub(crate) fn unread(span: Span) -> Draft {
    Draft::new(&RULE, Path::root(), span, "this comment ignores nothing".to_owned())
        .help("write it like `# podlint: ignore[wrong-type]`")
}
