//! The tokens between scanner and parser, and the classes of bytes that both look at.

/// What a token is. The names follow the grammar of YAML 1.1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TokenKind {
    StreamEnd,
    VersionDirective,
    TagDirective,
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag,
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
}

/// In [`Token::extra`]: no simple key starts at this token.
pub(super) const NO_KEY: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub start: u32,
    pub end: u32,
    /// Block scalar: the column of its content. Tag directive: its place in the scanner's list.
    /// Version directive: the version. Tokens that can begin a key: the flow level whose potential
    /// simple key starts here, or [`NO_KEY`].
    pub extra: u32,
    pub kind: TokenKind,
    /// The node flags of a scalar.
    pub flags: u16,
}

impl Token {
    pub(super) const fn new(kind: TokenKind, start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32, extra: NO_KEY, kind, flags: 0 }
    }

    /// Whether [`Token::extra`] tells of a simple key.
    #[inline]
    pub(super) const fn can_be_key(self) -> bool {
        matches!(
            self.kind,
            TokenKind::Plain
                | TokenKind::SingleQuoted
                | TokenKind::DoubleQuoted
                | TokenKind::Alias
                | TokenKind::Anchor
                | TokenKind::Tag
                | TokenKind::FlowSequenceStart
                | TokenKind::FlowMappingStart
        )
    }

    #[inline]
    pub(super) const fn span(self) -> super::tree::Span {
        super::tree::Span { start: self.start, end: self.end }
    }
}

/// Space or tab.
pub(super) const BLANK: u8 = 1;
/// Line feed, carriage return, or the first byte of what may be a Unicode line break.
pub(super) const BREAK: u8 = 1 << 1;
/// The end of the text.
pub(super) const END: u8 = 1 << 2;
/// May end a plain scalar in any context.
pub(super) const COLON: u8 = 1 << 3;
/// Ends a plain scalar between brackets.
pub(super) const FLOW: u8 = 1 << 4;
/// Letters, digits, `-` and `_`: what names of anchors are made of.
pub(super) const WORD: u8 = 1 << 5;

static CLASS: [u8; 256] = classes();

#[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let byte = at as u8;
        table[at] = match byte {
            b' ' | b'\t' => BLANK,
            b'\n' | b'\r' | 0xC2 | 0xE2 => BREAK,
            0 => END,
            b':' => COLON,
            b',' | b'?' | b'[' | b']' | b'{' | b'}' => FLOW,
            b'-' | b'_' => WORD,
            _ if byte.is_ascii_alphanumeric() => WORD,
            _ => 0,
        };
        at += 1;
    }
    table
}

/// The class of a byte.
#[inline]
#[allow(clippy::indexing_slicing, reason = "a byte cannot exceed the table")]
pub(super) const fn class(byte: u8) -> u8 {
    CLASS[byte as usize]
}

/// Bytes that are read one at a time; behind the end there are only zeros.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'t>(pub &'t [u8]);

impl Bytes<'_> {
    #[inline]
    pub(super) fn at(self, at: usize) -> u8 {
        self.0.get(at).copied().unwrap_or(0)
    }

    /// Length of the line break at `at`, 0 where there is none. Next to `\n`, `\r` and their pair,
    /// YAML 1.1 breaks lines at U+0085, U+2028 and U+2029.
    #[inline]
    pub(super) fn line_break(self, at: usize) -> usize {
        match self.at(at) {
            b'\n' => 1,
            b'\r' => 1 + usize::from(self.at(at + 1) == b'\n'),
            0xC2 if self.at(at + 1) == 0x85 => 2,
            0xE2 if self.at(at + 1) == 0x80 && matches!(self.at(at + 2), 0xA8 | 0xA9) => 3,
            _ => 0,
        }
    }

    /// Whether there is a line break or the end of the text.
    #[inline]
    pub(super) fn ends_line(self, at: usize) -> bool {
        match class(self.at(at)) {
            END => true,
            BREAK => self.line_break(at) > 0,
            _ => false,
        }
    }

    /// Whether there is white space or the end of the text.
    #[inline]
    pub(super) fn ends_word(self, at: usize) -> bool {
        match class(self.at(at)) {
            END | BLANK => true,
            BREAK => self.line_break(at) > 0,
            _ => false,
        }
    }

    #[inline]
    pub(super) fn is_blank(self, at: usize) -> bool {
        class(self.at(at)) == BLANK
    }

    /// Whether a `---` or `...` line starts at `at`, which must be the start of a line.
    #[inline]
    pub(super) fn is_document_mark(self, at: usize) -> bool {
        let first = self.at(at);
        (first == b'-' || first == b'.')
            && self.at(at + 1) == first
            && self.at(at + 2) == first
            && self.ends_word(at + 3)
    }
}

/// What one look over a whole text tells.
pub(super) struct Survey {
    /// The first character that YAML does not allow: control characters and U+FFFE, U+FFFF.
    pub forbidden: Option<usize>,
    /// All lines end in `\n` alone, so that it can be searched for.
    pub unix: bool,
}

pub(super) fn survey(bytes: &[u8]) -> Survey {
    let mut found = Survey { forbidden: None, unix: true };
    for (block, chunk) in bytes.chunks(128).enumerate() {
        // Two flags without branches, so that the compiler can use vectors.
        let mut control = 0u8;
        let mut special = 0u8;
        for &byte in chunk {
            control |=
                u8::from(byte < 0x20) & u8::from(byte != b'\n') & u8::from(byte != b'\t') | u8::from(byte == 0x7F);
            special |= u8::from(byte == 0xC2) | u8::from(byte == 0xE2) | u8::from(byte == 0xEF);
        }
        if control | special != 0 {
            look_closer(bytes, block * 128, chunk.len(), &mut found);
            if found.forbidden.is_some() {
                break;
            }
        }
    }
    found
}

fn look_closer(bytes: &[u8], from: usize, len: usize, found: &mut Survey) {
    let text = Bytes(bytes);
    for at in from..from + len {
        let forbidden = match text.at(at) {
            b'\t' | b'\n' => false,
            b'\r' => {
                found.unix = false;
                false
            }
            0xC2 => {
                if text.at(at + 1) == 0x85 {
                    found.unix = false;
                }
                matches!(text.at(at + 1), 0x80..=0x84 | 0x86..=0x9F)
            }
            0xE2 => {
                if text.line_break(at) > 0 {
                    found.unix = false;
                }
                false
            }
            0xEF => text.at(at + 1) == 0xBF && matches!(text.at(at + 2), 0xBE | 0xBF),
            byte => byte < 0x20 || byte == 0x7F,
        };
        if forbidden {
            found.forbidden = Some(at);
            return;
        }
    }
}
