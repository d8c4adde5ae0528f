//! A log file that several processes write to at once, and that does not grow without end.
//!
//! The crates that rotate files take a file to be one process's alone: they count what they wrote
//! themselves, and rename what another one has just begun.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use same_file::Handle;

/// When a new file is begun, and how many are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// A line that would make the file longer than this begins a new one.
    pub(super) bytes: u64,
    /// Full files that are kept: `NAME.1` is the newest.
    pub(super) keep: u32,
}

/// A file that whole lines are appended to.
pub(super) struct RotatingFile {
    path: PathBuf,
    state: Mutex<State>,
}

struct State {
    file: Handle,
    limits: Limits,
    /// Whether a line could not be written, which is said once.
    has_failed: bool,
}

impl RotatingFile {
    /// Opens the file, or makes it; what is in it stays.
    pub(super) fn open(path: &Path, limits: Limits) -> io::Result<Self> {
        Ok(Self {
            path: path.to_path_buf(),
            state: Mutex::new(State {
                file: open(path)?,
                limits,
                has_failed: false,
            }),
        })
    }

    pub(super) fn set_limits(&self, limits: Limits) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.limits = limits;
    }

    /// Writes a line behind all others, its own and other processes'. A failure ends no run: it is
    /// said on standard error, once.
    #[expect(
        clippy::print_stderr,
        reason = "what is wrong with the log cannot be logged"
    )]
    pub(super) fn append(&self, line: &[u8]) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = state.append(&self.path, line)
            && !std::mem::replace(&mut state.has_failed, true)
        {
            let path = self.path.display();
            eprintln!("warning: the log file `{path}` lacks lines: {error}");
        }
    }
}

impl State {
    fn append(&mut self, path: &Path, line: &[u8]) -> io::Result<()> {
        self.lock_current(path)?;
        // Another process may fill the new file first. A folder that takes no new file leaves the
        // old one to grow.
        while self.is_full(line)? && rotate(path, self.limits.keep).is_ok() {
            self.lock_current(path)?;
        }
        let written = self.file.as_file_mut().write_all(line);
        _ = self.file.as_file().unlock();
        written
    }

    /// Whether the line belongs into a new file.
    fn is_full(&self, line: &[u8]) -> io::Result<bool> {
        let size = self.file.as_file().metadata()?.len();
        Ok(size > 0 && size + line.len() as u64 > self.limits.bytes)
    }

    /// Waits until no other process writes, and turns to the file that has the name now: another
    /// process may have renamed the old one meanwhile.
    fn lock_current(&mut self, path: &Path) -> io::Result<()> {
        loop {
            // Where there are no locks, appending whole lines still tears none.
            _ = self.file.as_file().lock();
            match Handle::from_path(path) {
                Ok(current) if current != self.file => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                // A file that may be written but not read is taken for the current one.
                Ok(_) | Err(_) => return Ok(()),
            }
            self.file = open(path)?;
        }
    }
}

fn open(path: &Path) -> io::Result<Handle> {
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    Handle::from_file(file)
}

/// Makes room for a new file under the name.
fn rotate(path: &Path, keep: u32) -> io::Result<()> {
    let numbered = |number: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{number}"));
        PathBuf::from(name)
    };
    // More of them are there when fewer are to be kept than before.
    for number in keep.max(1).. {
        if std::fs::remove_file(numbered(number)).is_err() {
            break;
        }
    }
    if keep == 0 {
        return std::fs::remove_file(path);
    }
    for number in (1..keep).rev() {
        match std::fs::rename(numbered(number), numbered(number + 1)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    std::fs::rename(path, numbered(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_full_file_makes_room_and_the_oldest_goes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.log");
        std::fs::write(&path, "before\n").unwrap();
        let limits = Limits { bytes: 14, keep: 2 };
        let log = RotatingFile::open(&path, limits).unwrap();
        for n in 1..=6 {
            log.append(format!("line {n}\n").as_bytes());
        }
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(names(folder.path()), ["d.log", "d.log.1", "d.log.2"]);
        assert_eq!(read("d.log"), "line 6\n");
        assert_eq!(read("d.log.1"), "line 4\nline 5\n");
        assert_eq!(read("d.log.2"), "line 2\nline 3\n");
        log.set_limits(Limits { bytes: 10, keep: 0 });
        log.append(b"longer than the limit\n");
        assert_eq!(names(folder.path()), ["d.log"]);
        assert_eq!(read("d.log"), "longer than the limit\n");
    }

    #[test]
    fn writers_that_know_nothing_of_each_other_lose_and_tear_no_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.log");
        let limits = Limits {
            bytes: 2_000,
            keep: 1_000,
        };
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let path = &path;
                // Each has the file open for itself, as a process of its own would.
                let log = RotatingFile::open(path, limits).unwrap();
                scope.spawn(move || {
                    for n in 0..250 {
                        log.append(format!("{writer} {n} {}\n", "x".repeat(n)).as_bytes());
                    }
                });
            }
        });
        let files = names(folder.path());
        assert!(files.len() > 10, "{files:?}");
        let mut lines = Vec::new();
        for name in files {
            let text = std::fs::read_to_string(folder.path().join(name)).unwrap();
            assert!(text.len() <= 2_000 && text.ends_with('\n'));
            lines.extend(text.lines().map(str::to_owned));
        }
        let expected = (0..4)
            .flat_map(|writer| (0..250).map(move |n| format!("{writer} {n} {}", "x".repeat(n))));
        let mut expected: Vec<String> = expected.collect();
        lines.sort();
        expected.sort();
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_file_that_was_taken_away_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.log");
        let log = RotatingFile::open(
            &path,
            Limits {
                bytes: 100,
                keep: 1,
            },
        )
        .unwrap();
        log.append(b"one\n");
        std::fs::remove_file(&path).unwrap();
        log.append(b"two\n");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two\n");
        assert!(RotatingFile::open(folder.path(), Limits { bytes: 1, keep: 1 }).is_err());
    }
}
