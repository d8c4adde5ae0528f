use super::super::content_hash::ContentHash;
use super::super::database::{Access, Database};
use super::*;

fn new_run(undoes: Option<i64>) -> NewRun {
    NewRun {
        began: SystemTime::now(),
        command: "docgen run".to_owned(),
        words: "offline drafts".to_owned(),
        commit: Some("0123456789abcdef".to_owned()),
        branch: None,
        author: Some("Ann <ann@example.org>".to_owned()),
        undoes,
    }
}

const ALL: KeptOriginals = KeptOriginals {
    runs: 50,
    bytes: u64::MAX,
};

fn added(name: &str) -> DocstringChange {
    DocstringChange {
        qualified_name: name.to_owned(),
        kind: "function".to_owned(),
        old: None,
        new: Some("Do it.".to_owned()),
    }
}

/// A run that takes files from one content to another.
fn replaced(root: &Path, undoes: Option<i64>, kept: KeptOriginals, files: &[[&str; 3]]) -> i64 {
    let database = Database::open(root, Access::Create).unwrap();
    let journal = Journal::begin(database, new_run(undoes), kept).unwrap();
    for [path, before, after] in files {
        let docstrings = [added("f"), added("g")];
        let replacement = Replacement {
            path: Path::new(path),
            before: before.as_bytes(),
            after: after.as_bytes(),
            docstrings: &docstrings,
        };
        let entry = journal.enter(&replacement).unwrap();
        journal.happened(&entry);
    }
    journal.end(RunEnd::Done).unwrap();
    journal.run().unwrap()
}

fn open(root: &Path) -> Database {
    Database::open(root, Access::IfThere).unwrap()
}

#[test]
fn a_run_is_read_as_it_was_written() {
    let root = tempfile::tempdir().unwrap();
    let id = replaced(
        root.path(),
        None,
        ALL,
        &[["b.py", "old b", "new b"], ["a.py", "old a", "new a"]],
    );
    let database = open(root.path());
    let [run] = &database.runs(None).unwrap()[..] else {
        panic!("one run")
    };
    assert_eq!((run.id, run.files, run.originals), (id, 2, 2));
    assert_eq!((run.added, run.updated, run.removed), (4, 0, 0));
    assert_eq!(run.author.as_deref(), Some("Ann <ann@example.org>"));
    assert_eq!(run.pid, std::process::id());
    assert!(matches!(run.end, Some((_, RunEnd::Done))));
    let changes = database.changes_of(id).unwrap();
    assert!(changes.iter().all(|one| one.is_done && one.has_original));
    assert_eq!(changes[0].path, Path::new("a.py"));
    let contents = database.contents_of(&changes[0]).unwrap();
    assert_eq!(contents.before.unwrap(), b"old a");
    assert_eq!(contents.after.unwrap(), b"new a");
    let docstrings = database.docstrings_of(id).unwrap();
    assert_eq!(docstrings.len(), 4);
    assert_eq!(docstrings[0].change, changes[0].id);
    assert_eq!(docstrings[1].docstring, added("g"));
}

#[test]
fn a_run_without_a_replacement_leaves_no_trace() {
    let root = tempfile::tempdir().unwrap();
    let journal = || {
        let database = Database::open(root.path(), Access::Create).unwrap();
        Journal::begin(database, new_run(None), ALL).unwrap()
    };
    journal().end(RunEnd::Done).unwrap();
    let failed = journal();
    let replacement = Replacement {
        path: Path::new("a.py"),
        before: b"1",
        after: b"2",
        docstrings: &[added("f")],
    };
    let entry = failed.enter(&replacement).unwrap();
    failed.did_not_happen(&entry).unwrap();
    failed.end(RunEnd::Failed).unwrap();
    let database = open(root.path());
    assert_eq!(database.runs(None).unwrap(), []);
    let next = replaced(root.path(), None, ALL, &[["a.py", "1", "2"]]);
    assert!(next > 1, "no number is given twice");
    assert_eq!(database.docstrings_of(next).unwrap().len(), 2);
}

