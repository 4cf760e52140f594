//! When a snapshot was taken.

use std::fmt;

use k8s_openapi::jiff::Timestamp;

/// A time, to the second: earlier ones are smaller.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Stamp(Timestamp);

const DAY: i64 = 24 * 60 * 60;

impl Stamp {
    /// Seconds since 1970 began in Greenwich; none beyond the year 9999.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        Timestamp::from_second(seconds).ok().map(Self)
    }

    /// Reads RFC 3339.
    pub fn parse(text: &str) -> Option<Self> {
        let time: Timestamp = text.trim().parse().ok()?;
        Self::from_seconds(time.as_second())
    }

    /// How many whole days before `now` it was; 0 for what is yet to come.
    pub fn days_before(self, now: Self) -> u64 {
        let seconds = now.0.as_second().saturating_sub(self.0.as_second());
        u64::try_from(seconds / DAY).unwrap_or_default()
    }
}

/// RFC 3339, in UTC.
impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(text: &str) -> Stamp {
        Stamp::parse(text).expect(text)
    }

    #[test]
    fn stamps_are_written_in_utc_to_the_second() {
        assert_eq!(stamp("2026-03-01T01:30:00.75+02:00").to_string(), "2026-02-28T23:30:00Z");
        assert_eq!(Stamp::from_seconds(0), Some(stamp("1970-01-01T00:00:00Z")));
        assert_eq!(Stamp::parse("2026-03-01"), None);
        assert_eq!(Stamp::parse("yesterday"), None);
    }

    #[test]
    fn days_are_whole_ones_that_are_over() {
        let now = stamp("2026-03-31T12:00:00Z");
        assert_eq!(stamp("2026-03-01T12:00:00Z").days_before(now), 30);
        assert_eq!(stamp("2026-03-01T12:00:01Z").days_before(now), 29);
        assert_eq!(stamp("2999-01-01T00:00:00Z").days_before(now), 0);
    }
}
