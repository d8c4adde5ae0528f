//! `docgen undo`: a run's files as they were before it.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rayon::prelude::*;

use super::keeper::{Beginning, Keeper, clean_up, settle};
use super::lock::{Turn, Wait};
use super::runs::{find, settle_if_idle, shown};
use super::{Error, Format, output, thread_pool};
use crate::config::Config;
use crate::exit_status::ExitStatus;
use crate::report::{self, ShownRun, UndoReport, UndoneFile, UndoneHow, escape};
use crate::rewrite::{Stays, docstring_changes, take_back};
use crate::source::absolute_path;
use crate::store::{
    Access, ContentHash, Database, DocstringChange, RecordedChange, RunEnd, Undone,
};

/// What is taken back, and how.
#[derive(Debug)]
pub struct UndoOptions<'a> {
    /// The run; otherwise the newest that is not taken back.
    pub run: Option<i64>,
    /// Only these files and folders; none means all.
    pub paths: &'a [PathBuf],
    /// Shows what would change and writes nothing.
    pub is_diff: bool,
    /// Files that cannot be merged come back as they were all the same.
    pub is_forced: bool,
    /// How long another docgen is waited for.
    pub wait: Wait,
    /// What standard output holds.
    pub format: Format,
}

/// Takes a run back.
pub fn undo(config: &Config, options: &UndoOptions<'_>) -> Result<ExitStatus, Error> {
    let began = SystemTime::now();
    let root = &config.files.root;
    let turn = if options.is_diff {
        None
    } else {
        let turn = Turn::take(root, options.wait)?;
        clean_up(config, &turn);
        Some(turn)
    };
    let database = Database::open(root, Access::IfThere)?;
    match &turn {
        Some(turn) if turn.is_certain() => settle(&database, root)?,
        Some(_) => {}
        None => settle_if_idle(&database, root),
    }
    let wanted = Wanted::new(options.paths, root)?;
    let (run, changes) = chosen(&database, root, options.run, &wanted)?;
    let id = run.run.id;
    let docstrings = database.docstrings_of(id)?;
    let beginning = Beginning {
        began,
        words: "the originals".to_owned(),
        undoes: Some(id),
    };
    let keeper = turn
        .as_ref()
        .map(|turn| Keeper::open(config, turn, beginning));
    let one = |change: &RecordedChange| {
        let recorded = docstrings.iter().filter(|one| one.change == change.id);
        let recorded = recorded.map(|one| reversed(&one.docstring)).collect();
        let undo = UndoOne {
            database: &database,
            root,
            keeper: keeper.as_ref(),
            is_forced: options.is_forced,
        };
        undo.file(change, recorded)
    };
    let files = thread_pool()?.install(|| changes.par_iter().map(one).collect());
    if let Some(keeper) = &keeper {
        keeper.end(RunEnd::Done);
    }
    let report = UndoReport {
        run: id,
        command: run.run.command,
        undo: keeper.as_ref().and_then(Keeper::run),
        is_diff: options.is_diff,
        files,
    };
    show(&report, options)?;
    let has_diff = options.is_diff && report.files.iter().any(|file| !file.diff.is_empty());
    Ok(if report.has_leftovers() || has_diff {
        ExitStatus::Findings
    } else {
        ExitStatus::Success
    })
}

/// The run that is meant, and its files that are.
fn chosen(
    database: &Database,
    root: &Path,
    run: Option<i64>,
    wanted: &Wanted,
) -> Result<(ShownRun, Vec<RecordedChange>), Error> {
    if let Some(id) = run {
        let run = find(database, root, id)?;
        let changes = database.changes_of(id)?;
        wanted.hold(id, &changes)?;
        let changes = changes.into_iter().filter(|one| wanted.contains(one));
        return Ok((run, changes.collect()));
    }
    for run in shown(database, root, None)? {
        let is_over = matches!(run.run.undone, Undone::Whole(_));
        if run.run.undoes.is_some() || is_over {
            continue;
        }
        let changes = database.changes_of(run.run.id)?;
        let open = changes
            .into_iter()
            .filter(|one| one.undone_by.is_none() && wanted.contains(one));
        let open: Vec<RecordedChange> = open.collect();
        if !open.is_empty() {
            return Ok((run, open));
        }
    }
    Err(Error::NothingToUndo {
        has_paths: !wanted.0.is_empty(),
    })
}

