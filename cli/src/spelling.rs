//! The nearest valid word to a misspelled one.

/// The candidate that `word` most likely meant, if one is near.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word = word.to_lowercase();
    let (distance, best) = candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, candidate), candidate))
        .min_by_key(|(distance, _)| *distance)?;
    let near = distance <= word.chars().count().max(best.chars().count()) / 3;
    (near && distance > 0 || word == best).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_only_what_is_near() {
        let words = ["select", "ignore", "kubernetes-version"];
        assert_eq!(nearest("selct", words), Some("select"));
        assert_eq!(nearest("Ignore", words), Some("ignore"));
        assert_eq!(nearest("kubernetesVersion", words), Some("kubernetes-version"));
        assert_eq!(nearest("colour", words), None);
        assert_eq!(nearest("x", []), None);
    }
}
