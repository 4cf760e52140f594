//! The input that podlint and its peers are measured with.
//!
//! Everything is generated from a seed, so that a run today and a run next year read the same
//! bytes. Nothing in it is wrong: what is measured is the time for manifests as they should be.

#![forbid(unsafe_code)]

pub mod generate;
pub mod rng;
