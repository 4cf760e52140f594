//! What podlint promises of any input, and a mutator that makes inputs worth trying.

pub mod mutate;
pub mod properties;
