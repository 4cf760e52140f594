//! Reading: bytes to text, text to documents, documents to trees.

use std::collections::HashSet;

use podlint_core::yaml::{
    Chunk, Kind, NodeId, OwnedChunk, Span, Splitter, Style, SyntaxError, Tree, decode, encode, split,
};

use super::require;

/// Any bytes.
pub fn read(bytes: &[u8]) {
    let whole = fed(bytes, || bytes.len());
    let mut random = bytes
        .iter()
        .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3));
    let by_chance = fed(bytes, || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 59) as usize + 1
    });
    require(whole == by_chance, "a splitter depends on how it is fed", || format!("{whole:?}\n{by_chance:?}"));
    for size in [1, 3] {
        let by_size = fed(bytes, || size);
        require(whole == by_size, "a splitter depends on how it is fed", || format!("{whole:?}\n{by_size:?}"));
    }

    let (text, encoding) = match decode(bytes) {
        Ok(decoded) => decoded,
        Err(error) => {
            require(error.offset <= bytes.len(), "an encoding error points behind the file", || format!("{error:?}"));
            return;
        }
    };
    require(encode(&text, encoding) == bytes, "decoding loses something", || format!("{encoding:?}"));
    chunks(&text);
    trees(&text);
    for chunk in split(&text).filter(|chunk| chunk.text.len() < text.len()) {
        trees(chunk.text);
    }
}

/// What a splitter makes of bytes that come in pieces of these sizes.
fn fed(bytes: &[u8], mut size: impl FnMut() -> usize) -> Vec<OwnedChunk> {
    let mut splitter = Splitter::new();
    let mut chunks = Vec::new();
    let mut left = bytes;
    while !left.is_empty() {
        let (piece, rest) = left.split_at(size().clamp(1, left.len()));
        splitter.push(piece);
        chunks.extend(std::iter::from_fn(|| splitter.next()));
        left = rest;
    }
    splitter.finish();
    chunks.extend(std::iter::from_fn(|| splitter.next()));
    chunks
}

/// The chunks of a text stand in it, in order, and nothing but separators and white space is lost.
fn chunks(text: &str) {
    let given: Vec<Chunk<'_>> = split(text).collect();
    let fed = fed(text.as_bytes(), || text.len());
    require(fed.len() == given.len(), "a splitter gives other chunks than `split`", || format!("{given:?}\n{fed:?}"));
    let mut behind = 0;
    for (index, (chunk, owned)) in given.iter().zip(&fed).enumerate() {
        require(Ok(chunk) == owned.chunk().as_ref(), "a splitter gives other chunks than `split`", || {
            format!("{chunk:?}\n{owned:?}")
        });
        let end = chunk.offset + chunk.text.len();
        let lines = text.get(..chunk.offset).map(|before| before.matches('\n').count());
        require(
            chunk.index == index
                && chunk.offset >= behind
                && text.get(chunk.offset..end) == Some(chunk.text)
                && lines == Some(chunk.line),
            "a chunk does not stand where it says",
            || format!("{chunk:?}"),
        );
        lost(text, behind, chunk.offset);
        if let Some(span) = chunk.bad_separator {
            inside(chunk.text, span, "a bad separator's span");
        }
        behind = end;
    }
    lost(text, behind, text.len());
}

/// What lies between chunks is a separator with at most a comment, or white space.
fn lost(text: &str, start: usize, end: usize) {
    let between = text.get(start..end).unwrap_or("?");
    let behind = between.trim_start().strip_prefix("---").unwrap_or(between).trim_start();
    require(behind.is_empty() || behind.starts_with('#'), "splitting loses something", || format!("{between:?}"));
}

/// Both readers on one text.
fn trees(text: &str) {
    for parsed in [Tree::parse(text), Tree::parse_json(text)] {
        match parsed {
            Ok(parsed) => tree(&parsed),
            Err(error) => refusal(text, &error),
        }
    }
}

fn refusal(text: &str, error: &SyntaxError) {
    let at = Span { start: error.offset, end: error.offset };
    inside(text, at, "a syntax error's place");
    require(!error.message.is_empty(), "a syntax error says nothing", String::new);
    if let Some((span, _)) = &error.related {
        inside(text, *span, "a syntax error's second place");
    }
}

