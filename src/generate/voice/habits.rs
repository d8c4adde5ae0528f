//! How a project writes its docstrings: counted file by file, and what follows from the sum.

use serde::{Deserialize, Serialize};

use crate::config::{Style, TypesInDocstring};
use crate::docstring::{Claims, cleandoc};
use crate::generate::select::{AnalyzedFile, is_test};
use crate::generate::words::{imperative, is_verb};
use crate::python::{DecoratorRole, Definition};

/// Docstrings (or arguments in them) that it takes to speak of a convention.
const ENOUGH: u32 = 10;

/// The share of them, in percent, that has to agree.
const CLEAR: u32 = 80;

/// What the docstrings of a file or project are like, in numbers. Those of tests do not count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Habits {
    /// Docstrings with sections in Google style.
    pub google: u32,
    /// In NumPy style.
    pub numpy: u32,
    /// With Sphinx's fields.
    pub sphinx: u32,
    /// Described arguments with an annotation in the code, whose type the docstring repeats.
    pub typed: u32,
    /// Those whose type it leaves to the annotation.
    pub untyped: u32,
    /// Summaries of functions that begin with a verb in the imperative.
    pub imperative: u32,
    /// Those that begin with one in the third person.
    pub third_person: u32,
    /// Docstrings of functions that have a paragraph besides summary and sections.
    pub described: u32,
    /// Docstrings of functions in all.
    pub functions: u32,
}

impl Habits {
    /// Counts the docstrings of a file.
    #[must_use]
    pub fn of_file(file: &AnalyzedFile) -> Self {
        let mut habits = Self::default();
        if is_test(file.source.name.as_str()) {
            return habits;
        }
        for definition in &file.module.definitions {
            let is_kept_apart = definition.has_role(DecoratorRole::Overload)
                || definition.has_role(DecoratorRole::Command);
            if let (Some(docstring), false) = (&definition.docstring, is_kept_apart) {
                habits.count(definition, &docstring.value);
            }
        }
        habits
    }

    /// The sum of both.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            google: self.google + other.google,
            numpy: self.numpy + other.numpy,
            sphinx: self.sphinx + other.sphinx,
            typed: self.typed + other.typed,
            untyped: self.untyped + other.untyped,
            imperative: self.imperative + other.imperative,
            third_person: self.third_person + other.third_person,
            described: self.described + other.described,
            functions: self.functions + other.functions,
        }
    }

    fn count(&mut self, definition: &Definition, text: &str) {
        let claims = Claims::read(text);
        match layout(&claims, text) {
            Some(Style::Google) => self.google += 1,
            Some(Style::Numpy) => self.numpy += 1,
            Some(Style::Sphinx) => self.sphinx += 1,
            None => {}
        }
        for claim in claims.described() {
            let mut given = definition.given_parameters();
            let parameter = given.find(|one| one.name == claim.name);
            if parameter.is_some_and(|one| one.annotation.is_some()) {
                match claim.annotation {
                    Some(_) => self.typed += 1,
                    None => self.untyped += 1,
                }
            }
        }
        if !definition.is_function() || definition.is_property() {
            return;
        }
        self.functions += 1;
        let clean = cleandoc(text);
        let first = clean.split_whitespace().next().unwrap_or_default();
        let first = first.trim_end_matches(|c: char| !c.is_alphanumeric());
        if is_verb(&first.to_lowercase()) {
            self.imperative += 1;
        } else if imperative(first).is_some() {
            self.third_person += 1;
        }
        self.described += u32::from(has_description(&clean));
    }

    /// The style that nearly all docstrings with sections have.
    #[must_use]
    pub fn style(&self) -> Option<Style> {
        let all = self.google + self.numpy + self.sphinx;
        [
            (self.google, Style::Google),
            (self.numpy, Style::Numpy),
            (self.sphinx, Style::Sphinx),
        ]
        .into_iter()
        .find_map(|(count, style)| is_clear(count, all).then_some(style))
    }

    /// Whether nearly all docstrings repeat the types that the code has, or nearly none does.
    #[must_use]
    pub fn types(&self) -> Option<TypesInDocstring> {
        let all = self.typed + self.untyped;
        if is_clear(self.typed, all) {
            Some(TypesInDocstring::Include)
        } else {
            is_clear(self.untyped, all).then_some(TypesInDocstring::Omit)
        }
    }

    /// The habits that a model should know, as one sentence; `None` where there are too few
    /// docstrings to speak of any, or these are of several minds. Layout, names and types are docgen's, so they are not among them.
    #[must_use]
    pub fn told(&self) -> Option<String> {
        if self.functions < ENOUGH {
            return None;
        }
        let paragraphs = match percent(self.described, self.functions) {
            0..=19 => "seldom have",
            20..=59 => return None,
            _ => "mostly have",
        };
        Some(format!(
            "This project's docstrings {paragraphs} a paragraph of description besides the summary and \
             the sections."
        ))
    }
}

