//! Settings that are one of a few words.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::de::IntoDeserializer as _;
use serde::{Deserialize, Serialize};

use super::values::InvalidValue;

/// A choice from a short list of words; serde and [`FromStr`] read the same ones.
macro_rules! choice {
    ($name:ident { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl $name {
            /// The words that can be chosen from.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word of this choice.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl FromStr for $name {
            type Err = InvalidValue;

            fn from_str(text: &str) -> Result<Self, InvalidValue> {
                let text = text.trim().to_lowercase();
                let read: Result<Self, serde::de::value::Error> =
                    Self::deserialize(text.as_str().into_deserializer());
                read.map_err(|error| InvalidValue::new(error.to_string()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

/// How a docstring's sections are laid out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// `Args:` over indented entries (Google Python Style Guide, 3.8).
    #[default]
    Google,
    /// `Parameters` over a rule (numpydoc).
    Numpy,
    /// Fields: `:param name: text` (Sphinx, info field lists).
    Sphinx,
}

choice!(Style { Google => "google", Numpy => "numpy", Sphinx => "sphinx" });

/// How a docstring's sections are to be laid out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StyleChoice {
    /// As nearly all of the project's docstrings are; else in Google style.
    #[default]
    Auto,
    /// Google style.
    Google,
    /// NumPy style.
    Numpy,
    /// Sphinx's fields.
    Sphinx,
}

choice!(StyleChoice { Auto => "auto", Google => "google", Numpy => "numpy", Sphinx => "sphinx" });

impl StyleChoice {
    /// The style, unless it is the project's to say.
    #[must_use]
    pub fn style(self) -> Option<Style> {
        match self {
            Self::Auto => None,
            Self::Google => Some(Style::Google),
            Self::Numpy => Some(Style::Numpy),
            Self::Sphinx => Some(Style::Sphinx),
        }
    }
}

/// Whether argument and return types are to be repeated in the docstring.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TypesChoice {
    /// As nearly all of the project's docstrings have it; else they are left out.
    #[default]
    Auto,
    /// Types stay in the annotations alone.
    Omit,
    /// Types are repeated.
    Include,
}

choice!(TypesChoice { Auto => "auto", Omit => "omit", Include => "include" });

impl TypesChoice {
    /// What becomes of types, unless it is the project's to say.
    #[must_use]
    pub fn types(self) -> Option<TypesInDocstring> {
        match self {
            Self::Auto => None,
            Self::Omit => Some(TypesInDocstring::Omit),
            Self::Include => Some(TypesInDocstring::Include),
        }
    }
}

/// Whether argument and return types are repeated in the docstring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TypesInDocstring {
    /// Types stay in the annotations alone.
    Omit,
    /// `name (type): text`, with the annotation's own text.
    Include,
}

choice!(TypesInDocstring { Omit => "omit", Include => "include" });

/// Which exceptions a docstring describes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RaisesInDocstring {
    /// Those that the body itself raises.
    #[default]
    Own,
    /// Those of the project's own functions that it calls, too.
    Calls,
}

choice!(RaisesInDocstring { Own => "own", Calls => "calls" });

/// Which attributes a class's docstring describes, as the settings say it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AttributesChoice {
    /// All of them, unless the project has pydoclint compare them with what the body declares.
    #[default]
    Auto,
    /// [`AttributesInDocstring::All`].
    All,
    /// [`AttributesInDocstring::Declared`].
    Declared,
}

choice!(AttributesChoice { Auto => "auto", All => "all", Declared => "declared" });

/// Which attributes a class's docstring describes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AttributesInDocstring {
    /// Those that the class's body declares, and those that its `__init__` sets.
    #[default]
    All,
    /// Those that the class's body declares.
    Declared,
}

/// How much of the source a model is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MaxSource {
    /// Names, annotations and facts; no line of the source as it is written.
    None,
    /// Headers with decorators and defaults, and the docstrings below them; no other line of a body.
    Signature,
    /// Everything that a definition consists of.
    #[default]
    Full,
}

choice!(MaxSource { None => "none", Signature => "signature", Full => "full" });

/// Which definitions are documented first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BatchOrder {
    /// What others call, derive from or hold, so that what it does is known when they are written.
    #[default]
    Callees,
    /// One file after the other, so that files are finished early.
    Files,
}

