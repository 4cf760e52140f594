//! The objects of a huge List, one by one, so that never the whole of it is held.
//!
//! kubectl prints a List as `items:` at the start of a line, with each item behind `- ` at the start
//! of a line; as JSON, as the array `items` of the outermost object. Everything else is handed on as
//! whole documents.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use podlint_core::Document;
use podlint_core::yaml::Encoding;

/// The text of one object, or of a document that is no such List.
pub struct Item {
    /// YAML or JSON.
    pub text: String,
    /// It is JSON.
    pub json: bool,
    /// Lines of the file before it.
    pub line: usize,
}

impl Item {
    /// As core takes it.
    pub fn document(&self) -> Document<'_> {
        Document {
            text: &self.text,
            json: self.json,
            offset: 0,
            line: self.line,
            column: 0,
            index: 0,
            bad_separator: None,
            encoding: Encoding::Utf8,
        }
    }
}

/// Reads the objects of a file.
pub struct Items {
    source: Box<dyn BufRead + Send>,
    /// What stands outside `items`.
    outer: String,
    outer_line: usize,
    item: String,
    item_line: usize,
    inside: bool,
    line: usize,
    /// Lines before the first that is not blank.
    blank: usize,
    json: Option<JsonState>,
    ended: bool,
    ready: VecDeque<Item>,
    /// Of the line that is being looked at.
    buffer: String,
}

impl Items {
    /// Over a file.
    pub fn new(source: Box<dyn BufRead + Send>) -> Self {
        Self {
            source,
            outer: String::new(),
            outer_line: 0,
            item: String::new(),
            item_line: 0,
            inside: false,
            line: 0,
            blank: 0,
            json: None,
            ended: false,
            ready: VecDeque::new(),
            buffer: String::new(),
        }
    }

    fn take_item(&mut self, json: bool) -> Option<Item> {
        let text = std::mem::take(&mut self.item);
        (!text.trim().is_empty()).then_some(Item { text, json, line: self.item_line })
    }

    fn take_outer(&mut self, json: bool) -> Option<Item> {
        let text = std::mem::take(&mut self.outer);
        let line = std::mem::replace(&mut self.outer_line, self.line);
        (!text.trim().is_empty()).then_some(Item { text, json, line })
    }

    /// Takes in a line of YAML; an item that it ends, and a document.
    fn yaml(&mut self, line: &str) -> [Option<Item>; 2] {
        if line.starts_with("---") {
            let item = self.take_item(false);
            self.inside = false;
            return [item, self.take_outer(false)];
        }
        if self.inside {
            if let Some(rest) = line.strip_prefix("- ") {
                let item = self.take_item(false);
                self.item_line = self.line;
                self.item.push_str("  ");
                self.item.push_str(rest);
                return [item, None];
            }
            if line.starts_with([' ', '\n', '\r', '#']) {
                self.item.push_str(line);
                return [None, None];
            }
            self.inside = false;
            self.outer_line = self.line;
            let item = self.take_item(false);
            self.outer.push_str(line);
            return [item, None];
        }
        if line.trim_end() == "items:" {
            self.inside = true;
            // What stands before and behind the items still carries the stamp of a snapshot.
            return [None, self.take_outer(false)];
        }
        self.outer.push_str(line);
        [None, None]
    }
}

/// Where a JSON text is being read.
#[derive(Default)]
struct JsonState {
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// The last string of the outermost object.
    key: Vec<u8>,
    in_items: bool,
}

impl JsonState {
    /// In an item.
    const fn is_inside(&self) -> bool {
        self.in_items && self.depth >= 3
    }
}

