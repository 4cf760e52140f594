//! The API server's rules, on objects whose shape the bytes choose.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| podlint_fuzz::properties::api::api(bytes));
