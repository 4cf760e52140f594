//! The scanner's reading of what is rare in manifests: directives, anchors, aliases and tags.

use std::borrow::Cow;

use super::scan::{Scan, Scanner};
use super::token::{Bytes, Token, TokenKind, WORD, class};

impl Scanner<'_> {
    /// `%YAML 1.1` or `%TAG !handle! prefix`.
    pub(super) fn scan_directive(&mut self) -> Scan<Token> {
        let start = self.pos;
        self.pos += 1;
        let name = self.scan_word();
        if !self.bytes.ends_word(self.pos) {
            return self.fail(start, "a line that starts with `%` is a directive; this one has no proper name");
        }
        let token = match self.text.get(name..self.pos) {
            Some("YAML") => self.scan_version(start)?,
            Some("TAG") => self.scan_tag_directive(start)?,
            _ => {
                return self.fail(start, "a line that starts with `%` must be `%YAML` or `%TAG`");
            }
        };
        self.skip_blanks();
        self.skip_comment();
        if !self.bytes.ends_line(self.pos) {
            return self.fail(self.pos, "only a comment may follow on a directive's line");
        }
        self.break_line_if_any();
        Ok(token)
    }

    fn break_line_if_any(&mut self) {
        let len = self.bytes.line_break(self.pos);
        if len > 0 {
            self.break_line(len);
        }
    }

    /// Moves over letters, digits, `-` and `_`; gives where they start.
    fn scan_word(&mut self) -> usize {
        let start = self.pos;
        while class(self.byte()) == WORD {
            self.pos += 1;
        }
        start
    }

    fn scan_version(&mut self, start: usize) -> Scan<Token> {
        self.skip_blanks();
        let major = self.scan_version_number()?;
        if self.byte() != b'.' {
            return self.fail(self.pos, "a `%YAML` line needs a version such as `1.1`");
        }
        self.pos += 1;
        let minor = self.scan_version_number()?;
        let mut token = Token::new(TokenKind::VersionDirective, start, self.pos);
        token.extra = major * 100 + minor;
        Ok(token)
    }

    fn scan_version_number(&mut self) -> Scan<u32> {
        let mut value = 0;
        let start = self.pos;
        while self.byte().is_ascii_digit() {
            value = value * 10 + u32::from(self.byte() - b'0');
            self.pos += 1;
            if self.pos - start > 2 {
                break;
            }
        }
        if matches!(self.pos - start, 1 | 2) {
            Ok(value)
        } else {
            self.fail(start, "a `%YAML` line needs a version such as `1.1`")
        }
    }

    fn scan_tag_directive(&mut self, start: usize) -> Scan<Token> {
        self.skip_blanks();
        let handle = self.pos;
        if self.byte() != b'!' {
            return self.fail(handle, "a `%TAG` line needs a handle such as `!name!`");
        }
        self.pos += 1;
        self.scan_word();
        if self.byte() == b'!' {
            self.pos += 1;
        } else if self.pos > handle + 1 {
            return self.fail(handle, "the handle of a `%TAG` line ends with `!`");
        }
        let handle = self.text.get(handle..self.pos).unwrap_or_default().to_owned();
        if !self.bytes.is_blank(self.pos) {
            return self.fail(self.pos, "a space must follow the handle of a `%TAG` line");
        }
        self.skip_blanks();
        let prefix = self.pos;
        self.skip_uri()?;
        if self.pos == prefix {
            return self.fail(prefix, "a `%TAG` line needs a prefix behind the handle");
        }
        let prefix = unescape(self.text.get(prefix..self.pos).unwrap_or_default()).into_owned();
        if !self.bytes.ends_word(self.pos) {
            return self.fail(self.pos, "this character cannot be in the prefix of a `%TAG` line");
        }
        let mut token = Token::new(TokenKind::TagDirective, start, self.pos);
        token.extra = self.tag_directives.len() as u32;
        self.tag_directives.push((handle, prefix));
        Ok(token)
    }

    /// `&name` or `*name`.
    pub(super) fn scan_anchor(&mut self, kind: TokenKind) -> Scan<Token> {
        let start = self.pos;
        self.pos += 1;
        self.scan_word();
        let ends = self.bytes.ends_word(self.pos)
            || matches!(self.byte(), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if self.pos == start + 1 || !ends {
            let what = if kind == TokenKind::Anchor { "an anchor" } else { "an alias" };
            return self.fail(
                start,
                format!(
                    "the name of {what} is letters, digits, `-` and `_`; \
                     a value that starts with `{}` needs quotes",
                    char::from(self.bytes.at(start))
                ),
            );
        }
        Ok(Token::new(kind, start, self.pos))
    }

    /// `!suffix`, `!handle!suffix` or `!<uri>`.
    pub(super) fn scan_tag(&mut self) -> Scan<Token> {
        let start = self.pos;
        if self.bytes.at(start + 1) == b'<' {
            self.pos += 2;
            self.skip_uri()?;
            if self.pos == start + 2 || self.byte() != b'>' {
                return self.fail(start, "a tag that starts with `!<` ends with `>`");
            }
            self.pos += 1;
        } else {
            let handle = handle_len(self.bytes, start);
            self.pos += handle;
            let suffix = self.pos;
            self.skip_uri()?;
            let named = handle > 1 && self.bytes.at(suffix - 1) == b'!';
            if named && self.pos == suffix {
                return self.fail(start, "a tag needs a name behind its handle");
            }
        }
        if !self.bytes.ends_word(self.pos) {
            return self.fail(
                start,
                "a value that starts with `!` is a tag, and this one has a character that tags \
                 cannot have; put the value in quotes",
            );
        }
        Ok(Token::new(TokenKind::Tag, start, self.pos))
    }

    /// Moves over the characters of a URI; `%` escapes must be whole characters of UTF-8.
    fn skip_uri(&mut self) -> Scan<()> {
        loop {
            match self.byte() {
                b'%' => self.skip_uri_escape()?,
                byte if is_uri(byte) => self.pos += 1,
                _ => return Ok(()),
            }
        }
    }

    fn skip_uri_escape(&mut self) -> Scan<()> {
        let start = self.pos;
        let mut left = 0;
        loop {
            let Some(octet) = octet(self.bytes, self.pos) else {
                return self.fail(self.pos, "`%` in a tag needs two hexadecimal digits");
            };
            if left == 0 {
                left = match octet {
                    0..=0x7F => 1,
                    0xC0..=0xDF => 2,
                    0xE0..=0xEF => 3,
                    0xF0..=0xF7 => 4,
                    _ => 0,
                };
            } else if octet & 0xC0 != 0x80 {
                left = 0;
            }
            if left == 0 {
                return self.fail(start, "the `%` escapes of a tag must be valid UTF-8");
            }
            self.pos += 3;
            left -= 1;
            if left == 0 {
                return Ok(());
            }
        }
    }
}

