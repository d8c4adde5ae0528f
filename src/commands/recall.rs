//! What earlier commands found in files, so that a file that is as it was is not parsed again.
//!
//! A file is known by its bytes, by what its path says of it, by the settings and by the very build of docgen,
//! never by its name or its time: what any of these may change is looked for anew.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::findings::Findings;
use super::project::module_facts;
use crate::config::{Config, Rules, Select};
use crate::generate::{AnalyzedFile, Habits, analyze_source, traits_of};
use crate::python::ModuleFacts;
use crate::rules::Diagnostic;
use crate::source::{Discovered, SourceFile, read_bytes};
use crate::store::{Access, ContentHash, Database};

/// Changes when the form of what is kept does.
const EDITION: &[u8] = b"2";

/// What may be made of earlier commands' findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recalling {
    /// They are used, and more are added.
    Use,
    /// Every file is parsed.
    Ignore,
}

/// What earlier commands found.
#[derive(Debug, Default)]
pub(super) struct Recall {
    memory: Option<Memory>,
    /// How many files were parsed.
    parsed: AtomicUsize,
}

#[derive(Debug)]
struct Memory {
    database: Database,
    select: Select,
    rules: Rules,
    /// What every key begins with.
    common: ContentHash,
    now: SystemTime,
    new: Mutex<Vec<(ContentHash, Vec<u8>)>>,
    used: Mutex<Vec<ContentHash>>,
}

/// A file that was read, and not yet parsed.
pub(super) struct Read<'f> {
    file: &'f Discovered,
    pub(super) bytes: Vec<u8>,
    key: Option<ContentHash>,
}

/// What a project and its voice have to know of a file.
pub(super) type Gist = (ModuleFacts, Habits);

impl Recall {
    /// Nothing is known, and nothing is kept.
    pub(super) fn nothing() -> Self {
        Self::default()
    }

    /// What is known of the project, if anything was ever kept: for a command that leaves nothing behind where
    /// nothing is.
    pub(super) fn if_there(config: &Config) -> Self {
        if !config.cache.enabled {
            return Self::nothing();
        }
        Self::with(Database::if_ready(&config.files.root), config)
    }

    /// What is known of the project, or where it can be kept.
    pub(super) fn open(config: &Config, access: Access) -> Self {
        if access == Access::IfThere || !config.cache.enabled {
            return Self::if_there(config);
        }
        let database = Database::open(&config.files.root, access)
            .inspect_err(|error| tracing::debug!("nothing is known of earlier runs: {error}"));
        Self::with(database.ok().filter(Database::is_kept), config)
    }

    fn with(database: Option<Database>, config: &Config) -> Self {
        let memory = database.map(|database| Memory {
            database,
            select: config.select.clone(),
            rules: config.check.rules.clone(),
            common: common(&config.select),
            now: SystemTime::now(),
            new: Mutex::default(),
            used: Mutex::default(),
        });
        Self {
            memory,
            parsed: AtomicUsize::new(0),
        }
    }

