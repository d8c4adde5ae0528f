use super::*;
use crate::rules::quality::{Scores, Suggestion};

fn docstring(line: usize, name: &str, completeness: Option<f64>) -> DocstringScore {
    let quality = completeness.map(|completeness| Quality {
        definition: 0,
        scores: Scores {
            completeness,
            clarity: 100.0,
            accuracy: 100.0,
            style: 100.0,
        },
        readability: None,
        missing: if completeness < 100.0 {
            vec![MissingPart {
                section: Section::Returns,
                name: None,
            }]
        } else {
            Vec::new()
        },
        suggestions: if completeness < 100.0 {
            vec![Suggestion {
                dimension: Dimension::Completeness,
                gain: (100.0 - completeness) * 0.4,
                text: "say what is \u{1b}[31m returned".to_owned(),
            }]
        } else {
            Vec::new()
        },
    });
    DocstringScore {
        place: Place { line, column: 5 },
        definition: name.to_owned(),
        kind: Kind::Function,
        code: RuleCode::D103,
        is_silenced: false,
        quality,
    }
}

fn report(fail_under: Option<f64>) -> ScoreReport {
    let file = |path: &str, docstrings| FileScore {
        path: FileName::new(std::path::Path::new(path), std::path::Path::new("")),
        docstrings,
    };
    ScoreReport {
        diagnostics: Vec::new(),
        files: vec![
            file(
                "a/one.py",
                vec![
                    docstring(1, "whole", Some(100.0)),
                    docstring(4, "half", Some(50.0)),
                ],
            ),
            file(
                "b/two.py",
                vec![
                    docstring(1, "none", None),
                    docstring(9, "tenth", Some(10.0)),
                ],
            ),
            file("b/empty.py", Vec::new()),
        ],
        fail_under,
    }
}

const STYLE: ScoreStyle = ScoreStyle {
    worst: 10,
    detail: ScoreDetail::Folders,
    is_colored: false,
};

#[test]
fn the_worst_come_first_and_are_escaped() {
    insta::assert_snapshot!(score_text(&report(Some(80.0)), STYLE), @r#"
    b/two.py:9:5: 64 tenth (completeness 10, clarity 100, accuracy 100, style 100)
        say what is \u{1b}[31m returned
    a/one.py:4:5: 80 half (completeness 50, clarity 100, accuracy 100, style 100)
        say what is \u{1b}[31m returned

    Folder  Needed  Documented  Completeness  Clarity  Accuracy  Style  Score
    a            2           2          75.0    100.0     100.0  100.0   90.0
    b            2           1          10.0    100.0     100.0  100.0   32.0
    Total        4           3          53.3    100.0     100.0  100.0   61.0

    Docstrings at 90 and more: 1, 75 to 89: 1, 50 to 74: 1, below 50: 0
    Docstrings that lack parts: return value 2
    1 definition has no docstring and counts 0; `docgen check` lists them.
    Score: 61.0 of 100 (3 of 4 documented, 3 files)
    Score 61.0 is below 80.
    "#);
}

#[test]
fn a_table_of_files_leaves_out_those_that_need_nothing() {
    let style = ScoreStyle {
        worst: 0,
        detail: ScoreDetail::Files,
        ..STYLE
    };
    insta::assert_snapshot!(score_text(&report(None), style), @"
    File      Needed  Documented  Completeness  Clarity  Accuracy  Style  Score
    a/one.py       2           2          75.0    100.0     100.0  100.0   90.0
    b/two.py       2           1          10.0    100.0     100.0  100.0   32.0
    Total          4           3          53.3    100.0     100.0  100.0   61.0

    Docstrings at 90 and more: 1, 75 to 89: 1, 50 to 74: 1, below 50: 0
    Docstrings that lack parts: return value 2
    1 definition has no docstring and counts 0; `docgen check` lists them.
    Score: 61.0 of 100 (3 of 4 documented, 3 files)
    ");
}

#[test]
fn the_score_alone() {
    let style = ScoreStyle {
        detail: ScoreDetail::Score,
        ..STYLE
    };
    insta::assert_snapshot!(score_text(&report(None), style), @"
    1 definition has no docstring and counts 0; `docgen check` lists them.
    Score: 61.0 of 100 (3 of 4 documented, 3 files)
    ");
}

#[test]
fn a_silenced_docstring_counts_and_is_not_complained_of() {
    let mut report = report(None);
    let before = report.tally();
    report.files[1].docstrings[1].is_silenced = true;
    assert_eq!(report.tally(), before);
    let worst: Vec<&str> = report
        .worst(9)
        .iter()
        .map(|one| one.1.definition.as_str())
        .collect();
    assert_eq!(worst, ["half"]);
}

#[test]
fn a_threshold_is_met_exactly() {
    // 100, 80, 64 and 0.
    for (threshold, passes) in [(61.0, true), (61.1, false), (0.0, true)] {
        assert_eq!(report(Some(threshold)).has_passed(), passes, "{threshold}");
    }
    assert!(report(None).has_passed());
    assert!(ScoreReport::default().has_passed());
    assert!((ScoreReport::default().tally().score() - 100.0).abs() < 1e-9);
}

#[test]
fn workflow_commands_name_the_worst() {
    insta::assert_snapshot!(score_github(&report(None), 1), @r#"::warning file=b/two.py,line=9,col=5,title=docgen score 64::tenth: say what is \u{1b}[31m returned"#);
}
