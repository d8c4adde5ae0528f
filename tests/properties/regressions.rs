//! What fuzzing once broke, kept as files: each holds the input of a fuzz target.

use std::path::{Path, PathBuf};

use crate::{reading, splice};

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
