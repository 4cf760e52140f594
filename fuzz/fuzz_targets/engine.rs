//! Checking manifests, mutated as manifests.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use podlint_fuzz::mutate::{Chance, mutate};

fuzz_target!(|bytes: &[u8]| podlint_fuzz::properties::engine::engine(bytes));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut chance = Chance::new(u64::from(seed));
    // Now and then noise, which also tries the words of the dictionary.
    if chance.below(8) == 0 {
        return fuzzer_mutate(data, size, max_size);
    }
    let mutated = mutate(data.get(..size).unwrap_or_default(), &mut chance);
    let size = mutated.len().min(max_size).min(data.len());
    if let (Some(to), Some(from)) = (data.get_mut(..size), mutated.get(..size)) {
        to.copy_from_slice(from);
    }
    size
});
