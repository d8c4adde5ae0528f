//! Examples, against the signatures of what they call and the names that there are.

use super::frame::Frame;
use super::mention::Path;
use super::reply::ExampleText;
use crate::docstring::Example;
use crate::python::{
    DecoratorRole, Definition, ExampleCall, ExampleCode, Kind, Parameter, ParameterKind,
    STACK_BYTES, StandardLibrary, read_example,
};

/// Lines of one example at most.
const MAX_LINES: usize = 12;

/// After a statement that a run of the doctests must not carry out: what it does and prints is not
/// known without running it, and docgen runs nothing.
const SKIPPED: &str = "  # doctest: +SKIP";

/// What is wrong with an example.
pub(super) fn fault(
    text: &ExampleText,
    definition: &Definition,
    frame: &Frame<'_>,
) -> Option<String> {
    match read(text) {
        Ok(code) => Check { definition, frame }.fault(&code).or_else(|| {
            let indent = 4;
            let shown = shown(text, &code);
            let width = shown.lines().map(|line| line.chars().count()).max();
            let fits = width.unwrap_or_default() + indent <= frame.width;
            (!fits).then(|| "has lines that are too long for the file; break them".to_owned())
        }),
        Err(reason) => Some(reason),
    }
}

/// An example that has no fault, as a docstring holds it.
pub(super) fn example(text: &ExampleText) -> Option<Example> {
    let code = read(text).ok()?;
    Some(Example {
        text: text.description.clone(),
        code: shown(text, &code),
    })
}

/// The code with a mark at each statement that must not be run.
fn shown(text: &ExampleText, code: &ExampleCode) -> String {
    let marked = |at: usize| {
        let ends = |lines: &std::ops::Range<usize>| lines.end == at + 1;
        let mut statements = code.statements.iter();
        statements.any(|one| one.has_call && ends(&one.lines))
    };
    let lines = text.code.lines().enumerate().map(|(at, line)| {
        let mark = if marked(at) { SKIPPED } else { "" };
        format!("{line}{mark}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn read(text: &ExampleText) -> Result<ExampleCode, String> {
    let mut source = String::new();
    let lines: Vec<&str> = text.code.lines().collect();
    if !lines.first().is_some_and(|line| line.starts_with(">>> ")) {
        return Err("must begin with a line that starts with `>>> `".to_owned());
    }
    if lines.len() > MAX_LINES {
        return Err(format!("has more than {MAX_LINES} lines"));
    }
    for line in lines {
        if line.contains('#') {
            return Err("holds a comment; put the words before the code".to_owned());
        }
        let code = [">>> ", "... "]
            .iter()
            .find_map(|mark| line.strip_prefix(mark));
        let blank = matches!(line, ">>>" | "...").then_some("");
        let Some(code) = code.or(blank) else {
            return Err("has a prompt without a blank after it".to_owned());
        };
        source.push_str(code);
        source.push('\n');
    }
    parse(&source)
}

/// Reads the code on a stack that holds whatever a model may nest in it.
fn parse(source: &str) -> Result<ExampleCode, String> {
    let unread = || "could not be read".to_owned();
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        let reading = thread.spawn_scoped(scope, || read_example(source));
        let read = reading
            .map_err(|_| unread())?
            .join()
            .map_err(|_| unread())?;
        read.map_err(|error| format!("is no Python: {error}"))
    })
}

struct Check<'c> {
    definition: &'c Definition,
    frame: &'c Frame<'c>,
}

