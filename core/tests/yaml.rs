//! The YAML reader against the recorded answers of Go, and on hostile input.
//!
//! `go-yaml-probes.jsonl` holds what `sigs.k8s.io/yaml` 1.6 makes of a text, lenient and strict;
//! `streams.jsonl` what the reader of kubectl (`NewYAMLOrJSONDecoder`) makes of a stream.
#![allow(clippy::disallowed_methods)] // Tests read their data.
#![allow(clippy::format_push_string, clippy::format_collect, reason = "speed is not what tests are about")]

#[path = "yaml/go.rs"]
mod go;

use podlint_core::yaml::{Chunk, Encoding, Kind, NodeId, Splitter, Style, SyntaxError, Tree, decode, encode, split};
use serde_json::Value;

fn recorded(name: &str) -> Vec<Value> {
    let path = format!("{}/../testdata/yaml/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// For what is nested so deep that printing it needs more than a test's stack.
fn on_a_large_stack(test: fn()) {
    std::thread::Builder::new().stack_size(256 << 20).spawn(test).unwrap().join().unwrap();
}

#[test]
fn reads_as_go_does() {
    on_a_large_stack(|| {
        let probes = recorded("go-yaml-probes.jsonl");
        let mut wrong = Vec::new();
        for probe in &probes {
            let case = probe["case"].as_str().unwrap();
            let text = "a: é\n";
            let bytes = match (probe["input"].as_str(), case) {
                (Some(input), _) => input.as_bytes().to_vec(),
                (None, "struct:utf16le") => encode(text, Encoding::Utf16Le),
                (None, "struct:utf16be") => encode(text, Encoding::Utf16Be),
                (None, "struct:latin1") => b"a: \xE9\n".to_vec(),
                (None, _) => panic!("{case} has no input"),
            };
            for (field, strict) in [("go", false), ("go_strict", true)] {
                let theirs = probe[field].as_str().unwrap();
                let ours = match decode(&bytes) {
                    Ok((text, _)) => go::answer(&text, strict),
                    Err(error) => format!("ERR {error}"),
                };
                if !go::agree(&ours, theirs) {
                    wrong.push(format!("{case} ({field})\n  go:   {theirs}\n  ours: {ours}"));
                }
            }
        }
        assert!(probes.len() >= 700, "only {} probes", probes.len());
        assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), probes.len(), wrong.join("\n"));
    });
}

/// The document as Go's JSON, or why there is none. kubectl's reader ends every line, so a missing
/// line break at the end is added.
fn document(chunk: &Chunk<'_>) -> Result<Value, String> {
    if chunk.bad_separator.is_some() {
        return Err("bad separator".to_owned());
    }
    let text = format!("{}\n", chunk.text);
    let tree = if chunk.json { Tree::parse_json(&text) } else { Tree::parse(&text) };
    tree.map(|tree| serde_json::from_str(&go::json(&tree)).unwrap()).map_err(|error| error.message)
}

#[test]
fn splits_as_kubectl_does() {
    for stream in recorded("streams.jsonl") {
        let input = stream["input"].as_str().unwrap();
        let chunks: Vec<Chunk<'_>> = split(input).collect();
        let ours: Vec<_> = chunks.iter().map(document).collect();
        let theirs: Vec<Value> = stream["docs"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|text| match text.as_str().unwrap() {
                "" => Value::Null,
                text => serde_json::from_str(text).unwrap(),
            })
            .collect();
        for (index, theirs) in theirs.iter().enumerate() {
            assert_eq!(ours.get(index), Some(&Ok(theirs.clone())), "{input:?}");
            assert_eq!(chunks[index].index, index);
        }
        if stream["error"] == "" {
            assert_eq!(ours.len(), theirs.len(), "{input:?}");
        } else {
            // Before a bad separator kubectl drops the document that ends there as well.
            let next_is_bad = chunks.get(theirs.len() + 1).is_some_and(|chunk| chunk.bad_separator.is_some());
            assert!(next_is_bad || ours.get(theirs.len()).is_some_and(Result::is_err), "{input:?}: {ours:?}");
        }
    }
}

