//! The types of single settings: each one can only hold a value that is allowed.
//!
//! Files, environment variables and flags all go through them, so a bad value is refused where it
//! stands. They read from text with [`FromStr`], which is what flags and variables use.

use std::fmt;
use std::str::FromStr;

use ignore::overrides::OverrideBuilder;
use schemars::JsonSchema;
use serde::de::IntoDeserializer as _;
use serde::{Deserialize, Serialize};

/// Why a value is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidValue(String);

impl InvalidValue {
    pub(super) fn new(reason: String) -> Self {
        Self(reason)
    }
}

/// Columns a line may have, 40 to 320 (ruff's own upper bound).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "i64")]
pub struct LineLength(u16);

impl LineLength {
    /// The narrowest line that leaves room for words inside nested code.
    pub const MIN: u16 = 40;
    /// The widest line ruff accepts.
    pub const MAX: u16 = 320;
    /// What ruff and black use when nobody says otherwise.
    pub const DEFAULT: Self = Self(88);

    /// Takes `columns` if it is within the bounds.
    #[must_use]
    pub fn new(columns: u16) -> Option<Self> {
        (Self::MIN..=Self::MAX)
            .contains(&columns)
            .then_some(Self(columns))
    }

    /// The allowed length nearest to `columns`.
    #[must_use]
    pub fn nearest(columns: i64) -> Self {
        let within = columns.clamp(Self::MIN.into(), Self::MAX.into());
        u16::try_from(within).map_or(Self::DEFAULT, Self)
    }

    /// The columns.
    #[must_use]
    pub fn columns(self) -> usize {
        usize::from(self.0)
    }
}

impl Default for LineLength {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl TryFrom<i64> for LineLength {
    type Error = InvalidValue;

    fn try_from(columns: i64) -> Result<Self, InvalidValue> {
        u16::try_from(columns)
            .ok()
            .and_then(Self::new)
            .ok_or_else(|| outside(&columns, Self::MIN, Self::MAX))
    }
}

impl FromStr for LineLength {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        parse::<i64>(text, "a whole number")?.try_into()
    }
}

