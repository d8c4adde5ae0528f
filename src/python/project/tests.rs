//! What a project knows of its files: small ones, written as text.

mod entries;
mod imports;
mod methods;
mod raises;

use std::path::{Path, PathBuf};

use super::*;
use crate::python::{FileRole, analyze, parse};

/// A project below `/p`; packages are the folders that have an `__init__.py` among the files.
fn project(files: &[(&str, &str)]) -> Project {
    project_with(files, &["/p", "/p/src"])
}

fn project_with(files: &[(&str, &str)], roots: &[&str]) -> Project {
    let facts = files.iter().map(|(name, text)| {
        let path = Path::new("/p").join(name);
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let role = FileRole {
            is_package: stem == "__init__",
            name: stem,
            is_private: false,
        };
        let is_package = |folder: &Path| {
            let init = folder.join("__init__.py");
            files
                .iter()
                .any(|(name, _)| Path::new("/p").join(name) == init)
        };
        let mut folders = path.ancestors().skip(1).skip_while(|one| is_package(one));
        let module = analyze(&parse(text).unwrap(), text, &role);
        let file = FileName::new(Path::new(name), Path::new(""));
        ModuleFacts::read(&file, &path, folders.next().unwrap(), &module)
    });
    let roots: Vec<PathBuf> = roots.iter().map(PathBuf::from).collect();
    Project::build(facts.collect(), &roots)
}

fn id(project: &Project, name: &str) -> DefinitionId {
    let found = project.ids().find(|id| project.entry(*id).id() == name);
    found.unwrap_or_else(|| panic!("no {name}"))
}

fn names(project: &Project, ids: &[DefinitionId]) -> String {
    let names: Vec<String> = ids.iter().map(|id| project.entry(*id).id()).collect();
    names.join(" ")
}

fn callees(project: &Project, name: &str) -> String {
    names(project, project.callees(id(project, name)))
}

/// What `main.f` of these files calls.
fn called(files: &[(&str, &str)]) -> String {
    callees(&project(files), "main.py::f")
}

/// What `f`, a method of `C`, calls in a file of these lines, without the file's name.
fn in_class(text: &str) -> String {
    let project = project(&[("m.py", text)]);
    callees(&project, "m.py::C.f").replace("m.py::", "")
}
