//! Types as docstrings and annotations write them, and whether one contradicts the other.
//!
//! A docstring's type is prose as often as code. What cannot be read as a type is unknown and
//! contradicts nothing; what differs only in spelling (`Optional[int]`, `int or None`) is the same.

mod reader;

use reader::{BUILTIN, Reader, TYPING, Words, top_level_parts};

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
    /// Bound by an assignment or a `type` statement, here or in a module that is for such names: any type.
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

/// The type of a docstring's `int, optional` or `int, default 5` without what follows it.
pub(super) fn type_in(text: &str) -> &str {
    split_modifiers(text).0
}

/// The type, and whether «optional» or a default stands beside it.
fn split_modifiers(text: &str) -> (&str, bool) {
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
    match text.strip_suffix("(optional)") {
        Some(rest) => (rest.trim_end(), true),
        None => (text, is_optional),
    }
}

/// Reads the type in a docstring: `int`, `list of str, optional`, `{'a', 'b'}`.
pub(super) fn documented(text: &str) -> Documented {
    let (text, is_optional) = split_modifiers(text);
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
    if said.contains(&Type::Unknown) {
        return false;
    }
    let says_none = said.contains(&Type::None) || documented.is_optional;
    let means_none = meant.contains(&Type::None);
    if means_none && !says_none && side == Side::Result {
        return true;
    }
    if meant.contains(&Type::Unknown) {
        return false;
    }
    let some = |types: &[Type]| {
        let not_none = types.iter().filter(|ty| **ty != Type::None);
        not_none.cloned().collect::<Vec<_>>()
    };
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
    if is_prose && (said.len() != meant.len() || open(said) != open(meant)) {
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
