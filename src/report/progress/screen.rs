//! The lines at the bottom of a terminal that are drawn again and again, and what is written above
//! them.
//!
//! The cursor rests at the beginning of the first line. That is where it stays when a terminal that
//! becomes narrower wraps what stands there, so the next frame always begins where this one did, and
//! nobody has to know how many rows the old one takes.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

static SCREEN: Mutex<Screen> = Mutex::new(Screen {
    frame: String::new(),
    is_given_away: false,
});

/// The bottom of the terminal.
struct Screen {
    /// What stands there now; empty when nothing does.
    frame: String,
    /// Somebody else writes there.
    is_given_away: bool,
}

/// To the beginning of the line, and nothing below.
const CLEAR: &str = "\r\x1b[J";

/// Whether standard error is a terminal on which lines can be drawn again: `TERM=dumb` names one that
/// cannot, and a terminal in continuous integration is a log.
pub(super) fn is_live() -> bool {
    let variable = |name| std::env::var(name).unwrap_or_default();
    let is_dumb = match variable("TERM").as_str() {
        "dumb" => true,
        term => cfg!(unix) && term.is_empty(),
    };
    let is_ci = !matches!(variable("CI").as_str(), "" | "0" | "false");
    io::stderr().is_terminal() && !is_dumb && !is_ci && understands_sequences()
}

#[cfg(windows)]
fn understands_sequences() -> bool {
    anstyle_query::windows::enable_ansi_colors() == Some(true)
}

#[cfg(not(windows))]
fn understands_sequences() -> bool {
    true
}

/// Columns of the terminal.
pub(super) fn columns() -> usize {
    let size = terminal_size::terminal_size_of(io::stderr());
    match size {
        Some((terminal_size::Width(columns), _)) if columns > 0 => columns.into(),
        _ => 80,
    }
}

/// Puts `lines` in the place of those before. Each has to fit into a row.
pub(super) fn draw(lines: &[String]) {
    let mut frame = String::new();
    for (at, line) in lines.iter().enumerate() {
        let end = if at + 1 < lines.len() {
            "\x1b[K\n"
        } else {
            "\x1b[J"
        };
        _ = write!(frame, "\r{line}{end}");
    }
    if lines.len() > 1 {
        _ = write!(frame, "\r\x1b[{}A", lines.len() - 1);
    }
    let mut shown = lock();
    if !shown.is_given_away && frame != shown.frame {
        put(&frame);
        shown.frame = frame;
    }
}

/// Takes the lines away.
pub(super) fn clear() {
    clear_frame(&mut lock());
}

fn clear_frame(shown: &mut Screen) {
    if !shown.frame.is_empty() {
        put(CLEAR);
        shown.frame.clear();
    }
}

/// Leaves the bottom of the terminal to somebody else, or takes it back.
pub(super) fn give_away(is_given_away: bool) {
    let mut shown = lock();
    clear_frame(&mut shown);
    shown.is_given_away = is_given_away;
}

/// Whether the terminal is somebody else's now.
pub(super) fn is_given_away() -> bool {
    lock().is_given_away
}

/// Standard error, above the lines of a live view if there is one: whole lines at a time.
#[derive(Debug, Clone, Copy)]
pub struct AboveProgress;

impl Write for AboveProgress {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let shown = lock();
        if shown.frame.is_empty() {
            return io::stderr().write(text);
        }
        // In one piece, so that nothing flickers.
        let pieces = [CLEAR.as_bytes(), text, shown.frame.as_bytes()].concat();
        io::stderr().write_all(&pieces)?;
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

fn put(text: &str) {
    let mut stderr = io::stderr().lock();
    // Without a terminal to look at there is nobody to miss it.
    _ = stderr.write_all(text.as_bytes());
    _ = stderr.flush();
}

fn lock() -> MutexGuard<'static, Screen> {
    SCREEN.lock().unwrap_or_else(PoisonError::into_inner)
}
