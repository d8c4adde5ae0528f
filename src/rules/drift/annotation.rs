//! Types as docstrings and annotations write them, and whether one contradicts the other.
//!
//! A docstring's type is prose as often as code. What cannot be read as a type is unknown and
//! contradicts nothing; what differs only in spelling (`Optional[int]`, `int or None`) is the same.

/// A type, as far as two spellings can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Type {
    /// Prose, `Any`, a type variable: it agrees with everything.
    Unknown,
    /// `None`
    None,
    /// `...`
    Ellipsis,
    /// A class by its last name, and what stands in its brackets.
    Named(String, Vec<Type>),
    /// A name from elsewhere, which may stand for a class or for any type.
    Foreign(String, Vec<Type>),
    /// One of several, none of them a union.
    Union(Vec<Type>),
    /// Values, as written.
    Literal(Vec<String>),
}

/// What a type in a docstring says besides the type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Documented {
    /// The type.
    pub(super) ty: Type,
    /// It is prose (`list of str`), which is held to less than code is.
    pub(super) is_prose: bool,
    /// «optional» stands beside it.
    pub(super) is_optional: bool,
}

/// What a module tells of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// A class that it defines.
    Class,
    /// Bound by an assignment or a `type` statement: any type.
    Alias,
    /// Python's, or imported.
    Elsewhere,
}

/// Whether a documented type describes what goes in or what comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Argument,
    Result,
}

/// Reads an annotation of a module that knows its names.
pub(super) fn annotation(text: &str, known: &dyn Fn(&str) -> Known) -> Type {
    let mut reader = Reader::new(text, Words::Code, known);
    reader.whole().unwrap_or(Type::Unknown)
}

/// Reads the type in a docstring: `int`, `list of str, optional`, `{'a', 'b'}`.
pub(super) fn documented(text: &str) -> Documented {
    let mut parts = top_level_parts(text);
    let mut is_optional = false;
    while let Some(last) = parts.last() {
        let word = last.trim().to_ascii_lowercase();
        let is_default = word.starts_with("default");
        is_optional |= word == "optional" || is_default;
        if parts.len() > 1 && (is_default || is_modifier(&word)) {
            parts.pop();
        } else {
            break;
        }
    }
    let text = match (parts.first(), parts.last()) {
        (Some(first), Some(last)) => {
            let end = last.as_ptr().addr() + last.len() - first.as_ptr().addr();
            let offset = first.as_ptr().addr() - text.as_ptr().addr();
            text.get(offset..offset + end).unwrap_or_default().trim()
        }
        _ => "",
    };
    let text = text.strip_suffix("(optional)").map_or(text, |rest| {
        is_optional = true;
        rest.trim_end()
    });
    let mut reader = Reader::new(text, Words::Prose, &|_| Known::Class);
    let ty = reader.whole().unwrap_or(Type::Unknown);
    Documented {
        ty,
        is_prose: reader.met_prose,
        is_optional,
    }
}

fn is_modifier(word: &str) -> bool {
    matches!(
        word,
        "optional" | "required" | "keyword-only" | "keyword only" | "positional-only" | "kw-only"
    )
}

/// Whether `documented` says something else than `annotated`.
pub(super) fn contradicts(documented: &Documented, annotated: &Type, side: Side) -> bool {
    let members = |ty: &Type| match ty {
        Type::Union(members) => members.clone(),
        one => vec![one.clone()],
    };
    let (said, meant) = (members(&documented.ty), members(annotated));
    if said.contains(&Type::Unknown) || meant.contains(&Type::Unknown) {
        return false;
    }
    let some = |types: &[Type]| {
        let not_none = types.iter().filter(|ty| **ty != Type::None);
        not_none.cloned().collect::<Vec<_>>()
    };
    let says_none = said.contains(&Type::None) || documented.is_optional;
    let means_none = meant.contains(&Type::None);
    let may_be_none = means_none || meant.iter().any(|ty| matches!(ty, Type::Foreign(..)));
    if means_none && !says_none || said.contains(&Type::None) && !may_be_none {
        return true;
    }
    let (said, meant) = (some(&said), some(&meant));
    // A union told for one imported name spells out what the name stands for.
    if said.len() > 1 && matches!(meant.as_slice(), [Type::Foreign(..)]) {
        return false;
    }
    let agrees = |one: &Type, other: &Type| agree(one, other, documented.is_prose, side);
    said.iter()
        .any(|one| !meant.iter().any(|other| agrees(one, other)))
        || meant
            .iter()
            .any(|other| !said.iter().any(|one| agrees(one, other)))
}

/// Whether a member of the documented type and one of the annotation can be the same.
fn agree(said: &Type, meant: &Type, is_prose: bool, side: Side) -> bool {
    match (said, meant) {
        (Type::Unknown, _) | (_, Type::Unknown) => true,
        (Type::Literal(values), Type::Named(name, _))
        | (Type::Named(name, _), Type::Literal(values)) => {
            values.iter().all(|value| literal_type(value) == name)
        }
        (Type::Literal(said), Type::Literal(meant)) => {
            said.iter().all(|value| meant.contains(value))
                && meant.iter().all(|value| said.contains(value))
        }
        // A class by another name, unless a builtin is said: that may be what the name stands for.
        (Type::Named(said, inner), Type::Foreign(meant, other)) => {
            said == meant && arguments_agree(inner, other, is_prose, side)
                || BUILTIN.contains(&said.as_str())
                || TYPING.contains(&said.as_str())
        }
        (Type::Named(said, inner), Type::Named(meant, other)) => {
            let is_same = said == meant
                || match side {
                    Side::Argument => is_kind_of(said, meant),
                    Side::Result => is_kind_of(meant, said),
                };
            is_same && arguments_agree(inner, other, is_prose, side)
        }
        (Type::Union(_), _) | (_, Type::Union(_)) => {
            let said = Documented {
                ty: said.clone(),
                is_prose,
                is_optional: false,
            };
            !contradicts(&said, meant, side)
        }
        (one, other) => one == other,
    }
}

