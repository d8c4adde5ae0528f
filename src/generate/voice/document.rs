//! Which documented definitions are fit to be examples, how each is shown, and by which words it
//! is found.

use std::collections::{BTreeSet, HashSet};

use crate::config::RuleSet;
use crate::docstring::{Claims, clean, cleandoc};
use crate::generate::mask::Masks;
use crate::generate::select::{AnalyzedFile, is_shown_to_users, is_test};
use crate::generate::words::{is_verb, words_of};
use crate::python::{DecoratorRole, Definition, Kind, ParameterKind, Signature};
use crate::rules;
use crate::store::{Document, SearchText};

/// Characters of a docstring that are shown at most: an example is for its manner.
const LONGEST: usize = 700;

/// Characters of a header that are shown at most.
const LONGEST_HEADER: usize = 240;

/// Words that a docstring has at least.
const FEWEST_WORDS: usize = 3;

/// Words of a docstring that it is found by at most.
const MOST_WORDS: usize = 250;

/// What a docstring has sections about, and what its definition is; as bits, so that they are kept
/// in one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Traits(pub(super) u32);

impl Traits {
    const ARGS: u32 = 1;
    const RETURNS: u32 = 1 << 1;
    const YIELDS: u32 = 1 << 2;
    const RAISES: u32 = 1 << 3;
    const ATTRIBUTES: u32 = 1 << 4;
    const SECTIONS: u32 = (1 << 5) - 1;
    const TIDY: u32 = 1 << 5;
    const METHOD: u32 = 1 << 8;
    const ASYNC: u32 = 1 << 9;
    const GENERATOR: u32 = 1 << 10;
    const KIND: u32 = Self::METHOD | Self::ASYNC | Self::GENERATOR;

    /// What the docstring of a definition should have.
    pub(super) fn wanted(definition: &Definition) -> Self {
        let sections = [
            (
                definition.documented_parameters().next().is_some(),
                Self::ARGS,
            ),
            (definition.returns_value(), Self::RETURNS),
            (definition.yields(), Self::YIELDS),
            (definition.raised().next().is_some(), Self::RAISES),
        ];
        let wanted = sections.into_iter().filter(|(is_wanted, _)| *is_wanted);
        let wanted = wanted.fold(0, |all, (_, one)| all | one);
        let attributes = definition.facts.attributes.iter();
        let is_class = matches!(definition.kind, Kind::Class | Kind::NestedClass);
        let has_attributes = is_class && attributes.len() > 0;
        let attributes = if has_attributes { Self::ATTRIBUTES } else { 0 };
        Self(wanted | kind_bits(definition) | attributes)
    }

    /// What the docstring of a definition has.
    fn found(definition: &Definition, shown: &str) -> Self {
        let claims = Claims::read(shown);
        let has_attributes = shown.lines().any(|line| {
            let line = line.trim();
            matches!(line, "Attributes:" | "Attributes") || line.starts_with(":ivar ")
        });
        let sections = [
            (!claims.arguments.is_empty(), Self::ARGS),
            (claims.returns.is_some(), Self::RETURNS),
            (claims.yields.is_some(), Self::YIELDS),
            (claims.raises.is_some(), Self::RAISES),
            (has_attributes, Self::ATTRIBUTES),
        ];
        let found = sections.into_iter().filter(|(is_found, _)| *is_found);
        let found = found.fold(0, |all, (_, one)| all | one);
        let tidy = if is_tidy(definition, shown) {
            Self::TIDY
        } else {
            0
        };
        Self(found | kind_bits(definition) | tidy)
    }

    /// Whether the docstring begins as a new one would.
    pub(super) fn is_tidy(self) -> bool {
        self.0 & Self::TIDY != 0
    }

    /// How many of the sections that `self` wants `other` has, as a share; 1 if it wants none.
    pub(super) fn covered_by(self, other: Self) -> f64 {
        let wanted = self.0 & Self::SECTIONS;
        if wanted == 0 {
            return 1.0;
        }
        f64::from((wanted & other.0).count_ones()) / f64::from(wanted.count_ones())
    }

    /// Whether both are the same kind of thing.
    pub(super) fn is_same_kind(self, other: Self) -> bool {
        self.0 & Self::KIND == other.0 & Self::KIND
    }
}

