//! The parts of a docstring.

/// A docstring's parts, in the order in which Google style writes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Docstring {
    /// The first line.
    pub summary: String,
    /// What follows it: paragraphs, lists and code blocks, separated by blank lines.
    pub description: Option<String>,
    /// Section `Args`.
    pub args: Vec<Entry>,
    /// Section `Attributes`.
    pub attributes: Vec<Entry>,
    /// Section `Returns`.
    pub returns: Option<Value>,
    /// Section `Yields`.
    pub yields: Option<Value>,
    /// Section `Raises`; the names are exceptions.
    pub raises: Vec<Entry>,
    /// Section `Examples`.
    pub examples: Vec<Example>,
    /// Section `Note` (`Notes` in NumPy style): paragraphs, separated by blank lines.
    pub notes: Option<String>,
}

/// A part of the examples.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Example {
    /// What the code shows.
    pub text: Option<String>,
    /// Lines of a doctest, each beginning with `>>>` or `...`; none is blank.
    pub code: String,
}

/// A named part of a section.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// The name, stars included.
    pub name: String,
    /// The type in parentheses after it.
    pub annotation: Option<String>,
    /// The words.
    pub text: String,
}

/// What comes back or is yielded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Value {
    /// The type before the colon.
    pub annotation: Option<String>,
    /// The words.
    pub text: String,
}
