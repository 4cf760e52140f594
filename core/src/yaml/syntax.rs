//! What is said of a text that is not YAML, or not YAML that can become JSON.

use super::tree::Span;

/// Why a document cannot be read. Go's reader refuses the same documents, in other words.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// Byte offset in the chunk's text where reading stopped to make sense.
    pub offset: u32,
    /// What is wrong, in plain English, without a place.
    pub message: String,
    /// Another place that explains the error, e.g. where an unclosed bracket was opened.
    pub related: Option<(Span, String)>,
}

impl SyntaxError {
    pub(super) fn new(offset: usize, message: impl Into<String>) -> Self {
        Self { offset: offset as u32, message: message.into(), related: None }
    }

    pub(super) fn with(mut self, span: Span, note: impl Into<String>) -> Self {
        self.related = Some((span, note.into()));
        self
    }

    /// With its places widened to whole characters of the text.
    pub(super) fn within(mut self, text: &str) -> Self {
        if let Some((span, _)) = &mut self.related {
            while !text.is_char_boundary(span.end as usize) && (span.end as usize) < text.len() {
                span.end += 1;
            }
        }
        self
    }
}