/// Whether a docstring's summary is one line that ends with a period, and that of a function begins with a
/// verb in the imperative.
fn is_tidy(definition: &Definition, shown: &str) -> bool {
    let mut lines = shown.lines();
    let summary = lines.next().unwrap_or_default();
    let is_whole = summary.ends_with('.') && lines.next().is_none_or(str::is_empty);
    let first = summary.split_whitespace().next().unwrap_or_default();
    let is_function = definition.is_function() && !definition.is_property();
    is_whole && (!is_function || is_verb(&first.to_lowercase()))
}

fn kind_bits(definition: &Definition) -> u32 {
    let kinds = [
        (definition.kind == Kind::Method, Traits::METHOD),
        (definition.is_async, Traits::ASYNC),
        (definition.yields(), Traits::GENERATOR),
    ];
    let of_kind = kinds.into_iter().filter(|(is_one, _)| *is_one);
    of_kind.fold(0, |all, (_, one)| all | one)
}

/// What a definition may be an example for: things that are described alike.
pub(super) fn group_of(definition: &Definition, is_of_tests: bool) -> &'static str {
    match definition.kind {
        Kind::Module | Kind::Package => "module",
        _ if is_of_tests => "test",
        Kind::Class | Kind::NestedClass => "class",
        _ if definition.is_property() => "property",
        _ => "callable",
    }
}

/// The definitions of a file that are fit to be shown, each with the words that it is found by.
pub(super) fn documents(file: &AnalyzedFile) -> Vec<(Document, SearchText)> {
    let module = &file.module;
    let has_any = module.definitions.iter().any(|one| one.docstring.is_some());
    if !has_any {
        return Vec::new();
    }
    let drifted: HashSet<usize> = rules::drifts(module, RuleSet::ALL)
        .into_iter()
        .map(|drift| drift.definition)
        .collect();
    let is_of_tests = is_test(file.source.name.as_str());
    let definitions = module.definitions.iter().enumerate();
    let fit = definitions.filter(|(index, _)| !drifted.contains(index));
    fit.filter_map(|(_, definition)| {
        let document = document(definition, is_of_tests)?;
        let docstring = &definition.docstring.as_ref()?.value;
        let text = SearchText {
            docstring: words_of_prose(docstring),
            ..search_text(definition, file)
        };
        Some((document, text))
    })
    .collect()
}

fn document(definition: &Definition, is_of_tests: bool) -> Option<Document> {
    let is_odd = definition.has_role(DecoratorRole::Overload)
        || definition.has_role(DecoratorRole::PropertyAccessor)
        || is_shown_to_users(definition);
    if is_odd {
        return None;
    }
    let text = clean(&cleandoc(&definition.docstring.as_ref()?.value));
    let (name, header) = match definition.kind {
        Kind::Module | Kind::Package => (&definition.name, format!("module {}", definition.name)),
        _ => (&definition.qualified_name, header(definition)),
    };
    if !is_worth_showing(&text, &definition.name) {
        return None;
    }
    let shown = shortened(&text)?;
    Some(Document {
        qualified_name: definition.qualified_name.clone(),
        group: group_of(definition, is_of_tests).to_owned(),
        traits: Traits::found(definition, &shown).0,
        header: without_secrets_of_code(&bounded(header)),
        docstring: without_secrets(&shown),
    })
    .filter(|_| !name.is_empty())
}

/// Phrases of docstrings that somebody meant to write later, or that a tool put there: those of
/// editors' templates, and of docgen's own drafts.
const PLACEHOLDERS: [&str; 14] = [
    "TODO",
    "FIXME",
    "XXX",
    "_summary_",
    "_description_",
    "[summary]",
    "[description]",
    "<summary>",
    "Missing docstring",
    "Docstring for ",
    "Lorem ipsum",
    "The result as `",
    "%(",
    "{doc",
];

/// Whether a docstring says more than its definition's name, in words that were meant to stay.
fn is_worth_showing(text: &str, name: &str) -> bool {
    if PLACEHOLDERS.iter().any(|one| text.contains(one)) {
        return false;
    }
    let summary = text.lines().next().unwrap_or_default();
    let words: Vec<&str> = summary.split_whitespace().collect();
    let begins_well = summary.starts_with(|c: char| c.is_alphabetic() || c == '`');
    if words.len() < FEWEST_WORDS || !begins_well {
        return false;
    }
    let of_name: BTreeSet<String> = words_of(name).iter().map(|word| stem(word)).collect();
    let mut said = split_words(summary).filter(|word| !is_filler(word));
    let says_more = said.any(|word| !of_name.contains(&stem(&word)));
    says_more || text.lines().count() > 1
}

