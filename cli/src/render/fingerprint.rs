//! Names of findings that stay the same while the file around them changes, so that a service can
//! tell a new finding from one it knows.

use std::collections::HashMap;

use podlint_core::finding::Finding;

use crate::report::DocumentReport;

/// Gives out fingerprints, no two alike in a run.
#[derive(Default)]
pub struct Fingerprints {
    /// How often the same was found.
    seen: HashMap<u128, u64>,
}

impl Fingerprints {
    /// The fingerprint of a finding: its rule, file, object and field, and which one of these it
    /// is. Lines, offsets and the wording of the message have no part in it.
    pub fn of(&mut self, file: &str, document: &DocumentReport<'_>, finding: &Finding) -> String {
        let mut hash = Hash::new();
        hash.add(finding.rule.id);
        hash.add(file);
        if let Some(object) = finding.object.and_then(|at| document.report.objects.get(at)) {
            for part in [&object.api_version, &object.kind, &object.namespace, &object.name] {
                hash.add(part.as_deref().unwrap_or_default());
            }
        }
        hash.add(&finding.path.to_string());
        let count = self.seen.entry(hash.0).or_default();
        hash.add(&count.to_string());
        *count += 1;
        format!("{:032x}", hash.0)
    }
}

/// FNV-1a in 128 bits: small, and the same on every machine and in every version, which the hashes
/// of the standard library do not promise.
struct Hash(u128);

impl Hash {
    const fn new() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    fn add(&mut self, part: &str) {
        // 0xFF is in no text, so that no two lists of parts are one.
        for byte in part.bytes().chain([0xFF]) {
            self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture;

    #[test]
    fn the_hash_is_fnv_1a() {
        // "a" by itself, from the reference vectors; `add` ends each part with one more byte.
        let mut hash = Hash::new();
        hash.0 = (hash.0 ^ u128::from(b'a')).wrapping_mul(0x0100_0000_0000_0000_0000_013b);
        assert_eq!(hash.0, 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
    }

    #[test]
    fn stays_when_lines_move_and_differs_otherwise() {
        let object = fixture::object("v1", "Pod", Some("shop"), Some("web"));
        let report = fixture::report(vec![object], Vec::new());
        let document = fixture::document("a.yaml", fixture::DEPLOYMENT, &report);
        let finding = fixture::misplaced();
        let first = |file: &str, finding: &Finding| Fingerprints::default().of(file, &document, finding);
        let mut moved = finding.clone();
        moved.range.start.line += 7;
        moved.message = "in other words".to_owned();
        assert_eq!(first("a.yaml", &finding), first("a.yaml", &moved));
        assert_ne!(first("a.yaml", &finding), first("b.yaml", &finding));
        assert_ne!(first("a.yaml", &finding), first("a.yaml", &fixture::misspelled()));

        let mut fingerprints = Fingerprints::default();
        let mut twice = || fingerprints.of("a.yaml", &document, &finding);
        assert_ne!(twice(), twice());
    }
}
