//! Prose to lines of a given display width.

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};
use unicode_width::UnicodeWidthStr;

/// One paragraph as lines of at most `width` columns where its words allow; the first line begins
/// with `first`, the others with `rest`. No word is broken.
pub(super) fn wrap_paragraph(text: &str, width: usize, first: &str, rest: &str) -> Vec<String> {
    let words: Vec<&str> = text
        .split([' ', '\n'])
        .filter(|word| !word.is_empty())
        .collect();
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    textwrap::wrap(&words.join(" "), options)
        .into_iter()
        .map(|line| line.trim_end_matches(' ').to_owned())
        .collect()
}

/// Free text as wrapped lines: paragraphs are filled, list items hang, and what is indented, a
/// doctest or a table stays as it is.
pub(super) fn wrap_text(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for (index, block) in text
        .split("\n\n")
        .filter(|block| !block.trim().is_empty())
        .enumerate()
    {
        if index > 0 {
            lines.push(String::new());
        }
        wrap_block(block, width, &mut lines);
    }
    lines
}

fn wrap_block(block: &str, width: usize, lines: &mut Vec<String>) {
    let is_verbatim = |line: &str| {
        line.starts_with("    ")
            || [">>>", "...", "|", "+-", ".. ", "::"]
                .iter()
                .any(|mark| line.starts_with(mark))
    };
    if block.lines().any(is_verbatim) {
        lines.extend(block.lines().map(str::to_owned));
        return;
    }
    let mut paragraph = String::new();
    let mut hang = "";
    let mut flush = |paragraph: &mut String, hang: &str| {
        if !paragraph.is_empty() {
            lines.extend(wrap_paragraph(paragraph, width, "", hang));
            paragraph.clear();
        }
    };
    for line in block.lines() {
        let line = line.trim_start();
        if let Some(marker) = list_marker(line) {
            flush(&mut paragraph, hang);
            hang = &"          "[..marker.min(10)];
        }
        if !paragraph.is_empty() {
            paragraph.push(' ');
        }
        paragraph.push_str(line);
    }
    flush(&mut paragraph, hang);
}

/// The width of a list item's marker with its blank: `- `, `* ` or `12. `.
fn list_marker(line: &str) -> Option<usize> {
    let (marker, _) = line.split_once(' ')?;
    let numbered = marker.strip_suffix('.').is_some_and(|number| {
        !number.is_empty() && number.len() < 4 && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    (matches!(marker, "-" | "*" | "+") || numbered).then(|| marker.len() + 1)
}

/// Columns that `text` takes on a terminal.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}
