//! What docgen's own runs wrote, as far as the journal of this machine knows.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::commands::runs::settle_if_idle;
use crate::config::Config;
use crate::docstring::{DocstringChange, comparable};
use crate::report::RunNote;
use crate::store::{Access, Database, WrittenDocstring};

/// The journal, if there is one.
#[derive(Debug)]
pub(in crate::commands) struct Runs {
    database: Option<Database>,
    /// The project's root, links followed.
    root: PathBuf,
}

/// What a run made of a docstring.
#[derive(Debug, Clone)]
pub(in crate::commands) struct RunChange {
    pub(in crate::commands) note: RunNote,
    /// The definition's kind, in words.
    pub(in crate::commands) kind: String,
    pub(in crate::commands) old: Option<Arc<str>>,
    pub(in crate::commands) new: Option<Arc<str>>,
}

impl Runs {
    pub(in crate::commands) fn open(config: &Config) -> Self {
        let root = &config.files.root;
        let database = Database::open(root, Access::IfThere)
            .inspect_err(|error| tracing::debug!("the journal cannot be read: {error}"))
            .ok()
            .filter(Database::is_kept);
        if let Some(database) = &database {
            settle_if_idle(database, root);
        }
        Self {
            database,
            root: root.canonicalize().unwrap_or_else(|_| root.clone()),
        }
    }

    /// Whether runs are recorded here at all.
    pub(in crate::commands) fn are_known(&self) -> bool {
        self.database.is_some()
    }

    /// What runs made of a docstring, the newest first; the path is absolute, links followed.
    pub(in crate::commands) fn of(&self, path: &Path, qualified_name: &str) -> Vec<RunChange> {
        let (Some(database), Ok(path)) = (&self.database, path.strip_prefix(&self.root)) else {
            return Vec::new();
        };
        let mut path = path.to_string_lossy().into_owned();
        if cfg!(windows) {
            path = path.replace('\\', "/");
        }
        let written = database.docstrings_written(&path, qualified_name);
        let written = written
            .inspect_err(|error| tracing::debug!("the journal cannot be read: {error}"))
            .unwrap_or_default();
        written.into_iter().map(RunChange::from).collect()
    }

    /// The last run that wrote what `change` came to, before that was committed at `committed_at`, in
    /// seconds since 1970, or until now.
    pub(in crate::commands) fn note<'p>(
        &self,
        paths: impl IntoIterator<Item = &'p Path>,
        change: &DocstringChange,
        committed_at: Option<i64>,
    ) -> Option<RunNote> {
        let written = paths
            .into_iter()
            .flat_map(|path| self.of(path, &change.qualified_name));
        let is_it = |run: &RunChange| {
            let says_it = run.new == change.new && (run.new.is_some() || run.old == change.old);
            says_it && committed_at.is_none_or(|at| seconds(run.note.at) <= at)
        };
        let found = written.filter(is_it).map(|run| run.note);
        found.max_by_key(|note| (note.at, note.id))
    }
}

impl From<WrittenDocstring> for RunChange {
    fn from(written: WrittenDocstring) -> Self {
        let text = |text: Option<String>| text.as_deref().and_then(comparable);
        Self {
            note: RunNote {
                id: written.run,
                at: written.at,
                provider: written.words,
            },
            kind: written.docstring.kind,
            old: text(written.docstring.old),
            new: text(written.docstring.new),
        }
    }
}

/// Whole seconds since 1970, as git counts.
pub(in crate::commands) fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since.as_ref().map_or(0, Duration::as_secs);
    i64::try_from(seconds).unwrap_or(i64::MAX)
}
