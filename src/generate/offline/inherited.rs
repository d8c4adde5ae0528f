//! Words that a method inherits from the method that it overrides.

use crate::docstring::{Claims, cleandoc};
use crate::python::{Definition, Kind, Module};

/// What a base's docstring says of a method.
pub(super) struct Inherited<'m> {
    summary: String,
    claims: Claims<'m>,
}

/// Bases that are followed from one class.
const MAX_BASES: usize = 12;

impl<'m> Inherited<'m> {
    /// The words of the nearest method of that name in the bases that have some.
    pub(super) fn of(module: &'m Module, definition: &Definition) -> Option<Self> {
        if definition.kind != Kind::Method || definition.name == "__init__" {
            return None;
        }
        let class = definition.parent?;
        let text = of_bases(module, class, &definition.name, MAX_BASES)?;
        Self::read(text)
    }

    /// Reads a docstring's value.
    fn read(text: &'m str) -> Option<Self> {
        let clean = cleandoc(text);
        let first: Vec<&str> = clean.lines().take_while(|line| !line.trim().is_empty()).collect();
        let summary = first.join(" ");
        let is_sentence = summary.contains(' ') && !summary.contains("::") && !summary.starts_with(['.', ':', '@']);
        is_sentence.then(|| Self { summary, claims: Claims::read(text) })
    }

    /// Its first paragraph, as far as that is one sentence.
    pub(super) fn summary(&self) -> String {
        match self.summary.find(". ") {
            Some(end) => self.summary[..=end].to_owned(),
            None => self.summary.clone(),
        }
    }

    /// What it says of a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let found = self.claims.described().find(|one| one.name == name)?;
        plain(found.text)
    }

    /// What it says of the return value.
    pub(super) fn returns(&self) -> Option<String> {
        plain(self.claims.returns.as_ref()?.text)
    }

    /// What it says of yielded values.
    pub(super) fn yields(&self) -> Option<String> {
        plain(self.claims.yields.as_ref()?.text)
    }
}

/// Words of a section on one line, if they are that.
fn plain(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    let fits = (3..=400).contains(&text.chars().count());
    (fits && text.contains(' ') && !text.contains("::") && !text.contains(">>>")).then_some(text)
}

fn of_bases<'m>(module: &'m Module, class: usize, name: &str, left: usize) -> Option<&'m str> {
    let bases = &module.definitions.get(class)?.bases;
    for base in bases {
        let base = base.split('[').next().unwrap_or_default();
        let Some(at) = module.definitions.iter().position(|one| {
            matches!(one.kind, Kind::Class | Kind::NestedClass) && one.name == base
        }) else {
            continue;
        };
        if at == class || left == 0 {
            continue;
        }
        let own = module.definitions.iter().find(|one| one.parent == Some(at) && one.name == name);
        let docstring = own.and_then(|own| own.docstring.as_ref()).map(|one| one.value.as_str());
        if let Some(text) = docstring.or_else(|| of_bases(module, at, name, left - 1)) {
            return Some(text);
        }
    }
    None
}
