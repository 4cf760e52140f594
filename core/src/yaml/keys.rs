//! The scanner's memory: what may turn out to be a key, and how deep things stand.
//!
//! That something was a key shows only at its `:`. Until then its token is held back, and then the
//! tokens that say so are placed before it.

use super::scan::{MAX_DEPTH, Scan, Scanner};
use super::token::{NO_KEY, Token, TokenKind};

/// A simple key and its `:` are at most this many characters apart.
const MAX_KEY: usize = 1024;

/// A place where a simple key may have started.
#[derive(Clone, Copy)]
pub(super) struct Key {
    pub possible: bool,
    /// Only a key can stand here: it is an error if no `:` follows.
    pub required: bool,
    /// Which token it is, counted from the start of the stream.
    pub number: usize,
    pub pos: usize,
    pub column: usize,
}

impl Scanner<'_> {
    #[inline]
    pub(super) fn next_number(&self) -> usize {
        self.taken + self.queue.len() - self.head
    }

    /// Places a token before token `number`; at the end of the queue where that one has been taken
    /// already, which happens behind `[]` and `{}`.
    pub(super) fn insert(&mut self, number: Option<usize>, token: Token) {
        let at = number
            .and_then(|number| number.checked_sub(self.taken))
            .map_or(self.queue.len(), |ahead| (self.head + ahead).min(self.queue.len()));
        self.queue.insert(at, token);
    }

    /// Starts a block collection where the column is deeper than what is open.
    #[inline]
    pub(super) fn roll(&mut self, column: usize, number: Option<usize>, kind: TokenKind, pos: usize) -> Scan<()> {
        if self.flow > 0 || self.least > column {
            return Ok(());
        }
        self.leasts.push(self.least);
        self.least = column + 1;
        if self.leasts.len() > MAX_DEPTH {
            return self.fail(pos, format!("nested more than {MAX_DEPTH} levels deep"));
        }
        self.insert(number, Token::new(kind, pos, pos));
        Ok(())
    }

    /// Ends the block collections that need more than `least`.
    #[inline]
    pub(super) fn unroll(&mut self, least: usize) {
        if self.flow > 0 {
            return;
        }
        while self.least > least {
            self.queue.push(Token::new(TokenKind::BlockEnd, self.pos, self.pos));
            self.least = self.leasts.pop().unwrap_or(0);
        }
    }

    /// Whether the potential key of a level can still become one; gives it up where it cannot.
    #[inline]
    pub(super) fn key_is_valid(&mut self, level: usize) -> Scan<bool> {
        let Some(&key) = self.keys.get(level) else {
            return Ok(false);
        };
        if !key.possible {
            return Ok(false);
        }
        if key.pos >= self.line_start && self.pos - key.pos <= MAX_KEY {
            return Ok(true);
        }
        self.key_is_valid_slow(level, key)
    }

    #[cold]
    fn key_is_valid_slow(&mut self, level: usize, key: Key) -> Scan<bool> {
        let same_line = key.pos >= self.line_start;
        // The limit is in characters, of up to four bytes.
        if same_line && self.pos - key.pos <= 4 * MAX_KEY {
            let between = self.bytes.0.get(key.pos..self.pos).unwrap_or_default();
            if between.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() <= MAX_KEY {
                return Ok(true);
            }
        }
        if key.required {
            return self.missing_colon(key);
        }
        if let Some(slot) = self.keys.get_mut(level) {
            slot.possible = false;
        }
        Ok(false)
    }

    #[cold]
    fn missing_colon<T>(&self, key: Key) -> Scan<T> {
        self.fail(key.pos, "a key must stand here, with a `:` behind it on the same line")
    }

    /// Notes that a key may start here; gives what the next token carries as its key.
    #[inline]
    pub(super) fn save_key(&mut self) -> Scan<u32> {
        if !self.key_allowed {
            return Ok(NO_KEY);
        }
        self.remove_key()?;
        let column = self.column();
        let key = Key {
            possible: true,
            required: self.flow == 0 && self.least == column + 1,
            number: self.next_number(),
            pos: self.pos,
            column,
        };
        let level = self.keys.len() - 1;
        if let Some(slot) = self.keys.last_mut() {
            *slot = key;
        }
        Ok(level as u32)
    }

    /// Gives up the potential key of the current level.
    #[inline]
    pub(super) fn remove_key(&mut self) -> Scan<()> {
        let Some(key) = self.keys.last().copied() else {
            return Ok(());
        };
        if key.possible {
            if key.required {
                return self.missing_colon(key);
            }
            if let Some(slot) = self.keys.last_mut() {
                slot.possible = false;
            }
            self.forget_key(key.number);
        }
        Ok(())
    }

    /// The token of that number is no longer waited for.
    #[inline]
    pub(super) fn forget_key(&mut self, number: usize) {
        if let Some(ahead) = number.checked_sub(self.taken)
            && let Some(token) = self.queue.get_mut(self.head + ahead)
            && token.can_be_key()
        {
            token.extra = NO_KEY;
        }
    }
}
