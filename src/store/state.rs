//! The state folder, `.docgen`, which keeps itself out of git.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The folder's name at the project's root.
const FOLDER: &str = ".docgen";

/// The state folder of the project at `root`, whether it is there or not.
#[must_use]
pub fn state_folder(root: &Path) -> PathBuf {
    root.join(FOLDER)
}

/// Where a file of this name is kept for the project at `root`.
pub(super) fn file(root: &Path, name: &str) -> PathBuf {
    state_folder(root).join(name)
}

/// Replaces a file of the folder, whole or not at all. The folder is made if it is not there.
pub(super) fn write(root: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    make_folder(root)?;
    let folder = state_folder(root);
    // Named by its process, so that what a killed one left can be told.
    let prefix = format!(".docgen-{}-", std::process::id());
    let mut builder = tempfile::Builder::new();
    let mut file = builder
        .prefix(&prefix)
        .suffix(".tmp")
        .tempfile_in(&folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(folder.join(name))
        .map_err(|error| error.error)?;
    Ok(())
}

/// A time as the folder's files have it: seconds since 1970.
pub(super) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// Makes the folder if it is not there.
pub(super) fn make_folder(root: &Path) -> io::Result<()> {
    let folder = state_folder(root);
    std::fs::create_dir_all(&folder)?;
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        std::fs::write(&ignore, "*\n")?;
    }
    Ok(())
}