fn arguments_agree(said: &[Type], meant: &[Type], is_prose: bool, side: Side) -> bool {
    // Fewer words are no other words.
    if said.is_empty() || meant.is_empty() {
        return true;
    }
    let open = |types: &[Type]| types.last() == Some(&Type::Ellipsis);
    let pairs_agree = || {
        said.iter()
            .zip(meant)
            .all(|(one, other)| agree(one, other, is_prose, side))
    };
    if is_prose && (said.len() != meant.len()) || open(said) != open(meant) && is_prose {
        // `tuple of int` is one kind of member, however many there are.
        return said
            .first()
            .zip(meant.first())
            .is_some_and(|(one, other)| agree(one, other, true, side));
    }
    said.len() == meant.len() && pairs_agree()
}

/// Whether `narrow` is one of the kinds of `wide`, among Python's containers.
fn is_kind_of(narrow: &str, wide: &str) -> bool {
    let kinds: &[&str] = match wide {
        "Iterable" | "Collection" | "Container" => &[
            "list",
            "tuple",
            "set",
            "frozenset",
            "dict",
            "str",
            "Sequence",
            "Mapping",
            "Iterator",
            "Generator",
            "Collection",
            "Iterable",
            "deque",
        ],
        "Sequence" => &["list", "tuple", "str", "deque"],
        "MutableSequence" => &["list", "deque"],
        "Mapping" | "MutableMapping" => &["dict", "defaultdict", "OrderedDict", "Counter"],
        "Iterator" => &["Generator", "Iterable"],
        "AsyncIterator" | "AsyncIterable" => &["AsyncGenerator", "AsyncIterator"],
        "AbstractSet" | "MutableSet" => &["set", "frozenset"],
        _ => return false,
    };
    kinds.contains(&narrow)
}

fn literal_type(value: &str) -> &'static str {
    let unprefixed = value.trim_start_matches(['b', 'B']);
    match value.chars().next() {
        Some('b' | 'B') if unprefixed.starts_with(['\'', '"']) => "bytes",
        Some('\'' | '"') => "str",
        Some('0'..='9' | '-') if value.contains('.') => "float",
        Some('0'..='9' | '-') => "int",
        _ if matches!(value, "True" | "False") => "bool",
        _ => "",
    }
}

/// `text` at its commas outside of brackets and quotes.
fn top_level_parts(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_usize, None);
    for (at, c) in text.char_indices() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (_, Some(_)) => {}
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
enum Words {
    Code,
    Prose,
}

struct Reader<'t, 'f> {
    rest: &'t str,
    words: Words,
    known: &'f dyn Fn(&str) -> Known,
    met_prose: bool,
    /// Brackets entered; a hostile text must not use up the stack.
    depth: usize,
}

/// Brackets deeper than this make a type unknown.
const MAX_DEPTH: usize = 24;

impl<'t, 'f> Reader<'t, 'f> {
    fn new(text: &'t str, words: Words, known: &'f dyn Fn(&str) -> Known) -> Self {
        Self {
            rest: text.trim(),
            words,
            known,
            met_prose: false,
            depth: 0,
        }
    }

    /// The whole text as one type.
    fn whole(&mut self) -> Option<Type> {
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
            return self.class(path, member);
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
            return self.class(path, inner);
        }
        self.class(path, Vec::new())
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
            match self.union() {
                Some(ty) => types.push(ty),
                None => {
                    self.rest = before;
                    types.push(Type::Unknown);
                }
            }
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

    fn class(&mut self, path: &'t str, mut inner: Vec<Type>) -> Option<Type> {
        let (module, last) = path.rsplit_once('.').unwrap_or(("", path));
        match last {
            "None" => return Some(Type::None),
            "Optional" if inner.len() == 1 => {
                let mut members = flattened(inner);
                members.push(Type::None);
                return Some(Type::Union(members));
            }
            "Union" => return Some(Type::Union(flattened(inner))),
            "Final" | "ClassVar" | "Required" | "NotRequired" | "ReadOnly" | "Annotated"
                if !inner.is_empty() =>
            {
                return Some(inner.remove(0));
            }
            "Any" | "object" | "Self" | "LiteralString" | "Incomplete" => {
                return Some(Type::Unknown);
            }
            _ => {}
        }
        let name = self.canonical(last);
        let is_lowercase = name.starts_with(char::is_lowercase);
        let is_prose_word = self.words == Words::Prose
            && is_lowercase
            && module.is_empty()
            && !BUILTIN.contains(&name);
        let is_variable = name.chars().count() <= 2 && name.starts_with(char::is_uppercase)
            || name == "AnyStr"
            || name.ends_with("_co")
            || name.ends_with("_contra");
        let known = (self.known)(last);
        if is_prose_word || is_variable || known == Known::Alias {
            return Some(Type::Unknown);
        }
        if name == "Callable" {
            inner.clear();
        }
        let name = name.trim_start_matches('_').to_owned();
        let is_standard = BUILTIN.contains(&name.as_str()) || TYPING.contains(&name.as_str());
        Some(if known == Known::Elsewhere && !is_standard {
            Type::Foreign(name, inner)
        } else {
            Type::Named(name, inner)
        })
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
const TYPING: &[&str] = &[
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
const BUILTIN: &[&str] = &[
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
