//! The hash of a field's name, shared by the library and the generator of its blob.

/// One byte that tells most names of one object apart, and is cheap to compute: what tells them
/// apart is how long they are, how they begin and end, and what is in their middle.
pub(crate) fn hash(name: &[u8]) -> u8 {
    let at = |index: usize| name.get(index).copied().unwrap_or(0);
    let length = name.len();
    (length as u8)
        .wrapping_mul(37)
        .wrapping_add(at(0).wrapping_mul(11))
        .wrapping_add(at(length / 2).wrapping_mul(5))
        .wrapping_add(at(length.wrapping_sub(1)).wrapping_mul(3))
        .wrapping_add(at(length / 4).wrapping_mul(7))
}
