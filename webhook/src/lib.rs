//! podlint as a validating admission webhook.
//!
//! The layout is the way of a request: [`serve`] takes connections, [`tls`] proves who answers,
//! [`review`] reads the request and answers it, [`cluster`] is what the answer is about.

#![forbid(unsafe_code)]

pub mod cluster;
pub mod review;
pub mod serve;
pub mod tls;
