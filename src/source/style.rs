//! A text's newline style and unit of indentation.

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

    /// The newline at the start of `text`, if it starts with one.
    #[must_use]
    pub fn at_start(text: &str) -> Option<Self> {
        match text.as_bytes() {
            [b'\r', b'\n', ..] => Some(Self::CrLf),
            [b'\r', ..] => Some(Self::Cr),
            [b'\n', ..] => Some(Self::Lf),
            _ => None,
        }
    }

    /// The newline that ends the line holding `offset`; in a file of mixed newlines a docstring
    /// takes that of its neighbour. The last line looks to the one before it, and a text
    /// without any newline gets `\n`.
    #[must_use]
    pub fn near(text: &str, offset: usize) -> Self {
        let is_newline = |c: char| c == '\n' || c == '\r';
        let (before, after) = text.split_at(offset);
        if let Some(at) = after.find(is_newline) {
            return Self::at_start(&after[at..]).unwrap_or(Self::Lf);
        }
        match before.rfind(is_newline) {
            Some(at) if before[..at].ends_with('\r') && before[at..].starts_with('\n') => Self::CrLf,
            Some(at) => Self::at_start(&before[at..]).unwrap_or(Self::Lf),
            None => Self::Lf,
        }
    }
}

/// The text's unit of indentation: the first indentation that stands in it outside of brackets
/// and strings is the caller's to find; this reads it off an indented line.
#[must_use]
pub fn indent_unit<'a>(outer: &str, inner: &'a str) -> Option<&'a str> {
    inner.strip_prefix(outer).filter(|unit| !unit.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newline_is_that_of_the_line() {
        let text = "a\r\nb\rc\nd";
        assert_eq!(Newline::near(text, 0), Newline::CrLf);
        assert_eq!(Newline::near(text, 3), Newline::Cr);
        assert_eq!(Newline::near(text, 5), Newline::Lf);
        assert_eq!(Newline::near(text, 8), Newline::Lf);
        assert_eq!(Newline::near("a\r\nb", 4), Newline::CrLf);
        assert_eq!(Newline::near("abc", 1), Newline::Lf);
    }
}
