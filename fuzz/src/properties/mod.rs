//! What holds for any input. Each function panics where something does not.
//!
//! The fuzz targets call them with what the fuzzer makes up, `core/tests/properties.rs` with what
//! it once found and with the project's manifests.

pub mod api;
pub mod engine;
pub mod fix;
pub mod read;

use podlint_core::Document;
use podlint_core::settings::Settings;
use podlint_core::yaml::{Encoding, split};

/// Panics with `what`, the property in words, and the details of this case on the lines below.
#[track_caller]
pub(crate) fn require(holds: bool, what: &str, details: impl FnOnce() -> String) {
    assert!(holds, "{what}\n{}", details());
}

/// The documents of a file, as the command makes them.
pub(crate) fn documents(text: &str, encoding: Encoding) -> impl Iterator<Item = Document<'_>> {
    split(text).map(move |chunk| Document {
        text: chunk.text,
        json: chunk.json,
        offset: encoding.raw_offset(text, chunk.offset),
        line: chunk.line,
        column: chunk.column,
        index: chunk.index,
        bad_separator: chunk.bad_separator,
        encoding,
    })
}

/// The settings that an input asks for, in comments such as `# fuzz: 1.25` and `# fuzz: patch`: so
/// that they stay with the input when it is made smaller.
pub(crate) fn settings_of(text: &str) -> Settings {
    let mut settings = Settings::default();
    for asked in text.lines().filter_map(|line| line.strip_prefix("# fuzz: ")) {
        match asked.trim_end() {
            "patch" => settings.patch = true,
            version => settings.version = version.parse().unwrap_or(settings.version),
        }
    }
    settings
}
