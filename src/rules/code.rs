//! Rule codes: pydocstyle's for what is missing, pycodestyle's for what cannot be read.

use std::fmt;

use serde::{Serialize, Serializer};

/// The code of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleCode {
    /// Missing docstring in public module.
    D100,
    /// Missing docstring in public class.
    D101,
    /// Missing docstring in public method.
    D102,
    /// Missing docstring in public function.
    D103,
    /// Missing docstring in public package.
    D104,
    /// Missing docstring in magic method.
    D105,
    /// Missing docstring in public nested class.
    D106,
    /// Missing docstring in `__init__`.
    D107,
    /// The file cannot be read as text.
    E902,
    /// The file is not valid Python.
    E999,
}

impl RuleCode {
    /// The code as it is written in `# noqa` and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::D100 => "D100",
            Self::D101 => "D101",
            Self::D102 => "D102",
            Self::D103 => "D103",
            Self::D104 => "D104",
            Self::D105 => "D105",
            Self::D106 => "D106",
            Self::D107 => "D107",
            Self::E902 => "E902",
            Self::E999 => "E999",
        }
    }

    /// What the code says, in the words of pydocstyle.
    #[must_use]
    pub fn message(self) -> &'static str {
        match self {
            Self::D100 => "Missing docstring in public module",
            Self::D101 => "Missing docstring in public class",
            Self::D102 => "Missing docstring in public method",
            Self::D103 => "Missing docstring in public function",
            Self::D104 => "Missing docstring in public package",
            Self::D105 => "Missing docstring in magic method",
            Self::D106 => "Missing docstring in public nested class",
            Self::D107 => "Missing docstring in `__init__`",
            Self::E902 => "Cannot be read",
            Self::E999 => "Syntax error",
        }
    }
}

impl fmt::Display for RuleCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for RuleCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
