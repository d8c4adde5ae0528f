//! A syntax tree to its definitions.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use ruff_python_ast::{self as ast, ExceptHandler, Stmt};
use ruff_text_size::Ranged;

use super::definition::{
    Attribute, BodyFacts, Decorator, DecoratorRole, Definition, ExistingDocstring, Kind, Module,
    Visibility,
};
use super::imports::{Imports, dotted_name};
use super::layout::Layout;
use super::placement::{self, BodyOf, Placement};
use super::roles::role_of_path;
use super::scope::Scope;
use super::signature::written;
use super::typing_names::TypingNames;
use super::{Place, SyntaxTree, byte_range, exports, facts, scope, signature};

/// What a file's path says about the module in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRole {
    /// The module's name: the file's stem, or the folder's for an `__init__.py`.
    pub name: String,
    /// The file is an `__init__.py`.
    pub is_package: bool,
    /// Its name or that of a package around it begins with an underscore.
    pub is_private: bool,
}

/// The definitions of a parsed file.
#[must_use]
pub fn analyze(tree: &SyntaxTree, text: &str, role: &FileRole) -> Module {
    let body = &tree.parsed.syntax().body;
    let mut extraction = Extraction {
        tree,
        text,
        layout: Layout::read(tree, text),
        imports: Imports::read(body),
        exports: exports::exported_names(body),
        typing: TypingNames::new(),
        definitions: Vec::new(),
        is_conditional: false,
        seen: HashMap::new(),
    };
    extraction.module(body, role);
    extraction.block(body, 0);
    let exports = extraction.exports.map(|names| {
        let mut names: Vec<String> = names.into_iter().collect();
        names.sort_unstable();
        names
    });
    Module {
        definitions: extraction.definitions,
        is_empty: body.is_empty(),
        aliases: extraction.imports.aliases,
        imports: extraction.imports.names,
        exports,
        bodies: OnceLock::new(),
    }
}

struct Extraction<'t> {
    tree: &'t SyntaxTree,
    text: &'t str,
    layout: Layout<'t>,
    imports: Imports,
    exports: Option<HashSet<String>>,
    typing: TypingNames,
    definitions: Vec<Definition>,
    /// What is met stands in a compound statement of what is around it.
    is_conditional: bool,
    /// How many definitions of each dotted path there are so far.
    seen: HashMap<String, usize>,
}

