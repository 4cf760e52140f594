//! An error in a configuration file, with the line that it is about.

use std::path::Path;

/// The error of reading `text`, as people read it: place, what is wrong, and the line.
pub fn explain(error: &serde_yaml::Error, text: &str, path: &Path) -> anyhow::Error {
    let message = error.to_string();
    let Some(location) = error.location() else {
        return anyhow::anyhow!("{}: {message}", path.display());
    };
    let (line, column) = (location.line(), location.column());
    // The place is given in the form that editors and terminals jump to, so not once more in words.
    let place = format!(" at line {line} column {column}");
    let message = message.strip_suffix(&place).unwrap_or(&message);
    let source = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let margin = " ".repeat(line.to_string().len());
    let before = " ".repeat(column.saturating_sub(1));
    anyhow::anyhow!("{}:{line}:{column}: {message}\n {line} | {source}\n {margin} | {before}^", path.display())
}
