//! A change as a unified diff that `git apply` and `patch -p1` take.

use std::ops::Range;
use std::path::Path;

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

/// Unchanged lines around a change.
const CONTEXT: usize = 3;

/// The patch that makes `new` of `old`, byte for byte; empty when they are equal.
///
/// `path` is relative to the folder in which the patch is to be applied. There is no `diff --git`
/// line: git takes the paths below such a line from the repository's top, those of a plain diff from
/// the folder that it is run in.
#[must_use]
pub fn unified_diff(path: &Path, old: &[u8], new: &[u8]) -> Vec<u8> {
    let hunks = hunks(old, new, CONTEXT);
    if hunks.is_empty() {
        return hunks;
    }
    let mut diff = Vec::with_capacity(hunks.len() + 64);
    diff.extend_from_slice(b"--- ");
    diff.extend(header_name("a/", path));
    diff.extend_from_slice(b"\n+++ ");
    diff.extend(header_name("b/", path));
    diff.push(b'\n');
    diff.extend(hunks);
    diff
}

/// The hunks alone, with so many unchanged lines around each change.
#[must_use]
pub fn hunks(old: &[u8], new: &[u8], context: usize) -> Vec<u8> {
    let (old, new) = (lines(old), lines(new));
    let mut text = Vec::new();
    for group in group_diff_ops(capture_diff_slices(Algorithm::Myers, &old, &new), context) {
        hunk(&mut text, &group, &old, &new);
    }
    text
}

/// Lines as git counts them: a carriage return ends none.
fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').collect()
}

fn hunk(text: &mut Vec<u8>, group: &[DiffOp], old: &[&[u8]], new: &[&[u8]]) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else {
        return;
    };
    let old_lines = first.old_range().start..last.old_range().end;
    let new_lines = first.new_range().start..last.new_range().end;
    let place = format!("@@ -{} +{} @@\n", span(&old_lines), span(&new_lines));
    text.extend_from_slice(place.as_bytes());
    for op in group {
        let (old, new) = (&old[op.old_range()], &new[op.new_range()]);
        if let DiffOp::Equal { .. } = op {
            marked(text, b' ', old);
        } else {
            marked(text, b'-', old);
            marked(text, b'+', new);
        }
    }
}

/// `start,count`, the start counted from 1; an empty span stands after the line before it.
fn span(lines: &Range<usize>) -> String {
    match lines.len() {
        1 => format!("{}", lines.end),
        0 => format!("{},0", lines.start),
        count => format!("{},{count}", lines.start + 1),
    }
}

fn marked(text: &mut Vec<u8>, mark: u8, lines: &[&[u8]]) {
    for line in lines {
        text.push(mark);
        text.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            text.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
    }
}

/// A file's name as git writes it in a header: in quotes, like a string of C, if it holds anything
/// but visible ASCII and blanks, and with a tab after it if it holds a blank.
fn header_name(prefix: &str, path: &Path) -> Vec<u8> {
    let name = path.as_os_str().as_encoded_bytes();
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    // The separator of some systems is no part of a name there.
    let slashed: Vec<u8> = name
        .iter()
        .map(|byte| {
            if std::path::MAIN_SEPARATOR == '\\' && *byte == b'\\' {
                b'/'
            } else {
                *byte
            }
        })
        .collect();
    let mut header = prefix.as_bytes().to_vec();
    if slashed.iter().all(is_plain) {
        header.extend_from_slice(&slashed);
        if slashed.contains(&b' ') {
            header.push(b'\t');
        }
        return header;
    }
    header.insert(0, b'"');
    for byte in slashed {
        match byte {
            byte if is_plain(&byte) => header.push(byte),
            b'"' | b'\\' => header.extend([b'\\', byte]),
            b'\t' => header.extend(b"\\t"),
            b'\n' => header.extend(b"\\n"),
            b'\r' => header.extend(b"\\r"),
            byte => header.extend(format!("\\{byte:03o}").into_bytes()),
        }
    }
    header.push(b'"');
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(old: &str, new: &str) -> String {
        String::from_utf8(hunks(old.as_bytes(), new.as_bytes(), CONTEXT)).unwrap()
    }

    #[test]
    fn a_missing_last_newline_is_said() {
        let patch = unified_diff(Path::new("x.py"), b"a\nb", b"a\nc\nb");
        assert_eq!(
            String::from_utf8(patch).unwrap(),
            "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,3 @@\n a\n+c\n b\n\\ No newline at end of file\n"
        );
        assert!(unified_diff(Path::new("x.py"), b"a\n", b"a\n").is_empty());
    }

    #[test]
    fn spans_are_those_of_git() {
        assert_eq!(diff("", "a\n"), "@@ -0,0 +1 @@\n+a\n");
        assert_eq!(diff("a\n", "b\nc\n"), "@@ -1 +1,2 @@\n-a\n+b\n+c\n");
    }

    #[test]
    fn a_carriage_return_ends_no_line() {
        assert_eq!(
            diff("a\rb\r", "c\r"),
            "@@ -1 +1 @@\n-a\rb\r\n\\ No newline at end of file\n+c\r\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn names_are_quoted_as_git_quotes_them() {
        let name = |name: &str| String::from_utf8(header_name("a/", Path::new(name))).unwrap();
        assert_eq!(name("b/x.py"), "a/b/x.py");
        assert_eq!(name("b c.py"), "a/b c.py\t");
        assert_eq!(name("é.py"), "\"a/\\303\\251.py\"");
        assert_eq!(name("a\"b\n.py"), "\"a/a\\\"b\\n.py\"");
        assert_eq!(name("\x1b\x7f.py"), "\"a/\\033\\177.py\"");
    }
}
