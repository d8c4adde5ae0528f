//! What in prose speaks of code: what stands in backticks, and words that are evidently identifiers.

mod code;
mod identifier;

pub(super) use code::{Path, names_in};
use identifier::identifier;

/// A piece of prose that speaks of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mention<'t> {
    /// In backticks, of one or two, with or without a role before them.
    Quoted(&'t str),
    /// A word outside of backticks that can only be an identifier: `load_config`, `run()`,
    /// `os.path.join`, `FooBar`.
    Bare(&'t str),
}

/// The pieces of `text` that speak of code, in order; `None` if a backtick has no partner, so that
/// readers may take any of it for code.
pub(super) fn mentions(text: &str) -> Option<Vec<Mention<'_>>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('`') {
        bare(&rest[..open], &mut found);
        let after = &rest[open..];
        let ticks = after.len() - after.trim_start_matches('`').len();
        let inner = &after[ticks..];
        let close = closing(inner, ticks)?;
        found.push(Mention::Quoted(&inner[..close]));
        rest = &inner[close + ticks..];
    }
    bare(rest, &mut found);
    Some(found)
}

/// Where the run of as many backticks begins that ends what so many began.
fn closing(text: &str, ticks: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find('`') {
        let start = at + found;
        let length = text[start..].len() - text[start..].trim_start_matches('`').len();
        if length == ticks {
            return (start > 0).then_some(start);
        }
        at = start + length;
    }
    None
}

/// What a role refers to: `~pkg.Name`, `!name` and `title <target>` give the target.
pub(super) fn target(quoted: &str) -> &str {
    let inner = match (quoted.rfind('<'), quoted.strip_suffix('>')) {
        (Some(open), Some(closed)) if open > 0 => &closed[open + 1..],
        _ => quoted,
    };
    inner.trim().trim_start_matches(['~', '!'])
}

fn bare<'t>(prose: &'t str, found: &mut Vec<Mention<'t>>) {
    for word in prose.split(|c: char| c.is_whitespace() || "\"“”«»;|".contains(c)) {
        if word.contains("://") || word.contains('@') || word.starts_with(['/', '-', '$', '%', '#'])
        {
            continue;
        }
        let parts = word.split([
            '/', ',', '=', '[', ']', '{', '}', '<', '>', ':', '—', '–', '…',
        ]);
        found.extend(parts.filter_map(identifier).map(Mention::Bare));
    }
}

/// Files that every project may have, and that are spoken of in backticks.
pub(super) const USUAL_FILES: &[&str] = &[
    "__init__.py",
    "__main__.py",
    "conftest.py",
    "pyproject.toml",
    "requirements.txt",
    "setup.cfg",
    "setup.py",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_roles_and_evident_identifiers_are_found() {
        let text = "Read `a.b` and ``c d`` with :meth:`~x.Y.z` by load_all() in os.path.join, \
                    not FooBar's HTTPServer (see run_it(x)).";
        assert_eq!(
            mentions(text).unwrap(),
            [
                Mention::Quoted("a.b"),
                Mention::Quoted("c d"),
                Mention::Quoted("~x.Y.z"),
                Mention::Bare("load_all"),
                Mention::Bare("os.path.join"),
                Mention::Bare("FooBar"),
                Mention::Bare("HTTPServer"),
                Mention::Bare("run_it"),
            ]
        );
        assert_eq!(target("~x.Y.z"), "x.Y.z");
        assert_eq!(target("the title <x.y>"), "x.y");
        assert_eq!(mentions("an `open one"), None);
        assert_eq!(mentions("``a`"), None);
    }

    #[test]
    fn prose_speaks_of_no_code() {
        for text in [
            "On GitHub, iPhone and PostgreSQL, e.g. in the U.S. (since 3.11), i.e. the item(s).",
            "See https://example.org/foo_bar and README.md, setup.py or docs.example.com.",
            "The URLs and IDs of APIs; and/or 1.5 MiB. It ends here.Then goes on.",
            "An em—dash, a.m., p.m., etc. and read/write.",
            "Don't. It's the user's own, e.g., the first (or second) one...",
        ] {
            assert_eq!(mentions(text).unwrap(), [], "{text}");
        }
    }
}
