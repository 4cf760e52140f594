//! The exact value of a quantity, as `resource.Quantity` holds it
//! (`k8s.io/apimachinery/pkg/api/resource`, 1.37).

use crate::schema::quantity::{self, QuantityError};

/// An amount in billionths: the finest that Kubernetes keeps; what is finer is rounded up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Amount(i128);

const NANO: i128 = 1_000_000_000;
/// Kubernetes caps here what it reads with a binary suffix.
const MOST: i128 = (i64::MAX as i128) * NANO;
/// Digits that are kept; more cannot be told apart below the cap.
const DIGITS: usize = 30;

impl Amount {
    /// Reads a quantity as the server does: `500m`, `1.5Gi`, `1e3`.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        let parts = quantity::parts(text)?;
        let mut mantissa: u128 = 0;
        let mut exponent = parts.exponent;
        let mut kept = 0;
        let mut inexact = false;
        let (whole, fraction) = parts.number.split_once('.').unwrap_or((parts.number, ""));
        let digits = whole.bytes().map(|digit| (digit, 0)).chain(fraction.bytes().map(|digit| (digit, 1)));
        for (digit, after_point) in digits {
            let digit = u128::from(digit.saturating_sub(b'0'));
            if kept < DIGITS {
                mantissa = mantissa * 10 + digit;
                kept += usize::from(mantissa > 0);
                exponent -= after_point;
            } else {
                inexact |= digit > 0;
                exponent += 1 - after_point;
            }
        }
        let value = scaled(mantissa, exponent.saturating_add(9), parts.binary, inexact);
        let value = if parts.binary > 0 { value.min(MOST) } else { value };
        Ok(Self(if parts.negative { -value } else { value }))
    }

    /// Whole units, rounded up as `Quantity.Value` does.
    pub fn value(self) -> i64 {
        self.rounded_up(NANO)
    }

    /// Thousandths, rounded up as `Quantity.MilliValue` does.
    pub fn milli_value(self) -> i64 {
        self.rounded_up(NANO / 1000)
    }

    /// All of it.
    pub(crate) const fn billionths(self) -> i128 {
        self.0
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The number of thousandths, rounded away from zero, of an amount that is finer than that.
    pub fn finer_than_milli(self) -> Option<i64> {
        (self.0 % (NANO / 1000) != 0).then(|| self.milli_value())
    }

    /// Rounded up, away from zero.
    const fn units(self, unit: i128) -> i128 {
        let away = if self.0 % unit == 0 { 0 } else { self.0.signum() };
        self.0 / unit + away
    }

    fn rounded_up(self, unit: i128) -> i64 {
        let units = self.units(unit);
        i64::try_from(units).unwrap_or(if units < 0 { i64::MIN } else { i64::MAX })
    }
}

/// `mantissa * 10^exponent * 1024^binary`, rounded up; capped where it is too large.
fn scaled(mantissa: u128, exponent: i64, binary: u32, mut inexact: bool) -> i128 {
    let mut mantissa = mantissa;
    let mut exponent = exponent;
    if mantissa == 0 {
        return i128::from(inexact);
    }
    let factor = 1024_u128.saturating_pow(binary);
    while mantissa.checked_mul(factor).is_none() {
        inexact |= !mantissa.is_multiple_of(10);
        mantissa /= 10;
        exponent = exponent.saturating_add(1);
    }
    mantissa *= factor;
    while exponent < 0 && mantissa > 0 {
        inexact |= !mantissa.is_multiple_of(10);
        mantissa /= 10;
        exponent += 1;
    }
    if exponent > 0 {
        let power = u32::try_from(exponent).ok().and_then(|exponent| 10_u128.checked_pow(exponent));
        let Some(product) = power.and_then(|power| mantissa.checked_mul(power)) else { return i128::MAX };
        mantissa = product;
    }
    i128::try_from(mantissa).map_or(i128::MAX, |value| value.saturating_add(i128::from(inexact)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        Amount::parse(text).expect(text)
    }

    // The answers of `MilliValue` and `Value` in Go (1.37.2).
    #[test]
    fn values_are_those_of_kubernetes() {
        for (text, milli, value) in [
            ("1", 1000, 1),
            ("500m", 500, 1),
            ("0", 0, 0),
            ("1.5", 1500, 2),
            ("100m", 100, 1),
            ("1n", 1, 1),
            ("1e-12", 1, 1),
            ("2Ki", 2_048_000, 2048),
            ("1.5Gi", 1_610_612_736_000, 1_610_612_736),
            ("1e3", 1_000_000, 1000),
            ("1E3", 1_000_000, 1000),
            ("3.9999", 4000, 4),
            ("-1.5", -1500, -2),
            (".5", 500, 1),
            ("0.0000000000000000000000000000000000001Ei", 1, 1),
        ] {
            assert_eq!((amount(text).milli_value(), amount(text).value()), (milli, value), "{text}");
        }
    }

    #[test]
    fn what_is_too_large_is_capped() {
        for text in
            ["9223372036854775807", "9223372036854775808", "1e99999", "10Ei", "99999999999999999999999999999999"]
        {
            assert_eq!(amount(text).value(), i64::MAX, "{text}");
        }
        assert_eq!(amount("1e-99999").value(), 1);
        assert_eq!(amount("1234567890.123456789").plus(amount("1n")), amount("1234567890.123456790"));
    }

    #[test]
    fn what_is_no_quantity_is_none() {
        for text in ["", "banana", "1.2.3", "5 Gi"] {
            assert!(Amount::parse(text).is_err(), "{text}");
        }
    }
}
