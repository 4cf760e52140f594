//! The content of a scalar: quotes, escapes, folding and indentation undone.

use super::token::{BLANK, Bytes, class};

/// Appends what stands for the white space from `from` on. Spaces stay; a line break becomes a
/// space, or the empty lines behind it. `escaped` where a `\` has taken the first break away.
fn fold(text: &str, from: usize, escaped: bool, out: &mut String) -> usize {
    let bytes = Bytes(text.as_bytes());
    let mut at = from;
    let mut breaks = usize::from(escaped);
    // Only U+2028 and U+2029 are kept as they are.
    let mut first_kept = escaped;
    let mut kept = String::new();
    loop {
        if bytes.is_blank(at) {
            at += 1;
            continue;
        }
        let len = bytes.line_break(at);
        if len == 0 {
            break;
        }
        let one = if len == 3 { text.get(at..at + 3).unwrap_or_default() } else { "\n" };
        if breaks == 0 {
            first_kept = len == 3;
            if first_kept {
                kept.push_str(one);
            }
        } else {
            kept.push_str(one);
        }
        breaks += 1;
        at += len;
    }
    if breaks == 0 {
        out.push_str(text.get(from..at).unwrap_or_default());
    } else if !first_kept && kept.is_empty() {
        out.push(' ');
    } else {
        out.push_str(&kept);
    }
    at
}

/// Whether white space or a line break is at `at`.
fn is_gap(bytes: Bytes<'_>, at: usize) -> bool {
    class(bytes.at(at)) == BLANK || bytes.line_break(at) > 0
}

/// A bare scalar over several lines.
pub(super) fn plain(text: &str) -> String {
    let bytes = Bytes(text.as_bytes());
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let word = at;
        while at < text.len() && !is_gap(bytes, at) {
            at += 1;
        }
        out.push_str(text.get(word..at).unwrap_or_default());
        if at < text.len() {
            at = fold(text, at, false, &mut out);
        }
    }
    out
}

/// The inside of single quotes.
pub(super) fn single_quoted(text: &str) -> String {
    let bytes = Bytes(text.as_bytes());
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let word = at;
        while at < text.len() && bytes.at(at) != b'\'' && !is_gap(bytes, at) {
            at += 1;
        }
        out.push_str(text.get(word..at).unwrap_or_default());
        if bytes.at(at) == b'\'' {
            out.push('\'');
            at += 2;
        } else if at < text.len() {
            at = fold(text, at, false, &mut out);
        }
    }
    out
}

/// The inside of double quotes.
pub(super) fn double_quoted(text: &str) -> String {
    let bytes = Bytes(text.as_bytes());
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let word = at;
        while at < text.len() && bytes.at(at) != b'\\' && !is_gap(bytes, at) {
            at += 1;
        }
        out.push_str(text.get(word..at).unwrap_or_default());
        if at >= text.len() {
            break;
        }
        if bytes.at(at) != b'\\' {
            at = fold(text, at, false, &mut out);
            continue;
        }
        let len = bytes.line_break(at + 1);
        at = if len > 0 { fold(text, at + 1 + len, true, &mut out) } else { unescape(text, at, &mut out) };
    }
    out
}

/// Appends the escape at `at`; gives where it ends.
fn unescape(text: &str, at: usize, out: &mut String) -> usize {
    let digits = match Bytes(text.as_bytes()).at(at + 1) {
        b'x' => 2,
        b'u' => 4,
        b'U' => 8,
        byte => {
            out.push(match byte {
                b'0' => '\0',
                b'a' => '\x07',
                b'b' => '\x08',
                b't' | b'\t' => '\t',
                b'n' => '\n',
                b'v' => '\x0B',
                b'f' => '\x0C',
                b'r' => '\r',
                b'e' => '\x1B',
                b'N' => '\u{85}',
                b'_' => '\u{A0}',
                b'L' => '\u{2028}',
                b'P' => '\u{2029}',
                other => char::from(other),
            });
            return at + 2;
        }
    };
    let end = at + 2 + digits;
    let code = text.get(at + 2..end).and_then(|code| u32::from_str_radix(code, 16).ok());
    out.extend(code.and_then(char::from_u32));
    end
}

/// How a block scalar is to be read.
pub(super) struct Block {
    /// `>`
    pub folded: bool,
    /// The column that its lines start at.
    pub column: usize,
    /// `-`: no line break at the end.
    pub strip: bool,
    /// `+`: all line breaks at the end.
    pub keep: bool,
}

