//! Lines that readers of docstrings take for structure, whatever they were meant as.

use super::claims::is_heading;

/// Whether a line on its own reads as structure rather than as prose: a section's header with or
/// without its colon, a field (`:param x:`), a rule of punctuation, a directive or a doctest.
#[must_use]
pub(super) fn reads_as_structure(line: &str) -> bool {
    let line = line.trim();
    let first = line.bytes().next();
    let is_run = first.is_some_and(|byte| byte.is_ascii_punctuation())
        && line.bytes().all(|byte| first == Some(byte));
    let is_rule = line.len() > 1 && (is_run || line.bytes().all(|byte| b"-=~".contains(&byte)));
    is_heading(line.strip_suffix(':').unwrap_or(line).trim_end())
        || is_rule
        || [":", ".. ", ">>>"]
            .iter()
            .any(|mark| line.starts_with(mark))
}

/// The width of a list item's marker with its blank: `- `, `* ` or `12. `.
pub(super) fn list_marker(line: &str) -> Option<usize> {
    let (marker, _) = line.split_once(' ')?;
    let numbered = marker.strip_suffix('.').is_some_and(|number| {
        !number.is_empty() && number.len() < 4 && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    (matches!(marker, "-" | "*" | "+") || numbered).then(|| marker.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_no_structure() {
        for line in [
            "Returns:",
            "returns",
            "  See also:",
            "----",
            ":param x: y",
            ".. note::",
            "==",
            "-=-",
        ] {
            assert!(reads_as_structure(line), "{line}");
        }
        for line in [
            "Returns: all",
            "Returns the sum",
            "-1",
            "",
            "a:b",
            "...and so on",
            "-",
        ] {
            assert!(!reads_as_structure(line), "{line}");
        }
    }
}