/// A docstring without what only its own readers have use for, and without as many paragraphs as make it
/// too long: first those that are no sections, from the last one on. `...` marks where something was
/// left out for its length. `None` if not even the first paragraph fits.
fn shortened(text: &str) -> Option<String> {
    let mut blocks: Vec<&str> = text.split("\n\n").collect();
    blocks.retain(|block| !is_aside(block));
    let length = |blocks: &[&str]| -> usize {
        let characters = blocks.iter().map(|block| block.chars().count() + 2);
        characters.sum()
    };
    while length(&blocks) > LONGEST {
        let left = blocks.iter().enumerate().skip(1);
        let mut left = left.filter(|(_, block)| **block != MARK);
        let prose = left.clone().rfind(|(_, block)| !is_section(block));
        let (dropped, _) = prose.or_else(|| left.next_back())?;
        blocks.splice(dropped..=dropped, [MARK]);
        blocks.dedup();
    }
    let first = blocks.first()?;
    (!first.is_empty()).then(|| blocks.join("\n\n"))
}

/// Whether a paragraph describes arguments, results or exceptions. No section stands first.
fn is_section(block: &str) -> bool {
    Claims::read(&format!("Summary.\n\n{block}")).has_sections()
}

/// What stands where something was left out.
const MARK: &str = "...";

/// Whether a paragraph is about the docstring or the code's history: a directive or a field of
/// Sphinx's that says nothing of what the code does.
fn is_aside(block: &str) -> bool {
    let asides = [
        ".. version",
        ".. deprecated",
        ".. _",
        ".. index",
        ":meta ",
        ":no-index",
        "Added in version",
        "Changed in version",
    ];
    let block = block.trim_start();
    asides.iter().any(|aside| block.starts_with(aside))
}

pub(super) fn header(definition: &Definition) -> String {
    let name = &definition.name;
    let Some(signature) = &definition.signature else {
        return match definition.bases.len() {
            0 => format!("class {name}:"),
            _ => format!("class {name}({}):", one_line(&definition.bases.join(", "))),
        };
    };
    let asynchronous = if definition.is_async { "async " } else { "" };
    let returns = signature.returns.as_deref().map(one_line);
    let returns = returns.map_or_else(String::new, |returns| format!(" -> {returns}"));
    format!(
        "{asynchronous}def {name}({}){returns}:",
        parameters(signature)
    )
}

fn parameters(signature: &Signature) -> String {
    let mut written: Vec<String> = Vec::new();
    let mut before = None;
    let mut is_keyword_only = false;
    for parameter in &signature.parameters {
        let kind = parameter.kind;
        if before == Some(ParameterKind::PositionalOnly) && kind != ParameterKind::PositionalOnly {
            written.push("/".to_owned());
        }
        if kind == ParameterKind::KeywordOnly && !is_keyword_only {
            written.push("*".to_owned());
        }
        is_keyword_only |= matches!(
            kind,
            ParameterKind::KeywordOnly | ParameterKind::VarPositional
        );
        let name = parameter.starred_name();
        let annotation = parameter.annotation.as_deref().map(one_line);
        let default = parameter.default.as_deref().map(one_line);
        written.push(match (annotation, default) {
            (Some(annotation), Some(default)) => format!("{name}: {annotation} = {default}"),
            (Some(annotation), None) => format!("{name}: {annotation}"),
            (None, Some(default)) => format!("{name}={default}"),
            (None, None) => name,
        });
        before = Some(kind);
    }
    if before == Some(ParameterKind::PositionalOnly) {
        written.push("/".to_owned());
    }
    written.join(", ")
}

fn one_line(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.split(" #").next().unwrap_or(line));
    lines.map(str::trim).collect::<Vec<_>>().join(" ")
}

fn bounded(header: String) -> String {
    match header.char_indices().nth(LONGEST_HEADER) {
        Some((end, _)) => format!("{} ...", header.get(..end).unwrap_or_default()),
        None => header,
    }
}

