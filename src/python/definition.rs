//! The data: a module and its definitions.

use std::fmt;
use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::body::Bodies;
use super::implied::Implied;
use super::raises::Guard;
use super::scope::Scope;
use super::{ByteRange, Place, Placement};

/// A file's definitions, the module itself first, the others in the order of the text.
#[derive(Debug, Clone)]
pub struct Module {
    /// Never empty: the first is the module.
    pub definitions: Vec<Definition>,
    /// There is no statement in it.
    pub is_empty: bool,
    /// Names that an assignment or `type` statement binds to what may be a type.
    pub aliases: Vec<String>,
    /// Names the file imports or binds, each with the dotted path it stands for.
    pub imports: Vec<(String, String)>,
    /// The names in `__all__`, sorted; `None` when the module does not define it.
    pub exports: Option<Vec<String>>,
    /// What its functions do, read when the first draft needs it.
    pub(super) bodies: OnceLock<Bodies>,
}

impl Module {
    /// What the functions of the module do; `text` is the module's.
    #[must_use]
    pub fn bodies(&self, text: &str) -> &Bodies {
        self.bodies.get_or_init(|| Bodies::read(text))
    }
}

/// Something that can carry a docstring.
#[derive(Debug, Clone)]
pub struct Definition {
    /// Dotted path inside the module (`Class.method`), unique within it: the second definition
    /// of one name is `name#2`. The module's own is empty.
    pub qualified_name: String,
    /// The bare name; for a module the file's stem.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Declared with `async`.
    pub is_async: bool,
    /// Position in [`Module::definitions`] of what it is defined in.
    pub parent: Option<usize>,
    /// It stands in an `if`, `try`, `for`, `while`, `with` or `match` of what it is defined in.
    pub is_conditional: bool,
    /// Whether others are meant to use it.
    pub visibility: Visibility,
    /// In the order of the text.
    pub decorators: Vec<Decorator>,
    /// Bases of a class, as written.
    pub bases: Vec<String>,
    /// Parameters and return annotation; functions only.
    pub signature: Option<Signature>,
    /// What its own body does.
    pub facts: BodyFacts,
    /// The names that it binds, and its calls.
    pub scope: Scope,
    /// Functions only.
    pub complexity: Option<Complexity>,
    /// Lines from `def` or `class` to the end of the body; for a module, of the file.
    pub lines: usize,
    /// The docstring it has, if any.
    pub docstring: Option<ExistingDocstring>,
    /// Where a docstring goes that it does not have.
    pub placement: Placement,
    /// From the first decorator to the end.
    pub range: ByteRange,
    /// Where its name stands; a module's is the file's start.
    pub place: Place,
    /// The bytes of its name; empty at the file's start for a module.
    pub name_range: ByteRange,
}

impl Definition {
    /// Whether a decorator gives it this role.
    #[must_use]
    pub fn has_role(&self, role: DecoratorRole) -> bool {
        self.decorators
            .iter()
            .any(|decorator| decorator.role == role)
    }

    /// Whether it is a function of any sort.
    #[must_use]
    pub fn is_function(&self) -> bool {
        matches!(
            self.kind,
            Kind::Function | Kind::NestedFunction | Kind::Method
        )
    }

    /// Whether the name is a magic one, `__like_this__`; underscores alone are, as for ruff.
    #[must_use]
    pub fn is_magic(&self) -> bool {
        self.name.starts_with("__") && self.name.ends_with("__")
    }

    /// Whether it is for subclasses to define.
    #[must_use]
    pub fn is_abstract(&self) -> bool {
        self.has_role(DecoratorRole::Abstract) || self.has_role(DecoratorRole::AbstractStaticMethod)
    }

    /// Read as an attribute: `property` and its kin.
    #[must_use]
    pub fn is_property(&self) -> bool {
        self.has_role(DecoratorRole::Property)
    }

    /// The parameters that a docstring describes: those that callers give, but for names such as
    /// `_` and `__`, which say that nothing is done with them.
    pub fn documented_parameters(&self) -> impl Iterator<Item = &Parameter> {
        let is_named = |one: &&Parameter| one.name.contains(|c| c != '_');
        self.given_parameters().filter(is_named)
    }

