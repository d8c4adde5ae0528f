use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
#[cfg(unix)]
use std::process::Stdio;

use crate::support::project::{Project, Ran, copy, fixtures};

const RUN: &[&str] = &["run", "--provider", "offline", "--no-report"];

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .args(arguments);
    let output = command.output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {output:?}");
}

/// What `docgen run` prints and does in a folder of the project.
fn docgen(project: &Project, folder: &str, arguments: &[&str]) -> (Vec<u8>, Ran) {
    let mut command = project.command(&[RUN, arguments].concat());
    let output = command.current_dir(project.path(folder)).output().unwrap();
    (output.stdout.clone(), Ran::from(output))
}

/// The files of a folder by their names in it.
fn files(project: &Project, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let root = project.path(folder);
    let files = project.snapshot(folder).into_iter();
    let relative = files.map(|(path, bytes)| (path.strip_prefix(&root).unwrap().to_owned(), bytes));
    relative
        .filter(|(path, _)| path.extension().is_some_and(|end| end == "py"))
        .collect()
}

/// Makes the diff in `folder` of a repository, applies it there, and compares with what a run
/// writes.
fn applies(fill: impl Fn(&Path), folder: &str) {
    let (patched, written) = (Project::new(), Project::new());
    for project in [&patched, &written] {
        std::fs::create_dir_all(project.path(folder)).unwrap();
        fill(&project.path(folder));
        git(&project.path(""), &["init", "--quiet"]);
    }
    let before = files(&patched, folder);
    let (patch, ran) = docgen(&patched, folder, &["--diff"]);
    ran.exits(1);
    assert!(files(&patched, folder) == before, "a diff writes nothing");
    let here = patched.path(folder);
    std::fs::write(here.join("change.patch"), &patch).unwrap();
    git(&here, &["apply", "--check", "change.patch"]);
    git(&here, &["apply", "change.patch"]);
    docgen(&written, folder, &[]).1.exits(0);
    let (patched, written) = (files(&patched, folder), files(&written, folder));
    assert!(written != before && patched.keys().eq(written.keys()));
    for (path, bytes) in &written {
        let (left, right) = (
            String::from_utf8_lossy(&patched[path]),
            String::from_utf8_lossy(bytes),
        );
        assert!(
            &patched[path] == bytes,
            "{}:\n{left}\nis not\n{right}",
            path.display()
        );
    }
}

/// Files of every encoding and line end.
fn fill_with_bytes(folder: &Path) {
    let files: &[(&str, &[u8])] = &[
        ("plain.py", b"def f():\n    return 1\n"),
        (
            "crlf.py",
            b"import os\r\n\r\n\r\ndef f():\r\n    return 1\r\n",
        ),
        ("cr.py", b"def f():\r    return 1\r"),
        (
            "mixed.py",
            b"def f():\r\n    return 1\n\n\ndef g():\r    return 2\n",
        ),
        ("mark.py", b"\xef\xbb\xbfdef f():\n    return '\xc3\xa9'\n"),
        (
            "latin.py",
            b"# coding: latin-1\ndef f(x='\xe9'):\n\treturn x\n",
        ),
        (
            "japanese.py",
            b"# coding: shift_jis\ndef f(x='\x93\xfa\x96\x7b'):\n    return x\n",
        ),
        (
            "russian.py",
            b"# coding: koi8-r\nx = '\xf0\xd2'\n\n\ndef f():\n    pass\n",
        ),
        (
            "feed.py",
            b"\x0cimport os\n\x0c\ndef f():\n    return 1\n\x0c\n",
        ),
        ("unended.py", b"def f():\n    return 1"),
        ("suite.py", b"def f(): pass"),
        ("empty.py", b""),
        ("blank.py", b"\n"),
        (
            "separators.py",
            b"x = '\xe2\x80\xa8\x0b\xc2\x85'\n\n\ndef f():\n    return 1\n",
        ),
    ];
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

/// Names that a patch has to quote.
fn fill_with_names(folder: &Path) {
    let mut names: Vec<OsString> = ["a b.py", "é 本.py", "pkg/sub dir/x.py"]
        .map(OsString::from)
        .to_vec();
    #[cfg(unix)]
    names.extend(
        [
            " first.py",
            "qu\"ote'.py",
            "new\nline.py",
            "tab\t.py",
            "back\\slash.py",
            "a\x1b[31m.py",
            "- b.py",
        ]
        .map(OsString::from),
    );
    #[cfg(target_os = "linux")]
    names.push(std::os::unix::ffi::OsStringExt::from_vec(
        b"\xff\xfe.py".to_vec(),
    ));
    for name in names {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "def f(): pass\n").unwrap();
    }
}

#[test]
fn a_diff_applies_to_the_byte() {
    applies(fill_with_bytes, "");
}

#[test]
fn a_diff_applies_whatever_the_files_are_called() {
    applies(fill_with_names, "");
}

#[test]
fn a_diff_applies_where_it_was_made() {
    applies(fill_with_bytes, "sub folder/é");
    applies(fill_with_names, "sub");
}

#[test]
fn every_nasty_file_can_be_patched() {
    let readable = |folder: &Path| {
        copy(&fixtures().join("nasty"), folder);
        let errors = std::fs::read_to_string(folder.join("errors.txt")).unwrap();
        for line in errors
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            std::fs::remove_file(folder.join(line.split('\t').next().unwrap())).unwrap();
        }
    };
    applies(readable, "nasty");
}

#[test]
fn a_file_elsewhere_is_named_from_the_top() {
    let project = Project::with("def f(): pass\n").file("sub/x.txt", "");
    let (patch, ran) = docgen(&project, "sub", &["--diff", "../app.py"]);
    ran.exits(1);
    let top = project.path("app.py").canonicalize().unwrap();
    let header = format!("--- a{}\n", top.display());
    assert!(patch.starts_with(header.as_bytes()), "{header}");
}

#[test]
#[cfg(unix)]
fn a_terminal_is_shown_characters_and_obeys_none() {
    let project = Project::new().bytes(
        "app.py",
        b"# coding: latin-1\r\ndef f(x='\xe9\x1b[2J'):\r\n    return x\r\n",
    );
    let mut command = project.command(&[RUN, &["--diff", "--quiet"]].concat());
    command.env("TERM", "xterm");
    command.stdin(Stdio::inherit()).stdout(Stdio::inherit());
    command.stderr(Stdio::inherit());
    let mut terminal = rexpect::session::spawn_command(command, Some(30_000)).unwrap();
    // What is read there is a character for each byte.
    let read = terminal.exp_eof().unwrap();
    let bytes: Vec<u8> = read.chars().map(|c| u8::try_from(c).unwrap()).collect();
    let shown = String::from_utf8(bytes).unwrap();
    assert!(
        shown.contains("\x1b[1m--- a/app.py\x1b[0m\r\n"),
        "{shown:?}"
    );
    assert!(shown.contains(" def f(x='é\\u{1b}[2J'):"), "{shown:?}");
    assert!(
        shown.contains("\x1b[32m+    \"\"\"Return `x`."),
        "{shown:?}"
    );
    assert!(
        !shown.contains("\x1b[2J") && !shown.contains("\\u{d}"),
        "{shown:?}"
    );
}

#[test]
fn a_diff_that_is_empty_is_no_finding() {
    let project = Project::with("\"\"\"Do.\"\"\"\n");
    let (patch, ran) = docgen(&project, "", &["--diff"]);
    ran.exits(0);
    assert!(patch.is_empty());
}
