//! The names of Python's standard library, of every supported Python and platform together.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// A line for each module, its public names after its own; for classes that programs use most, a
/// line with a colon before the name; the last line, under the name `.`, has what all the library's
/// classes hold. Made by `tests/judges/stdlib_names.py`.
const NAMES: &str = include_str!("standard_library.txt");

/// The standard library's public names.
#[derive(Debug)]
pub struct StandardLibrary {
    modules: HashMap<&'static str, &'static str>,
    /// Names in `CapWords`, of whatever module.
    classes: HashSet<&'static str>,
    builtins: HashSet<&'static str>,
    members: HashSet<&'static str>,
}

/// Words of the language, which are no names.
const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "case", "class",
    "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if",
    "import", "in", "is", "lambda", "match", "nonlocal", "not", "or", "pass", "raise", "return",
    "try", "type", "while", "with", "yield",
];

impl StandardLibrary {
    /// The library; its names are read when they are first asked for.
    #[must_use]
    pub fn get() -> &'static Self {
        static LIBRARY: LazyLock<StandardLibrary> = LazyLock::new(|| StandardLibrary::read(NAMES));
        &LIBRARY
    }

    fn read(text: &'static str) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let modules: HashMap<_, _> = lines.filter_map(|line| line.split_once(' ')).collect();
        let names = |module: &str| modules.get(module).copied().unwrap_or_default();
        let of_modules = modules
            .iter()
            .filter(|(name, _)| !name.starts_with([':', '.']));
        let all = of_modules
            .map(|(_, names)| names)
            .flat_map(|names| names.split(' '));
        Self {
            classes: all.filter(|name| is_cap_words(name)).collect(),
            builtins: names("builtins")
                .split(' ')
                .chain(KEYWORDS.iter().copied())
                .collect(),
            members: names(".").split(' ').collect(),
            modules,
        }
    }

    /// Whether a module has this dotted name.
    #[must_use]
    pub fn has_module(&self, dotted: &str) -> bool {
        !dotted.starts_with(['.', ':']) && self.modules.contains_key(dotted)
    }

    /// Whether a module of it has this public name.
    #[must_use]
    pub fn has_name(&self, module: &str, name: &str) -> bool {
        let names = self.modules.get(module);
        names.is_some_and(|names| names.split(' ').any(|one| one == name))
    }

    /// Whether a class of it has this member; `None` if what the class has is not listed.
    #[must_use]
    pub fn class_has(&self, module: &str, class: &str, member: &str) -> Option<bool> {
        let names = self.modules.get(format!(":{module}.{class}").as_str())?;
        let is_special = member.starts_with("__") && self.has_member(member);
        Some(is_special || names.split(' ').any(|one| one == member))
    }

    /// Whether every program knows the name: a builtin or a word of the language.
    #[must_use]
    pub fn is_builtin(&self, name: &str) -> bool {
        self.builtins.contains(name)
    }

    /// Whether some module has a class, or another name in `CapWords`, of this name.
    #[must_use]
    pub fn has_class(&self, name: &str) -> bool {
        self.classes.contains(name)
    }

    /// Whether some class of it, of the builtin ones too, has a member of this name.
    #[must_use]
    pub fn has_member(&self, name: &str) -> bool {
        self.members.contains(name)
    }
}

/// Whether a name begins with a capital and has small letters too: `OrderedDict`.
fn is_cap_words(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase()) && name.contains(|c: char| c.is_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_library_has_is_known_and_nothing_else() {
        let library = StandardLibrary::get();
        for (module, name) in [
            ("json", "dumps"),
            ("os.path", "join"),
            ("collections.abc", "Mapping"),
            ("asyncio", "TaskGroup"),
            ("concurrent", "futures"),
            ("tomllib", "loads"),
            ("winreg", "OpenKey"),
            ("builtins", "ExceptionGroup"),
            ("annotationlib", "Format"),
        ] {
            assert!(library.has_name(module, name), "{module}.{name}");
        }
        for name in ["len", "ValueError", "None", "lambda", "__import__"] {
            assert!(library.is_builtin(name), "{name}");
        }
        for name in [
            "splitlines",
            "total_seconds",
            "__enter__",
            "mkdir",
            "setdefault",
        ] {
            assert!(library.has_member(name), "{name}");
        }
        assert_eq!(library.class_has("builtins", "dict", "items"), Some(true));
        assert_eq!(
            library.class_has("builtins", "dict", "iteritems"),
            Some(false)
        );
        assert_eq!(
            library.class_has("pathlib", "Path", "__truediv__"),
            Some(true)
        );
        assert_eq!(library.class_has("unittest", "TestCase", "setUp"), None);
        assert!(!library.has_module(":builtins.dict"));
        assert!(library.has_class("OrderedDict") && library.has_module("xml.etree.ElementTree"));
        assert!(!library.has_module(".") && !library.has_module("requests"));
        assert!(!library.has_name("json", "fabricate") && !library.is_builtin("loads"));
        assert!(!library.has_member("fabricate") && !library.has_class("Fabricator"));
    }
}