#[test]
fn chunks_and_separators_are_the_whole_text() {
    for stream in recorded("streams.jsonl") {
        let input = stream["input"].as_str().unwrap();
        let mut end = 0;
        let mut lead = false;
        for chunk in split(input) {
            let between = &input[end..chunk.offset];
            assert!(between.trim().is_empty() || between.starts_with("---"), "{between:?} in {input:?}");
            lead |= between.trim().is_empty() && !between.is_empty();
            assert_eq!(chunk.text, &input[chunk.offset..chunk.offset + chunk.text.len()]);
            assert_eq!(chunk.line, input[..chunk.offset].matches('\n').count());
            end = chunk.offset + chunk.text.len();
        }
        let rest = &input[end..];
        assert!(rest.is_empty() || rest.starts_with("---") && rest.lines().count() == 1, "{rest:?} of {input:?}");
        assert!(!lead || input.contains(['\t', '\u{A0}']), "{input:?}");
    }
}

#[test]
fn the_splitter_gives_what_split_gives() {
    for stream in recorded("streams.jsonl") {
        let input = stream["input"].as_str().unwrap();
        let whole: Vec<Chunk<'_>> = split(input).collect();
        for size in [1, 2, 3, 7, 64, 5000] {
            let mut splitter = Splitter::new();
            let mut chunks = Vec::new();
            for part in input.as_bytes().chunks(size) {
                splitter.push(part);
                chunks.extend(std::iter::from_fn(|| splitter.next()));
            }
            splitter.finish();
            chunks.extend(std::iter::from_fn(|| splitter.next()));
            let parts: Vec<_> = chunks.iter().map(|chunk| chunk.chunk().unwrap()).collect();
            assert_eq!(parts, whole, "{input:?} in parts of {size}");
        }
    }
}

#[test]
fn a_chunk_that_is_not_utf8_says_where() {
    let mut splitter = Splitter::new();
    splitter.push(b"a: 1\n---\nb: \xE9\n---\nc: 3\n");
    splitter.finish();
    let chunks: Vec<_> = std::iter::from_fn(|| splitter.next()).collect();
    let offsets: Vec<_> = chunks.iter().map(|chunk| chunk.chunk().map_err(|error| error.offset).err()).collect();
    assert_eq!(offsets, [None, Some(12), None]);
}

/// Every node as `kind style text`, indented by depth.
fn outline(text: &str) -> String {
    let tree = Tree::parse(text).unwrap();
    let mut out = String::new();
    for id in nodes(&tree) {
        let depth = std::iter::successors(tree.parent(id), |&id| tree.parent(id)).count();
        let span = tree.span(id);
        let text = &text[span.start as usize..span.end as usize];
        let before = &tree.text()[tree.full_start(id) as usize..span.start as usize];
        let (indent, kind, style) = ("  ".repeat(depth), tree.kind(id), tree.style(id));
        out += &format!("{indent}{kind:?} {style:?} {before:?} {text:?} at {}\n", span.start);
    }
    out
}

fn nodes(tree: &Tree<'_>) -> Vec<NodeId> {
    let mut all = Vec::new();
    let mut todo: Vec<NodeId> = tree.root().into_iter().collect();
    while let Some(id) = todo.pop() {
        all.push(id);
        todo.extend(tree.children(id).collect::<Vec<_>>().into_iter().rev());
    }
    assert_eq!(all.len(), tree.len());
    assert!(all.is_sorted());
    all
}

