use insta::assert_snapshot;

use crate::support::project::{Project, Ran, copy, fixtures};

const RUN: &[&str] = &["run", "--provider", "offline", "--no-report"];

const SOURCE: &str = "\
\"\"\"An app.\"\"\"


def first(name): return name.upper()


def second(count):
    # It is small.
    return count + 1


class Third:
    size = 3
";

/// A project whose files have been documented.
fn documented() -> Project {
    let project = Project::with(SOURCE).file("pkg/other.py", SOURCE);
    project.docgen(RUN).exits(0);
    assert!(project.read("app.py").len() > SOURCE.len());
    project
}

fn replace(project: &Project, path: &str, old: &str, new: &str) {
    let text = project.read(path);
    assert!(text.contains(old), "{text}");
    std::fs::write(project.path(path), text.replacen(old, new, 1)).unwrap();
}

/// The docstring's first line of a definition.
fn summary<'t>(text: &'t str, header: &str) -> &'t str {
    let (_, rest) = text.split_once(header).unwrap();
    let (_, rest) = rest.split_once("\"\"\"").unwrap();
    rest.lines().next().unwrap().trim_end_matches("\"\"\"")
}

#[test]
fn every_byte_comes_back_and_an_undo_can_be_undone() {
    let project = Project::shop().file("docgen.toml", "");
    copy(&fixtures().join("nasty"), &project.path("nasty"));
    let before = project.snapshot("");
    project.docgen(RUN);
    let after = project.snapshot("");
    assert!(after != before);
    project.docgen(&["undo"]).exits(0).says("Took back run 1 (");
    assert!(project.snapshot("") == before);
    project
        .docgen(&["undo", "2"])
        .exits(0)
        .says("`docgen undo 3`");
    assert!(project.snapshot("") == after);
    // An undo that is undone counts for nothing: the run is the last again.
    project.docgen(&["undo"]).exits(0).says("Took back run 1 (");
    assert!(project.snapshot("") == before);
    project
        .docgen(&["undo"])
        .exits(2)
        .says("there is nothing to take back")
        .says("docgen runs");
    assert!(project.snapshot("") == before, "it does not redo");
}

#[test]
fn what_was_edited_since_stays_and_is_named() {
    let project = documented();
    let said = summary(&project.read("app.py"), "def second").to_owned();
    replace(&project, "app.py", &said, "In my own words.");
    let diff = project.docgen(&["undo", "app.py", "--diff"]).exits(1);
    assert!(
        diff.stdout
            .contains("+def first(name): return name.upper()"),
        "{}",
        diff.stdout
    );
    assert!(!diff.stdout.contains("my own"), "{}", diff.stdout);
    project
        .docgen(&["undo", "app.py"])
        .exits(0)
        .says("app.py: edited since, so what it says stays: `second`");
    let text = project.read("app.py");
    assert!(
        text.contains("def first(name): return name.upper()\n"),
        "{text}"
    );
    assert!(text.contains("    \"\"\"In my own words.\n"), "{text}");
    assert!(text.ends_with("class Third:\n    size = 3\n"), "{text}");
    // The rest of the run is taken back by the next undo.
    project.docgen(&["undo"]).exits(0).says("Took back run 1 (");
    assert_eq!(project.read("pkg/other.py"), SOURCE);
    assert_eq!(project.read("app.py"), text);
    // And what was taken out comes back around it.
    project.docgen(&["undo", "2"]).exits(0);
    let text = project.read("app.py");
    assert!(text.contains("In my own words."), "{text}");
    assert!(summary(&text, "class Third").ends_with('.'), "{text}");
}

#[test]
fn an_edited_file_comes_back_by_force_alone() {
    let project = documented();
    replace(&project, "app.py", "count + 1", "count + 2");
    let edited = project.read("app.py");
    project
        .docgen(&["undo"])
        .exits(1)
        .says("app.py: its code was edited since")
        .says("`docgen undo 1 --force`")
        .says("1 file as before the run, 1 file left alone");
    assert_eq!(project.read("app.py"), edited);
    assert_eq!(project.read("pkg/other.py"), SOURCE);
    project
        .docgen(&["undo", "--force"])
        .exits(0)
        .says("1 file as before the run, without what was edited since");
    assert_eq!(project.read("app.py"), SOURCE);
    project.docgen(&["undo", "3"]).exits(0);
    assert_eq!(project.read("app.py"), edited, "no edit is ever lost");
    std::fs::write(project.path("app.py"), "def broken(:\n").unwrap();
    project
        .docgen(&["undo", "1", "app.py"])
        .exits(1)
        .says("app.py: it was edited since, and cannot be read now: Syntax error");
}

