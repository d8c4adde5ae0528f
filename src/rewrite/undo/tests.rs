use std::path::PathBuf;

use super::super::splice::{NewDocstring, rewrite};
use super::*;

/// A file of this content, and the same with a docstring for every definition.
fn documented(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = Text::read(Path::new("a.py"), bytes.to_vec()).ok()?;
    let new = |definition| NewDocstring {
        definition,
        text: format!("Do number {definition}.\n\nArgs:\n    it: What is done."),
        mended: None,
    };
    let all: Vec<NewDocstring> = (0..text.module.definitions.len()).map(new).collect();
    Some(rewrite(&text.source, &text.module, &all).bytes)
}

fn back(before: &[u8], after: &[u8], now: &[u8]) -> Result<TakenBack, NotUndone> {
    take_back(
        Path::new("a.py"),
        before.to_vec(),
        after.to_vec(),
        now.to_vec(),
    )
}

/// What comes of taking back what was written into `before`, once `edit` has changed it.
fn after_edit(before: &str, edit: impl Fn(&str) -> String) -> (String, Vec<(String, Stays)>) {
    let after = documented(before.as_bytes()).unwrap();
    let now = edit(std::str::from_utf8(&after).unwrap());
    let taken = back(before.as_bytes(), &after, now.as_bytes()).unwrap();
    (String::from_utf8(taken.bytes).unwrap(), taken.stays)
}

fn python_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            python_files(&path, found);
        } else if path.extension().is_some_and(|end| end == "py") {
            found.push(path);
        }
    }
}

#[test]
fn a_merge_with_no_edit_gives_every_byte_back() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut files = Vec::new();
    for folder in ["nasty", "shop", "stale", "visibility"] {
        python_files(&fixtures.join(folder), &mut files);
    }
    let merged = std::thread::Builder::new()
        .stack_size(python::STACK_BYTES)
        .spawn(move || {
            let mut merged = 0;
            for path in files {
                let before = std::fs::read(&path).unwrap();
                let Some(after) = documented(&before) else {
                    continue;
                };
                if before == after {
                    continue;
                }
                let taken = back(&before, &after, &after).unwrap();
                assert!(taken.bytes == before, "{}", path.display());
                assert_eq!(taken.stays, [], "{}", path.display());
                let redone = back(&after, &before, &before).unwrap();
                assert!(redone.bytes == after, "{}", path.display());
                merged += 1;
            }
            merged
        });
    assert!(merged.unwrap().join().unwrap() > 20);
}

const SOURCE: &str = "\
def first(): pass


class Second:
    '''Old words.'''

    x = 1  # one

    def third(self):
        ('parted'  # so
         ' words')
        return 1; return 2
";

#[test]
fn what_was_edited_stays_with_its_layout() {
    let (text, stays) = after_edit(SOURCE, |after| {
        after.replacen("Do number 1.", "My words.", 1)
    });
    assert_eq!(stays, [("first".to_owned(), Stays::Edited)]);
    let (start, rest) = text.split_once("class Second:").unwrap();
    assert_eq!(
        start,
        "def first():\n    \"\"\"My words.\n\n    Args:\n        it: What is done.\n    \"\"\"\n    pass\n\n\n"
    );
    assert_eq!(rest, SOURCE.split_once("class Second:").unwrap().1);
}

#[test]
fn a_docstring_that_was_laid_out_anew_is_still_the_runs() {
    let (text, stays) = after_edit(SOURCE, |after| {
        after.replacen("    \"\"\"Do number 1.", "    \"\"\"\n    Do number 1.", 1)
    });
    assert_eq!((text.as_str(), stays), (SOURCE, Vec::new()));
}

#[test]
fn a_docstring_that_was_deleted_since_stays_away_unless_there_was_one() {
    let after = documented(SOURCE.as_bytes()).unwrap();
    let after = String::from_utf8(after).unwrap();
    let (start, rest) = after.split_once("    \"\"\"Do number 1.").unwrap();
    let (_, rest) = rest.split_once("    \"\"\"\n").unwrap();
    let now = format!("{start}{rest}");
    let taken = back(SOURCE.as_bytes(), after.as_bytes(), now.as_bytes()).unwrap();
    assert_eq!(taken.stays, []);
    let text = String::from_utf8(taken.bytes).unwrap();
    assert!(text.contains("def first():\n    pass\n"), "{text}");
    assert!(
        text.contains("('parted'  # so\n         ' words')"),
        "{text}"
    );
    let names: Vec<&str> = taken
        .changes
        .iter()
        .map(|one| &*one.qualified_name)
        .collect();
    assert_eq!(names, ["", "Second", "Second.third"]);
    let actions: Vec<&str> = taken.changes.iter().map(DocstringChange::action).collect();
    assert_eq!(actions, ["removed", "updated", "updated"]);
}

#[test]
fn other_line_ends_are_no_edit() {
    for (before, edited) in [("\n", "\r\n"), ("\r\n", "\n")] {
        let source = SOURCE.replace('\n', before);
        let (text, stays) = after_edit(&source, |after| {
            after.replace(before, "\n").replace('\n', edited)
        });
        assert_eq!((text, stays), (SOURCE.replace('\n', edited), Vec::new()));
    }
}

#[test]
fn more_than_docstrings_is_refused() {
    let after = documented(SOURCE.as_bytes()).unwrap();
    let text = String::from_utf8(after.clone()).unwrap();
    let refused = |now: String| back(SOURCE.as_bytes(), &after, now.as_bytes()).unwrap_err();
    for (old, new) in [
        ("x = 1", "x = 2"),
        ("# one", "# two"),
        ("return 2", "return 22"),
    ] {
        assert_eq!(refused(text.replace(old, new)), NotUndone::Code);
    }
    assert_eq!(refused(format!("{text}\nx = 3\n")), NotUndone::Code);
    assert!(matches!(
        refused(format!("{text}def (\n")),
        NotUndone::Unreadable(_)
    ));
    let edited = SOURCE.replace("x = 1", "x = 2");
    let of_code = back(edited.as_bytes(), SOURCE.as_bytes(), &after);
    assert_eq!(of_code.unwrap_err(), NotUndone::RunOfCode);
}

#[test]
fn whole_contents_are_compared_by_name() {
    let old = b"def f():\n    'Old.'\ndef g():\n    'Same.'\ndef h():\n    'Gone.'\n";
    let new = b"'New.'\ndef g():\n    '''Same.'''\ndef f():\n    'Other.'\nx = 1\n";
    let changes = docstring_changes(Path::new("a.py"), old.to_vec(), new.to_vec());
    let told: Vec<(&str, &str)> = changes
        .iter()
        .map(|one| (&*one.qualified_name, one.action()))
        .collect();
    assert_eq!(told, [("", "added"), ("f", "updated"), ("h", "removed")]);
    assert_eq!(
        docstring_changes(Path::new("a.py"), b"def".to_vec(), new.to_vec()),
        []
    );
}
