//! Amounts as the API server prints and adds them.
//! Source: `CanonicalizeBytes`, `ParseQuantity` and `Add` in `k8s.io/apimachinery/pkg/api/resource` (1.37).

use std::fmt;

use crate::amount::Amount;
use crate::schema::quantity::parts;

/// How an amount is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `500m`, `2G`
    Decimal,
    /// `1e3`
    Exponent,
    /// `2Gi`
    Binary,
}

/// An amount that remembers how it was written.
#[derive(Clone)]
pub(super) struct Quantity {
    pub(super) amount: Amount,
    form: Form,
    /// It has few digits.
    is_quick: bool,
    /// As it was written, where the server repeats that.
    written: Option<String>,
}

const DECIMAL: [&str; 10] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
/// In billionths.
const ONE: i128 = 1_000_000_000;
/// Digits that the server reads the quick way: only such a text is repeated.
const QUICK_DIGITS: usize = 18;

impl Quantity {
    /// Reads an amount; what is none counts as 0, for the server refused it long before.
    pub(super) fn read(text: &str) -> Self {
        let text = text.trim();
        let amount = Amount::parse(text).unwrap_or_default();
        let Ok(parts) = parts(text) else {
            return Self { amount, form: Form::Decimal, is_quick: true, written: None };
        };
        let has_exponent = text.ends_with(|c: char| c.is_ascii_digit()) && text.contains(['e', 'E']);
        let form = match parts.binary {
            0 if has_exponent => Form::Exponent,
            0 => Form::Decimal,
            _ => Form::Binary,
        };
        let (whole, fraction) = parts.number.split_once('.').unwrap_or((parts.number, ""));
        let whole = whole.trim_start_matches('0');
        let digits = format!("{}{fraction}", if whole.is_empty() { "0" } else { whole });
        let is_quick = match form {
            Form::Binary => fraction.is_empty() && digits.len() <= 14_usize.saturating_sub(parts.binary as usize * 3),
            _ => digits.len() <= QUICK_DIGITS,
        };
        let is_repeated = if form == Form::Binary {
            is_quick && digits.parse::<u64>().is_ok_and(|value| value & 7 != 0)
        } else {
            let scale = parts.exponent - i64::try_from(fraction.len()).unwrap_or(i64::MAX);
            is_quick && scale >= -9 && scale % 3 == 0 && !digits.ends_with("000") && digits.starts_with(|c| c != '0')
        };
        Self { amount, form, is_quick, written: is_repeated.then(|| text.to_owned()) }
    }

    /// Whether the server takes it for a whole number. It looks at thousandths: where those are too
    /// many for 64 bits, it sees none of few digits, and the lowest bits of many.
    pub(super) fn is_whole(&self) -> bool {
        let billionths = self.amount.billionths();
        match i64::try_from(billionths / 1_000_000) {
            Ok(_) => billionths % ONE == 0,
            Err(_) if self.is_quick => true,
            #[allow(clippy::cast_possible_truncation)] // The lowest bits are what is asked for.
            Err(_) => (billionths / 1_000_000) as i64 % 1000 == 0,
        }
    }

    /// Both together.
    pub(super) fn add(&mut self, other: &Self) {
        self.written = None;
        if self.amount == Amount::default() {
            self.form = other.form;
        }
        self.amount = self.amount.plus(other.amount);
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(written) = &self.written {
            return f.write_str(written);
        }
        let number = self.amount.billionths();
        if number == 0 {
            return f.write_str("0");
        }
        if self.form == Form::Binary && number % ONE == 0 && number.abs() >= 1024 * ONE {
            let (number, steps) = without_factors(number / ONE, 1024, BINARY.len());
            return write!(f, "{number}{}", BINARY.get(steps).unwrap_or(&""));
        }
        let (number, steps) = without_factors(number, 1000, DECIMAL.len());
        match DECIMAL.get(steps) {
            Some(suffix) if self.form != Form::Exponent => write!(f, "{number}{suffix}"),
            _ if steps != 3 => write!(f, "{number}e{}", i64::try_from(steps).unwrap_or_default() * 3 - 9),
            _ => write!(f, "{number}"),
        }
    }
}

/// Takes a factor out as often as there are suffixes for it, but for the first.
fn without_factors(mut number: i128, factor: i128, suffixes: usize) -> (i128, usize) {
    let mut steps = 0;
    while number % factor == 0 && steps + 1 < suffixes {
        number /= factor;
        steps += 1;
    }
    (number, steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    // The answers of `MilliValue` in Go (1.37.2).
    #[test]
    fn whole_numbers_are_those_of_kubernetes() {
        for (written, is_whole) in [
            ("1", true),
            ("1500m", false),
            ("1000m", true),
            ("9223372036854775807", true),
            ("1000000000000000000", false),
            ("1e18", true),
            ("0.1Ei", false),
        ] {
            assert_eq!(Quantity::read(written).is_whole(), is_whole, "{written}");
        }
    }

    // The answers of `String`.
    #[test]
    fn amounts_are_printed_as_kubernetes_does() {
        for (written, printed) in [
            ("+3", "+3"),
            ("0500m", "0500m"),
            ("1.500", "1.500"),
            ("0.5", "500m"),
            ("1000m", "1"),
            ("1500", "1500"),
            ("2000", "2k"),
            ("1e3", "1e3"),
            ("1.5e6", "1500e3"),
            ("1024Ki", "1Mi"),
            ("1.5Gi", "1536Mi"),
            ("0.5Ki", "512"),
            ("1536Mi", "1536Mi"),
            ("-1Gi", "-1Gi"),
            ("00", "0"),
            ("Mi", "0"),
            ("1n", "1n"),
        ] {
            assert_eq!(Quantity::read(written).to_string(), printed, "{written}");
        }
        let mut sum = Quantity::read("512Mi");
        sum.add(&Quantity::read("1G"));
        assert_eq!(sum.to_string(), "1536870912");
    }
}
