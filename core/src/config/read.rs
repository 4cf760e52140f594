//! Reading a configuration with serde.
//!
//! By hand rather than derived, so that an unknown key or value can name the nearest valid one: the
//! error is made where the word is read, which is also the place that it points at.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use podlint_schemas::Version;
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::keys::{FailOn, Key, Level, PathKey, WebhookKey};
use super::word::{Read, Word};
use super::{Action, Config, PathRules};
use crate::finding::Severity;
use crate::rule::Rule;

/// A mapping whose keys are the words `K`.
trait Mapping<K>: Default {
    /// What stands there, for the error where something else does.
    const WHAT: &'static str;

    /// Takes the value of this key.
    fn take<'de, A: MapAccess<'de>>(&mut self, key: K, map: &mut A) -> Result<(), A::Error>;
}

impl Mapping<Key> for Config {
    const WHAT: &'static str = "a mapping of settings";

    fn take<'de, A: MapAccess<'de>>(&mut self, key: Key, map: &mut A) -> Result<(), A::Error> {
        match key {
            Key::Version => self.version = map.next_value::<Option<VersionText>>()?.map(|text| text.0),
            Key::FailOn => self.fail_on = map.next_value::<Option<Read<FailOn>>>()?.map(|read| read.0.0),
            Key::RequireSchema => self.require_schema = map.next_value::<Option<bool>>()?.unwrap_or_default(),
            Key::Select => self.rules.select = rules(map)?,
            Key::Ignore => self.rules.ignore = rules(map)?.unwrap_or_default(),
            Key::Severity => self.rules.severity = severities(map)?,
            Key::Paths => self.paths = map.next_value::<Option<_>>()?.unwrap_or_default(),
            Key::Exclude => self.exclude = patterns(map)?,
            Key::Webhook => self.actions = map.next_value::<Option<Webhook>>()?.unwrap_or_default().actions,
        }
        Ok(())
    }
}

impl Mapping<PathKey> for PathRules {
    const WHAT: &'static str = "a mapping with `paths` and what applies to them";

    fn take<'de, A: MapAccess<'de>>(&mut self, key: PathKey, map: &mut A) -> Result<(), A::Error> {
        match key {
            PathKey::Paths => self.paths = patterns(map)?,
            PathKey::Select => self.rules.select = rules(map)?,
            PathKey::Ignore => self.rules.ignore = rules(map)?.unwrap_or_default(),
            PathKey::Severity => self.rules.severity = severities(map)?,
        }
        Ok(())
    }
}

fn rules<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Option<Vec<&'static Rule>>, A::Error> {
    let read = map.next_value::<Option<Vec<Read<&'static Rule>>>>()?;
    Ok(read.map(|rules| rules.into_iter().map(|rule| rule.0).collect()))
}

fn patterns<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Vec<String>, A::Error> {
    Ok(map.next_value::<Option<Vec<String>>>()?.unwrap_or_default())
}

fn severities<'de, A: MapAccess<'de>>(map: &mut A) -> Result<BTreeMap<&'static str, Option<Severity>>, A::Error> {
    let levels = map.next_value_seed(ByRule::<Level>(PhantomData))?;
    Ok(levels.into_iter().map(|(rule, Level(severity))| (rule.id, severity)).collect())
}

/// A mapping of rules to words.
struct ByRule<W>(PhantomData<W>);

impl<'de, W: Word> DeserializeSeed<'de> for ByRule<W> {
    type Value = Vec<(&'static Rule, W)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, W: Word> Visitor<'de> for ByRule<W> {
    type Value = Vec<(&'static Rule, W)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a mapping of rules to {}", W::MANY)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut seen = Vec::new();
        let mut words = Vec::new();
        while let Some(rule) = map.next_key_seed(Once { seen: &mut seen })? {
            words.push((rule, map.next_value::<Read<W>>()?.0));
        }
        Ok(words)
    }
}

/// What `webhook` holds.
#[derive(Default)]
struct Webhook {
    actions: BTreeMap<&'static str, Action>,
}

impl Mapping<WebhookKey> for Webhook {
    const WHAT: &'static str = "a mapping of the webhook's settings";

    fn take<'de, A: MapAccess<'de>>(&mut self, key: WebhookKey, map: &mut A) -> Result<(), A::Error> {
        match key {
            WebhookKey::Actions => {
                let actions = map.next_value_seed(ByRule::<Action>(PhantomData))?;
                self.actions = actions.into_iter().map(|(rule, action)| (rule.id, action)).collect();
            }
        }
        Ok(())
    }
}

/// A key that may stand once in its mapping.
struct Once<'s, K> {
    seen: &'s mut Vec<K>,
}

impl<'de, K: Word + PartialEq> DeserializeSeed<'de> for Once<'_, K> {
    type Value = K;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<K, D::Error> {
        struct Unseen<'s, K>(&'s mut Vec<K>);
        impl<K: Word + PartialEq> Visitor<'_> for Unseen<'_, K> {
            type Value = K;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a {}", K::WHAT)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<K, E> {
                let key = Read::<K>::deserialize(de::value::StrDeserializer::new(text))?.0;
                if self.0.contains(&key) {
                    return Err(E::custom(format_args!("`{text}` is given twice")));
                }
                self.0.push(key);
                Ok(key)
            }
        }
        deserializer.deserialize_str(Unseen(self.seen))
    }
}

struct MappingVisitor<K, T>(PhantomData<(K, T)>);

impl<'de, K: Word + PartialEq, T: Mapping<K>> Visitor<'de> for MappingVisitor<K, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::WHAT)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut value = T::default();
        let mut seen = Vec::new();
        while let Some(key) = map.next_key_seed(Once { seen: &mut seen })? {
            value.take(key, &mut map)?;
        }
        Ok(value)
    }
}

impl<'de> Deserialize<'de> for Config {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MappingVisitor::<Key, _>(PhantomData))
    }
}

impl<'de> Deserialize<'de> for PathRules {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MappingVisitor::<PathKey, _>(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Webhook {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MappingVisitor::<WebhookKey, _>(PhantomData))
    }
}

/// A Kubernetes version as it is written: `1.30` without quotes is no number here.
struct VersionText(Version);

impl<'de> Deserialize<'de> for VersionText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Version;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a Kubernetes version, e.g. 1.31")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Version, E> {
                Version::from_str(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text).map(Self)
    }
}
