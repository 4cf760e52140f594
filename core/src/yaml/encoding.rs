//! Bytes to text and back: UTF-8 with or without a byte order mark, and UTF-16 with one.

use std::borrow::Cow;

/// How a file is encoded. Told by its byte order mark, as go-yaml and kubectl do; without one it is
/// UTF-8.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Encoding {
    /// UTF-8 without a byte order mark.
    #[default]
    Utf8,
    /// UTF-8 behind the mark `EF BB BF`.
    Utf8Bom,
    /// UTF-16, low byte first, behind the mark `FF FE`.
    Utf16Le,
    /// UTF-16, high byte first, behind the mark `FE FF`.
    Utf16Be,
}

/// Why a file is not text.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct EncodingError {
    /// Offset in the raw bytes, the byte order mark included.
    pub offset: usize,
    /// What is wrong, in plain English, without a place.
    pub message: String,
}

impl Encoding {
    /// What the first bytes of a file say.
    pub fn detect(bytes: &[u8]) -> Self {
        match bytes {
            [0xEF, 0xBB, 0xBF, ..] => Self::Utf8Bom,
            [0xFF, 0xFE, ..] => Self::Utf16Le,
            [0xFE, 0xFF, ..] => Self::Utf16Be,
            _ => Self::Utf8,
        }
    }

    /// The byte order mark's bytes; none for plain UTF-8.
    pub const fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8 => &[],
            Self::Utf8Bom => &[0xEF, 0xBB, 0xBF],
            Self::Utf16Le => &[0xFF, 0xFE],
            Self::Utf16Be => &[0xFE, 0xFF],
        }
    }

    /// Offset in the raw file of what stands at `offset` bytes of the decoded `text`. Costs a look
    /// at the text before it where the file is UTF-16.
    pub fn raw_offset(self, text: &str, offset: usize) -> usize {
        match self {
            Self::Utf8 => offset,
            Self::Utf8Bom => offset + 3,
            Self::Utf16Le | Self::Utf16Be => {
                // A character of four bytes in UTF-8 is a pair in UTF-16, any other is one unit;
                // so units are characters plus four-byte leads.
                let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
                let units = before.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
                    + before.iter().filter(|&&byte| byte >= 0xF0).count();
                2 + 2 * units
            }
        }
    }
}

/// Turns a file's bytes into text, without its byte order mark.
pub fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), EncodingError> {
    let encoding = Encoding::detect(bytes);
    let mark = encoding.mark().len();
    let body = bytes.get(mark..).unwrap_or_default();
    let text = match encoding {
        Encoding::Utf8 | Encoding::Utf8Bom => Cow::Borrowed(utf8(body, mark)?),
        Encoding::Utf16Le => Cow::Owned(utf16(body, mark, u16::from_le_bytes)?),
        Encoding::Utf16Be => Cow::Owned(utf16(body, mark, u16::from_be_bytes)?),
    };
    Ok((text, encoding))
}

/// Turns text back into bytes; the opposite of [`decode`].
pub fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
    let mut bytes = encoding.mark().to_vec();
    match encoding {
        Encoding::Utf8 | Encoding::Utf8Bom => bytes.extend_from_slice(text.as_bytes()),
        Encoding::Utf16Le => bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
        Encoding::Utf16Be => bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
    }
    bytes
}

/// `base` is the raw offset of the first byte.
pub(super) fn utf8(bytes: &[u8], base: usize) -> Result<&str, EncodingError> {
    std::str::from_utf8(bytes).map_err(|error| EncodingError {
        offset: base + error.valid_up_to(),
        message: if error.error_len().is_some() {
            "this byte is not valid UTF-8; save the file as UTF-8"
        } else {
            "the text ends in the middle of a UTF-8 character"
        }
        .to_owned(),
    })
}

fn utf16(bytes: &[u8], base: usize, unit: fn([u8; 2]) -> u16) -> Result<String, EncodingError> {
    let fail = |units: usize, message: &str| EncodingError { offset: base + 2 * units, message: message.to_owned() };
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len() / 2 + bytes.len() / 8);
    let mut at = 0;
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match decoded {
            Ok(char) => {
                text.push(char);
                at += char.len_utf16();
            }
            Err(_) => return Err(fail(at, "half of a UTF-16 surrogate pair stands alone")),
        }
    }
    if rest.is_empty() { Ok(text) } else { Err(fail(at, "the text ends in the middle of a UTF-16 character")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        let text = "a: é€😀\n";
        for encoding in [Encoding::Utf8, Encoding::Utf8Bom, Encoding::Utf16Le, Encoding::Utf16Be] {
            let bytes = encode(text, encoding);
            let (read, found) = decode(&bytes).unwrap();
            assert_eq!((read.as_ref(), found), (text, encoding));
            for (offset, _) in text.char_indices() {
                let cut = encode(&text[..offset], encoding).len();
                assert_eq!(encoding.raw_offset(text, offset), cut, "{encoding:?} {offset}");
            }
        }
    }

    #[test]
    fn names_the_raw_offset() {
        let offset = |bytes: &[u8]| decode(bytes).unwrap_err().offset;
        assert_eq!(offset(b"a: \xE9\n"), 3);
        assert_eq!(offset(b"\xEF\xBB\xBFa\xFF"), 4);
        assert_eq!(offset(b"\xFF\xFEa\0b"), 4);
        assert_eq!(offset(b"\xFF\xFEa\0\x00\xDCb\0"), 4);
        assert_eq!(offset(b"\xFE\xFF\0a\xD8\x3D"), 4);
    }
}
