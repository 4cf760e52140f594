//! Texts that the server parses while it decodes: times, durations and base64, read as Go reads
//! them (standard library of Go 1.26; types in `k8s.io/apimachinery/pkg/apis/meta/v1`).

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

use crate::server::quoted;

/// Whether Go's `time.Parse` takes this for `time.RFC3339`. It is laxer than the RFC in the hour
/// (one digit is enough) and in the offset (`+24:60`), and takes a comma before the fraction.
pub fn is_time(text: &str) -> bool {
    date_and_clock(text).and_then(|rest| zone(fraction(rest)?)).is_some()
}

/// Whether Go takes this for `metav1.MicroTime`: RFC 3339 with exactly six digits of fraction.
pub fn is_micro_time(text: &str) -> bool {
    let Some(rest) = date_and_clock(text) else { return false };
    let Some(digits) = rest.strip_prefix(['.', ',']) else { return false };
    let Some((six, rest)) = digits.split_at_checked(6) else { return false };
    six.bytes().all(|byte| byte.is_ascii_digit()) && zone(rest).is_some()
}

/// Reads `2006-01-02T15:04:05` and returns what follows.
fn date_and_clock(text: &str) -> Option<&str> {
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
    let rest = rest.strip_prefix('T')?;
    let (hour, rest) = digits(rest, 2).or_else(|| digits(rest, 1))?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let days = match month {
        2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let in_range = (1..=days).contains(&day) && hour < 24 && minute < 60 && second < 60;
    in_range.then_some(rest)
}

/// Skips a fraction of a second, where there is one.
fn fraction(text: &str) -> Option<&str> {
    let Some(rest) = text.strip_prefix(['.', ',']) else { return Some(text) };
    let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    (after.len() < rest.len()).then_some(after)
}

/// Reads `Z` or `+07:00` to the end.
fn zone(text: &str) -> Option<()> {
    if text == "Z" {
        return Some(());
    }
    let (hour, rest) = digits(text.strip_prefix(['+', '-'])?, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2)?;
    (hour <= 24 && minute <= 60 && rest.is_empty()).then_some(())
}

fn digits(text: &str, count: usize) -> Option<(u32, &str)> {
    let (number, rest) = text.split_at_checked(count)?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
    Some((number.parse().ok()?, rest))
}

/// Whether Go's `time.ParseDuration` takes this: `1h30m`, `1.5s`, `0`.
pub fn is_duration(text: &str) -> bool {
    duration(text).is_ok()
}

/// What Go's `time.ParseDuration` says of a text that it does not take.
///
/// # Errors
///
/// Go's words.
pub fn duration(text: &str) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("time: {what} {}", quoted(text)));
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return Ok(());
    }
    if rest.is_empty() {
        return wrong("invalid duration");
    }
    let mut total: f64 = 0.0;
    while !rest.is_empty() {
        let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let behind = behind.strip_prefix('.').map_or(behind, |it| it.trim_start_matches(|c: char| c.is_ascii_digit()));
        let figure = rest.strip_suffix(behind).unwrap_or_default();
        if !figure.bytes().any(|byte| byte.is_ascii_digit()) {
            return wrong("invalid duration");
        }
        rest = behind.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '.');
        let unit = behind.strip_suffix(rest).unwrap_or_default();
        let nanoseconds = match unit {
            "" => return wrong("missing unit in duration"),
            "ns" => 1.0,
            "us" | "µs" | "μs" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            "m" => 60e9,
            "h" => 3600e9,
            _ => return wrong(&format!("unknown unit {} in duration", quoted(unit))),
        };
        total += figure.parse::<f64>().unwrap_or(f64::INFINITY) * nanoseconds;
        if total >= 9_223_372_036_854_775_808.0 {
            return wrong("invalid duration");
        }
    }
    Ok(())
}

/// Padded, and what is left of the last letter is not looked at.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// The bytes that Go's `base64.StdEncoding` reads, line breaks ignored; none where it takes none.
pub fn base64(text: &str) -> Option<Vec<u8>> {
    if text.contains(['\r', '\n']) {
        return BASE64.decode(text.replace(['\r', '\n'], "")).ok();
    }
    BASE64.decode(text).ok()
}

/// Whether Go's `base64.StdEncoding` takes this.
pub fn is_base64(text: &str) -> bool {
    base64(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    // The server's answers, asked one by one (1.37.2).
    #[test]
    fn reads_times_as_the_server_does() {
        let good = [
            "2024-01-01T00:00:00Z",
            "2024-01-01T00:00:00.5Z",
            "2024-01-01T00:00:00,5Z",
            "2024-01-01T0:00:00Z",
            "2024-01-01T00:00:00+23:59",
            "2024-01-01T00:00:00-00:00",
            "2024-01-01T00:00:00+24:00",
            "2024-01-01T00:00:00+00:60",
            "0000-01-01T00:00:00Z",
            "2024-01-01T00:00:00.1234567890123Z",
        ];
        for text in good {
            assert!(is_time(text), "{text:?}");
        }
        let bad = [
            "2024-01-01t00:00:00z",
            "2024-02-30T00:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-01-01T00:00:60Z",
            "2024-01-01T00:00:00+25:00",
            "2024-01-01T00:00:00+05",
            "2024-01-01 00:00:00Z",
            "",
            "2024-1-01T00:00:00Z",
            "2024-01-01T00:00:00.Z",
            " 2024-01-01T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-01-01T00:00Z",
        ];
        for text in bad {
            assert!(!is_time(text), "{text:?}");
        }
    }

    #[test]
    fn reads_base64_as_the_server_does() {
        for text in ["aGk=", "aG\nk=", "aGk=\n", "", "aGl=", "YWJj", "/w==", "yq==", "/x==", "YW\r\nJj"] {
            assert!(is_base64(text), "{text:?}");
        }
        for text in ["aGk", "aG k=", "=", "a===", "aGk=x", "YWJj=", "_w==", "aGk=aGk="] {
            assert!(!is_base64(text), "{text:?}");
        }
    }

    #[test]
    fn reads_durations_as_go_does() {
        for text in ["0", "1h30m", "1.5s", "-2m", "100ms", ".5h"] {
            assert!(is_duration(text), "{text:?}");
        }
        for text in ["", "1", "1d", "h", "1h 2m", "1..5s", "300000000h"] {
            assert!(!is_duration(text), "{text:?}");
        }
    }
}
