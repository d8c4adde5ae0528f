//! Standard output: data only, and no complaint when its reader has gone.

use std::io::{self, Write as _};

/// Writes to standard output; a closed pipe ends the output, not the program.
pub(super) fn write(data: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(data).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Writes JSON, indented, with a line end.
pub(super) fn write_json(value: &serde_json::Value) -> io::Result<()> {
    write(format!("{value:#}\n").as_bytes())
}
