//! Kubernetes quantities: the grammar of `resource.ParseQuantity`
//! (`k8s.io/apimachinery/pkg/api/resource`, 1.37), and what somebody meant by a wrong one.

/// Why the server does not read a text as a quantity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum QuantityError {
    /// Not a number with letters behind it.
    Format,
    /// The letters behind the number are no suffix.
    Suffix,
}

/// Suffixes that a quantity may end in, with the powers of 10 and of 1024 that they stand for; a
/// decimal exponent (`1e3`) stands apart.
const SUFFIXES: [(&str, i64, u32); 16] = [
    ("", 0, 0),
    ("n", -9, 0),
    ("u", -6, 0),
    ("m", -3, 0),
    ("k", 3, 0),
    ("M", 6, 0),
    ("G", 9, 0),
    ("T", 12, 0),
    ("P", 15, 0),
    ("E", 18, 0),
    ("Ki", 0, 1),
    ("Mi", 0, 2),
    ("Gi", 0, 3),
    ("Ti", 0, 4),
    ("Pi", 0, 5),
    ("Ei", 0, 6),
];

/// Whether the server reads this text as a quantity. Spaces around it are trimmed, as the server
/// does; a missing number counts as 0 (`Mi` is 0), as there.
pub fn check(text: &str) -> Result<(), QuantityError> {
    parts(text).map(|_| ())
}

/// What a quantity is made of: `number * 10^exponent * 1024^binary`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Parts<'t> {
    pub(crate) negative: bool,
    /// Digits, with a point among them or not; none count as 0.
    pub(crate) number: &'t str,
    pub(crate) exponent: i64,
    pub(crate) binary: u32,
}

/// Takes a quantity apart.
pub(crate) fn parts(text: &str) -> Result<Parts<'_>, QuantityError> {
    let text = trim(text);
    if text.is_empty() {
        return Err(QuantityError::Format);
    }
    let (number, suffix) = number_and_rest(text);
    // The server takes letters of this set, then one sign, then digits for the suffix, and looks
    // the result up only afterwards.
    let letters = suffix.trim_start_matches(|c: char| "eEinumkKMGTP".contains(c));
    let signed = letters.strip_prefix(['-', '+']).unwrap_or(letters);
    if !signed.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(QuantityError::Format);
    }
    let (exponent, binary) = match SUFFIXES.iter().find(|(name, ..)| *name == suffix) {
        Some((_, exponent, binary)) => (*exponent, *binary),
        None => (decimal_exponent(suffix).ok_or(QuantityError::Suffix)?, 0),
    };
    let negative = number.starts_with('-');
    Ok(Parts { negative, number: number.trim_start_matches(['-', '+']), exponent, binary })
}

/// The server trims the JSON text, where control characters are still escapes.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() && !c.is_control())
}

/// Splits behind the sign, the digits and the fraction.
fn number_and_rest(text: &str) -> (&str, &str) {
    let mut length = 0;
    let mut fraction = false;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'+' | b'-' if index == 0 => {}
            b'0'..=b'9' => {}
            b'.' if !fraction => fraction = true,
            _ => break,
        }
        length = index + 1;
    }
    text.split_at_checked(length).unwrap_or((text, ""))
}

/// The exponent of `e3`, `E-3`, `e+3`.
fn decimal_exponent(suffix: &str) -> Option<i64> {
    let digits = suffix.strip_prefix(['e', 'E'])?;
    digits.strip_prefix('+').unwrap_or(digits).parse().ok()
}

