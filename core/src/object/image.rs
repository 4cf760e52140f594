//! Image references, as the kubelet reads them.
//!
//! Source: `ParseImageName` in `pkg/util/parsers` (1.37), which is `ParseNormalizedNamed` of
//! `github.com/distribution/reference` (0.6).

/// Longest name, without the registry.
const LONGEST_NAME: usize = 255;
const LONGEST_TAG: usize = 128;

/// Why the kubelet cannot read a reference, in the words of the library it uses; none where it can.
pub(crate) fn problem(image: &str) -> Option<String> {
    if image.len() == 64 && image.bytes().all(|byte| matches!(byte, b'a'..=b'f' | b'0'..=b'9')) {
        return Some(format!("invalid repository name ({image}), cannot specify 64-byte hexadecimal strings"));
    }
    let (domain, rest) = split_domain(image);
    let rest = rest.as_str();
    let remote = rest.split(':').next().unwrap_or_default();
    if remote.chars().any(char::is_uppercase) {
        return Some(format!("invalid reference format: repository name ({remote}) must be lowercase"));
    }
    if !is_reference(&domain, rest) {
        let is_lower = is_reference(&domain.to_lowercase(), &rest.to_lowercase());
        return Some(
            if is_lower { "repository name must be lowercase" } else { "invalid reference format" }.to_owned(),
        );
    }
    let (named, digest) = parted(rest, '@');
    let (name, _) = parted(named, ':');
    let before = if is_domain(&domain) { 0 } else { domain.len() + 1 };
    if before + name.len() > LONGEST_NAME {
        return Some(format!("repository name must not be more than {LONGEST_NAME} characters"));
    }
    digest.and_then(unsupported_digest)
}

/// The tag of a reference: `latest` where it has neither tag nor digest; none where it has only a
/// digest, or cannot be read.
pub(crate) fn tag(image: &str) -> Option<&str> {
    if problem(image).is_some() {
        return None;
    }
    let (named, digest) = parted(image, '@');
    let (_, tag) = parted(named.rsplit('/').next().unwrap_or_default(), ':');
    tag.or_else(|| digest.is_none().then_some("latest"))
}

/// Source: `ReferenceRegexp` in `github.com/distribution/reference` (0.6).
fn is_reference(domain: &str, rest: &str) -> bool {
    let (named, digest) = parted(rest, '@');
    let (name, tag) = parted(named, ':');
    // What is no registry may still be the first part of the name.
    (is_domain(domain) || is_component(domain))
        && name.split('/').all(is_component)
        && tag.is_none_or(is_tag)
        && digest.is_none_or(is_digest)
}

fn parted(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, behind)| (before, Some(behind)))
}

/// The registry, which is Docker Hub where none is named, and the rest.
fn split_domain(image: &str) -> (String, String) {
    const HUB: &str = "docker.io";
    let (domain, rest) = match image.split_once('/') {
        Some(("index.docker.io", rest)) => (HUB, rest),
        Some((first, rest))
            if first == "localhost" || first.contains(['.', ':']) || first.chars().any(char::is_uppercase) =>
        {
            (first, rest)
        }
        _ => (HUB, image),
    };
    let prefix = if domain == HUB && !rest.contains('/') { "library/" } else { "" };
    (domain.to_owned(), format!("{prefix}{rest}"))
}

fn is_domain(domain: &str) -> bool {
    if let Some((address, port)) = domain.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let is_address = !address.is_empty() && address.chars().all(|c| c.is_ascii_hexdigit() || c == ':');
        return is_address && port.strip_prefix(':').map_or(port.is_empty(), is_port);
    }
    let (host, port) = parted(domain, ':');
    host.split('.').all(is_host_part) && port.is_none_or(is_port)
}

fn is_port(port: &str) -> bool {
    !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_host_part(part: &str) -> bool {
    !part.is_empty()
        && !part.starts_with('-')
        && !part.ends_with('-')
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Lower-case words joined by a period, one or two underscores or any number of dashes.
fn is_component(component: &str) -> bool {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let mut joints = component.split(is_word).filter(|joint| !joint.is_empty());
    component.starts_with(is_word)
        && component.ends_with(is_word)
        && joints.all(|joint| matches!(joint, "." | "_" | "__") || joint.bytes().all(|byte| byte == b'-'))
}

fn is_tag(tag: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    tag.len() <= LONGEST_TAG && tag.starts_with(is_word) && tag.chars().all(|c| is_word(c) || c == '.' || c == '-')
}

fn is_digest(digest: &str) -> bool {
    let Some((algorithm, encoded)) = digest.split_once(':') else { return false };
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    algorithm.split(['-', '_', '+', '.']).all(is_part)
        && encoded.len() >= 32
        && encoded.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Source: `Digest.Validate` in `github.com/opencontainers/go-digest` (1.0).
fn unsupported_digest(digest: &str) -> Option<String> {
    let (algorithm, encoded) = digest.split_once(':')?;
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ if algorithm.bytes().any(|byte| byte.is_ascii_uppercase()) => {
            return Some("invalid checksum digest format".to_owned());
        }
        _ => return Some("unsupported digest algorithm".to_owned()),
    };
    if encoded.len() != length {
        return Some("invalid checksum digest length".to_owned());
    }
    let is_lower = encoded.bytes().all(|byte| matches!(byte, b'a'..=b'f' | b'0'..=b'9'));
    (!is_lower).then(|| "invalid checksum digest format".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn references_are_read_as_the_kubelet_reads_them() {
        let recorded = include_str!("../../../testdata/upstream/images.jsonl");
        for line in recorded.lines() {
            let case: Value = serde_json::from_str(line).expect("a record");
            let image = case["image"].as_str().expect("an image");
            assert_eq!(problem(image).as_deref(), case["error"].as_str(), "{image}");
        }
    }
}
