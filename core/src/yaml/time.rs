//! Timestamps, which matter only behind the tag `!!timestamp`: there, other text is an error.

/// Whether Go would read the text as a YAML timestamp: a date, alone, with a time behind spaces, or
/// with a time and a zone behind `T`. Months, days, hours, minutes and seconds may have one digit.
pub(super) fn is_timestamp(text: &str) -> bool {
    parse(&mut Cursor(text.as_bytes())).is_some()
}

struct Cursor<'t>(&'t [u8]);

impl Cursor<'_> {
    fn eat(&mut self, byte: u8) -> Option<()> {
        let (first, rest) = self.0.split_first()?;
        (*first == byte).then(|| self.0 = rest)
    }

    /// Up to `most` digits, at least one.
    fn number(&mut self, most: usize) -> Option<u32> {
        let digits = self.0.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        std::str::from_utf8(number).ok()?.parse().ok()
    }

    fn two_digits(&mut self, limit: u32) -> Option<()> {
        let before = self.0.len();
        let number = self.number(2)?;
        (before - self.0.len() == 2 && number <= limit).then_some(())
    }
}

fn parse(text: &mut Cursor<'_>) -> Option<()> {
    let before = text.0.len();
    let year = text.number(4)?;
    if before - text.0.len() != 4 {
        return None;
    }
    text.eat(b'-')?;
    let month = text.number(2)?;
    text.eat(b'-')?;
    let day = text.number(2)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=days).contains(&day) {
        return None;
    }
    let zoned = match text.0.first() {
        None => return Some(()),
        Some(b'T' | b't') => true,
        Some(b' ') => false,
        Some(_) => return None,
    };
    let between = if zoned { 1 } else { text.0.iter().take_while(|byte| **byte == b' ').count() };
    text.0 = text.0.get(between..)?;
    clock(text)?;
    if zoned {
        zone(text)?;
    }
    text.0.is_empty().then_some(())
}

fn clock(text: &mut Cursor<'_>) -> Option<()> {
    text.number(2).filter(|&hour| hour < 24)?;
    text.eat(b':')?;
    text.number(2).filter(|&minute| minute < 60)?;
    text.eat(b':')?;
    text.number(2).filter(|&second| second < 60)?;
    if let [b'.' | b',', b'0'..=b'9', ..] = text.0 {
        let rest = text.0.get(1..)?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        text.0 = rest.get(digits..)?;
    }
    Some(())
}

fn zone(text: &mut Cursor<'_>) -> Option<()> {
    if text.eat(b'Z').is_some() {
        return Some(());
    }
    text.eat(b'+').or_else(|| text.eat(b'-'))?;
    text.two_digits(24)?;
    text.eat(b':')?;
    text.two_digits(60)
}

#[cfg(test)]
mod tests {
    use super::is_timestamp;

    #[test]
    fn timestamps() {
        for yes in [
            "2001-01-01",
            "2001-1-1",
            "2004-02-29",
            "2001-12-14t21:59:43.10-05:00",
            "2001-12-14T21:59:43Z",
            "2001-12-14 21:59:43.1",
            "2001-12-14   1:2:3",
        ] {
            assert!(is_timestamp(yes), "{yes}");
        }
        for no in [
            "",
            "2001",
            "2001-02-29",
            "2001-13-01",
            "2001-01-32",
            "2001-01-01T",
            "201-01-01",
            "2001-12-14 21:59:43.10 -5",
            "2001-12-14T21:59:43",
            "2001-12-14t24:59:43Z",
        ] {
            assert!(!is_timestamp(no), "{no}");
        }
    }
}
