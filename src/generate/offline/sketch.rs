//! What is known of a definition that a draft is made for, and how parts of its code are told.

use std::collections::HashSet;

use super::english::{Noun, article, is_adjective, is_one_of};
use crate::docstring::words::words_of;
use crate::python::{Assignment, Bodies, Body, Definition, Form, Kind, Module, Parameter, Term};

/// Expressions longer than this are not quoted.
pub(super) const MAX_QUOTED_CHARS: usize = 60;

/// A definition, with all that a draft of it is made from.
pub(super) struct Sketch<'a> {
    pub(super) module: &'a Module,
    pub(super) definition: &'a Definition,
    /// The class of a method.
    pub(super) class: Option<&'a Definition>,
    pub(super) bodies: &'a Bodies,
    pub(super) body: &'a Body,
    /// Names that the body itself binds.
    locals: HashSet<&'a str>,
}

impl<'a> Sketch<'a> {
    pub(super) fn new(
        module: &'a Module,
        definition: &'a Definition,
        bodies: &'a Bodies,
        body: &'a Body,
    ) -> Self {
        let parent = definition.parent.and_then(|at| module.definitions.get(at));
        let mut locals = HashSet::new();
        for assignment in &body.assignments {
            locals.extend(assignment.target.name());
        }
        for (target, _) in &body.loops {
            names_of(target, &mut locals);
        }
        let given = definition.signature.iter().flat_map(|one| &one.parameters);
        for parameter in given {
            locals.remove(parameter.name.as_str());
        }
        Self {
            module,
            definition,
            class: parent.filter(|_| definition.kind == Kind::Method),
            bodies,
            body,
            locals,
        }
    }

    /// The thing that the class stands for: «order line».
    pub(super) fn instance_noun(&self) -> Option<String> {
        let class = self.class?;
        if is_exception(class) {
            return Some("exception".to_owned());
        }
        class_noun(class)
    }

    /// «the order line», or «the instance» where the class's name says nothing.
    pub(super) fn instance(&self) -> String {
        match self.instance_noun() {
            Some(noun) => format!("the {noun}"),
            None => "the instance".to_owned(),
        }
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&'a Parameter> {
        let mut given = self.definition.given_parameters();
        given.find(|one| one.name == name)
    }

    /// The parameters that a call must give, by name or by place.
    pub(super) fn required(&self) -> impl Iterator<Item = &'a Parameter> {
        let parameters = self.definition.documented_parameters();
        parameters.filter(|one| one.default.is_none() && one.kind.stars().is_empty())
    }

    /// The annotation of what is returned, without quotes around it.
    pub(super) fn returned_type(&self) -> Option<&'a str> {
        let signature = self.definition.signature.as_ref()?;
        signature.returns.as_deref().map(without_quotes)
    }

    pub(super) fn is_local(&self, name: &str) -> bool {
        self.locals.contains(name)
    }

    /// What a local name was given, if it was given one thing only.
    pub(super) fn origin(&self, name: &str) -> Option<&'a Term> {
        if !self.is_local(name) {
            return None;
        }
        let mut given = self.assignments_of(name);
        let only = given.next()?;
        let mut bound = HashSet::new();
        for (target, _) in &self.body.loops {
            names_of(target, &mut bound);
        }
        (given.next().is_none() && !bound.contains(name))
            .then_some(only.value.as_ref())
            .flatten()
    }

    pub(super) fn assignments_of(&self, name: &str) -> impl Iterator<Item = &'a Assignment> {
        let all = self.body.assignments.iter();
        all.filter(move |one| one.target.name() == Some(name))
    }

    /// What a name of a `for` goes through.
    pub(super) fn gone_through(&self, name: &str) -> Option<&'a Term> {
        let mut loops = self.body.loops.iter();
        let found = loops.find(|(target, _)| target.name() == Some(name));
        found.map(|(_, over)| over)
    }

    /// The expression in backticks, if a reader of the docstring knows each name in it and it is
    /// short and plain enough.
    pub(super) fn quoted(&self, term: &Term) -> Option<String> {
        let text = quotable(&term.text)?;
        (!self.mentions_local(text)).then(|| format!("`{text}`"))
    }

    fn mentions_local(&self, text: &str) -> bool {
        let is_part = |c: char| !(c.is_alphanumeric() || c == '_' || c == '.');
        text.split(is_part)
            .any(|path| self.is_local(path.split('.').next().unwrap_or_default()))
    }

    /// How a term is told where it is what a sentence speaks of: «`rate`», «the user's age», «3».
    pub(super) fn told(&self, term: &Term) -> Option<String> {
        match &term.form {
            Form::Number => quotable(&term.text).map(str::to_owned),
            Form::Name(name) if name == "self" && self.class.is_some() => Some(self.instance()),
            Form::Name(name) if self.is_local(name) => self.told_local(name),
            Form::Attribute(value, name) => {
                if value.name() == Some("self") {
                    return if name.starts_with('_') {
                        Some(Self::told_private(name))
                    } else {
                        self.quoted(term)
                    };
                }
                if let Some(quoted) = self.quoted(term) {
                    return Some(quoted);
                }
                let owner = self.told(value)?;
                let noun = Noun::of(name)?;
                let possessive = if owner.ends_with('s') { "'" } else { "'s" };
                (!owner.contains('`') && !is_adjective(noun.text()))
                    .then(|| format!("{owner}{possessive} {}", noun.text()))
            }
            Form::Await(value) => self.told(value),
            _ => self.quoted(term),
        }
    }

    /// A local name is nothing to a reader, so its words or its origin are told.
    fn told_local(&self, name: &str) -> Option<String> {
        let noun = Noun::of(name).filter(|noun| !is_vague(noun.text()));
        if let Some(noun) = noun
            && self.origin(name).is_none_or(|term| term.call().is_some())
        {
            return Some(noun.with_the());
        }
        let origin = self.origin(name)?;
        self.quoted(origin).filter(|quoted| quoted.len() <= 42)
    }

    /// A private attribute by its words: «the buffer».
    fn told_private(name: &str) -> String {
        let noun = Noun::of(name).filter(|noun| !is_vague(noun.text()));
        noun.map_or_else(|| format!("`self.{name}`"), |noun| noun.with_the())
    }
}