/// A header without what looks like a credential in it, a default of one for instance.
pub(super) fn without_secrets_of_code(header: &str) -> String {
    // With a body it is code that can be parsed.
    let code = format!("{header} ...\n");
    let masks = Masks::find(&code);
    masks.shown(&code, 0..header.len()).into_owned()
}

/// A docstring without what looks like a credential in it. It is searched as the literal that it is.
fn without_secrets(text: &str) -> String {
    let quotes = ["'''", "\"\"\""];
    let quotes = quotes.into_iter().find(|quotes| {
        let first = quotes.chars().next().unwrap_or_default();
        !text.contains(quotes) && !text.ends_with(first) && !text.ends_with('\\')
    });
    let (code, start) = match quotes {
        Some(quotes) => (format!("r{quotes}{text}{quotes}\n"), 1 + quotes.len()),
        None => (text.to_owned(), 0),
    };
    let masks = Masks::find(&code);
    masks.shown(&code, start..start + text.len()).into_owned()
}

/// The words that a definition is found by, or that others are looked for with.
pub(super) fn search_text(definition: &Definition, file: &AnalyzedFile) -> SearchText {
    let parent = definition
        .parent
        .and_then(|at| file.module.definitions.get(at));
    let scope = parent.map_or("", |parent| parent.name.as_str());
    let parameters = definition.given_parameters().map(|one| one.name.as_str());
    let calls = definition.facts.calls.iter().map(|call| last_part(call));
    let raised = definition.raised().map(|one| last_part(&one.exception));
    let attributes = definition
        .facts
        .attributes
        .iter()
        .map(|one| one.name.as_str());
    let bases = definition.bases.iter().map(|base| last_part(base));
    let identifiers = parameters
        .chain(calls)
        .chain(raised)
        .chain(attributes)
        .chain(bases);
    SearchText {
        name: stems(words_of(&definition.name)),
        scope: stems(words_of(scope)),
        identifiers: stems(identifiers.flat_map(words_of)),
        docstring: String::new(),
    }
}

fn last_part(dotted: &str) -> &str {
    let name = dotted.split(['(', '[']).next().unwrap_or_default();
    name.rsplit('.').next().unwrap_or_default()
}

fn words_of_prose(text: &str) -> String {
    let words = split_words(text).filter(|word| !is_filler(word));
    stems(words.take(MOST_WORDS))
}

/// The words of a text, in lower case; what is written like a name is divided like one.
fn split_words(text: &str) -> impl Iterator<Item = String> {
    let names = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    names.flat_map(words_of)
}

/// Each word once, in its shortest form, divided by blanks.
fn stems(words: impl IntoIterator<Item = String>) -> String {
    let mut seen = HashSet::new();
    let mut stems = String::new();
    for word in words {
        let word = stem(&word);
        // A single letter says nothing, and a number is seldom meant.
        let is_word = word.chars().count() > 1 && word.chars().all(char::is_alphanumeric);
        if is_word && seen.insert(word.clone()) {
            if !stems.is_empty() {
                stems.push(' ');
            }
            stems.push_str(&word);
        }
    }
    stems
}

/// A word without the ending of the plural or the third person.
pub(super) fn stem(word: &str) -> String {
    let stem = match word {
        _ if word.len() < 4 || !word.is_ascii() || word.ends_with("ss") || word.ends_with("us") => {
            return word.to_owned();
        }
        _ if word.ends_with("ies") && word.len() > 4 => {
            return format!("{}y", &word[..word.len() - 3]);
        }
        _ => word,
    };
    let endings = ["sses", "shes", "ches", "xes"];
    if endings.iter().any(|ending| stem.ends_with(ending)) {
        return stem[..stem.len() - 2].to_owned();
    }
    stem.strip_suffix('s').unwrap_or(stem).to_owned()
}

/// Words that every other docstring has.
fn is_filler(word: &str) -> bool {
    FILLERS.split(' ').any(|filler| filler == word)
}

