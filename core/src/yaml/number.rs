//! Numbers as Go writes them.

use std::fmt::Write as _;

/// A number that stands as a key: Go writes it with the fewest digits that tell it from other
/// 32-bit numbers, and with an exponent from a million on and below a ten-thousandth.
#[allow(clippy::cast_possible_truncation, reason = "Go rounds to 32 bits here")]
pub(super) fn float_name(value: f64) -> String {
    let value = value as f32;
    if value.is_nan() {
        return ".nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    if value == 0.0 || (1e-4..1e6).contains(&value.abs()) {
        return value.to_string();
    }
    let text = format!("{value:e}");
    let Some((digits, exponent)) = text.split_once('e') else {
        return text;
    };
    let mut out = digits.to_owned();
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    // Writing to a string cannot fail.
    let _ = write!(out, "e{sign}{exponent:0>2}");
    out
}

#[cfg(test)]
mod tests {
    use super::float_name;

    #[test]
    fn as_go_writes_them() {
        for (value, name) in [
            (1.5, "1.5"),
            (1.0, "1"),
            (-0.0, "-0"),
            (0.1, "0.1"),
            (999_999.0, "999999"),
            (1e6, "1e+06"),
            (1_234_567.0, "1.234567e+06"),
            (1e-4, "0.0001"),
            (1.5e-5, "1.5e-05"),
            (1e300, ".inf"),
            (1e20, "1e+20"),
            (16_777_217.0, "1.6777216e+07"),
        ] {
            assert_eq!(float_name(value), name);
        }
    }
}
