//! What the words of docstrings are like: tone, house rules, language, sections; here and there
//! otherwise than elsewhere.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choices::{MaxSource, WantedSection};
use super::language::Language;
use super::partial::{PartialConfig, PartialStyleOverride};
use super::per_file::FileGlob;
use super::values::InvalidValue;

/// A line of plain words for the model, from the project's own settings: a tone, or a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct Direction(String);

impl Direction {
    /// Characters that one may have: every request pays for them.
    pub const MAX_CHARS: usize = 500;

    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Direction {
    type Error = InvalidValue;

    fn try_from(text: String) -> Result<Self, InvalidValue> {
        let text = text.trim();
        let reason = if text.is_empty() {
            "it cannot be empty"
        } else if text.chars().any(char::is_control) {
            "it must stand on one line"
        } else if text.chars().count() > Self::MAX_CHARS {
            "it is longer than 500 characters"
        } else {
            return Ok(Self(text.to_owned()));
        };
        Err(InvalidValue::new(reason.to_owned()))
    }
}

impl FromStr for Direction {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        text.to_owned().try_into()
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What the words of a file's docstrings are like, and what a model is shown for them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wording {
    /// How the words sound; by the model's own lights if unset.
    pub tone: Option<Direction>,
    /// The project's own rules, told to the model.
    pub rules: Vec<Direction>,
    /// What language the words are in.
    pub language: Language,
    /// Sections wanted besides the usual.
    pub sections: Vec<WantedSection>,
    /// How much of the source a model is shown.
    pub max_source: MaxSource,
}

/// The wording of every file of a project.
#[derive(Debug, Clone, Default)]
pub struct Wordings {
    everywhere: Wording,
    root: PathBuf,
    overrides: Vec<(Vec<FileGlob>, PartialStyleOverride)>,
}

impl Wordings {
    /// What the settings say, their overrides' globs relative to `root`.
    pub(super) fn new(partial: &PartialConfig, root: &Path) -> Self {
        let style = &partial.style;
        let overrides = style.overrides.iter().flatten().map(|one| {
            let globs = one.paths.iter().flatten().filter_map(FileGlob::new);
            (globs.collect(), one.clone())
        });
        Self {
            everywhere: Wording {
                tone: style.tone.clone(),
                rules: style.rules.clone().unwrap_or_default(),
                language: style.language.clone().unwrap_or_default(),
                sections: style.sections.clone().unwrap_or_default(),
                max_source: partial.model.max_source.unwrap_or_default(),
            },
            root: root.to_path_buf(),
            overrides: overrides.collect(),
        }
    }

    /// The wording for the file at `path`, which is absolute. Of several overrides the last one that
    /// says something counts; their rules add up.
    #[must_use]
    pub fn of_file(&self, path: &Path) -> Wording {
        let mut wording = self.everywhere.clone();
        for (globs, over) in &self.overrides {
            if !globs.iter().any(|glob| glob.concerns(path, &self.root)) {
                continue;
            }
            wording.tone = over.tone.clone().or(wording.tone);
            wording.rules.extend(over.rules.iter().flatten().cloned());
            wording.language = over.language.clone().unwrap_or(wording.language);
            wording.sections = over.sections.clone().unwrap_or(wording.sections);
            wording.max_source = over.max_source.unwrap_or(wording.max_source);
        }
        wording
    }

    /// A language that some file's words are to be in and that is not English.
    #[must_use]
    pub fn foreign_language(&self) -> Option<&Language> {
        let overrides = self.overrides.iter();
        let languages = overrides.filter_map(|(_, over)| over.language.as_ref());
        std::iter::once(&self.everywhere.language)
            .chain(languages)
            .find(|language| !language.is_english())
    }
}

/// A flag is about everything that the command does, so it wins over the overrides too.
pub(super) fn lay_flags_over_overrides(settings: &mut PartialConfig, flags: &PartialConfig) {
    for one in settings.style.overrides.iter_mut().flatten() {
        if flags.style.language.is_some() {
            one.language = None;
        }
        if flags.model.max_source.is_some() {
            one.max_source = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wordings(settings: &str) -> Wordings {
        Wordings::new(&toml::from_str(settings).unwrap(), Path::new("/p"))
    }

    const SETTINGS: &str = r#"
        [model]
        max_source = "signature"
        [style]
        tone = "friendly"
        rules = ["Never say `simply`."]
        language = "de"
        [[style.overrides]]
        paths = ["tests/**", "conftest.py"]
        rules = ["Name the behaviour under test."]
        language = "en"
        max_source = "full"
        [[style.overrides]]
        paths = ["tests/api"]
        tone = "formal"
        sections = ["notes"]
    "#;

    #[test]
    fn an_override_changes_what_it_names_and_adds_its_rules() {
        let all = wordings(SETTINGS);
        let plain = all.of_file(Path::new("/p/src/a.py"));
        assert_eq!(plain.language.tag(), "de");
        assert_eq!(plain.max_source, MaxSource::Signature);
        assert_eq!(plain.rules.len(), 1);
        let api = all.of_file(Path::new("/p/tests/api/test_a.py"));
        assert_eq!(api.tone.unwrap().as_str(), "formal");
        assert_eq!(api.rules[1].as_str(), "Name the behaviour under test.");
        assert!(api.language.is_english());
        assert_eq!(api.max_source, MaxSource::Full);
        assert_eq!(api.sections, [WantedSection::Notes]);
        assert_eq!(all.foreign_language().unwrap().tag(), "de");
    }

    #[test]
    fn a_flag_wins_over_every_override() {
        let mut settings: PartialConfig = toml::from_str(SETTINGS).unwrap();
        let flags = "style.language = 'fr'\nmodel.max_source = 'none'";
        let flags: PartialConfig = toml::from_str(flags).unwrap();
        lay_flags_over_overrides(&mut settings, &flags);
        let wordings = Wordings::new(&settings.merge(flags), Path::new("/p"));
        let test = wordings.of_file(Path::new("/p/tests/a.py"));
        assert_eq!(test.language.tag(), "fr");
        assert_eq!(test.max_source, MaxSource::None);
        assert_eq!(test.rules.len(), 2);
    }

    #[test]
    fn a_direction_is_one_short_line() {
        assert!(" Be brief. ".parse::<Direction>().is_ok());
        for wrong in ["", "  ", "a\nb", &"x".repeat(501)] {
            assert!(wrong.parse::<Direction>().is_err(), "{wrong}");
        }
    }
}