/// The thing that a class stands for; `None` for a name without a word.
pub(super) fn class_noun(class: &Definition) -> Option<String> {
    let words = words_of(&class.name);
    let is_extra = |word: &String| matches!(word.as_str(), "base" | "abstract" | "impl" | "mixin");
    let kept: Vec<String> = words
        .iter()
        .filter(|word| !is_extra(word))
        .cloned()
        .collect();
    let words = if kept.is_empty() { words } else { kept };
    if words.iter().all(|word| word.len() < 2) {
        return None;
    }
    let noun = Noun::of_words(&words).text().to_owned();
    // `OrderCancelled(Event)` is an event; an adjective alone stands for nothing.
    let last = words.last().map_or("", String::as_str);
    if is_adjective(last) || super::english::is_participle(last) {
        let base = class.bases.iter().find_map(|base| class_of(base));
        let kind = base.and_then(|base| words_of(base).pop());
        let kind = kind.filter(|kind| {
            kind.len() > 3 && !matches!(kind.as_str(), "object" | "base" | "abstract" | "enum")
        });
        return match kind {
            Some(kind) if kind != last => Some(format!("{noun} {kind}")),
            _ => (words.len() > 1).then_some(noun),
        };
    }
    Some(noun)
}

/// Whether a class is an exception, by its name and bases.
pub(super) fn is_exception(class: &Definition) -> bool {
    let ends = |name: &str| {
        ["Error", "Exception", "Warning"]
            .iter()
            .any(|end| name.ends_with(end))
    };
    class.bases.iter().any(|base| ends(base)) || (!class.bases.is_empty() && ends(&class.name))
}

/// Words that tell nothing about a value.
pub(super) fn is_vague(noun: &str) -> bool {
    is_adjective(noun)
        || is_one_of(
            noun,
            "\
        result results value temporary rv data object item out tmp self ok left right other res kind \
        flag string integer list dictionary obj function number dummy foo bar baz wanted match m \
        pending running remaining existing ret class stuff thing things",
        )
}

fn names_of<'t>(target: &'t Term, names: &mut HashSet<&'t str>) {
    match &target.form {
        Form::Name(name) => {
            names.insert(name);
        }
        Form::Series(_, parts) => {
            for part in parts {
                names_of(part, names);
            }
        }
        _ => {}
    }
}

