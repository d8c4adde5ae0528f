//! A text's newline style.

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Newline {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
    /// A lone `\r`, which Python takes for a line end too.
    Cr,
}

impl Newline {
    /// The characters.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
            Self::Cr => "\r",
        }
    }

    /// The newline that an insertion at `offset` takes over: that of the line before it, or else
    /// the next one in the text; in a file of mixed newlines a docstring looks like its neighbour.
    /// A text without any newline gets `\n`.
    #[must_use]
    pub fn near(text: &str, offset: usize) -> Self {
        let is_newline = |c: char| c == '\n' || c == '\r';
        let (before, after) = text.split_at(offset);
        let next = after
            .find(is_newline)
            .and_then(|at| Self::at_start(&after[at..]));
        let last = before
            .rfind(is_newline)
            .and_then(|at| Self::at_end(&before[..=at]));
        Self::at_end(before).or(next).or(last).unwrap_or(Self::Lf)
    }

    /// The newline that `text` begins with, if it begins with one.
    fn at_start(text: &str) -> Option<Self> {
        match text.as_bytes() {
            [b'\r', b'\n', ..] => Some(Self::CrLf),
            [b'\r', ..] => Some(Self::Cr),
            [b'\n', ..] => Some(Self::Lf),
            _ => None,
        }
    }

    /// The newline that `text` ends with, if it ends with one.
    fn at_end(text: &str) -> Option<Self> {
        match text.as_bytes() {
            [.., b'\r', b'\n'] => Some(Self::CrLf),
            [.., b'\r'] => Some(Self::Cr),
            [.., b'\n'] => Some(Self::Lf),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newline_is_that_of_the_neighbour() {
        let text = "a\r\nb\rc\nd";
        assert_eq!(Newline::near(text, 0), Newline::CrLf);
        assert_eq!(Newline::near(text, 3), Newline::CrLf);
        assert_eq!(Newline::near(text, 4), Newline::Cr);
        assert_eq!(Newline::near(text, 7), Newline::Lf);
        assert_eq!(Newline::near(text, 8), Newline::Lf);
        assert_eq!(Newline::near("a\r\nb", 4), Newline::CrLf);
        assert_eq!(Newline::near("abc", 1), Newline::Lf);
    }
}
