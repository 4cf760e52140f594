//! Paths and the errors that reading them gives, in words.

use std::io;
use std::path::{Component, Path, PathBuf};

/// The path from the root of the file system, `.` and `..` resolved by name, links not followed.
pub fn absolute(folder: &Path, path: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for component in folder.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                whole.pop();
            }
            other => whole.push(other),
        }
    }
    whole
}

/// The path as it is shown: as it is, or as near to it as text can come.
pub fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// What went wrong, in the tone of podlint's own messages and without the system's number.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or_default();
            let mut letters = text.chars();
            letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_paths_have_no_dots() {
        let at = |path| absolute(Path::new("/a/b"), Path::new(path));
        assert_eq!(at("c.yaml"), Path::new("/a/b/c.yaml"));
        assert_eq!(at("./../c.yaml"), Path::new("/a/c.yaml"));
        assert_eq!(at("/x/./y/../c.yaml"), Path::new("/x/c.yaml"));
        assert_eq!(at("../../../../c.yaml"), Path::new("/c.yaml"));
    }

    #[test]
    fn reasons_are_plain_words() {
        assert_eq!(reason(&io::Error::from_raw_os_error(13)), "permission denied");
        assert_eq!(reason(&io::Error::from_raw_os_error(21)), "is a directory");
    }
}
