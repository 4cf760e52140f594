//! When an image name means the newest image. Source: `pkg/util/parsers` (1.37) and what it reads
//! names with, `github.com/distribution/reference` 0.6 (`normalize.go`, `regexp.go`).

const LONGEST_PATH: usize = 255;
const LONGEST_TAG: usize = 128;

/// The policy to pull an image with where none is written: `Always` for the tag `latest`, written
/// or meant, otherwise `IfNotPresent`; a name that cannot be read has no tag.
pub(super) fn pull_policy(image: &str) -> &'static str {
    if tag(image).is_some_and(|tag| tag == "latest") { "Always" } else { "IfNotPresent" }
}

/// The tag of an image name: `latest` where it has neither tag nor digest; none where it only has a
/// digest, or is no image name.
fn tag(image: &str) -> Option<&str> {
    if image.len() == 64 && image.bytes().all(is_lower_hex) {
        return None;
    }
    let (domain, rest) = split_domain(image);
    let (named, digest) = match rest.split_once('@') {
        Some((named, digest)) => (named, Some(digest)),
        None => (rest, None),
    };
    let last = named.rfind('/').map_or(0, |slash| slash + 1);
    let colon = named.bytes().skip(last).position(|byte| byte == b':').map(|at| last + at);
    let (path, tag) = match colon.and_then(|colon| named.split_at_checked(colon)) {
        Some((path, tag)) => (path, tag.strip_prefix(':')),
        None => (named, None),
    };
    let prefix = match domain {
        // A first part that no host can be named is a part of the path.
        Some(domain) if !is_domain(domain) => is_component(domain).then(|| domain.len() + 1)?,
        None | Some("docker.io" | "index.docker.io") if !path.contains('/') => "library/".len(),
        _ => 0,
    };
    let readable = prefix + path.len() <= LONGEST_PATH
        && path.split('/').all(is_component)
        && tag.is_none_or(is_tag)
        && digest.is_none_or(is_digest);
    readable.then(|| tag.or_else(|| digest.is_none().then_some("latest"))).flatten()
}

/// The domain that a name starts with, if it has one, and the rest.
fn split_domain(image: &str) -> (Option<&str>, &str) {
    match image.split_once('/') {
        Some((domain, rest))
            if domain == "localhost" || domain.contains(['.', ':']) || domain.to_lowercase() != domain =>
        {
            (Some(domain), rest)
        }
        _ => (None, image),
    }
}

fn is_domain(domain: &str) -> bool {
    let (host, port) = match domain.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, "")) => return is_address(address),
        Some((address, port)) => match port.strip_prefix(':') {
            Some(port) => return is_address(address) && is_port(port),
            None => return false,
        },
        None => domain.split_once(':').map_or((domain, None), |(host, port)| (host, Some(port))),
    };
    let is_label = |label: &str| {
        let bytes = label.as_bytes();
        bytes.first().is_some_and(u8::is_ascii_alphanumeric)
            && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    };
    host.split('.').all(is_label) && port.is_none_or(is_port)
}

fn is_address(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':')
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Lower case letters and digits, with `.`, `_`, `__` or any number of `-` between them.
fn is_component(component: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = |byte: Option<u8>| byte.is_some_and(is_plain);
    let separators = component.split(|letter: char| letter.is_ascii() && is_plain(letter as u8));
    ends(component.bytes().next())
        && ends(component.bytes().next_back())
        && separators.into_iter().all(|it| matches!(it, "" | "." | "_" | "__") || it.bytes().all(|byte| byte == b'-'))
}

fn is_tag(tag: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    tag.len() <= LONGEST_TAG
        && tag.bytes().next().is_some_and(is_word)
        && tag.bytes().all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'))
}

fn is_digest(digest: &str) -> bool {
    let Some((algorithm, hex)) = digest.split_once(':') else { return false };
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => return false,
    };
    hex.len() == length && hex.bytes().all(is_lower_hex)
}

fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}
