//! Docstrings that are mended: what is not edited stays as it is written, and a mend is done at once.

use std::path::Path;

use docgen::config::{DocstringStyle, RuleSet};
use docgen::docstring::{Edited, Written, cleandoc};
use docgen::generate::stale::{self, Words};
use docgen::generate::{AnalyzedFile, analyze_source};
use docgen::python::Project;
use docgen::rewrite::{Edit, Mended, NewDocstring, rewrite};
use docgen::source::{FileName, SourceFile};
use proptest::prelude::*;

use crate::words;

/// Parts of a literal with what Python reads in them.
const PARTS: &[(&str, &str)] = &[
    ("word", "word"),
    (" ", " "),
    ("\n    ", "\n    "),
    ("\\n", "\n"),
    ("\\x41", "A"),
    ("\\u00e9", "é"),
    ("\\\\", "\\"),
    ("\\d", "\\d"),
    ("\\\n", ""),
    ("\\'", "'"),
    ("é日", "é日"),
    ("`a`", "`a`"),
    ("\t", "\t"),
];

proptest! {
    #![proptest_config(crate::cases::cases(300))]

    #[test]
    fn what_is_not_edited_stays_as_it_is_written(
        parts in prop::collection::vec(prop::sample::select(PARTS.to_vec()), 1..30),
        from in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
        new in "[a-z\\\\ é\"\n]{0,12}",
        ascii_only in any::<bool>(),
    ) {
        let (from, to) = (from.index(parts.len()), to.index(parts.len()));
        let (from, to) = (from.min(to), from.max(to));
        let source = |parts: &[(&str, &str)]| parts.iter().map(|part| part.0).collect::<String>();
        let value = |parts: &[(&str, &str)]| parts.iter().map(|part| part.1).collect::<String>();
        let literal = format!("\"\"\"{}\"\"\"", source(&parts));
        let written = Written::read(&literal).unwrap();
        prop_assert_eq!(written.value(), value(&parts));
        let mut edited = Edited::new(written.value());
        let start = value(&parts[..from]).len();
        edited.replace(start..start + value(&parts[from..to]).len(), &new);
        let can_encode = |c: char| !ascii_only || c.is_ascii();
        if let Some(literal) = written.rewritten(&edited, "\n", can_encode) {
            let read = Written::read(&literal).unwrap();
            prop_assert_eq!(read.value(), edited.text());
            let head = source(&parts[..from]);
            prop_assert!(literal[3..].starts_with(head.trim_end_matches("\\\n")), "{}", literal);
            let tail = format!("{}\"\"\"", source(&parts[to..]));
            prop_assert!(literal.ends_with(tail.trim_start_matches("\\\n")), "{}", literal);
        }
    }

    #[test]
    fn any_docstring_is_mended_once_and_nothing_else_changes(text in words::sections()) {
        mended_at_once(&text)?;
    }
}

/// A function with this docstring is mended so that a second run finds nothing to mend.
pub(crate) fn mended_at_once(text: &str) -> Result<(), TestCaseError> {
    let text = text.replace(['\\', '"', '\0', '\r'], "");
    let source = format!(
        "def f(a, b: str = 'x', *args, key: int = 2) -> int:\n    \"\"\"{text}\n    \"\"\"\n    if a: raise KeyError(b)\n    return 1\n"
    );
    let Some(file) = analyzed(&source) else {
        return Ok(());
    };
    if let Some(new) = mended(&file)? {
        let again = analyzed(&new).unwrap();
        prop_assert_eq!(mended(&again)?, None, "a second time, of {}", new);
    }
    Ok(())
}

fn analyzed(text: &str) -> Option<AnalyzedFile> {
    let path = Path::new("/a/a.py");
    let name = FileName::new(path, Path::new("/a"));
    analyze_source(SourceFile::from_bytes(path, name, text.into()).ok()?).ok()
}

/// The file with the function's docstring mended, if anything in it could be.
fn mended(file: &AnalyzedFile) -> Result<Option<String>, TestCaseError> {
    let project = Project::build(Vec::new(), &[]);
    let style = DocstringStyle::default();
    let rules = RuleSet::ALL;
    let draft = stale::draft(file, 1, &project, &style);
    let draft = draft.map_err(|faults| TestCaseError::fail(format!("{faults:?}")))?;
    let mend = stale::mend(file, 1, &project, rules, &style, Words::Draft(&draft));
    let Some(text) = mend.text else {
        prop_assert!(mend.changes.is_empty());
        return Ok(None);
    };
    let docstring = NewDocstring {
        definition: 1,
        text: cleandoc(&text.value),
        mended: Some(Mended {
            edit: Edit {
                range: text.range,
                content: text.literal,
            },
            value: text.value,
        }),
    };
    let rewritten = rewrite(&file.source, &file.module, &[docstring]);
    prop_assert!(rewritten.dropped.is_empty(), "{:?}", rewritten.dropped);
    Ok(Some(rewritten.text))
}
