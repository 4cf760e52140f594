//! How near a written name is to a known one.

/// A cost from 0 (equal) to about 1 (doubtful); none where the names have nothing to do with each
/// other.
///
/// The order is that of real mistakes: wrong case, another way to join words, plural for singular,
/// a letter or two, a word cut short.
pub fn nearness(written: &str, known: &str) -> Option<f32> {
    if written == known {
        return Some(0.0);
    }
    if written.is_empty() || written.len() > 80 || known.len() > 80 {
        return None;
    }
    let (low, wanted) = (written.to_lowercase(), known.to_lowercase());
    if low == wanted {
        return Some(0.1);
    }
    let joined: String = low.chars().filter(|c| !matches!(c, '-' | '_' | '.' | ' ')).collect();
    if joined == wanted {
        return Some(0.15);
    }
    if singular(&joined) == singular(&wanted) {
        return Some(0.2);
    }
    let longest = joined.chars().count().max(wanted.chars().count());
    let allowed = match longest {
        0..=2 => 0,
        3..=5 => 1,
        6..=9 => 2,
        10..=15 => 3,
        _ => 4,
    };
    let distance = strsim::osa_distance(&joined, &wanted);
    if distance <= allowed {
        // A slip of a letter in a long word says more than one in a short word.
        return Some(0.2 + 1.5 * distance as f32 / longest as f32);
    }
    if joined.len() >= 5 && joined.len() * 2 >= wanted.len() && wanted.starts_with(&joined) {
        return Some(0.6);
    }
    None
}

/// The known name that is nearest to the written one, if any is near.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(f32, &str)> = None;
    for name in known {
        if let Some(cost) = nearness(written, name)
            && best.is_none_or(|(lowest, _)| cost < lowest)
        {
            best = Some((cost, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Whether a known name ends in the written one as a word of its own: `pullPolicy` in
/// `imagePullPolicy`.
pub fn is_last_words(written: &str, known: &str) -> bool {
    let mut letters = written.chars();
    let Some(first) = letters.next() else { return false };
    let capital: String = first.to_uppercase().chain(letters).collect();
    written.len() >= 3 && known.len() > capital.len() && known.ends_with(&capital)
}

fn singular(name: &str) -> &str {
    name.strip_suffix("es")
        .filter(|stem| stem.ends_with(['s', 'x', 'h']))
        .or_else(|| name.strip_suffix('s'))
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_usual_slips() {
        let fields = ["containerPort", "hostPort", "hostIP", "name", "protocol", "labels", "schedulerName"];
        for (written, known) in [
            ("conatainerPort", "containerPort"),
            ("container-port", "containerPort"),
            ("hostIp", "hostIP"),
            ("lable", "labels"),
            ("schedulername", "schedulerName"),
        ] {
            assert_eq!(nearest(written, fields), Some(known), "{written}");
        }
        assert_eq!(nearest("targetPort", fields), None);
        assert_eq!(nearest("pool", fields), None);
    }

    #[test]
    fn knows_last_words() {
        assert!(is_last_words("pullPolicy", "imagePullPolicy"));
        assert!(is_last_words("name", "secretName"));
        assert!(!is_last_words("name", "hostname"));
    }
}
