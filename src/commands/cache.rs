//! `docgen cache`: what is remembered of models' words, and how it is tidied and carried elsewhere.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::SystemTime;

use globset::{GlobBuilder, GlobMatcher};

use super::{Error, Format, output};
use crate::config::Config;
use crate::exit_status::ExitStatus;
use crate::generate::{Memory, oldest};
use crate::report::{self, CacheStats, escape};
use crate::store::{Access, ContentHash, Database, ReplyRecord, StoreError, state_folder};

/// What is to be done with the cache.
#[derive(Debug)]
pub enum CacheAction {
    /// Tell what is in it.
    Stats(Format),
    /// Take out everything.
    Clear,
    /// Take out what is too old, and what there is no room for.
    Prune,
    /// Take out what was made for some definitions.
    Invalidate(Vec<IdGlob>),
    /// Write it to a file, or to standard output.
    Export(PathBuf),
    /// Take in what such a file, or standard input, holds.
    Import(PathBuf),
}

/// A glob of definition ids, `path::Qual.name`. A file or folder stands for everything in it.
#[derive(Debug, Clone)]
pub struct IdGlob {
    glob: GlobMatcher,
    text: String,
}

impl FromStr for IdGlob {
    type Err = globset::Error;

    fn from_str(text: &str) -> Result<Self, globset::Error> {
        let text = text.trim_start_matches("./").trim_end_matches('/');
        Ok(Self {
            glob: GlobBuilder::new(text)
                .backslash_escape(false)
                .build()?
                .compile_matcher(),
            text: text.to_owned(),
        })
    }
}

impl IdGlob {
    fn is_match(&self, id: &str) -> bool {
        if self.glob.is_match(id) {
            return true;
        }
        let (path, _) = id.split_once("::").unwrap_or((id, ""));
        let mut above = Path::new(path).ancestors();
        !self.text.contains("::") && above.any(|path| self.glob.is_match(path))
    }
}

/// Replies that are taken in at a time.
const CHUNK: usize = 500;

/// Bad lines of a file that are named one by one.
const MOST_NAMED: u64 = 20;

/// Does something with the cache of the project.
pub fn cache(config: &Config, action: &CacheAction) -> Result<ExitStatus, Error> {
    let root = &config.files.root;
    let access = match action {
        CacheAction::Import(_) => Access::Create,
        _ => Access::IfThere,
    };
    let path = state_folder(root).join("state.db");
    let was_there = path.exists();
    let database = Database::open(root, access).map_err(Error::Cache)?;
    if !database.is_kept() {
        return if was_there || access == Access::Create {
            Err(Error::CacheUnusable(path))
        } else {
            nothing(action, &path, config)
        };
    }
    match action {
        CacheAction::Stats(format) => stats(&database, &path, config, *format)?,
        CacheAction::Clear => {
            let cleared = database.clear_replies().map_err(Error::Cache)?;
            tracing::info!("took {} out of the cache", entries(cleared));
        }
        CacheAction::Prune => prune(&database, config)?,
        CacheAction::Invalidate(globs) => {
            let is_meant = |id: &str| globs.iter().any(|glob| glob.is_match(id));
            let forgotten = database.forget_replies(is_meant).map_err(Error::Cache)?;
            tracing::info!("took {} out of the cache", entries(forgotten));
        }
        CacheAction::Export(to) => export(&database, to)?,
        CacheAction::Import(from) => return import(&database, from),
    }
    Ok(ExitStatus::Success)
}

/// There is no cache, which is no failure.
fn nothing(action: &CacheAction, path: &Path, config: &Config) -> Result<ExitStatus, Error> {
    tracing::info!(
        "there is no cache: `{}` does not exist; the first `docgen run` with a model makes it",
        escape(&path.display().to_string())
    );
    if let CacheAction::Stats(Format::Json) = action {
        let empty = Database::in_memory().map_err(Error::Cache)?;
        stats(&empty, path, config, Format::Json)?;
    }
    Ok(ExitStatus::Success)
}

fn stats(database: &Database, path: &Path, config: &Config, format: Format) -> Result<(), Error> {
    let read = || -> Result<CacheStats, StoreError> {
        Ok(CacheStats {
            path: path.display().to_string(),
            stats: database.reply_stats()?,
            bytes: database.bytes()?,
            max_bytes: config.cache.max_bytes(),
            tallies: database.reply_tallies()?,
        })
    };
    let stats = read().map_err(Error::Cache)?;
    match format {
        Format::Json => output::write_json(&report::cache_stats_json(&stats))?,
        Format::Text => output::write(report::cache_stats_text(&stats).as_bytes())?,
    }
    Ok(())
}

fn prune(database: &Database, config: &Config) -> Result<(), Error> {
    let since = oldest(&config.cache, SystemTime::now());
    let pruned = database
        .prune_replies(since, config.cache.max_bytes())
        .map_err(Error::Cache)?;
    tracing::info!(
        "took {} out of the cache for their age, {} for want of room",
        entries(pruned.expired),
        entries(pruned.evicted)
    );
    Ok(())
}

