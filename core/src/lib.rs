//! The checks of podlint: [`check`] takes the text of one document and says what is wrong with it.
//!
//! The stages follow the data: [`yaml`] reads text into a tree with spans, [`schema`] holds the
//! tree against the structure of its kind, [`object`] says what the document is, [`mend`] mends the
//! text, [`across`] holds the documents of a file against each other. No stage looks back, and none does IO.

#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::unreachable,
        clippy::print_stdout,
        clippy::print_stderr
    )
)]

pub mod across;
mod amount;
mod api;
pub mod config;
pub mod document;
mod draft;
pub mod engine;
pub mod finding;
mod fix;
mod inspect;
pub mod mend;
pub mod object;
pub mod path;
pub mod rule;
pub mod schedule;
pub mod schema;
mod server;
pub mod settings;
mod source;
mod subject;
mod suppress;
pub mod yaml;

pub use document::Document;
pub use engine::{ObjectReport, Outcome, Report, check, may_hold_objects, unreadable};
pub use finding::Verdict;
pub use object::SkipReason;