#[test]
fn spans() {
    let text = "a: &x !!str 'b'\nc:\n- 1\n-\n- - d\nf: |  # g\n  h\n\n  i\n\n\nj: [k, {l: m}, ? q]\no: *x\np:\n";
    let expected = r#"Mapping BlockCollection "" "a: &x !!str 'b'\nc:\n- 1\n-\n- - d\nf: |  # g\n  h\n\n  i\n\n\nj: [k, {l: m}, ? q]\no: *x\np:" at 0
  String Plain "" "a" at 0
  String SingleQuoted "&x !!str " "'b'" at 12
  String Plain "" "c" at 16
  Sequence BlockCollection "" "- 1\n-\n- - d" at 19
    Integer Plain "" "1" at 21
    Null Empty "" "" at 24
    Sequence BlockCollection "" "- d" at 27
      String Plain "" "d" at 29
  String Plain "" "f" at 31
  String Literal "" "|  # g\n  h\n\n  i" at 34
  String Plain "" "j" at 52
  Sequence FlowCollection "" "[k, {l: m}, ? q]" at 55
    String Plain "" "k" at 56
    Mapping FlowCollection "" "{l: m}" at 59
      String Plain "" "l" at 60
      String Plain "" "m" at 63
    Mapping FlowCollection "" "? q" at 67
      String Plain "" "q" at 69
      Null Empty "" "" at 70
  String Plain "" "o" at 72
  Alias Plain "" "*x" at 75
  String Plain "" "p" at 78
  Null Empty "" "" at 80
"#;
    let found = outline(text);
    assert!(found == expected, "{found}");
    let tree = Tree::parse(text).unwrap();
    let comments: Vec<_> = tree.comments().iter().map(|span| &text[span.start as usize..span.end as usize]).collect();
    assert_eq!(comments, ["# g"]);
    let anchored = NodeId::index(nodes(&tree)[2]);
    assert_eq!(anchored, 2);
    assert_eq!(tree.anchor(nodes(&tree)[2]), Some("x"));
    assert_eq!(tree.tag(nodes(&tree)[2]), Some("!!str"));
}

#[test]
fn fields_of_merged_and_repeated_keys() {
    let text = "b: &b {x: 1, z: 2}\nm:\n  a: 1\n  x: 0\n  <<: *b\n  z: 3\n  a: 2\n";
    let tree = Tree::parse(text).unwrap();
    let root = tree.fields(tree.root().unwrap());
    let fields = tree.fields(root[1].value);
    let found: Vec<_> = fields
        .iter()
        .map(|field| (&*field.name, tree.integer(field.value).unwrap(), field.merged, field.shadowed))
        .collect();
    assert_eq!(
        found,
        [
            ("a", 1, false, true),
            ("x", 0, false, true),
            ("x", 1, true, false),
            ("z", 3, false, false),
            ("a", 2, false, false)
        ]
    );
    assert_eq!(tree.duplicates().len(), 3);
}

fn refused(text: &str) -> SyntaxError {
    match Tree::parse(text) {
        Ok(tree) => panic!("{:?} was read, with {} nodes", &text[..text.len().min(60)], tree.len()),
        Err(error) => error,
    }
}

#[test]
fn errors_say_where() {
    for (text, offset, part) in [
        ("a:\n\tb: 1\n", 3, "tab"),
        ("a: [1, 2\n", 3, "never closed"),
        ("a: 'x\n", 3, "never closed"),
        ("a: b: c\n", 4, "`:`"),
        ("a: \"\\q\"\n", 4, "escape"),
        ("a: *x\n", 3, "`&x`"),
        ("a: &x {b: *x}\n", 10, "never end"),
        ("a: @x\n", 3, "quotes"),
        ("a: \u{1}\n", 3, "U+0001"),
        ("a: .inf\n", 3, "infinity"),
        ("[a]: b\n", 0, "cannot be a key"),
        ("a: 1\n?\n: b\n", 6, "empty or null"),
        ("a: {<<: 1}\n", 8, "`<<`"),
        ("a: !!int b\n", 3, "tag"),
    ] {
        let error = refused(text);
        assert!(error.offset == offset && error.message.contains(part), "{text:?}: {error:?}");
    }
    assert_eq!(Tree::parse_json("{\"a\": 'b'}").unwrap_err().offset, 6);
}

