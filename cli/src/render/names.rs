//! How files, objects and foreign words are written for people.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use podlint_core::ObjectReport;
use podlint_core::finding::Finding;

use crate::report::DocumentReport;

/// Characters of a word of the input that are worth showing: a key of 1 MB says no more.
const LONGEST: usize = 600;

/// The object for people: `Deployment shop/web`. Without a kind it is called an object, without a
/// name it has none.
pub fn object(object: &ObjectReport) -> String {
    let kind = object.kind.as_deref().filter(|kind| !kind.is_empty()).unwrap_or("object");
    let name = object.name.as_deref().unwrap_or_default();
    let text = match object.namespace.as_deref().filter(|namespace| !namespace.is_empty()) {
        _ if name.is_empty() => kind.to_owned(),
        Some(namespace) => format!("{kind} {namespace}/{name}"),
        None => format!("{kind} {name}"),
    };
    plain(&text).into_owned()
}

/// The object at this position, or the whole document where a finding belongs to none.
pub fn place(document: &DocumentReport<'_>, position: Option<usize>) -> String {
    match position.and_then(|position| document.report.objects.get(position)) {
        Some(found) => object(found),
        None => format!("document {}", document.index + 1),
    }
}

/// What a finding says: what is wrong, and what to do.
pub fn said(finding: &Finding, between: &str) -> String {
    match &finding.help {
        Some(help) => format!("{}{between}{}", finding.message, help.trim_end()),
        None => finding.message.clone(),
    }
}

/// The character as it may be shown. What would steer a terminal, or hide, becomes visible.
pub const fn visible(char: char) -> char {
    match char {
        // The pictures of the control characters stand in their order.
        '\0'..='\u{1f}' => match char::from_u32(0x2400 + char as u32) {
            Some(picture) => picture,
            None => char::REPLACEMENT_CHARACTER,
        },
        '\u{7f}' => '\u{2421}',
        // More controls, marks of writing direction, and blanks without width.
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200b}'
        | '\u{200e}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => char::REPLACEMENT_CHARACTER,
        _ => char,
    }
}

/// One line of text that is safe to print, and not too long.
pub fn plain(text: &str) -> Cow<'_, str> {
    let harmless = |char| visible(char) == char;
    if text.len() <= LONGEST && text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    let mut chars = text.chars();
    let mut short: String = chars.by_ref().take(LONGEST).map(visible).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    Cow::Owned(short)
}

/// How reports for other programs name files: relative to the working folder where they are below
/// it, without `./`, with `/` between folders.
pub struct Paths {
    working_folder: Option<PathBuf>,
}

impl Paths {
    /// Paths seen from the working folder of this process.
    pub fn new() -> Self {
        Self { working_folder: std::env::current_dir().ok() }
    }

    /// The file's name in a report.
    pub fn relative(&self, file: &str) -> String {
        let below = self.working_folder.as_ref().and_then(|folder| {
            let below = Path::new(file).strip_prefix(folder).ok()?;
            below.to_str().filter(|below| !below.is_empty())
        });
        let mut name = below.unwrap_or(file);
        while let Some(rest) = name.strip_prefix("./") {
            name = rest.trim_start_matches('/');
        }
        if cfg!(windows) { name.replace('\\', "/") } else { name.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture;

    #[test]
    fn objects_are_named_by_what_they_have() {
        let mut web = fixture::object("apps/v1", "Deployment", Some("shop"), Some("web"));
        assert_eq!(object(&web), "Deployment shop/web");
        web.namespace = None;
        assert_eq!(object(&web), "Deployment web");
        web.name = None;
        assert_eq!(object(&web), "Deployment");
        web.kind = None;
        assert_eq!(object(&web), "object");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(plain("a\u{1b}[31m\nb"), "a␛[31m␊b");
        assert_eq!(plain("\u{202e}txt"), "\u{fffd}txt");
        assert_eq!(plain("größe 😀"), "größe 😀");
        assert_eq!(plain(&"x".repeat(1_000_000)).chars().count(), LONGEST + 1);
    }

    #[test]
    fn files_are_seen_from_the_working_folder() {
        let paths = Paths { working_folder: Some(PathBuf::from("/home/me/shop")) };
        assert_eq!(paths.relative("/home/me/shop/k8s/a.yaml"), "k8s/a.yaml");
        assert_eq!(paths.relative("/home/me/other/a.yaml"), "/home/me/other/a.yaml");
        assert_eq!(paths.relative("./k8s/a.yaml"), "k8s/a.yaml");
        assert_eq!(paths.relative("<stdin>"), "<stdin>");
    }
}
