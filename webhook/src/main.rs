//! `podlint-webhook`: podlint as a validating admission webhook.

#![forbid(unsafe_code)]

fn main() {}
