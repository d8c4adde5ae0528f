//! What docgen's pages have in common: they need no network, and what comes from elsewhere is text in them.

use super::terminal::escape as escape_controls;

/// The colors of a page, by day and by night.
pub(super) const PALETTE: &str = "\
:root { color-scheme: light dark; --text: #1f2328; --quiet: #59636e; --page: #fff; --line: #d1d9e0;
  --added: #dafbe1; --removed: #ffebe9; --word: #0550ae; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --quiet: #9198a1; --page: #0d1117; --line: #3d444d;
    --added: #12361f; --removed: #4b1113; --word: #79c0ff; }
}
";

/// Untrusted text, in an element or in a quoted attribute.
pub(super) fn text(text: &str) -> String {
    let text = escape_controls(text);
    quick_xml::escape::escape(text.as_ref()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn untrusted_text_stays_text() {
        assert_eq!(
            text("<script>'\"&\u{202e}\0"),
            "&lt;script&gt;&apos;&quot;&amp;\\u{202e}\\u{0}"
        );
    }
}
