//! Measures how often the checks of words object to what people wrote, over any source tree:
//! `DOCGEN_CORPUS=/path/to/package cargo test --lib corpus -- --ignored --nocapture`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::frame::Frame;
use super::select::{AnalyzedFile, analyze_source};
use super::told_default::{self, Named};
use super::{told_raise, told_type, told_unit};
use crate::config::DocstringStyle;
use crate::docstring::Claims;
use crate::python::{Definition, ModuleFacts, Project};
use crate::source::{FileName, SourceFile};

/// Python files below a folder.
fn python_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            python_files(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "py") {
            files.push(path);
        }
    }
}

/// The paragraphs of a docstring that are prose: no doctests, no code blocks.
fn prose(value: &str) -> impl Iterator<Item = &str> {
    let paragraphs = value.split("\n\n").scan(false, |is_code, paragraph| {
        let was_code = std::mem::replace(is_code, paragraph.trim_end().ends_with("::"));
        *is_code |= was_code && paragraph.starts_with("        ");
        Some((was_code, paragraph))
    });
    paragraphs
        .filter(|(is_code, paragraph)| !is_code && !paragraph.contains(">>>"))
        .map(|(_, paragraph)| paragraph)
}

#[test]
#[ignore = "measures a tree that DOCGEN_CORPUS names"]
fn people_are_believed() {
    let root = PathBuf::from(std::env::var("DOCGEN_CORPUS").unwrap());
    let mut files = Vec::new();
    python_files(&root, &mut files);
    let mut alarms: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut docstrings = 0;
    let measure = || {
        let read = |path: &PathBuf| {
            let name = FileName::new(path, &root);
            let bytes = std::fs::read(path).unwrap();
            analyze_source(SourceFile::from_bytes(path, name, bytes).ok()?).ok()
        };
        let analyzed: Vec<AnalyzedFile> = files.iter().filter_map(read).collect();
        let base = root.parent().unwrap();
        let facts = analyzed.iter().map(|file| {
            ModuleFacts::read(&file.source.name, &file.source.path, base, &file.module)
        });
        let project = Project::build(facts.collect(), &[base.to_path_buf()]);
        for file in &analyzed {
            for (index, definition) in file.module.definitions.iter().enumerate() {
                let Some(docstring) = &definition.docstring else {
                    continue;
                };
                docstrings += 1;
                let style = DocstringStyle::default();
                let frame = Frame::new(file, (index, definition), &project, &style);
                for (kind, found) in objections(definition, &frame, &docstring.value) {
                    let place = format!("{}:{}", file.source.name, definition.place.line);
                    alarms
                        .entry(kind)
                        .or_default()
                        .push(format!("{place}: {found}"));
                }
            }
        }
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(crate::python::STACK_BYTES);
        thread.spawn_scoped(scope, measure).unwrap().join().unwrap();
    });
    println!("{}: {docstrings} docstrings", root.display());
    for (kind, found) in alarms {
        let share = 100.0 * f64::from(u32::try_from(found.len()).unwrap()) / f64::from(docstrings);
        println!("{kind}: {} ({share:.2} %)", found.len());
        for one in found {
            println!("  {kind}: {one}");
        }
    }
}

/// What the checks have against a docstring, each kind at most once.
fn objections(
    definition: &Definition,
    frame: &Frame<'_>,
    value: &str,
) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let unknown = prose(value).find_map(|text| frame.unknown_in(text));
    found.extend(unknown.map(|unknown| ("name", format!("{unknown:?}"))));
    let facts = frame.facts(definition);
    let raised = prose(value)
        .flat_map(told_raise::told)
        .find(|one| !facts.can_raise(one, frame));
    found.extend(raised.map(|one| ("raise", one.to_owned())));
    let claims = Claims::read(value);
    let parameters = definition.signature.iter().flat_map(|one| &one.parameters);
    let named: Vec<Named<'_>> = parameters.map(Named::from).collect();
    let pairs: Vec<(Named<'_>, &str)> = claims
        .described()
        .filter_map(|claim| {
            Some((
                *named.iter().find(|one| one.name == claim.name)?,
                claim.text,
            ))
        })
        .collect();
    let mut first = |kind, check: &dyn Fn(Named<'_>, &str) -> Option<String>| {
        let told = pairs.iter().find_map(|(named, text)| {
            let message = check(*named, text)?;
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            Some(format!("{} = {text}: {message}", named.name))
        });
        found.extend(told.map(|told| (kind, told)));
    };
    first("default of one", &|named, text| {
        told_default::of_one(text, named, frame)
    });
    first("unit of one", &|named, text| {
        told_unit::of_one(text, named, frame)
    });
    first("type", &|named, text| {
        told_type::of_one(text, named.annotation)
    });
    let unit = prose(value).find_map(|text| Some((text, told_unit::of_any(text, frame)?)));
    found.extend(unit.map(|unit| ("unit", format!("{unit:?}"))));
    if pairs.is_empty() {
        let default =
            prose(value).find_map(|text| Some((text, told_default::of_any(text, &named, frame)?)));
        found.extend(default.map(|default| ("default", format!("{default:?}"))));
    }
    found
}