/// An expression that can be quoted in prose: one short line without characters that mean
/// something in docstrings or that a reader cannot see.
pub(super) fn quotable(expression: &str) -> Option<&str> {
    let fits = !expression.is_empty() && expression.chars().count() <= MAX_QUOTED_CHARS;
    let plain = expression.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    let safe = !["`", "\"\"\"", "'''", ">>>", "\\"]
        .iter()
        .any(|part| expression.contains(part));
    (fits && plain && safe).then_some(expression)
}

/// An annotation without the quotes around all of it.
pub(super) fn without_quotes(annotation: &str) -> &str {
    annotation.trim_matches(['"', '\''])
}

/// An annotation without `Optional[...]` and `| None`, and whether it had one of them.
pub(super) fn without_none(annotation: &str) -> (&str, bool) {
    let annotation = without_quotes(annotation.trim());
    let inner = annotation
        .strip_prefix("Optional[")
        .or_else(|| annotation.strip_prefix("typing.Optional["))
        .or_else(|| annotation.strip_prefix("t.Optional["));
    if let Some(inner) = inner.and_then(|inner| inner.strip_suffix(']')) {
        return (without_quotes(inner), true);
    }
    if let Some(inner) = annotation
        .strip_suffix("| None")
        .or_else(|| annotation.strip_prefix("None |"))
    {
        return (without_quotes(inner.trim()), true);
    }
    (annotation, false)
}

/// The class that an annotation names, without its package and arguments; `None` for a union and
/// other expressions.
pub(super) fn class_of(annotation: &str) -> Option<&str> {
    let bare = annotation.split('[').next().unwrap_or_default().trim();
    let last = bare.rsplit('.').next().unwrap_or_default();
    let is_name = !last.is_empty() && last.chars().all(|c| c.is_alphanumeric() || c == '_');
    (is_name && !bare.contains(['|', ' '])).then_some(last)
}

/// The arguments of `Name[a, b]`.
pub(super) fn arguments_of(annotation: &str) -> Vec<&str> {
    let inner = annotation
        .split_once('[')
        .and_then(|(_, rest)| rest.strip_suffix(']'));
    let Some(inner) = inner else {
        return Vec::new();
    };
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, c) in inner.char_indices() {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(inner[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(inner[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// An annotation in words, with an article: «a string», «an `Order`», «a list of lines».
pub(super) fn type_words(annotation: &str) -> Option<String> {
    let (annotation, _) = without_none(annotation);
    let class = class_of(annotation)?;
    Some(match class {
        "str" => "a string".to_owned(),
        "int" => "an integer".to_owned(),
        "float" | "Decimal" | "complex" | "Fraction" => "a number".to_owned(),
        "bool" => "a Boolean".to_owned(),
        "bytes" | "bytearray" => "bytes".to_owned(),
        "list" | "List" => "a list".to_owned(),
        "dict" | "Dict" | "Mapping" | "MutableMapping" => "a dictionary".to_owned(),
        "set" | "Set" | "frozenset" | "FrozenSet" => "a set".to_owned(),
        "tuple" | "Tuple" => "a tuple".to_owned(),
        "Path" | "PurePath" => "a path".to_owned(),
        "Iterator" | "Generator" => "an iterator".to_owned(),
        "Any" | "object" | "None" | "Self" | "Union" | "Optional" | "Literal" | "TypeVar"
        | "Callable" => return None,
        class if class.len() > 1 && class.starts_with(char::is_uppercase) => {
            format!("{} `{class}`", article(class))
        }
        _ => return None,
    })
}

/// Whether an annotation is of something that can be empty.
pub(super) fn is_container(annotation: &str) -> bool {
    class_of(annotation).is_some_and(|class| {
        is_one_of(
            &class.to_lowercase(),
            "\
        str bytes list dict set tuple frozenset sequence mapping mutablemapping mutablesequence \
        collection deque counter defaultdict",
        )
    })
}

/// Whether a parameter is a switch.
pub(super) fn is_switch(parameter: &Parameter) -> bool {
    let annotation = parameter.annotation.as_deref().map(without_quotes);
    match annotation {
        Some(annotation) => {
            let inner = without_none(annotation).0;
            inner == "bool" || inner.split('|').any(|one| one.trim() == "bool")
        }
        None => matches!(parameter.default.as_deref(), Some("True" | "False")),
    }
}