fn export(database: &Database, to: &Path) -> Result<(), Error> {
    let failed = |source| Error::OutputFile {
        path: to.to_path_buf(),
        source,
    };
    let mut out: Box<dyn io::Write> = if is_standard(to) {
        Box::new(BufWriter::new(io::stdout().lock()))
    } else {
        Box::new(BufWriter::new(File::create(to).map_err(failed)?))
    };
    let (mut count, mut fault) = (0, None);
    let take = |record: ReplyRecord| {
        count += 1;
        match writeln!(out, "{}", record.to_line()) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                fault = Some(error);
                ControlFlow::Break(())
            }
        }
    };
    let damaged = database.each_reply(take).map_err(Error::Cache)?;
    let flushed = fault.map_or_else(|| out.flush(), Err);
    match flushed {
        // Whoever reads has had enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
        flushed => flushed.map_err(failed)?,
    }
    if damaged > 0 {
        tracing::warn!(
            "left out {}, which {} damaged",
            entries(damaged),
            if damaged == 1 { "is" } else { "are" }
        );
    }
    tracing::info!("wrote {}", entries(count));
    Ok(())
}

/// What came of taking in a file.
#[derive(Default)]
struct Imported {
    taken: u64,
    known: u64,
    bad: u64,
}

fn import(database: &Database, from: &Path) -> Result<ExitStatus, Error> {
    let unreadable = |source| Error::InputFile {
        path: from.to_path_buf(),
        source,
    };
    let input: Box<dyn io::Read> = if is_standard(from) {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(from).map_err(unreadable)?)
    };
    let mut imported = Imported::default();
    let mut records = Vec::new();
    for (index, line) in BufReader::new(input).split(b'\n').enumerate() {
        let line = line.map_err(unreadable)?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match record(&line) {
            Ok(record) => records.push(record),
            Err(reason) => {
                imported.bad += 1;
                if imported.bad <= MOST_NAMED {
                    let name = from.display();
                    tracing::error!("{}", escape(&format!("{name}:{}: {reason}", index + 1)));
                }
            }
        }
        if records.len() >= CHUNK {
            take_in(database, &mut records, &mut imported)?;
        }
    }
    take_in(database, &mut records, &mut imported)?;
    tracing::info!(
        "took in {}; {} there already, {} left out as no entries",
        entries(imported.taken),
        entries(imported.known),
        if imported.bad == 1 {
            "1 line was".to_owned()
        } else {
            format!("{} lines were", imported.bad)
        },
    );
    Ok(if imported.bad == 0 {
        ExitStatus::Success
    } else {
        ExitStatus::Findings
    })
}

fn record(line: &[u8]) -> Result<ReplyRecord, String> {
    let text = std::str::from_utf8(line).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut record = ReplyRecord::from_line(text).map_err(|fault| fault.to_string())?;
    serde_json::from_slice::<Memory>(&record.value)
        .map_err(|error| format!("its reply is none: {error}"))?;
    // A clock that was ahead would keep it for ever.
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    record.created_at = record.created_at.min(now.unwrap_or_default().as_secs());
    Ok(record)
}

/// Keeps what is not there, or there from an earlier day.
fn take_in(
    database: &Database,
    records: &mut Vec<ReplyRecord>,
    imported: &mut Imported,
) -> Result<(), Error> {
    let keys: Vec<ContentHash> = records.iter().map(|one| one.key).collect();
    let known = database.replies(&keys, 0).map_err(Error::Cache)?.records;
    let before = records.len();
    records.retain(|one| {
        let known = known.get(&one.key);
        known.is_none_or(|known| known.created_at < one.created_at)
    });
    database.keep_replies(records).map_err(Error::Cache)?;
    imported.taken += records.len() as u64;
    imported.known += (before - records.len()) as u64;
    records.clear();
    Ok(())
}

fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn entries(count: u64) -> String {
    if count == 1 {
        "1 entry".to_owned()
    } else {
        format!("{count} entries")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_means_ids_files_and_folders() {
        let is_match = |glob: &str, id: &str| glob.parse::<IdGlob>().unwrap().is_match(id);
        assert!(is_match("shop/cart.py::Cart.add", "shop/cart.py::Cart.add"));
        assert!(is_match("shop/*::Cart.*", "shop/deep/cart.py::Cart.add"));
        assert!(is_match("*::*.add", "shop/cart.py::Cart.add"));
        assert!(is_match("shop/cart.py", "shop/cart.py::Cart.add"));
        assert!(is_match("./shop/", "shop/cart.py::Cart.add"));
        assert!(is_match("shop/cart.py::", "shop/cart.py::"));
        assert!(!is_match("shop/cart.py::", "shop/cart.py::Cart.add"));
        assert!(!is_match("cart.py", "shop/cart.py::Cart.add"));
        assert!(!is_match("sho", "shop/cart.py::Cart.add"));
        assert!("shop/[".parse::<IdGlob>().is_err());
    }
}
