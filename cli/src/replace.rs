//! Replacing a file in one step: a reader sees the old text or the new one, never a part.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};

use crate::paths;

/// Replaces the content of the file, or of the file that a link leads to. Permissions stay.
pub fn replace(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let plain = |error: std::io::Error| anyhow::anyhow!(paths::reason(&error));
    let target = fs::canonicalize(path).map_err(plain)?;
    let metadata = fs::metadata(&target).map_err(plain)?;
    if !metadata.is_file() {
        bail!("not a regular file");
    }
    // A rename would get around both a file's own permissions and its owner.
    if metadata.permissions().readonly() {
        bail!("the file is read-only");
    }
    fs::OpenOptions::new().append(true).open(&target).map_err(plain)?;

    let folder = target.parent().unwrap_or(Path::new("/"));
    let in_folder = || format!("its folder {} cannot be written to", folder.display());
    let mut new =
        tempfile::Builder::new().prefix(".podlint-").tempfile_in(folder).map_err(plain).with_context(in_folder)?;
    new.write_all(bytes).map_err(plain)?;
    new.as_file().set_permissions(metadata.permissions()).map_err(plain)?;
    keep_owner(new.path(), &metadata);
    new.as_file().sync_all().map_err(plain)?;
    new.persist(&target).map_err(|error| plain(error.error)).with_context(in_folder)?;
    Ok(())
}

/// As far as the system lets: only an administrator may give files away.
#[cfg(unix)]
fn keep_owner(path: &Path, metadata: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, chown};
    let _ = chown(path, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_path: &Path, _metadata: &fs::Metadata) {}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn keeps_permissions_and_links() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pod.yaml");
        let link = folder.path().join("link.yaml");
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("pod.yaml", &link).unwrap();

        replace(&link, b"new").unwrap();

        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no temporary file is left");
    }

    #[test]
    fn refuses_what_is_read_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pod.yaml");
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
        let error = replace(&file, b"new").unwrap_err();
        assert_eq!(error.to_string(), "the file is read-only");
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
    }
}