impl Items {
    /// Takes in a line of JSON; the items and documents that end in it.
    fn json(&mut self, line: &str, state: &mut JsonState) -> Vec<Item> {
        let mut ended = Vec::new();
        // What was seen and not yet kept starts here; only at a byte of ASCII is the text cut.
        let mut kept = 0;
        for (at, byte) in line.bytes().enumerate() {
            if state.in_string {
                match byte {
                    _ if state.escaped => state.escaped = false,
                    b'\\' => state.escaped = true,
                    b'"' => state.in_string = false,
                    byte if state.depth == 1 => state.key.push(byte),
                    _ => {}
                }
                continue;
            }
            let was_inside = state.is_inside();
            match byte {
                b'"' => {
                    state.in_string = true;
                    if state.depth == 1 {
                        state.key.clear();
                    }
                }
                b'{' | b'[' => {
                    state.in_items |= byte == b'[' && state.depth == 1 && state.key == b"items";
                    state.depth += 1;
                    if state.is_inside() && !was_inside {
                        // Between items stand commas and white space.
                        kept = at;
                        self.item_line = self.line;
                    } else if state.in_items && state.depth == 2 {
                        self.outer.push_str(line.get(kept..=at).unwrap_or_default());
                        kept = at + 1;
                    }
                }
                b'}' | b']' => {
                    state.depth = state.depth.saturating_sub(1);
                    if was_inside && !state.is_inside() {
                        self.item.push_str(line.get(kept..=at).unwrap_or_default());
                        kept = at + 1;
                        ended.extend(self.take_item(true));
                    } else if state.in_items && state.depth == 1 {
                        state.in_items = false;
                        kept = at;
                    } else if state.depth == 0 && byte == b'}' {
                        self.outer.push_str(line.get(kept..=at).unwrap_or_default());
                        kept = at + 1;
                        ended.extend(self.take_outer(true));
                    }
                }
                _ => {}
            }
        }
        let rest = line.get(kept..).unwrap_or_default();
        if state.is_inside() {
            self.item.push_str(rest);
        } else if !state.in_items {
            self.outer.push_str(rest);
        }
        ended
    }
}

impl Iterator for Items {
    type Item = io::Result<Item>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(item) = self.ready.pop_front() {
            return Some(Ok(item));
        }
        while !self.ended {
            let mut line = std::mem::take(&mut self.buffer);
            line.clear();
            match self.source.read_line(&mut line) {
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
                Ok(0) => {
                    self.ended = true;
                    let json = self.json.is_some();
                    let last = [self.take_item(json), self.take_outer(json)];
                    self.ready.extend(last.into_iter().flatten());
                }
                Ok(_) => {
                    if self.json.is_none() && self.line == self.blank && line.trim_start().starts_with('{') {
                        self.json = Some(JsonState::default());
                    }
                    self.blank += usize::from(line.trim().is_empty());
                    if let Some(mut state) = self.json.take() {
                        let ended = self.json(&line, &mut state);
                        self.json = Some(state);
                        self.ready.extend(ended);
                    } else {
                        let ended = self.yaml(&line);
                        self.ready.extend(ended.into_iter().flatten());
                    }
                    self.line += 1;
                }
            }
            self.buffer = line;
            if let Some(item) = self.ready.pop_front() {
                return Some(Ok(item));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &'static str) -> Vec<(String, usize)> {
        let items = Items::new(Box::new(text.as_bytes()));
        items.map(|item| item.expect("no failure")).map(|item| (item.text, item.line)).collect()
    }

    #[test]
    fn items_of_a_yaml_list_come_one_by_one() {
        let text = "apiVersion: v1\nitems:\n- kind: Node\n  a: |\n    - x\n- kind: Pod\nkind: List\n---\nkind: Node\n";
        let expected = [
            ("apiVersion: v1\n", 0),
            ("  kind: Node\n  a: |\n    - x\n", 2),
            ("  kind: Pod\n", 5),
            ("kind: List\n", 6),
            ("kind: Node\n", 7),
        ];
        assert_eq!(items(text), expected.map(|(text, line)| (text.to_owned(), line)));
    }

    #[test]
    fn items_of_a_json_list_come_one_by_one() {
        let text = "{\"items\": [\n {\"a\": [\"}]\\\"\"]},\n {\"b\": {}}\n], \"kind\": \"List\"}\n";
        let expected = [("{\"a\": [\"}]\\\"\"]}", 1), ("{\"b\": {}}", 2), ("{\"items\": [], \"kind\": \"List\"}", 0)];
        assert_eq!(items(text), expected.map(|(text, line)| (text.to_owned(), line)));
        assert_eq!(items("{\"secrets\": [{\"a\": 1}]}").len(), 1);
    }
}
