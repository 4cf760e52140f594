//! Whether bytes are JSON, one byte after the other, so that a stream can be cut into values before
//! all of it has been read. Follows the scanner of Go's `encoding/json`.

/// Go refuses deeper nesting.
const MAX_DEPTH: usize = 10_000;

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a value.
    #[default]
    Value,
    /// Behind `[`.
    ItemOrEnd,
    /// Behind `{`.
    KeyOrEnd,
    /// Behind `,` in an object.
    Key,
    Colon,
    /// Behind a value in a list or an object.
    CommaOrEnd,
    String,
    Escape,
    /// How many hexadecimal digits are missing.
    Hex(u8),
    Minus,
    Zero,
    Digits,
    Point,
    Fraction,
    Exponent,
    ExponentSign,
    ExponentDigits,
    /// What is missing of `true`, `false` or `null`.
    Literal(&'static [u8]),
    Done,
}

/// Reads one value.
#[derive(Debug, Default)]
pub(super) struct Checker {
    state: State,
    /// For each open bracket whether it is a brace.
    open: Vec<bool>,
    /// The string being read is a key.
    key: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// All has been read, and more is needed.
    More,
    /// The value is complete.
    Value,
    /// The byte that was read up to is wrong, for this reason.
    Wrong(&'static str),
}

enum Step {
    On,
    /// The value ended before this byte.
    Before,
    Wrong(&'static str),
}

impl Checker {
    /// Reads on; gives how much was read. `done`: nothing comes behind `bytes`.
    pub(super) fn run(&mut self, bytes: &[u8], done: bool) -> (usize, Outcome) {
        for (at, &byte) in bytes.iter().enumerate() {
            match self.step(byte) {
                Step::On if self.state == State::Done => return (at + 1, Outcome::Value),
                Step::On => {}
                Step::Before => return (at, Outcome::Value),
                Step::Wrong(message) => return (at, Outcome::Wrong(message)),
            }
        }
        if done && matches!(self.step(b' '), Step::Before) {
            return (bytes.len(), Outcome::Value);
        }
        (bytes.len(), Outcome::More)
    }

    #[inline]
    fn step(&mut self, byte: u8) -> Step {
        match self.state {
            State::String => {
                match byte {
                    b'"' => self.end_value(),
                    b'\\' => self.state = State::Escape,
                    0..=0x1F => {
                        return Step::Wrong(
                            "a string in JSON stays on one line; write `\\n` or `\\t` for line breaks and tabs",
                        );
                    }
                    _ => {}
                }
                Step::On
            }
            State::Escape => {
                self.state = match byte {
                    b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"' => State::String,
                    b'u' => State::Hex(4),
                    _ => return Step::Wrong("this is not an escape in JSON"),
                };
                Step::On
            }
            State::Hex(left) => {
                if !byte.is_ascii_hexdigit() {
                    return Step::Wrong("`\\u` needs four hexadecimal digits");
                }
                self.state = if left == 1 { State::String } else { State::Hex(left - 1) };
                Step::On
            }
            State::Literal(rest) => match rest.split_first() {
                Some((&first, rest)) if first == byte => {
                    if rest.is_empty() {
                        self.end_value();
                    } else {
                        self.state = State::Literal(rest);
                    }
                    Step::On
                }
                _ => Step::Wrong("a value in JSON is quoted, a number, `true`, `false` or `null`"),
            },
            State::Minus
            | State::Zero
            | State::Digits
            | State::Point
            | State::Fraction
            | State::Exponent
            | State::ExponentSign
            | State::ExponentDigits => self.number(byte),
            _ if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') => Step::On,
            _ => self.structure(byte),
        }
    }

    fn number(&mut self, byte: u8) -> Step {
        self.state = match (self.state, byte) {
            (State::Minus, b'0') => State::Zero,
            (State::Minus | State::Digits, b'0'..=b'9') => State::Digits,
            (State::Zero | State::Digits, b'.') => State::Point,
            (State::Point | State::Fraction, b'0'..=b'9') => State::Fraction,
            (State::Zero | State::Digits | State::Fraction, b'e' | b'E') => State::Exponent,
            (State::Exponent, b'+' | b'-') => State::ExponentSign,
            (State::Exponent | State::ExponentSign | State::ExponentDigits, b'0'..=b'9') => State::ExponentDigits,
            (State::Zero | State::Digits | State::Fraction | State::ExponentDigits, _) => {
                // The number ended before this byte.
                self.end_value();
                return if self.state == State::Done { Step::Before } else { self.step(byte) };
            }
            _ => return Step::Wrong("this is not a number in JSON"),
        };
        Step::On
    }

    fn structure(&mut self, byte: u8) -> Step {
        match (self.state, byte) {
            (State::ItemOrEnd, b']') | (State::KeyOrEnd, b'}') => self.close(),
            (State::CommaOrEnd, b']') if self.open.last() == Some(&false) => self.close(),
            (State::CommaOrEnd, b'}') if self.open.last() == Some(&true) => self.close(),
            (State::CommaOrEnd, b',') => {
                self.state = if self.open.last() == Some(&true) { State::Key } else { State::Value };
            }
            (State::CommaOrEnd, _) => {
                return Step::Wrong(if self.open.last() == Some(&true) {
                    "a `,` or `}` is expected here"
                } else {
                    "a `,` or `]` is expected here"
                });
            }
            (State::KeyOrEnd | State::Key, b'"') => {
                self.key = true;
                self.state = State::String;
            }
            (State::KeyOrEnd | State::Key, _) => {
                return Step::Wrong("a key in double quotes is expected here");
            }
            (State::Colon, b':') => self.state = State::Value,
            (State::Colon, _) => return Step::Wrong("a `:` is expected here"),
            (State::Done, _) => return Step::Before,
            (_, b'{') => return self.begin(true),
            (_, b'[') => return self.begin(false),
            (_, b'"') => self.state = State::String,
            (_, b'-') => self.state = State::Minus,
            (_, b'0') => self.state = State::Zero,
            (_, b'1'..=b'9') => self.state = State::Digits,
            (_, b't') => self.state = State::Literal(b"rue"),
            (_, b'f') => self.state = State::Literal(b"alse"),
            (_, b'n') => self.state = State::Literal(b"ull"),
            _ => {
                return Step::Wrong("a value in JSON is quoted, a number, `true`, `false` or `null`");
            }
        }
        Step::On
    }

    fn begin(&mut self, brace: bool) -> Step {
        if self.open.len() >= MAX_DEPTH {
            return Step::Wrong("nested too deep");
        }
        self.open.push(brace);
        self.state = if brace { State::KeyOrEnd } else { State::ItemOrEnd };
        Step::On
    }

    fn close(&mut self) {
        self.open.pop();
        self.end_value();
    }

    fn end_value(&mut self) {
        self.state = if std::mem::take(&mut self.key) {
            State::Colon
        } else if self.open.is_empty() {
            State::Done
        } else {
            State::CommaOrEnd
        };
    }
}
