//! Untrusted text on its way into markdown that GitHub shows.

use super::terminal::escape;

/// Untrusted text as text.
pub(super) fn prose(text: &str) -> String {
    without_mentions(&escape_markup(&escape(text)))
}

/// The same, but for what stands in backticks, which is code.
pub(super) fn words(text: &str) -> String {
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
pub(super) fn code(text: &str) -> String {
    let text = escape(text).replace(['\n', '\t'], " ");
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

/// Untrusted code in a cell of a table, where a bar would begin the next one.
pub(super) fn code_cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Untrusted words in a cell of a table.
pub(super) fn words_cell(text: &str) -> String {
    let shown = words(text).replace("\\|", "|");
    shown.replace('|', "\\|")
}

/// Untrusted text with every character escaped that is markup, and no line ends.
fn escape_markup(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => escaped.push(' '),
            c if c.is_control() => {}
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '!' | '#' | '\\' | '~' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
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
