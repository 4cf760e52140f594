//! What Go says of a text that is no JSON object. Source: `scanner.go` and `decode.go` of Go's
//! `encoding/json` (1.26).

/// Deepest nesting that Go reads.
const DEEPEST: usize = 10_000;

/// Why a text cannot be read as an object; none where it can.
pub(super) fn object_fault(text: &[u8]) -> Option<String> {
    let mut scanner = Scanner { rest: text, last: text, has_ended: false, large: None };
    if let Err(fault) = scanner.document() {
        return Some(fault);
    }
    let first = text.iter().find(|byte| !is_space(**byte))?;
    let kind = match first {
        b'{' => return scanner.large.map(|number| cannot(&format!("number {number}"), "float64")),
        b'n' => return None,
        b'[' => "array",
        b'"' => "string",
        b't' | b'f' => "bool",
        _ => "number",
    };
    Some(cannot(kind, "map[string]interface {}"))
}

fn cannot(what: &str, into: &str) -> String {
    format!("json: cannot unmarshal {what} into Go value of type {into}")
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

struct Scanner<'a> {
    rest: &'a [u8],
    /// From the last byte that was read on.
    last: &'a [u8],
    has_ended: bool,
    /// The first number that is too large for Go.
    large: Option<&'a str>,
}

type Checked = Result<(), String>;

impl<'a> Scanner<'a> {
    /// At its end, Go reads one space more.
    fn next(&mut self) -> Result<u8, String> {
        let Some((first, rest)) = self.rest.split_first() else {
            let is_first = !std::mem::replace(&mut self.has_ended, true);
            return is_first.then_some(b' ').ok_or_else(|| "unexpected end of JSON input".to_owned());
        };
        self.last = self.rest;
        self.rest = rest;
        Ok(*first)
    }

    fn next_beyond_space(&mut self) -> Result<u8, String> {
        loop {
            let byte = self.next()?;
            if !is_space(byte) {
                return Ok(byte);
            }
        }
    }

    /// A value and nothing else.
    fn document(&mut self) -> Checked {
        // What the values stand in, the innermost last: objects or lists.
        let mut around = Vec::new();
        let mut byte = self.next_beyond_space()?;
        loop {
            let is_open = match byte {
                b'{' | b'[' => {
                    around.push(byte);
                    if around.len() > DEEPEST {
                        return Err("exceeded max depth".to_owned());
                    }
                    let first = self.next_beyond_space()?;
                    match (byte, first) {
                        (b'{', b'}') | (b'[', b']') => around.pop().is_none(),
                        (b'{', first) => {
                            byte = self.key(first)?;
                            true
                        }
                        (_, first) => {
                            byte = first;
                            true
                        }
                    }
                }
                byte => {
                    self.scalar(byte)?;
                    false
                }
            };
            if is_open {
                continue;
            }
            // After a value: what it stands in goes on or ends.
            loop {
                let Some(inside) = around.last() else { return self.end() };
                match (inside, self.next_beyond_space()?) {
                    (b'{', b',') => {
                        let first = self.next_beyond_space()?;
                        byte = self.key(first)?;
                        break;
                    }
                    (b'[', b',') => {
                        byte = self.next_beyond_space()?;
                        break;
                    }
                    (b'{', b'}') | (b'[', b']') => around.pop(),
                    (b'{', other) => return unexpected(other, "after object key:value pair"),
                    (_, other) => return unexpected(other, "after array element"),
                };
            }
        }
    }

    fn end(&mut self) -> Checked {
        match self.rest.iter().find(|byte| !is_space(**byte)) {
            Some(byte) => unexpected(*byte, "after top-level value"),
            None => Ok(()),
        }
    }

    /// A key and the colon; gives the first byte of the value.
    fn key(&mut self, first: u8) -> Result<u8, String> {
        if first != b'"' {
            unexpected(first, "looking for beginning of object key string")?;
        }
        self.string()?;
        match self.next_beyond_space()? {
            b':' => self.next_beyond_space(),
            other => unexpected(other, "after object key").map(|()| other),
        }
    }

    fn scalar(&mut self, first: u8) -> Checked {
        match first {
            b'"' => self.string(),
            b't' => self.literal("true"),
            b'f' => self.literal("false"),
            b'n' => self.literal("null"),
            b'-' | b'0'..=b'9' => self.number(first, self.last),
            other => unexpected(other, "looking for beginning of value"),
        }
    }

    fn literal(&mut self, word: &str) -> Checked {
        for wanted in word.bytes().skip(1) {
            let byte = self.next()?;
            if byte != wanted {
                unexpected(byte, &format!("in literal {word} (expecting '{}')", char::from(wanted)))?;
            }
        }
        Ok(())
    }

