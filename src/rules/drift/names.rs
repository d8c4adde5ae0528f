//! A module's definitions by name, looked up only when a docstring needs it.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use crate::python::Module;

/// What the names of a module stand for. The last definition of a name counts: it is the one that
/// is there when the module is loaded, and the implementation behind its overloads.
pub(super) struct Names<'m> {
    module: &'m Module,
    members: OnceCell<HashMap<(usize, &'m str), usize>>,
    classes: OnceCell<HashMap<&'m str, usize>>,
    aliases: OnceCell<HashSet<&'m str>>,
    imports: OnceCell<HashMap<&'m str, &'m str>>,
}

/// Modules whose names stand for types, by the last part of their own name: `numpy.typing`, `_typeshed`,
/// `pandas._typing`, and what projects call theirs.
const OF_TYPES: [&str; 9] = [
    "typing",
    "_typing",
    "types",
    "_types",
    "_typeshed",
    "typeshed",
    "typehints",
    "type_aliases",
    "aliases",
];

/// Python's own of such names, whose classes are classes.
const PYTHON_S: [&str; 3] = ["typing", "types", "typing_extensions"];

impl<'m> Names<'m> {
    pub(super) fn new(module: &'m Module) -> Self {
        Self {
            module,
            members: OnceCell::new(),
            classes: OnceCell::new(),
            aliases: OnceCell::new(),
            imports: OnceCell::new(),
        }
    }

    /// The definition `name` directly inside the one at `outer`; 0 is the module.
    pub(super) fn member(&self, outer: usize, name: &str) -> Option<usize> {
        let members = self.members.get_or_init(|| {
            let definitions = self.module.definitions.iter().enumerate();
            definitions
                .filter_map(|(at, one)| Some(((one.parent?, one.name.as_str()), at)))
                .collect()
        });
        members.get(&(outer, name)).copied()
    }

    /// The class of this name, wherever in the module it is.
    pub(super) fn class(&self, name: &str) -> Option<usize> {
        let classes = self.classes.get_or_init(|| {
            let definitions = self.module.definitions.iter().enumerate().skip(1);
            definitions
                .filter(|(_, one)| !one.is_function())
                .map(|(at, one)| (one.name.as_str(), at))
                .collect()
        });
        classes.get(name).copied()
    }

    /// Whether a dotted name is imported from a module of names that stand for types.
    pub(super) fn is_of_a_module_of_types(&self, path: &str) -> bool {
        let imports = self.imports.get_or_init(|| {
            let imports = self.module.imports.iter();
            imports
                .map(|(name, path)| (name.as_str(), path.as_str()))
                .collect()
        });
        let (head, tail) = path.split_at(path.find('.').unwrap_or(path.len()));
        let Some(head) = imports.get(head) else {
            return false;
        };
        let whole = format!("{head}{tail}");
        let module = whole.rsplit_once('.').map_or("", |(module, _)| module);
        let last = module.rsplit('.').next().unwrap_or(module);
        OF_TYPES.contains(&last) && !PYTHON_S.contains(&module)
    }

    /// Whether an assignment or `type` statement binds the name.
    pub(super) fn is_alias(&self, name: &str) -> bool {
        let aliases = self
            .aliases
            .get_or_init(|| self.module.aliases.iter().map(String::as_str).collect());
        aliases.contains(name)
    }
}
