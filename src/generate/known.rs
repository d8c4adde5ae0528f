//! Which names exist for the words of a definition.

use super::frame::Frame;
use super::mention::{Mention, Path, USUAL_FILES, mentions, names_in, target};
use crate::python::StandardLibrary;

/// What a text names that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unknown {
    /// A backtick without a partner.
    Unpaired,
    /// A name.
    Name(String),
    /// The contents of a string literal.
    Literal(String),
}

/// Instance and class inside a method, and what the star parameters are called in prose.
const CONVENTIONAL: &[&str] = &["self", "cls", "args", "kwargs"];

impl<'a> Frame<'a> {
    /// The first thing that a text names and that neither the definition, the module, the project,
    /// the standard library nor the imports have.
    pub(super) fn unknown_in(&self, text: &str) -> Option<Unknown> {
        let Some(mentions) = mentions(text) else {
            return Some(Unknown::Unpaired);
        };
        mentions.into_iter().find_map(|mention| match mention {
            Mention::Quoted(code) => self.unknown_in_code(target(code)),
            Mention::Bare(name) => {
                let parts = name.split('.').collect();
                let path = Path {
                    parts,
                    is_attribute: false,
                };
                // «All FooBars» are of the class `FooBar`.
                let singular = name.strip_suffix('s').filter(|one| self.has_name(one));
                let is_known = singular.is_some() || self.has_path(&path);
                (!is_known).then(|| Unknown::Name(name.to_owned()))
            }
        })
    }

    fn unknown_in_code(&self, code: &str) -> Option<Unknown> {
        // The definition's own code names only what there is.
        if USUAL_FILES.contains(&code) || code.len() > 1 && self.has_place(code) {
            return None;
        }
        let (paths, literals) = names_in(code);
        let name = paths.iter().find(|path| !self.has_path(path));
        let literal = literals
            .into_iter()
            .find(|literal| !literal.trim().is_empty() && !self.source.contains(literal));
        name.map(|path| Unknown::Name(path.parts.join(".")))
            .or_else(|| literal.map(|literal| Unknown::Literal(literal.to_owned())))
    }

    pub(super) fn has_path(&self, path: &Path<'_>) -> bool {
        let [head, rest @ ..] = path.parts.as_slice() else {
            return true;
        };
        let is_whole = !rest.is_empty() && self.places(&path.parts.join(".")).next().is_some();
        if is_whole || path.is_attribute {
            return is_whole || path.parts.iter().all(|part| self.has_attribute(part));
        }
        let imports = &self.module.imports;
        let imported = imports.iter().find(|(bound, _)| bound == head);
        let is_local = self.has_parameter(head);
        match imported.filter(|_| !is_local && !rest.is_empty()) {
            Some(_) if self.leads_somewhere(&path.parts) => true,
            Some((_, path)) => self.has_imported(path, rest),
            None if !is_local && StandardLibrary::get().has_module(head) => {
                rest.is_empty() || self.has_imported(head, rest)
            }
            None if !is_local && !rest.is_empty() && self.is_builtin_only(head) => {
                self.has_members("builtins", head, rest)
            }
            None => self.has_name(head) && rest.iter().all(|part| self.has_attribute(part)),
        }
    }

    /// Whether the project's own text tells what the dotted name means.
    fn leads_somewhere(&self, parts: &[&str]) -> bool {
        self.project.resolve(self.id, &parts.join(".")).is_some()
    }

    /// Whether what was imported has these attributes. What a package outside of the project and
    /// the standard library has cannot be known, and counts as there.
    fn has_imported(&self, path: &str, rest: &[&str]) -> bool {
        let library = StandardLibrary::get();
        let root = path.trim_start_matches('.').split('.').next();
        if path.starts_with('.') || root.is_some_and(|root| self.is_of_project(root)) {
            return rest.iter().all(|part| self.has_attribute(part));
        }
        if !root.is_some_and(|root| library.has_module(root)) {
            return true;
        }
        let parts: Vec<&str> = path.split('.').chain(rest.iter().copied()).collect();
        let modules = (1..=parts.len()).rev();
        let Some(length) = modules
            .into_iter()
            .find(|length| library.has_module(&parts[..*length].join(".")))
        else {
            return false;
        };
        match &parts[length..] {
            [] => true,
            [name, members @ ..] => {
                let module = parts[..length].join(".");
                library.has_name(&module, name) && self.has_members(&module, name, members)
            }
        }
    }

    /// Whether what stands in a module of the standard library has these members: what is not listed
    /// must be spoken of in the definition or its surroundings.
    fn has_members(&self, module: &str, name: &str, members: &[&str]) -> bool {
        let [first, rest @ ..] = members else {
            return true;
        };
        let is_listed = StandardLibrary::get().class_has(module, name, first);
        is_listed.unwrap_or(false) && rest.iter().all(|one| self.has_attribute(one))
            || members
                .iter()
                .all(|one| self.has_place(one) || self.has_module_name(one))
    }

    fn is_builtin_only(&self, name: &str) -> bool {
        let mut definitions = self.module.definitions.iter();
        StandardLibrary::get().is_builtin(name) && !definitions.any(|one| one.name == name)
    }

    /// Whether something of this name exists by itself.
    pub(super) fn has_name(&self, name: &str) -> bool {
        let library = StandardLibrary::get();
        let is_special = name.starts_with("__") && library.has_member(name);
        library.is_builtin(name)
            || CONVENTIONAL.contains(&name)
            || is_special
            || self.places(name).next().is_some()
            || self.has_module_name(name)
            || library.has_class(name)
    }

    /// Whether something has an attribute of this name.
    fn has_attribute(&self, name: &str) -> bool {
        self.places(name).next().is_some()
            || self.has_module_name(name)
            || StandardLibrary::get().has_member(name)
    }

