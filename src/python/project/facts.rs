//! What a project keeps of one module.

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::header::header;
use crate::python::Place;
use crate::python::definition::{
    Attribute, DecoratorRole, Definition, Kind, Module, ParameterKind,
};
use crate::python::scope::Scope;
use crate::source::FileName;

/// A definition of the project, as another one sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectEntry {
    /// The file that it stands in.
    #[serde(skip)]
    pub file: FileName,
    /// Dotted path inside the module, as in [`Definition::qualified_name`].
    pub qualified_name: String,
    /// What it is.
    pub kind: Kind,
    /// Its header on one line, as written (`async def f(a, b=1) -> int`, `class A(Base)`); empty for
    /// a module. Defaults may hold a secret: mask it before it is shown to a model.
    pub header: String,
    /// The first line of its docstring that says something.
    pub summary: Option<String>,
    /// What Python reads as its docstring.
    pub docstring: Option<String>,
    /// Where its name stands.
    pub place: Place,
    /// Position in [`Module::definitions`] of what it is defined in.
    pub parent: Option<usize>,
    /// A class's fields and constants; a method's assignments to `self`.
    pub attributes: Vec<Attribute>,
    /// The exceptions that leave its body by a `raise` of its own, as written, each once; not
    /// those of a placeholder.
    pub raises: Vec<String>,
}

impl ProjectEntry {
    /// `file::Qualified.name`, by which reports speak of it.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}::{}", self.file, self.qualified_name)
    }
}

/// All that a project needs to know of a module; the module itself may be dropped.
///
/// It can be kept without what its place says of it: see [`Self::at`].
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleFacts {
    #[serde(skip)]
    pub(super) file: FileName,
    /// The file's path without its extension, or the folder of a package, with forward slashes.
    #[serde(skip)]
    pub(super) key: String,
    /// The folder that relative imports start from.
    #[serde(skip)]
    pub(super) folder: String,
    /// The folder from which the module's dotted name counts.
    #[serde(skip)]
    pub(super) base: String,
    #[serde(skip)]
    pub(super) is_stub: bool,
    pub(super) definitions: Vec<DefinitionFacts>,
    pub(super) exports: Option<Vec<String>>,
}

/// What a project keeps of a definition.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DefinitionFacts {
    pub(super) entry: ProjectEntry,
    pub(super) name: String,
    pub(super) is_async: bool,
    pub(super) is_conditional: bool,
    pub(super) yields: bool,
    pub(super) roles: Vec<DecoratorRole>,
    pub(super) bases: Vec<String>,
    pub(super) parameters: Vec<ParameterFacts>,
    pub(super) returns: Option<String>,
    /// What stands directly in it, in the order of the text.
    #[serde(skip)]
    pub(super) children: Vec<usize>,
    pub(super) scope: Scope,
    /// All that may give a name of its scope a meaning; names with a dot before them are attributes
    /// that a class's methods assign.
    #[serde(skip)]
    pub(super) names: HashMap<String, Vec<Slot>>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ParameterFacts {
    pub(super) name: String,
    pub(super) annotation: Option<String>,
}

/// One of the things that give a name its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// A definition of the module.
    Definition(usize),
    /// A binding of a definition's scope.
    Binding { definition: usize, binding: usize },
    /// A parameter.
    Parameter(usize),
}

impl DefinitionFacts {
    pub(super) fn is_class(&self) -> bool {
        matches!(self.entry.kind, Kind::Class | Kind::NestedClass)
    }

    pub(super) fn is_function(&self) -> bool {
        matches!(
            self.entry.kind,
            Kind::Function | Kind::NestedFunction | Kind::Method
        )
    }

    pub(super) fn has_role(&self, role: DecoratorRole) -> bool {
        self.roles.contains(&role)
    }

    fn read(definition: &Definition) -> Self {
        let docstring = definition.docstring.as_ref().map(|one| one.value.clone());
        let summary = docstring.as_deref().and_then(|text| {
            let mut lines = text.lines().map(str::trim);
            lines.find(|line| !line.is_empty()).map(str::to_owned)
        });
        let is_placeholder = definition.facts.is_stub || definition.is_abstract();
        let raised = definition.raised().filter(|_| !is_placeholder);
        let signature = definition.signature.as_ref();
        let parameters = signature.into_iter().flat_map(|one| &one.parameters);
        Self {
            entry: ProjectEntry {
                file: FileName::default(),
                qualified_name: definition.qualified_name.clone(),
                kind: definition.kind,
                header: header(definition),
                summary,
                docstring,
                place: definition.place,
                parent: definition.parent,
                attributes: definition.facts.attributes.clone(),
                raises: raised
                    .filter(|raise| !raise.is_of_anything())
                    .map(|raise| raise.exception.clone())
                    .collect(),
            },
            name: definition.name.clone(),
            is_async: definition.is_async,
            is_conditional: definition.is_conditional,
            yields: definition.yields(),
            roles: definition.decorators.iter().map(|one| one.role).collect(),
            bases: definition.bases.clone(),
            parameters: parameters
                .map(|parameter| ParameterFacts {
                    name: parameter.name.clone(),
                    annotation: match parameter.kind {
                        ParameterKind::VarPositional | ParameterKind::VarKeyword => None,
                        _ => parameter.annotation.clone(),
                    },
                })
                .collect(),
            returns: signature.and_then(|one| one.returns.clone()),
            children: Vec::new(),
            scope: definition.scope.clone(),
            names: HashMap::new(),
        }
    }
}