impl Check<'_> {
    fn fault(&self, code: &ExampleCode) -> Option<String> {
        if code.awaits_outside {
            return Some("awaits outside of a function; use `asyncio.run`".to_owned());
        }
        if !self.shows_it(code) {
            let name = &self.definition.name;
            return Some(format!("does not use `{name}`"));
        }
        let unknown_import = code.imports.iter().find(|path| !self.can_import(path));
        if let Some(path) = unknown_import {
            return Some(format!("imports `{path}`, which does not exist here"));
        }
        if let Some(name) = code.reads.iter().find(|name| !self.can_read(name)) {
            return Some(format!("uses `{name}`, which does not exist here"));
        }
        let attributes = code.attributes.iter();
        let imported = |name: &str| code.imports.iter().any(|path| path.ends_with(name));
        let unknown = attributes
            .filter(|name| !imported(name))
            .find(|name| !self.is_outside(code, name) && !self.has(&["x", name]));
        if let Some(name) = unknown {
            return Some(format!("uses `{name}`, which does not exist here"));
        }
        code.calls.iter().find_map(|call| self.misfit(call))
    }

    /// An attribute that is only read from packages that nobody here can see into.
    fn is_outside(&self, code: &ExampleCode, attribute: &str) -> bool {
        let mut with = code
            .reads
            .iter()
            .filter(|name| name.rsplit('.').next() == Some(attribute));
        with.any(|name| self.can_read(name) && name.contains('.'))
    }

    fn has(&self, parts: &[&str]) -> bool {
        let [_, rest @ ..] = parts else { return false };
        let path = Path {
            parts: rest.to_vec(),
            is_attribute: true,
        };
        self.frame.has_path(&path)
    }

    /// Whether the example is about the definition.
    fn shows_it(&self, code: &ExampleCode) -> bool {
        let definition = self.definition;
        match definition.kind {
            Kind::Module | Kind::Package => !code.statements.is_empty(),
            Kind::NestedFunction => false,
            _ if definition.is_property() => code.attributes.contains(&definition.name),
            _ => code.calls.iter().any(|call| self.is_call_of_it(call)),
        }
    }

    fn is_call_of_it(&self, call: &ExampleCall) -> bool {
        let name = self.definition.name.as_str();
        let last = call.callee.rsplit('.').next().unwrap_or_default();
        match self.definition.kind {
            Kind::Method if name == "__init__" => {
                self.class().is_some_and(|class| class.name == last)
            }
            Kind::Method => last == name && call.callee.contains('.'),
            _ => last == name,
        }
    }

    fn class(&self) -> Option<&Definition> {
        let parent = self.definition.parent?;
        self.frame.module.definitions.get(parent)
    }

    /// Whether a name can be read where the module's own doctests run.
    fn can_read(&self, dotted: &str) -> bool {
        let parts: Vec<&str> = dotted.split('.').collect();
        let Some(head) = parts.first() else {
            return false;
        };
        let definitions = &self.frame.module.definitions;
        let mut own = definitions.iter();
        let is_top =
            own.any(|one| one.name == *head && matches!(one.kind, Kind::Class | Kind::Function));
        let mut imports = self.frame.module.imports.iter();
        let is_imported = imports.any(|(bound, _)| bound == head);
        let is_there = is_top
            || is_imported
            || StandardLibrary::get().is_builtin(head)
            || self.frame.module.aliases.iter().any(|alias| alias == head)
            || self.frame.is_assigned(head);
        let path = Path {
            parts,
            is_attribute: false,
        };
        is_there && self.frame.has_path(&path)
    }

    fn can_import(&self, path: &str) -> bool {
        let library = StandardLibrary::get();
        if let Some((module, name)) = path.rsplit_once('.')
            && library.has_module(module)
        {
            return library.has_name(module, name) || library.has_module(path);
        }
        library.has_module(path) || self.frame.can_import(path)
    }

    /// A keyword that nothing here has, for a constructor that is not seen.
    fn unknown_keyword(&self, call: &ExampleCall) -> Option<String> {
        let mut keywords = call.keywords.iter();
        let unknown = keywords.find(|name| !self.has(&["x", name]));
        unknown.map(|name| format!("gives the argument `{name}`, which does not exist here"))
    }

    /// What is wrong with a call of the definition itself, or of another function of the module.
    fn misfit(&self, call: &ExampleCall) -> Option<String> {
        if self.is_call_of_it(call) && self.definition.is_function() {
            return misfit(self.definition, call);
        }
        let definitions = &self.frame.module.definitions;
        let last = call.callee.rsplit('.').next().unwrap_or_default();
        let called = definitions
            .iter()
            .enumerate()
            .find(|(_, one)| one.name == last && matches!(one.kind, Kind::Class | Kind::Function));
        match called {
            Some((_, function)) if function.is_function() => misfit(function, call),
            Some((index, class)) => {
                let inits = definitions.iter().filter(|one| one.parent == Some(index));
                let init = inits.into_iter().find(|one| one.name == "__init__");
                match init {
                    Some(init) => misfit(init, call),
                    None => unknown_field(class, call).or_else(|| self.unknown_keyword(call)),
                }
            }
            None => None,
        }
    }
}

/// A keyword that a class without a constructor of its own cannot take, as far as its fields tell.
fn unknown_field(class: &Definition, call: &ExampleCall) -> Option<String> {
    let knows_all = class.has_role(DecoratorRole::Dataclass) && class.bases.is_empty();
    let has = |name: &String| class.facts.attributes.iter().any(|one| one.name == *name);
    let unknown = call.keywords.iter().find(|name| !has(name));
    let name = &class.name;
    unknown
        .filter(|_| knows_all)
        .map(|keyword| format!("gives `{name}` the argument `{keyword}`, which it does not take"))
}

/// Why a call does not fit a function's signature.
fn misfit(function: &Definition, call: &ExampleCall) -> Option<String> {
    // What a decorator makes of the signature is not known, but for those of Python's own.
    let keeps = |role: DecoratorRole| {
        !matches!(
            role,
            DecoratorRole::Other | DecoratorRole::Command | DecoratorRole::Fixture
        )
    };
    if !function.decorators.iter().all(|one| keeps(one.role)) {
        return None;
    }
    let name = &function.name;
    let given: Vec<&Parameter> = function.given_parameters().collect();
    let has = |kind: ParameterKind| given.iter().any(|one| one.kind == kind);
    let positional: Vec<&&Parameter> = given
        .iter()
        .filter(|one| {
            matches!(
                one.kind,
                ParameterKind::PositionalOnly | ParameterKind::PositionalOrKeyword
            )
        })
        .collect();
    if call.positional > positional.len() && !has(ParameterKind::VarPositional) {
        return Some(format!("gives `{name}` more arguments than it takes"));
    }
    let filled = &positional[..call.positional.min(positional.len())];
    for keyword in &call.keywords {
        let parameter = given.iter().find(|one| one.name == *keyword);
        let fits = parameter.is_some_and(|one| {
            matches!(
                one.kind,
                ParameterKind::PositionalOrKeyword | ParameterKind::KeywordOnly
            )
        });
        if !fits && !has(ParameterKind::VarKeyword) {
            return Some(format!(
                "gives `{name}` the argument `{keyword}`, which it does not take"
            ));
        }
        if filled.iter().any(|one| one.name == *keyword) {
            return Some(format!("gives `{name}` the argument `{keyword}` twice"));
        }
    }
    let is_missing = |one: &&&Parameter| {
        let is_filled = filled.iter().any(|filled| filled.name == one.name);
        let is_open = !one.kind.stars().is_empty();
        !is_open && one.default.is_none() && !is_filled && !call.keywords.contains(&one.name)
    };
    let missing = given.iter().find(is_missing).filter(|_| !call.is_open);
    missing.map(|one| format!("does not give `{name}` its argument `{}`", one.name))
}
