//! What a name is, by all that gives it a meaning in one scope.

use super::DefinitionId;
use super::facts::{DefinitionFacts, Slot};
use super::lookup::{Found, Lookup, Value};
use crate::python::definition::{DecoratorRole, Kind};
use crate::python::scope::Bound;

impl<'p> Lookup<'p> {
    pub(super) fn union(&mut self, home: DefinitionId, slots: &'p [Slot]) -> Found {
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
    pub(super) fn choose(&self, module: usize, definitions: &[usize]) -> Option<DefinitionId> {
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
