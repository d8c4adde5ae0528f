//! One command at a time changes the files of a project.

use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use tokio::runtime::Runtime;

use super::Error;
use super::run::leave_on_signal;
use crate::report;
use crate::store::{Holder, Lock, Locked};

/// How long another process is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Not at all.
    No,
    /// As long as it takes.
    Forever,
    /// So long.
    AtMost(Duration),
}

/// Between two looks at a lock that is taken.
const INTERVAL: Duration = Duration::from_millis(100);

/// The right to change the files of a project, until it is dropped. Where there are no locks it is
/// given without one.
#[derive(Debug)]
pub(super) struct Turn {
    lock: Option<Lock>,
    /// Listens to Ctrl-C since there was something to wait for.
    leaving: Option<Leaving>,
}

impl Turn {
    /// Takes the lock of the project at `root`.
    pub(super) fn take(root: &Path, wait: Wait) -> Result<Self, Error> {
        let start = Instant::now();
        let mut leaving = None;
        loop {
            let now = SystemTime::now();
            let holder = Holder::this_process(super::command_line(), now);
            match Lock::ask(root, &holder) {
                Locked::Held(lock) => {
                    let lock = Some(lock);
                    return Ok(Self { lock, leaving });
                }
                Locked::Unavailable(error) => {
                    warn(root, &error);
                    return Ok(Self {
                        lock: None,
                        leaving,
                    });
                }
                Locked::Taken(other) => {
                    let is_over = match wait {
                        Wait::No => true,
                        Wait::Forever => false,
                        Wait::AtMost(most) => start.elapsed() >= most,
                    };
                    let other = described(other.as_ref(), now);
                    if is_over {
                        let has_waited = wait != Wait::No;
                        return Err(Error::Busy { other, has_waited });
                    }
                    if leaving.is_none() {
                        leaving = Some(Leaving::listen()?);
                        tracing::info!("waiting for {}", report::escape(&other));
                    }
                    std::thread::sleep(INTERVAL);
                }
            }
        }
    }

    /// Whether no other process can be at work.
    pub(super) fn is_certain(&self) -> bool {
        self.lock.is_some()
    }

    /// The process that was killed while it held the lock, if one was.
    pub(super) fn left_by(&self) -> Option<u32> {
        let holder = self.lock.as_ref()?.left_by.as_ref()?;
        Some(holder.pid)
    }

    /// Leaves Ctrl-C to others.
    pub(super) fn stop_listening(&mut self) {
        self.leaving = None;
    }
}

/// Ctrl-C ends the process while nothing is begun.
#[derive(Debug)]
struct Leaving(Option<Runtime>);

impl Leaving {
    fn listen() -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|error| Error::Threads(error.to_string()))?;
        leave_on_signal(&runtime);
        Ok(Self(Some(runtime)))
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Who is at work.
pub(super) fn described(holder: Option<&Holder>, now: SystemTime) -> String {
    let Some(holder) = holder else {
        return "another docgen".to_owned();
    };
    let since = SystemTime::UNIX_EPOCH + Duration::from_secs(holder.since);
    let this_host = Holder::this_process(String::new(), now).host;
    let place = match &holder.host {
        Some(host) if this_host.as_ref() != Some(host) => format!(" on {host}"),
        _ => String::new(),
    };
    format!(
        "another docgen (process {}{place}, since {}, `{}`)",
        holder.pid,
        report::since(since, now),
        holder.command
    )
}

fn warn(root: &Path, error: &std::io::Error) {
    let folder = crate::store::state_folder(root);
    let folder = folder.display().to_string();
    let folder = report::escape(&folder);
    match error.kind() {
        // What the folder cannot take is said of what would be kept in it.
        ErrorKind::PermissionDenied
        | ErrorKind::ReadOnlyFilesystem
        | ErrorKind::StorageFull
        | ErrorKind::NotADirectory
        | ErrorKind::AlreadyExists => {
            tracing::debug!("`{folder}` takes no lock: {error}");
        }
        _ => tracing::warn!(
            "`{folder}` is on a file system without locks ({error}): see to it that no other docgen \
             works on this tree meanwhile"
        ),
    }
}

/// The lock, if it is free right now.
pub(super) fn idle(root: &Path) -> Option<Lock> {
    let holder = Holder::this_process(super::command_line(), SystemTime::now());
    match Lock::ask(root, &holder) {
        Locked::Held(lock) => Some(lock),
        Locked::Taken(_) | Locked::Unavailable(_) => None,
    }
}
