use std::path::Path;

use super::*;
use crate::llm::{Bound, BudgetStatement, OverBudget, Period, Spending};
use crate::python::Kind;
use crate::report::{FileReport, FolderReport, HotSpot, Outcome, RunReport, ScoreChange, Status};
use crate::rules::{Coverage, RuleCode};
use crate::source::FileName;

fn outcome(file: &str, index: usize, status: Status) -> Outcome {
    Outcome {
        id: format!("{file}::f{index}"),
        name: format!("a_function_with_a_rather_long_name_{index}"),
        kind: Kind::Function,
        line: index,
        line_after: index * 7,
        code: RuleCode::D103,
        was_documented: false,
        complexity: None,
        score: Some(ScoreChange {
            before: 0.0,
            after: 90.0,
        }),
        status,
    }
}

fn rejected(reason: &str) -> Status {
    Status::Rejected {
        reason: reason.to_owned(),
        faults: Vec::new(),
    }
}

/// A run over many definitions, every third of which was refused.
fn large(files: usize, each: usize, reason: &str) -> RunReport {
    let file = |file: usize| {
        let path = format!("package/with/deep/folders/{}/module_{file}.py", file / 20);
        let status = |index: usize| match index % 3 {
            0 => rejected(reason),
            _ => Status::Failed {
                reason: "the run was interrupted".to_owned(),
            },
        };
        FileReport {
            outcomes: (1..=each)
                .map(|index| outcome(&path, index, status(index)))
                .collect(),
            path: FileName::new(Path::new(&path), Path::new("")),
            coverage: Coverage {
                needed: each,
                documented: 0,
            },
            masked: std::collections::BTreeMap::new(),
            diff: None,
        }
    };
    let files: Vec<FileReport> = (0..files).map(file).collect();
    RunReport {
        folders: FolderReport::of(&files),
        files_read: files.len(),
        files,
        ..RunReport::default()
    }
}

fn links() -> Links {
    Links::beside(Path::new("/project"), Path::new("/project"))
}

#[test]
fn a_report_of_ten_thousand_definitions_is_one_that_github_shows() {
    let reason = "the words do not hold: `x` | does not exist ".repeat(40);
    let report = large(1_000, 10, &reason);
    let text = run_markdown(&report, &links());
    assert!(text.len() < 900_000, "{}", text.len());
    assert!(
        text.len() > 500_000,
        "there is room for more: {}",
        text.len()
    );
    for told in [
        "… and 9800 definitions more: see the JSON report.",
        "<details><summary>50 folders</summary>",
        "## What it took",
    ] {
        assert!(text.contains(told), "{told}");
    }
    assert_eq!(
        text.matches("<details>").count(),
        text.matches("</details>").count()
    );
    // A comment takes 65,536 characters: what comes first matters most.
    let first = text.get(..text.floor_char_boundary(1000)).unwrap();
    assert!(
        first.contains("## What is left") && first.contains("| 7000 | the run was"),
        "{first}"
    );
    // 10,000 definitions are no trouble for the other forms either.
    assert_eq!(definitions_csv(&report).matches("\r\n").count(), 10_001);
    let page = run_html(&report, &links());
    assert!(page.len() < 20_000_000 && page.ends_with("</html>\n"));
}

#[test]
fn a_chart_shows_a_few_folders_and_no_name_ends_it() {
    let mut report = large(60, 1, "no");
    for folder in &mut report.folders {
        folder.after.documented = 1;
    }
    report.folders[0].folder = "a\"]\n```<b>".to_owned();
    let text = run_markdown(&report, &links());
    assert!(
        text.contains("x-axis [\"a??????b?\", \"…e/with/deep/folders/1\",")
            || text.contains("x-axis [\"a?"),
        "{text}"
    );
    let fences = text.lines().filter(|line| line.starts_with("```"));
    assert_eq!(fences.count(), 2, "{text}");
    report.folders.truncate(1);
    assert!(!run_markdown(&report, &links()).contains("```"));
}

#[test]
fn a_run_that_did_nothing_and_knows_nothing_has_a_report() {
    let report = RunReport::default();
    let text = run_markdown(&report, &links());
    assert!(text.contains("docgen found no Python file."), "{text}");
    assert!(!run_html(&report, &links()).contains("NaN"));
    assert_eq!(
        run_json(&report)["quality"]["before"],
        serde_json::Value::Null
    );
}

#[test]
fn what_the_budget_left_is_left_in_every_table() {
    let bound = Bound::Requests(6);
    let over = OverBudget::UsedUp {
        period: Period::Run,
        bound,
        spent: Spending::default(),
        next: Spending::default(),
    };
    let mut report = large(60, 2, "no");
    let last = report.files.iter_mut().skip(20);
    for outcome in last.flat_map(|file| &mut file.outcomes) {
        outcome.status = Status::Skipped {
            reason: over.to_string(),
        };
    }
    report.files[59].outcomes[0].status = Status::Skipped {
        reason: "on purpose".to_owned(),
    };
    report.folders = FolderReport::of(&report.files);
    assert!(!report.is_cut_short());
    report.account_for(Some(BudgetStatement {
        lines: Vec::new(),
        over: Some(over),
    }));
    assert!(report.is_cut_short());
    let text = run_markdown(&report, &links());
    for told in [
        "| Left | 40 failed, 79 beyond the budget |",
        "<details><summary>119 definitions</summary>",
        "| `package/with/deep/folders/1` | 20 | 0.0 % | 0 → 90 | 0 | 0 | 0 | 40 |",
        "| `package/with/deep/folders/2` | 20 | 0.0 % | 0 → 90 | 0 | 0 | 1 | 39 |",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    let page = run_html(&report, &links());
    assert!(page.contains("<details><summary>All 119</summary>"));
}

#[test]
fn a_hot_spot_s_name_is_told_without_its_file() {
    let path = FileName::new(Path::new("a::b.py"), Path::new(""));
    let spot = HotSpot {
        id: "a::b.py::C.run".to_owned(),
        path,
        line: 1,
        line_after: 2,
        cyclomatic: 12,
        cognitive: 3,
    };
    assert_eq!(spot.name(), "C.run");
}
