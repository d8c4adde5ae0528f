//! Replacing a file, whole or not at all.

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Why a file was left as it was.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Somebody changed the file while docgen worked on it.
    #[error("changed on disk since it was read; left as it is")]
    Changed,
    /// The file may not be written.
    #[error("is read-only; left as it is")]
    ReadOnly,
    /// The file is a link to somewhere else.
    #[error("is a link to `{}`, outside of `{}`; left as it is", .target.display(), .root.display())]
    OutsideRoot {
        /// What the link points to.
        target: PathBuf,
        /// The folder that docgen writes in.
        root: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot be written: {0}")]
    Io(#[from] std::io::Error),
}

/// Replaces the file at `path` by `new` if it still holds `old`.
///
/// The new bytes go to a temporary file beside the target, reach the disk, take over its
/// permissions and are renamed over it, so that no reader and no crash ever meets half a file. A
/// link is followed to its target, which must lie below `root`.
pub fn replace(path: &Path, root: &Path, old: &[u8], new: &[u8]) -> Result<(), WriteError> {
    let target = writable(path, root)?;
    let permissions = std::fs::metadata(&target)?.permissions();
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new()
        .prefix(".docgen-")
        .suffix(".tmp")
        .tempfile_in(folder)?;
    temporary.write_all(new)?;
    temporary.as_file().set_permissions(permissions)?;
    temporary.as_file().sync_all()?;
    // The last look, as late as can be.
    if std::fs::read(&target)? != old {
        return Err(WriteError::Changed);
    }
    temporary
        .persist(&target)
        .map_err(|error| WriteError::Io(error.error))?;
    Ok(())
}

/// The file that a write to `path` would replace, or why it may not: asked before a request is
/// paid for whose answer could not be written.
pub fn writable(path: &Path, root: &Path) -> Result<PathBuf, WriteError> {
    let target = resolve(path, root)?;
    if std::fs::metadata(&target)?.permissions().readonly() {
        return Err(WriteError::ReadOnly);
    }
    Ok(target)
}

fn resolve(path: &Path, root: &Path) -> Result<PathBuf, WriteError> {
    if !std::fs::symlink_metadata(path)?.is_symlink() {
        return Ok(path.to_path_buf());
    }
    let target = path.canonicalize()?;
    let root = root.canonicalize()?;
    if target.starts_with(&root) {
        Ok(target)
    } else {
        Err(WriteError::OutsideRoot { target, root })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        std::fs::write(&path, "theirs").unwrap();
        let error = replace(&path, folder.path(), b"old", b"new").unwrap_err();
        assert!(matches!(error, WriteError::Changed));
        assert_eq!(std::fs::read(&path).unwrap(), b"theirs");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    #[cfg(unix)]
    fn permissions_stay_and_links_stay_links() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a.py"), folder.path().join("b.py"));
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        replace(&link, folder.path(), b"old", b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o755
        );
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[test]
    #[cfg(unix)]
    fn a_link_out_of_the_root_is_not_followed() {
        let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (path, link) = (outside.path().join("a.py"), inside.path().join("b.py"));
        std::fs::write(&path, "old").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let error = replace(&link, inside.path(), b"old", b"new").unwrap_err();
        assert!(matches!(error, WriteError::OutsideRoot { .. }));
    }
}
