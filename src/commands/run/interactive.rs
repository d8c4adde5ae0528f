//! `docgen run --interactive`: the user is asked about each docstring, as `git add -p` asks about
//! each hunk.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::Notify;

use super::interrupt::Interrupt;
use super::terminal::Terminal;
use crate::commands::output;
use crate::docstring::{clean, cleandoc};
use crate::generate::AnalyzedFile;
use crate::python::{Definition, Kind};
use crate::report::{escape, shown_diff};
use crate::rewrite::{self, NewDocstring};

const HELP: &str = "\
y - write this docstring
n - do not write it
e - edit it in $VISUAL or $EDITOR, and write that
a - write this one and all that are left in this file
d - write neither this one nor any that is left in this file
q - quit; what was accepted so far is written
? - show this help
";

const DECLINED: &str = "declined";
const NOT_ASKED: &str = "the run was ended before it was asked about";

/// Unchanged lines around a docstring: as many as show its definition's header, within these.
const CONTEXT: std::ops::RangeInclusive<usize> = 3..=40;

/// A docstring that the user does not want.
#[derive(Debug)]
pub(in crate::commands) struct Declined {
    pub(in crate::commands) definition: usize,
    pub(in crate::commands) reason: &'static str,
}

/// Asks about the docstrings of one file after the other.
#[derive(Debug)]
pub(in crate::commands) struct Questions {
    /// Whose turn it is.
    terminal: Mutex<Terminal>,
    runtime: Handle,
    interrupt: Interrupt,
    has_quit: AtomicBool,
    quit: Notify,
}

/// What the user wants.
enum Choice {
    Yes,
    No,
    Edit,
    AllInFile,
    NoneInFile,
    Quit,
}

impl Questions {
    pub(super) fn new(terminal: Terminal, runtime: Handle, interrupt: Interrupt) -> Self {
        Self {
            terminal: Mutex::new(terminal),
            runtime,
            interrupt,
            has_quit: AtomicBool::new(false),
            quit: Notify::new(),
        }
    }

    /// Whether no question will be asked any more.
    pub(super) fn are_over(&self) -> bool {
        self.has_quit.load(Ordering::SeqCst) || self.interrupt.is_requested()
    }

    /// Waits until no question will be asked any more.
    pub(super) async fn over(&self) {
        tokio::select! {
            () = self.interrupt.requested() => {}
            () = self.quit.notified() => {}
        }
    }

    /// Asks about each of `docstrings`, the first of the file first. Those that the user accepts
    /// stay, as they edited them; the others are given back.
    pub(in crate::commands) fn review(
        &self,
        file: &AnalyzedFile,
        docstrings: &mut Vec<NewDocstring>,
    ) -> Vec<Declined> {
        let terminal = self.terminal.lock().unwrap_or_else(PoisonError::into_inner);
        docstrings.sort_by_key(|docstring| docstring.definition);
        let total = docstrings.len();
        let mut declined = Vec::new();
        let mut for_all = None;
        let mut number = 0;
        docstrings.retain_mut(|docstring| {
            number += 1;
            let is_accepted = match for_all {
                _ if self.are_over() => Err(NOT_ASKED),
                Some(is_accepted) => is_accepted,
                None => {
                    let asked = self.ask(&terminal, file, docstring, (number, total));
                    match asked {
                        Choice::Yes | Choice::Edit => Ok(()),
                        Choice::No => Err(DECLINED),
                        Choice::AllInFile => *for_all.insert(Ok(())),
                        Choice::NoneInFile => *for_all.insert(Err(DECLINED)),
                        Choice::Quit => {
                            self.has_quit.store(true, Ordering::SeqCst);
                            self.quit.notify_one();
                            Err(NOT_ASKED)
                        }
                    }
                }
            };
            if let Err(reason) = is_accepted {
                let definition = docstring.definition;
                declined.push(Declined { definition, reason });
            }
            is_accepted.is_ok()
        });
        declined
    }