/// For those who want to know why.
impl std::fmt::Display for Habits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sectioned = self.google + self.numpy + self.sphinx;
        write!(
            f,
            "{sectioned} docstrings with sections (google {}, numpy {}, sphinx {}); {} of {} annotated \
             arguments with their type; {} summaries in the imperative, {} in the third person; {} of {} \
             functions with a description",
            self.google,
            self.numpy,
            self.sphinx,
            self.typed,
            self.typed + self.untyped,
            self.imperative,
            self.third_person,
            self.described,
            self.functions,
        )
    }
}

fn is_clear(count: u32, all: u32) -> bool {
    all >= ENOUGH && percent(count, all) >= CLEAR
}

/// Rounded down; 0 of nothing.
fn percent(part: u32, all: u32) -> u32 {
    let percent = u64::from(part) * 100 / u64::from(all.max(1));
    u32::try_from(percent).unwrap_or(100)
}

/// The style of a docstring's first section: by what stands there, a field, a ruled header, or
/// neither.
fn layout(claims: &Claims<'_>, text: &str) -> Option<Style> {
    let places = claims.arguments.iter().map(|one| one.at.start);
    let values = [&claims.returns, &claims.yields].into_iter().flatten();
    let places = places.chain(values.map(|one| one.at.start));
    let places = places.chain(claims.raises.iter().map(|one| one.at.start));
    let rest = text.get(places.min()?..)?;
    let line = text.get(..text.len() - rest.len())?;
    let before = line.rsplit('\n').next().unwrap_or_default();
    if rest.starts_with(':') || before.trim_start().starts_with(':') {
        return Some(Style::Sphinx);
    }
    let below = rest.lines().nth(1).unwrap_or_default().trim();
    let is_ruled = below.len() >= 3 && below.chars().all(|c| c == '-');
    Some(if is_ruled {
        Style::Numpy
    } else {
        Style::Google
    })
}

/// Whether a second paragraph is there that is no section.
fn has_description(clean: &str) -> bool {
    let Some(second) = clean.split("\n\n").nth(1) else {
        return false;
    };
    let second = second.trim_start_matches('\n');
    let mut lines = second.lines();
    let (first, below) = (
        lines.next().unwrap_or_default().trim_end(),
        lines.next().unwrap_or_default().trim(),
    );
    let is_header = first.ends_with(':') && first.split(' ').count() < 3;
    let is_ruled = below.len() >= 3 && below.chars().all(|c| c == '-');
    !first.is_empty() && !is_header && !is_ruled && !first.starts_with([':', '.', '>'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::voice::tests::analyzed;

    fn habits(source: &str) -> Habits {
        Habits::of_file(&analyzed("a.py", source))
    }

    const GOOGLE: &str = "def f(a: int, b):\n    '''Return it.\n\n    Args:\n        a: A.\n        b (str): B.\n    '''\n";
    const NUMPY: &str = "def f(a: int, b):\n    '''Returns it.\n\n    It is more.\n\n    Parameters\n    ----------\n    a : int\n        A.\n    b : str\n        B.\n    '''\n";
    const SPHINX: &str =
        "def f(a: int):\n    '''Return it.\n\n    :param int a: A.\n    :returns: It.\n    '''\n";

    #[test]
    fn styles_types_and_moods_are_counted() {
        let google = habits(GOOGLE);
        assert_eq!((google.google, google.numpy, google.sphinx), (1, 0, 0));
        assert_eq!((google.typed, google.untyped), (0, 1), "b is not annotated");
        assert_eq!((google.imperative, google.third_person), (1, 0));
        assert_eq!((google.described, google.functions), (0, 1));
        let numpy = habits(NUMPY);
        assert_eq!((numpy.google, numpy.numpy, numpy.sphinx), (0, 1, 0));
        assert_eq!((numpy.typed, numpy.untyped), (1, 0));
        assert_eq!((numpy.imperative, numpy.third_person), (0, 1));
        assert_eq!(numpy.described, 1);
        let sphinx = habits(SPHINX);
        assert_eq!((sphinx.google, sphinx.numpy, sphinx.sphinx), (0, 0, 1));
        assert_eq!((sphinx.typed, sphinx.untyped), (1, 0));
        assert_eq!(
            Habits::of_file(&analyzed("tests/a.py", GOOGLE)),
            Habits::default()
        );
        assert_eq!(habits("def f():\n    '''Do: it.'''\n").google, 0);
    }

    #[test]
    fn a_convention_takes_ten_that_agree() {
        let times = |source: &str, count: u32| {
            (0..count).fold(Habits::default(), |sum, _| sum.plus(habits(source)))
        };
        let (google, numpy) = (times(GOOGLE, 9), times(NUMPY, 2));
        assert_eq!(google.style(), None, "too few");
        assert_eq!(google.plus(numpy).style(), Some(Style::Google));
        assert_eq!(google.plus(numpy).types(), Some(TypesInDocstring::Omit));
        let mixed = google.plus(times(NUMPY, 3));
        assert_eq!((mixed.style(), mixed.types()), (None, None), "75 %");
        let numpy = times(NUMPY, 10);
        assert_eq!(numpy.style(), Some(Style::Numpy));
        assert_eq!(numpy.types(), Some(TypesInDocstring::Include));
        assert_eq!(Habits::default().told(), None);
        assert!(numpy.told().unwrap().contains("mostly have"));
    }
}
