//! What a file carries besides its bytes: its owner, its permissions, its extended attributes.

use std::fs::File;
use std::io;

/// Gives `copy` the permissions of `original`.
#[cfg(not(unix))]
pub(super) fn carry_over(original: &File, copy: &File) -> io::Result<()> {
    copy.set_permissions(original.metadata()?.permissions())
}

/// Gives `copy` the owner, the group, the extended attributes (access control lists are among
/// them) and the permissions of `original`.
///
/// Only a superuser can leave a file to somebody else: what another user may write becomes theirs,
/// as with any editor.
#[cfg(unix)]
pub(super) fn carry_over(original: &File, copy: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
    let (from, to) = (original.metadata()?, copy.metadata()?);
    let owner = (from.uid() != to.uid()).then_some(from.uid());
    let group = (from.gid() != to.gid()).then_some(from.gid());
    let mut mode = from.mode() & 0o7777;
    if fchown(copy, owner, group).is_err() {
        // To run as its owner is not for its new owner to give.
        mode &= 0o1777;
        if fchown(copy, None, group).is_err() {
            // Another group gets no more than everybody had.
            mode &= !0o070 | (mode & 0o007) << 3;
        }
    }
    extended::copy(original, copy);
    // Last: a change of owner takes permissions away.
    copy.set_permissions(std::fs::Permissions::from_mode(mode))
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
mod extended {
    use std::ffi::CString;
    use std::fs::File;

    use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fremovexattr, fsetxattr};
    use rustix::io::Result;

    /// Extended attributes are at most this long, each and their names together.
    const MAX_BYTES: usize = 64 * 1024;

    /// As far as the file systems and the user's rights allow.
    pub(super) fn copy(original: &File, copy: &File) {
        let (Ok(wanted), Ok(inherited)) = (names(original), names(copy)) else {
            return;
        };
        for name in inherited.iter().filter(|name| !wanted.contains(name)) {
            _ = fremovexattr(copy, name.as_c_str());
        }
        for name in &wanted {
            let mut value = Vec::with_capacity(MAX_BYTES);
            let room = rustix::buffer::spare_capacity(&mut value);
            if fgetxattr(original, name.as_c_str(), room).is_ok() {
                _ = fsetxattr(copy, name.as_c_str(), &value, XattrFlags::empty());
            }
        }
    }

    fn names(file: &File) -> Result<Vec<CString>> {
        let mut list = Vec::with_capacity(MAX_BYTES);
        flistxattr(file, rustix::buffer::spare_capacity(&mut list))?;
        let names = list
            .split(|byte| *byte == 0)
            .filter(|name| !name.is_empty());
        Ok(names.filter_map(|name| CString::new(name).ok()).collect())
    }
}

#[cfg(all(
    unix,
    not(any(target_os = "linux", target_os = "android", target_vendor = "apple"))
))]
mod extended {
    use std::fs::File;

    /// Nothing that one way of asking would find on all of these systems.
    pub(super) fn copy(_original: &File, _copy: &File) {}
}
