//! Untrusted text on its way to a terminal.

use std::borrow::Cow;

/// `text` with control and bidirectional characters escaped, line ends and tabs kept: file
/// names, source and replies must not move the cursor or reorder a line.
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_harmful(c) {
            escaped.extend(c.escape_unicode());
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

/// `text` with each such character replaced by one that shows, so that columns stay as they are.
#[must_use]
pub(super) fn with_stand_ins(text: &str) -> String {
    let stand_in = |c| match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        _ => '\u{fffd}',
    };
    text.chars()
        .map(|c| if is_harmful(c) { stand_in(c) } else { c })
        .collect()
}

fn is_harmful(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_sequences_are_shown_not_obeyed() {
        assert_eq!(escape("a\x1b[31mb\n"), "a\\u{1b}[31mb\n");
        assert_eq!(escape("a\u{202e}b"), "a\\u{202e}b");
        assert_eq!(with_stand_ins("a\x1b[31m\u{202e}b\t"), "a␛[31m\u{fffd}b\t");
        assert_eq!(escape("naïve\t✓"), "naïve\t✓");
    }
}
