//! A changelog as markdown, fit for GitHub's release notes: whatever comes from sources and from git is
//! text there, and neither markup nor a mention.

use std::fmt::Write as _;

use super::{Changelog, Release, ReleaseChange, action_word, date_of, summary};
use crate::docstring::Action;
use crate::report::markdown::escape as escape_markup;
use crate::report::terminal::escape as escape_controls;

/// Files that cannot be told of, named at most.
const MOST_UNREAD: usize = 5;

/// All of it, a line for each docstring.
#[must_use]
pub fn changelog_markdown(changelog: &Changelog) -> String {
    let mut text = String::from("# Docstring changelog\n");
    for note in &changelog.notes {
        _ = writeln!(text, "\n{}", prose(note));
    }
    if changelog.releases.is_empty() {
        text.push_str("\nNo docstring has changed.\n");
    }
    for one in &changelog.releases {
        release(&mut text, one);
    }
    text
}

fn release(text: &mut String, release: &Release) {
    let date = release.time.as_deref().map(date_of);
    let date = date.map_or_else(String::new, |date| format!(" ({date})"));
    let told = prose(&sentence(&release.told()));
    _ = write!(text, "\n## {}{date}\n\n{told}\n", prose(&release.name()));
    for changes in release.files() {
        file(text, &changes);
    }
    unread(text, release);
}

fn file(text: &mut String, changes: &[&ReleaseChange]) {
    let Some(first) = changes.first() else {
        return;
    };
    let path = prose(first.path.as_str());
    _ = match &first.old_path {
        Some(old) => write!(text, "\n### {path} (was {})\n\n", prose(old.as_str())),
        None => write!(text, "\n### {path}\n\n"),
    };
    for one in changes {
        change(text, one);
    }
}

fn change(text: &mut String, one: &ReleaseChange) {
    let (change, told) = (&one.change, one.origin.told());
    let summary_of = |text: Option<&str>| words(&summary(text.unwrap_or_default()));
    let name = match one.definition() {
        (name, true) => code(name),
        (words, false) => words.to_owned(),
    };
    let by = if told.is_empty() {
        String::new()
    } else {
        format!(" ({})", prose(&told))
    };
    let word = if change.with_definition {
        action_word(change).to_owned()
    } else {
        format!("**{}**", action_word(change))
    };
    let (old, new) = (
        summary_of(change.old.as_deref()),
        summary_of(change.new.as_deref()),
    );
    _ = match change.action {
        Action::Added => writeln!(text, "- {word} {name}: {new}{by}"),
        Action::Removed => writeln!(text, "- {word} {name}: {old}{by}"),
        Action::Updated if old == new => {
            writeln!(text, "- {word} {name}, below its summary: {new}{by}")
        }
        Action::Updated => writeln!(text, "- {word} {name}{by}\n  - was: {old}\n  - now: {new}"),
    };
}

fn unread(text: &mut String, release: &Release) {
    if release.unread.is_empty() {
        return;
    }
    text.push_str("\n### Files that cannot be told of\n\n");
    for file in release.unread.iter().take(MOST_UNREAD) {
        let (path, at) = (prose(file.path.as_str()), prose(&file.at));
        _ = writeln!(text, "- {path} at {at}: {}", prose(&file.reason));
    }
    let more = release.unread.len().saturating_sub(MOST_UNREAD);
    if more > 0 {
        _ = writeln!(text, "- and {more} more");
    }
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    format!(
        "{}{}.",
        first.map_or_else(String::new, String::from),
        chars.as_str()
    )
}

/// Untrusted text as text.
fn prose(text: &str) -> String {
    without_mentions(&escape_markup(&escape_controls(text)))
}

/// The same, but for what stands in backticks, which is code.
fn words(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let after = rest.get(start..).unwrap_or_default();
        let ticks = ticks_of(after);
        let inner = after.get(ticks..).unwrap_or_default();
        let Some(end) = closing(inner, ticks) else {
            break;
        };
        shown.push_str(&prose(rest.get(..start).unwrap_or_default()));
        shown.push_str(&code(inner.get(..end).unwrap_or_default()));
        rest = inner.get(end + ticks..).unwrap_or_default();
    }
    shown.push_str(&prose(rest));
    shown
}

/// How many backticks a text begins with.
fn ticks_of(text: &str) -> usize {
    text.len() - text.trim_start_matches('`').len()
}

/// Where the next run of exactly so many backticks begins.
fn closing(text: &str, ticks: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text.get(at..)?.find('`') {
        let start = at + found;
        let run = ticks_of(text.get(start..)?);
        if run == ticks {
            return Some(start);
        }
        at = start + run;
    }
    None
}

/// Untrusted text as code: between more backticks than it has in a row.
fn code(text: &str) -> String {
    let text = escape_controls(text).replace(['\n', '\t'], " ");
    let runs = text.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or_default() + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// GitHub makes a link, and a notification, of `@name` and of `#1`, escaped or not; not with something
/// between, however narrow.
fn without_mentions(text: &str) -> String {
    const NARROW: &str = "&#8203;";
    let mut shown = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        shown.push(c);
        let next = chars.peek().copied().unwrap_or(' ');
        if (c == '@' && !next.is_whitespace()) || (c == '#' && next.is_ascii_digit()) {
            shown.push_str(NARROW);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn untrusted_text_stays_text() {
        assert_eq!(
            words("See @ana, #12 and <b>`x`</b> [a](b) | c_d"),
            "See @&#8203;ana, \\#&#8203;12 and &lt;b&gt;`x`&lt;/b&gt; \\[a\\](b) \\| c\\_d"
        );
        assert_eq!(words("Take ``a`b`` or `@c`."), "Take ``a`b`` or `@c`.");
        assert_eq!(words("A ` alone, `` too"), "A \\` alone, \\`\\` too");
        assert_eq!(words("`a``b` c"), "```a``b``` c");
        assert_eq!(
            prose("a\u{202e}b\nc\u{1b}[1m"),
            "a\\\\u{202e}b c\\\\u{1b}\\[1m"
        );
        assert_eq!(code("`"), "`` ` ``");
    }
}
