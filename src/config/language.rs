//! The language of the words: a BCP 47 tag, known by its English name.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::InvalidValue;

/// A language that docstrings are written in, by its BCP 47 tag; an English name is read too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Language(String);

impl Language {
    /// The tag, in the usual case: `de`, `pt-BR`, `zh-Hant`.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.0
    }

    /// What English calls it, without region or script.
    #[must_use]
    pub fn name(&self) -> &'static str {
        let code = self.0.split('-').next().unwrap_or_default();
        languages()
            .find(|(known, _)| *known == code)
            .map_or("English", |(_, name)| name)
    }

    /// Whether the rules about English words hold, such as the imperative.
    #[must_use]
    pub fn is_english(&self) -> bool {
        self.0 == "en" || self.0.starts_with("en-")
    }
}

impl Default for Language {
    fn default() -> Self {
        Self("en".to_owned())
    }
}

impl TryFrom<String> for Language {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        text.parse()
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.0
    }
}

impl FromStr for Language {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let text = text.trim();
        let by_name = languages().find(|(_, name)| name.eq_ignore_ascii_case(text));
        let tag = match by_name {
            Some((code, _)) => Some(code.to_owned()),
            None => canonical(text),
        };
        tag.map(Self).ok_or_else(|| {
            InvalidValue::new(format!(
                "`{text}` is no language that docgen knows: give a tag such as `de` or `pt-BR`, or an \
                 English name such as `German`"
            ))
        })
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A tag in the case that RFC 5646, 2.1.1, recommends, if its language is known and its other parts
/// can be: letters and digits, at most eight each.
fn canonical(text: &str) -> Option<String> {
    let mut parts = text.split(['-', '_']);
    let code = parts.next()?.to_lowercase();
    languages().find(|(known, _)| *known == code)?;
    let mut tag = code;
    for part in parts {
        if !(1..=8).contains(&part.len()) || !part.chars().all(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
        tag.push('-');
        match part.len() {
            2 => tag.push_str(&part.to_uppercase()),
            4 => {
                let (first, rest) = part.split_at(1);
                tag.push_str(&first.to_uppercase());
                tag.push_str(&rest.to_lowercase());
            }
            _ => tag.push_str(&part.to_lowercase()),
        }
    }
    Some(tag)
}

fn languages() -> impl Iterator<Item = (&'static str, &'static str)> {
    LANGUAGES
        .split('\n')
        .filter_map(|line| line.split_once(' '))
}

/// The living languages of ISO 639-1, and `fil`, each with its English name.
const LANGUAGES: &str = "\
en English
af Afrikaans
am Amharic
ar Arabic
as Assamese
az Azerbaijani
be Belarusian
bg Bulgarian
bn Bengali
bo Tibetan
br Breton
bs Bosnian
ca Catalan
cs Czech
cy Welsh
da Danish
de German
dz Dzongkha
el Greek
eo Esperanto
es Spanish
et Estonian
eu Basque
fa Persian
fi Finnish
fil Filipino
fo Faroese
fr French
fy Frisian
ga Irish
gd Gaelic
gl Galician
gn Guarani
gu Gujarati
ha Hausa
he Hebrew
hi Hindi
hr Croatian
ht Haitian
hu Hungarian
hy Armenian
id Indonesian
ig Igbo
is Icelandic
it Italian
ja Japanese
jv Javanese
ka Georgian
kk Kazakh
km Khmer
kn Kannada
ko Korean
ku Kurdish
ky Kyrgyz
la Latin
lb Luxembourgish
lo Lao
lt Lithuanian
lv Latvian
mg Malagasy
mi Maori
mk Macedonian
ml Malayalam
mn Mongolian
mr Marathi
ms Malay
mt Maltese
my Burmese
nb Norwegian Bokmål
ne Nepali
nl Dutch
nn Norwegian Nynorsk
no Norwegian
oc Occitan
or Odia
pa Punjabi
pl Polish
ps Pashto
pt Portuguese
qu Quechua
rm Romansh
ro Romanian
ru Russian
rw Kinyarwanda
sa Sanskrit
sd Sindhi
se Northern Sami
si Sinhala
sk Slovak
sl Slovenian
sm Samoan
sn Shona
so Somali
sq Albanian
sr Serbian
st Sotho
su Sundanese
sv Swedish
sw Swahili
ta Tamil
te Telugu
tg Tajik
th Thai
ti Tigrinya
tk Turkmen
tl Tagalog
tn Tswana
tr Turkish
tt Tatar
ug Uyghur
uk Ukrainian
ur Urdu
uz Uzbek
vi Vietnamese
wo Wolof
xh Xhosa
yi Yiddish
yo Yoruba
zh Chinese
zu Zulu";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, &'static str)> {
        let language: Language = text.parse().ok()?;
        Some((language.tag().to_owned(), language.name()))
    }

    #[test]
    fn tags_and_names_are_read() {
        for (text, tag, name) in [
            ("de", "de", "German"),
            ("German", "de", "German"),
            ("DE_at", "de-AT", "German"),
            ("pt-br", "pt-BR", "Portuguese"),
            ("zh-hant-tw", "zh-Hant-TW", "Chinese"),
            ("es-419", "es-419", "Spanish"),
            (" norwegian bokmål ", "nb", "Norwegian Bokmål"),
        ] {
            assert_eq!(read(text), Some((tag.to_owned(), name)), "{text}");
        }
        for text in [
            "",
            "xx",
            "Germna",
            "de--AT",
            "de-",
            "de-ö",
            "deutsch please",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn english_is_english_wherever_it_is_spoken() {
        let is_english = |text: &str| text.parse::<Language>().unwrap().is_english();
        assert!(Language::default().is_english() && is_english("en-GB") && is_english("English"));
        assert!(!is_english("de") && !is_english("et"));
    }
}
