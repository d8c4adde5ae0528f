//! Replacing a file, whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::attributes::carry_over;
use crate::store::ContentHash;

/// How the names of temporary files begin and end.
const TEMPORARY: &str = ".docgen-";
const SUFFIX: &str = ".tmp";

/// Why a file was left as it was.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// Somebody changed the file while docgen worked on it.
    #[error("changed on disk since it was read; left as it is")]
    Changed,
    /// The file may not be written.
    #[error("is read-only; left as it is")]
    ReadOnly,
    /// The folder takes no new file, and a file is replaced by a new one.
    #[error("is in a folder that may not be written to, so it cannot be replaced; left as it is")]
    ReadOnlyFolder,
    /// The file has other names, which would keep the old text.
    #[error("has {0} hard links, and replacing it would part them; left as it is")]
    HardLinks(u64),
    /// The file, or a folder on the way to it, is a link to somewhere else.
    #[error("is `{}`, by a link that leads outside of `{}`; left as it is", .target.display(), .root.display())]
    OutsideRoot {
        /// Where the file is.
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
/// The new bytes go to a temporary file beside the target, take over its owner, permissions and
/// extended attributes, reach the disk and are renamed over it, so that no reader, no crash and no
/// full disk ever leaves half a file. A link is followed to its target, which must lie below `root`.
pub fn replace(path: &Path, root: &Path, old: &[u8], new: &[u8]) -> Result<(), WriteError> {
    let target = writable(path, root)?;
    let original = File::open(&target)?;
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut temporary = replacement_of(&target, folder, new)?;
    temporary.write_all(new)?;
    carry_over(&original, temporary.as_file())?;
    temporary.as_file().sync_all()?;
    // The last look, as late as can be.
    if std::fs::read(&target)? != old {
        return Err(WriteError::Changed);
    }
    temporary
        .persist(&target)
        .map_err(|error| WriteError::Io(error.error))?;
    // The new name is to outlive a crash too; where a file system cannot promise it, the file is
    // whole all the same.
    #[cfg(unix)]
    if let Ok(folder) = File::open(folder) {
        _ = folder.sync_all();
    }
    Ok(())
}

/// The file that stands beside `target` until it replaces it by content of this hash. It has the same
/// name whenever the same is done, so that what a killed process left of it can be found.
#[must_use]
pub fn temporary_beside(target: &Path, content: ContentHash) -> PathBuf {
    let name = target.file_name().unwrap_or_default().as_encoded_bytes();
    let hash = ContentHash::of(&[name, content.as_bytes()]);
    target.with_file_name(format!("{TEMPORARY}{hash}{SUFFIX}"))
}

/// An empty file to take the place of `target`.
fn replacement_of(
    target: &Path,
    folder: &Path,
    new: &[u8],
) -> std::io::Result<tempfile::NamedTempFile> {
    let path = temporary_beside(target, ContentHash::of(&[new]));
    let name = path.file_name().unwrap_or_default();
    let mut builder = tempfile::Builder::new();
    match builder.prefix(name).rand_bytes(0).tempfile_in(folder) {
        // Whose it is cannot be known here; where there is no lock another process may be writing it.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let prefix = format!("{TEMPORARY}{}-", std::process::id());
            let mut builder = tempfile::Builder::new();
            builder.prefix(&prefix).suffix(SUFFIX).tempfile_in(folder)
        }
        created => created,
    }
}

