//! Changes that people make to manifests: lines moved, renamed, indented otherwise, written in
//! another style. Noise on bytes rarely gets past the reader.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use podlint_schemas::{Type, fields, get, kinds};

/// A small source of chance.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// Chance that always takes the same course from this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    /// A number below `end`; 0 where there is none.
    pub fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { self.next() as usize % end }
    }

    /// One of some things.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }
}

/// The names of all fields of all built-in kinds.
pub fn field_names() -> &'static [&'static str] {
    static NAMES: OnceLock<Vec<&'static str>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut objects: Vec<_> = kinds().map(|kind| kind.object).collect();
        while let Some(object) = objects.pop() {
            if !seen.insert(object) {
                continue;
            }
            for field in fields(object) {
                names.insert(field.name);
                let mut inner = get(field.type_id);
                while let Type::Map(next) | Type::List(next) = inner {
                    inner = get(next);
                }
                if let Type::Object(object)
                | Type::ObjectOrBool(object)
                | Type::ObjectOrList(object)
                | Type::ObjectOrStrings(object) = inner
                {
                    objects.push(object);
                }
            }
        }
        names.into_iter().collect()
    })
}

/// Values that are read in more than one way, or are easily mistaken.
const VALUES: &[&str] = &[
    "true",
    "yes",
    "\"true\"",
    "'8080'",
    "8080",
    "0644",
    "1e3",
    "1.5",
    "~",
    "null",
    "",
    "[]",
    "{}",
    "512MB",
    "\"\"",
    "500m",
    "a=b",
    "\"a=b\"",
    "[a]",
    "[a, b]",
    "{a: b}",
    "{name: a}",
    "[{name: a}]",
    "|\n  text",
    ">-\n  text",
    "<NAME>",
    "${NAME}",
    "2001-01-01",
    "!!str 1",
    "*a",
    "&a b",
    "é",
    "'it''s'",
    "\"\\n\"",
    "a: b",
    "- a",
    "# no",
    "1_000",
    "0x1F",
    ".inf",
    "=",
    "<<",
    "http://a:80",
    "a #b",
    "99999999999",
    "-1",
    "10s",
    "podlint",
];

/// Lines that matter wherever they stand.
const LINES: &[&str] = &[
    "---",
    "--- # next",
    "...",
    "# comment",
    "# podlint: ignore[unknown-field]",
    "# fuzz: patch",
    "# fuzz: 1.25",
    "",
    "  ",
    "\t",
    "<<: *a",
    "- a",
    "-",
    "? a",
    ": b",
    "$patch: delete",
    "kind: List",
    "items:",
    "kind: Pod",
    "apiVersion: v1",
    "apiVersion: apps/v1",
    "kind: Deployment",
    "spec:",
    "template:",
    "metadata:",
    "%YAML 1.1",
];

/// Changes a manifest in one to four ways, now and then in more. Text that is no UTF-8 stays as it
/// is.
pub fn mutate(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(bytes) else { return bytes.to_vec() };
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let most = if chance.below(8) == 0 { 20 } else { 4 };
    for _ in 0..=chance.below(most) {
        once(&mut lines, chance);
        if lines.is_empty() {
            lines.push(String::new());
        }
    }
    lines.join("\n").into_bytes()
}

