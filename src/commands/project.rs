//! The project around the files that a command is about: its modules are known, whichever of them
//! are documented.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::voice::Ear;
use super::{Analyzed, Error, Scope, gathered};
use crate::config::Config;
use crate::generate::{AnalyzedFile, analyze_file};
use crate::python::{ModuleFacts, Project};
use crate::source::{self, Discovered, Wanted, import_base, import_roots, is_project};

/// Finds, reads and analyses the files in `scope` and those of the project around them, each once.
/// Of the files in scope that stays which `keep` makes of them; of all the others only what the
/// project has to know. `ear` listens to every one. When nothing that is kept is `open`, no other file
/// is read, and there is no project.
pub(super) fn analyze_in_project<T: Send>(
    pool: &rayon::ThreadPool,
    scope: &Scope<'_>,
    config: &Config,
    wanted: Wanted,
    ear: &Ear<'_>,
    keep: impl Fn(AnalyzedFile) -> T + Sync,
    open: impl Fn(&T) -> bool,
) -> Result<(Analyzed<T>, Option<Project>), Error> {
    let discovery = super::discover(scope, config, wanted)?;
    let results: Vec<_> = pool.install(|| {
        let files = discovery.files.par_iter();
        let results = files.map(|file| {
            let file = analyze_file(file)?;
            let facts = module_facts(&file);
            ear.hear(&file);
            Ok((keep(file), facts))
        });
        results.collect()
    });
    let mut facts = Vec::with_capacity(results.len());
    let mut kept = Vec::with_capacity(results.len());
    for result in results {
        kept.push(result.map(|(file, module)| {
            facts.push(module);
            file
        }));
    }
    let analyzed = gathered(&discovery, kept);
    if !analyzed.files.iter().any(open) {
        return Ok((analyzed, None));
    }
    let asked: BTreeSet<&PathBuf> = discovery.files.iter().map(|file| &file.path).collect();
    let others: Vec<Discovered> = around(scope.paths, config)?
        .into_iter()
        .filter(|file| !asked.contains(&file.path))
        .collect();
    let project = pool.install(|| {
        // A file that cannot be read is none of the command's business here.
        let others = others.par_iter().filter_map(|file| analyze_file(file).ok());
        let others = others.inspect(|file| ear.hear(file));
        facts.par_extend(others.map(|file| module_facts(&file)));
        build(facts, &config.files.root)
    });
    Ok((analyzed, Some(project)))
}

/// Files that are read besides one that an editor pipes through: it waits for the answer.
const MOST_AROUND: usize = 300;

/// The project around one file that is not taken from the disk; of a large one only the folder that
/// the file is in.
pub(super) fn project_around(
    pool: &rayon::ThreadPool,
    file: &AnalyzedFile,
    config: &Config,
    ear: &Ear<'_>,
) -> Result<Project, Error> {
    let mut others = around(std::slice::from_ref(&file.source.path), config)?;
    if others.len() > MOST_AROUND {
        others.retain(|other| other.path.parent() == file.source.path.parent());
        others.truncate(MOST_AROUND);
    }
    Ok(pool.install(|| {
        let others = others.par_iter();
        let others = others.filter(|other| other.path != file.source.path);
        let mut facts: Vec<ModuleFacts> = others
            .filter_map(|other| analyze_file(other).ok())
            .inspect(|other| ear.hear(other))
            .map(|other| module_facts(&other))
            .collect();
        ear.hear(file);
        facts.push(module_facts(file));
        build(facts, &config.files.root)
    }))
}

/// The files of the project that the paths lie in, or at least of the packages around them: a
/// folder that is no project, such as a home folder, is not searched.
fn around(paths: &[PathBuf], config: &Config) -> Result<Vec<Discovered>, Error> {
    let root = &config.files.root;
    let known = |path: &PathBuf| {
        let path = source::absolute_path(path);
        let is_inside = path.starts_with(root) && is_project(root);
        if is_inside {
            return root.clone();
        }
        let package = import_base(&path);
        let inner = path.strip_prefix(&package).ok();
        match inner.and_then(|inner| inner.components().next()) {
            Some(outermost) => package.join(outermost),
            None => path,
        }
    };
    let folders: BTreeSet<PathBuf> = paths.iter().map(known).collect();
    // What does not exist yet is piped through an editor.
    let folders: Vec<PathBuf> = folders.into_iter().filter(|path| path.exists()).collect();
    let found = source::discover(&folders, &config.files, Wanted::SourcesAndStubs)?;
    Ok(found.files)
}

fn module_facts(file: &AnalyzedFile) -> ModuleFacts {
    let path = &file.source.path;
    ModuleFacts::read(&file.source.name, path, &import_base(path), &file.module)
}

fn build(mut facts: Vec<ModuleFacts>, root: &Path) -> Project {
    facts.sort_by(|one, other| one.file().cmp(other.file()));
    let bases: Vec<PathBuf> = facts.iter().map(|one| PathBuf::from(one.base())).collect();
    let roots = import_roots(root, bases.iter().map(PathBuf::as_path));
    Project::build(facts, &roots)
}
