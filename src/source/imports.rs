//! The folders that imports start from, as far as the file system tells.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The folder from which the dotted name of the module at `path` counts: the one around its
/// outermost package, or the one that it lies in.
#[must_use]
pub fn import_base(path: &Path) -> PathBuf {
    let folders = path.ancestors().skip(1);
    let mut outside = folders.skip_while(|folder| folder.join("__init__.py").is_file());
    outside.next().unwrap_or(path).to_path_buf()
}

/// The folders below `root` that every module may import from: the project's own and its `src`,
/// and those of the distributions among `bases`, which are the folders that hold packages.
#[must_use]
pub fn import_roots<'b>(root: &Path, bases: impl IntoIterator<Item = &'b Path>) -> Vec<PathBuf> {
    let mut roots = vec![root.to_path_buf()];
    let src = root.join("src");
    if src.is_dir() {
        roots.push(src);
    }
    let bases: BTreeSet<&Path> = bases.into_iter().collect();
    for base in bases {
        let is_source_folder = base
            .file_name()
            .is_some_and(|name| name == "src" || name == "lib");
        let outer = base.parent().filter(|_| is_source_folder);
        let is_distribution = [Some(base), outer].into_iter().flatten().any(has_metadata);
        if is_distribution && !roots.iter().any(|known| known == base) {
            roots.push(base.to_path_buf());
        }
    }
    roots
}

/// Whether a folder is the top of a project, and not just one that has Python files in it.
#[must_use]
pub fn is_project(folder: &Path) -> bool {
    has_metadata(folder)
        || [".git", "docgen.toml"]
            .iter()
            .any(|name| folder.join(name).exists())
}

fn has_metadata(folder: &Path) -> bool {
    ["pyproject.toml", "setup.py", "setup.cfg"]
        .iter()
        .any(|name| folder.join(name).is_file())
}
