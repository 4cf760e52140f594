//! Text to tokens.
//!
//! The scanner keeps the two memories that make YAML what it is: the stack of indentations, which
//! turns columns into starts and ends of collections, and the places where a key may have started,
//! which is only known when its `:` is met. Both follow libyaml as go-yaml v2 carries it, its oddities
//! included, for the documents must be read as Kubernetes reads them.

use super::keys::Key;
use super::syntax::SyntaxError;
use super::token::{Bytes, NO_KEY, Token, TokenKind};
use super::tree::Span;

/// go-yaml refuses deeper nesting, of brackets and of indentation each.
pub(super) const MAX_DEPTH: usize = 10_000;
pub(super) type Scan<T> = Result<T, SyntaxError>;

pub(super) struct Scanner<'t> {
    pub(super) text: &'t str,
    pub(super) bytes: Bytes<'t>,
    pub(super) pos: usize,
    /// Where the current line starts, so that columns need no counting.
    pub(super) line_start: usize,
    /// The least column of what stands inside of the innermost block collection: one more than its
    /// own, and 0 outside of all.
    pub(super) least: usize,
    pub(super) leasts: Vec<usize>,
    /// Depth of brackets; inside of them indentation says nothing.
    pub(super) flow: usize,
    /// One entry for each flow level.
    pub(super) keys: Vec<Key>,
    pub(super) key_allowed: bool,
    pub(super) queue: Vec<Token>,
    pub(super) head: usize,
    /// How many tokens the parser has taken.
    pub(super) taken: usize,
    /// All lines end in `\n` alone.
    pub(super) unix: bool,
    pub(super) comments: Vec<Span>,
    /// Handle and prefix of each `%TAG` line.
    pub(super) tag_directives: Vec<(String, String)>,
    /// Where brackets were opened, for messages.
    brackets: Vec<u32>,
    /// Up to here go-yaml takes every line start for a byte order mark, see `skip_mark`.
    mark_until: usize,
    /// Where the last token that was looked for starts.
    pub(super) token_start: usize,
}

impl<'t> Scanner<'t> {
    /// Starts at byte `start` of the text.
    pub(super) fn new(text: &'t str, start: usize, unix: bool) -> Self {
        let bytes = Bytes(text.as_bytes());
        // go-yaml looks for the mark at the start of its buffer, not where it stands: behind a
        // second mark it drops the first character of every line until it refills the buffer.
        let second_mark = text.get(start..).is_some_and(|rest| rest.starts_with('\u{FEFF}'));
        Self {
            text,
            bytes,
            pos: start,
            line_start: start,
            least: 0,
            leasts: Vec::new(),
            flow: 0,
            keys: vec![Key { possible: false, required: false, number: 0, pos: 0, column: 0 }],
            key_allowed: true,
            queue: Vec::with_capacity(64),
            head: 0,
            taken: 0,
            unix,
            comments: Vec::new(),
            tag_directives: Vec::new(),
            brackets: Vec::new(),
            mark_until: if second_mark { text.len().min(512).saturating_sub(3) } else { 0 },
            token_start: start,
        }
    }

    /// The next token, not taken yet.
    #[inline]
    pub(super) fn peek(&mut self) -> Scan<Token> {
        loop {
            if let Some(&token) = self.queue.get(self.head)
                && (token.extra == NO_KEY || !token.can_be_key() || !self.key_is_valid(token.extra as usize)?)
            {
                return Ok(token);
            }
            self.fetch()?;
        }
    }

    /// Takes the token that [`Scanner::peek`] gave.
    #[inline]
    pub(super) fn skip(&mut self) {
        self.head += 1;
        self.taken += 1;
        if self.head >= self.queue.len() {
            self.queue.clear();
            self.head = 0;
        }
    }

    #[inline]
    pub(super) fn column(&self) -> usize {
        self.pos - self.line_start
    }

    #[inline]
    pub(super) fn byte(&self) -> u8 {
        self.bytes.at(self.pos)
    }

    /// Steps over the line break of `len` bytes at the current position.
    #[inline]
    pub(super) fn break_line(&mut self, len: usize) {
        self.pos += len;
        self.line_start = self.pos;
    }

