use super::*;
use crate::python::Place;
use crate::report::check::text::{Detail, Layout, TextStyle};

fn name(path: &str) -> FileName {
    FileName::new(std::path::Path::new(path), std::path::Path::new("/nowhere"))
}

fn at(
    path: &str,
    code: RuleCode,
    definition: &str,
    place: (usize, usize),
    end: usize,
) -> Diagnostic {
    let (line, column) = place;
    Diagnostic {
        path: name(path),
        place: Place { line, column },
        end: Place { line, column: end },
        definition: definition.to_owned(),
        code,
        message: code.message().to_owned(),
    }
}

fn file(path: &str, needed: usize, documented: usize) -> FileCoverage {
    FileCoverage {
        path: name(path),
        coverage: Coverage { needed, documented },
    }
}

fn full(source: &str, diagnostic: Diagnostic, width: usize) -> String {
    let report = CheckReport {
        diagnostics: vec![diagnostic],
        ..CheckReport::default()
    };
    let style = TextStyle {
        layout: Layout::Full { width },
        detail: Detail::Findings,
        is_colored: false,
        has_statistics: false,
    };
    check_text(&report, style, &|_| Some(source.to_owned()))
}

fn summary(codes: &[RuleCode], fail_under: Option<f64>) -> String {
    let report = CheckReport {
        diagnostics: codes
            .iter()
            .map(|&code| at("a.py", code, "f", (1, 1), 1))
            .collect(),
        files: vec![file("a.py", 8, 7)],
        fail_under,
        recorded: 0,
    };
    let style = TextStyle {
        layout: Layout::Concise,
        detail: Detail::Summary,
        is_colored: false,
        has_statistics: false,
    };
    let text = check_text(&report, style, &|_| None);
    text.lines()
        .skip(codes.len())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_closing_lines_count_each_sort() {
    use RuleCode::{D103, D417, DOC201, E999};
    let first = |codes: &[RuleCode]| summary(codes, None).lines().next().unwrap().to_owned();
    assert_eq!(first(&[]), "All docstrings are there.");
    assert_eq!(first(&[D103]), "Found 1 missing docstring.");
    assert_eq!(first(&[D417]), "Found 1 drifted detail.");
    assert_eq!(first(&[D417, DOC201]), "Found 2 drifted details.");
    assert_eq!(
        first(&[D103, D103, D417, E999]),
        "Found 3 findings: 2 missing docstrings, 1 drifted detail."
    );
    assert_eq!(first(&[E999, E999]), "2 files could not be read.");
}

#[test]
fn a_threshold_that_is_missed_is_named() {
    assert!(summary(&[], Some(87.55)).ends_with("\nCoverage 87.5% is below 87.55%."));
    assert!(summary(&[], Some(90.0)).ends_with(" is below 90%."));
    assert!(!summary(&[], Some(87.5)).contains("below"));
}

#[test]
fn folders_hold_their_own_files_only() {
    let report = CheckReport {
        files: vec![
            file("a.py", 1, 1),
            file("p/b.py", 2, 1),
            file("p/c.py", 3, 0),
            file("p/q/d.py", 4, 4),
            file("/e.py", 1, 0),
        ],
        ..CheckReport::default()
    };
    let folders: Vec<_> = report
        .folders()
        .into_iter()
        .map(|one| (one.folder, one.coverage.needed, one.coverage.documented))
        .collect();
    let expected = [(".", 1, 1), ("/", 1, 0), ("p", 5, 1), ("p/q", 4, 4)];
    assert_eq!(
        folders,
        expected.map(|(folder, needed, documented)| (folder.to_owned(), needed, documented))
    );
}

#[test]
fn statistics_begin_with_the_most_frequent() {
    use RuleCode::{D100, D103, DOC201};
    let codes = [DOC201, D103, D100, D103];
    let report = CheckReport {
        diagnostics: codes.map(|code| at("a.py", code, "", (1, 1), 1)).into(),
        ..CheckReport::default()
    };
    assert_eq!(report.statistics(), [(D103, 2), (D100, 1), (DOC201, 1)]);
}

#[test]
fn findings_of_one_kind_are_numbered_within_their_definition() {
    use RuleCode::DOC501;
    let report = CheckReport {
        diagnostics: vec![
            at("a.py", DOC501, "f", (1, 1), 1),
            at("a.py", DOC501, "f", (2, 1), 1),
            at("a.py", DOC501, "g", (9, 1), 1),
        ],
        ..CheckReport::default()
    };
    let numbers: Vec<_> = report.numbered().map(|(_, number)| number).collect();
    assert_eq!(numbers, [1, 2, 1]);
}

#[test]
fn the_caret_stands_under_the_name() {
    let shown = full(
        "\n\tdef 名前(x):  # 🙂\n",
        at("a.py", RuleCode::D102, "名前", (2, 6), 8),
        80,
    );
    insta::assert_snapshot!(shown, @"
    error[D102]: Missing docstring in public method
     --> a.py:2:6
      |
    2 |     def 名前(x):  # 🙂
      |         ^^^^
    ");
}

#[test]
fn what_would_move_the_cursor_is_shown_escaped() {
    let shown = full(
        "\"\x1b[2J\u{202e}\"; def f(): pass\n",
        at("a\x1b[1m.py", RuleCode::D103, "f", (1, 14), 15),
        80,
    );
    insta::assert_snapshot!(shown, @r#"
    error[D103]: Missing docstring in public function
     --> a\u{1b}[1m.py:1:14
      |
    1 | "␛[2J�"; def f(): pass
      |              ^
    "#);
}

#[test]
fn a_very_long_line_is_cut_around_the_mark() {
    let source = format!(
        "x = '{}'; def f(): return '{}'",
        "a".repeat(5000),
        "b".repeat(5000)
    );
    let shown = full(
        &source,
        at("a.py", RuleCode::D103, "f", (1, 5013), 5014),
        60,
    );
    insta::assert_snapshot!(shown, @"
    error[D103]: Missing docstring in public function
     --> a.py:1:5013
      |
    1 | ...aaaaaaaaaaaaaaaaa'; def f(): return 'bbbbbbbbbbbbb...
      |                            ^
    ");
}

#[test]
fn points_and_empty_files_are_marked_at_their_place() {
    let shown = full("", at("a.py", RuleCode::D104, "", (1, 1), 1), 80);
    insta::assert_snapshot!(shown, @"
    error[D104]: Missing docstring in public package
     --> a.py:1:1
      |
    1 |
      | ^
    ");
    let shown = full("x = (\n", at("a.py", RuleCode::E999, "", (1, 6), 6), 80);
    insta::assert_snapshot!(shown, @"
    error[E999]: Syntax error
     --> a.py:1:6
      |
    1 | x = (
      |      ^
    ");
}

#[test]
fn a_mark_over_several_lines_ends_with_the_first() {
    let mut diagnostic = at("a.py", RuleCode::DOC201, "f", (2, 5), 5);
    diagnostic.end = Place { line: 4, column: 8 };
    let shown = full("def f():\n    \"\"\"Do it.\n\n    \"\"\"\n", diagnostic, 80);
    insta::assert_snapshot!(shown, @r#"
    error[DOC201]: Return value is not documented
     --> a.py:2:5
      |
    2 |     """Do it.
      |     ^^^^^^^^^
    "#);
}

#[test]
fn a_file_that_changed_meanwhile_is_shown_without_its_line() {
    let shown = full("x", at("a.py", RuleCode::D103, "f", (7, 5), 6), 80);
    insta::assert_snapshot!(shown, @"
    error[D103]: Missing docstring in public function
    --> a.py:7:5
    ");
}
