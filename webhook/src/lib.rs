//! podlint as a validating admission webhook.
//!
//! The layout is the way of a request: [`serve`] takes connections, [`tls`] proves who answers.

#![forbid(unsafe_code)]

pub mod serve;
pub mod tls;