    /// Asks until there is an answer that can be followed. An edit that holds is one.
    fn ask(
        &self,
        terminal: &Terminal,
        file: &AnalyzedFile,
        docstring: &mut NewDocstring,
        place: (usize, usize),
    ) -> Choice {
        show(file, docstring, place);
        let mut draft = docstring.text.clone();
        loop {
            match self.choice(terminal) {
                Ok(Some(Choice::Edit)) => match edit(file, docstring, &mut draft) {
                    Ok(()) => return Choice::Edit,
                    Err(reason) => output::prompt(&format!("{}\n", escape(&reason)), false),
                },
                Ok(Some(choice)) => return choice,
                Ok(None) => output::prompt(HELP, false),
                Err(error) => {
                    tracing::error!("the terminal cannot be read: {error}");
                    return Choice::Quit;
                }
            }
        }
    }

    /// Asks once what the user chooses; `None` if it is nothing that can be chosen.
    fn choice(&self, terminal: &Terminal) -> io::Result<Option<Choice>> {
        let question = "Write this docstring [y,n,e,a,d,q,?]? ";
        let Some(line) = terminal.answer(question, &self.runtime, &self.interrupt)? else {
            return Ok(Some(Choice::Quit));
        };
        let letter = line.trim_start().chars().next();
        Ok(match letter.map(|letter| letter.to_ascii_lowercase()) {
            Some('y') => Some(Choice::Yes),
            Some('n') => Some(Choice::No),
            Some('e') => Some(Choice::Edit),
            Some('a') => Some(Choice::AllInFile),
            Some('d') => Some(Choice::NoneInFile),
            Some('q') => Some(Choice::Quit),
            _ => None,
        })
    }
}

/// Shows where a docstring would stand.
fn show(file: &AnalyzedFile, docstring: &NewDocstring, (number, total): (usize, usize)) {
    let Some(definition) = file.module.definitions.get(docstring.definition) else {
        return;
    };
    let title = format!(
        "{}:{}: {} ({number} of {total} in this file)\n",
        file.source.name,
        definition.place.line,
        describe(definition)
    );
    output::prompt(&escape(&title), true);
    let spliced = rewrite::rewrite(&file.source, &file.module, std::slice::from_ref(docstring));
    let (old, new) = (plain_lines(&file.source.text), plain_lines(&spliced.text));
    let unchanged = old.lines().zip(new.lines());
    let first = unchanged.take_while(|(old, new)| old == new).count();
    let header = match definition.kind {
        Kind::Module | Kind::Package => 0,
        _ => (first + 1).saturating_sub(definition.place.line),
    };
    let context = header.clamp(*CONTEXT.start(), *CONTEXT.end());
    let hunks = rewrite::hunks(old.as_bytes(), new.as_bytes(), context);
    output::prompt(&shown_diff(&hunks, output::is_prompt_colored()), false);
}

/// Whatever ends the file's lines, a hunk is read line by line.
fn plain_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn describe(definition: &Definition) -> String {
    match definition.kind {
        Kind::Module | Kind::Package => format!("{} {}", definition.kind, definition.name),
        kind => format!("{kind} {}", definition.qualified_name),
    }
}

/// Has the user edit `draft`, and takes it for the docstring if it holds. What does not hold stays
/// in the draft.
fn edit(
    file: &AnalyzedFile,
    docstring: &mut NewDocstring,
    draft: &mut String,
) -> Result<(), String> {
    let failed = |error: io::Error| format!("the editor cannot be run: {error}");
    let folder = tempfile::Builder::new()
        .prefix("docgen-")
        .tempdir()
        .map_err(failed)?;
    let path = folder.path().join("docstring.txt");
    std::fs::write(&path, format!("{draft}\n")).map_err(failed)?;
    let status = Terminal::edit(&path).map_err(failed)?;
    if !status.success() {
        return Err(format!("the editor failed ({status}): nothing is changed"));
    }
    let bytes = std::fs::read(&path).map_err(failed)?;
    let text = String::from_utf8(bytes).map_err(|_| "the text is not UTF-8".to_owned())?;
    let text = cleandoc(&clean(&text));
    if text.is_empty() {
        return Err("a docstring cannot be empty; answer n to write none".to_owned());
    }
    draft.clone_from(&text);
    let edited = NewDocstring {
        definition: docstring.definition,
        text,
        mended: None,
    };
    let spliced = rewrite::rewrite(&file.source, &file.module, std::slice::from_ref(&edited));
    if let Some((_, flaw)) = spliced.dropped.first() {
        return Err(format!("this text cannot stand there: {flaw}"));
    }
    *docstring = edited;
    Ok(())
}