    /// Reads a file.
    pub(super) fn read<'f>(&self, file: &'f Discovered) -> Result<Read<'f>, Box<Diagnostic>> {
        let bytes = read_bytes(&file.path)
            .map_err(|error| Box::new(Diagnostic::unreadable(file.name.clone(), &error)))?;
        let memory = self.memory.as_ref();
        Ok(Read {
            key: memory.map(|memory| memory.key(file, &bytes)),
            file,
            bytes,
        })
    }

    /// What is known to be found in a file.
    pub(super) fn findings(&self, read: &Read<'_>) -> Option<Findings> {
        self.memory.as_ref()?.kept(read.key?)
    }

    /// What the project is known to have to know of a file.
    pub(super) fn gist(&self, read: &Read<'_>) -> Option<Gist> {
        self.memory.as_ref()?.kept(gist_key(read.key?))
    }

    /// Parses and analyses a file, on a thread with [`crate::python::STACK_BYTES`] of stack. With it comes the
    /// key under which what is found in it is kept.
    pub(super) fn parse(
        &self,
        read: Read<'_>,
    ) -> Result<(AnalyzedFile, Option<ContentHash>), Box<Diagnostic>> {
        let Read { file, bytes, key } = read;
        self.parsed.fetch_add(1, Ordering::Relaxed);
        let analyzed = SourceFile::from_bytes(&file.path, file.name.clone(), bytes)
            .map_err(|error| Box::new(Diagnostic::unreadable(file.name.clone(), &error)))
            .and_then(analyze_source);
        match analyzed {
            Ok(file) => Ok((file, key)),
            Err(why) => {
                if let Some((memory, key)) = self.memory.as_ref().zip(key) {
                    memory.keep(key, &Findings::unread((*why).clone()));
                }
                Err(why)
            }
        }
    }

    /// Keeps what was found in a file, if anything is kept; on a thread with [`crate::python::STACK_BYTES`] of
    /// stack. Nothing that looks like a credential is kept: such a file is parsed each time.
    pub(super) fn keep(&self, key: Option<ContentHash>, file: &AnalyzedFile, findings: &Findings) {
        if let Some((memory, key)) = self.memory.as_ref().zip(key)
            && !(findings.quotes() && file.holds_secrets())
        {
            memory.keep(key, findings);
        }
    }

    /// Keeps what the project has to know of a file, if anything is kept; as for [`Self::keep`].
    pub(super) fn keep_gist(
        &self,
        key: Option<ContentHash>,
        file: &AnalyzedFile,
        facts: &ModuleFacts,
    ) {
        if let Some((memory, key)) = self.memory.as_ref().zip(key)
            && !file.holds_secrets()
        {
            memory.keep(gist_key(key), &(facts, Habits::of_file(file)));
        }
    }

    /// Keeps what is in a file that was just written, so that the next command knows it; on a thread with
    /// [`crate::python::STACK_BYTES`] of stack.
    pub(super) fn learn(&self, file: &AnalyzedFile) {
        let Some(memory) = &self.memory else {
            return;
        };
        // It was parsed for the report.
        self.parsed.fetch_add(1, Ordering::Relaxed);
        let SourceFile {
            path, name, bytes, ..
        } = &file.source;
        let found = Discovered {
            path: path.clone(),
            name: name.clone(),
        };
        let key = Some(memory.key(&found, bytes));
        self.keep(key, file, &memory.find(file));
        self.keep_gist(key, file, &module_facts(file));
    }

    /// Writes down what was found. That the database is busy, full or gone is no one's concern: the files are
    /// parsed again.
    pub(super) fn finish(&self) {
        tracing::debug!("files parsed: {}", self.parsed.load(Ordering::Relaxed));
        let Some(memory) = &self.memory else {
            return;
        };
        let new = std::mem::take(&mut *lock(&memory.new));
        let used = std::mem::take(&mut *lock(&memory.used));
        if let Err(error) = memory.database.keep_analyses(&new, &used, memory.now) {
            tracing::debug!("what was found is not kept: {error}");
        }
    }
}

impl Memory {
    fn key(&self, file: &Discovered, bytes: &[u8]) -> ContentHash {
        let rules = self.rules.of_file(&file.path);
        ContentHash::of(&[
            self.common.as_bytes(),
            traits_of(file).as_bytes(),
            format!("{rules:?}").as_bytes(),
            bytes,
        ])
    }

    fn kept<T: DeserializeOwned>(&self, key: ContentHash) -> Option<T> {
        let analysis = self
            .database
            .analysis(key, self.now)
            .inspect_err(|error| tracing::debug!("what is known cannot be read: {error}"))
            .ok()??;
        if analysis.is_to_be_noted {
            lock(&self.used).push(key);
        }
        // What another docgen wrote has another key; what cannot be read all the same is not known.
        postcard::from_bytes(&analysis.content).ok()
    }

    fn keep(&self, key: ContentHash, content: &impl Serialize) {
        if let Ok(content) = postcard::to_allocvec(content) {
            lock(&self.new).push((key, content));
        }
    }

    fn find(&self, file: &AnalyzedFile) -> Findings {
        Findings::of(file, &self.select, self.rules.of_file(&file.source.path))
    }
}

/// The key of what the project has to know of a file, by that of what is found in it.
fn gist_key(key: ContentHash) -> ContentHash {
    ContentHash::of(&[b"gist", key.as_bytes()])
}

/// What all files' findings depend on: the settings, the form of what is kept, and this very program. Its
/// version alone would not tell two builds of one version apart.
fn common(select: &Select) -> ContentHash {
    let program = std::env::current_exe().and_then(std::fs::metadata);
    let program = program.ok().map(|program| {
        let changed = program.modified().ok();
        let changed = changed.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        (program.len(), changed)
    });
    ContentHash::of(&[
        EDITION,
        env!("CARGO_PKG_VERSION").as_bytes(),
        format!("{program:?}").as_bytes(),
        format!("{select:?}").as_bytes(),
    ])
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
