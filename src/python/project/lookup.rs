//! What a dotted path means, seen from a definition: names, imports, attributes, calls.
//!
//! A path leads somewhere only when everything that gives one of its names a meaning agrees. What
//! cannot be told leads nowhere: a wrong answer would put untrue words into a docstring.

use std::collections::{HashMap, HashSet};

use super::annotation::{Annotation, annotation};
use super::classes::Ancestor;
use super::facts::{DefinitionFacts, ModuleFacts, Slot};
use super::{DefinitionId, Tables};
use crate::python::definition::{DecoratorRole, Kind};
use crate::python::scope::Bound;

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A module of the project, by its position.
    Module(usize),
    /// A folder of modules that is no package itself.
    Folder(String),
    /// A function or class.
    Definition(DefinitionId),
    /// A function, taken from a class or from an instance of it.
    Method {
        method: DefinitionId,
        class: DefinitionId,
    },
    /// An object of a class.
    Instance(DefinitionId),
    /// What `super()` gives.
    Super {
        class: DefinitionId,
        after: DefinitionId,
    },
    /// What `await` makes the value of.
    Awaitable(Box<Value>),
}

/// What is known of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Found {
    /// Nothing gives it a meaning, or only what is being looked up already.
    Nothing,
    /// Something does that cannot be told.
    Unknown,
    Value(Value),
}

impl Found {
    fn value(self) -> Option<Value> {
        match self {
            Self::Value(value) => Some(value),
            Self::Nothing | Self::Unknown => None,
        }
    }
}

impl From<Option<Value>> for Found {
    fn from(value: Option<Value>) -> Self {
        value.map_or(Self::Unknown, Self::Value)
    }
}

/// One question, and what came up on the way to its answer.
pub(super) struct Lookup<'p> {
    tables: &'p Tables,
    /// Names by the definition whose scope they are of; `None` while one is being looked up.
    names: HashMap<(DefinitionId, &'p str), Option<Found>>,
    /// Star imports that were followed, by module and name.
    stars: HashSet<(usize, String)>,
}

impl<'p> Lookup<'p> {
    pub(super) fn new(tables: &'p Tables) -> Self {
        Self {
            tables,
            names: HashMap::new(),
            stars: HashSet::new(),
        }
    }

    /// What `path` means in the scope of `from`.
    pub(super) fn path(&mut self, from: DefinitionId, path: &str) -> Option<Value> {
        let mut steps = path.split('.');
        let first = steps.next()?;
        let (name, calls) = split_calls(first);
        let mut value = match name {
            "super" if calls.len() == 1 => {
                let argument = calls.first().copied().unwrap_or_default();
                self.super_of(from, argument)?
            }
            name => {
                let value = self.name(from, name).value()?;
                self.called(value, calls.len())?
            }
        };
        for step in steps {
            let (name, calls) = split_calls(step);
            value = match (name, value) {
                ("await", Value::Awaitable(value)) => *value,
                ("await", _) => return None,
                (name, value) => self.attribute(&value, name).value()?,
            };
            value = self.called(value, calls.len())?;
        }
        Some(value)
    }

    fn called(&mut self, mut value: Value, times: usize) -> Option<Value> {
        for _ in 0..times {
            value = self.call(&value)?;
        }
        Some(value)
    }

    /// The function or class that calling `path` in `from` calls.
    pub(super) fn callee(&mut self, from: DefinitionId, path: &str) -> Option<DefinitionId> {
        match self.path(from, path)? {
            Value::Definition(id) => Some(id),
            Value::Method { method, .. } => Some(method),
            Value::Instance(class) => match self.member(class, "__call__", true).value()? {
                Value::Method { method, .. } => Some(method),
                _ => None,
            },
            _ => None,
        }
    }

