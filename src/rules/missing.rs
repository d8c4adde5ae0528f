//! D100 to D107: which definitions need a docstring, by the decision table that ruff took over
//! from pydocstyle (ruff's `not_missing`), or by that of interrogate or docvet, and by docgen's
//! settings to widen or narrow it.

use super::{RuleCode, RuleSet, Suppressions};
use crate::config::{Preset, Select};
use crate::python::{DecoratorRole, Definition, Kind, Module, Visibility};

/// What the rules need to know of a file besides its definitions.
#[derive(Debug, Clone, Copy)]
pub struct FileContext {
    /// The file belongs to the tests.
    pub is_test: bool,
    /// The file is a stub (`.pyi`): its docstrings stand in the source it describes.
    pub is_stub: bool,
}

/// What a module owes and has.
#[derive(Debug, Default)]
pub struct Requirements {
    /// Definitions without a docstring, in the order of the text.
    pub missing: Vec<Missing>,
    /// Definitions that have the docstring they need, each with the rule that asks for it; those
    /// that a comment silences are left out.
    pub documented: Vec<(usize, RuleCode)>,
    /// Those that a comment silences, though they have their docstring.
    pub silenced: Vec<(usize, RuleCode)>,
    /// How many need one, and have it.
    pub coverage: Coverage,
}

impl Requirements {
    /// Forgets the definitions that are not to be kept; the coverage is that of the others.
    pub fn retain(&mut self, is_kept: impl Fn(usize) -> bool) {
        self.missing.retain(|one| is_kept(one.definition));
        self.documented.retain(|(index, _)| is_kept(*index));
        self.silenced.retain(|(index, _)| is_kept(*index));
        let documented = self.documented.len() + self.silenced.len();
        let open = self.missing.iter().filter(|one| !one.is_suppressed);
        self.coverage = Coverage {
            needed: documented + open.count(),
            documented,
        };
    }
}

/// A definition without the docstring it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    /// Its position in [`Module::definitions`].
    pub definition: usize,
    /// The rule that asks for the docstring.
    pub code: RuleCode,
    /// A comment silences the rule there.
    pub is_suppressed: bool,
}

/// How many of the definitions that need a docstring have one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Definitions that need one; those a comment silences are not counted.
    pub needed: usize,
    /// Those of them that have one.
    pub documented: usize,
}

impl Coverage {
    /// The share in percent; a tree that needs nothing is fully covered.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "no tree has 2^52 definitions")]
    pub fn percent(self) -> f64 {
        if self.needed == 0 {
            return 100.0;
        }
        self.documented as f64 * 100.0 / self.needed as f64
    }
}

impl std::ops::AddAssign for Coverage {
    fn add_assign(&mut self, other: Self) {
        self.needed += other.needed;
        self.documented += other.documented;
    }
}

/// What `module` owes under the settings.
#[must_use]
pub fn requirements(
    module: &Module,
    select: &Select,
    rules: RuleSet,
    file: FileContext,
    suppressions: &Suppressions,
) -> Requirements {
    let mut requirements = Requirements::default();
    if file.is_stub || (file.is_test && !select.tests) {
        return requirements;
    }
    for (index, definition) in module.definitions.iter().enumerate() {
        let code = required(module, definition, select).filter(|code| rules.contains(*code));
        let Some(code) = code else {
            continue;
        };
        // An empty docstring has another code and is no missing one, save to interrogate.
        let is_documented = definition.docstring.as_ref().is_some_and(|docstring| {
            select.preset != Preset::All || !docstring.value.trim().is_empty()
        });
        let is_suppressed = suppressions.silence(code, &definition.name_range);
        if is_documented || !is_suppressed {
            requirements.coverage.needed += 1;
        }
        if is_documented {
            requirements.coverage.documented += 1;
            let list = if is_suppressed {
                &mut requirements.silenced
            } else {
                &mut requirements.documented
            };
            list.push((index, code));
        } else {
            requirements.missing.push(Missing {
                definition: index,
                code,
                is_suppressed,
            });
        }
    }
    requirements
}

/// The rule under which a definition needs a docstring, whether it has one or not.
fn required(module: &Module, definition: &Definition, select: &Select) -> Option<RuleCode> {
    let enough = definition
        .complexity
        .is_none_or(|complexity| complexity.cyclomatic >= select.min_complexity.get());
    if !enough || !is_left_in(definition, select) || !is_wanted(module, definition, select) {
        return None;
    }
    match definition.kind {
        Kind::Module => Some(RuleCode::D100),
        Kind::Package => Some(RuleCode::D104),
        Kind::Class => Some(RuleCode::D101),
        Kind::NestedClass => Some(RuleCode::D106),
        Kind::Function | Kind::NestedFunction => Some(RuleCode::D103),
        Kind::Method => Some(match definition.name.as_str() {
            "__init__" => RuleCode::D107,
            "__new__" | "__call__" if select.preset == Preset::Public => RuleCode::D102,
            _ if definition.is_magic() => RuleCode::D105,
            _ => RuleCode::D102,
        }),
    }
}

/// Whether `init` and `magic` leave it in. To ruff only methods are magic; to interrogate a
/// module's function `__getattr__` is, too, and to docvet even a class of such a name.
fn is_left_in(definition: &Definition, select: &Select) -> bool {
    let is_magic_here = match select.preset {
        Preset::Public => definition.kind == Kind::Method,
        Preset::All => definition.is_function(),
        Preset::Api => !matches!(definition.kind, Kind::Module | Kind::Package),
    };
    match definition.name.as_str() {
        _ if !is_magic_here => true,
        "__init__" => select.init,
        "__new__" | "__call__" if select.preset == Preset::Public => true,
        _ => select.magic || !definition.is_magic(),
    }
}

/// Whether the preset, widened and narrowed, asks for its docstring; `init` and `magic` aside.
fn is_wanted(module: &Module, definition: &Definition, select: &Select) -> bool {
    match select.preset {
        Preset::Public => {
            let widened = match definition.kind {
                Kind::NestedFunction => select.nested,
                // A property's setter is described by its getter.
                _ => select.private && !definition.has_role(DecoratorRole::PropertyAccessor),
            };
            let is_override =
                definition.kind == Kind::Method && definition.has_role(DecoratorRole::Override);
            (definition.visibility == Visibility::Public || widened)
                && !definition.has_role(DecoratorRole::Overload)
                && !is_override
        }
        Preset::All => {
            (select.private || !is_underscored(definition))
                && (select.nested || !is_inside_function(module, definition))
        }
        Preset::Api => {
            let is_module = matches!(definition.kind, Kind::Module | Kind::Package);
            (select.private || is_module || !is_underscored(definition))
                && (select.nested || !is_inside_function(module, definition))
                && !is_conditional(module, definition)
                && !definition.has_role(DecoratorRole::Overload)
                && !(is_module && module.is_empty)
        }
    }
}

/// Private by its own name alone, whatever `__all__` or what is around it say.
fn is_underscored(definition: &Definition) -> bool {
    definition.name.starts_with('_') && !definition.is_magic()
}

fn is_inside_function(module: &Module, definition: &Definition) -> bool {
    around(module, definition)
        .skip(1)
        .any(Definition::is_function)
}

/// docvet does not look into `if` and `try`.
fn is_conditional(module: &Module, definition: &Definition) -> bool {
    around(module, definition).any(|one| one.is_conditional)
}

/// The definition itself, and each that it is defined in.
fn around<'m>(
    module: &'m Module,
    definition: &'m Definition,
) -> impl Iterator<Item = &'m Definition> {
    std::iter::successors(Some(definition), |one| module.definitions.get(one.parent?))
}
