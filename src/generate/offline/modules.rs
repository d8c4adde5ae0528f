//! Modules and packages, by what is in them.

use super::classes::{self, Sort, things};
use super::english::{self, Noun};
use super::sketch::{Sketch, quotable};
use super::summary;
use crate::docstring::words::words_of;
use crate::python::{Bodies, Body, Definition, Kind, Module, Visibility};

/// Things that one sentence lists.
const MAX_LISTED: usize = 3;

/// The summaries that fit a module, the best first, without capital and period.
pub(super) fn candidates(module: &Module, definition: &Definition, bodies: &Bodies) -> Vec<String> {
    let mut found = Vec::new();
    let name = definition.name.as_str();
    let is_package = definition.kind == Kind::Package;
    let what = if is_package { "package" } else { "module" };
    let words = words_of(name);
    let rest = |words: &[String]| english::spelled(words);
    match words
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        _ if name == "__main__" => found.push("run the package as a program".to_owned()),
        ["conftest"] => found.push("provide fixtures for the tests".to_owned()),
        ["test", _, ..] => found.push(format!("test {}", rest(&words[1..]))),
        [.., "test" | "tests"] if words.len() > 1 => {
            found.push(format!("test {}", rest(&words[..words.len() - 1])));
        }
        ["setup"] if imports(module, &["setuptools", "distutils"]) => {
            found.push("build and install the package".to_owned());
        }
        _ => {}
    }
    if is_package {
        found.extend(package(module, definition));
    }
    found.extend(contents(module, bodies));
    found.extend(constants(module, bodies, &words));
    if found.is_empty() && bodies.is_script {
        found.push(format!("run {} as a program", rest(&words)));
    }
    let noun = english::spelled(&words);
    if noun.contains(|c: char| c.is_alphabetic()) {
        found.push(format!("provide the {noun} {what}"));
    }
    found.push(format!("provide a {what}"));
    found
}

fn imports(module: &Module, names: &[&str]) -> bool {
    module
        .imports
        .iter()
        .any(|(_, path)| names.contains(&path.split('.').next().unwrap_or_default()))
}

/// A package by the modules whose names it passes on.
fn package(module: &Module, definition: &Definition) -> Option<String> {
    let own = format!("{}.", definition.name);
    let mut modules: Vec<String> = Vec::new();
    for (bound, path) in &module.imports {
        let is_public = match &module.exports {
            Some(exports) => exports.contains(bound),
            None => !bound.starts_with('_'),
        };
        let inner = path
            .strip_prefix('.')
            .or_else(|| path.strip_prefix(&own))
            .filter(|inner| !inner.starts_with('.'));
        let Some(inner) = inner.filter(|_| is_public) else {
            continue;
        };
        // `from . import orders` has no dot left.
        let first = inner.split('.').next().unwrap_or_default();
        let words: Vec<String> = words_of(first.trim_start_matches('_'));
        let told = english::spelled(&words);
        if !told.is_empty() && !modules.contains(&told) && !first.starts_with("__") {
            modules.push(told);
        }
    }
    let noun = english::spelled(&words_of(&definition.name));
    match modules.len() {
        0 => None,
        1..=4 => Some(format!(
            "gather the public names of {}",
            english::list(&modules, "and")
        )),
        more => Some(format!(
            "gather the public names of the {noun} package's {more} modules"
        )),
    }
}

