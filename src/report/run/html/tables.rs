//! The tables of a run's page.

use std::fmt::Write as _;

use crate::report::count::float;
use crate::report::html::text;
use crate::report::outcome::Outcome;
use crate::report::run::figures::{Percent, outcome_word};
use crate::report::run::links::Links;
use crate::report::run_report::{QualityChange, RunReport, Totals};
use crate::report::text::plural;
use crate::rules::Coverage;
use crate::source::FileName;

/// Rows of a table at most: a browser sorts no more with ease.
const MOST_ROWS: usize = 12_000;

/// A list of what is left that has more rows is folded, so that the plots below it are seen.
const MOST_UNFOLDED: usize = 40;

/// A cell: as it is shown, and the number that it is sorted by.
enum Cell {
    Html(String),
    Number(f64, String),
}

/// A table with its heads; those of numbers stand to the right.
struct Table<'a> {
    heads: &'a [&'a str],
    rows: Vec<Vec<Cell>>,
}

impl Table<'_> {
    fn html(&self, caption: &str) -> String {
        let is_number = |at: usize| {
            let first = self.rows.first().and_then(|row| row.get(at));
            matches!(first, Some(Cell::Number(..)))
        };
        let mut html = format!(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\"><table class=\"rows\" aria-label=\"{0}\"><thead><tr>",
            text(caption)
        );
        for (at, head) in self.heads.iter().enumerate() {
            let class = if is_number(at) { " class=\"n\"" } else { "" };
            _ = write!(html, "<th scope=\"col\"{class}>{}</th>", text(head));
        }
        html.push_str("</tr></thead><tbody>\n");
        for row in self.rows.iter().take(MOST_ROWS) {
            html.push_str("<tr>");
            for cell in row {
                _ = match cell {
                    Cell::Html(shown) => write!(html, "<td>{shown}</td>"),
                    Cell::Number(value, shown) => {
                        write!(
                            html,
                            "<td class=\"n\" data-v=\"{value}\">{}</td>",
                            text(shown)
                        )
                    }
                };
            }
            html.push_str("</tr>\n");
        }
        html.push_str("</tbody></table></div>\n");
        if let Some(more) = self
            .rows
            .len()
            .checked_sub(MOST_ROWS)
            .filter(|more| *more > 0)
        {
            _ = writeln!(
                html,
                "<p class=\"quiet\">… and {more} more: see the JSON report.</p>"
            );
        }
        html
    }
}

/// What was to be documented and is not, and what could not be read.
pub(super) fn left(page: &mut String, report: &RunReport, links: &Links) {
    if !report.has_leftovers() {
        return;
    }
    let is_left = |outcome: &&Outcome| report.is_left(outcome);
    let files = report.files.iter();
    let mut rows: Vec<Vec<Cell>> = files
        .flat_map(|file| {
            file.outcomes
                .iter()
                .filter(is_left)
                .map(move |one| (file, one))
        })
        .map(|(file, outcome)| {
            vec![
                Cell::Html(place(&file.path, outcome.line_after, links)),
                code(&outcome.name),
                Cell::Html(outcome_word(&outcome.status).to_owned()),
                Cell::Html(text(outcome.status.reason().unwrap_or_default())),
            ]
        })
        .collect();
    rows.extend(report.diagnostics.iter().map(|one| {
        vec![
            Cell::Html(place(&one.path, one.place.line, links)),
            Cell::Html(String::new()),
            Cell::Html(one.code.to_string()),
            Cell::Html(text(&one.message)),
        ]
    }));
    let table = Table {
        heads: &["Where", "Definition", "Outcome", "Why"],
        rows,
    };
    let (before, after) = if table.rows.len() > MOST_UNFOLDED {
        let count = table.rows.len();
        (
            format!("<details><summary>All {count}</summary>\n"),
            "</details>\n",
        )
    } else {
        (String::new(), "")
    };
    _ = write!(
        page,
        "<section id=\"what-is-left\">\n<h2>What is left</h2>\n{before}{}{after}</section>\n",
        table.html("What is left")
    );
}

/// Complex functions that have no docstring even now.
pub(super) fn hot_spots(page: &mut String, report: &RunReport, links: &Links) {
    if report.hot_spots.is_empty() {
        return;
    }
    let rows = report.hot_spots.iter().map(|spot| {
        vec![
            code(spot.name()),
            Cell::Html(place(&spot.path, spot.line_after, links)),
            Cell::Number(spot.cyclomatic.into(), spot.cyclomatic.to_string()),
            Cell::Number(spot.cognitive.into(), spot.cognitive.to_string()),
        ]
    });
    let table = Table {
        heads: &["Definition", "Where", "Cyclomatic", "Cognitive"],
        rows: rows.collect(),
    };
    let title = "Complexity hot spots without a docstring";
    _ = write!(
        page,
        "<section>\n<h2>{title}</h2>\n{}</section>\n",
        table.html(title)
    );
}

const FIGURES: [&str; 7] = [
    "Coverage before",
    "Coverage after",
    "Quality before",
    "Quality after",
    "Documented",
    "Mended",
    "Left",
];

