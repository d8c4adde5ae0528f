//! Prose to lines of a given display width.

use super::structure::{list_marker, reads_as_structure};
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};
use unicode_width::UnicodeWidthStr;

/// One paragraph as lines of at most `width` columns where its words allow; the first line begins
/// with `first`, the others with `rest`. No word is broken, and no line ends up reading as a header,
/// field or list item that the paragraph does not begin with: its first word then shares a line with
/// the word before it.
pub(super) fn wrap_paragraph(text: &str, width: usize, first: &str, rest: &str) -> Vec<String> {
    let words: Vec<String> = text
        .split([' ', '\n'])
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let mut glued = words.clone();
    loop {
        let lines = fill(&glued, width, first, rest);
        let Some(at) = misread_line(&lines, first) else {
            return lines
                .into_iter()
                .map(|line| line.replace(GLUE, " "))
                .collect();
        };
        // The index of the line's first word; words hold no blanks.
        let counted: usize = lines[..at].iter().map(|line| word_count(line)).sum();
        let before = counted.saturating_sub(word_count(first));
        let joined_with = before.max(1);
        if joined_with >= glued.len() {
            // What the paragraph itself begins with cannot be helped.
            return fill(&words, width, first, rest);
        }
        let word = glued.remove(joined_with);
        glued[joined_with - 1].push(GLUE);
        glued[joined_with - 1].push_str(&word);
    }
}

/// Stands for a blank at which no line may end, and is as wide; cleaned text holds no noncharacters.
const GLUE: char = '\u{fdd0}';

fn fill(words: &[String], width: usize, first: &str, rest: &str) -> Vec<String> {
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

/// The first line that reads as what it is not; what was put before the text means what it says.
fn misread_line(lines: &[String], first: &str) -> Option<usize> {
    let plain = |line: &str| line.trim().replace(GLUE, " ");
    lines.iter().enumerate().position(|(at, line)| {
        let line = plain(line);
        let is_structure = (at > 0 || first.trim().is_empty()) && reads_as_structure(&line);
        is_structure || (at > 0 && list_marker(&format!("{line} ")).is_some())
    })
}

fn word_count(line: &str) -> usize {
    line.split(' ').filter(|word| !word.is_empty()).count()
}

/// A line of the text that reads as structure however it is wrapped.
#[must_use]
pub fn holds_structure(text: &str, width: usize) -> Option<String> {
    let lines = wrap_text(text, width);
    let at = lines.iter().enumerate().position(|(at, line)| {
        let below = lines.iter().skip(at + 1).take(2);
        let is_over_block =
            !line.starts_with(' ') && below.into_iter().any(|one| one.starts_with(' '));
        // With a block under it a header may have a title: `Note: words`.
        let title = line.split(':').next().filter(|_| is_over_block);
        reads_as_structure(line)
            || title.is_some_and(|title| title != line && reads_as_structure(title))
    })?;
    lines.into_iter().nth(at)
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

/// Columns that `text` takes on a terminal.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_as_structure_is_found_and_stays_as_it_is() {
        let text = ":return: it and much more than one line holds";
        assert_eq!(
            wrap_text(text, 20),
            [":return: it and much", "more than one line", "holds"]
        );
        assert!(holds_structure(text, 20).is_some());
        assert!(holds_structure("Note: this\n    and that", 20).is_some());
        assert_eq!(holds_structure("It: this and that", 20), None);
        let glue: String = [GLUE; 3].iter().collect();
        assert_eq!(columns(&glue), 3);
    }
}
