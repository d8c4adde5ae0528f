//! What fuzzing and searching once broke, kept as files: each holds the input of a fuzz target, or the
//! text of a docstring.

use std::path::{Path, PathBuf};

use crate::{edits, reading, splice};

#[test]
fn words_go_into_files_that_broke_once() {
    for (path, input) in inputs("splice") {
        let (file, words) = splice::divided(&input);
        match splice::File::read(file) {
            Ok(file) => {
                let checked = splice::check(&file, &words);
                assert_eq!(checked, Ok(()), "{}", path.display());
            }
            Err(error) => assert!(!error.is_empty(), "{}", path.display()),
        }
    }
}

#[test]
fn texts_that_broke_once_are_read() {
    for (path, input) in inputs("docstring") {
        let checked = reading::check(&String::from_utf8_lossy(&input));
        assert_eq!(checked, Ok(()), "{}", path.display());
    }
}

#[test]
fn docstrings_that_were_mended_twice_are_mended_once() {
    for (path, input) in inputs("mend") {
        let checked = edits::mended_at_once(&String::from_utf8_lossy(&input));
        let path = path.display();
        checked.unwrap_or_else(|fault| panic!("{path}: {fault}"));
    }
}

fn inputs(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/regressions")
        .join(target);
    let entries = std::fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect()
}
