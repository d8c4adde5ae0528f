//! One docgen at a time changes the files of a project: `.docgen/lock`, a lock of the operating
//! system's, which a process that dies leaves free.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::state;

const FILE: &str = "lock";

/// The file says who holds it in so many bytes at most.
const MAX_BYTES: u64 = 16 * 1024;

/// Who holds the lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The process.
    pub pid: u32,
    /// The machine that it runs on, where that is known.
    pub host: Option<String>,
    /// Since when, in seconds since 1970.
    pub since: u64,
    /// How it was called, without secrets.
    pub command: String,
}

impl Holder {
    /// This process.
    #[must_use]
    pub fn this_process(command: String, now: SystemTime) -> Self {
        let since = now.duration_since(SystemTime::UNIX_EPOCH);
        Self {
            pid: std::process::id(),
            host: host(),
            since: since.map_or(0, |since| since.as_secs()),
            command,
        }
    }
}

/// What came of asking for the lock.
#[derive(Debug)]
pub enum Locked {
    /// It is this process's.
    Held(Lock),
    /// Another process has it; who, if that can be read.
    Taken(Option<Holder>),
    /// There are no locks here.
    Unavailable(io::Error),
}

/// The lock, held until it is dropped or the process ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
    /// Who held it last, if that process did not let go of it by itself.
    pub left_by: Option<Holder>,
}

impl Lock {
    /// Asks for the lock of the project at `root`, without waiting.
    #[must_use]
    pub fn ask(root: &Path, holder: &Holder) -> Locked {
        let opened = state::make_folder(root).and_then(|()| {
            OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(state::file(root, FILE))
        });
        let mut file = match opened {
            Ok(file) => file,
            Err(error) => return Locked::Unavailable(error),
        };
        match file.try_lock() {
            Ok(()) => {
                let left_by = read(&file);
                if let Err(error) = announce(&mut file, holder) {
                    tracing::debug!("the lock's holder cannot be written: {error}");
                }
                Locked::Held(Self { file, left_by })
            }
            Err(TryLockError::WouldBlock) => Locked::Taken(read(&file)),
            Err(TryLockError::Error(error)) => Locked::Unavailable(error),
        }
    }

    /// Whether a process is at work in the project at `root`.
    #[must_use]
    pub fn is_taken(root: &Path) -> bool {
        let Ok(file) = File::open(state::file(root, FILE)) else {
            return false;
        };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // What names its holder while nobody holds it would mislead.
        _ = self.file.set_len(0);
        _ = self.file.unlock();
    }
}

fn announce(file: &mut File, holder: &Holder) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(&serde_json::to_vec(holder)?)
}

fn read(file: &File) -> Option<Holder> {
    let mut text = Vec::new();
    // On Windows what is locked cannot be read.
    file.take(MAX_BYTES).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

fn host() -> Option<String> {
    #[cfg(unix)]
    let name = Some(
        rustix::system::uname()
            .nodename()
            .to_string_lossy()
            .into_owned(),
    );
    #[cfg(not(unix))]
    let name = std::env::var("COMPUTERNAME").ok();
    name.filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder() -> Holder {
        Holder::this_process("docgen run".to_owned(), SystemTime::now())
    }

    #[test]
    fn one_holds_it_and_others_are_told_who() {
        let root = tempfile::tempdir().unwrap();
        assert!(!Lock::is_taken(root.path()));
        let Locked::Held(lock) = Lock::ask(root.path(), &holder()) else {
            panic!("it is free")
        };
        assert!(Lock::is_taken(root.path()));
        let Locked::Taken(other) = Lock::ask(root.path(), &holder()) else {
            panic!("it is taken")
        };
        if cfg!(unix) {
            assert_eq!(other.unwrap().pid, std::process::id());
        }
        assert_eq!(lock.left_by, None);
        drop(lock);
        assert!(!Lock::is_taken(root.path()));
        assert!(matches!(Lock::ask(root.path(), &holder()), Locked::Held(_)));
    }

    #[test]
    fn what_a_dead_process_left_is_no_obstacle() {
        let root = tempfile::tempdir().unwrap();
        state::write(root.path(), FILE, &vec![b'{'; 99_999]).unwrap();
        let held = |expected: Option<Holder>| match Lock::ask(root.path(), &holder()) {
            Locked::Held(lock) => assert_eq!(lock.left_by, expected),
            other => panic!("{other:?}"),
        };
        held(None);
        let dead = Holder {
            pid: 1234,
            ..holder()
        };
        let text = serde_json::to_vec(&dead).unwrap();
        state::write(root.path(), FILE, &text).unwrap();
        held(Some(dead));
        held(None);
    }

    #[test]
    fn where_none_can_be_made_it_is_said() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join(".docgen"), "").unwrap();
        assert!(matches!(
            Lock::ask(root.path(), &holder()),
            Locked::Unavailable(_)
        ));
    }
}
