//! Reading a type out of code or prose.

use super::{Known, Type};

/// `text` at its commas outside of brackets and quotes.
pub(super) fn top_level_parts(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_usize, None);
    for (at, c) in text.char_indices() {
        match (c, quote) {
            (c, Some(open)) => quote = Some(open).filter(|open| c != *open),
            ('"' | '\'', None) => quote = Some(c),
            ('(' | '[' | '{', None) => depth += 1,
            (')' | ']' | '}', None) => depth = depth.saturating_sub(1),
            (',', None) if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// Whose words are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    Code,
    Prose,
}

/// Reads one text from front to back.
pub(super) struct Reader<'t, 'f> {
    rest: &'t str,
    words: Words,
    known: &'f dyn Fn(&str) -> Known,
    /// Words were met that no code has.
    pub(super) met_prose: bool,
    /// Brackets entered; a hostile text must not use up the stack.
    depth: usize,
}

/// Brackets deeper than this make a type unknown.
const MAX_DEPTH: usize = 24;

impl<'t, 'f> Reader<'t, 'f> {
    pub(super) fn new(text: &'t str, words: Words, known: &'f dyn Fn(&str) -> Known) -> Self {
        Self {
            rest: text.trim(),
            words,
            known,
            met_prose: false,
            depth: 0,
        }
    }

    /// The whole text as one type.
    pub(super) fn whole(&mut self) -> Option<Type> {
        let ty = self.union()?;
        self.skip_blanks();
        self.rest.is_empty().then_some(ty)
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, token: &str) -> bool {
        self.skip_blanks();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn take_word(&mut self, word: &str) -> bool {
        self.skip_blanks();
        let after = self.rest.strip_prefix(word);
        match after {
            Some(rest) if rest.starts_with(' ') => {
                self.rest = rest;
                self.met_prose = true;
                true
            }
            _ => false,
        }
    }

    fn union(&mut self) -> Option<Type> {
        if self.depth > MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let mut members = Vec::new();
        loop {
            match self.atom()? {
                Type::Union(inner) => members.extend(inner),
                one => members.push(one),
            }
            let goes_on = self.take("|") || self.words == Words::Prose && self.take_word("or");
            if !goes_on {
                break;
            }
        }
        self.depth -= 1;
        Some(match members.len() {
            1 => members.remove(0),
            _ => Type::Union(members),
        })
    }

    fn atom(&mut self) -> Option<Type> {
        self.skip_blanks();
        if self.take("...") {
            return Some(Type::Ellipsis);
        }
        if self.take("(") {
            let inner = self.union()?;
            return self.take(")").then_some(inner);
        }
        if self.words == Words::Code && self.take("[") {
            // The parameters of a `Callable`.
            self.list("]")?;
            return Some(Type::Unknown);
        }
        if self.words == Words::Prose && self.take("{") {
            return self.values("}");
        }
        for quote in ["\"", "'"] {
            if self.take(quote) {
                let (inner, rest) = self.rest.split_once(quote)?;
                self.rest = rest;
                let mut reader = Reader::new(inner, Words::Code, self.known);
                reader.depth = self.depth + 1;
                return reader.union().filter(|_| reader.rest.trim().is_empty());
            }
        }
        self.take_role();
        self.name()
    }

    /// `:class:` and the like before a name in backticks.
    fn take_role(&mut self) {
        if self.words == Words::Prose
            && let Some((_, rest)) = self
                .rest
                .strip_prefix(':')
                .and_then(|rest| rest.split_once(":`"))
        {
            self.rest = rest;
        }
        self.rest = self.rest.trim_start_matches(['`', '~', '!']);
    }

    fn name(&mut self) -> Option<Type> {
        let length = self
            .rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')))
            .unwrap_or(self.rest.len());
        let (path, rest) = self.rest.split_at(length);
        self.rest = rest.trim_start_matches('`');
        if path.is_empty() || path.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        if self.words == Words::Prose && self.take_word("of") {
            let member = self.union()?;
            let member = if self.take_word("to") {
                vec![member, self.union()?]
            } else {
                vec![member]
            };
            return Some(self.class(path, member));
        }
        if self.rest.starts_with('[') {
            self.rest = &self.rest[1..];
            let last = path.rsplit('.').next().unwrap_or(path);
            if last == "Literal" {
                return self.values("]");
            }
            if last == "Annotated" {
                return self.list("]").and_then(|list| list.into_iter().next());
            }
            let inner = self.list("]")?;
            return Some(self.class(path, inner));
        }
        Some(self.class(path, Vec::new()))
    }

    /// Types up to `close`.
    fn list(&mut self, close: &str) -> Option<Vec<Type>> {
        let mut types = Vec::new();
        loop {
            if self.take(close) {
                return Some(types);
            }
            // `Annotated[int, Field(gt=0)]`: what is no type is skipped.
            let before = self.rest;
            let ty = self.union().unwrap_or_else(|| {
                self.rest = before;
                Type::Unknown
            });
            types.push(ty);
            self.skip_blanks();
            if !self.rest.starts_with([',', ']', '}']) {
                self.skip_to_end_of_part();
            }
            if !self.take(",") && !self.rest.starts_with(close) {
                return None;
            }
        }
    }

    fn skip_to_end_of_part(&mut self) {
        let mut depth = 0_usize;
        let end = self.rest.char_indices().find(|(_, c)| {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' if depth > 0 => depth -= 1,
                ',' | ']' | '}' | ')' if depth == 0 => return true,
                _ => {}
            }
            false
        });
        self.rest = &self.rest[end.map_or(self.rest.len(), |(at, _)| at)..];
    }

    /// Literals up to `close`.
    fn values(&mut self, close: &str) -> Option<Type> {
        let end = self.rest.find(close)?;
        let (inside, rest) = self.rest.split_at(end);
        self.rest = &rest[close.len()..];
        let values = top_level_parts(inside).into_iter().map(|value| {
            let value = value.trim();
            match value
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'))
            {
                Some(inner) => format!("'{inner}'"),
                None => value.to_owned(),
            }
        });
        let values: Vec<String> = values.filter(|value| !value.is_empty()).collect();
        let has_none = values.iter().any(|value| value == "None");
        let literal = Type::Literal(values.into_iter().filter(|value| value != "None").collect());
        Some(if has_none {
            Type::Union(vec![literal, Type::None])
        } else {
            literal
        })
    }

    fn class(&mut self, path: &'t str, mut inner: Vec<Type>) -> Type {
        let (module, last) = path.rsplit_once('.').unwrap_or(("", path));
        match last {
            "None" => return Type::None,
            "Optional" if inner.len() == 1 => {
                let mut members = flattened(inner);
                members.push(Type::None);
                return Type::Union(members);
            }
            "Union" => return Type::Union(flattened(inner)),
            "Final" | "ClassVar" | "Required" | "NotRequired" | "ReadOnly" | "Annotated"
                if !inner.is_empty() =>
            {
                return inner.remove(0);
            }
            "Any" | "object" | "Self" | "LiteralString" | "Incomplete" => {
                return Type::Unknown;
            }
            _ => {}
        }
        let name = self.canonical(last);
        let is_lowercase = name.starts_with(char::is_lowercase);
        let is_prose_word = self.words == Words::Prose
            && is_lowercase
            && module.is_empty()
            && !BUILTIN.contains(&name);
        // `ArrayLike` is whatever can be made into an array.
        let is_variable = self.words == Words::Code
            && (name.ends_with("Like")
                || name.chars().count() <= 2 && name.starts_with(char::is_uppercase)
                || name == "AnyStr"
                || name.ends_with("_co")
                || name.ends_with("_contra"));
        let known = (self.known)(path);
        if is_prose_word || is_variable || known == Known::Alias {
            return Type::Unknown;
        }
        if name == "Callable" {
            inner.clear();
        }
        let name = name.trim_start_matches('_').to_owned();
        let is_standard = BUILTIN.contains(&name.as_str()) || TYPING.contains(&name.as_str());
        if known == Known::Elsewhere && !is_standard {
            Type::Foreign(name, inner)
        } else {
            Type::Named(name, inner)
        }
    }

    /// One spelling for the many of one class.
    fn canonical(&mut self, name: &'t str) -> &'t str {
        let code = match name {
            "List" => "list",
            "Dict" => "dict",
            "Tuple" => "tuple",
            "Set" => "set",
            "FrozenSet" => "frozenset",
            "Type" => "type",
            "Text" => "str",
            "DefaultDict" => "defaultdict",
            "Deque" => "deque",
            name => name,
        };
        if self.words == Words::Code {
            return code;
        }
        let prose = match code {
            "string" | "strings" | "strs" | "String" => "str",
            "integer" | "integers" | "ints" | "Integer" => "int",
            "boolean" | "booleans" | "bools" | "Boolean" => "bool",
            "floats" => "float",
            "dicts" | "dictionary" | "dictionaries" | "Dictionary" => "dict",
            "lists" => "list",
            "tuples" => "tuple",
            "sets" => "set",
            "callable" | "callables" => "Callable",
            "iterable" => "Iterable",
            "iterator" => "Iterator",
            "sequence" => "Sequence",
            "mapping" => "Mapping",
            "generator" => "Generator",
            name => name,
        };
        self.met_prose |= prose != code;
        prose
    }
}

fn flattened(types: Vec<Type>) -> Vec<Type> {
    types
        .into_iter()
        .flat_map(|ty| match ty {
            Type::Union(members) => members,
            one => vec![one],
        })
        .collect()
}

/// Classes of `typing` and `collections.abc`, which no alias stands behind.
pub(super) const TYPING: &[&str] = &[
    "AbstractSet",
    "AsyncGenerator",
    "AsyncIterable",
    "AsyncIterator",
    "Awaitable",
    "Callable",
    "Collection",
    "Container",
    "Coroutine",
    "Counter",
    "Generator",
    "Hashable",
    "Iterable",
    "Iterator",
    "Mapping",
    "MutableMapping",
    "MutableSequence",
    "MutableSet",
    "Never",
    "NoReturn",
    "OrderedDict",
    "Reversible",
    "Sequence",
    "Sized",
];

/// Classes in lower case that prose may name.
pub(super) const BUILTIN: &[&str] = &[
    "bool",
    "bytearray",
    "bytes",
    "complex",
    "defaultdict",
    "deque",
    "dict",
    "float",
    "frozenset",
    "int",
    "list",
    "memoryview",
    "range",
    "set",
    "slice",
    "str",
    "tuple",
    "type",
];
