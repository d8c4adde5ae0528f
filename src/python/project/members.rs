//! Attributes of classes and of their objects, and what calls give.

use super::DefinitionId;
use super::annotation::{Annotation, annotation};
use super::classes::Ancestor;
use super::facts::{DefinitionFacts, Slot};
use super::lookup::{Found, Lookup, Value};
use crate::python::definition::DecoratorRole;

impl Lookup<'_> {
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

    pub(super) fn member(&mut self, class: DefinitionId, name: &str, is_instance: bool) -> Found {
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
    pub(super) fn class_member(
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
    pub(super) fn call(&mut self, value: &Value) -> Option<Value> {
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
    pub(super) fn annotated(
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

    pub(super) fn super_of(&mut self, from: DefinitionId, argument: &str) -> Option<Value> {
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

    pub(super) fn enclosing_class(&self, from: DefinitionId) -> Option<DefinitionId> {
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

/// Classes that give those derived from them no method of a name that these would call.
fn is_harmless(dotted: &str) -> bool {
    let last = dotted.rsplit('.').next().unwrap_or(dotted);
    matches!(
        last,
        "object" | "Generic" | "Protocol" | "ABC" | "TypedDict" | "NamedTuple" | "Enum" | "IntEnum"
    ) || crate::python::exceptions::is_known(last)
}
