//! All modules of a project, seen together: where names lead, what calls what, and what overrides
//! what.
//!
//! Plain data. Names are followed as Python follows them, as far as the text tells for certain; what
//! it does not tell leads nowhere (see [`lookup`]).

mod annotation;
mod bindings;
mod classes;
mod facts;
mod header;
mod lookup;
mod members;
mod paths;
mod raised;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use rayon::prelude::*;

use super::definition::Kind;
use crate::source::FileName;
use classes::{Ancestor, linearized};
use facts::DefinitionFacts;
use lookup::{Lookup, Value};
use paths::Paths;

pub use facts::{ModuleFacts, ProjectEntry};
pub use raised::CalledRaise;

/// A definition of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct DefinitionId {
    /// Position of its module in the project.
    pub module: usize,
    /// Position in [`Module::definitions`](super::Module::definitions).
    pub definition: usize,
}

/// Every module of a project, also those that nothing is written into.
#[derive(Debug)]
pub struct Project {
    tables: Tables,
    by_file: HashMap<FileName, usize>,
    links: HashMap<DefinitionId, Links>,
    names: HashSet<String>,
    submodules: HashMap<usize, Vec<usize>>,
    blank: ProjectEntry,
}

/// What a definition has to do with others.
#[derive(Debug, Default)]
struct Links {
    callees: Vec<DefinitionId>,
    callers: Vec<DefinitionId>,
    bases: Vec<DefinitionId>,
    overridden: Option<DefinitionId>,
    raised: Vec<CalledRaise>,
}

/// What names are followed through.
#[derive(Debug, Default)]
struct Tables {
    modules: Vec<ModuleFacts>,
    paths: Paths,
    orders: HashMap<DefinitionId, Vec<Ancestor>>,
}

impl Tables {
    fn facts(&self, id: DefinitionId) -> Option<&DefinitionFacts> {
        self.modules.get(id.module)?.definitions.get(id.definition)
    }

    /// Where the attributes of a class are looked for, in this order; the class itself first.
    fn mro(&self, class: DefinitionId) -> &[Ancestor] {
        self.orders
            .get(&class)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    fn ids(&self) -> impl Iterator<Item = (DefinitionId, &DefinitionFacts)> {
        let modules = self.modules.iter().enumerate();
        modules.flat_map(|(module, one)| {
            let definitions = one.definitions.iter().enumerate();
            definitions.map(move |(definition, facts)| (DefinitionId { module, definition }, facts))
        })
    }
}

impl Project {
    /// Puts modules together. `roots` are folders that every module may import from: the project's
    /// own, its `src`, and those of the distributions in it. The modules' order is kept; their
    /// positions are what [`DefinitionId::module`] counts.
    ///
    /// Takes all cores of the thread pool that it is called on.
    #[must_use]
    pub fn build(modules: Vec<ModuleFacts>, roots: &[PathBuf]) -> Self {
        let paths = Paths::new(&modules, roots);
        let mut tables = Tables {
            modules,
            paths,
            orders: HashMap::new(),
        };
        tables.orders = tables
            .ids()
            .filter(|(_, facts)| facts.is_class())
            .map(|(id, _)| (id, vec![Ancestor::Class(id)]))
            .collect();
        let bases = bases(&tables);
        tables.orders = linearized(&bases);
        let links = links(&tables, &bases);
        let files = tables.modules.iter().enumerate();
        let by_file = files
            .map(|(index, one)| (one.file.clone(), index))
            .collect();
        let names = names(&tables);
        let submodules = tables.paths.submodules(&tables.modules);
        Self {
            tables,
            by_file,
            links,
            names,
            submodules,
            blank: ProjectEntry::default(),
        }
    }

    /// The position of a file's module.
    #[must_use]
    pub fn module(&self, file: &FileName) -> Option<usize> {
        self.by_file.get(file).copied()
    }

    /// How many modules there are.
    #[must_use]
    pub fn module_count(&self) -> usize {
        self.tables.modules.len()
    }

