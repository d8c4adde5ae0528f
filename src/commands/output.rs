//! Standard output: data only, and no complaint when its reader has gone.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::Error;
use crate::rewrite::{publish, unified_diff};

/// Writes to standard output; a closed pipe ends the output, not the program.
pub(super) fn write(data: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(data).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Writes a file that a flag names.
pub(super) fn write_file(path: &Path, text: &str) -> Result<(), Error> {
    publish(path, text.as_bytes()).map_err(|source| Error::OutputFile {
        path: path.to_path_buf(),
        source,
    })
}

/// The change of the file at `path` as a patch that can be applied in the working directory.
pub(super) fn patch(path: &Path, old: &[u8], new: &[u8]) -> Vec<u8> {
    unified_diff(&from_here(path), old, new)
}

/// `path` as seen from the working directory; from the file system's root if it is not below it.
fn from_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let shown = path.strip_prefix(here).or_else(|_| path.strip_prefix("/"));
    shown.unwrap_or(path).to_path_buf()
}

/// Whether standard output takes colors: a terminal does unless `NO_COLOR` or `CLICOLOR=0` is set,
/// anything does with `FORCE_COLOR` or `CLICOLOR_FORCE`.
pub(super) fn is_colored() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    is_set("FORCE_COLOR")
        || anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

/// Writes JSON, indented, with a line end.
pub(super) fn write_json(value: &serde_json::Value) -> io::Result<()> {
    write(format!("{value:#}\n").as_bytes())
}

/// Writes to the terminal where the user is asked, in bold if it stands out.
pub(super) fn prompt(text: &str, is_bold: bool) {
    let mut stderr = io::stderr().lock();
    let bold = anstyle::Style::new().bold();
    // Without a terminal there would be no question.
    _ = if is_bold && is_prompt_colored() {
        write!(stderr, "{bold}{text}{bold:#}")
    } else {
        write!(stderr, "{text}")
    };
    _ = stderr.flush();
}

/// Whether the terminal where the user is asked takes colors.
pub(super) fn is_prompt_colored() -> bool {
    anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never
}
