//! Rule codes: pydocstyle's for what is missing, pydoclint's and ruff's for what has drifted,
//! pycodestyle's for what cannot be read, and docgen's own where nobody has one.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $code:ident = $message:literal,)+) => {
        /// The code of a diagnostic.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RuleCode {
            $($(#[doc = $doc])+ $code,)+
        }

        impl RuleCode {
            /// Every code, in the order of this list.
            pub const ALL: &'static [Self] = &[$(Self::$code),+];

            /// The code as it is written in `# noqa` and on the command line.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$code => stringify!($code),)+
                }
            }

            /// The code with this name; `None` if docgen has none such.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($code) => Some(Self::$code),)+
                    _ => None,
                }
            }

            /// What the code says, in a few words that name no definition.
            #[must_use]
            pub fn message(self) -> &'static str {
                match self {
                    $(Self::$code => $message,)+
                }
            }
        }
    };
}

rules! {
    /// Missing docstring in public module.
    D100 = "Missing docstring in public module",
    /// Missing docstring in public class.
    D101 = "Missing docstring in public class",
    /// Missing docstring in public method.
    D102 = "Missing docstring in public method",
    /// Missing docstring in public function.
    D103 = "Missing docstring in public function",
    /// Missing docstring in public package.
    D104 = "Missing docstring in public package",
    /// Missing docstring in magic method.
    D105 = "Missing docstring in magic method",
    /// Missing docstring in public nested class.
    D106 = "Missing docstring in public nested class",
    /// Missing docstring in `__init__`.
    D107 = "Missing docstring in `__init__`",
    /// A parameter that the docstring does not describe (pydocstyle, ruff; pydoclint's DOC101).
    D417 = "Missing argument description in the docstring",
    /// The docstring describes a parameter that the signature does not have.
    DOC102 = "Documented argument is not in the signature",
    /// The docstring describes the parameters in another order than the signature has.
    DOC104 = "Documented arguments are in another order than the signature",
    /// A value is returned, and the docstring says nothing of it.
    DOC201 = "Return value is not documented",
    /// The docstring describes a return value that there is not.
    DOC202 = "Docstring describes a return value, but nothing is returned",
    /// Something is yielded, and the docstring says nothing of it.
    DOC402 = "Yielded value is not documented",
    /// The docstring describes yielded values that there are not.
    DOC403 = "Docstring describes yielded values, but nothing is yielded",
    /// An exception is raised that the docstring does not name.
    DOC501 = "Raised exception is not documented",
    /// The docstring names an exception that is not raised.
    DOC502 = "Documented exception is not raised",
    /// An argument's documented type contradicts its annotation; docgen's own.
    DG105 = "Documented type contradicts the annotation",
    /// An argument's documented default contradicts the signature; docgen's own.
    DG106 = "Documented default contradicts the signature",
    /// The documented type of the return value contradicts the annotation; docgen's own.
    DG203 = "Documented return type contradicts the annotation",
    /// The documented type of the yielded values contradicts the annotation; docgen's own.
    DG404 = "Documented yield type contradicts the annotation",
    /// The file cannot be read as text.
    E902 = "Cannot be read",
    /// The file is not valid Python.
    E999 = "Syntax error",
}

impl RuleCode {
    /// Whether it asks for a docstring where there is none (D100 to D107).
    #[must_use]
    pub fn is_missing(self) -> bool {
        matches!(
            self,
            Self::D100
                | Self::D101
                | Self::D102
                | Self::D103
                | Self::D104
                | Self::D105
                | Self::D106
                | Self::D107
        )
    }

    /// Whether it speaks of a file that docgen could not take in.
    #[must_use]
    pub fn is_unread(self) -> bool {
        matches!(self, Self::E902 | Self::E999)
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

impl<'de> Deserialize<'de> for RuleCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let unknown = || serde::de::Error::custom(format_args!("no rule is called `{name}`"));
        Self::named(&name).ok_or_else(unknown)
    }
}