    /// The parameters that callers give: all but the instance or class it is bound to.
    pub fn given_parameters(&self) -> impl Iterator<Item = &Parameter> {
        let is_static = self.has_role(DecoratorRole::StaticMethod)
            || self.has_role(DecoratorRole::AbstractStaticMethod);
        let bound = self.kind == Kind::Method && !is_static;
        let parameters = self
            .signature
            .as_ref()
            .map_or(&[][..], |signature| &signature.parameters);
        let skipped = usize::from(
            bound
                && parameters
                    .first()
                    .is_some_and(|first| first.kind.is_positional()),
        );
        parameters.iter().skip(skipped)
    }

    /// Whether the docstring says what comes back: the body returns a value, or has no body of
    /// its own and is annotated to return one. A property reads as an attribute and never does.
    #[must_use]
    pub fn returns_value(&self) -> bool {
        if self.is_property() || !self.is_function() || self.yields() {
            return false;
        }
        match self.annotated_to_return() {
            // `return print()` in a function annotated with `None` returns nothing of use.
            Some(false) => false,
            Some(true) => self.facts.returns_value || self.facts.is_stub,
            None => self.facts.returns_value,
        }
    }

    /// Whether calling it gives a generator.
    #[must_use]
    pub fn yields(&self) -> bool {
        self.facts.yields
    }

    /// Whether the annotation speaks of a value; `None` without an annotation.
    #[must_use]
    pub fn annotated_to_return(&self) -> Option<bool> {
        let annotation = self
            .signature
            .as_ref()
            .and_then(|signature| signature.returns.as_deref());
        annotation.map(|text| {
            let bare = text
                .trim_matches(['"', '\''])
                .rsplit('.')
                .next()
                .unwrap_or_default();
            !matches!(bare, "None" | "NoReturn" | "Never")
        })
    }

    /// The exceptions that leave its body, each once, with the first raise of it that does.
    pub fn raised(&self) -> impl Iterator<Item = &Raise> {
        let raises = &self.facts.raises;
        raises.iter().enumerate().filter_map(move |(index, raise)| {
            let counts = |other: &Raise| !other.caught && other.exception == raise.exception;
            let first = counts(raise) && !raises[..index].iter().any(counts);
            first.then_some(raise)
        })
    }
}

/// What a definition is, as pydocstyle and ruff tell them apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A file.
    #[default]
    Module,
    /// An `__init__.py`.
    Package,
    /// A class of the module.
    Class,
    /// A class inside a class or function.
    NestedClass,
    /// A function of the module.
    Function,
    /// A function inside a function.
    NestedFunction,
    /// A function of a class.
    Method,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Module => "module",
            Self::Package => "package",
            Self::Class => "class",
            Self::NestedClass => "nested class",
            Self::Function => "function",
            Self::NestedFunction => "nested function",
            Self::Method => "method",
        })
    }
}

/// Whether others are meant to use a definition, by ruff's rules: underscores, `__all__`, and
/// whatever lies inside something private is private too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Part of the interface.
    Public,
    /// An inner matter.
    Private,
}

/// A decorator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decorator {
    /// The expression after `@`, as written.
    pub text: String,
    /// What it makes of the definition.
    pub role: DecoratorRole,
}

/// What a decorator makes of a definition, as far as a docstring cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecoratorRole {
    /// `typing.overload`
    Overload,
    /// `typing.override`
    Override,
    /// `property`, `functools.cached_property`, `abc.abstractproperty` and properties like them.
    Property,
    /// The setter or deleter of a property.
    PropertyAccessor,
    /// `abc.abstractmethod` and its kin.
    Abstract,
    /// `abc.abstractstaticmethod`
    AbstractStaticMethod,
    /// `staticmethod`
    StaticMethod,
    /// `classmethod`
    ClassMethod,
    /// `dataclasses.dataclass`
    Dataclass,
    /// `contextlib.contextmanager` and `asynccontextmanager`.
    ContextManager,
    /// `pytest.fixture`
    Fixture,
    /// A command or route whose docstring a program shows to its users (click, typer, `FastAPI`).
    Command,
    /// Anything else.
    Other,
}

/// A function's parameters and return annotation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// In the order of the text.
    pub parameters: Vec<Parameter>,
    /// The return annotation, as written.
    pub returns: Option<String>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parameter {
    /// The name, without stars.
    pub name: String,
    /// How it is passed.
    pub kind: ParameterKind,
    /// The annotation, as written.
    pub annotation: Option<String>,
    /// The default, as written.
    pub default: Option<String>,
}

impl Parameter {
    /// The name with the stars that it has in the signature.
    #[must_use]
    pub fn starred_name(&self) -> String {
        format!("{}{}", self.kind.stars(), self.name)
    }
}

