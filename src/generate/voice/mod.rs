//! The project's own voice: the documented definitions that are nearest to one without a docstring, and
//! the habits of all that are there.
//!
//! Every file of the project is listened to once, and again when it has changed; what was heard is kept
//! in the database. Nothing that looks like a credential is kept or shown.

mod document;
mod habits;
mod nearest;
mod question;
mod services;
mod vectors;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::context::Example;
use super::select::{AnalyzedFile, Target};
use super::words::words_of;
use crate::config::MaxSource;
use crate::python::Definition;
use crate::store::{ContentHash, Database, FileRecord, Kept, StoreError};
use nearest::{Ranking, together};

pub use habits::Habits;
pub use question::Question;
pub use services::Services;

/// Changes when something else is kept of a file than before, so that all are listened to again.
const EDITION: &[u8] = b"2";

/// Listens to the files of a project.
#[derive(Debug)]
pub struct Listener {
    database: Database,
    root: PathBuf,
    known: HashMap<String, ContentHash>,
}

/// What was heard in a file.
#[derive(Debug)]
pub struct Heard {
    path: String,
    /// `None` when it is as it was.
    record: Option<FileRecord>,
}

impl Listener {
    /// Begins with what earlier runs have heard in the project at `root`.
    pub fn new(database: Database, root: &Path) -> Result<Self, StoreError> {
        let (database, known) = match database.file_hashes() {
            Ok(known) => (database, known),
            Err(error) => {
                tracing::debug!("what earlier runs kept cannot be read: {error}");
                (Database::in_memory()?, HashMap::new())
            }
        };
        Ok(Self {
            database,
            root: root.to_path_buf(),
            known,
        })
    }

    /// Listens to one file, which is no example for others when nothing of it may be shown. Run it on a
    /// thread with [`crate::python::STACK_BYTES`] of stack.
    #[must_use]
    pub fn hear(&self, file: &AnalyzedFile, max_source: MaxSource) -> Heard {
        let (path, hash) = self.key(&file.source.path, &file.source.bytes, max_source);
        let is_shown = max_source != MaxSource::None;
        if self.known.get(&path) == Some(&hash) {
            return Heard { path, record: None };
        }
        let habits = serde_json::to_string(&Habits::of_file(file)).unwrap_or_default();
        let record = FileRecord {
            path: path.clone(),
            hash,
            habits,
            documents: if is_shown {
                document::documents(file)
            } else {
                Vec::new()
            },
        };
        Heard {
            path,
            record: Some(record),
        }
    }

    /// What was heard in the file at `path`, if that was done when it had the same content.
    #[must_use]
    pub fn has_heard(&self, path: &Path, bytes: &[u8], max_source: MaxSource) -> Option<Heard> {
        let (path, hash) = self.key(path, bytes, max_source);
        let is_known = self.known.get(&path) == Some(&hash);
        is_known.then_some(Heard { path, record: None })
    }

    fn key(&self, path: &Path, bytes: &[u8], max_source: MaxSource) -> (String, ContentHash) {
        let is_shown = max_source != MaxSource::None;
        let hash = ContentHash::of(&[EDITION, &[u8::from(is_shown)], bytes]);
        (path_from(&self.root, path), hash)
    }

    /// Puts together what was heard in all files of the project; what is known of any other is
    /// forgotten. A voice that cannot be kept is one without examples.
    #[must_use]
    pub fn finish(self, heard: Vec<Heard>) -> Voice {
        let present: HashSet<&str> = heard.iter().map(|one| one.path.as_str()).collect();
        let gone: Vec<String> = self
            .known
            .keys()
            .filter(|path| !present.contains(path.as_str()))
            .cloned()
            .collect();
        let changed: Vec<FileRecord> = heard.into_iter().filter_map(|one| one.record).collect();
        let read = self
            .database
            .update_files(&changed, &gone)
            .and_then(|()| Ok((self.database.documents()?, self.database.habits()?)));
        let (documents, habits) = read.unwrap_or_else(|error| {
            tracing::debug!("no examples are shown: {error}");
            Default::default()
        });
        tracing::debug!(
            "{} documented definitions may be examples; {} changed {} indexed",
            documents.len(),
            changed.len(),
            if changed.len() == 1 { "file" } else { "files" },
        );
        let habits = habits
            .iter()
            .filter_map(|text| serde_json::from_str(text).ok())
            .fold(Habits::default(), Habits::plus);
        Voice {
            rows: documents
                .iter()
                .enumerate()
                .map(|(index, kept)| (kept.id, index))
                .collect(),
            database: self.database,
            root: self.root,
            documents,
            habits,
            found: HashMap::new(),
        }
    }
}

