//! A run's report as one page with plots that needs nothing else: no network, and a script of its own
//! that sorts and filters tables, by its hash the only one that may run.

mod plots;
mod svg;
mod tables;

use std::fmt::Write as _;

use super::figures::{Percent, left_words, money_words, notes, opening_words};
use super::links::Links;
use crate::report::html::{PALETTE, text};
use crate::report::run_report::RunReport;
use crate::report::time::duration;

const HEAD: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src '"#;

/// What a browser holds the script to (CSP level 3, section 2.3.1); a test computes it.
const SCRIPT_HASH: &str = "sha256-lMHTcnHpwPCMQaqfWjiVs9WnXru2OfjgpORR8MtrJ04=";

const SCRIPT: &str = include_str!("page.js");

const STYLE: &str = include_str!("page.css");

/// The page.
#[must_use]
pub fn run_html(report: &RunReport, links: &Links) -> String {
    let mut page = [
        HEAD,
        SCRIPT_HASH,
        "'; base-uri 'none'; form-action 'none'\" />\n<meta name=\"color-scheme\" content=\"light dark\" />\n         <title>docgen report</title>\n<style>\n",
        PALETTE,
        STYLE,
        "</style>\n</head>\n<body>\n<main>\n<h1>docgen report</h1>\n",
    ]
    .concat();
    opening(&mut page, report);
    cards(&mut page, report);
    tables::left(&mut page, report, links);
    section(&mut page, "What was done", &plots::of_outcomes(report));
    if let Some(requests) = &report.requests {
        section(&mut page, "What it took", &plots::of_requests(requests));
        if let Some(advice) = &requests.advice {
            _ = writeln!(page, "<p>What would help most: {}.</p>", words(advice));
        }
    }
    tables::hot_spots(&mut page, report, links);
    tables::folders(&mut page, report);
    tables::files(&mut page, report, links);
    _ = write!(
        page,
        "<p class=\"quiet\">Words by {}; docgen {}.</p>\n</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n",
        text(&report.provider),
        env!("CARGO_PKG_VERSION"),
    );
    page
}

fn opening(page: &mut String, report: &RunReport) {
    let opening = opening_words(report);
    _ = writeln!(page, "<p class=\"lead\">{}</p>", text(&opening));
    for (_, note) in notes(report) {
        _ = writeln!(page, "<p class=\"note\">{}</p>", words(&note));
    }
}

fn cards(page: &mut String, report: &RunReport) {
    let (before, after) = (report.before, report.after());
    let coverage = format!(
        "{} → {}",
        Percent(before.percent()),
        Percent(after.percent())
    );
    let of_all = format!(
        "{} → {} of {}",
        before.documented, after.documented, after.needed
    );
    let mut cards = vec![("Coverage", coverage, of_all)];
    let quality = report.quality();
    if let Some((before, after)) = quality.before.zip(quality.after) {
        let of_all = format!("mean of the {} docstrings touched", quality.definitions);
        cards.push(("Quality", format!("{before:.1} → {after:.1}"), of_all));
    }
    cards.push(("Left", left_words(report), String::new()));
    let money = money_words(report);
    let (money, detail) = match money.split_once(['(', ':']) {
        Some((money, detail)) => (money.trim_end().to_owned(), detail.replacen(')', "", 1)),
        None => (money, String::new()),
    };
    cards.push(("Money", money, detail.trim_start().to_owned()));
    cards.push(("Time", duration(report.elapsed), String::new()));
    page.push_str("<dl class=\"cards\">\n");
    for (name, value, detail) in cards {
        _ = write!(
            page,
            "<div><dt>{name}</dt><dd>{}</dd>",
            text(&value.replace(" %", "\u{a0}%"))
        );
        if !detail.is_empty() {
            _ = write!(page, "<dd class=\"quiet\">{}</dd>", text(&detail));
        }
        page.push_str("</div>\n");
    }
    page.push_str("</dl>\n");
}

/// Words with what stands in backticks as code.
fn words(words: &str) -> String {
    let mut html = String::new();
    for (index, part) in words.split('`').enumerate() {
        let part = text(part);
        _ = if index % 2 == 1 {
            write!(html, "<code>{part}</code>")
        } else {
            write!(html, "{part}")
        };
    }
    html
}

fn section(page: &mut String, title: &str, plots: &str) {
    if !plots.is_empty() {
        _ = write!(
            page,
            "<section>\n<h2>{title}</h2>\n<div class=\"plots\">\n{plots}</div>\n</section>\n"
        );
    }
}
