//! Reading any bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| podlint_fuzz::properties::read::read(bytes));