/// Removes the temporary files that [`publish`] left in `folder` when this process was killed.
pub fn remove_temporaries(folder: &Path, pid: u32) {
    let prefix = format!("{TEMPORARY}{pid}-");
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && name.starts_with(&prefix) && name.ends_with(SUFFIX) {
            // It does no harm where it is.
            _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Writes a report to `path`, whole or not at all; folders on the way are made, and what stood there
/// is replaced with its permissions kept.
///
/// A link is followed wherever it leads: the user named the place. What is no file, such as a
/// device or a pipe, is written to as it is.
pub fn publish(path: &Path, data: &[u8]) -> std::io::Result<()> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let existing = std::fs::metadata(&target).ok();
    if existing.as_ref().is_some_and(|kind| !kind.is_file()) {
        return std::fs::write(&target, data);
    }
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder)?;
    let mut temporary = temporary_in(folder)?;
    temporary.write_all(data)?;
    if let Some(existing) = existing {
        temporary
            .as_file()
            .set_permissions(existing.permissions())?;
    }
    temporary.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// A new file beside the one it is to replace, as readable as a program's files usually are.
fn temporary_in(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    let prefix = format!("{TEMPORARY}{}-", std::process::id());
    builder.prefix(&prefix).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The process's umask is taken off by the system.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// The file that a write to `path` would replace, or why it may not: asked before a request is
/// paid for whose answer could not be written.
pub fn writable(path: &Path, root: &Path) -> Result<PathBuf, WriteError> {
    let target = resolve(path, root)?;
    let metadata = std::fs::metadata(&target)?;
    if metadata.permissions().readonly() {
        return Err(WriteError::ReadOnly);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        if metadata.nlink() > 1 {
            return Err(WriteError::HardLinks(metadata.nlink()));
        }
    }
    #[cfg(unix)]
    if let Some(folder) = target.parent() {
        use rustix::fs::{Access, AtFlags, CWD, accessat};
        use rustix::io::Errno;
        let wanted = Access::WRITE_OK | Access::EXEC_OK;
        if let Err(Errno::ACCESS | Errno::ROFS) = accessat(CWD, folder, wanted, AtFlags::EACCESS) {
            return Err(WriteError::ReadOnlyFolder);
        }
    }
    // A rename asks the folder only; the file itself, or its file system, may still say no.
    match OpenOptions::new().write(true).open(&target) {
        Ok(_) => Ok(target),
        Err(error) => match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                Err(WriteError::ReadOnly)
            }
            _ => Err(error.into()),
        },
    }
}

/// Where `path` leads, all links on the way followed; that must be below `root`.
fn resolve(path: &Path, root: &Path) -> Result<PathBuf, WriteError> {
    let (target, root) = (path.canonicalize()?, root.canonicalize()?);
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
    fn a_report_is_readable_and_keeps_links_and_permissions() {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let folder = tempfile::tempdir().unwrap();
        let (path, usual) = (folder.path().join("new/a.svg"), folder.path().join("usual"));
        std::fs::write(&usual, "").unwrap();
        publish(&path, b"one").unwrap();
        assert_eq!(mode(&path), mode(&usual));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let link = folder.path().join("link.svg");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        publish(&link, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(mode(&path), 0o640);
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        publish(Path::new("/dev/null"), b"three").unwrap();
        assert!(publish(folder.path(), b"four").is_err());
    }

    #[test]
    #[cfg(unix)]
    fn a_link_out_of_the_root_is_not_followed() {
        let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (path, link) = (outside.path().join("a.py"), inside.path().join("b.py"));
        let folder = inside.path().join("folder");
        std::fs::write(&path, "old").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        std::os::unix::fs::symlink(outside.path(), &folder).unwrap();
        let around = folder.join("../").join(outside.path().file_name().unwrap());
        for path in [link, folder.join("a.py"), around.join("a.py")] {
            let error = replace(&path, inside.path(), b"old", b"new").unwrap_err();
            assert!(matches!(error, WriteError::OutsideRoot { .. }), "{error}");
        }
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
    }

    #[test]
    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    fn extended_attributes_stay() {
        use rustix::fs::{XattrFlags, getxattr, setxattr};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        std::fs::write(&path, "old").unwrap();
        if let Err(error) = setxattr(&path, "user.reviewed", b"yes", XattrFlags::empty()) {
            eprintln!("skipped: the file system has no extended attributes: {error}");
            return;
        }
        replace(&path, folder.path(), b"old", b"new").unwrap();
        let mut value = [0; 8];
        let length = getxattr(&path, "user.reviewed", &mut value).unwrap();
        assert_eq!(&value[..length], b"yes");
    }
}