    /// The dotted name that a module is imported by.
    #[must_use]
    pub fn dotted_name(&self, module: usize) -> Option<String> {
        let module = self.tables.modules.get(module)?;
        Some(self.tables.paths.dotted(module))
    }

    /// What others see of a definition; nothing at all if `id` is of another project.
    #[must_use]
    pub fn entry(&self, id: DefinitionId) -> &ProjectEntry {
        let facts = self.tables.facts(id);
        facts.map_or(&self.blank, |facts| &facts.entry)
    }

    /// Every definition, by its place in the project.
    pub fn ids(&self) -> impl Iterator<Item = DefinitionId> {
        self.tables.ids().map(|(id, _)| id)
    }

    /// What stands directly in a module, class or function, in the order of the text.
    pub fn children(&self, id: DefinitionId) -> impl Iterator<Item = DefinitionId> {
        let facts = self.tables.facts(id).into_iter();
        let children = facts.flat_map(|facts| facts.children.iter().copied());
        children.map(move |definition| DefinitionId { definition, ..id })
    }

    /// The modules and packages directly in a package, by their places.
    pub fn submodules(&self, package: usize) -> impl Iterator<Item = usize> {
        self.submodules.get(&package).into_iter().flatten().copied()
    }

    /// The project's own functions and classes that a function calls, each once, in the order of
    /// the text, itself not among them.
    #[must_use]
    pub fn callees(&self, id: DefinitionId) -> &[DefinitionId] {
        self.links
            .get(&id)
            .map(|links| &*links.callees)
            .unwrap_or_default()
    }

    /// The functions of the project that call it, each once, by their place in the project. Those
    /// that make an object of a class call the class, not its `__init__`.
    #[must_use]
    pub fn callers(&self, id: DefinitionId) -> &[DefinitionId] {
        self.links
            .get(&id)
            .map(|links| &*links.callers)
            .unwrap_or_default()
    }

    /// The direct bases of a class that the project defines.
    #[must_use]
    pub fn bases(&self, id: DefinitionId) -> &[DefinitionId] {
        self.links
            .get(&id)
            .map(|links| &*links.bases)
            .unwrap_or_default()
    }

    /// The method of the nearest base of the project that a method overrides, in the order in
    /// which Python looks.
    #[must_use]
    pub fn overridden(&self, id: DefinitionId) -> Option<DefinitionId> {
        self.links.get(&id).and_then(|links| links.overridden)
    }

    /// Exceptions that functions which it calls raise by themselves, and that no handler around the
    /// call takes; each once, in the order of the calls.
    #[must_use]
    pub fn raised_by_calls(&self, id: DefinitionId) -> &[CalledRaise] {
        self.links
            .get(&id)
            .map(|links| &*links.raised)
            .unwrap_or_default()
    }

    /// The function or class that a dotted name means in the scope of `from`: a name of its body,
    /// its module, an import or alias of either, a re-export, `self.method`, `super().method`, a
    /// class's method or `__init__`. `None` if it leads out of the project or cannot be told.
    #[must_use]
    pub fn resolve(&self, from: DefinitionId, dotted: &str) -> Option<DefinitionId> {
        match Lookup::new(&self.tables).path(from, dotted)? {
            Value::Definition(id) | Value::Method { method: id, .. } => Some(id),
            Value::Module(module) => Some(DefinitionId {
                module,
                definition: 0,
            }),
            _ => None,
        }
    }

    /// The function or nested class that a class has by this name, from itself or a base.
    #[must_use]
    pub fn member(&self, class: DefinitionId, name: &str) -> Option<DefinitionId> {
        Lookup::new(&self.tables).member_of(class, name)
    }