choice!(BatchOrder { Callees => "callees", Files => "files" });

/// A section that a docstring has only where it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum WantedSection {
    /// How it is used, as doctests.
    Examples,
    /// What else a reader should know.
    Notes,
}

choice!(WantedSection { Examples => "examples", Notes => "notes" });

/// Which docstrings a run writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Those that are missing.
    #[default]
    Missing,
    /// Those that contradict the code: they are mended.
    Stale,
    /// Both.
    All,
}

choice!(Mode { Missing => "missing", Stale => "stale", All => "all" });

/// Whose rule says which definitions need a docstring.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// ruff's D100 to D107.
    #[default]
    Public,
    /// interrogate's, without any of its options: everything.
    All,
    /// docvet's `presence`: what can be imported and has no underscore.
    Api,
}

choice!(Preset { Public => "public", All => "all", Api => "api" });

/// Who writes the words, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ProviderName {
    /// A deployment of Azure OpenAI.
    Azure,
    /// `OpenAI` itself, or any server that speaks its protocol.
    OpenAi,
    /// Drafts from the code alone.
    Offline,
}

choice!(ProviderName { Azure => "azure", OpenAi => "openai", Offline => "offline" });

/// Which of Azure's two routes is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AzureApi {
    /// The route without dated versions.
    V1,
    /// The route of one deployment, with a dated version.
    Classic,
}

choice!(AzureApi { V1 => "v1", Classic => "classic" });

/// What proves to Azure who is asking.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AzureAuth {
    /// The first that is set up: a token, a key, or an identity of Microsoft Entra ID.
    #[default]
    Auto,
    /// The resource's key.
    Key,
    /// A token of Microsoft Entra ID that somebody else got.
    Token,
    /// An identity of Microsoft Entra ID, whichever is set up; never a key.
    Entra,
    /// The managed identity of the machine in Azure.
    ManagedIdentity,
    /// Whoever is signed in to the Azure CLI or the Azure Developer CLI.
    Cli,
}

choice!(AzureAuth {
    Auto => "auto",
    Key => "key",
    Token => "token",
    Entra => "entra",
    ManagedIdentity => "managed-identity",
    Cli => "cli",
});

/// How much a reasoning model thinks before it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say all there is to say")]
pub enum ReasoningEffort {
    None,
    Minimal,
    Low,
    Medium,
    High,
    XHigh,
    Max,
}

choice!(ReasoningEffort {
    None => "none",
    Minimal => "minimal",
    Low => "low",
    Medium => "medium",
    High => "high",
    XHigh => "xhigh",
    Max => "max",
});

#[cfg(test)]
mod tests {
    use super::*;

    fn error<T: FromStr<Err = InvalidValue> + fmt::Debug>(text: &str) -> String {
        text.parse::<T>().unwrap_err().to_string()
    }

    #[test]
    fn words_are_the_same_for_serde_and_for_flags() {
        fn check<T>(words: &[&str])
        where
            T: FromStr<Err = InvalidValue> + fmt::Display + fmt::Debug + Serialize,
        {
            for word in words {
                let value: T = word.parse().unwrap();
                assert_eq!(value.to_string(), *word);
                assert_eq!(serde_json::to_value(&value).unwrap(), *word);
            }
        }
        check::<TypesInDocstring>(TypesInDocstring::WORDS);
        check::<Mode>(Mode::WORDS);
        check::<MaxSource>(MaxSource::WORDS);
        check::<BatchOrder>(BatchOrder::WORDS);
        check::<Style>(Style::WORDS);
        check::<StyleChoice>(StyleChoice::WORDS);
        check::<TypesChoice>(TypesChoice::WORDS);
        check::<AttributesChoice>(AttributesChoice::WORDS);
        check::<ProviderName>(ProviderName::WORDS);
        check::<AzureApi>(AzureApi::WORDS);
        check::<AzureAuth>(AzureAuth::WORDS);
        check::<ReasoningEffort>(ReasoningEffort::WORDS);
        assert_eq!(
            error::<AzureApi>("v2"),
            "unknown variant `v2`, expected `v1` or `classic`"
        );
    }
}
