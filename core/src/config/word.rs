//! Words out of a fixed set: one table serves reading, the error that names the nearest valid word,
//! and the JSON Schema.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, Visitor};

use crate::schema::spelling;

/// A value that is written as one of a few words.
pub trait Word: Copy + 'static {
    /// What the word is, for messages: `key`, `severity`.
    const WHAT: &'static str;
    /// The same of several.
    const MANY: &'static str = "words";

    /// Every word and its value.
    fn all() -> Vec<(&'static str, Self)>;
}

/// A [`Word`] as it is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Read<W>(pub W);

impl<'de, W: Word> Deserialize<'de> for Read<W> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(WordVisitor(PhantomData)).map(Read)
    }
}

struct WordVisitor<W>(PhantomData<W>);

impl<W: Word> Visitor<'_> for WordVisitor<W> {
    type Value = W;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {}", W::WHAT)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<W, E> {
        let all = W::all();
        if let Some((_, value)) = all.iter().find(|(word, _)| *word == text) {
            return Ok(*value);
        }
        let words: Vec<&str> = all.iter().map(|(word, _)| *word).collect();
        let hint = match spelling::nearest(text, words.iter().copied()) {
            Some(best) => format!("did you mean `{best}`?"),
            None => format!("known are {}", words.join(", ")),
        };
        Err(E::custom(format_args!("unknown {} `{text}`; {hint}", W::WHAT)))
    }
}