#[test]
fn json_is_read_as_json() {
    let text =
        r#" {"a": "\u00e9\ud83d\ude00\ud800\/", "b": [1, -0, 1.5, 1e3, 9223372036854775808], "yes": null, "b": true} "#;
    let tree = Tree::parse_json(text).unwrap();
    assert_eq!(go::json(&tree), r#"{"a":"é😀�/","b":true,"yes":null}"#);
    let list = tree.entries(tree.root().unwrap()).nth(1).unwrap().1;
    let kinds: Vec<_> = tree.items(list).map(|id| tree.kind(id)).collect();
    assert_eq!(kinds, [Kind::Integer, Kind::Integer, Kind::Float, Kind::Float, Kind::Float]);
    for wrong in
        ["", "{", "{\"a\":1,}", "[1,]", "01", "1.", "+1", "nul", "\"\t\"", "{} {}", "{a:1}", "\"\\x\"", "1e400"]
    {
        assert!(Tree::parse_json(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn depth_is_limited_and_costs_no_stack() {
    let deep = |open: &str, count, close: &str| format!("{}{}\n", open.repeat(count), close.repeat(count));
    assert_eq!(refused(&deep("[", 100_000, "]")).offset, 10_000);
    assert_eq!(refused(&deep("{a: ", 100_000, "}")).offset, 40_000);
    assert_eq!(refused(&deep("- ", 100_000, "")).offset, 20_000);
    refused(&deep("? ", 100_000, ""));
    refused(&deep("[", 5_000, ""));
    assert_eq!(Tree::parse(&deep("[", 10_000, "]")).unwrap().len(), 10_000);
    assert_eq!(Tree::parse(&deep("- ", 9_999, "")).unwrap().len(), 10_000);
    assert!(Tree::parse_json(&deep("[", 100_000, "]")).is_err());
    assert_eq!(Tree::parse_json(&deep("[", 10_000, "]")).unwrap().len(), 10_000);
}

#[test]
fn large_inputs_are_read() {
    let keys: String = (0..200_000).map(|i| format!("k{i}: {i}\n")).collect();
    let tree = Tree::parse(&keys).unwrap();
    assert_eq!(tree.fields(tree.root().unwrap()).len(), 200_000);
    assert!(tree.duplicates().is_empty());

    let lines = format!("a: |\n{}", "  some text\n".repeat(100_000));
    let tree = Tree::parse(&lines).unwrap();
    let value = tree.fields(tree.root().unwrap())[0].value;
    assert_eq!(tree.style(value), Style::Literal);
    assert_eq!(tree.string(value).len(), 10 * 100_000);

    for (open, many) in [("a: \"", "x\n"), ("a: '", "x''\n"), ("a: [", "x,"), ("a: {", "x,")] {
        assert_eq!(refused(&format!("{open}{}", many.repeat(200_000))).offset, 3);
    }
    assert_eq!(Tree::parse(&format!("[{}]", "a,".repeat(500_000))).unwrap().len(), 500_001);
    assert_eq!(Tree::parse(&"\n".repeat(1_000_000)).unwrap().root(), None);
    refused(&format!("a: 1\n{}b: 2\n", " ".repeat(1_000_000)));
    assert_eq!(split(&"---\n".repeat(100_000)).count(), 50_000);
}

#[test]
fn aliases_cannot_explode() {
    let list = "x,".repeat(50_000);
    assert!(refused(&format!("a: &a [{list}]\nb: [{}]\n", "*a,".repeat(1000))).message.contains("expand"));
    assert!(Tree::parse(&format!("a: &a [{list}]\nb: [*a, *a, *a]\n")).is_ok());
    for first in ["[l, l]", "{l: l}"] {
        let mut laughs = format!("a0: &a0 {first}\n");
        for i in 1..60 {
            let (item, before) =
                (["*a".to_owned(), (i - 1).to_string()].concat(), if first == "[l, l]" { "" } else { "<<: " });
            let list = vec![item; 9].join(", ");
            let (open, close) = if before.is_empty() { ("", "") } else { ("{", "}") };
            laughs += &format!("a{i}: &a{i} {open}{before}[{list}]{close}\n");
        }
        assert!(refused(&laughs).message.contains("expand"));
    }
    let anchors: String = (0..50_000).map(|i| format!("k{i}: &a{i} 1\nl{i}: *a{i}\n")).collect();
    assert_eq!(Tree::parse(&anchors).unwrap().len(), 200_001);
}