fn inside(text: &str, span: Span, what: &str) {
    let holds = text.get(span.start as usize..span.end as usize).is_some();
    require(holds, &format!("{what} is not in the text"), || format!("{span:?} of {}", text.len()));
}

/// A tree's nodes stand inside their parents, and can be asked everything.
fn tree(tree: &Tree<'_>) {
    let text = tree.text();
    require(tree.is_empty() == tree.root().is_none(), "an empty tree has a root", String::new);
    require(tree.len() <= 2 * text.len() + 4, "there are more nodes than the text can hold", || {
        format!("{} nodes, {} bytes", tree.len(), text.len())
    });
    let mut seen = 0;
    let mut left: Vec<NodeId> = tree.root().into_iter().collect();
    while let Some(node) = left.pop() {
        seen += 1;
        place(tree, node);
        value(tree, node);
        left.extend(tree.children(node));
    }
    require(seen == tree.len(), "nodes are not reached from the root", || format!("{seen} of {}", tree.len()));
    // A mapping that is merged in twice repeats its own keys.
    let merges = tree.text().contains("<<");
    for (key, first) in tree.duplicates() {
        require(merges || key != first, "a key is its own duplicate", || format!("{key:?}"));
    }
    let mut behind = 0;
    for comment in tree.comments() {
        inside(text, *comment, "a comment's span");
        let comment_text = text.get(comment.start as usize..comment.end as usize).unwrap_or_default();
        require(comment.start >= behind, "comments are out of order", || format!("{comment:?}"));
        require(comment_text.starts_with('#') && !comment_text.contains('\n'), "a comment is none", || {
            format!("{comment_text:?}")
        });
        behind = comment.end;
    }
}

fn place(tree: &Tree<'_>, node: NodeId) {
    let text = tree.text();
    let span = tree.span(node);
    let whole = Span { start: tree.full_start(node), end: span.end };
    inside(text, span, "a node's span");
    inside(text, whole, "a node's full span");
    require(whole.start <= span.start, "a node starts before its properties", || format!("{whole:?} {span:?}"));
    require(
        (span.start == span.end) == (tree.style(node) == Style::Empty),
        "an empty span is not an absent value",
        || format!("{span:?} {:?} {:?}", tree.kind(node), tree.style(node)),
    );
    let mut behind = span.start;
    for child in tree.children(node) {
        let inner = tree.span(child);
        require(tree.parent(child) == Some(node), "a child has another parent", || format!("{span:?} {inner:?}"));
        require(tree.full_start(child) >= behind && inner.end <= span.end, "a child stands outside its parent", || {
            format!("parent {span:?}, child {inner:?} from {}, behind {behind}", tree.full_start(child))
        });
        behind = inner.end;
    }
}

fn value(tree: &Tree<'_>, node: NodeId) {
    let target = tree.target(node);
    let kind = tree.kind(target);
    require(kind != Kind::Alias, "an alias stands for an alias", || format!("{:?}", tree.span(node)));
    let string = tree.string(node);
    let name = tree.name(node);
    let details = || format!("{kind:?} {string:?} {name:?} at {:?}", tree.span(node));
    require(tree.boolean(node).is_some() == (kind == Kind::Bool), "a boolean has no value", details);
    require(tree.integer(node).is_some() == (kind == Kind::Integer), "an integer has no value", details);
    let is_number = matches!(kind, Kind::Integer | Kind::Float);
    require(tree.float(node).is_some() == is_number, "a number has no value", details);
    if let Some(value) = tree.integer(node) {
        require((-(1 << 63)..1 << 64).contains(&value), "an integer is too large", details);
    }
    let (anchor, tag) = (tree.anchor(node), tree.tag(node));
    require(anchor.is_none_or(|name| !name.is_empty()), "an anchor has no name", details);
    require(tag.is_none_or(|tag| tag.starts_with('!')), "a tag has no `!`", details);
    let _ = tree.is_merge(node);
    let mut names = HashSet::new();
    for field in tree.fields(node).into_iter().filter(|field| !field.shadowed) {
        require(names.insert(field.name.clone()), "two fields have one name", || field.name.clone().into_owned());
    }
}
