//! Documented definitions and their full text, file by file.
//!
//! The words that are searched come from outside, already divided: this index knows columns and
//! weights, and nothing of Python.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::content_hash::ContentHash;
use super::database::{Database, StoreError};

/// How much a word weighs by where it stands, in the order of the table's columns: the group is a
/// condition and no match; a name says most, what a function is made of says more than prose.
const WEIGHTS: &str = "0.0, 4.0, 1.5, 2.0, 1.0";

/// A definition with its docstring, as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its name inside its file, unique there.
    pub qualified_name: String,
    /// A word for what it may be an example of.
    pub group: String,
    /// What else is to be known of it, for whoever keeps it.
    pub traits: u32,
    /// Its header on one line.
    pub header: String,
    /// Its docstring.
    pub docstring: String,
}

impl Document {
    /// What tells its content from others'.
    #[must_use]
    pub fn content(&self) -> ContentHash {
        ContentHash::of(&[
            self.qualified_name.as_bytes(),
            self.header.as_bytes(),
            self.docstring.as_bytes(),
        ])
    }
}

/// The words that a document is found by, divided by blanks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchText {
    /// Those of its name.
    pub name: String,
    /// Those of what it is defined in.
    pub scope: String,
    /// Those of what it takes, calls and raises.
    pub identifiers: String,
    /// Those of its docstring.
    pub docstring: String,
}

/// What is kept of a file.
#[derive(Debug, Clone)]
pub struct FileRecord {
    /// Its path from the project's root.
    pub path: String,
    /// The hash of what the rest was drawn from.
    pub hash: ContentHash,
    /// What its docstrings are like, for whoever keeps it.
    pub habits: String,
    /// Its documents, with the words that each is found by.
    pub documents: Vec<(Document, SearchText)>,
}

/// A document that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its row, the same as long as its file and name are.
    pub id: i64,
    /// Its file's path from the project's root.
    pub path: String,
    /// The document.
    pub document: Document,
    /// The hash of its content.
    pub hash: ContentHash,
}

/// A document that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Its row.
    pub id: i64,
    /// How well it matches: BM25, more is better.
    pub score: f64,
}

impl Database {
    /// The hash of every file that is known, by path.
    pub fn file_hashes(&self) -> Result<HashMap<String, ContentHash>, StoreError> {
        self.with(|connection| {
            let mut files = connection.prepare("SELECT path, hash FROM file")?;
            let rows = files.query_map([], |row| Ok((row.get(0)?, hash(row, 1)?)))?;
            rows.collect()
        })
    }

    /// Takes files in, in place of what is known of them, and forgets others; all or nothing.
    pub fn update_files(&self, changed: &[FileRecord], gone: &[String]) -> Result<(), StoreError> {
        if changed.is_empty() && gone.is_empty() {
            return Ok(());
        }
        self.with(|connection| {
            let transaction = connection.transaction()?;
            let paths = changed.iter().map(|record| &record.path).chain(gone);
            for path in paths {
                forget(&transaction, path)?;
            }
            for record in changed {
                add(&transaction, record)?;
            }
            transaction.commit()
        })
    }

    /// What the docstrings of each known file are like, by path.
    pub fn habits(&self) -> Result<Vec<String>, StoreError> {
        self.with(|connection| {
            let mut files = connection.prepare("SELECT habits FROM file ORDER BY path")?;
            let rows = files.query_map([], |row| row.get(0))?;
            rows.collect()
        })
    }

    /// Every document, by path and name.
    pub fn documents(&self) -> Result<Vec<Kept>, StoreError> {
        const ALL: &str = "SELECT document.id, file.path, qualified_name, group_name, traits, \
             header, docstring, document.hash FROM document JOIN file ON file.id = document.file \
             ORDER BY file.path, qualified_name";
        self.with(|connection| {
            let mut documents = connection.prepare(ALL)?;
            let rows = documents.query_map([], |row| {
                Ok(Kept {
                    id: row.get(0)?,
                    path: row.get(1)?,
                    document: Document {
                        qualified_name: row.get(2)?,
                        group: row.get(3)?,
                        traits: row.get(4)?,
                        header: row.get(5)?,
                        docstring: row.get(6)?,
                    },
                    hash: hash(row, 7)?,
                })
            })?;
            rows.collect()
        })
    }

    /// In how many documents each of `words` stands; one that stands in none is left out.
    pub fn frequencies(&self, words: &[String]) -> Result<HashMap<String, u32>, StoreError> {
        self.with(|connection| {
            let mut of_word =
                connection.prepare("SELECT doc FROM document_term WHERE term = ?1")?;
            let mut counts = HashMap::new();
            for word in words {
                let count = of_word.query_row([word], |row| row.get(0)).optional()?;
                counts.extend(count.map(|count| (word.clone(), count)));
            }
            Ok(counts)
        })
    }

    /// The documents of a group that have any of `words`, the best first. No word is read as
    /// anything but a word.
    pub fn find(&self, group: &str, words: &[String], limit: u32) -> Result<Vec<Hit>, StoreError> {
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        let query = format!(
            "group_name : {} AND {{name qualified_name identifiers docstring}} : ({})",
            quoted(group),
            words.join(" OR ")
        );
        // Rows of one score come in an order that does not depend on when they were added.
        let search = format!(
            "SELECT rowid, -bm25(document_text, {WEIGHTS}) AS score FROM document_text \
             WHERE document_text MATCH ?1 ORDER BY score DESC, rowid LIMIT ?2"
        );
        self.with(|connection| {
            let mut found = connection.prepare(&search)?;
            let rows = found.query_map(params![query, limit], |row| {
                Ok(Hit {
                    id: row.get(0)?,
                    score: row.get(1)?,
                })
            })?;
            rows.collect()
        })
    }
}