/// The folders in which anything was done or is missing.
pub(super) fn folders(page: &mut String, report: &RunReport) {
    let is_told = |totals: Totals, after: Coverage| {
        totals != Totals::default() || after.documented < after.needed
    };
    let told = report
        .folders
        .iter()
        .filter(|one| is_told(one.totals, one.after));
    let left = report.left_by_place();
    let rows = told.map(|one| {
        let mut row = vec![code(&one.folder), count(one.files)];
        let left = left.get(one.folder.as_str()).copied().unwrap_or_default();
        row.extend(figures(
            (one.before, one.after),
            one.quality,
            (one.totals, left),
        ));
        row
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    if rows.len() < 2 {
        return;
    }
    let heads = [&["Folder", "Files"], FIGURES.as_slice()].concat();
    let table = Table {
        heads: &heads,
        rows,
    };
    _ = write!(
        page,
        "<section>\n<h2>Folders</h2>\n{}</section>\n",
        table.html("Folders")
    );
}

/// The files in which there was anything to do, and their definitions.
pub(super) fn files(page: &mut String, report: &RunReport, links: &Links) {
    if report.files.is_empty() {
        return;
    }
    let left = report.left_by_place();
    let rows = report.files.iter().map(|file| {
        let name = format!("<code>{}</code>", text(file.path.as_str()));
        let name = match links.to_file(&file.path) {
            Some(link) => format!("<a href=\"{}\">{name}</a>", text(&link)),
            None => name,
        };
        let mut row = vec![Cell::Html(name)];
        row.extend(figures(
            (file.coverage, file.after()),
            QualityChange::of(&file.outcomes),
            (
                Totals::of(&file.outcomes),
                left.get(file.path.as_str()).copied().unwrap_or_default(),
            ),
        ));
        row
    });
    let heads = [&["File"], FIGURES.as_slice()].concat();
    let table = Table {
        heads: &heads,
        rows: rows.collect(),
    };
    _ = write!(
        page,
        "<section>\n<h2>Files</h2>\n{}</section>\n",
        table.html("Files")
    );
    definitions(page, report, links);
}

fn definitions(page: &mut String, report: &RunReport, links: &Links) {
    let outcomes = report
        .files
        .iter()
        .flat_map(|file| file.outcomes.iter().map(move |one| (file, one)));
    let score = |score: Option<f64>| match score {
        Some(score) => Cell::Number(score, format!("{score:.0}")),
        None => Cell::Number(-1.0, String::new()),
    };
    let rows = outcomes.map(|(file, one)| {
        let changes = one.status.changes();
        let told = one.status.reason().or(changes.as_deref());
        let told = told.map_or_else(String::new, |told| format!(": {}", text(told)));
        let cyclomatic = one.complexity.map(|complexity| complexity.cyclomatic);
        vec![
            Cell::Html(place(&file.path, one.line_after, links)),
            code(&one.name),
            Cell::Html(one.kind.to_string()),
            Cell::Html(one.code.to_string()),
            Cell::Number(
                cyclomatic.map_or(-1.0, f64::from),
                cyclomatic
                    .map(|value| value.to_string())
                    .unwrap_or_default(),
            ),
            score(one.score.map(|score| score.before)),
            score(one.score.map(|score| score.after)),
            Cell::Html(format!("{}{told}", outcome_word(&one.status))),
        ]
    });
    let table = Table {
        heads: &[
            "Where",
            "Definition",
            "Kind",
            "Rule",
            "Cyclomatic",
            "Quality before",
            "Quality after",
            "Outcome",
        ],
        rows: rows.collect(),
    };
    let count = table.rows.len();
    _ = write!(
        page,
        "<section>\n<h2>Definitions</h2>\n<details class=\"long\"><summary>{count} {}</summary>\n{}</details>\n</section>\n",
        plural(count, "definition"),
        table.html("Definitions")
    );
}

fn figures(
    (before, after): (Coverage, Coverage),
    quality: QualityChange,
    (totals, left): (Totals, usize),
) -> Vec<Cell> {
    let percent = |coverage: Coverage| {
        Cell::Number(coverage.percent(), Percent(coverage.percent()).to_string())
    };
    let score = |score: Option<f64>| match score {
        Some(score) => Cell::Number(score, format!("{score:.1}")),
        None => Cell::Number(-1.0, String::new()),
    };
    vec![
        percent(before),
        percent(after),
        score(quality.before),
        score(quality.after),
        count(totals.documented),
        count(totals.mended),
        count(left),
    ]
}

fn count(count: usize) -> Cell {
    Cell::Number(float(count), count.to_string())
}

fn code(name: &str) -> Cell {
    Cell::Html(format!("<code>{}</code>", text(name)))
}

/// «path:12» as a link.
fn place(file: &FileName, at: usize, links: &Links) -> String {
    let shown = text(&format!("{file}:{at}"));
    match links.to(file, at) {
        Some(link) => format!("<a href=\"{}\"><code>{shown}</code></a>", text(&link)),
        None => format!("<code>{shown}</code>"),
    }
}
