//! Settings that are texts of a form: globs, addresses, names.

use std::fmt;
use std::str::FromStr;

use ignore::overrides::OverrideBuilder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::InvalidValue;

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
            return Err(InvalidValue::new("a glob cannot be empty".to_owned()));
        }
        let compiled = OverrideBuilder::new("")
            .add(&pattern)
            .and_then(|builder| builder.build());
        match compiled {
            Ok(_) => Ok(Self(pattern)),
            Err(error) => Err(InvalidValue::new(error.to_string())),
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
        let fault = |why: &str| InvalidValue::new(format!("not an http or https URL: {why}"));
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
            return Err(InvalidValue::new("a name cannot be empty".to_owned()));
        }
        if name.chars().any(char::is_control) {
            return Err(InvalidValue::new(
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
        Err(InvalidValue::new(
            "an index is named with 2 to 128 small letters, digits and single dashes between them"
                .to_owned(),
        ))
    }
}

text_value!(Glob, HttpUrl, IndexName, Name);

#[cfg(test)]
mod tests {
    use super::*;

    fn error<T: FromStr<Err = InvalidValue> + fmt::Debug>(text: &str) -> String {
        text.parse::<T>().unwrap_err().to_string()
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