/// A string of the query language, which has no escape but the doubled quote.
fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\"\""))
}

fn hash(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<ContentHash> {
    let bytes: Vec<u8> = row.get(column)?;
    ContentHash::from_bytes(&bytes).ok_or_else(|| {
        let kind = rusqlite::types::Type::Blob;
        rusqlite::Error::InvalidColumnType(column, "hash".to_owned(), kind)
    })
}

fn forget(connection: &Connection, path: &str) -> rusqlite::Result<()> {
    let mut of_path = connection.prepare("SELECT id FROM file WHERE path = ?1")?;
    let Some(file) = of_path
        .query_row([path], |row| row.get::<_, i64>(0))
        .optional()?
    else {
        return Ok(());
    };
    for statement in [
        "DELETE FROM document_text WHERE rowid IN (SELECT id FROM document WHERE file = ?1)",
        "DELETE FROM document WHERE file = ?1",
        "DELETE FROM file WHERE id = ?1",
    ] {
        connection.prepare(statement)?.execute([file])?;
    }
    Ok(())
}

fn add(transaction: &Transaction<'_>, record: &FileRecord) -> rusqlite::Result<()> {
    let path = record.path.as_str();
    transaction
        .prepare("INSERT INTO file (path, hash, habits) VALUES (?1, ?2, ?3)")?
        .execute(params![path, record.hash.as_bytes(), record.habits])?;
    let file = transaction.last_insert_rowid();
    let mut row = transaction.prepare(
        "INSERT INTO document (id, file, qualified_name, group_name, traits, header, docstring, \
         hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    let mut text = transaction.prepare(
        "INSERT INTO document_text (rowid, group_name, name, qualified_name, identifiers, \
         docstring) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (document, words) in &record.documents {
        let name = document.qualified_name.as_str();
        let id = ContentHash::of(&[path.as_bytes(), name.as_bytes()]).row();
        row.execute(params![
            id,
            file,
            name,
            document.group,
            document.traits,
            document.header,
            document.docstring,
            document.content().as_bytes(),
        ])?;
        text.execute(params![
            id,
            document.group,
            words.name,
            words.scope,
            words.identifiers,
            words.docstring,
        ])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(path: &str, names: &[&str]) -> FileRecord {
        let document = |name: &&str| {
            let document = Document {
                qualified_name: (*name).to_owned(),
                group: "callable".to_owned(),
                traits: 5,
                header: format!("def {name}():"),
                docstring: "Do it.".to_owned(),
            };
            let words = SearchText {
                name: name.replace('_', " "),
                docstring: "do it".to_owned(),
                ..SearchText::default()
            };
            (document, words)
        };
        FileRecord {
            path: path.to_owned(),
            hash: ContentHash::of(&[path.as_bytes(), names.concat().as_bytes()]),
            habits: format!("{}", names.len()),
            documents: names.iter().map(document).collect(),
        }
    }

    fn found(database: &Database, words: &[&str]) -> Vec<String> {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        let names: HashMap<i64, String> = database
            .documents()
            .unwrap()
            .into_iter()
            .map(|one| (one.id, one.document.qualified_name))
            .collect();
        let hits = database.find("callable", &words, 9).unwrap();
        hits.iter().map(|hit| names[&hit.id].clone()).collect()
    }

    #[test]
    fn what_is_taken_in_is_found_until_it_is_forgotten() {
        let database = Database::in_memory().unwrap();
        let files = [
            record("a.py", &["load_order", "save_order"]),
            record("b.py", &["load_user", "parse"]),
        ];
        database.update_files(&files, &[]).unwrap();
        assert_eq!(found(&database, &["load", "order"])[0], "load_order");
        assert_eq!(found(&database, &["user"]), ["load_user"]);
        assert_eq!(database.file_hashes().unwrap()["a.py"], files[0].hash);
        assert_eq!(database.habits().unwrap(), ["2", "2"]);
        let counts = database.frequencies(&["load".to_owned(), "none".to_owned()]);
        assert_eq!(counts.unwrap(), HashMap::from([("load".to_owned(), 2)]));
        // Changed and gone.
        let changed = [record("a.py", &["drop_order"])];
        database
            .update_files(&changed, &["b.py".to_owned()])
            .unwrap();
        assert_eq!(found(&database, &["order", "user"]), ["drop_order"]);
        let kept = database.documents().unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].document, changed[0].documents[0].0);
        assert_eq!(kept[0].hash, kept[0].document.content());
    }

    #[test]
    fn no_word_is_an_operator() {
        let database = Database::in_memory().unwrap();
        database
            .update_files(&[record("a.py", &["load"])], &[])
            .unwrap();
        for hostile in [
            "\"",
            "*",
            "NOT",
            "a\" OR \"load",
            "name:load",
            "^load",
            "load*",
            "(",
            "-",
            "",
        ] {
            assert!(
                found(&database, &[hostile, "nothing"]).len() < 2,
                "{hostile}"
            );
        }
        assert_eq!(found(&database, &["\"", "load"]), ["load"]);
        assert!(
            database
                .find("class", &["load".to_owned()], 9)
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn a_document_keeps_its_row() {
        let rows = |first: &str, second: &str| {
            let database = Database::in_memory().unwrap();
            for path in [first, second] {
                database.update_files(&[record(path, &["f"])], &[]).unwrap();
            }
            let documents = database.documents().unwrap();
            documents.iter().map(|one| one.id).collect::<Vec<_>>()
        };
        assert_eq!(rows("a.py", "b.py"), rows("b.py", "a.py"));
    }
}
