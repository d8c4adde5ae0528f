use std::io::Write as _;
use std::process::{Output, Stdio};

use crate::support::fake_azure::FakeAzure;
use crate::support::project::{Project, Ran};

const OFFLINE: &[&str] = &["run", "-", "--provider", "offline", "--stdin-filename"];
const SOURCE: &[u8] = b"def f(): pass\n";

fn pipe(project: &Project, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = project
        .command(arguments)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that stops early need not read everything.
    _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

/// Standard output, and the rest of what the run left behind.
fn filter(project: &Project, arguments: &[&str], input: &[u8]) -> (Vec<u8>, Ran) {
    let output = pipe(project, &[OFFLINE, arguments].concat(), input);
    (output.stdout.clone(), Ran::from(output))
}

#[test]
fn standard_output_is_the_documented_file() {
    let project = Project::new().bytes("f.py", SOURCE);
    let (piped, ran) = filter(&project, &["f.py"], SOURCE);
    let ran = ran.exits(0);
    assert_eq!(ran.stderr, "", "an editor might insert it");
    assert_eq!(project.snapshot("").len(), 1, "no report");
    assert_eq!(project.read("f.py").as_bytes(), SOURCE);
    project.docgen(&["run", "--provider", "offline"]).exits(0);
    assert_eq!(String::from_utf8(piped).unwrap(), project.read("f.py"));
    // Once is enough, and the name alone says that standard input is meant.
    let documented = project.read("f.py").into_bytes();
    let arguments = ["run", "--provider=offline", "--stdin-filename=f.py"];
    let output = pipe(&project, &arguments, &documented);
    assert!(output.stdout == documented);
    Ran::from(output).exits(0);
}

#[test]
fn bytes_are_those_of_the_file() {
    let project = Project::new();
    let input = b"# coding: latin-1\r\ndef f(x='\xe9'):\r\n\treturn x";
    let (piped, ran) = filter(&project, &["f.py"], input);
    ran.exits(0);
    let lines: Vec<&[u8]> = piped.split(|byte| *byte == b'\n').collect();
    assert!(lines.len() > 6 && lines.contains(&&b"def f(x='\xe9'):\r"[..]));
    assert!(piped.ends_with(b"\r\n\treturn x"));
    let (piped, ran) = filter(&project, &["f.py"], b"");
    ran.exits(0);
    assert!(String::from_utf8(piped).unwrap().starts_with("\"\"\""));
}

#[test]
fn a_file_that_cannot_be_read_comes_back_as_it_was() {
    let project = Project::new();
    for (input, place) in [
        (
            &b"def f(x):\n    return x\n\n\ndef g(:\n"[..],
            "pkg/f.py:5:7: E999",
        ),
        (b"x = 1\ny = '\xff'\n", "pkg/f.py:2:6: E902"),
        (b"\0", "pkg/f.py:1:1: E902"),
    ] {
        let (piped, ran) = filter(&project, &["pkg/f.py"], input);
        ran.exits(2).says(place);
        assert!(piped == input);
        let (piped, ran) = filter(&project, &["pkg/f.py", "--diff"], input);
        ran.exits(2).says(place);
        assert!(piped.is_empty());
    }
}

#[test]
fn a_failure_of_docgen_gives_the_file_back_too() {
    let project = Project::new().file("docgen.toml", "nonsense = 1\n");
    let (piped, ran) = filter(&project, &["f.py"], SOURCE);
    ran.exits(2).says("nonsense");
    assert!(piped == SOURCE);
    let output = pipe(
        &Project::new(),
        &["run", "--stdin-filename", "f.py"],
        SOURCE,
    );
    assert!(output.stdout == SOURCE);
    Ran::from(output).exits(2).says("hint: ");
}

#[test]
fn the_diff_of_standard_input_applies_to_the_file() {
    let project = Project::new().bytes("sub dir/f.py", SOURCE);
    let (patch, ran) = filter(&project, &["sub dir/f.py", "--diff"], SOURCE);
    ran.exits(1);
    std::fs::write(project.path("change.patch"), patch).unwrap();
    let mut git = std::process::Command::new("git");
    git.args(["apply", "change.patch"])
        .current_dir(project.path(""));
    assert!(git.status().unwrap().success());
    let (piped, _) = filter(&project, &["sub dir/f.py"], SOURCE);
    assert_eq!(project.read("sub dir/f.py").as_bytes(), piped);
}

#[test]
fn settings_are_those_of_the_file_s_place() {
    let project = Project::new()
        .file(
            "one/docgen.toml",
            "[check.per_file_ignores]\n\"quiet/*\" = [\"D\"]\n",
        )
        .file(
            "two/docgen.toml",
            "[files]\nexclude = [\"made\"]\nforce_exclude = true\n",
        );
    let unchanged = |name: &str| filter(&project, &[name], SOURCE).0 == SOURCE;
    assert!(unchanged("one/quiet/f.py") && unchanged("two/made/f.py"));
    assert!(!unchanged("one/f.py") && !unchanged("two/f.py"));
    assert!(unchanged("f.pyi"));
    let check = |name: &str| {
        let arguments = ["check", "-", "--stdin-filename", name];
        Ran::from(pipe(&project, &arguments, SOURCE))
    };
    check("one/quiet/f.py").exits(0);
    check("two/made/f.py").exits(0);
    check("two/f.py").exits(1);
}

#[test]
fn a_model_documents_standard_input_too() {
    let azure = FakeAzure::start();
    let project = Project::new().azure(&azure);
    let input = b"\"\"\"An app.\"\"\"\n\n\ndef pay(amount):\n    return amount\n";
    let arguments = ["run", "-", "--stdin-filename", "app.py"];
    let output = pipe(&project, &arguments, input);
    let ran = Ran::from(output).exits(0);
    assert!(ran.stdout.contains("as the fake says."), "{}", ran.stdout);
    assert_eq!(ran.stderr, "");
}

#[test]
fn standard_input_needs_a_name() {
    for command in ["run", "check"] {
        let ran = Project::new().docgen(&[command, "-"]);
        ran.exits(2).says("--stdin-filename NAME.py");
    }
    let project = Project::new().bytes("f.py", SOURCE);
    let (piped, ran) = filter(&project, &["g.py", "f.py"], SOURCE);
    ran.exits(0).says("`f.py` is not read");
    assert!(String::from_utf8(piped).unwrap().starts_with("\"\"\""));
    let (_, ran) = filter(&project, &["g.py", "--format", "json"], SOURCE);
    ran.exits(2);
    assert_eq!(project.read("f.py").as_bytes(), SOURCE);
}