#[test]
fn comments_and_line_ends_are_told_from_docstrings() {
    let project = documented();
    replace(&project, "app.py", "# It is small.", "# It is large.");
    let windows = project.read("pkg/other.py").replace('\n', "\r\n");
    std::fs::write(project.path("pkg/other.py"), windows).unwrap();
    project
        .docgen(&["undo"])
        .exits(1)
        .says("app.py: its code was edited");
    assert_eq!(project.read("pkg/other.py"), SOURCE.replace('\n', "\r\n"));
}

#[test]
fn a_later_run_keeps_what_is_its_own() {
    let project = documented();
    let text = project.read("app.py");
    let (start, rest) = text.split_once("class Third:").unwrap();
    let (_, rest) = rest.split_once("size = 3").unwrap();
    let bare = format!("{start}class Third:\n    size = 3{rest}");
    std::fs::write(project.path("app.py"), &bare).unwrap();
    project.docgen(RUN).exits(0);
    let both = project.read("app.py");
    replace(
        &project,
        "app.py",
        summary(&both, "class Third"),
        "Be third.",
    );
    project
        .docgen(&["undo", "2"])
        .exits(0)
        .says("what it says stays: `Third`");
    project.docgen(&["undo", "1", "app.py"]).exits(0);
    let text = project.read("app.py");
    assert!(text.contains("\"\"\"Be third."), "{text}");
    assert!(
        text.contains("def second(count):\n    # It is small."),
        "{text}"
    );
}

#[test]
#[cfg(unix)]
fn files_that_are_not_what_they_were_are_told_and_others_go_on() {
    let project = ["a", "b", "c", "d"]
        .iter()
        .fold(Project::new(), |project, name| {
            project.file(&format!("{name}/app.py"), SOURCE)
        });
    let project = project.file("docgen.toml", "");
    project.docgen(RUN).exits(0);
    std::fs::remove_file(project.path("a/app.py")).unwrap();
    std::fs::rename(project.path("b/app.py"), project.path("b/moved.py")).unwrap();
    std::os::unix::fs::symlink("moved.py", project.path("b/app.py")).unwrap();
    std::fs::rename(project.path("c"), project.path("moved")).unwrap();
    std::os::unix::fs::symlink("moved", project.path("c")).unwrap();
    project
        .docgen(&["undo"])
        .exits(1)
        .says("a/app.py: it is gone: deleted, or moved")
        .says("b/app.py: it is a link now")
        .says("c/app.py: a folder on the way to it is a link now")
        .says("1 file as before the run, 3 files left alone");
    assert_eq!(project.read("d/app.py"), SOURCE);
    assert_ne!(project.read("b/moved.py"), SOURCE);
}

#[test]
fn paths_narrow_an_undo() {
    let project = documented();
    project
        .docgen(&["undo", "1", "nowhere.py"])
        .exits(2)
        .says("run 1 has changed nothing in `nowhere.py`")
        .says("`docgen runs 1`");
    project
        .docgen(&["undo", "7"])
        .exits(2)
        .says("there is no run 7");
    project.docgen(&["undo", "1", "pkg"]).exits(0);
    assert_eq!(project.read("pkg/other.py"), SOURCE);
    assert_ne!(project.read("app.py"), SOURCE);
    project
        .docgen(&["undo", "pkg"])
        .exits(2)
        .says("in these files");
    let ran = project.docgen(&["undo", "--format", "json"]).exits(0);
    assert_eq!(ran.json()["files"][0]["path"], "app.py");
    assert_eq!(ran.json()["files"][0]["result"], "restored");
    assert_eq!(project.read("app.py"), SOURCE);
}