impl Extraction<'_> {
    fn module(&mut self, body: &[Stmt], role: &FileRole) {
        self.definitions.push(Definition {
            qualified_name: String::new(),
            name: role.name.clone(),
            kind: if role.is_package {
                Kind::Package
            } else {
                Kind::Module
            },
            is_async: false,
            parent: None,
            is_conditional: false,
            visibility: if role.is_private {
                Visibility::Private
            } else {
                Visibility::Public
            },
            decorators: Vec::new(),
            bases: Vec::new(),
            signature: None,
            facts: BodyFacts::default(),
            scope: scope::of_body(body, self.text),
            complexity: None,
            lines: self.tree.place(self.text, self.text.len()).line,
            docstring: self.docstring(body),
            placement: placement::of_module(self.text, body),
            range: 0..self.text.len(),
            place: Place { line: 1, column: 1 },
            name_range: 0..0,
        });
    }

    /// Every definition in a block, and in the blocks inside it.
    fn block(&mut self, body: &[Stmt], parent: usize) {
        for stmt in body {
            match stmt {
                Stmt::FunctionDef(function) => self.function(function, parent),
                Stmt::ClassDef(class) => self.class(class, parent),
                Stmt::If(branch) => {
                    self.inner_block(&branch.body, parent);
                    for clause in &branch.elif_else_clauses {
                        self.inner_block(&clause.body, parent);
                    }
                }
                Stmt::For(ast::StmtFor { body, orelse, .. })
                | Stmt::While(ast::StmtWhile { body, orelse, .. }) => {
                    self.inner_block(body, parent);
                    self.inner_block(orelse, parent);
                }
                Stmt::With(with) => self.inner_block(&with.body, parent),
                Stmt::Match(choice) => {
                    for case in &choice.cases {
                        self.inner_block(&case.body, parent);
                    }
                }
                Stmt::Try(attempt) => {
                    self.inner_block(&attempt.body, parent);
                    for ExceptHandler::ExceptHandler(handler) in &attempt.handlers {
                        self.inner_block(&handler.body, parent);
                    }
                    self.inner_block(&attempt.orelse, parent);
                    self.inner_block(&attempt.finalbody, parent);
                }
                stmt => self.typing.read(stmt),
            }
        }
    }

    /// A block inside a block: what it defines may or may not come to be.
    fn inner_block(&mut self, body: &[Stmt], parent: usize) {
        let outer = std::mem::replace(&mut self.is_conditional, true);
        self.block(body, parent);
        self.is_conditional = outer;
    }

    /// The body of a definition.
    fn body(&mut self, body: &[Stmt], index: usize) {
        let outer = std::mem::replace(&mut self.is_conditional, false);
        self.typing.enter();
        self.block(body, index);
        self.typing.leave();
        self.is_conditional = outer;
    }

    fn function(&mut self, function: &ast::StmtFunctionDef, parent: usize) {
        let header_end = function
            .returns
            .as_ref()
            .map_or(function.parameters.end(), |returns| returns.end());
        let header = function.name.start().to_usize()..header_end.to_usize();
        let placement = placement::of_suite(
            self.tree,
            self.text,
            &self.layout,
            header,
            &function.body,
            BodyOf::Function,
        );
        // A valid function has a colon and a body; without them there is nothing to document.
        let Some(placement) = placement else { return };
        let kind = match self.kind_of(parent) {
            Kind::Module | Kind::Package => Kind::Function,
            Kind::Class | Kind::NestedClass => Kind::Method,
            Kind::Function | Kind::NestedFunction | Kind::Method => Kind::NestedFunction,
        };
        let decorators = self.decorators(&function.decorator_list, &function.name);
        let (facts, complexity, calls) =
            facts::of_function(function, self.text, &self.imports.classes);
        let found = Found {
            name: &function.name,
            kind,
            decorators,
            body: &function.body,
            range: function.range,
            placement,
            facts,
            scope: Scope {
                calls,
                ..scope::of_function(function, self.text)
            },
        };
        let index = self.push(found, parent);
        let definition = &mut self.definitions[index];
        definition.is_async = function.is_async;
        definition.signature = Some(signature::read(function, self.text));
        definition.complexity = Some(complexity);
        self.typing.rebind(&function.name);
        self.body(&function.body, index);
    }

    fn class(&mut self, class: &ast::StmtClassDef, parent: usize) {
        let after_name = class
            .type_params
            .as_ref()
            .map_or(class.name.end(), |params| params.end());
        let header_end = class
            .arguments
            .as_ref()
            .map_or(after_name, |arguments| arguments.end());
        let header = class.name.start().to_usize()..header_end.to_usize();
        let placement = placement::of_suite(
            self.tree,
            self.text,
            &self.layout,
            header,
            &class.body,
            BodyOf::Class,
        );
        let Some(placement) = placement else { return };
        let kind = match self.kind_of(parent) {
            Kind::Module | Kind::Package => Kind::Class,
            _ => Kind::NestedClass,
        };
        let decorators = self.decorators(&class.decorator_list, &class.name);
        let found = Found {
            name: &class.name,
            kind,
            decorators,
            body: &class.body,
            range: class.range,
            placement,
            facts: facts::of_class(class, self.text),
            scope: scope::of_body(&class.body, self.text),
        };
        let index = self.push(found, parent);
        let bases = class.arguments.iter().flat_map(|arguments| &arguments.args);
        self.definitions[index].bases = bases.map(|base| written(base, self.text)).collect();
        self.body(&class.body, index);
        self.instance_attributes(index);
        self.typing.rebind(&class.name);
    }

    /// Gives a class what its `__init__` sets on the instance.
    fn instance_attributes(&mut self, class: usize) {
        let inside = self.definitions.iter().skip(class + 1);
        let inside: Vec<&Definition> = inside.filter(|one| one.parent == Some(class)).collect();
        let declared = &self.definitions[class].facts.attributes;
        let is_new = |name: &str| {
            declared.iter().all(|one| one.name != name) && inside.iter().all(|one| one.name != name)
        };
        let set = inside
            .iter()
            .filter(|one| one.name == "__init__")
            .flat_map(|one| &one.facts.attributes)
            .filter(|one| is_new(&one.name));
        let mut found: Vec<Attribute> = Vec::new();
        for one in set {
            if found.iter().all(|earlier| earlier.name != one.name) {
                found.push(one.clone());
            }
        }
        self.definitions[class].facts.instance_attributes = found;
    }

    fn push(&mut self, found: Found<'_>, parent: usize) -> usize {
        let name = found.name.to_string();
        let path = match self.definitions[parent].qualified_name.as_str() {
            "" => name.clone(),
            outer => format!("{outer}.{name}"),
        };
        let count = self.seen.entry(path.clone()).or_default();
        *count += 1;
        let qualified_name = if *count == 1 {
            path
        } else {
            format!("{path}#{count}")
        };
        let visibility = self.visibility(&name, found.kind, &found.decorators, parent);
        let range = byte_range(found.range);
        let start = self.tree.place(self.text, found.name.start().to_usize());
        let end = self.tree.place(self.text, range.end);
        self.definitions.push(Definition {
            qualified_name,
            name,
            kind: found.kind,
            is_async: false,
            parent: Some(parent),
            is_conditional: self.is_conditional,
            visibility,
            decorators: found.decorators,
            bases: Vec::new(),
            signature: None,
            facts: found.facts,
            scope: found.scope,
            complexity: None,
            lines: end.line - start.line + 1,
            docstring: self.docstring(found.body),
            placement: found.placement,
            range,
            place: start,
            name_range: byte_range(found.name.range()),
        });
        self.definitions.len() - 1
    }

    fn kind_of(&self, index: usize) -> Kind {
        self.definitions[index].kind
    }

    /// ruff's rules (`ruff_python_semantic`, `Definitions::resolve`), which are pydocstyle's.
    fn visibility(
        &self,
        name: &str,
        kind: Kind,
        decorators: &[Decorator],
        parent: usize,
    ) -> Visibility {
        let outer = &self.definitions[parent];
        let underscored = name.starts_with('_');
        let exported = || match &self.exports {
            Some(names) => names.contains(name),
            None => true,
        };
        let is_magic = name.starts_with("__") && name.ends_with("__");
        let is_accessor = decorators
            .iter()
            .any(|one| one.role == DecoratorRole::PropertyAccessor);
        let public = outer.visibility == Visibility::Public
            && match kind {
                Kind::Module | Kind::Package => true,
                Kind::Class | Kind::Function => exported() && !underscored,
                Kind::NestedClass => !outer.is_function() && !underscored,
                Kind::NestedFunction => false,
                Kind::Method => !is_accessor && (!underscored || is_magic),
            };
        if public {
            Visibility::Public
        } else {
            Visibility::Private
        }
    }

    fn decorators(&self, list: &[ast::Decorator], name: &str) -> Vec<Decorator> {
        let read = |decorator: &ast::Decorator| Decorator {
            text: written(&decorator.expression, self.text),
            role: self.role(&decorator.expression, name),
        };
        list.iter().map(read).collect()
    }

    fn role(&self, expression: &ast::Expr, name: &str) -> DecoratorRole {
        let (decorator, is_call) = match expression {
            ast::Expr::Call(call) => (call.func.as_ref(), true),
            expression => (expression, false),
        };
        if !is_call {
            let accessor = dotted_name(decorator).and_then(|path| {
                let rest = path.strip_prefix(name)?;
                matches!(rest, ".setter" | ".deleter").then_some(DecoratorRole::PropertyAccessor)
            });
            if let Some(role) = accessor.or_else(|| self.typing_role(decorator)) {
                return role;
            }
        }
        match self.imports.resolve(decorator) {
            None => DecoratorRole::Other,
            Some(path) => match role_of_path(&path) {
                DecoratorRole::Command if !self.is_of_command_library(&path) => {
                    DecoratorRole::Other
                }
                role => role,
            },
        }
    }

    /// `typing.overload` and `typing.override`; called, they are something else's.
    fn typing_role(&self, decorator: &ast::Expr) -> Option<DecoratorRole> {
        let path = self.typing.resolve(decorator)?;
        match path.rsplit_once('.')?.1 {
            "overload" => Some(DecoratorRole::Overload),
            "override" => Some(DecoratorRole::Override),
            _ => None,
        }
    }

    /// Whether a decorator's path begins in a library of commands, or at a name of the module that
    /// one of its functions or classes made: `app = typer.Typer()`, or a group such as `@cli.command`.
    fn is_of_command_library(&self, path: &str) -> bool {
        let head = path.split('.').next().unwrap_or(path);
        let is_library = |head: &str| {
            matches!(
                head,
                "click" | "typer" | "asyncclick" | "rich_click" | "cloup" | "click_extra"
            )
        };
        let is_web = |last: &str| !matches!(last, "command" | "group" | "callback");
        let last = path.rsplit('.').next().unwrap_or(path);
        is_library(head)
            || is_web(last)
            || self
                .imports
                .made_by(head)
                .is_some_and(|maker| is_library(maker.split('.').next().unwrap_or(maker)))
            || self
                .definitions
                .iter()
                .any(|one| one.name == head && one.has_role(DecoratorRole::Command))
    }

    fn docstring(&self, body: &[Stmt]) -> Option<ExistingDocstring> {
        let literal = placement::docstring_of(body)?;
        let range = byte_range(literal.range());
        let written = self.text.get(range.clone()).unwrap_or_default();
        let value = python_value(literal.value.to_str(), written);
        let verbatim_at = literal.as_single_part_string().and_then(|part| {
            let start = part.content_range().start().to_usize();
            let content = self.text.get(start..start + value.len())?;
            (content == value).then_some(start)
        });
        let parts = literal.value.iter().map(|part| byte_range(part.range()));
        Some(ExistingDocstring {
            range,
            parts: parts.collect(),
            value,
            verbatim_at,
        })
    }
}

/// What Python reads: the parser keeps the file's line ends, Python turns them into `\n`; a
/// carriage return that an escape wrote stays.
pub(super) fn python_value(value: &str, literal: &str) -> String {
    if literal.contains('\r') {
        value.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        value.to_owned()
    }
}

/// What both classes and functions have when they are met.
struct Found<'a> {
    name: &'a ast::Identifier,
    kind: Kind,
    decorators: Vec<Decorator>,
    body: &'a [Stmt],
    range: ruff_text_size::TextRange,
    placement: Placement,
    facts: BodyFacts,
    scope: Scope,
}