    /// Whether a definition, attribute, name at the top of a module, or module of the project is
    /// called so.
    #[must_use]
    pub fn defines(&self, name: &str) -> bool {
        self.names.contains(name)
    }
}

/// The direct bases of each class.
fn bases(tables: &Tables) -> HashMap<DefinitionId, Vec<Ancestor>> {
    let classes: Vec<(DefinitionId, &DefinitionFacts)> =
        tables.ids().filter(|(_, facts)| facts.is_class()).collect();
    let of_class = |(id, facts): (DefinitionId, &DefinitionFacts)| {
        let scope = DefinitionId {
            definition: facts.entry.parent.unwrap_or_default(),
            ..id
        };
        let base = |written: &String| {
            // `Base[T]` derives from `Base`.
            let name = written.split('[').next().unwrap_or(written).trim();
            match Lookup::new(tables).path(scope, name) {
                Some(Value::Definition(base)) if is_class(tables, base) => Ancestor::Class(base),
                _ => Ancestor::Outside(name.to_owned()),
            }
        };
        (id, facts.bases.iter().map(base).collect())
    };
    classes.into_par_iter().map(of_class).collect()
}

fn is_class(tables: &Tables, id: DefinitionId) -> bool {
    tables.facts(id).is_some_and(DefinitionFacts::is_class)
}

fn links(
    tables: &Tables,
    bases: &HashMap<DefinitionId, Vec<Ancestor>>,
) -> HashMap<DefinitionId, Links> {
    let all: Vec<(DefinitionId, &DefinitionFacts)> = tables.ids().collect();
    let of_one = |(id, facts): (DefinitionId, &DefinitionFacts)| {
        let mut links = Links::default();
        for base in bases.get(&id).into_iter().flatten() {
            if let Ancestor::Class(base) = base {
                links.bases.push(*base);
            }
        }
        if facts.entry.kind == Kind::Method {
            links.overridden = overridden(tables, id, facts);
        }
        let mut known = HashSet::new();
        for site in &facts.scope.calls {
            let Some(callee) = Lookup::new(tables).callee(id, &site.path) else {
                continue;
            };
            raised::add(tables, id, site, callee, &mut links.raised);
            if callee != id && known.insert(callee) {
                links.callees.push(callee);
            }
        }
        (id, links)
    };
    let mut links: HashMap<DefinitionId, Links> = all.into_par_iter().map(of_one).collect();
    links.retain(|_, one| !one.is_empty());
    let mut calls: Vec<(DefinitionId, DefinitionId)> = links
        .iter()
        .flat_map(|(caller, one)| one.callees.iter().map(|callee| (*callee, *caller)))
        .collect();
    calls.sort_unstable();
    for (callee, caller) in calls {
        links.entry(callee).or_default().callers.push(caller);
    }
    links
}

impl Links {
    fn is_empty(&self) -> bool {
        self.callees.is_empty()
            && self.bases.is_empty()
            && self.raised.is_empty()
            && self.overridden.is_none()
    }
}

fn overridden(tables: &Tables, id: DefinitionId, facts: &DefinitionFacts) -> Option<DefinitionId> {
    let is_own = facts.name.starts_with("__") && !facts.name.ends_with("__");
    let class = DefinitionId {
        definition: facts.entry.parent.filter(|_| !is_own)?,
        ..id
    };
    let ancestors = tables.mro(class).iter().skip(1);
    ancestors
        .filter_map(|ancestor| match ancestor {
            Ancestor::Class(base) => Some(*base),
            Ancestor::Outside(_) => None,
        })
        .find_map(|base| Lookup::new(tables).own_method(base, &facts.name))
}

fn names(tables: &Tables) -> HashSet<String> {
    let mut names = HashSet::new();
    for module in &tables.modules {
        names.extend(tables.paths.dotted(module).split('.').map(str::to_owned));
    }
    for (_, facts) in tables.ids() {
        names.insert(facts.name.clone());
        let attributes = facts.entry.attributes.iter();
        names.extend(attributes.map(|attribute| attribute.name.clone()));
        if matches!(facts.entry.kind, Kind::Module | Kind::Package) {
            names.extend(facts.names.keys().filter(|name| *name != "*").cloned());
        }
    }
    names.remove("");
    names
}

#[cfg(test)]
mod tests;
