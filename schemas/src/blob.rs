//! The layout of the blob, and safe reading in place.
//!
//! `data/schemas.bin` is written by `examples/generate`. All numbers are little-endian, all
//! strings ASCII. It starts with the magic bytes `pls1` and, for each section in the order of
//! [`Section::new`]'s constants, the section's offset and its number of entries, both `u32`. An
//! entry is a row of `u16` columns, apart from those of the string sections and the hashes:
//!
//! | section | entry | order |
//! |---|---|---|
//! | [`STRINGS`] | `u32` start in [`TEXT`]; one more at the end closes the last | by text |
//! | [`TEXT`] | bytes | |
//! | [`TYPES`] | tag, argument (an object, a type, or 0) | |
//! | [`OBJECTS`] | name, first field; one more at the end closes the last | by name |
//! | [`FIELDS`] | name, type, versions and [`REQUIRED`] | by object, name, versions |
//! | [`KINDS`] | API version (`apps/v1`), kind, object, versions | by API version, kind |
//! | [`GROUPS`] | name, versions | by name |
//! | [`NAMES`] | a field's name, first place; one more at the end closes the last | by name |
//! | [`PLACES`] | object, field | by name, object, field |
//! | [`HASHES`] | one byte, the hash of the name of the field of the same number | as [`FIELDS`] |
//!
//! A name is an index into [`STRINGS`]. As these are sorted and unique, so are their indexes.
//! Versions are a bit set: bit 0 is 1.25. A reader that finds the blob too short reads zeros, so
//! that nothing here can panic; the tests walk every entry.

static BLOB: &[u8] = include_bytes!("../data/schemas.bin");

/// The bit beside a field's versions that says that the API documents it as required.
pub(crate) const REQUIRED: u16 = 1 << 15;

pub(crate) const STRINGS: Section = Section::new(0, 0);
pub(crate) const TEXT: Section = Section::new(1, 0);
pub(crate) const TYPES: Section = Section::new(2, 2);
pub(crate) const OBJECTS: Section = Section::new(3, 2);
pub(crate) const FIELDS: Section = Section::new(4, 3);
pub(crate) const KINDS: Section = Section::new(5, 4);
pub(crate) const GROUPS: Section = Section::new(6, 2);
pub(crate) const NAMES: Section = Section::new(7, 2);
pub(crate) const PLACES: Section = Section::new(8, 2);
pub(crate) const HASHES: Section = Section::new(9, 0);

/// A table of `u16` rows within the blob. Its place is read when podlint is compiled.
#[derive(Clone, Copy)]
pub(crate) struct Section {
    start: usize,
    len: usize,
    columns: usize,
}

impl Section {
    const fn new(number: usize, columns: usize) -> Self {
        Self { start: u32_at(4 + number * 8) as usize, len: u32_at(8 + number * 8) as usize, columns }
    }

    /// The number of entries.
    pub(crate) const fn len(self) -> u16 {
        self.len as u16
    }

    /// A row's column.
    pub(crate) fn get(self, row: u16, column: usize) -> u16 {
        u16_at(self.start + (usize::from(row) * self.columns + column) * 2)
    }

    /// The rows of another section that belong to `row`: from what this column says to what the
    /// next row's column says.
    pub(crate) fn range(self, row: u16, column: usize) -> std::ops::Range<u16> {
        match row.checked_add(1) {
            Some(next) if row < self.len() => self.get(row, column)..self.get(next, column),
            _ => 0..0,
        }
    }
}

/// The first of `rows` for which `less` no longer holds; they must be sorted by it.
pub(crate) fn lower_bound(rows: std::ops::Range<u16>, less: impl Fn(u16) -> bool) -> u16 {
    let (mut low, mut high) = (rows.start, rows.end);
    while low < high {
        let middle = low + (high - low) / 2;
        if less(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// The hashes of the names of these fields: one look at a few bytes in a row finds a field sooner
/// than a binary search among its object's names does.
pub(crate) fn hashes(fields: &std::ops::Range<u16>) -> &'static [u8] {
    let (start, end) = (usize::from(fields.start), usize::from(fields.end));
    BLOB.get(HASHES.start + start..HASHES.start + end).unwrap_or_default()
}

/// The bytes of a string.
pub(crate) fn bytes(string: u16) -> &'static [u8] {
    let index = STRINGS.start + usize::from(string) * 4;
    let (start, end) = (u32_at(index) as usize, u32_at(index + 4) as usize);
    BLOB.get(TEXT.start + start..TEXT.start + end).unwrap_or_default()
}

/// A string.
pub(crate) fn text(string: u16) -> &'static str {
    std::str::from_utf8(bytes(string)).unwrap_or_default()
}

#[inline]
fn u16_at(at: usize) -> u16 {
    match BLOB.split_at_checked(at) {
        Some((_, [low, high, ..])) => u16::from_le_bytes([*low, *high]),
        _ => 0,
    }
}

#[inline]
const fn u32_at(at: usize) -> u32 {
    match BLOB.split_at_checked(at) {
        Some((_, [a, b, c, d, ..])) => u32::from_le_bytes([*a, *b, *c, *d]),
        _ => 0,
    }
}

/// Checks that the sections follow each other and fill the blob, and that all is ASCII text where
/// text should be.
#[cfg(test)]
pub(crate) fn check_sections() {
    assert_eq!(BLOB.first_chunk(), Some(b"pls1"));
    let closed = [STRINGS.start, OBJECTS.start, NAMES.start];
    let mut end = 4 + 10 * 8;
    for section in [STRINGS, TEXT, TYPES, OBJECTS, FIELDS, KINDS, GROUPS, NAMES, PLACES, HASHES] {
        assert_eq!(section.start, end);
        let entries = section.len + usize::from(closed.contains(&section.start));
        end += match section.start {
            start if start == STRINGS.start => entries * 4,
            start if start == TEXT.start || start == HASHES.start => entries,
            _ => entries * section.columns * 2,
        };
    }
    assert_eq!(end, BLOB.len());
    assert!((0..STRINGS.len()).all(|string| bytes(string).is_ascii()));
}
