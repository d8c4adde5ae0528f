//! A changelog as one page that needs nothing else: no network, no script.

use std::fmt::Write as _;

use super::{Changelog, Mark, Release, ReleaseChange, action_word, date_of, difference, summary};
use crate::docstring::Action;
use crate::report::html::{PALETTE, text};

/// Lines around a change that are shown too.
const CONTEXT: usize = 3;

const HEAD: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
<meta name="color-scheme" content="light dark" />
<title>Docstring changelog</title>
<style>
"#;

const STYLE: &str = r"body { margin: 0 auto; max-width: 60rem; padding: 1rem 1.5rem 4rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
h3, code, pre { font-family: ui-monospace, monospace; }
h3 { font-size: 1rem; margin-bottom: .3rem; }
nav ul { columns: 12rem; padding-left: 1.2rem; }
a { color: var(--word); }
.quiet { color: var(--quiet); font-size: .9rem; }
details { margin: .2rem 0; }
summary { cursor: pointer; }
.word { color: var(--word); }
.own .word { font-weight: 600; }
pre { margin: .3rem 0 .8rem; border: 1px solid var(--line); font-size: .85rem; line-height: 1.45; white-space: pre-wrap; }
pre > * { display: block; padding: 0 .6rem; text-decoration: none; min-height: 1.45em; }
ins { background: var(--added); }
del { background: var(--removed); }
</style>
</head>
<body>
<h1>Docstring changelog</h1>
";

/// All of it, with the whole text of every docstring.
#[must_use]
pub fn changelog_html(changelog: &Changelog) -> String {
    let mut page = [HEAD, PALETTE, STYLE].concat();
    for note in &changelog.notes {
        _ = writeln!(page, "<p>{}</p>", text(note));
    }
    if changelog.releases.len() > 1 {
        page.push_str("<nav>\n<ul>\n");
        for (index, release) in changelog.releases.iter().enumerate() {
            let name = text(&release.name());
            let count = release.changes.len();
            _ = writeln!(
                page,
                "<li><a href=\"#r{index}\">{name}</a> <span class=\"quiet\">{count}</span></li>"
            );
        }
        page.push_str("</ul>\n</nav>\n");
    }
    for (index, one) in changelog.releases.iter().enumerate() {
        release(&mut page, index, one);
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn release(page: &mut String, index: usize, release: &Release) {
    let date = release.time.as_deref().map(date_of);
    let date = date.map_or_else(String::new, |date| {
        format!(" <span class=\"quiet\">{}</span>", text(date))
    });
    _ = writeln!(
        page,
        "<section id=\"r{index}\">\n<h2>{}{date}</h2>\n<p>{}</p>",
        text(&release.name()),
        text(&release.told())
    );
    for changes in release.files() {
        let Some(first) = changes.first() else {
            continue;
        };
        let was = first.old_path.as_ref().map_or_else(String::new, |old| {
            format!(" <span class=\"quiet\">was {}</span>", text(old.as_str()))
        });
        _ = writeln!(page, "<h3>{}{was}</h3>", text(first.path.as_str()));
        for one in changes {
            change(page, one);
        }
    }
    if !release.unread.is_empty() {
        page.push_str("<h3>Files that cannot be told of</h3>\n<ul>\n");
        for file in &release.unread {
            let line = format!("{} at {}: {}", file.path, file.at, file.reason);
            _ = writeln!(page, "<li>{}</li>", text(&line));
        }
        page.push_str("</ul>\n");
    }
    page.push_str("</section>\n");
}

fn change(page: &mut String, one: &ReleaseChange) {
    let change = &one.change;
    let told = one.origin.told();
    let told = if told.is_empty() {
        String::new()
    } else {
        format!(" <span class=\"quiet\">{}</span>", text(&told))
    };
    let class = if change.with_definition {
        ""
    } else {
        " class=\"own\""
    };
    let (old, new) = (
        change.old.as_deref().unwrap_or_default(),
        change.new.as_deref().unwrap_or_default(),
    );
    let shown = if change.action == Action::Removed {
        old
    } else {
        new
    };
    let name = match one.definition() {
        (name, true) => format!("<code>{}</code>", text(name)),
        (words, false) => words.to_owned(),
    };
    _ = writeln!(
        page,
        "<details{class}><summary><span class=\"word\">{}</span> {name}: {}{told}</summary>",
        action_word(change),
        text(&summary(shown)),
    );
    page.push_str("<pre>");
    for (mark, line) in difference(old, new, CONTEXT) {
        let line = text(&line);
        _ = match mark {
            Mark::Added => write!(page, "<ins>{line}</ins>"),
            Mark::Removed => write!(page, "<del>{line}</del>"),
            Mark::Kept => write!(page, "<span>{line}</span>"),
            Mark::Gap => write!(page, "<span class=\"quiet\">…</span>"),
        };
    }
    page.push_str("</pre></details>\n");
}
