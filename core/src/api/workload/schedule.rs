//! Schedules of `CronJob`s. Source: `ParseStandard` in `github.com/robfig/cron/v3`, as
//! `ParseCronScheduleWithPanicRecovery` in `pkg/util/parsers` calls it (1.37).

use std::num::IntErrorKind;

use super::time_zone;
use crate::schema::text;
use crate::server::quoted;

/// One of the five fields: its least and most number, and names for the numbers from the least on.
struct Bounds {
    least: u64,
    most: u64,
    names: &'static [&'static str],
}

const FIELDS: [Bounds; 5] = [
    Bounds { least: 0, most: 59, names: &[] },
    Bounds { least: 0, most: 23, names: &[] },
    Bounds { least: 1, most: 31, names: &[] },
    Bounds {
        least: 1,
        most: 12,
        names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
    },
    Bounds { least: 0, most: 6, names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

/// Whether the server can read a schedule; its words where it cannot.
pub(super) fn parse(schedule: &str) -> Result<(), String> {
    let mut rest = schedule;
    if schedule.starts_with("TZ=") || schedule.starts_with("CRON_TZ=") {
        let zone = schedule.split_once('=').map(|(_, zone)| zone).unwrap_or_default();
        let Some((zone, after)) = zone.split_once(' ') else {
            // The server stumbles, and says so.
            return Err("invalid schedule format: runtime error: slice bounds out of range [:-1]".to_owned());
        };
        time_zone::look_up(zone).map_err(|words| format!("provided bad location {zone}: {words}"))?;
        rest = after.trim();
    }
    if rest.starts_with('@') {
        return descriptor(rest);
    }
    let fields: Vec<&str> = rest.split_whitespace().collect();
    if fields.len() != FIELDS.len() {
        return Err(format!("expected exactly 5 fields, found {}: [{}]", fields.len(), fields.join(" ")));
    }
    for (field, bounds) in fields.iter().zip(&FIELDS) {
        for range in field.split(',').filter(|range| !range.is_empty()) {
            one_range(range, bounds)?;
        }
    }
    Ok(())
}

fn descriptor(text: &str) -> Result<(), String> {
    match text {
        "@yearly" | "@annually" | "@monthly" | "@weekly" | "@daily" | "@midnight" | "@hourly" => Ok(()),
        _ => match text.strip_prefix("@every ") {
            Some(every) => text::duration(every).map_err(|words| format!("failed to parse duration {text}: {words}")),
            None => Err(format!("unrecognized descriptor: {text}")),
        },
    }
}

/// `*`, `5`, `1-5`, each with or without a step. Source: `getRange`.
fn one_range(range: &str, bounds: &Bounds) -> Result<(), String> {
    let mut steps = range.split('/');
    let (span, step) = (steps.next().unwrap_or_default(), steps.next());
    let mut ends = span.split('-');
    let (first, second) = (ends.next().unwrap_or_default(), ends.next());
    let (start, mut end) = if matches!(first, "*" | "?") {
        (bounds.least, bounds.most)
    } else {
        let start = number_or_name(first, bounds)?;
        if second.is_some() && ends.next().is_some() {
            return Err(format!("too many hyphens: {range}"));
        }
        (start, second.map_or(Ok(start), |text| number_or_name(text, bounds))?)
    };
    let mut width = 1;
    if let Some(step) = step {
        if steps.next().is_some() {
            return Err(format!("too many slashes: {range}"));
        }
        width = number(step)?;
        if second.is_none() {
            end = bounds.most;
        }
    }
    let Bounds { least, most, .. } = bounds;
    if start < *least {
        Err(format!("beginning of range ({start}) below minimum ({least}): {range}"))
    } else if end > *most {
        Err(format!("end of range ({end}) above maximum ({most}): {range}"))
    } else if start > end {
        Err(format!("beginning of range ({start}) beyond end of range ({end}): {range}"))
    } else if width == 0 {
        Err(format!("step of range should be a positive number: {range}"))
    } else {
        Ok(())
    }
}

fn number_or_name(text: &str, bounds: &Bounds) -> Result<u64, String> {
    let name = (bounds.least..).zip(bounds.names).find(|(_, name)| name.eq_ignore_ascii_case(text));
    name.map_or_else(|| number(text), |(number, _)| Ok(number))
}

/// Source: `mustParseInt`; the words of `strconv.Atoi`.
fn number(text: &str) -> Result<u64, String> {
    match text.parse::<i64>() {
        Ok(number) => u64::try_from(number).map_err(|_| format!("negative number ({number}) not allowed: {text}")),
        Err(error) => {
            let why = match error.kind() {
                IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => "value out of range",
                _ => "invalid syntax",
            };
            Err(format!("failed to parse int from {text}: strconv.Atoi: parsing {}: {why}", quoted(text)))
        }
    }
}