    fn string(&mut self) -> Checked {
        loop {
            match self.next()? {
                b'"' => return Ok(()),
                b'\\' => match self.next()? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    b'u' => {
                        for _ in 0..4 {
                            let byte = self.next()?;
                            if !byte.is_ascii_hexdigit() {
                                unexpected(byte, "in \\u hexadecimal character escape")?;
                            }
                        }
                    }
                    other => unexpected(other, "in string escape code")?,
                },
                byte @ 0..=0x1f => unexpected(byte, "in string literal")?,
                _ => {}
            }
        }
    }

    fn digits(&mut self) -> usize {
        let count = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.rest = self.rest.get(count..).unwrap_or_default();
        count
    }

    fn skip(&mut self, wanted: &[u8]) -> bool {
        let is_there = self.rest.first().is_some_and(|byte| wanted.contains(byte));
        if is_there {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        is_there
    }

    fn number(&mut self, first: u8, written: &'a [u8]) -> Checked {
        let leading = if first == b'-' { self.next()? } else { first };
        match leading {
            b'0' => {}
            b'1'..=b'9' => {
                self.digits();
            }
            other => unexpected(other, "in numeric literal")?,
        }
        if self.skip(b".") && self.digits() == 0 {
            let byte = self.next()?;
            unexpected(byte, "after decimal point in numeric literal")?;
        }
        if self.skip(b"eE") {
            self.skip(b"+-");
            if self.digits() == 0 {
                let byte = self.next()?;
                unexpected(byte, "in exponent of numeric literal")?;
            }
        }
        let written = written.get(..written.len() - self.rest.len()).unwrap_or_default();
        let written = std::str::from_utf8(written).unwrap_or_default();
        if self.large.is_none() && written.parse::<f64>().is_ok_and(f64::is_infinite) {
            self.large = Some(written);
        }
        Ok(())
    }
}

fn unexpected(byte: u8, place: &str) -> Checked {
    let shown = match byte {
        b'\'' => "\\'".to_owned(),
        b'"' => "\"".to_owned(),
        byte => {
            let quoted = crate::server::quoted(&char::from(byte).to_string());
            quoted.trim_matches('"').to_owned()
        }
    };
    Err(format!("invalid character '{shown}' {place}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    // The answers of `json.Unmarshal` into a map (Go 1.26).
    #[test]
    fn faults_are_gos() {
        for (text, fault) in [
            ("{}", None),
            (" null ", None),
            (r#"{"a": [1, -2.5e+3, true, false, null, {"b": "\u00e9\n"}], "c": {}}"#, None),
            ("", Some("unexpected end of JSON input")),
            ("{", Some("unexpected end of JSON input")),
            ("{a", Some("invalid character 'a' looking for beginning of object key string")),
            ("{\"a\"", Some("unexpected end of JSON input")),
            ("{\"a\" 1}", Some("invalid character '1' after object key")),
            ("{\"a\":1,}", Some("invalid character '}' looking for beginning of object key string")),
            ("{\"a\":1 \"b\"}", Some("invalid character '\"' after object key:value pair")),
            ("[1,]", Some("invalid character ']' looking for beginning of value")),
            ("[1 2]", Some("invalid character '2' after array element")),
            ("tru", Some("invalid character ' ' in literal true (expecting 'e')")),
            ("trux", Some("invalid character 'x' in literal true (expecting 'e')")),
            ("{} x", Some("invalid character 'x' after top-level value")),
            ("\"a", Some("unexpected end of JSON input")),
            ("\"a\\x\"", Some("invalid character 'x' in string escape code")),
            ("\"\\u12g4\"", Some("invalid character 'g' in \\u hexadecimal character escape")),
            ("\"a\nb\"", Some("invalid character '\\n' in string literal")),
            ("-x", Some("invalid character 'x' in numeric literal")),
            ("1.x", Some("invalid character 'x' after decimal point in numeric literal")),
            ("1ex", Some("invalid character 'x' in exponent of numeric literal")),
            ("01", Some("invalid character '1' after top-level value")),
            ("'", Some("invalid character '\\'' looking for beginning of value")),
            ("{\"a\":1e999}", Some("json: cannot unmarshal number 1e999 into Go value of type float64")),
            ("[1]", Some("json: cannot unmarshal array into Go value of type map[string]interface {}")),
            ("\"a\"", Some("json: cannot unmarshal string into Go value of type map[string]interface {}")),
            ("1", Some("json: cannot unmarshal number into Go value of type map[string]interface {}")),
            ("true", Some("json: cannot unmarshal bool into Go value of type map[string]interface {}")),
            ("nul", Some("invalid character ' ' in literal null (expecting 'l')")),
            ("\"", Some("unexpected end of JSON input")),
            ("{\"a\":é}", Some("invalid character 'Ã' looking for beginning of value")),
            ("-", Some("invalid character ' ' in numeric literal")),
            ("{\"a\":-1e999}", Some("json: cannot unmarshal number -1e999 into Go value of type float64")),
            ("1e999", Some("json: cannot unmarshal number into Go value of type map[string]interface {}")),
        ] {
            assert_eq!(object_fault(text.as_bytes()).as_deref(), fault, "{text}");
        }
        let deep = "[".repeat(DEEPEST + 1);
        assert_eq!(object_fault(deep.as_bytes()).as_deref(), Some("exceeded max depth"));
    }
}