/// The files and folders that are to be taken back, each as the user names it and as from the root.
struct Wanted(Vec<(PathBuf, PathBuf)>);

impl Wanted {
    fn new(paths: &[PathBuf], root: &Path) -> Result<Self, Error> {
        let root = root.canonicalize().unwrap_or_else(|_| root.to_path_buf());
        let relative = |path: &PathBuf| {
            let absolute = absolute_path(path);
            // What is gone has no links to follow.
            let absolute = absolute.canonicalize().unwrap_or(absolute);
            match absolute.strip_prefix(&root) {
                Ok(relative) => Ok((path.clone(), relative.to_path_buf())),
                Err(_) => Err(Error::NotInRun {
                    path: path.clone(),
                    run: None,
                }),
            }
        };
        paths
            .iter()
            .map(relative)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn contains(&self, change: &RecordedChange) -> bool {
        let mut wanted = self.0.iter();
        self.0.is_empty() || wanted.any(|(_, path)| change.path.starts_with(path))
    }

    /// Each has to be of the run: a slip of the pen is better told than passed over.
    fn hold(&self, run: i64, changes: &[RecordedChange]) -> Result<(), Error> {
        for (path, relative) in &self.0 {
            if !changes.iter().any(|one| one.path.starts_with(relative)) {
                return Err(Error::NotInRun {
                    path: path.clone(),
                    run: Some(run),
                });
            }
        }
        Ok(())
    }
}

/// What taking back a change does.
fn reversed(change: &DocstringChange) -> DocstringChange {
    DocstringChange {
        old: change.new.clone(),
        new: change.old.clone(),
        ..change.clone()
    }
}

/// How one file is taken back.
struct UndoOne<'a> {
    database: &'a Database,
    root: &'a Path,
    /// `None` if nothing is written.
    keeper: Option<&'a Keeper>,
    is_forced: bool,
}

/// What a file becomes.
struct New {
    bytes: Vec<u8>,
    docstrings: Vec<DocstringChange>,
    how: UndoneHow,
}

/// Why a file is left alone.
struct LeftAlone {
    reason: String,
    can_be_forced: bool,
}