impl ModuleFacts {
    /// Reads what a project keeps of `module`, the file at `path`, whose dotted name counts from the
    /// folder `base`; both paths absolute.
    #[must_use]
    pub fn read(file: &FileName, path: &Path, base: &Path, module: &Module) -> Self {
        let definitions = module.definitions.iter();
        let facts = Self {
            file: FileName::default(),
            key: String::new(),
            folder: String::new(),
            base: String::new(),
            is_stub: false,
            definitions: definitions.map(DefinitionFacts::read).collect(),
            exports: module.exports.clone(),
        };
        facts.at(file, path, base)
    }

    /// What was kept of the file at `path`, or of one with the same content and a module of the same name;
    /// as for [`Self::read`].
    #[must_use]
    pub fn at(mut self, file: &FileName, path: &Path, base: &Path) -> Self {
        self.folder = slashed(path.parent().unwrap_or(path));
        let is_package = path.file_stem().is_some_and(|stem| stem == "__init__");
        self.key = if is_package {
            self.folder.clone()
        } else {
            slashed(&path.with_extension(""))
        };
        self.base = slashed(base);
        self.is_stub = path.extension().is_some_and(|extension| extension == "pyi");
        for definition in &mut self.definitions {
            definition.entry.file = file.clone();
        }
        self.file = file.clone();
        self.index_names();
        self
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &FileName {
        &self.file
    }

    /// The folder from which its dotted name counts.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    pub(super) fn is_package(&self) -> bool {
        self.key == self.folder
    }

    fn index_names(&mut self) {
        let mut slots: Vec<(usize, String, Slot)> = Vec::new();
        for (index, definition) in self.definitions.iter().enumerate() {
            let parent = definition.entry.parent;
            if let Some(parent) = parent {
                slots.push((parent, definition.name.clone(), Slot::Definition(index)));
            }
            for (position, parameter) in definition.parameters.iter().enumerate() {
                slots.push((index, parameter.name.clone(), Slot::Parameter(position)));
            }
            for (position, binding) in definition.scope.bindings.iter().enumerate() {
                if let Some(home) = self.home_of(index, &binding.name) {
                    let slot = Slot::Binding {
                        definition: index,
                        binding: position,
                    };
                    slots.push((home, binding.name.clone(), slot));
                }
            }
        }
        for (home, name, slot) in slots {
            if let Some(definition) = self.definitions.get_mut(home) {
                if let Slot::Definition(child) = slot {
                    definition.children.push(child);
                }
                definition.names.entry(name).or_default().push(slot);
            }
        }
    }

    /// The definition whose scope a binding of the one at `index` belongs to.
    fn home_of(&self, index: usize, name: &str) -> Option<usize> {
        let definition = self.definitions.get(index)?;
        let declares = |names: &[String]| names.iter().any(|one| one == name);
        if name.starts_with('.') {
            // An attribute of what a method is bound to.
            let is_method = definition.entry.kind == Kind::Method
                && !definition.has_role(DecoratorRole::StaticMethod);
            return definition.entry.parent.filter(|_| is_method);
        }
        if declares(&definition.scope.globals) {
            return Some(0);
        }
        if declares(&definition.scope.nonlocals) {
            return self.enclosing(definition.entry.parent?, name);
        }
        Some(index)
    }

    /// The function from `at` outwards that binds `name`.
    fn enclosing(&self, at: usize, name: &str) -> Option<usize> {
        let definition = self.definitions.get(at)?;
        let binds = definition.is_function()
            && (definition.parameters.iter().any(|one| one.name == name)
                || (definition.scope.bindings.iter().any(|one| one.name == name)
                    && !definition.scope.nonlocals.iter().any(|one| one == name)));
        if binds {
            return Some(at);
        }
        self.enclosing(definition.entry.parent?, name)
    }
}

/// A path as text, with forward slashes on every system.
pub(super) fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_suffix('/').map(str::to_owned).unwrap_or(text)
}
