//! What README says is what the program does.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected is to fail at once"
)]

use std::path::Path;
use std::process::Command;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn docgen(folder: &Path, arguments: &[&str]) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_docgen"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap()
}

/// The fenced blocks of one language, in order.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let fence = format!("```{language}\n");
    text.split(&fence)
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("```")?.0))
        .collect()
}

#[test]
fn the_example_is_what_the_program_makes_of_it() {
    let readme = read("README.md");
    let python = blocks(&readme, "python");
    let [before, after] = python.as_slice() else {
        unreachable!("README has {} Python blocks", python.len())
    };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("basket.py"), before).unwrap();
    let ran = docgen(
        folder.path(),
        &["run", "basket.py", "--provider", "offline"],
    );
    assert!(ran.status.success());
    let written = std::fs::read_to_string(folder.path().join("basket.py")).unwrap();
    assert_eq!(written, *after);
}

/// The project of the examples.
fn shop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("src")).unwrap();
    let source = "import os\n\n\ndef one():\n    \"\"\"Do one thing.\"\"\"\n\n\ndef _two():\n    return os\n\n\ndef three():\n    return _two()\n";
    std::fs::write(folder.path().join("src/app.py"), source).unwrap();
    let drifted = "\"\"\"Shop.\"\"\"\n\n\ndef sell(count: int = 1, price: int = 0) -> None:\n    \"\"\"Sell.\n\n    Args:\n        count: How many. Defaults to 2.\n\n        prize: What one costs.\n    \"\"\"\n";
    std::fs::write(folder.path().join("src/shop.py"), drifted).unwrap();
    folder
}

#[test]
fn the_check_example_is_real() {
    let readme = read("README.md");
    let shown = readme
        .split("$ docgen check src\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let folder = shop();
    let ran = docgen(folder.path(), &["check", "src"]);
    assert_eq!(String::from_utf8(ran.stdout).unwrap(), shown);
    assert_eq!(ran.status.code(), Some(1));
}

#[test]
fn the_score_example_is_real() {
    let ran = docgen(shop().path(), &["score", "src", "--worst", "1"]);
    assert_eq!(ran.status.code(), Some(0));
    let found = String::from_utf8(ran.stdout).unwrap();
    for page in ["README.md", "docs/score.md"] {
        let text = read(page);
        let shown = text.split("$ docgen score src --worst 1\n").nth(1);
        assert_eq!(shown.unwrap().split("```").next(), Some(&*found), "{page}");
    }
}

#[test]
fn settings_in_the_text_are_accepted() {
    let readme = read("README.md");
    for settings in blocks(&readme, "toml") {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("docgen.toml"), settings).unwrap();
        std::fs::write(folder.path().join("a.py"), "\"\"\"A.\"\"\"\n").unwrap();
        assert!(
            docgen(folder.path(), &["check"]).status.success(),
            "{settings}"
        );
    }
}

#[test]
fn ci_runs_the_test_command_of_the_text() {
    let (readme, ci) = (read("README.md"), read(".ci/run"));
    let command = "cargo test --locked";
    assert!(
        blocks(&readme, "console")
            .iter()
            .any(|block| block.trim() == command)
    );
    assert!(
        ci.lines()
            .any(|line| line.trim_start_matches("step ").trim() == command)
    );
}

#[test]
fn every_exit_status_is_in_the_table() {
    let readme = read("README.md");
    for status in ["0", "1", "2", "130"] {
        assert!(readme.contains(&format!("| {status} | ")), "{status}");
    }
}