fn once(lines: &mut Vec<String>, chance: &mut Chance) {
    let at = chance.below(lines.len());
    match chance.below(26) {
        0..=4 => carry(lines, at, chance),
        5 => {
            let block: Vec<String> = lines.get(block(lines, at)).map(<[String]>::to_vec).unwrap_or_default();
            let there = chance.below(lines.len() + 1);
            lines.splice(there..there, block);
        }
        6 => drop(lines.drain(block(lines, at))),
        7 => {
            lines.remove(at);
        }
        8 => {
            let other = chance.below(lines.len());
            lines.swap(at, other);
        }
        9 | 10 => with_key(lines, at, |key| misspell(key, chance)),
        11 | 12 => with_key(lines, at, |_| chance.one(field_names()).copied().unwrap_or_default().to_owned()),
        13 => {
            let range = block(lines, at);
            shift(lines, range, chance);
        }
        14 => shift(lines, at..at + 1, chance),
        15 | 16 => with_value(lines, at, |_| chance.one(VALUES).copied().unwrap_or_default().to_owned()),
        17 => with_value(lines, at, |value| match chance.below(8) {
            0 => format!("[{value}]"),
            1 => format!("{{{value}}}"),
            2 => format!("\"{value}\""),
            3 => format!("'{value}'"),
            4 => format!("{value} # comment"),
            5 => format!("&a {value}"),
            6 => value.trim_matches(['"', '\'', '[', ']', '{', '}']).to_owned(),
            _ => format!("!!str {value}"),
        }),
        18 => flow(lines, at, chance),
        19 => dash(lines, at, chance),
        20 => wrap(lines, at, chance),
        21 => {
            let line = chance.one(LINES).copied().unwrap_or_default();
            let pad = chance.below(3) * indent(lines.get(at).map_or("", String::as_str));
            lines.insert(at, format!("{}{line}", " ".repeat(pad.min(40))));
        }
        22 => line_ends(lines, chance),
        23 => quote_key(lines, at, chance),
        24 => comment(lines, at, chance),
        _ => entry(lines, at, chance),
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The line, and the lines below it that are indented more.
fn block(lines: &[String], at: usize) -> std::ops::Range<usize> {
    let own = lines.get(at).map_or(0, |line| indent(line));
    let deeper = |line: &&String| line.trim().is_empty() || indent(line) > own || line.trim_start().starts_with("- ");
    let more = lines.iter().skip(at + 1).take_while(deeper).count();
    at..(at + 1 + more).min(lines.len())
}

/// Moves a block to another place, mostly indented as what stands there.
fn carry(lines: &mut Vec<String>, at: usize, chance: &mut Chance) {
    let taken: Vec<String> = lines.drain(block(lines, at)).collect();
    let there = chance.below(lines.len() + 1);
    let near = lines.get(there).or(lines.last()).map_or(0, |line| indent(line));
    let wanted = match chance.below(6) {
        0 => near + 2,
        1 => indent(taken.first().map_or("", String::as_str)),
        2 => near.saturating_sub(2),
        _ => near,
    };
    let own = taken.first().map_or(0, |line| indent(line));
    let moved: Vec<String> =
        taken.iter().map(|line| indented(line, (indent(line) + wanted).saturating_sub(own))).collect();
    lines.splice(there..there, moved);
}

fn indented(line: &str, indent: usize) -> String {
    format!("{}{}", " ".repeat(indent), line.trim_start_matches(' '))
}

fn shift(lines: &mut [String], range: std::ops::Range<usize>, chance: &mut Chance) {
    let by = chance.one(&[-4_isize, -2, -2, -1, 1, 2, 2, 4]).copied().unwrap_or_default();
    for line in lines.get_mut(range).unwrap_or_default() {
        *line = indented(line, indent(line).saturating_add_signed(by));
    }
    if chance.below(30) == 0
        && let Some(line) = lines.first_mut()
    {
        line.insert(0, '\t');
    }
}

/// Where the key of a line starts and ends.
fn key_of(line: &str) -> Option<std::ops::Range<usize>> {
    let start = line.len() - line.trim_start_matches([' ', '-']).len();
    let colon = start + line.get(start..)?.find(':')?;
    (start < colon).then_some(start..colon)
}

fn with_key(lines: &mut [String], at: usize, change: impl FnOnce(&str) -> String) {
    let Some(line) = lines.get_mut(at) else { return };
    let Some(range) = key_of(line) else { return };
    let new = change(line.get(range.clone()).unwrap_or_default());
    line.replace_range(range, &new);
}

fn with_value(lines: &mut [String], at: usize, change: impl FnOnce(&str) -> String) {
    let Some(line) = lines.get_mut(at) else { return };
    let start = key_of(line).map_or_else(|| indent(line), |key| key.end + 1);
    let value = line.split_off(start.min(line.len()));
    let new = change(value.trim());
    line.push(' ');
    line.push_str(&new);
}

fn misspell(key: &str, chance: &mut Chance) -> String {
    let mut chars: Vec<char> = key.chars().collect();
    if chars.is_empty() {
        return key.to_owned();
    }
    let at = chance.below(chars.len());
    match chance.below(7) {
        0 => drop(chars.remove(at)),
        1 => chars.insert(at, chars.get(at).copied().unwrap_or('s')),
        2 if at > 0 => chars.swap(at - 1, at),
        3 => chars.iter_mut().skip(at).take(1).for_each(|char| {
            *char = if char.is_ascii_uppercase() { char.to_ascii_lowercase() } else { char.to_ascii_uppercase() };
        }),
        4 => chars.push('s'),
        5 => chars.insert(at, '-'),
        _ => drop(chars.pop()),
    }
    chars.into_iter().collect()
}

/// Writes a block of plain entries or items between brackets.
fn flow(lines: &mut Vec<String>, at: usize, chance: &mut Chance) {
    let range = block(lines, at);
    let Some((first, rest)) = lines.get(range.clone()).and_then(<[String]>::split_first) else { return };
    if rest.is_empty() || !first.trim_end().ends_with(':') {
        return;
    }
    let is_list = rest.iter().all(|line| line.trim_start().starts_with("- "));
    let parts: Vec<&str> = rest
        .iter()
        .map(|line| line.trim())
        .filter(|line| !line.is_empty())
        .map(|line| line.strip_prefix("- ").filter(|_| is_list).unwrap_or(line))
        .collect();
    let (open, close) = if is_list { ('[', ']') } else { ('{', '}') };
    let gap = if chance.below(6) == 0 { ",\n    " } else { ", " };
    let line = format!("{} {open}{}{close}", first.trim_end(), parts.join(gap));
    lines.splice(range, line.split('\n').map(str::to_owned).collect::<Vec<_>>());
}

/// Makes a block an item, or no item any more.
fn dash(lines: &mut [String], at: usize, chance: &mut Chance) {
    let range = block(lines, at);
    let Some(line) = lines.get_mut(at) else { return };
    let own = indent(line);
    if line.trim_start().starts_with("- ") {
        *line = line.replacen("- ", if chance.below(2) == 0 { "  " } else { "" }, 1);
    } else if chance.below(2) == 0 {
        line.insert_str(own, "- ");
        for line in lines.get_mut(range.start + 1..range.end).unwrap_or_default() {
            line.insert_str(0, "  ");
        }
    } else if own >= 2 {
        line.replace_range(own - 2..own, "- ");
    }
}

/// Puts a block below a key of its own, or takes away the key above it.
fn wrap(lines: &mut Vec<String>, at: usize, chance: &mut Chance) {
    let range = block(lines, at);
    let own = lines.get(at).map_or(0, |line| indent(line));
    if chance.below(2) == 0 {
        let name = chance.one(field_names()).copied().unwrap_or_default();
        for line in lines.get_mut(range).unwrap_or_default() {
            line.insert_str(0, "  ");
        }
        lines.insert(at, format!("{}{name}:", " ".repeat(own)));
        return;
    }
    for line in lines.get_mut(range).unwrap_or_default() {
        *line = indented(line, indent(line).saturating_sub(2));
    }
    lines.remove(at);
}

fn line_ends(lines: &mut Vec<String>, chance: &mut Chance) {
    match chance.below(4) {
        0 => lines.iter_mut().filter(|line| !line.ends_with('\r')).for_each(|line| line.push('\r')),
        1 => lines.iter_mut().filter(|line| line.ends_with('\r')).for_each(|line| line.truncate(line.len() - 1)),
        2 if lines.last().is_some_and(String::is_empty) => drop(lines.pop()),
        _ => lines.push(String::new()),
    }
}

fn quote_key(lines: &mut [String], at: usize, chance: &mut Chance) {
    let kind = chance.below(5);
    with_key(lines, at, |key| match kind {
        0 => format!("\"{key}\""),
        1 => format!("'{key}'"),
        2 => format!("&a {key}"),
        3 => format!("? {key}\n"),
        _ => format!("{key} "),
    });
}

fn comment(lines: &mut Vec<String>, at: usize, chance: &mut Chance) {
    let Some(line) = lines.get_mut(at) else { return };
    let own = indent(line);
    match chance.below(5) {
        0 => line.push_str(" # why"),
        1 => line.push_str("  # podlint: ignore[misplaced-field]"),
        2 => lines.insert(at, format!("{}# above", " ".repeat(own))),
        3 => lines.insert(at, "# far left".to_owned()),
        _ => lines.insert(at, String::new()),
    }
}

/// A new entry beside a line.
fn entry(lines: &mut Vec<String>, at: usize, chance: &mut Chance) {
    let own = lines.get(at).map_or(0, |line| indent(line) + usize::from(line.trim_start().starts_with("- ")) * 2);
    let name = chance.one(field_names()).copied().unwrap_or_default();
    let value = chance.one(VALUES).copied().unwrap_or_default();
    let there = (at + chance.below(2)).min(lines.len());
    lines.insert(there, format!("{}{name}: {value}", " ".repeat(own)));
}
