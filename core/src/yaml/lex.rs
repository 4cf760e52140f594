//! The scanner's reading of scalars: where they end, and whether they are well formed.
//!
//! No value is built here; `text.rs` does that when it is asked for.

use super::scan::{Scan, Scanner};
use super::syntax::SyntaxError;
use super::token::{BLANK, BREAK, COLON, END, FLOW, Token, TokenKind, class};
use super::tree::{DECODE, KEEP, STRIP, Span};

impl Scanner<'_> {
    /// A bare scalar, perhaps over several lines.
    pub(super) fn scan_plain(&mut self) -> Scan<Token> {
        let start = self.pos;
        let mut end = start;
        let stops = if self.flow > 0 { BLANK | BREAK | END | COLON | FLOW } else { BLANK | BREAK | END | COLON };
        let least = self.least;
        let mut flags = 0;
        let mut fresh_line = false;
        loop {
            if self.pos == self.line_start && self.bytes.is_document_mark(self.pos) || self.byte() == b'#' {
                break;
            }
            let word = self.pos;
            self.skip_word(stops);
            if self.pos > word {
                if fresh_line {
                    flags = DECODE;
                    fresh_line = false;
                }
                end = self.pos;
            }
            // White space may be inside of the scalar, or behind it.
            let mut seen_any = false;
            loop {
                let byte = self.byte();
                if class(byte) == BLANK {
                    if byte == b'\t' && fresh_line && self.column() < least {
                        return self.tab(self.pos);
                    }
                    self.pos += 1;
                } else {
                    let len = self.bytes.line_break(self.pos);
                    if len == 0 {
                        break;
                    }
                    self.break_line(len);
                    fresh_line = true;
                }
                seen_any = true;
            }
            if !seen_any || self.flow == 0 && self.column() < least {
                break;
            }
        }
        if fresh_line {
            self.key_allowed = true;
        }
        let mut token = Token::new(TokenKind::Plain, start, end);
        token.flags = flags;
        Ok(token)
    }

    /// Moves to the next byte that ends a word of a bare scalar.
    #[inline]
    fn skip_word(&mut self, stops: u8) {
        loop {
            let byte = self.byte();
            if class(byte) & stops == 0 {
                self.pos += 1;
                continue;
            }
            let ends = match class(byte) {
                COLON => self.bytes.ends_word(self.pos + 1),
                BREAK => self.bytes.line_break(self.pos) > 0,
                _ => true,
            };
            if ends {
                return;
            }
            self.pos += 1;
        }
    }

    #[cold]
    fn tab<T>(&self, pos: usize) -> Scan<T> {
        self.fail(pos, "found a tab where indentation is expected; use spaces")
    }

    pub(super) fn scan_single_quoted(&mut self) -> Scan<Token> {
        let start = self.pos;
        let mut flags = 0;
        self.pos += 1;
        loop {
            match self.find_quote_or_break(start, b'\'', b'\'')? {
                b'\'' if self.bytes.at(self.pos + 1) == b'\'' => {
                    flags = DECODE;
                    self.pos += 2;
                }
                b'\'' => break,
                _ => {
                    flags = DECODE;
                    self.break_quoted(start)?;
                }
            }
        }
        self.pos += 1;
        let mut token = Token::new(TokenKind::SingleQuoted, start, self.pos);
        token.flags = flags;
        Ok(token)
    }

    pub(super) fn scan_double_quoted(&mut self) -> Scan<Token> {
        let start = self.pos;
        let mut flags = 0;
        self.pos += 1;
        loop {
            match self.find_quote_or_break(start, b'"', b'\\')? {
                b'"' => break,
                b'\\' => {
                    flags = DECODE;
                    self.skip_escape(start)?;
                }
                _ => {
                    flags = DECODE;
                    self.break_quoted(start)?;
                }
            }
        }
        self.pos += 1;
        let mut token = Token::new(TokenKind::DoubleQuoted, start, self.pos);
        token.flags = flags;
        Ok(token)
    }

    /// Moves to the next quote, escape or line break inside of quotes, and gives its byte.
    #[inline]
    fn find_quote_or_break(&mut self, start: usize, quote: u8, escape: u8) -> Scan<u8> {
        if self.unix {
            // Most quoted scalars are shorter than what a search needs to get going.
            for _ in 0..32 {
                let byte = self.byte();
                if byte == quote || byte == escape || byte == b'\n' {
                    return Ok(byte);
                }
                if byte == 0 {
                    return self.unclosed_quote(start, quote);
                }
                self.pos += 1;
            }
            let rest = self.bytes.0.get(self.pos..).unwrap_or_default();
            match memchr::memchr3(quote, escape, b'\n', rest) {
                Some(ahead) => self.pos += ahead,
                None => return self.unclosed_quote(start, quote),
            }
            return Ok(self.byte());
        }
        loop {
            let byte = self.byte();
            if byte == quote || byte == escape || self.bytes.line_break(self.pos) > 0 {
                return Ok(byte);
            }
            if byte == 0 {
                return self.unclosed_quote(start, quote);
            }
            self.pos += 1;
        }
    }

    #[cold]
    fn unclosed_quote<T>(&self, start: usize, quote: u8) -> Scan<T> {
        self.fail(start, format!("this `{}` is never closed", char::from(quote)))
    }

    /// Steps over a line break inside of quotes.
    fn break_quoted(&mut self, start: usize) -> Scan<()> {
        self.break_line(self.bytes.line_break(self.pos));
        if self.bytes.is_document_mark(self.pos) {
            let mark = self.text.get(self.pos..self.pos + 3).unwrap_or_default();
            return Err(SyntaxError::new(
                self.pos,
                format!("`{mark}` at the start of a line ends the document inside of quotes"),
            )
            .with(Span::new(start, start + 1), "the quotes open here"));
        }
        Ok(())
    }

    /// Steps over a `\` and what it escapes.
    fn skip_escape(&mut self, start: usize) -> Scan<()> {
        let escape = self.pos;
        let len = self.bytes.line_break(escape + 1);
        if len > 0 {
            self.pos += 1;
            return self.break_quoted(start);
        }
        self.pos += 2;
        let digits = match self.bytes.at(escape + 1) {
            b'0' | b'a' | b'b' | b't' | b'\t' | b'n' | b'v' | b'f' | b'r' | b'e' | b' ' | b'"' | b'\'' | b'\\'
            | b'N' | b'_' | b'L' | b'P' => return Ok(()),
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            0 => return self.unclosed_quote(start, b'"'),
            _ => return self.unknown_escape(escape),
        };
        let code = self.bytes.0.get(self.pos..self.pos + digits).unwrap_or_default();
        if code.len() < digits || !code.iter().all(u8::is_ascii_hexdigit) {
            return self.fail(
                escape,
                format!(
                    "`\\x`, `\\u` and `\\U` need 2, 4 and 8 hexadecimal digits; here {digits} are missing or wrong"
                ),
            );
        }
        let value = std::str::from_utf8(code).ok().and_then(|code| u32::from_str_radix(code, 16).ok());
        if value.and_then(char::from_u32).is_none() {
            return self
                .fail(escape, "this escape is not a character; YAML has no surrogate pairs, write `\\U` and 8 digits");
        }
        self.pos += digits;
        Ok(())
    }

    #[cold]
    fn unknown_escape<T>(&self, escape: usize) -> Scan<T> {
        let found = self.text.get(escape + 1..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
        self.fail(escape, format!("`\\{found}` is not an escape; write `\\\\` for a backslash, or use single quotes"))
    }

    /// A `|` or `>` scalar: its header, and all lines that belong to it.
    pub(super) fn scan_block_scalar(&mut self, kind: TokenKind) -> Scan<Token> {
        let start = self.pos;
        self.pos += 1;
        let mut flags = DECODE;
        let mut increment = None;
        // Either order: `|2-` and `|-2`.
        for _ in 0..2 {
            match self.byte() {
                byte @ (b'+' | b'-') if flags == DECODE => {
                    flags |= if byte == b'+' { KEEP } else { STRIP };
                    self.pos += 1;
                }
                b'0' if increment.is_none() => {
                    return self.fail(self.pos, "the indentation of a block scalar is 1 to 9");
                }
                byte @ b'1'..=b'9' if increment.is_none() => {
                    increment = Some(usize::from(byte - b'0'));
                    self.pos += 1;
                }
                _ => break,
            }
        }
        let mut end = self.pos;
        self.skip_blanks();
        self.skip_comment();
        if !self.bytes.ends_line(self.pos) {
            return self.fail(self.pos, "only a comment may follow on the line that starts a block scalar");
        }
        self.break_line(self.bytes.line_break(self.pos));
        let given = increment.map_or(0, |increment| self.least.saturating_sub(1) + increment);
        let column = self.skip_block_breaks(given)?;
        while self.column() == column && self.byte() != 0 {
            self.skip_line();
            end = self.pos;
            let len = self.bytes.line_break(self.pos);
            if len == 0 {
                break;
            }
            self.break_line(len);
            self.skip_block_breaks(column)?;
        }
        let mut token = Token::new(kind, start, end);
        token.flags = flags;
        token.extra = column as u32;
        Ok(token)
    }

    /// Moves over empty lines and indentation of a block scalar; `column` 0 asks to find it out.
    #[inline]
    fn skip_block_breaks(&mut self, column: usize) -> Scan<usize> {
        let limit = if column == 0 { usize::MAX } else { column };
        let mut deepest = 0;
        loop {
            while self.byte() == b' ' && self.column() < limit {
                self.pos += 1;
            }
            deepest = deepest.max(self.column());
            if self.byte() == b'\t' && self.column() < limit {
                return self.tab(self.pos);
            }
            let len = self.bytes.line_break(self.pos);
            if len == 0 {
                break;
            }
            self.break_line(len);
        }
        if column > 0 {
            return Ok(column);
        }
        Ok(deepest.max(self.least).max(1))
    }
}
