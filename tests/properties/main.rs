//! What must hold for any file and any words: code stays code, and Python reads what was meant.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected is to fail at once"
)]

#[path = "../invariants/cases.rs"]
mod cases;
mod edits;
mod masks;
mod modules;
#[path = "../invariants/reading.rs"]
mod reading;
mod regressions;
#[path = "../invariants/splice.rs"]
mod splice;
mod variations;
mod words;

use docgen::config::Style;
use docgen::docstring::{Docstring, clean, cleandoc, render};
use proptest::prelude::*;

use crate::cases::cases;

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn any_docstring_is_read_and_judged(text in prop_oneof![words::sections(), words::text()]) {
        reading::check(&text).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn any_words_go_into_any_file_and_nothing_else_changes(
        file in modules::module(),
        words in prop::collection::vec(words::words(), 1..5),
    ) {
        match splice::File::read(&file) {
            Ok(file) => splice::check(&file, &words).map_err(TestCaseError::fail)?,
            Err(error) => prop_assert!(false, "the generator wrote no Python: {error}"),
        }
    }

    #[test]
    fn a_literal_reads_back_as_the_text(
        words in words::text(),
        indent in prop::sample::select(vec![" ", "    ", "\t", "\t\t", "\t  "]),
        newline in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        ascii_only in any::<bool>(),
    ) {
        let docstring = Docstring {
            summary: splice::one_line(&words),
            description: Some(clean(&words)).filter(|text| !text.trim().is_empty()),
            ..Docstring::default()
        };
        let text = render(&docstring, Style::Google, 60);
        prop_assert_eq!(&cleandoc(&text), &text);
        reading::reads_back(&text, indent, newline, ascii_only).map_err(TestCaseError::fail)?;
    }
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn any_words_go_into_real_files_with_anything_between_their_lines(
        file in variations::varied(),
        words in prop::collection::vec(words::words(), 1..5),
    ) {
        let Ok(file) = splice::File::read(&file) else { return Ok(()) };
        splice::check(&file, &words).map_err(TestCaseError::fail)?;
    }
}