/// A block scalar, whose header starts at `start`.
pub(super) fn block(text: &str, start: usize, how: &Block) -> String {
    let bytes = Bytes(text.as_bytes());
    let mut at = start;
    while !bytes.ends_line(at) {
        at += 1;
    }
    at += bytes.line_break(at);
    let mut out = String::new();
    let mut leading = String::new();
    let mut trailing = String::new();
    let mut after_blank = false;
    loop {
        let line = skip_breaks(text, &mut at, how.column, &mut trailing);
        if at - line != how.column || bytes.at(at) == 0 {
            break;
        }
        // A line that starts with white space keeps its line breaks, before and behind.
        let blank = bytes.is_blank(at);
        if how.folded && !after_blank && !blank && leading == "\n" {
            if trailing.is_empty() {
                out.push(' ');
            }
        } else {
            out.push_str(&leading);
        }
        out.push_str(&trailing);
        leading.clear();
        trailing.clear();
        after_blank = blank;
        let end = line_end(bytes, at);
        out.push_str(text.get(at..end).unwrap_or_default());
        at = end;
        push_break(text, &mut at, &mut leading);
    }
    if !how.strip {
        out.push_str(&leading);
    }
    if how.keep {
        out.push_str(&trailing);
    }
    out
}

fn line_end(bytes: Bytes<'_>, from: usize) -> usize {
    let mut at = from;
    while !bytes.ends_line(at) {
        at += 1;
    }
    at
}

/// Moves over empty lines, and over the indentation of the line behind them; gives where that line
/// starts.
fn skip_breaks(text: &str, at: &mut usize, column: usize, breaks: &mut String) -> usize {
    let bytes = Bytes(text.as_bytes());
    let mut line = *at;
    loop {
        while bytes.at(*at) == b' ' && *at - line < column {
            *at += 1;
        }
        if !push_break(text, at, breaks) {
            return line;
        }
        line = *at;
    }
}

fn push_break(text: &str, at: &mut usize, out: &mut String) -> bool {
    let len = Bytes(text.as_bytes()).line_break(*at);
    if len > 0 {
        out.push_str(if len == 3 { text.get(*at..*at + 3).unwrap_or_default() } else { "\n" });
        *at += len;
    }
    len > 0
}

/// The inside of a JSON string, which has been checked.
pub(super) fn json(text: &str) -> String {
    let bytes = Bytes(text.as_bytes());
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let run = text.get(at..).unwrap_or_default();
        let len = memchr::memchr(b'\\', run.as_bytes()).unwrap_or(run.len());
        out.push_str(run.get(..len).unwrap_or_default());
        at += len;
        if at >= text.len() {
            break;
        }
        let unit = |at: usize| {
            let digits = text.get(at + 2..at + 6).filter(|_| text.get(at..at + 2) == Some("\\u"))?;
            u32::from_str_radix(digits, 16).ok()
        };
        let Some(first) = unit(at) else {
            out.push(match bytes.at(at + 1) {
                b'b' => '\x08',
                b'f' => '\x0C',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                other => char::from(other),
            });
            at += 2;
            continue;
        };
        at += 6;
        // A pair of surrogates is one character; a lone one is replaced.
        if let Some(second @ 0xDC00..=0xDFFF) = unit(at)
            && (0xD800..0xDC00).contains(&first)
        {
            out.extend(char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)));
            at += 6;
        } else {
            out.push(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }
    out
}

/// Decodes base64 as Go's standard encoding: padded, line breaks ignored. Bytes that are not UTF-8
/// become U+FFFD each, as they do in JSON.
pub(super) fn base64(text: &str) -> Option<String> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    let mut out = Vec::with_capacity(digits.len() / 4 * 3);
    let (groups, rest) = digits.as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    for (at, &[a, b, c, d]) in groups.iter().enumerate() {
        let last = at + 1 == groups.len();
        let (a, b) = (sextet(a)?, sextet(b)?);
        out.push((a << 2 | b >> 4) as u8);
        match (c, d) {
            (b'=', b'=') if last => {}
            (c, b'=') if last => out.push(((b & 15) << 4 | sextet(c)? >> 2) as u8),
            (c, d) => {
                let (c, d) = (sextet(c)?, sextet(d)?);
                out.push(((b & 15) << 4 | c >> 2) as u8);
                out.push(((c & 3) << 6 | d) as u8);
            }
        }
    }
    let mut text = String::with_capacity(out.len());
    for chunk in out.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Some(text)
}

fn sextet(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}