    /// Moves to the end of the line.
    pub(super) fn skip_line(&mut self) {
        if self.unix {
            let rest = self.bytes.0.get(self.pos..).unwrap_or_default();
            self.pos += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        } else {
            while !self.bytes.ends_line(self.pos) {
                self.pos += 1;
            }
        }
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.bytes.is_blank(self.pos) {
            self.pos += 1;
        }
    }

    /// Moves over a comment, if there is one, to the end of its line.
    pub(super) fn skip_comment(&mut self) {
        if self.byte() == b'#' {
            let start = self.pos;
            self.skip_line();
            self.comments.push(Span::new(start, self.pos));
        }
    }

    pub(super) fn fail<T>(&self, offset: usize, message: impl Into<String>) -> Scan<T> {
        Err(SyntaxError::new(offset.min(self.text.len()), message))
    }

    /// Where the innermost open bracket stands.
    pub(super) fn open_bracket(&self) -> Option<u32> {
        self.brackets.last().copied()
    }

    fn fetch(&mut self) -> Scan<()> {
        self.skip_to_token();
        self.token_start = self.pos;
        let (pos, column) = (self.pos, self.column());
        self.unroll(column + 1);
        let byte = self.byte();
        if column == 0 {
            if byte == b'%' {
                return self.fetch_directive();
            }
            if (byte == b'-' || byte == b'.') && self.bytes.is_document_mark(pos) {
                return self.fetch_document_mark(byte);
            }
        }
        match byte {
            0 => self.fetch_end(),
            b'[' => self.fetch_bracket(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_bracket(TokenKind::FlowMappingStart),
            b']' => self.fetch_closing(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_closing(TokenKind::FlowMappingEnd),
            b',' => {
                self.remove_key()?;
                self.key_allowed = true;
                self.push_indicator(TokenKind::FlowEntry);
                Ok(())
            }
            b'-' if self.bytes.ends_word(pos + 1) => self.fetch_entry(),
            b'?' if self.flow > 0 || self.bytes.ends_word(pos + 1) => self.fetch_key(),
            b':' if self.flow > 0 || self.bytes.ends_word(pos + 1) => self.fetch_value(),
            b'*' => self.fetch_anchor(TokenKind::Alias),
            b'&' => self.fetch_anchor(TokenKind::Anchor),
            b'!' => self.fetch_tag(),
            b'|' if self.flow == 0 => self.fetch_block_scalar(TokenKind::Literal),
            b'>' if self.flow == 0 => self.fetch_block_scalar(TokenKind::Folded),
            b'\'' => self.fetch_scalar(Self::scan_single_quoted),
            b'"' => self.fetch_scalar(Self::scan_double_quoted),
            b'\t' => self.fail(pos, "found a tab where indentation is expected; use spaces"),
            b'%' | b'@' | b'`' | b'|' | b'>' => {
                self.fail(pos, format!("a value cannot start with `{}`; put it in quotes", char::from(byte)))
            }
            _ => self.fetch_scalar(Self::scan_plain),
        }
    }

    #[inline]
    fn fetch_scalar(&mut self, scan: impl FnOnce(&mut Self) -> Scan<Token>) -> Scan<()> {
        let key = self.save_key()?;
        self.key_allowed = false;
        let mut token = scan(self)?;
        token.extra = key;
        self.queue.push(token);
        Ok(())
    }

    fn fetch_block_scalar(&mut self, kind: TokenKind) -> Scan<()> {
        self.remove_key()?;
        self.key_allowed = true;
        let token = self.scan_block_scalar(kind)?;
        self.queue.push(token);
        Ok(())
    }

    fn fetch_anchor(&mut self, kind: TokenKind) -> Scan<()> {
        self.fetch_scalar(|scanner| scanner.scan_anchor(kind))
    }

    fn fetch_tag(&mut self) -> Scan<()> {
        self.fetch_scalar(Self::scan_tag)
    }

    /// Moves over white space, comments and line breaks.
    #[inline]
    fn skip_to_token(&mut self) {
        loop {
            if self.pos < self.mark_until && self.column() == 0 {
                self.skip_mark();
            }
            // Where a key may start, a tab is not indentation; go-yaml stops at it.
            if self.flow > 0 || !self.key_allowed {
                self.skip_blanks();
            } else {
                while self.byte() == b' ' {
                    self.pos += 1;
                }
            }
            self.skip_comment();
            let len = self.bytes.line_break(self.pos);
            if len == 0 {
                return;
            }
            self.break_line(len);
            if self.flow == 0 {
                self.key_allowed = true;
            }
        }
    }

    #[cold]
    fn skip_mark(&mut self) {
        self.pos += 1;
        while !self.text.is_char_boundary(self.pos) {
            self.pos += 1;
        }
        self.line_start = self.pos - 1;
    }

    /// Places a token at the current byte and steps over it.
    #[inline]
    fn push_indicator(&mut self, kind: TokenKind) {
        self.queue.push(Token::new(kind, self.pos, self.pos + 1));
        self.pos += 1;
    }

    fn fetch_end(&mut self) -> Scan<()> {
        self.line_start = self.pos;
        self.unroll(0);
        self.remove_key()?;
        self.key_allowed = false;
        self.queue.push(Token::new(TokenKind::StreamEnd, self.pos, self.pos));
        Ok(())
    }

    fn fetch_directive(&mut self) -> Scan<()> {
        self.unroll(0);
        self.remove_key()?;
        self.key_allowed = false;
        let token = self.scan_directive()?;
        self.queue.push(token);
        Ok(())
    }

    fn fetch_document_mark(&mut self, byte: u8) -> Scan<()> {
        self.unroll(0);
        self.remove_key()?;
        self.key_allowed = false;
        let kind = if byte == b'-' { TokenKind::DocumentStart } else { TokenKind::DocumentEnd };
        self.queue.push(Token::new(kind, self.pos, self.pos + 3));
        self.pos += 3;
        Ok(())
    }

    fn fetch_bracket(&mut self, kind: TokenKind) -> Scan<()> {
        let key = self.save_key()?;
        self.keys.push(Key { possible: false, required: false, number: self.next_number(), pos: self.pos, column: 0 });
        self.flow += 1;
        if self.flow > MAX_DEPTH {
            return self.fail(self.pos, format!("more than {MAX_DEPTH} brackets are open"));
        }
        self.brackets.push(self.pos as u32);
        self.key_allowed = true;
        let mut token = Token::new(kind, self.pos, self.pos + 1);
        token.extra = key;
        self.queue.push(token);
        self.pos += 1;
        Ok(())
    }

    fn fetch_closing(&mut self, kind: TokenKind) -> Scan<()> {
        self.remove_key()?;
        if self.flow > 0 {
            self.flow -= 1;
            self.brackets.pop();
            if let Some(key) = self.keys.pop() {
                self.forget_key(key.number);
            }
        }
        self.key_allowed = false;
        self.push_indicator(kind);
        Ok(())
    }

    fn fetch_entry(&mut self) -> Scan<()> {
        if self.flow == 0 {
            if !self.key_allowed {
                return self.fail(self.pos, "a list item cannot start here; put it on its own line");
            }
            self.roll(self.column(), None, TokenKind::BlockSequenceStart, self.pos)?;
        }
        self.remove_key()?;
        self.key_allowed = true;
        self.push_indicator(TokenKind::BlockEntry);
        Ok(())
    }

    fn fetch_key(&mut self) -> Scan<()> {
        if self.flow == 0 {
            if !self.key_allowed {
                return self.fail(self.pos, "a key cannot start here; put it on its own line");
            }
            self.roll(self.column(), None, TokenKind::BlockMappingStart, self.pos)?;
        }
        self.remove_key()?;
        self.key_allowed = self.flow == 0;
        self.push_indicator(TokenKind::Key);
        Ok(())
    }

    fn fetch_value(&mut self) -> Scan<()> {
        let level = self.keys.len() - 1;
        if self.key_is_valid(level)?
            && let Some(key) = self.keys.get(level).copied()
        {
            self.forget_key(key.number);
            if let Some(slot) = self.keys.last_mut() {
                slot.possible = false;
            }
            self.insert(Some(key.number), Token::new(TokenKind::Key, key.pos, key.pos));
            self.roll(key.column, Some(key.number), TokenKind::BlockMappingStart, key.pos)?;
            self.key_allowed = false;
        } else {
            if self.flow == 0 {
                if !self.key_allowed {
                    return self.fail(
                        self.pos,
                        "a `:` with a space behind it cannot stand here; \
                         put the value in quotes, or the key on its own line",
                    );
                }
                self.roll(self.column(), None, TokenKind::BlockMappingStart, self.pos)?;
            }
            self.key_allowed = self.flow == 0;
        }
        self.push_indicator(TokenKind::Value);
        Ok(())
    }
}