/// How the project writes: its habits, and its documented definitions to be searched.
#[derive(Debug)]
pub struct Voice {
    database: Database,
    root: PathBuf,
    /// By path and name.
    documents: Vec<Kept>,
    /// The position of each document by its row.
    rows: HashMap<i64, usize>,
    habits: Habits,
    /// What the services found, the nearest first, by file and name.
    found: HashMap<(String, String), Vec<usize>>,
}

impl Voice {
    /// What the project's docstrings are like.
    #[must_use]
    pub fn habits(&self) -> &Habits {
        &self.habits
    }

    /// The examples for definitions of a file that share a prompt, `count` at most: those that are
    /// near to the most of them. Nothing that the prompt is about is among them, and nothing at all
    /// where no line of source may be shown.
    #[must_use]
    pub fn examples_for(
        &self,
        file: &AnalyzedFile,
        targets: &[Target],
        count: usize,
        max_source: MaxSource,
    ) -> Vec<Example> {
        if count == 0 || max_source == MaxSource::None || self.documents.is_empty() {
            return Vec::new();
        }
        let asked: Vec<&Definition> = targets
            .iter()
            .filter_map(|target| file.module.definitions.get(target.definition))
            .collect();
        let own: HashSet<&str> = asked
            .iter()
            .map(|one| one.qualified_name.as_str())
            .collect();
        let path = path_from(&self.root, &file.source.path);
        let ranking = Ranking {
            database: &self.database,
            documents: &self.documents,
            rows: &self.rows,
            path: &path,
            own: &own,
        };
        let lists: Vec<Vec<usize>> = asked
            .iter()
            .map(|definition| {
                let name = (path.clone(), definition.qualified_name.clone());
                let found = self.found.get(&name).map_or(&[][..], Vec::as_slice);
                let mut nearest: Vec<usize> = found
                    .iter()
                    .filter(|index| !ranking.is_own(**index))
                    .copied()
                    .collect();
                if nearest.len() < count {
                    let by_words = ranking.nearest(definition, file, count);
                    nearest.extend(by_words.iter().filter(|index| !found.contains(index)));
                }
                nearest
            })
            .collect();
        let chosen = together(&lists, &self.documents, count);
        chosen
            .into_iter()
            .filter_map(|index| Some(example(self.documents.get(index)?)))
            .collect()
    }
}

fn example(kept: &Kept) -> Example {
    let document = &kept.document;
    // A module has no name inside its file.
    let name = match document.qualified_name.as_str() {
        "" => &document.header,
        name => name,
    };
    Example {
        name: name.to_owned(),
        header: document.header.clone(),
        docstring: document.docstring.clone(),
    }
}