/// How a parameter is passed; names as in Python's `inspect`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterKind {
    /// Before a `/`.
    PositionalOnly,
    /// The usual.
    PositionalOrKeyword,
    /// `*args`
    VarPositional,
    /// After a `*`.
    KeywordOnly,
    /// `**kwargs`
    VarKeyword,
}

impl ParameterKind {
    /// The stars before the name.
    #[must_use]
    pub fn stars(self) -> &'static str {
        match self {
            Self::VarPositional => "*",
            Self::VarKeyword => "**",
            Self::PositionalOnly | Self::PositionalOrKeyword | Self::KeywordOnly => "",
        }
    }

    fn is_positional(self) -> bool {
        matches!(self, Self::PositionalOnly | Self::PositionalOrKeyword)
    }
}

/// What a definition's own body does; functions nested in it are not part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, each of which may hold with any other"
)]
pub struct BodyFacts {
    /// Each `raise` of a named exception, in the order of the text; of a handler that passes on
    /// what it took, each class that it names.
    pub raises: Vec<Raise>,
    /// A `raise` of something that the body does not name: a variable, or whatever a handler of
    /// everything took.
    pub raises_unnamed: bool,
    /// Exceptions that Python itself raises from the body's operators and calls.
    pub implied: Implied,
    /// A `return` with something other than `None`.
    pub returns_value: bool,
    /// A `return None`.
    pub returns_none: bool,
    /// A `yield`.
    pub yields: bool,
    /// A `yield` of something other than `None`.
    pub yields_value: bool,
    /// An `await`, `async for` or `async with`.
    pub awaits: bool,
    /// Nothing but `...`, `pass`, a docstring or `raise NotImplementedError`.
    pub is_stub: bool,
    /// Dotted names it calls, each once, in the order of the text.
    pub calls: Vec<String>,
    /// A class's fields and constants; a method's assignments to `self`.
    pub attributes: Vec<Attribute>,
    /// What a class's `__init__` sets on the instance and its body does not declare; names of
    /// properties and other methods apart.
    pub instance_attributes: Vec<Attribute>,
}

/// A `raise` statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Raise {
    /// The exception's name, as written (`errors.NotFound`).
    pub exception: String,
    /// The conditions and handlers that lead to it, from the outermost in.
    pub guards: Vec<Guard>,
    /// The message, if it is a plain string.
    pub message: Option<String>,
    /// A handler of the same function catches it.
    pub caught: bool,
    /// A handler raises what it took; the class is the handler's, so what leaves may derive from
    /// it.
    pub is_passed_on: bool,
    /// Where the statement begins.
    #[serde(skip)]
    pub at: usize,
}

impl Raise {
    /// Whether it passes on whatever a handler of nearly everything took: its class says nothing of
    /// what leaves.
    #[must_use]
    pub fn is_of_anything(&self) -> bool {
        let class = self.exception.rsplit('.').next();
        let is_broad = matches!(
            class,
            Some("Exception" | "BaseException" | "ExceptionGroup" | "BaseExceptionGroup")
        );
        self.is_passed_on && is_broad
    }
}

/// A field, constant or instance attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// The name.
    pub name: String,
    /// The annotation, as written.
    pub annotation: Option<String>,
    /// The value first given, as written.
    pub value: Option<String>,
}

/// Measures of a function's own body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Complexity {
    /// Cyclomatic complexity as radon counts it: decisions plus one, closures apart.
    pub cyclomatic: u32,
    /// Cognitive complexity as complexipy 8.3 counts it, nested functions included. The
    /// `cognitive_complexity` package, also after `SonarSource`'s paper, counts otherwise.
    pub cognitive: u32,
    /// Deepest nesting of compound statements.
    pub nesting: u32,
    /// `and` and `or` operators.
    pub boolean_operations: u32,
    /// Call expressions.
    pub calls: u32,
    /// Parameters, the bound one included.
    pub parameters: u32,
}

/// A docstring as it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExistingDocstring {
    /// The string expression, quotes and prefix included.
    pub range: ByteRange,
    /// The strings that make it up; more than one where they are concatenated.
    pub parts: Vec<ByteRange>,
    /// What Python reads, line ends as `\n`.
    pub value: String,
    /// Where the value stands in the text, if it stands there character by character: one string
    /// without escapes or carriage returns.
    pub verbatim_at: Option<usize>,
}