    /// Whether the module defines, imports or assigns the name, or the project defines it. The parameters of the neighbours do
    /// not count, so that their words cannot slip in.
    fn has_module_name(&self, name: &str) -> bool {
        let definitions = &self.module.definitions;
        let mut imports = self.module.imports.iter();
        definitions.iter().any(|one| one.name == name)
            || definitions
                .iter()
                .flat_map(|one| &one.facts.attributes)
                .any(|one| one.name == name)
            || imports
                .any(|(bound, path)| bound == name || path.split('.').any(|part| part == name))
            || self.module.aliases.iter().any(|alias| alias == name)
            || self.is_assigned(name)
            || self.project.defines(name)
    }

    /// Whether a line of the module begins with an assignment to the name.
    pub(super) fn is_assigned(&self, name: &str) -> bool {
        self.source.match_indices(name).any(|(at, _)| {
            let (before, after) = (&self.source[..at], &self.source[at + name.len()..]);
            let after = after.trim_start_matches(' ');
            let assigns = after.starts_with('=') && !after.starts_with("==");
            (before.is_empty() || before.ends_with('\n')) && (assigns || after.starts_with(':'))
        })
    }

    /// Whether a piece of code stands in the definition's code.
    pub(super) fn has_place(&self, code: &str) -> bool {
        self.places(code).next().is_some()
    }

    /// The value of a constant of the module, or of a class in it, on one line.
    pub(super) fn constant(&self, name: &str) -> Option<&'a str> {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        let name = name.rsplit('.').next().filter(|name| !name.is_empty())?;
        if !name.chars().all(is_name) || name.starts_with(|c: char| c.is_numeric()) {
            return None;
        }
        let mut lines = self.source.lines();
        let assigned = lines.find_map(|line| {
            let rest = line.strip_prefix(name)?;
            let (left, value) = rest.split_once('=')?;
            let left = left.trim();
            let assigns = (left.is_empty() || left.starts_with(':')) && !value.starts_with('=');
            assigns.then(|| value.split(" #").next().unwrap_or(value).trim())
        });
        let of_classes = self
            .module
            .definitions
            .iter()
            .filter(|one| !one.is_function());
        let mut attributes = of_classes.flat_map(|one| &one.facts.attributes);
        let of_class = || attributes.find(|one| one.name == name)?.value.as_deref();
        assigned.or_else(of_class)
    }

    /// Whether an example may import a dotted name that the standard library does not have: the
    /// module imports from the same package, which nobody here can see into.
    pub(super) fn can_import(&self, path: &str) -> bool {
        let root = path.split('.').next().unwrap_or_default();
        let mut imports = self.module.imports.iter();
        let is_outside = imports.any(|(_, from)| from.split('.').next() == Some(root));
        let last = path.rsplit('.').next().unwrap_or_default();
        if self.is_of_project(root) {
            return root == path || self.has_module_name(last);
        }
        is_outside
    }

    /// Whether a module of this name is the project's own.
    fn is_of_project(&self, root: &str) -> bool {
        let project = self.project;
        let is_root = |dotted: String| dotted.split('.').next() == Some(root);
        (0..project.module_count()).any(|module| project.dotted_name(module).is_some_and(is_root))
    }

    fn has_parameter(&self, name: &str) -> bool {
        self.parameters().iter().any(|one| one.name == name)
    }

    /// Where a piece of code stands in the definition, as whole words, outside of comments and
    /// docstrings.
    fn places(&self, code: &str) -> impl Iterator<Item = usize> {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let own = self.own;
        let found = own.match_indices(code).map(|(at, _)| at);
        found.filter(move |at| {
            let (before, after) = (&own[..*at], &own[at + code.len()..]);
            let begins = !code.starts_with(is_word) || !before.ends_with(is_word);
            let ends = !code.ends_with(is_word) || !after.starts_with(is_word);
            begins && ends && !self.is_remark(*at)
        })
    }

    /// Whether a place of the definition is in a comment or a docstring.
    fn is_remark(&self, at: usize) -> bool {
        let line = self.own[..at].rfind('\n').map_or(0, |end| end + 1);
        let before = &self.own[line..at];
        let is_comment = before.match_indices('#').any(|(hash, _)| {
            let quotes = before[..hash].matches(['"', '\'']).count();
            quotes.is_multiple_of(2)
        });
        is_comment || self.is_in_docstring(self.own_start + at)
    }

    /// The definition's code and comments.
    pub(super) fn without_docstrings(&self) -> String {
        let mut kept = String::with_capacity(self.own.len());
        let mut from = 0;
        let docstrings = self
            .module
            .definitions
            .iter()
            .filter_map(|one| one.docstring.as_ref());
        for docstring in docstrings {
            let start = docstring.range.start.checked_sub(self.own_start);
            let end = docstring.range.end.checked_sub(self.own_start);
            if let (Some(start), Some(end)) = (start, end)
                && let Some(code) = self.own.get(from..start)
                && end <= self.own.len()
            {
                kept.push_str(code);
                from = end;
            }
        }
        kept.push_str(self.own.get(from..).unwrap_or_default());
        kept
    }

    fn is_in_docstring(&self, at: usize) -> bool {
        let definitions = &self.module.definitions;
        let after = definitions.partition_point(|one| one.range.start <= at);
        let mut next = after.checked_sub(1);
        while let Some(one) = next.and_then(|index| definitions.get(index)) {
            let docstring = one.docstring.as_ref();
            if docstring.is_some_and(|docstring| docstring.range.contains(&at)) {
                return true;
            }
            next = one.parent;
        }
        false
    }
}
