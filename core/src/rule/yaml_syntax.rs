//! `yaml-syntax`: the text is no YAML, or none that kubectl reads.

use super::Rule;
use crate::draft::Draft;
use crate::finding::Severity;
use crate::path::Path;
use crate::yaml::{Span, SyntaxError};

/// The record.
pub static RULE: Rule = Rule {
    id: "yaml-syntax",
    summary: "The text cannot be read as YAML or JSON",
    severity: Severity::Error,
    since: "0.1.0",
    fixable: false,
    help: "\
kubectl and the API server read YAML 1.1. Text that they cannot read is refused as a whole, so nothing \
else in this document is checked; the other documents of the file are.

Bad:

```yaml
metadata:
  name: web
 labels: {}
```

Good:

```yaml
metadata:
  name: web
  labels: {}
```",
};

/// The finding for a text that could not be read.
pub(crate) fn report(text: &str, error: &SyntaxError) -> Draft {
    let start = error.offset.min(text.len() as u32);
    let width = text.get(start as usize..).and_then(|rest| rest.chars().next()).filter(|c| *c != '\n');
    let span = Span { start, end: start + width.map_or(0, char::len_utf8) as u32 };
    let mut draft = Draft::new(&RULE, Path::root(), span, error.message.clone());
    if let Some((span, message)) = &error.related {
        draft = draft.label(*span, message.clone());
    }
    draft.help("kubectl cannot read this document; nothing else in it was checked")
}

/// The finding for text behind a `---`, which kubectl calls an invalid document separator.
/// Source: `YAMLReader` in `k8s.io/apimachinery/pkg/util/yaml` (1.37).
pub(crate) fn bad_separator(span: Span) -> Draft {
    let message = "there is text behind `---`, and kubectl reads no further than here".to_owned();
    Draft::new(&RULE, Path::root(), span, message).help("put the text on a line of its own, or make it a comment")
}