/// A file's path from the project's root, with slashes.
fn path_from(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    below.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::config::RuleCode;
    use crate::generate::select::analyze_source;
    use crate::source::{FileName, SourceFile};
    use crate::store::Access;

    /// A file of the project at `/p`.
    pub(in crate::generate) fn analyzed(name: &str, source: &str) -> AnalyzedFile {
        let path = Path::new("/p").join(name);
        let name = FileName::new(&path, Path::new("/p"));
        let source = SourceFile::from_bytes(&path, name, source.as_bytes().to_vec()).unwrap();
        analyze_source(source).unwrap()
    }

    fn voice(files: &[&AnalyzedFile]) -> Voice {
        let listener = Listener::new(Database::in_memory().unwrap(), Path::new("/p")).unwrap();
        let heard = files
            .iter()
            .map(|file| listener.hear(file, MaxSource::Full))
            .collect();
        listener.finish(heard)
    }

    fn targets(file: &AnalyzedFile, names: &[&str]) -> Vec<Target> {
        let position = |name: &&str| {
            let mut all = file.module.definitions.iter();
            all.position(|one| one.qualified_name == **name).unwrap()
        };
        let target = |definition| Target {
            definition,
            code: RuleCode::D103,
            is_documented: false,
            task: crate::generate::Task::Write,
        };
        names.iter().map(position).map(target).collect()
    }

    fn names(voice: &Voice, file: &AnalyzedFile, of: &[&str]) -> Vec<String> {
        let found = voice.examples_for(file, &targets(file, of), 3, MaxSource::Full);
        found.into_iter().map(|one| one.name).collect()
    }

    const SHOP: &str = r#"
def load_order(path, number):
    """Read an order from the ledger.

    Args:
        path: Where the ledger is.
        number: The order's number.

    Returns:
        What stands there.
    """
    return open(path).read()


def load_prices(path):
    """Read all prices of a day at once."""
    return open(path).read()


def greet(name):
    """Say something kind to a customer.

    Args:
        name: Who it is.

    Returns:
        The words.
    """
    return name


class Ledger:
    """Keep what was sold, and to whom."""

    @property
    def total(self):
        """What all orders come to."""
        return 1

    def load_order_again(self, path, number):
        """Fetch an order anew.

        Args:
            path: Where it is.
            number: Which one.

        Returns:
            The order.
        """
        return load_order(path, number)
"#;

    const NEW: &str = "def load_invoice(path, number):\n    return open(path)\n\n\ndef load_order(path, number):\n    return 1\n\n\nclass Book:\n    @property\n    def sum(self): return 1\n\n    def load_order(self, path, number): return 1\n";

    #[test]
    fn the_nearest_of_the_same_kind_come_first() {
        let (shop, new) = (analyzed("shop.py", SHOP), analyzed("new.py", NEW));
        let voice = voice(&[&shop, &new]);
        assert_eq!(
            names(&voice, &new, &["load_invoice"]),
            ["load_order", "Ledger.load_order_again", "load_prices"],
            "with sections before those without"
        );
        assert_eq!(
            names(&voice, &new, &["Book.load_order"])[0],
            "Ledger.load_order_again"
        );
        assert_eq!(names(&voice, &new, &["Book.sum"]), ["Ledger.total"]);
        assert_eq!(names(&voice, &new, &["Book"]), ["Ledger"]);
        // What is asked for is never its own example.
        assert!(!names(&voice, &shop, &["load_order"]).contains(&"load_order".to_owned()));
        // One prompt, and the examples that most of it has use for.
        let shared = names(&voice, &new, &["load_invoice", "load_order", "Book"]);
        assert_eq!(shared.len(), 3);
        assert!(shared.contains(&"load_order".to_owned()), "{shared:?}");
        let of_none = voice.examples_for(&new, &targets(&new, &["Book"]), 3, MaxSource::None);
        assert!(of_none.is_empty());
    }

    #[test]
    fn an_example_is_as_it_stands() {
        let (shop, new) = (analyzed("shop.py", SHOP), analyzed("new.py", NEW));
        let found = voice(&[&shop]).examples_for(
            &new,
            &targets(&new, &["load_invoice"]),
            1,
            MaxSource::Signature,
        );
        assert_eq!(found[0].header, "def load_order(path, number):");
        assert!(
            found[0]
                .docstring
                .starts_with("Read an order from the ledger.\n\nArgs:\n    path: ")
        );
    }

    #[test]
    fn only_what_has_changed_is_listened_to_again() {
        let folder = tempfile::tempdir().unwrap();
        let (shop, new) = (analyzed("shop.py", SHOP), analyzed("new.py", NEW));
        let listen = |files: &[&AnalyzedFile]| {
            let database = Database::open(folder.path(), Access::Create).unwrap();
            let listener = Listener::new(database, Path::new("/p")).unwrap();
            let heard: Vec<Heard> = files
                .iter()
                .map(|file| listener.hear(file, MaxSource::Full))
                .collect();
            let changed = heard.iter().filter(|one| one.record.is_some()).count();
            (changed, listener.finish(heard))
        };
        let (changed, first) = listen(&[&shop, &new]);
        assert_eq!((changed, first.documents.len()), (2, 6));
        let (changed, second) = listen(&[&shop, &new]);
        assert_eq!((changed, second.documents.len()), (0, 6));
        assert_eq!(
            names(&first, &new, &["load_invoice", "Book"]),
            names(&second, &new, &["load_invoice", "Book"])
        );
        assert_eq!(first.habits(), second.habits());
        let other = analyzed("shop.py", "def f():\n    '''Do what has to be done.'''\n");
        let (changed, third) = listen(&[&other]);
        assert_eq!((changed, third.documents.len()), (1, 1));
    }
}
