//! A change as a unified diff that `git apply` and `patch` take.

use similar::TextDiff;

/// The diff from `old` to `new`, headed as git does; empty when they are equal.
#[must_use]
pub fn unified_diff(name: &str, old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{name}"), &format!("b/{name}"))
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_last_newline_is_said() {
        let diff = unified_diff("x.py", "a\nb", "a\nc\nb");
        assert_eq!(
            diff,
            "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,3 @@\n a\n+c\n b\n\\ No newline at end of file\n"
        );
        assert_eq!(unified_diff("x.py", "a\n", "a\n"), "");
    }
}
