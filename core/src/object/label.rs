//! What the API server takes for a label.

/// Whether the server takes a text for a label's value. Source: `IsLabelValue` in `k8s.io/apimachinery/pkg/util/validation` (1.37).
pub(crate) fn is_value(text: &str) -> bool {
    text.is_empty() || is_name(text)
}

/// Whether the server takes a text for a label's key. Source: `IsLabelKey` in `k8s.io/apimachinery/pkg/util/validation` (1.37).
pub(crate) fn is_key(text: &str) -> bool {
    match text.split_once('/') {
        None => is_name(text),
        Some((prefix, name)) => is_subdomain(prefix) && is_name(name),
    }
}

fn is_name(text: &str) -> bool {
    let is_end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.len() <= 63
        && is_end(text.chars().next())
        && is_end(text.chars().last())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

fn is_subdomain(text: &str) -> bool {
    let is_part = |part: &str| {
        let is_end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        is_end(part.chars().next())
            && is_end(part.chars().last())
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    !text.is_empty() && text.len() <= 253 && text.split('.').all(is_part)
}
