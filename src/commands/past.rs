//! What files held at other times: read from git once each, and parsed in parallel.

mod runs;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};

use rayon::prelude::*;

use super::Error;
use crate::docstring::Past;
use crate::source::{Content, FileName, GitError, History, ObjectId, SourceFile, Stored, decode};

pub(super) use runs::{RunChange, Runs, seconds};

/// Blobs that wait to be parsed, at most.
const WAITING: usize = 64;

/// The docstrings of files at other times, each version of a file read once.
#[derive(Debug, Default)]
pub(super) struct Versions {
    stored: HashMap<ObjectId, Result<Past, String>>,
    on_disk: HashMap<PathBuf, Result<Past, String>>,
    /// Every name and docstring once: most are the same in most versions.
    texts: HashSet<Arc<str>>,
    nothing: Past,
}

impl Versions {
    /// Reads what is not known yet; a path, for what is on disk, is absolute.
    pub(super) fn load<'c>(
        &mut self,
        pool: &rayon::ThreadPool,
        history: &History,
        wanted: impl Iterator<Item = (PathBuf, &'c Content)>,
    ) -> Result<(), Error> {
        let (mut ids, mut paths) = (HashSet::new(), HashSet::new());
        for (path, content) in wanted {
            match content {
                Content::Stored(id) if !self.stored.contains_key(id) => {
                    ids.insert(id.clone());
                }
                Content::OnDisk if !self.on_disk.contains_key(&path) => {
                    paths.insert(path);
                }
                Content::Stored(_) | Content::OnDisk | Content::Absent => {}
            }
        }
        let mut ids: Vec<ObjectId> = ids.into_iter().collect();
        ids.sort_unstable();
        for (id, read) in read_stored(pool, history, &ids)? {
            let read = self.shared(read);
            self.stored.insert(id, read);
        }
        let paths: Vec<PathBuf> = paths.into_iter().collect();
        let found = pool.install(|| {
            let paths = paths.into_par_iter();
            let read = paths.map(|path| (read_file(&path), path));
            read.collect::<Vec<_>>()
        });
        for (read, path) in found {
            let read = self.shared(read);
            self.on_disk.insert(path, read);
        }
        Ok(())
    }

    fn shared(&mut self, mut read: Result<Past, String>) -> Result<Past, String> {
        if let Ok(past) = &mut read {
            past.share(|text| {
                if let Some(known) = self.texts.get(text) {
                    return Arc::clone(known);
                }
                let text: Arc<str> = text.into();
                self.texts.insert(Arc::clone(&text));
                text
            });
        }
        read
    }

    /// The docstrings of a file that was loaded, or why they cannot be told; `path`, for what is on disk,
    /// is absolute.
    pub(super) fn get(&self, path: &Path, content: &Content) -> Result<&Past, &str> {
        let read = match content {
            Content::Absent => return Ok(&self.nothing),
            Content::Stored(id) => self.stored.get(id),
            Content::OnDisk => self.on_disk.get(path),
        };
        match read {
            Some(Ok(past)) => Ok(past),
            Some(Err(reason)) => Err(reason),
            None => Err("it was not read"),
        }
    }
}

type Read = Vec<(ObjectId, Result<Past, String>)>;

/// Reads and parses what git has under these names; it reads on while others are parsed.
fn read_stored(
    pool: &rayon::ThreadPool,
    history: &History,
    ids: &[ObjectId],
) -> Result<Read, GitError> {
    let (sender, receiver) = mpsc::sync_channel(WAITING);
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || {
            history.read(ids, |id, stored| {
                // Nobody listens only if parsing has ended before its time.
                _ = sender.send((id.clone(), stored));
            })
        });
        let parsed = pool.install(|| {
            let waiting = receiver.into_iter().par_bridge();
            let parsed = waiting.map(|(id, stored)| (id, parse_stored(stored)));
            parsed.collect()
        });
        match reader.join() {
            Ok(read) => read.map(|()| parsed),
            Err(_) => Err(GitError::Failed("its answers were not read".to_owned())),
        }
    })
}

fn parse_stored(stored: Stored) -> Result<Past, String> {
    match stored {
        Stored::Bytes(bytes) => {
            let (text, _) = decode(&bytes).map_err(|error| error.to_string())?;
            parse(&text)
        }
        Stored::TooLarge(size) => Err(format!("has {size} bytes")),
        Stored::Missing => Err("is not in this clone".to_owned()),
    }
}

/// The docstrings of the file on disk; run it on a thread of the pool.
pub(super) fn read_file(path: &Path) -> Result<Past, String> {
    let source = SourceFile::read(path, FileName::default()).map_err(|error| error.to_string())?;
    parse(&source.text)
}

fn parse(text: &str) -> Result<Past, String> {
    Past::read(text).map_err(|error| format!("line {}: {error}", error.place.line))
}
