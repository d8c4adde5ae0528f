//! Lines of a docstring with their places.

/// A line without its indentation and the blanks at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::docstring) struct Line<'t> {
    /// Where `content` begins in the text.
    pub(in crate::docstring) start: usize,
    /// Columns before it; a tab goes to the next multiple of eight, as Python counts.
    pub(in crate::docstring) indent: usize,
    /// What it says.
    pub(in crate::docstring) content: &'t str,
}

impl<'t> Line<'t> {
    /// Every line of `text`. The first one, behind the quotes, counts as indented like the least
    /// indented of the others.
    pub(in crate::docstring) fn all(text: &'t str) -> Vec<Self> {
        let mut lines = Vec::new();
        let mut start = 0;
        let mut margin = usize::MAX;
        for line in text.split('\n') {
            let content = line.trim_start();
            let blanks = line.len() - content.len();
            let indent = line.as_bytes()[..blanks]
                .iter()
                .fold(0, |column, byte| match byte {
                    b'\t' => (column / 8 + 1) * 8,
                    _ => column + 1,
                });
            if start > 0 && !content.is_empty() {
                margin = margin.min(indent);
            }
            lines.push(Self {
                start: start + blanks,
                indent,
                content: content.trim_end(),
            });
            start += line.len() + 1;
        }
        if let Some(first) = lines.first_mut() {
            first.indent = if margin == usize::MAX { 0 } else { margin };
        }
        lines
    }

    pub(in crate::docstring) fn is_blank(&self) -> bool {
        self.content.is_empty()
    }

    pub(in crate::docstring) fn end(&self) -> usize {
        self.start + self.content.len()
    }

    /// Whether it begins with these words and goes on.
    pub(in crate::docstring) fn says(&self, words: &str) -> bool {
        self.content
            .strip_prefix(words)
            .is_some_and(|rest| !rest.trim().is_empty())
    }
}