fn octet(bytes: Bytes<'_>, at: usize) -> Option<u8> {
    let digit = |at| char::from(bytes.at(at)).to_digit(16);
    (bytes.at(at) == b'%').then_some(())?;
    Some((digit(at + 1)? * 16 + digit(at + 2)?) as u8)
}

fn is_uri(byte: u8) -> bool {
    class(byte) == WORD
        || matches!(
            byte,
            b';' | b'/'
                | b'?'
                | b':'
                | b'@'
                | b'&'
                | b'='
                | b'+'
                | b'$'
                | b','
                | b'.'
                | b'!'
                | b'~'
                | b'*'
                | b'\''
                | b'('
                | b')'
                | b'['
                | b']'
        )
}

/// Length of `!` or `!word` or `!word!` at `start`, which is a `!`.
fn handle_len(bytes: Bytes<'_>, start: usize) -> usize {
    let mut at = start + 1;
    while class(bytes.at(at)) == WORD {
        at += 1;
    }
    at + usize::from(bytes.at(at) == b'!') - start
}

/// A tag as written, cut into handle and suffix. The handle is empty where the suffix is all.
pub(super) fn cut_tag(tag: &str) -> (&str, Cow<'_, str>) {
    if let Some(uri) = tag.strip_prefix("!<") {
        return ("", unescape(uri.strip_suffix('>').unwrap_or(uri)));
    }
    let len = handle_len(Bytes(tag.as_bytes()), 0);
    match tag.split_at_checked(len) {
        Some((handle, suffix)) if len > 1 && handle.ends_with('!') => (handle, unescape(suffix)),
        _ if tag == "!" => ("", Cow::Borrowed("!")),
        _ => ("!", unescape(tag.get(1..).unwrap_or_default())),
    }
}

/// Replaces `%` escapes; the text has been scanned.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = Bytes(text.as_bytes());
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        if let Some(octet) = octet(bytes, at) {
            out.push(octet);
            at += 3;
        } else {
            out.push(bytes.at(at));
            at += 1;
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}
