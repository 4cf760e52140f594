//! What the API server wants a text to look like, and its words where it does not.
//! Source: `k8s.io/apimachinery/pkg/util/validation` and `pkg/api/validate/content` (1.37).

/// A form of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    /// One part of a DNS name.
    Label,
    /// A DNS name.
    Subdomain,
    /// A label's key, and whatever is named like one.
    QualifiedName,
    /// A label's value.
    LabelValue,
    /// The name of a port.
    PortName,
    /// The name of an environment variable.
    Variable,
    /// A key of a `ConfigMap` or Secret.
    ConfigKey,
    /// The name of an HTTP header.
    Header,
    /// A path that stays below where it begins.
    DescendingPath,
    /// Likewise, and it does not begin with `..`.
    ReservedPath,
    /// A DNS name whose parts may hold `_`.
    SearchPath,
    /// What a kernel parameter is called.
    Sysctl,
    /// A percentage.
    Percent,
    /// What may stand in a URL.
    PathSegment,
    /// A DNS name that begins with `*.`.
    Wildcard,
}

const LABEL: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const NAME: &str = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const NAME_WORDS: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
                          alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for \
                          validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const SUBDOMAIN_BYTES: usize = 253;
const LABEL_BYTES: usize = 63;

impl Format {
    /// What is wrong with a text, in the server's words.
    pub(crate) fn faults(self, text: &str) -> Vec<String> {
        match self {
            Self::Label => label(text),
            Self::Subdomain => subdomain(text),
            Self::QualifiedName => qualified_name(text),
            Self::LabelValue => label_value(text),
            Self::PortName => port_name(text),
            Self::Variable => variable(text),
            Self::ConfigKey => config_key(text),
            Self::Header => header(text),
            Self::DescendingPath => descending_path(text),
            Self::ReservedPath => reserved_path(text),
            Self::SearchPath => search_path(text),
            Self::Sysctl => sysctl(text),
            Self::Percent => percent(text),
            Self::PathSegment => path_segment(text),
            Self::Wildcard => wildcard(text),
        }
    }

    /// What it looks like, for people.
    pub(crate) const fn help(self) -> &'static str {
        match self {
            Self::Label => "use at most 63 lower-case letters, digits and `-`, with a letter or digit at both ends",
            Self::Subdomain => {
                "use at most 253 lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part"
            }
            Self::QualifiedName => {
                "use at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends; a DNS name and `/` may stand before it"
            }
            Self::LabelValue => {
                "use at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends; or leave it empty"
            }
            Self::PortName => {
                "use at most 15 lower-case letters, digits and single `-`, at least one letter among them"
            }
            Self::Variable => "use printable ASCII characters other than `=`",
            Self::ConfigKey => "use letters, digits, `-`, `_` and `.`",
            Self::Header => "use letters, digits and `-`",
            Self::DescendingPath | Self::ReservedPath => "write a path without a leading `/` and without `..`",
            Self::SearchPath => {
                "use at most 253 lower-case letters, digits, `-`, `_` and `.`, with a letter or digit at the end of each part"
            }
            Self::Sysctl => "use lower-case letters, digits, `-` and `_`, in parts between `.` or `/`",
            Self::Percent => "write a whole number, or a percentage such as `25%`",
            Self::PathSegment => "leave `/` and `%` out",
            Self::Wildcard => "write `*.` and a DNS name",
        }
    }
}

fn at_most(text: &str, bytes: usize, faults: &mut Vec<String>) {
    if text.len() > bytes {
        faults.push(format!("must be no more than {bytes} characters"));
    }
}

/// Letters or digits at both ends, these between.
fn is_framed(bytes: &[u8], end: impl Fn(u8) -> bool, between: impl Fn(u8) -> bool) -> bool {
    bytes.first().is_some_and(|byte| end(*byte))
        && bytes.last().is_some_and(|byte| end(*byte))
        && bytes.iter().all(|byte| between(*byte))
}

const fn is_lower(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

fn is_label(text: &[u8]) -> bool {
    is_framed(text, is_lower, |byte| is_lower(byte) || byte == b'-')
}

fn are_labels(text: &str) -> bool {
    text.as_bytes().split(|byte| *byte == b'.').all(is_label)
}

fn is_name(text: &str) -> bool {
    is_framed(
        text.as_bytes(),
        |byte| byte.is_ascii_alphanumeric(),
        |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'),
    )
}

fn label(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    at_most(text, LABEL_BYTES, &mut faults);
    if !is_label(text.as_bytes()) {
        faults.push(if are_labels(text) {
            "must not contain dots".to_owned()
        } else {
            format!(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start \
                 and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is \
                 '{LABEL}')"
            )
        });
    }
    faults
}

fn subdomain(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    at_most(text, SUBDOMAIN_BYTES, &mut faults);
    if !are_labels(text) {
        faults.push(format!(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must \
             start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
             '{LABEL}(\\.{LABEL})*')"
        ));
    }
    faults
}