impl fmt::Display for LineLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A number from `MIN` to `MAX`, with or without decimals.
macro_rules! bounded_number {
    ($(#[$meta:meta])* $name:ident, $min:literal, $max:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "f64")]
        pub struct $name(f64);

        impl $name {
            /// Takes `value` if it is a number within the bounds.
            #[must_use]
            pub fn new(value: f64) -> Option<Self> {
                ($min..=$max).contains(&value).then_some(Self(value))
            }

            /// The number.
            #[must_use]
            pub fn value(self) -> f64 {
                self.0
            }
        }

        impl TryFrom<f64> for $name {
            type Error = InvalidValue;

            fn try_from(value: f64) -> Result<Self, InvalidValue> {
                Self::new(value).ok_or_else(|| outside(&value, $min, $max))
            }
        }

        impl FromStr for $name {
            type Err = InvalidValue;

            fn from_str(text: &str) -> Result<Self, InvalidValue> {
                parse::<f64>(text, "a number")?.try_into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

bounded_number!(
    /// A share from 0 to 100.
    Percent,
    0.0,
    100.0
);
bounded_number!(
    /// A sampling temperature, 0 to 2.
    Temperature,
    0.0,
    2.0
);

/// Tokens that a model takes in one request, prompt and reply together.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "i64")]
pub struct ContextWindow(u32);

impl ContextWindow {
    /// The smallest that has room for the rules, a definition and a reply.
    pub const MIN: u32 = 4_096;
    /// What nearly every model takes; Azure's own take four times as much or more.
    pub const DEFAULT: Self = Self(32_768);

    /// The tokens.
    #[must_use]
    pub fn tokens(self) -> u64 {
        u64::from(self.0)
    }
}

impl TryFrom<i64> for ContextWindow {
    type Error = InvalidValue;

    fn try_from(tokens: i64) -> Result<Self, InvalidValue> {
        u32::try_from(tokens)
            .ok()
            .filter(|tokens| *tokens >= Self::MIN)
            .map(Self)
            .ok_or_else(|| outside(&tokens, Self::MIN, u32::MAX))
    }
}

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
                read.map_err(|error| InvalidValue(error.to_string()))
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

/// A pattern in the syntax of `.gitignore`, known to compile.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct Glob(String);

impl Glob {
    /// The pattern's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A pattern of docgen's own; a test compiles them all.
    pub(crate) fn built_in(pattern: &'static str) -> Self {
        Self(pattern.to_owned())
    }
}

impl TryFrom<String> for Glob {
    type Error = InvalidValue;

    fn try_from(pattern: String) -> Result<Self, InvalidValue> {
        if pattern.trim().is_empty() {
            return Err(InvalidValue("a glob cannot be empty".to_owned()));
        }
        let compiled = OverrideBuilder::new("")
            .add(&pattern)
            .and_then(|builder| builder.build());
        match compiled {
            Ok(_) => Ok(Self(pattern)),
            Err(error) => Err(InvalidValue(error.to_string())),
        }
    }
}

/// An address that begins with `http://` or `https://` and carries no password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct HttpUrl(url::Url);

impl From<HttpUrl> for String {
    fn from(url: HttpUrl) -> Self {
        url.0.into()
    }
}

impl HttpUrl {
    /// The address.
    #[must_use]
    pub fn as_url(&self) -> &url::Url {
        &self.0
    }
}

impl TryFrom<String> for HttpUrl {
    type Error = InvalidValue;

    /// The text is never repeated in the error: people paste keys into the wrong place.
    fn try_from(text: String) -> Result<Self, InvalidValue> {
        let fault = |why: &str| InvalidValue(format!("not an http or https URL: {why}"));
        let url = url::Url::parse(text.trim()).map_err(|error| fault(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(fault("it must begin with `https://` or `http://`"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(fault("it must not hold a user name or a password"));
        }
        Ok(Self(url))
    }
}

/// The name of something at the provider (a deployment, a model, a version): not empty, one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct Name(String);

impl Name {
    /// The name's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Name {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        let name = text.trim();
        if name.is_empty() {
            return Err(InvalidValue("a name cannot be empty".to_owned()));
        }
        if name.chars().any(char::is_control) {
            return Err(InvalidValue(
                "a name cannot hold control characters".to_owned(),
            ));
        }
        Ok(Self(name.to_owned()))
    }
}

/// What the types above that wrap a text have in common.
macro_rules! text_value {
    ($($name:ident),+) => {$(
        impl FromStr for $name {
            type Err = InvalidValue;

            fn from_str(text: &str) -> Result<Self, InvalidValue> {
                text.to_owned().try_into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

/// The name of an index of Azure AI Search: 2 to 128 small letters, digits and dashes, of which none
/// stands at an end or beside another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct IndexName(String);

impl IndexName {
    /// The name's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for IndexName {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_name = (2..=128).contains(&text.len())
            && text.chars().all(is_allowed)
            && !text.starts_with('-')
            && !text.ends_with('-')
            && !text.contains("--");
        if is_name {
            return Ok(Self(text));
        }
        Err(InvalidValue(
            "an index is named with 2 to 128 small letters, digits and single dashes between them"
                .to_owned(),
        ))
    }
}

text_value!(Glob, HttpUrl, IndexName, Name);

/// Reads a whole number of at least 1, as variables give it.
pub(crate) fn positive<T: FromStr>(text: &str) -> Result<T, InvalidValue> {
    parse(text, "a whole number of at least 1")
}

fn parse<T: FromStr>(text: &str, expected: &str) -> Result<T, InvalidValue> {
    text.trim()
        .parse()
        .map_err(|_| InvalidValue(format!("`{text}` is not {expected}")))
}

fn outside<T: fmt::Display, B: fmt::Display>(value: &T, min: B, max: B) -> InvalidValue {
    InvalidValue(format!("`{value}` is not within {min} to {max}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error<T: FromStr<Err = InvalidValue> + fmt::Debug>(text: &str) -> String {
        text.parse::<T>().unwrap_err().to_string()
    }

    #[test]
    fn numbers_keep_their_bounds() {
        assert_eq!("100".parse::<LineLength>().unwrap().columns(), 100);
        assert_eq!(error::<LineLength>("39"), "`39` is not within 40 to 320");
        assert_eq!(error::<LineLength>("wide"), "`wide` is not a whole number");
        assert!((" 87.5".parse::<Percent>().unwrap().value() - 87.5).abs() < f64::EPSILON);
        assert_eq!(error::<Percent>("100.5"), "`100.5` is not within 0 to 100");
        assert_eq!(error::<Percent>("NaN"), "`NaN` is not within 0 to 100");
        assert_eq!(error::<Temperature>("2.1"), "`2.1` is not within 0 to 2");
        assert_eq!(LineLength::nearest(i64::MAX).columns(), 320);
        assert_eq!(LineLength::nearest(-1).columns(), 40);
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
        check::<ProviderName>(ProviderName::WORDS);
        check::<AzureApi>(AzureApi::WORDS);
        check::<AzureAuth>(AzureAuth::WORDS);
        check::<ReasoningEffort>(ReasoningEffort::WORDS);
        assert_eq!(
            error::<AzureApi>("v2"),
            "unknown variant `v2`, expected `v1` or `classic`"
        );
    }

    #[test]
    fn texts_are_checked() {
        assert!("src/**/*.py".parse::<Glob>().is_ok());
        assert!(error::<Glob>("[").contains("unclosed character class"));
        assert_eq!(error::<Glob>(" "), "a glob cannot be empty");
        assert_eq!(error::<Name>(""), "a name cannot be empty");
        assert_eq!(
            error::<Name>("a\u{1b}b"),
            "a name cannot hold control characters"
        );
    }

    #[test]
    fn an_address_is_http_and_never_repeated() {
        assert!("https://shop.openai.azure.com/".parse::<HttpUrl>().is_ok());
        assert_eq!(
            error::<HttpUrl>("sk-secret"),
            "not an http or https URL: relative URL without a base"
        );
        assert_eq!(
            error::<HttpUrl>("ftp://host"),
            "not an http or https URL: it must begin with `https://` or `http://`"
        );
        assert_eq!(
            error::<HttpUrl>("https://me:secret@host"),
            "not an http or https URL: it must not hold a user name or a password"
        );
    }
}
