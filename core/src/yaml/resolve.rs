//! What a bare scalar means by YAML 1.1, as go-yaml v2 understands it.

/// The meaning of a scalar.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Meaning {
    Null,
    Bool(bool),
    /// From -2^63 to 2^64-1.
    Integer(i128),
    Float(f64),
    String,
}

/// Resolves a bare scalar. A timestamp stays a string, as do base-60 numbers.
#[inline]
pub(super) fn resolve(text: &str) -> Meaning {
    let bytes = text.as_bytes();
    // The first byte nearly always settles it.
    match bytes.first() {
        None => Meaning::Null,
        Some(b'0'..=b'9' | b'+' | b'-') => number(text),
        Some(b'.') => fraction(text),
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') if bytes.len() <= 5 => {
            word(text)
        }
        _ => Meaning::String,
    }
}

fn word(text: &str) -> Meaning {
    match text {
        "~" | "null" | "Null" | "NULL" => Meaning::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Meaning::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Meaning::Bool(false),
        _ => Meaning::String,
    }
}

/// A scalar that starts with a dot. Here underscores may stand between digits, but are not dropped
/// as they are in other numbers.
fn fraction(text: &str) -> Meaning {
    match text {
        ".nan" | ".NaN" | ".NAN" => return Meaning::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" => return Meaning::Float(f64::INFINITY),
        _ => {}
    }
    let mut previous = 0;
    for &byte in text.as_bytes() {
        if byte == b'_' && !u8::is_ascii_digit(&previous) || previous == b'_' && !byte.is_ascii_digit() {
            return Meaning::String;
        }
        previous = byte;
    }
    if previous == b'_' {
        return Meaning::String;
    }
    float(&without_underscores(text))
}

/// A scalar that starts with a digit or a sign.
fn number(text: &str) -> Meaning {
    match text {
        "+.inf" | "+.Inf" | "+.INF" => return Meaning::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Meaning::Float(f64::NEG_INFINITY),
        _ => {}
    }
    let plain = without_underscores(text);
    if let Some(value) = integer(&plain) {
        return Meaning::Integer(value);
    }
    if let meaning @ Meaning::Float(_) = float(&plain) {
        return meaning;
    }
    // Go tries binary numbers by hand as well, which lets a second sign through.
    let binary = if let Some(digits) = plain.strip_prefix("0b") {
        signed(digits, 2)
    } else if let Some(digits) = plain.strip_prefix("-0b") {
        unsigned(digits, 2).map(|value| -value).filter(|&value| value >= i128::from(i64::MIN))
    } else {
        None
    };
    binary.map_or(Meaning::String, Meaning::Integer)
}

fn without_underscores(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('_') { text.replace('_', "").into() } else { text.into() }
}

/// Go's `ParseInt` with base 0, then `ParseUint`.
fn integer(text: &str) -> Option<i128> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (base, body) = match digits.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (16, digits.get(2..)?),
        [b'0', b'o' | b'O', _, ..] => (8, digits.get(2..)?),
        [b'0', b'b' | b'B', _, ..] => (2, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        [] => return None,
        _ => (10, digits),
    };
    let value = unsigned(body, base)?;
    let value = if text.starts_with('-') { -value } else { value };
    let limit = if text.starts_with('+') { i128::from(i64::MAX) } else { i128::from(u64::MAX) };
    (i128::from(i64::MIN)..=limit).contains(&value).then_some(value)
}

/// Digits with an optional sign.
fn signed(text: &str, base: u32) -> Option<i128> {
    let value = match text.as_bytes().first()? {
        b'-' => -unsigned(text.get(1..)?, base)?,
        b'+' => unsigned(text.get(1..)?, base)?,
        _ => unsigned(text, base)?,
    };
    (i128::from(i64::MIN)..=i128::from(i64::MAX)).contains(&value).then_some(value)
}

/// Digits alone, at most 64 bits of them.
fn unsigned(text: &str, base: u32) -> Option<i128> {
    // The standard parser would let a sign through.
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    u64::from_str_radix(text, base).ok().map(i128::from)
}

/// A decimal number that is finite.
fn float(text: &str) -> Meaning {
    let bytes = text.as_bytes();
    let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let skip_digits = |at: &mut usize| {
        let start = *at;
        while bytes.get(*at).is_some_and(u8::is_ascii_digit) {
            *at += 1;
        }
        *at - start
    };
    let mut digits = skip_digits(&mut at);
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        digits += skip_digits(&mut at);
    }
    if digits == 0 {
        return Meaning::String;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
        if skip_digits(&mut at) == 0 {
            return Meaning::String;
        }
    }
    if at < bytes.len() {
        return Meaning::String;
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Meaning::Float(value),
        _ => Meaning::String,
    }
}

/// The tags that go-yaml acts upon; all others turn a scalar into a string.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tag {
    /// `!` alone.
    Plain,
    Null,
    Bool,
    Integer,
    Float,
    String,
    Timestamp,
    Binary,
    Merge,
    Other,
}

impl Tag {
    /// By the full name.
    pub(super) fn of(name: &str) -> Self {
        if name == "!" {
            return Self::Plain;
        }
        match name.strip_prefix("tag:yaml.org,2002:") {
            Some("null") => Self::Null,
            Some("bool") => Self::Bool,
            Some("int") => Self::Integer,
            Some("float") => Self::Float,
            Some("str") => Self::String,
            Some("timestamp") => Self::Timestamp,
            Some("binary") => Self::Binary,
            Some("merge") => Self::Merge,
            _ => Self::Other,
        }
    }

    /// The meaning of a scalar that has this tag; none where its text does not fit the tag.
    pub(super) fn resolve(self, text: &str) -> Option<Meaning> {
        let meaning = resolve(text);
        match (self, meaning) {
            (Self::Plain | Self::String | Self::Binary | Self::Merge | Self::Other, _) => Some(Meaning::String),
            (Self::Null, Meaning::Null)
            | (Self::Bool, Meaning::Bool(_))
            | (Self::Integer, Meaning::Integer(_))
            | (Self::Float, Meaning::Float(_)) => Some(meaning),
            #[allow(clippy::cast_precision_loss, reason = "as Go does")]
            (Self::Float, Meaning::Integer(value)) if i64::try_from(value).is_ok() => {
                Some(Meaning::Float(value as f64))
            }
            (Self::Timestamp, Meaning::String) if super::time::is_timestamp(text) => Some(Meaning::String),
            _ => None,
        }
    }
}