const FILLERS: &str = "a all an and any are arg args as at be been but by can do does each for from \
    given has have if in into is it its kwargs may must no none not object of on one only or other \
    otherwise param raise raises return returned returns self should so that the their them then there \
    these this to true false type use used using value was when where which while whose will with";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::voice::tests::analyzed;

    fn shown(source: &str) -> Vec<(String, String)> {
        let found = documents(&analyzed("shop/app.py", source));
        let pair = |(one, _): (Document, _)| (one.header, one.docstring);
        found.into_iter().map(pair).collect()
    }

    #[test]
    fn a_header_stands_on_one_line_with_all_that_it_says() {
        let source = "class A(Base, metaclass=M):\n    '''Keep what was sold.'''\n    async def f(\n        self, a, /, b: int = 1,\n        *, c=None,  # why\n        **k: str,\n    ) -> dict[\n        str, int\n    ]:\n        '''Sell it all at once.'''\n";
        let headers: Vec<String> = shown(source).into_iter().map(|one| one.0).collect();
        assert_eq!(
            headers,
            [
                "class A(Base):",
                "async def f(self, a, /, b: int = 1, *, c=None, **k: str) -> dict[ str, int ]:",
            ]
        );
    }

    #[test]
    fn what_says_nothing_is_no_example() {
        for docstring in [
            "Get user.",
            "Gets the users.",
            "TODO: write this down.",
            "_summary_ of it all",
            "Fetch rows.\\n\\n    Returns:\\n        The result as `int`.\\n    ",
            ">>> get_user()",
            "Short.",
            "%(doc)s of some class",
        ] {
            let source = format!("def get_user():\n    '{docstring}'\n    return 1\n");
            assert!(shown(&source).is_empty(), "{docstring}");
        }
        let drifted =
            "def f(a):\n    '''Sell what is there.\n\n    Args:\n        b: It.\n    '''\n";
        assert!(shown(drifted).is_empty());
        let good = "def get_user():\n    'Look the user up by the session.'\n";
        assert_eq!(shown(good).len(), 1);
        for decorator in ["overload", "app.get('/')"] {
            assert!(
                shown(&format!(
                    "from typing import overload\n@{decorator}\n{good}"
                ))
                .is_empty()
            );
        }
    }

    #[test]
    fn a_long_docstring_loses_its_prose_before_its_sections() {
        let more = "More of it, and then some more. ".repeat(30);
        let docstring = format!(
            "Sell it all.\n\n    First.\n\n    .. versionadded:: 2\n\n    {more}\n\n    Args:\n        a: It.\n\n    Notes:\n        {more}\n    "
        );
        let source = format!("def f(a):\n    '''{docstring}'''\n");
        assert_eq!(
            shown(&source)[0].1,
            "Sell it all.\n\nFirst.\n\n...\n\nArgs:\n    a: It.\n\n..."
        );
        let names: Vec<String> = (0..40).map(|n| format!("a{n}")).collect();
        let arguments = names.join(": What it is, at some length.\n        ");
        let source = format!(
            "def f({}):\n    '''Sell it all.\n\n    Args:\n        {arguments}: It.\n    '''\n",
            names.join(", ")
        );
        assert_eq!(shown(&source)[0].1, "Sell it all.\n\n...");
        let endless = format!("def f():\n    '''{more}'''\n");
        assert!(shown(&endless).is_empty());
    }

    #[test]
    fn secrets_are_masked_before_anything_is_kept() {
        let source = "def connect(host, password='hunter2-hunter2'):\n    '''Connect as the owner.\n\n    The password: hunter22x and AKIAIOSFODNN7EXAMPLQ.\n    '''\n";
        let (header, docstring) = &shown(source)[0];
        assert!(header.contains("password='<masked: "), "{header}");
        assert!(
            !docstring.contains("AKIA") && !docstring.contains("hunter"),
            "{docstring}"
        );
    }

    #[test]
    fn it_is_found_by_names_and_prose() {
        let source = "class OrderBook:\n    def loadOrders(self, path, *, max_rows=5):\n        '''Read the orders of a day.'''\n        for row in csv.reader(path): check_prices(row)\n        raise shop.BookError()\n";
        let found = documents(&analyzed("shop/app.py", source));
        let text = &found[0].1;
        assert_eq!(text.name, "load order");
        assert_eq!(text.scope, "order book");
        assert_eq!(
            text.identifiers,
            "path max row reader check price book error"
        );
        assert_eq!(text.docstring, "read order day");
        assert_eq!(stem("classes"), "class");
        assert_eq!(stem("matches"), "match");
        assert_eq!(stem("status"), "status");
        assert_eq!(stem("entries"), "entry");
    }
}
