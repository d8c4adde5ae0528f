//! Two texts line by line.

use crate::rewrite::hunks;

/// What a line of a difference is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Mark {
    /// In both texts.
    Kept,
    /// In the old one only.
    Removed,
    /// In the new one only.
    Added,
    /// Lines that are in both are left out here.
    Gap,
}

/// The lines in which `new` is not `old`, with so many around each change that are the same.
pub(in crate::report) fn difference(old: &str, new: &str, context: usize) -> Vec<(Mark, String)> {
    let ended = |text: &str| {
        if text.is_empty() {
            String::new()
        } else {
            format!("{text}\n")
        }
    };
    let diff = hunks(ended(old).as_bytes(), ended(new).as_bytes(), context);
    let diff = String::from_utf8_lossy(&diff);
    let mut lines = Vec::new();
    for line in diff.split('\n') {
        let mark = match line.as_bytes() {
            [b'+', ..] => Mark::Added,
            [b'-', ..] => Mark::Removed,
            [b' ', ..] => Mark::Kept,
            [b'@', ..] if !lines.is_empty() => {
                lines.push((Mark::Gap, String::new()));
                continue;
            }
            _ => continue,
        };
        lines.push((mark, line.get(1..).unwrap_or_default().to_owned()));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart() {
        let shown = |old: &str, new: &str| {
            let lines = difference(old, new, 1);
            let shown: Vec<String> = lines
                .into_iter()
                .map(|(mark, line)| format!("{mark:?} {line}"))
                .collect();
            shown.join("|")
        };
        assert_eq!(shown("", "A."), "Added A.");
        assert_eq!(shown("@@ a", "-b"), "Removed @@ a|Added -b");
        assert_eq!(
            shown("a\nb\nc\nd\ne\nf", "a\nB\nc\nd\ne\nF"),
            "Kept a|Removed b|Added B|Kept c|Gap |Kept e|Removed f|Added F"
        );
        assert_eq!(shown("same", "same"), "");
    }
}
