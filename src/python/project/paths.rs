//! Where imports lead, by the files of the project.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::facts::{ModuleFacts, slashed};
use super::lookup::Value;

/// The modules by where they are.
#[derive(Debug, Default)]
pub(super) struct Paths {
    /// By key, as in [`ModuleFacts`]; a source before its stub.
    modules: HashMap<String, usize>,
    /// Folders with a module somewhere below them.
    folders: HashSet<String>,
    /// Folders that any module may import from.
    roots: Vec<String>,
}

impl Paths {
    pub(super) fn new(modules: &[ModuleFacts], roots: &[PathBuf]) -> Self {
        let mut paths = Self {
            roots: roots.iter().map(|root| slashed(root)).collect(),
            ..Self::default()
        };
        // Of several files of one name, Python takes the package, and a stub is only for readers.
        let mut order: Vec<usize> = (0..modules.len()).collect();
        let rank = |module: &ModuleFacts| (!module.is_stub, module.is_package());
        order.sort_by_key(|index| modules.get(*index).map(rank));
        for index in order {
            if let Some(module) = modules.get(index) {
                paths.modules.insert(module.key.clone(), index);
                paths.add_folders(&module.key);
            }
        }
        paths
    }

    /// The dotted name that a module is imported by: from the innermost root around its package.
    pub(super) fn dotted(&self, module: &ModuleFacts) -> String {
        let below = |root: &String| Path::new(&module.base).starts_with(root);
        let roots = self.roots.iter().filter(|root| below(root));
        let root = roots.max_by_key(|root| root.len()).unwrap_or(&module.base);
        let rest = module.key.strip_prefix(root.as_str());
        let rest = rest.unwrap_or(&module.key);
        rest.trim_start_matches('/').replace('/', ".")
    }

    /// The modules directly in each package.
    pub(super) fn submodules(&self, modules: &[ModuleFacts]) -> HashMap<usize, Vec<usize>> {
        let mut submodules: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, module) in modules.iter().enumerate() {
            let folder = Path::new(&module.key).parent().map(slashed);
            let package = folder.and_then(|folder| self.modules.get(&folder).copied());
            let package = package.filter(|package| *package != index);
            if let Some(package) = package
                && modules.get(package).is_some_and(ModuleFacts::is_package)
            {
                submodules.entry(package).or_default().push(index);
            }
        }
        submodules
    }

    fn add_folders(&mut self, key: &str) {
        let folders = Path::new(key).ancestors().skip(1);
        for folder in folders {
            let is_root = self.roots.iter().any(|root| Path::new(root) == folder);
            if is_root || !self.folders.insert(slashed(folder)) {
                break;
            }
        }
    }

    /// The module or namespace that `import dotted` in `from` means.
    pub(super) fn absolute(&self, from: &ModuleFacts, dotted: &str) -> Option<Value> {
        let below = |root: &str, dotted: &str| format!("{root}/{}", dotted.replace('.', "/"));
        let roots = || std::iter::once(&from.base).chain(&self.roots);
        let head = dotted.split('.').next().unwrap_or(dotted);
        // What is a module in one root hides folders of its name in the others.
        if let Some(root) = roots().find(|root| self.modules.contains_key(&below(root, head))) {
            return self.at(&below(root, dotted));
        }
        roots().find_map(|root| self.at(&below(root, dotted)))
    }

    /// The module or namespace that `from ..dotted import x` in `from` takes `x` from.
    pub(super) fn relative(&self, from: &ModuleFacts, level: u32, dotted: &str) -> Option<Value> {
        let mut folder = Path::new(&from.folder);
        for _ in 1..level {
            folder = folder.parent()?;
        }
        let folder = slashed(folder);
        if dotted.is_empty() {
            return self.at(&folder);
        }
        self.at(&format!("{folder}/{}", dotted.replace('.', "/")))
    }

    /// The module or namespace `name` in the package or folder at `key`.
    pub(super) fn inside(&self, key: &str, name: &str) -> Option<Value> {
        self.at(&format!("{key}/{name}"))
    }

    fn at(&self, key: &str) -> Option<Value> {
        match self.modules.get(key) {
            Some(module) => Some(Value::Module(*module)),
            None if self.folders.contains(key) => Some(Value::Folder(key.to_owned())),
            None => None,
        }
    }
}