    fn facts(&self, id: DefinitionId) -> Option<&'p DefinitionFacts> {
        self.tables.facts(id)
    }

    fn module(&self, index: usize) -> Option<&'p ModuleFacts> {
        self.tables.modules.get(index)
    }

    /// What a name means in the scope of `from`, in that of its own body first.
    fn name(&mut self, from: DefinitionId, name: &str) -> Found {
        let mut at = from;
        loop {
            let Some(facts) = self.facts(at) else {
                return Found::Nothing;
            };
            let declares = |names: &[String]| names.iter().any(|one| one == name);
            // Functions do not see the names of a class around them.
            let is_seen = at == from || !facts.is_class();
            if is_seen {
                if declares(&facts.scope.globals) {
                    return self.module_name(at.module, name);
                }
                if !declares(&facts.scope.nonlocals) && facts.names.contains_key(name) {
                    return self.bound(at, name);
                }
            }
            match facts.entry.parent {
                Some(parent) => {
                    at = DefinitionId {
                        definition: parent,
                        ..at
                    };
                }
                None => return self.starred(at.module, name),
            }
        }
    }

    /// A name that a module binds, or imports with a star.
    fn module_name(&mut self, module: usize, name: &str) -> Found {
        let id = DefinitionId {
            module,
            definition: 0,
        };
        match self.facts(id) {
            Some(facts) if facts.names.contains_key(name) => self.bound(id, name),
            Some(_) => self.starred(module, name),
            None => Found::Nothing,
        }
    }

    fn starred(&mut self, module: usize, name: &str) -> Found {
        let root = DefinitionId {
            module,
            definition: 0,
        };
        let Some(facts) = self.facts(root) else {
            return Found::Nothing;
        };
        if !facts.names.contains_key("*") || !self.stars.insert((module, name.to_owned())) {
            return Found::Nothing;
        }
        // The last star import that has the name gives it.
        for binding in facts.scope.bindings.iter().rev() {
            let Bound::Star {
                level,
                module: path,
            } = &binding.to
            else {
                continue;
            };
            let Some(Value::Module(target)) = self.container(module, *level, path) else {
                continue;
            };
            if self.exports(target, name) {
                match self.module_name(target, name) {
                    Found::Nothing => {}
                    found => return found,
                }
            }
        }
        Found::Nothing
    }

    fn exports(&self, module: usize, name: &str) -> bool {
        let exports = self.module(module).and_then(|one| one.exports.as_ref());
        match exports {
            Some(names) => names.binary_search_by(|one| one.as_str().cmp(name)).is_ok(),
            None => !name.starts_with('_'),
        }
    }

    /// The module or namespace that an import statement names.
    fn container(&self, module: usize, level: u32, path: &str) -> Option<Value> {
        let from = self.module(module)?;
        if level == 0 {
            self.tables.paths.absolute(from, path)
        } else {
            self.tables.paths.relative(from, level, path)
        }
    }

    /// What all that gives `name` a meaning in the scope of `home` agree on.
    fn bound(&mut self, home: DefinitionId, name: &str) -> Found {
        let Some((name, slots)) = self
            .facts(home)
            .and_then(|facts| facts.names.get_key_value(name))
        else {
            return Found::Nothing;
        };
        let key = (home, name.as_str());
        match self.names.get(&key) {
            Some(Some(found)) => return found.clone(),
            // It is being looked up: an `__init__` that imports from itself means the submodule.
            Some(None) => return Found::Nothing,
            None => {}
        }
        self.names.insert(key, None);
        let found = self.union(home, slots);
        self.names.insert(key, Some(found.clone()));
        found
    }

    fn union(&mut self, home: DefinitionId, slots: &'p [Slot]) -> Found {
        let mut agreed: Option<Value> = None;
        let mut agree = |found: Found| match found {
            Found::Nothing => true,
            Found::Unknown => false,
            Found::Value(value) => *agreed.get_or_insert_with(|| value.clone()) == value,
        };
        let definitions: Vec<usize> = slots
            .iter()
            .filter_map(|slot| match slot {
                Slot::Definition(index) => Some(*index),
                _ => None,
            })
            .collect();
        if !definitions.is_empty() {
            let chosen = self.choose(home.module, &definitions);
            if !agree(chosen.map(Value::Definition).into()) {
                return Found::Unknown;
            }
        }
        // What is annotated is what it says, whatever is assigned to it.
        let annotated = slots.iter().any(|slot| self.is_annotated(home, *slot));
        for slot in slots {
            let found = match *slot {
                Slot::Definition(_) => continue,
                Slot::Parameter(position) => self.parameter(home, position),
                Slot::Binding { .. } if annotated && !self.is_annotated(home, *slot) => continue,
                Slot::Binding {
                    definition,
                    binding,
                } => self.binding(home, definition, binding),
            };
            if !agree(found) {
                return Found::Unknown;
            }
        }
        match agreed {
            Some(value) => Found::Value(value),
            // `None` and nothing else, or what is being looked up already.
            None => Found::Nothing,
        }
    }

    fn is_annotated(&self, home: DefinitionId, slot: Slot) -> bool {
        let Slot::Binding {
            definition,
            binding,
        } = slot
        else {
            return false;
        };
        let id = DefinitionId { definition, ..home };
        let facts = self.facts(id);
        let binding = facts.and_then(|facts| facts.scope.bindings.get(binding));
        binding.is_some_and(|binding| matches!(binding.to, Bound::Annotated(_)))
    }

    /// The definition that stays of those that bear one name in one scope: the last, but for
    /// overloads and the setters of properties; of such as stand in branches, the first.
    fn choose(&self, module: usize, definitions: &[usize]) -> Option<DefinitionId> {
        let facts = |definition: usize| self.facts(DefinitionId { module, definition });
        let is_real = |index: &&usize| {
            facts(**index).is_some_and(|one| {
                !one.has_role(DecoratorRole::Overload)
                    && !one.has_role(DecoratorRole::PropertyAccessor)
            })
        };
        let real: Vec<usize> = definitions.iter().filter(is_real).copied().collect();
        let left = if real.is_empty() { definitions } else { &real };
        let certain = left
            .iter()
            .rfind(|index| facts(**index).is_some_and(|one| !one.is_conditional));
        let definition = *certain.or(left.first())?;
        Some(DefinitionId { module, definition })
    }

    fn parameter(&mut self, function: DefinitionId, position: usize) -> Found {
        let Some(facts) = self.facts(function) else {
            return Found::Unknown;
        };
        let Some(parameter) = facts.parameters.get(position) else {
            return Found::Unknown;
        };
        let parent = facts.entry.parent.map(|definition| DefinitionId {
            definition,
            ..function
        });
        let Some(parent) = parent else {
            return Found::Unknown;
        };
        if position == 0
            && facts.entry.kind == Kind::Method
            && let Some(bound) = receiver(facts, &parameter.name)
        {
            return match bound {
                Receiver::Instance => Found::Value(Value::Instance(parent)),
                Receiver::Class => Found::Value(Value::Definition(parent)),
                Receiver::Unknown => Found::Unknown,
            };
        }
        match &parameter.annotation {
            Some(text) => self.annotated(parent, text, None).into(),
            None => Found::Unknown,
        }
    }

    fn binding(&mut self, home: DefinitionId, definition: usize, binding: usize) -> Found {
        let id = DefinitionId { definition, ..home };
        let Some(facts) = self.facts(id) else {
            return Found::Unknown;
        };
        let Some(binding) = facts.scope.bindings.get(binding) else {
            return Found::Unknown;
        };
        match &binding.to {
            // A star is no name of its own.
            Bound::Nothing | Bound::Star { .. } => Found::Nothing,
            Bound::Unknown => Found::Unknown,
            Bound::Module(path) => {
                let module = self.module(id.module);
                module
                    .and_then(|from| self.tables.paths.absolute(from, path))
                    .into()
            }
            Bound::Member {
                level,
                module,
                name,
            } => match self.container(id.module, *level, module) {
                Some(container) => match self.attribute(&container, name) {
                    Found::Nothing => Found::Unknown,
                    found => found,
                },
                None => Found::Unknown,
            },
            Bound::Path(path) => {
                // `self.x = x` in a method; `save = _save` in a class. An object made in a class's
                // body may be one that gives its instances something else.
                match self.path(id, path) {
                    Some(Value::Instance(_)) if facts.is_class() => Found::Unknown,
                    value => value.into(),
                }
            }
            Bound::Annotated(text) => {
                let class = self.enclosing_class(id);
                self.annotated(id, text, class).into()
            }
        }
    }

    fn attribute(&mut self, value: &Value, name: &str) -> Found {
        match value {
            Value::Module(module) => {
                let found = self.module_name(*module, name);
                let package = self.module(*module).filter(|one| one.is_package());
                match (found, package) {
                    (Found::Nothing, Some(package)) => {
                        let inside = self.tables.paths.inside(&package.key, name);
                        inside.map_or(Found::Nothing, Found::Value)
                    }
                    (found, _) => found,
                }
            }
            Value::Folder(folder) => {
                let inside = self.tables.paths.inside(folder, name);
                inside.map_or(Found::Nothing, Found::Value)
            }
            Value::Definition(id) if self.facts(*id).is_some_and(DefinitionFacts::is_class) => {
                self.member(*id, name, false)
            }
            Value::Instance(class) => self.member(*class, name, true),
            Value::Super { class, after } => {
                let mro = self.tables.mro(*class);
                let at = mro
                    .iter()
                    .position(|one| matches!(one, Ancestor::Class(id) if id == after));
                let rest = at.and_then(|at| mro.get(at + 1..)).unwrap_or_default();
                self.class_member(rest, *class, name, true)
            }
            Value::Definition(_) | Value::Method { .. } | Value::Awaitable(_) => Found::Unknown,
        }
    }

    /// An attribute of a class, or of an instance of it.
    pub(super) fn member_of(&mut self, class: DefinitionId, name: &str) -> Option<DefinitionId> {
        match self.member(class, name, false).value()? {
            Value::Method { method, .. } => Some(method),
            Value::Definition(id) => Some(id),
            _ => None,
        }
    }

    /// The method that the body of a class itself defines.
    pub(super) fn own_method(&mut self, class: DefinitionId, name: &str) -> Option<DefinitionId> {
        let slots = self.facts(class)?.names.get(name)?;
        let definitions: Vec<usize> = slots
            .iter()
            .filter_map(|slot| match slot {
                Slot::Definition(index) => Some(*index),
                _ => None,
            })
            .collect();
        let id = self.choose(class.module, &definitions)?;
        self.facts(id)?.is_function().then_some(id)
    }

    fn member(&mut self, class: DefinitionId, name: &str, is_instance: bool) -> Found {
        let tables = self.tables;
        let mro = tables.mro(class);
        // `__name` is a class's own.
        let is_mangled = name.starts_with("__") && !name.ends_with("__");
        let mro = if is_mangled {
            mro.get(..1).unwrap_or_default()
        } else {
            mro
        };
        let of_class = self.class_member(mro, class, name, is_instance);
        if !is_instance {
            return of_class;
        }
        // A property takes what is assigned to it.
        if of_class != Found::Nothing && self.is_property(mro, name) {
            return of_class;
        }
        let key = format!(".{name}");
        let mut assigned = of_class;
        for ancestor in mro {
            let Ancestor::Class(id) = ancestor else {
                continue;
            };
            let found = match self.facts(*id) {
                Some(facts) if facts.names.contains_key(&key) => self.bound(*id, &key),
                _ => continue,
            };
            assigned = match (assigned, found) {
                (Found::Nothing, found) | (found, Found::Nothing) => found,
                (one, other) if one == other => one,
                _ => return Found::Unknown,
            };
        }
        assigned
    }

    fn is_property(&self, mro: &[Ancestor], name: &str) -> bool {
        let home = mro.iter().find_map(|ancestor| match ancestor {
            Ancestor::Class(id) => self
                .facts(*id)
                .filter(|facts| facts.names.contains_key(name))
                .map(|facts| (*id, facts)),
            Ancestor::Outside(_) => None,
        });
        home.is_some_and(|(id, facts)| {
            let slots = facts.names.get(name).into_iter().flatten();
            slots
                .filter_map(|slot| match slot {
                    Slot::Definition(definition) => self.facts(DefinitionId {
                        definition: *definition,
                        ..id
                    }),
                    _ => None,
                })
                .any(|one| one.has_role(DecoratorRole::Property))
        })
    }

    /// What the first class along `mro` gives by that name, for the receiver `class`.
    fn class_member(
        &mut self,
        mro: &[Ancestor],
        class: DefinitionId,
        name: &str,
        is_instance: bool,
    ) -> Found {
        for ancestor in mro {
            let id = match ancestor {
                Ancestor::Class(id) => *id,
                Ancestor::Outside(name) if is_harmless(name) => continue,
                // It may have the name.
                Ancestor::Outside(_) => return Found::Unknown,
            };
            let has_name = |facts: &DefinitionFacts| facts.names.contains_key(name);
            if !self.facts(id).is_some_and(has_name) {
                continue;
            }
            return match self.bound(id, name) {
                Found::Value(Value::Definition(found)) => self.taken(found, class, is_instance),
                Found::Value(Value::Instance(of)) if self.is_descriptor(of) => Found::Unknown,
                found => found,
            };
        }
        Found::Nothing
    }

    /// A definition taken from a class.
    fn taken(&mut self, id: DefinitionId, class: DefinitionId, is_instance: bool) -> Found {
        let Some(facts) = self.facts(id) else {
            return Found::Unknown;
        };
        if facts.is_class() {
            return Found::Value(Value::Definition(id));
        }
        if facts.has_role(DecoratorRole::Property) {
            let (Some(returns), Some(parent), true) =
                (&facts.returns, facts.entry.parent, is_instance)
            else {
                return Found::Unknown;
            };
            let scope = DefinitionId {
                definition: parent,
                ..id
            };
            return self.annotated(scope, returns, Some(class)).into();
        }
        Found::Value(Value::Method { method: id, class })
    }

    fn is_descriptor(&self, class: DefinitionId) -> bool {
        self.has_method(class, "__get__")
    }

    fn has_method(&self, class: DefinitionId, name: &str) -> bool {
        self.tables
            .mro(class)
            .iter()
            .any(|ancestor| match ancestor {
                Ancestor::Class(id) => self
                    .facts(*id)
                    .is_some_and(|facts| facts.names.contains_key(name)),
                Ancestor::Outside(_) => false,
            })
    }

    /// What calling a value gives.
    fn call(&mut self, value: &Value) -> Option<Value> {
        match value {
            Value::Definition(id) => {
                let facts = self.facts(*id)?;
                if facts.is_class() {
                    // `__new__` may make anything.
                    let is_made = !self.has_method(*id, "__new__");
                    return is_made.then_some(Value::Instance(*id));
                }
                self.returned(*id, None)
            }
            Value::Method { method, class } => self.returned(*method, Some(*class)),
            Value::Instance(class) => {
                let method = self.member(*class, "__call__", true).value()?;
                match method {
                    Value::Method { method, class } => self.returned(method, Some(class)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What a function gives back by its annotation, unless a decorator may change that.
    fn returned(&mut self, id: DefinitionId, class: Option<DefinitionId>) -> Option<Value> {
        let facts = self.facts(id)?;
        let is_plain = facts.roles.iter().all(|role| {
            matches!(
                role,
                DecoratorRole::StaticMethod
                    | DecoratorRole::ClassMethod
                    | DecoratorRole::Override
                    | DecoratorRole::Abstract
                    | DecoratorRole::AbstractStaticMethod
            )
        });
        if !is_plain || facts.yields || !facts.is_function() {
            return None;
        }
        let scope = DefinitionId {
            definition: facts.entry.parent?,
            ..id
        };
        let value = self.annotated(scope, facts.returns.as_deref()?, class)?;
        Some(if facts.is_async {
            Value::Awaitable(Box::new(value))
        } else {
            value
        })
    }

    /// What an object annotated with `text` in `scope` is; `Self` is `class`.
    fn annotated(
        &mut self,
        scope: DefinitionId,
        text: &str,
        class: Option<DefinitionId>,
    ) -> Option<Value> {
        let (name, is_class) = match annotation(text)? {
            Annotation::Instance(name) => (name, false),
            Annotation::Class(name) => (name, true),
        };
        let found = if matches!(name, "Self" | "typing.Self" | "t.Self") {
            class?
        } else {
            match self.path(scope, name)? {
                Value::Definition(id) if self.facts(id)?.is_class() => id,
                _ => return None,
            }
        };
        Some(if is_class {
            Value::Definition(found)
        } else {
            Value::Instance(found)
        })
    }

    fn super_of(&mut self, from: DefinitionId, argument: &str) -> Option<Value> {
        let class = self.enclosing_class(from)?;
        let after = if argument.is_empty() {
            class
        } else {
            match self.path(from, argument)? {
                Value::Definition(id) => id,
                _ => return None,
            }
        };
        Some(Value::Super { class, after })
    }

    fn enclosing_class(&self, from: DefinitionId) -> Option<DefinitionId> {
        let mut at = from;
        loop {
            let facts = self.facts(at)?;
            if facts.is_class() {
                return Some(at);
            }
            at.definition = facts.entry.parent?;
        }
    }
}

/// What the first parameter of a method is bound to.
enum Receiver {
    Instance,
    Class,
    /// A decorator may have changed it.
    Unknown,
}

/// `None` if nothing is bound to it.
fn receiver(facts: &DefinitionFacts, name: &str) -> Option<Receiver> {
    let has = |role| facts.has_role(role);
    if has(DecoratorRole::StaticMethod) || has(DecoratorRole::AbstractStaticMethod) {
        return None;
    }
    let is_class = has(DecoratorRole::ClassMethod)
        || matches!(
            facts.name.as_str(),
            "__new__" | "__init_subclass__" | "__class_getitem__"
        );
    let is_other = has(DecoratorRole::Other);
    Some(match (is_class, is_other, name) {
        (true, ..) | (false, true, "cls") => Receiver::Class,
        (false, true, "self") | (false, false, _) => Receiver::Instance,
        (false, true, _) => Receiver::Unknown,
    })
}

/// Classes that give those derived from them no method of a name that these would call.
fn is_harmless(dotted: &str) -> bool {
    let last = dotted.rsplit('.').next().unwrap_or(dotted);
    matches!(
        last,
        "object" | "Generic" | "Protocol" | "ABC" | "TypedDict" | "NamedTuple" | "Enum" | "IntEnum"
    ) || crate::python::exceptions::is_known(last)
}

/// `make()()` is `make` with the arguments of its calls, which are empty but for `super(A)`.
fn split_calls(step: &str) -> (&str, Vec<&str>) {
    let Some(at) = step.find('(') else {
        return (step, Vec::new());
    };
    let (name, calls) = step.split_at(at);
    let calls = calls.split_terminator(')');
    (
        name,
        calls.map(|call| call.trim_start_matches('(')).collect(),
    )
}