#[test]
fn what_a_killed_run_left_is_settled_by_what_the_files_hold() {
    let root = tempfile::tempdir().unwrap();
    let database = Database::open(root.path(), Access::Create).unwrap();
    let journal = Journal::begin(database, new_run(None), ALL).unwrap();
    let enter = |path: &str| {
        let replacement = Replacement {
            path: Path::new(path),
            before: b"old",
            after: b"new",
            docstrings: &[added("f")],
        };
        journal.enter(&replacement).unwrap()
    };
    let (first, _second) = (enter("a.py"), enter("b.py"));
    journal.happened(&first);
    let _third = enter("c.py");
    // Killed here.
    drop(journal);
    let database = open(root.path());
    let pending = database.pending_changes().unwrap();
    let paths: Vec<&Path> = pending.iter().map(|one| one.path.as_path()).collect();
    assert_eq!(paths, [Path::new("b.py"), Path::new("c.py")]);
    assert_eq!(pending[0].before, ContentHash::of(&[b"old"]));
    assert_eq!(pending[0].after, ContentHash::of(&[b"new"]));
    let [run] = &database.runs(None).unwrap()[..] else {
        panic!("one run")
    };
    assert_eq!((run.end, run.files), (None, 3));
    let happened: Vec<(i64, bool)> = pending
        .iter()
        .map(|one| (one.id, one.path == Path::new("c.py")))
        .collect();
    database.settle(&happened).unwrap();
    assert_eq!(database.pending_changes().unwrap(), []);
    let changes = database.changes_of(run.id).unwrap();
    let paths: Vec<&Path> = changes.iter().map(|one| one.path.as_path()).collect();
    assert_eq!(paths, [Path::new("a.py"), Path::new("c.py")]);
    assert_eq!(database.docstrings_of(run.id).unwrap().len(), 2);
}

#[test]
fn an_undo_that_is_undone_counts_no_more() {
    let root = tempfile::tempdir().unwrap();
    let both = [["a.py", "1", "2"], ["b.py", "1", "2"]];
    let first = replaced(root.path(), None, ALL, &both);
    let undone = || {
        let runs = open(root.path()).runs(None).unwrap();
        let run = runs.into_iter().find(|run| run.id == first);
        run.unwrap().undone
    };
    let partly = replaced(root.path(), Some(first), ALL, &[["a.py", "2", "1"]]);
    assert_eq!(undone(), Undone::Partly(partly));
    let rest = replaced(root.path(), Some(first), ALL, &[["b.py", "2", "1"]]);
    assert_eq!(undone(), Undone::Whole(rest));
    replaced(root.path(), Some(rest), ALL, &[["b.py", "1", "2"]]);
    assert_eq!(undone(), Undone::Partly(partly));
    let redo = replaced(root.path(), Some(partly), ALL, &[["a.py", "1", "2"]]);
    assert_eq!(undone(), Undone::Not);
    replaced(root.path(), Some(redo), ALL, &[["a.py", "2", "1"]]);
    assert_eq!(undone(), Undone::Partly(partly));
}

#[test]
fn originals_are_bounded_and_what_became_of_docstrings_stays() {
    let root = tempfile::tempdir().unwrap();
    let kept = KeptOriginals {
        runs: 2,
        bytes: u64::MAX,
    };
    let text = |n: usize| format!("# {n}\n").repeat(50);
    let mut ids = Vec::new();
    for n in 0..4 {
        let (before, after) = (text(n), text(n + 1));
        ids.push(replaced(
            root.path(),
            None,
            kept,
            &[["a.py", &before, &after]],
        ));
    }
    let originals = || {
        let runs = open(root.path()).runs(None).unwrap();
        runs.iter().map(|run| run.originals).collect::<Vec<_>>()
    };
    assert_eq!(originals(), [1, 1, 0, 0]);
    let database = open(root.path());
    let old = database.changes_of(ids[0]).unwrap();
    let nothing = Contents {
        before: None,
        after: None,
    };
    assert_eq!(database.contents_of(&old[0]).unwrap(), nothing);
    assert_eq!(database.docstrings_of(ids[0]).unwrap().len(), 2);
    // The newest run's stay, whatever they take.
    let little = KeptOriginals { runs: 9, bytes: 1 };
    replaced(
        root.path(),
        None,
        little,
        &[["a.py", "x", "y"], ["b.py", "z", "w"]],
    );
    assert_eq!(originals(), [2, 0, 0, 0, 0]);
    let none = KeptOriginals { runs: 0, bytes: 0 };
    replaced(root.path(), None, none, &[["a.py", "y", "z"]]);
    assert_eq!(originals(), [0, 0, 0, 0, 0, 0]);
    assert_eq!(open(root.path()).runs(Some(2)).unwrap().len(), 2);
}

#[test]
fn the_same_original_is_kept_once() {
    let root = tempfile::tempdir().unwrap();
    let file = ["a.py", "the same", "1"];
    replaced(root.path(), None, ALL, &[file, ["b.py", "the same", "2"]]);
    replaced(root.path(), None, ALL, &[file]);
    let count = |connection: &mut rusqlite::Connection| {
        connection.query_row("SELECT count(*) FROM content", [], |row| {
            row.get::<_, i64>(0)
        })
    };
    assert_eq!(open(root.path()).with(count).unwrap(), 1);
}

#[cfg(unix)]
#[test]
fn any_path_comes_back() {
    use std::os::unix::ffi::OsStrExt as _;
    for bytes in [&b"a/\xff.py"[..], "ä/b c.py".as_bytes()] {
        let path = Path::new(std::ffi::OsStr::from_bytes(bytes));
        let (text, kept) = kept_path(path);
        assert_eq!(path_of(text, kept), path);
    }
}
