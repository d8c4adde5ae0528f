//! The user at the terminal: lines that they type, and their editor.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal as _};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::interrupt::Interrupt;
use crate::commands::{Error, output};

type Input = Arc<Mutex<Box<dyn BufRead + Send>>>;

/// A terminal that shows what docgen asks and takes what the user answers.
pub(in crate::commands) struct Terminal {
    input: Input,
}

impl std::fmt::Debug for Terminal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Terminal").finish_non_exhaustive()
    }
}

impl Terminal {
    /// Standard input if that is a terminal, or else the one that the process was started from.
    pub(super) fn open() -> Result<Self, Error> {
        if !io::stderr().is_terminal() {
            return Err(Error::NoTerminal);
        }
        let input: Box<dyn BufRead + Send> = if io::stdin().is_terminal() {
            Box::new(BufReader::new(io::stdin()))
        } else {
            let terminal = own_terminal().ok_or(Error::NoTerminal)?;
            Box::new(BufReader::new(terminal))
        };
        Ok(Self {
            input: Arc::new(Mutex::new(input)),
        })
    }

    /// What the user answers to a question; `None` at the end of the input, or when the run is to end.
    pub(super) fn answer(
        &self,
        question: &str,
        runtime: &Handle,
        interrupt: &Interrupt,
    ) -> io::Result<Option<String>> {
        output::prompt(question, true);
        let line = self.line()?;
        let line = runtime.block_on(async {
            tokio::select! {
                () = interrupt.requested() => Ok(None),
                line = line => line.unwrap_or(Ok(None)),
            }
        })?;
        if line.is_none() {
            // The question's line is still open.
            output::prompt("\n", false);
        }
        Ok(line)
    }

    /// A line that the user types, on its way; `None` stands for the end of the input.
    ///
    /// It is read on a thread of its own, since nothing else can leave a terminal that is waiting.
    fn line(&self) -> io::Result<oneshot::Receiver<io::Result<Option<String>>>> {
        let (sender, receiver) = oneshot::channel();
        let input = self.input.clone();
        std::thread::Builder::new().spawn(move || {
            let mut line = Vec::new();
            let mut input = input.lock().unwrap_or_else(PoisonError::into_inner);
            let read = input.read_until(b'\n', &mut line);
            let text = |length| (length > 0).then(|| String::from_utf8_lossy(&line).into_owned());
            // Nobody may be waiting any more.
            _ = sender.send(read.map(text));
        })?;
        Ok(receiver)
    }

    /// Has the user edit the file at `path`, as git does: in `$VISUAL`, `$EDITOR` or else what the
    /// system has.
    pub(super) fn edit(path: &Path) -> io::Result<ExitStatus> {
        let mut command = editor(path);
        if let Some(terminal) = own_terminal() {
            if let Ok(screen) = terminal.try_clone() {
                command.stdout(Stdio::from(screen));
            }
            command.stdin(Stdio::from(terminal));
        }
        command.status()
    }
}

#[cfg(unix)]
fn own_terminal() -> Option<File> {
    let mut options = File::options();
    options.read(true).write(true).open("/dev/tty").ok()
}

#[cfg(not(unix))]
fn own_terminal() -> Option<File> {
    None
}

fn chosen_editor() -> Option<OsString> {
    ["VISUAL", "EDITOR"]
        .into_iter()
        .filter_map(std::env::var_os)
        .find(|editor| !editor.is_empty())
}

/// The user's editor is a piece of shell, such as `code --wait`.
#[cfg(unix)]
fn editor(path: &Path) -> Command {
    let mut script = chosen_editor().unwrap_or_else(|| OsString::from("vi"));
    script.push(" \"$@\"");
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).arg("sh").arg(path);
    command
}

#[cfg(not(unix))]
fn editor(path: &Path) -> Command {
    let chosen = chosen_editor().unwrap_or_else(|| OsString::from("notepad"));
    let mut command = Command::new("cmd");
    command.arg("/C").arg(chosen).arg(path);
    command
}