#[test]
fn runs_are_listed_and_shown() {
    let project = documented();
    project.docgen(&["undo", "pkg"]).exits(0);
    // The times are the test's own.
    let untimed = |line: &str| {
        let cells = line.split("  ").map(str::trim);
        let cells = cells.filter(|cell| !cell.is_empty()).enumerate();
        let kept = cells.filter(|(index, _)| ![1, 2].contains(index));
        kept.map(|(_, cell)| cell).collect::<Vec<_>>().join(" | ")
    };
    let listed = project.docgen(&["runs"]).exits(0).stdout;
    let listed: Vec<String> = listed.lines().map(untimed).collect();
    assert_snapshot!(listed.join("\n"), @r"
    RUN | FILES | DOCSTRINGS | STATE | COMMAND
    2 | 1 | -3 | undo of 1, done | docgen undo pkg
    1 | 2 | +6 | partly undone by 2 | docgen run --provider offline --no-report
    ");
    let runs = project
        .docgen(&["runs", "--format", "json", "--limit", "1"])
        .json();
    assert_eq!(runs["runs"].as_array().unwrap().len(), 1);
    assert_eq!(runs["runs"][0]["undoes"], 1);
    assert_eq!(runs["runs"][0]["docstrings"]["removed"], 3);
    let shown = project.docgen(&["runs", "1"]).exits(0).stdout;
    let files = shown.split_once("\n\n").unwrap().1;
    assert_snapshot!(files, @r"
    app.py
      added    function first
      added    function second
      added    class Third

    pkg/other.py (undone by 2)
      added    function first
      added    function second
      added    class Third
    ");
    let run = project.docgen(&["runs", "1", "--format", "json"]).json();
    let change = &run["changes"][1];
    assert_eq!(change["undone_by"], 2);
    assert_eq!(change["docstrings"][0]["action"], "added");
    assert!(change["docstrings"][0]["old"].is_null());
    Project::with(SOURCE)
        .docgen(&["runs"])
        .exits(0)
        .says("no run has written a docstring here yet");
}

#[test]
fn no_original_is_kept_where_none_is_wanted() {
    let project = Project::with(SOURCE).file("docgen.toml", "[journal]\nkeep_runs = 0\n");
    project.docgen(RUN).exits(0);
    let state = std::fs::read(project.path(".docgen/state.db")).unwrap();
    let secret = b"It is small";
    assert!(!state.windows(secret.len()).any(|window| window == secret));
    project
        .docgen(&["undo"])
        .exits(1)
        .says("app.py: its original is no longer kept");
    let listed = project.docgen(&["runs"]).stdout;
    assert!(listed.contains("done; cannot be undone"), "{listed}");
}

#[test]
fn a_run_goes_on_where_nothing_can_be_kept() {
    let project = Project::with(SOURCE).file(".docgen", "in the way");
    let ran = project.docgen(RUN).exits(0);
    let ran = ran.says("cannot be taken back with `docgen undo`");
    assert_eq!(
        ran.stderr.matches("taken back").count(),
        1,
        "{}",
        ran.stderr
    );
    assert_ne!(project.read("app.py"), SOURCE);
    project
        .docgen(&["undo"])
        .exits(2)
        .says("nothing to take back");
}

#[test]
#[cfg(unix)]
fn a_journal_that_fails_in_the_middle_is_told_once_and_stops_nothing() {
    let source = SOURCE.repeat(8);
    let project = (0..40).fold(Project::new().file("docgen.toml", ""), |project, n| {
        project.file(&format!("m{n}.py"), &format!("N = {n}\n{source}"))
    });
    let before = project.snapshot("");
    // No file may be larger than 300 thousand bytes, which the database's log soon is.
    let docgen = project.command(RUN);
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 600; exec \"$@\"", "sh"]);
    command.arg(docgen.get_program()).args(docgen.get_args());
    command.current_dir(project.path(""));
    let ran = Ran::from(command.output().unwrap()).exits(0);
    let ran = ran.says("cannot be taken back with `docgen undo`");
    assert_eq!(ran.stderr.matches("warning").count(), 1, "{}", ran.stderr);
    let after = project.snapshot("");
    let documented = |(path, text): (&std::path::PathBuf, &Vec<u8>)| {
        path.ends_with("docgen.toml") || before.get(path) != Some(text)
    };
    assert!(after.iter().all(documented));
    // What was entered comes back.
    project.docgen(&["undo"]).exits(0);
    let back = project.snapshot("");
    let same = back
        .iter()
        .filter(|(path, text)| before.get(*path) == Some(*text));
    assert!((2..40).contains(&same.count()));
}
