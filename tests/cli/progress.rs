//! What is seen of a run while it runs, on a terminal and elsewhere.

use std::process::{Command, Stdio};
use std::time::Duration;

use rexpect::session::{PtySession, spawn_command};

use crate::support::fake_azure::{FakeAzure, Step};
use crate::support::project::Project;

/// docgen at a terminal of its own.
fn at_terminal(mut command: Command) -> PtySession {
    command
        .stdin(Stdio::inherit())
        .stdout(Stdio::inherit())
        .stderr(Stdio::inherit());
    spawn_command(command, Some(30_000)).unwrap()
}

/// All that it writes from now on.
fn rest(session: &mut PtySession) -> String {
    decoded(&session.exp_eof().unwrap())
}

/// What is read from a terminal comes a character for each byte.
fn decoded(read: &str) -> String {
    let bytes: Vec<u8> = read.chars().filter_map(|c| u8::try_from(c).ok()).collect();
    String::from_utf8(bytes).unwrap()
}

/// What a terminal shows in the end of what was written to it.
#[derive(Default)]
struct Screen {
    rows: Vec<String>,
    row: usize,
    column: usize,
}

impl Screen {
    fn of(written: &str) -> Self {
        let mut screen = Self::default();
        let mut rest = written;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            match c {
                '\r' => screen.column = 0,
                '\n' => screen.row += 1,
                '\x1b' => {
                    let end = rest.find(char::is_alphabetic).unwrap();
                    screen.obey(&rest[1..end], rest.as_bytes()[end]);
                    rest = &rest[end + 1..];
                }
                _ => screen.put(c),
            }
        }
        screen
    }

    fn line(&mut self) -> &mut String {
        self.rows
            .resize(self.rows.len().max(self.row + 1), String::new());
        &mut self.rows[self.row]
    }

    fn put(&mut self, c: char) {
        let column = self.column;
        let mut cells: Vec<char> = self.line().chars().collect();
        cells.resize(cells.len().max(column + 1), ' ');
        cells[column] = c;
        *self.line() = cells.into_iter().collect();
        self.column += 1;
    }

    fn obey(&mut self, number: &str, letter: u8) {
        let column = self.column;
        match letter {
            b'm' => {}
            b'A' => self.row -= number.parse::<usize>().unwrap(),
            b'K' | b'J' => {
                *self.line() = self.line().chars().take(column).collect();
                if letter == b'J' {
                    self.rows.truncate(self.row + 1);
                }
            }
            _ => panic!("no terminal of ours knows {number}{}", char::from(letter)),
        }
    }

    fn lines(&self) -> Vec<&str> {
        let lines = self.rows.iter().map(|row| row.trim_end());
        lines.filter(|line| !line.is_empty()).collect()
    }
}

fn six_files(azure: &FakeAzure) -> Project {
    (0..6)
        .fold(Project::new().azure(azure), |project, n| {
            project.file(&format!("m{n}.py"), "\"\"\"Do.\"\"\"\n\n\ndef f(): pass\n")
        })
        .env("TERM", "xterm")
}

#[test]
fn a_terminal_shows_what_is_done_and_is_left_as_it_was() {
    let azure = FakeAzure::builder()
        .latency(Duration::from_millis(700))
        .start();
    let project = six_files(&azure);
    let arguments = ["run", "--no-report", "--max-concurrency", "2", "-v"];
    let mut session = at_terminal(project.command(&arguments));
    let written = rest(&mut session);
    for shown in ["of 6 definitions", "waiting for 2 answers", "tokens, $0.00"] {
        assert!(written.contains(shown), "no `{shown}`:\n{written}");
    }
    let screen = Screen::of(&written);
    let lines = screen.lines();
    let summary = lines
        .iter()
        .position(|line| line.starts_with("Documented 6 definitions"));
    assert!(summary.is_some(), "{lines:#?}");
    // Log lines stand whole, and nothing is left of the view.
    let answers = lines
        .iter()
        .filter(|line| line.starts_with("debug: answer (request "));
    assert_eq!(answers.count(), 6, "{lines:#?}");
    let is_view = |line: &&&str| {
        line.contains('━') || line.contains("of 6 definitions") || line.contains("0:0")
    };
    assert_eq!(lines.iter().find(is_view), None);
}

#[test]
fn ctrl_c_at_a_terminal_says_what_is_waited_for_and_leaves_it_clean() {
    let azure = FakeAzure::builder()
        .always(Step::Hang(Duration::from_secs(2)))
        .start();
    let project = six_files(&azure);
    let arguments = ["run", "--no-report", "--max-concurrency", "1"];
    let mut session = at_terminal(project.command(&arguments));
    let mut written = session.exp_string("waiting for 1 answer").unwrap();
    session.send_control('c').unwrap();
    written += &session.exp_string("ending, waiting for 1 answer").unwrap();
    let written = decoded(&written) + &rest(&mut session);
    assert_eq!(azure.requests().len(), 1);
    let screen = Screen::of(&written);
    let lines = screen.lines();
    assert!(
        lines[0].starts_with("warning: interrupted: finishing what is in flight"),
        "{lines:#?}"
    );
    assert!(!lines.iter().any(|line| line.contains('━')), "{lines:#?}");
    assert!(
        lines.last().unwrap().starts_with("Interrupted: "),
        "{lines:#?}"
    );
}

#[test]
fn without_colors_there_is_a_view_and_without_a_terminal_there_is_none() {
    let azure = FakeAzure::builder()
        .latency(Duration::from_millis(600))
        .start();
    let run = |project: &Project, arguments: &[&str]| {
        let arguments = [&["run", "--no-report"], arguments].concat();
        rest(&mut at_terminal(project.command(&arguments)))
    };
    let plain = run(&six_files(&azure).env("NO_COLOR", "1"), &[]);
    assert!(plain.contains("of 6 definitions"), "{plain}");
    assert!(
        !plain.contains("\x1b[36m") && !plain.contains("\x1b[0m"),
        "{plain:?}"
    );
    for (variable, value) in [("TERM", "dumb"), ("CI", "true")] {
        let lines = run(&six_files(&azure).env(variable, value), &[]);
        assert!(lines.contains("Documented 6 definitions"), "{lines}");
        assert!(!lines.contains("\x1b["), "{lines:?}");
    }
    assert_eq!(run(&six_files(&azure), &["--quiet"]), "");
    let piped = six_files(&azure).docgen(&["run", "--no-report"]).exits(0);
    assert!(!piped.stderr.contains('\x1b'), "{}", piped.stderr);
}
