//! An error in a configuration file, with the line that it is about.

use thiserror::Error;

/// What is wrong with a configuration, as people read it: the place, what is wrong, and the line.
#[derive(Clone, PartialEq, Eq, Error, Debug)]
#[error("{message}")]
pub struct ConfigError {
    message: String,
}

impl ConfigError {
    /// The error of reading `text`, which is called `name`.
    pub(super) fn explaining(error: &serde_yaml::Error, text: &str, name: &str) -> Self {
        let message = error.to_string();
        let Some(location) = error.location() else {
            return Self { message: format!("{name}: {message}") };
        };
        let (line, column) = (location.line(), location.column());
        // The place is given in the form that editors and terminals jump to, so not once more in words.
        let place = format!(" at line {line} column {column}");
        let message = message.strip_suffix(&place).unwrap_or(&message);
        let source = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        let margin = " ".repeat(line.to_string().len());
        let before = " ".repeat(column.saturating_sub(1));
        Self { message: format!("{name}:{line}:{column}: {message}\n {line} | {source}\n {margin} | {before}^") }
    }
}