impl UndoOne<'_> {
    fn file(&self, change: &RecordedChange, recorded: Vec<DocstringChange>) -> UndoneFile {
        let path = self.root.join(&change.path);
        let file = |how, diff| UndoneFile {
            path: change.path.clone(),
            how,
            diff,
            can_be_forced: false,
        };
        let left = |reason: String| file(UndoneHow::Left(reason), Vec::new());
        let now = match read(self.root, &change.path) {
            Ok(now) => now,
            Err(reason) => return left(reason),
        };
        let hash = ContentHash::of(&[&now]);
        if hash == change.before {
            if let Some(keeper) = self.keeper {
                keeper.unchanged(&change.path, &now);
            }
            return file(UndoneHow::AsBefore, Vec::new());
        }
        let new = match self.new_content(change, &path, (hash, &now), recorded) {
            Ok(new) => new,
            Err(kept) => {
                return UndoneFile {
                    can_be_forced: kept.can_be_forced,
                    ..left(kept.reason)
                };
            }
        };
        if new.bytes == now {
            // What was to be taken back is gone, or was edited and stays.
            if let (Some(keeper), UndoneHow::Merged { edited, unproven }) = (self.keeper, &new.how)
                && unproven.is_empty()
            {
                keeper.unchanged(&change.path, &now);
                if edited.is_empty() {
                    return file(UndoneHow::AsBefore, Vec::new());
                }
            }
            return file(new.how, Vec::new());
        }
        let diff = if self.keeper.is_none() {
            output::patch(&path, &now, &new.bytes)
        } else {
            Vec::new()
        };
        let write = |keeper: &Keeper| keeper.replace(&path, (&now, &new.bytes), &new.docstrings);
        if let Some(Err(error)) = self.keeper.map(write) {
            return left(error.to_string());
        }
        file(new.how, diff)
    }

    fn new_content(
        &self,
        change: &RecordedChange,
        path: &Path,
        (hash, now): (ContentHash, &[u8]),
        recorded: Vec<DocstringChange>,
    ) -> Result<New, LeftAlone> {
        let lost = |reason: String| LeftAlone {
            reason,
            can_be_forced: false,
        };
        let kept = self.database.contents_of(change);
        let kept = kept.map_err(|error| lost(format!("its original cannot be read: {error}")));
        let kept = kept?;
        let before = kept
            .before
            .ok_or_else(|| lost("its original is no longer kept".to_owned()))?;
        if hash == change.after {
            return Ok(New {
                bytes: before,
                docstrings: recorded,
                how: UndoneHow::Restored,
            });
        }
        let merged = match kept.after {
            Some(after) => take_back(path, before.clone(), after, now.to_vec())
                .map_err(|error| error.to_string()),
            None => Err("it was edited since, and what the run left is no longer kept".to_owned()),
        };
        match merged {
            Ok(merged) => Ok(New {
                how: UndoneHow::Merged {
                    edited: named(&merged.stays, Stays::Edited),
                    unproven: named(&merged.stays, Stays::Unproven),
                },
                bytes: merged.bytes,
                docstrings: merged.changes,
            }),
            Err(_) if self.is_forced => Ok(New {
                docstrings: docstring_changes(path, now.to_vec(), before.clone()),
                bytes: before,
                how: UndoneHow::Forced,
            }),
            Err(reason) => Err(LeftAlone {
                reason,
                can_be_forced: true,
            }),
        }
    }
}

fn named(stays: &[(String, Stays)], wanted: Stays) -> Vec<String> {
    let stays = stays.iter().filter(|(_, why)| *why == wanted);
    stays.map(|(name, _)| name.clone()).collect()
}

/// The file's bytes, if it is still the file that it was.
fn read(root: &Path, relative: &Path) -> Result<Vec<u8>, String> {
    let path = &root.join(relative);
    let metadata = match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err("it is gone: deleted, or moved".to_owned());
        }
        metadata => metadata.map_err(|error| format!("it cannot be read: {error}"))?,
    };
    if metadata.is_symlink() {
        return Err("it is a link now".to_owned());
    }
    if !metadata.is_file() {
        return Err("it is no file any more".to_owned());
    }
    let real = path.canonicalize().and_then(|real| {
        let root = root.canonicalize()?;
        Ok(real.strip_prefix(root).map(Path::to_path_buf))
    });
    let real = real.map_err(|error| format!("it cannot be read: {error}"))?;
    if real.ok().as_deref() != Some(relative) {
        return Err("a folder on the way to it is a link now".to_owned());
    }
    std::fs::read(path).map_err(|error| format!("it cannot be read: {error}"))
}

fn show(report: &UndoReport, options: &UndoOptions<'_>) -> Result<(), Error> {
    match options.format {
        Format::Json => output::write_json(&report::undo_json(report))?,
        Format::Text => {
            for diff in report.files.iter().map(|file| file.diff.as_slice()) {
                if std::io::stdout().is_terminal() {
                    output::write(report::shown_diff(diff, output::is_colored()).as_bytes())?;
                } else {
                    output::write(diff)?;
                }
            }
        }
    }
    for line in report::undo_lines(report) {
        tracing::warn!("{}", escape(&line));
    }
    tracing::info!("{}", escape(&report::undo_summary(report)));
    if report.can_be_forced() {
        tracing::info!(
            "`docgen undo {} --force` brings back such files as they were before the run, without what was \
             edited since",
            report.run
        );
    }
    Ok(())
}