/// What was probably meant, best first: `512MB` → `512M`, `512Mi`; none where nothing is near.
/// `resource` is what it is an amount of: thousandths of a cpu are common, of a byte a mistake.
pub fn meant(text: &str, resource: &str) -> Vec<String> {
    let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    if check(&text).is_ok() {
        return vec![text];
    }
    // A quota writes `requests.cpu`.
    let resource = resource.rsplit('.').next().unwrap_or(resource);
    let is_cpu = resource == "cpu";
    let (number, letters) = number_and_rest(&text);
    if number.is_empty() || !number.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    let lower = letters.to_ascii_lowercase();
    let doubled = (lower.len() >= 4 && lower.len() % 2 == 0)
        .then(|| lower.split_at_checked(lower.len() / 2))
        .flatten()
        .filter(|(first, second)| first == second)
        .map(|(first, _)| first.to_owned());
    let word = doubled.unwrap_or(lower);
    let suffixes: &[&str] = match word.as_str() {
        "k" | "kb" | "kilobyte" | "kilobytes" => &["k", "Ki"],
        "mb" | "megabyte" | "megabytes" | "meg" => &["M", "Mi"],
        "g" | "gb" | "gigabyte" | "gigabytes" | "gig" => &["G", "Gi"],
        "t" | "tb" | "terabyte" | "terabytes" => &["T", "Ti"],
        "p" | "pb" => &["P", "Pi"],
        "eb" => &["E", "Ei"],
        "ki" | "kib" => &["Ki"],
        "mi" | "milli" | "millicore" | "millicores" | "mcpu" if is_cpu => &["m"],
        "mi" | "mib" => &["Mi"],
        "gi" | "gib" => &["Gi"],
        "ti" | "tib" => &["Ti"],
        "pi" | "pib" => &["Pi"],
        "ei" | "eib" => &["Ei"],
        "b" | "byte" | "bytes" if !is_cpu => &[""],
        "c" | "cpu" | "cpus" | "core" | "cores" | "vcpu" if is_cpu => &[""],
        _ => return Vec::new(),
    };
    suffixes.iter().map(|suffix| format!("{number}{suffix}")).filter(|text| check(text).is_ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // The server's answers, asked one by one (1.37.2).
    #[test]
    fn reads_what_the_server_reads() {
        let good = [
            "Mi",
            "+",
            ".",
            "1E",
            "e3",
            "+.5",
            "-",
            "1.Mi",
            "1e99",
            "0",
            "00",
            "0Mi",
            " 1 ",
            "1e-3",
            "1e+3",
            "1E3",
            "-1",
            ".5",
            "5.",
            "1m",
            "1u",
            "1n",
            "E",
            "n",
            "1.5Gi",
            "9223372036854775808Ei",
            "1e-400",
            ".Mi",
            "+Mi",
        ];
        for text in good {
            assert_eq!(check(text), Ok(()), "{text:?}");
        }
        for text in ["", "1..", "12e6m", "1 Mi", "0x10", "1_000", "1p", "\t1", "1\n"] {
            assert_eq!(check(text), Err(QuantityError::Format), "{text:?}");
        }
        for text in ["1e", "1ee3", "1e+", "1Ki1", "--1", "+-1", "1E+", "1e99999999999999999999"] {
            assert_eq!(check(text), Err(QuantityError::Suffix), "{text:?}");
        }
    }

    #[test]
    fn knows_what_was_meant() {
        assert_eq!(meant("512MB", "memory"), ["512M", "512Mi"]);
        assert_eq!(meant("256MiMi", "memory"), ["256Mi"]);
        assert_eq!(meant("1 Gi", "memory"), ["1Gi"]);
        assert_eq!(meant("500mi", "memory"), ["500Mi"]);
        assert_eq!(meant("2 cores", "cpu"), ["2"]);
        assert_eq!(meant("2 cores", "limits.memory"), Vec::<String>::new());
        assert_eq!(meant("500mi", "requests.cpu"), ["500m"]);
        assert_eq!(meant("500 m", "memory"), ["500m"]);
        assert_eq!(meant("1 G", "memory"), ["1G"]);
        assert_eq!(meant("500mi", "cpu"), ["500m"]);
        assert_eq!(meant("banana", "memory"), Vec::<String>::new());
    }
}