/// A module by its classes and functions.
fn contents(module: &Module, bodies: &Bodies) -> Vec<String> {
    let is_top = |kind: Kind| {
        module.definitions.iter().filter(move |one| {
            one.kind == kind
                && one.parent == Some(0)
                && !one.name.starts_with('_')
                && (one.visibility == Visibility::Public || module.exports.is_none())
        })
    };
    let mut all: Vec<&Definition> = Vec::new();
    for class in is_top(Kind::Class) {
        if all.iter().all(|one| one.name != class.name) {
            all.push(class);
        }
    }
    let functions: Vec<&Definition> = is_top(Kind::Function).collect();
    let mut found = Vec::new();
    if !all.is_empty() && all.iter().all(|one| classes::sort(one) == Sort::Exception) {
        found.extend(exceptions(&all));
    }
    let phrases = phrases(module, &functions, bodies);
    let nouns: Vec<String> = all.iter().filter_map(|one| things(one)).collect();
    for shown in (1..=MAX_LISTED.min(nouns.len())).rev() {
        let listed = more(&nouns, shown, "and more");
        if let Some(first) = phrases.first().filter(|_| all.len() <= 2) {
            found.push(format!("{listed}, with functions to {first}"));
        }
        found.push(listed);
    }
    if nouns.is_empty() && all.is_empty() {
        for shown in (1..=MAX_LISTED.min(phrases.len())).rev() {
            found.push(more(&phrases, shown, "more"));
        }
    }
    found
}

/// As many of the phrases as are shown, and a word for those that are not.
fn more(phrases: &[String], shown: usize, rest: &str) -> String {
    let listed = &phrases[..shown.min(phrases.len())];
    if listed.len() == phrases.len() {
        english::list(listed, "and")
    } else {
        format!(
            "{} {}",
            listed.join(", "),
            if rest == "more" { "and more" } else { rest }
        )
    }
}

fn exceptions(classes: &[&Definition]) -> Option<String> {
    let names: Vec<String> = classes
        .iter()
        .map(|one| format!("`{}`", one.name))
        .collect();
    let first = classes.first()?;
    let derive = |base: &Definition| {
        let mut known = vec![base.name.as_str()];
        for class in classes.iter().skip(1) {
            if class
                .bases
                .iter()
                .any(|base| known.contains(&base.as_str()))
            {
                known.push(&class.name);
            }
        }
        known.len() == classes.len()
    };
    Some(match names.as_slice() {
        [only] => format!("the exception {only}"),
        _ if derive(first) => format!("`{}` and the exceptions that derive from it", first.name),
        names if names.len() <= MAX_LISTED => {
            format!("the exceptions {}", english::list(names, "and"))
        }
        names => format!("exceptions, {} among them", names.first()?),
    })
}

/// What the functions of a module do, each in the words of its summary.
fn phrases(module: &Module, functions: &[&Definition], bodies: &Bodies) -> Vec<String> {
    let empty = Body::default();
    let mut found: Vec<String> = Vec::new();
    for function in functions {
        // One more than is listed tells that there is more.
        if found.len() > MAX_LISTED {
            break;
        }
        let body = bodies.of(function).unwrap_or(&empty);
        let sketch = Sketch::new(module, function, bodies, body);
        let said = summary::candidates(&sketch).into_iter().next();
        let said = said.filter(|said| {
            said.contains(' ')
                && said != "run this step"
                && !said.starts_with("return ")
                && said.chars().count() < 40
                && !said.contains('`')
        });
        if let Some(said) = said
            && !found.contains(&said)
        {
            found.push(said);
        }
    }
    found
}

/// A module of nothing but constants.
fn constants(module: &Module, bodies: &Bodies, words: &[String]) -> Option<String> {
    if module.definitions.len() > 1 {
        return None;
    }
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in bodies.constants() {
        if !name.starts_with('_') && !names.contains(&name) {
            names.push(name);
        }
    }
    let quoted: Option<Vec<String>> = names
        .iter()
        .map(|name| quotable(name).map(|name| format!("`{name}`")))
        .collect();
    let quoted = quoted?;
    Some(match quoted.as_slice() {
        [] => return None,
        [only] => format!("define {only}"),
        listed if listed.len() <= MAX_LISTED => format!("define {}", english::list(listed, "and")),
        _ => {
            let noun = Noun::of_words(words);
            let of = noun.text();
            if matches!(
                of,
                "constants" | "settings" | "configuration" | "defaults" | "options"
            ) {
                format!("define {of}")
            } else {
                format!("define the constants of {of}")
            }
        }
    })
}