fn qualified_name(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    // Nearly every text is a short name, which is told without looking for its parts.
    if text.len() <= LABEL_BYTES && is_name(text) {
        return faults;
    }
    let name = match text.split_once('/') {
        None => text,
        Some((_, name)) if name.contains('/') => {
            return vec![format!(
                "a valid label key {NAME_WORDS} with an optional DNS subdomain prefix and '/' (e.g. \
                 'example.com/MyName')"
            )];
        }
        Some((prefix, name)) => {
            if prefix.is_empty() {
                faults.push("prefix part must be non-empty".to_owned());
            } else {
                if prefix.len() > SUBDOMAIN_BYTES {
                    faults.push(format!("prefix part must be no more than {SUBDOMAIN_BYTES} bytes"));
                }
                let rest = subdomain(prefix).into_iter().filter(|fault| !fault.starts_with("must be no more"));
                faults.extend(rest.map(|fault| format!("prefix part {fault}")));
            }
            name
        }
    };
    if name.is_empty() {
        faults.push("name part must be non-empty".to_owned());
    } else if name.len() > LABEL_BYTES {
        faults.push(format!("name part must be no more than {LABEL_BYTES} bytes"));
    }
    if !is_name(name) {
        faults.push(format!("name part {NAME_WORDS}"));
    }
    faults
}

fn label_value(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if text.len() > LABEL_BYTES {
        faults.push(format!("must be no more than {LABEL_BYTES} bytes"));
    }
    if !text.is_empty() && !is_name(text) {
        faults.push(format!(
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must \
             start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used \
             for validation is '({NAME})?')"
        ));
    }
    faults
}

fn port_name(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    at_most(text, 15, &mut faults);
    let rest = [
        (
            text.is_empty() || !text.bytes().all(|byte| is_lower(byte) || byte == b'-'),
            "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
        ),
        (!text.bytes().any(|byte| byte.is_ascii_lowercase()), "must contain at least one letter (a-z)"),
        (text.contains("--"), "must not contain consecutive hyphens"),
        (text.starts_with('-') || text.ends_with('-'), "must not begin or end with a hyphen"),
    ];
    faults.extend(rest.into_iter().filter(|it| it.0).map(|it| it.1.to_owned()));
    faults
}

fn variable(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if text.is_empty() {
        faults.push("environment variable name must be non-empty".to_owned());
    }
    if !text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'=') {
        let words = "a valid environment variable name must consist only of printable ASCII characters other than '='";
        faults.push(words.to_owned());
    }
    faults
}

fn config_key(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    at_most(text, SUBDOMAIN_BYTES, &mut faults);
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if text.is_empty() || !text.bytes().all(is_part) {
        faults.push(
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or \
             'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
                .to_owned(),
        );
    }
    match text {
        "." => faults.push("must not be '.'".to_owned()),
        ".." => faults.push("must not be '..'".to_owned()),
        _ if text.starts_with("..") => faults.push("must not start with '..'".to_owned()),
        _ => {}
    }
    faults
}

fn header(text: &str) -> Vec<String> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Vec::new();
    }
    vec![
        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for \
         validation is '[-A-Za-z0-9]+')"
            .to_owned(),
    ]
}

/// Source: `IsDNS1123SubdomainWithUnderscore`.
fn search_path(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    at_most(text, SUBDOMAIN_BYTES, &mut faults);
    let is_part = |part: &str| {
        is_framed(part.strip_prefix('_').unwrap_or(part).as_bytes(), is_lower, |byte| {
            is_lower(byte) || matches!(byte, b'-' | b'_')
        })
    };
    if !text.split('.').all(is_part) {
        let part = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
        faults.push(format!(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and \
             must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
             '{part}(\\.{part})*')"
        ));
    }
    faults
}

/// Source: `IsValidSysctlName` in `pkg/apis/core/validation`.
fn sysctl(text: &str) -> Vec<String> {
    let is_part =
        |part: &str| is_framed(part.as_bytes(), is_lower, |byte| is_lower(byte) || matches!(byte, b'-' | b'_'));
    if text.len() <= SUBDOMAIN_BYTES && text.split(['.', '/']).all(is_part) {
        return Vec::new();
    }
    let part = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
    vec![format!("must have at most {SUBDOMAIN_BYTES} characters and match regex ^({part}[\\./])*{part}$")]
}

/// Source: `validateLocalDescendingPath` in `pkg/apis/core/validation`.
fn descending_path(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if text.starts_with('/') {
        faults.push("must be a relative path".to_owned());
    }
    faults.extend(steps_back(text).map(str::to_owned));
    faults
}

/// Source: `ValidateLocalNonReservedPath`.
fn reserved_path(text: &str) -> Vec<String> {
    let mut faults = descending_path(text);
    if text.starts_with("..") && !text.starts_with("../") {
        faults.push("must not start with '..'".to_owned());
    }
    faults
}

/// Source: `IsPathSegmentName` in `k8s.io/apimachinery/pkg/api/validate/content`.
fn path_segment(text: &str) -> Vec<String> {
    if matches!(text, "." | "..") {
        return vec![format!("may not be '{text}'")];
    }
    let illegal = ["/", "%"].into_iter().filter(|part| text.contains(part));
    illegal.map(|part| format!("may not contain '{part}'")).collect()
}

/// Source: `IsWildcardDNS1123Subdomain`.
fn wildcard(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    at_most(text, SUBDOMAIN_BYTES, &mut faults);
    if !text.strip_prefix("*.").is_some_and(are_labels) {
        faults.push(format!(
            "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist \
             of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. \
             '*.example.com', regex used for validation is '\\*\\.{LABEL}(\\.{LABEL})*')"
        ));
    }
    faults
}

/// The server's words for a path that goes up. Source: `validatePathNoBacksteps`.
pub(crate) fn steps_back(path: &str) -> Option<&'static str> {
    path.split('/').any(|part| part == "..").then_some("must not contain '..'")
}

fn percent(text: &str) -> Vec<String> {
    let digits = text.strip_suffix('%').unwrap_or_default();
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    vec![
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used \
         for validation is '[0-9]+%')"
            .to_owned(),
    ]
}
