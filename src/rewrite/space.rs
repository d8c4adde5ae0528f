//! How much room there is to write.

use std::path::Path;

/// Bytes that this user may still write to the file system of `folder`; `None` where it does not say.
#[must_use]
#[cfg(unix)]
pub fn free_space(folder: &Path) -> Option<u64> {
    let system = rustix::fs::statvfs(folder).ok()?;
    Some(system.f_bavail.saturating_mul(system.f_frsize))
}

/// Bytes that this user may still write to the file system of `folder`; `None` where it does not say.
#[must_use]
#[cfg(not(unix))]
pub fn free_space(_folder: &Path) -> Option<u64> {
    None
}
