//! Whether an exception could be raised, by what a function and those that it calls do.

use super::Mender;
use crate::python::Definition;

/// Functions looked at for one exception.
const MAX_CALLEES: usize = 50;

impl Mender<'_> {
    /// Whether nothing that the body does or calls could raise the exception: every call is of a
    /// function of the module that does not raise it either, or of a builtin that cannot.
    pub(super) fn cannot_be_raised(&self, name: &str) -> bool {
        !self.may_raise(self.index, name, &mut Vec::new())
    }

    fn may_raise(&self, index: usize, name: &str, seen: &mut Vec<usize>) -> bool {
        let module = &self.file.module;
        let Some(definition) = module.definitions.get(index) else {
            return true;
        };
        if seen.contains(&index) {
            return false;
        }
        seen.push(index);
        let last = name.rsplit('.').next().unwrap_or(name);
        let own = self
            .file
            .source
            .text
            .get(definition.range.clone())
            .unwrap_or_default();
        // Calls of what has no name are not among the facts.
        let has_nameless_calls = ["super(", ").", ")(", "]("]
            .iter()
            .any(|mark| own.contains(mark));
        if seen.len() > MAX_CALLEES || has_nameless_calls || definition.facts.raises_unnamed {
            return true;
        }
        let is_of_python = IN_PYTHON.contains(&last);
        // What the module defines only the module's own code raises, unless it is handed out.
        let is_own = module
            .definitions
            .iter()
            .any(|one| !one.is_function() && one.name == last);
        definition.facts.calls.iter().any(|call| {
            if let Some(callee) = self.callee(index, definition, call) {
                return self.may_raise(callee, name, seen);
            }
            let mut raises = definition.facts.raises.iter();
            let makes_exception = raises.any(|raise| raise.exception == *call);
            let is_theirs = is_own && self.is_of_standard_library(call);
            !makes_exception && !is_theirs && !is_harmless(call, is_of_python)
        }) || index != self.index && definition.facts.raises.iter().any(|raise| !raise.caught)
    }

    /// Whether a call is of a function of Python's that calls nothing of ours.
    fn is_of_standard_library(&self, call: &str) -> bool {
        /// Modules that call back nothing that they are given.
        const PLAIN: &[&str] = &[
            "os",
            "shutil",
            "csv",
            "json",
            "re",
            "math",
            "time",
            "datetime",
            "pathlib",
            "io",
            "tempfile",
            "random",
            "string",
            "textwrap",
            "struct",
            "hashlib",
            "base64",
            "copy",
            "decimal",
            "fractions",
            "itertools",
            "collections",
            "logging",
            "warnings",
            "sys",
            "uuid",
            "stat",
            "glob",
            "fnmatch",
            "zlib",
            "gzip",
        ];
        let head = call.split('.').next().unwrap_or_default();
        let imports = &self.file.module.imports;
        let path = imports
            .iter()
            .find(|(bound, _)| bound == head)
            .map(|(_, path)| path.as_str());
        let root = path.and_then(|path| path.split('.').next());
        call == "open" || root.is_some_and(|root| PLAIN.contains(&root))
    }

    /// The function of this module that a call names, as far as that is sure.
    fn callee(&self, index: usize, definition: &Definition, call: &str) -> Option<usize> {
        let definitions = &self.file.module.definitions;
        let member = |parent: usize, name: &str| {
            definitions
                .iter()
                .rposition(|one| one.parent == Some(parent) && one.name == name)
        };
        let found = match call.split_once('.') {
            Some(("self" | "cls", method)) => member(definition.parent?, method),
            Some(_) => None,
            None => member(index, call).or_else(|| member(0, call)),
        }?;
        let class = definitions.get(found).filter(|one| !one.is_function());
        match class {
            Some(class) if class.bases.is_empty() => member(found, "__init__").or(Some(found)),
            Some(_) => None,
            None => Some(found),
        }
    }
}

/// Exceptions that Python's own functions and methods raise.
const IN_PYTHON: &[&str] = &[
    "ArithmeticError",
    "AttributeError",
    "BaseException",
    "BufferError",
    "EOFError",
    "Exception",
    "IndexError",
    "KeyError",
    "LookupError",
    "MemoryError",
    "NameError",
    "NotImplementedError",
    "OverflowError",
    "RecursionError",
    "ReferenceError",
    "RuntimeError",
    "StopAsyncIteration",
    "StopIteration",
    "SyntaxError",
    "SystemError",
    "TypeError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeError",
    "ValueError",
    "ZeroDivisionError",
];

/// Functions that raise nothing worth naming.
const NEVER: &[&str] = &[
    "isinstance",
    "issubclass",
    "id",
    "repr",
    "print",
    "bool",
    "callable",
    "hasattr",
    "locals",
    "globals",
    "type",
    "super",
    "object",
];
/// Methods that raise nothing worth naming.
const NEVER_METHODS: &[&str] = &[
    "append",
    "items",
    "keys",
    "values",
    "copy",
    "clear",
    "startswith",
    "endswith",
];
/// Python's functions, which raise Python's exceptions.
const BUILTIN: &[&str] = &[
    "abs",
    "all",
    "any",
    "ascii",
    "bin",
    "bytes",
    "chr",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "hash",
    "hex",
    "int",
    "iter",
    "len",
    "list",
    "map",
    "max",
    "min",
    "next",
    "oct",
    "ord",
    "pow",
    "range",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "str",
    "sum",
    "tuple",
    "vars",
    "zip",
];
/// Methods of Python's types, which raise Python's exceptions.
const BUILTIN_METHODS: &[&str] = &[
    "add",
    "capitalize",
    "casefold",
    "center",
    "count",
    "decode",
    "difference",
    "discard",
    "encode",
    "expandtabs",
    "extend",
    "find",
    "format",
    "get",
    "index",
    "insert",
    "intersection",
    "isalnum",
    "isalpha",
    "isdigit",
    "islower",
    "isspace",
    "isupper",
    "join",
    "ljust",
    "lower",
    "lstrip",
    "partition",
    "pop",
    "popitem",
    "popleft",
    "remove",
    "removeprefix",
    "removesuffix",
    "replace",
    "reverse",
    "rfind",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "setdefault",
    "sort",
    "split",
    "splitlines",
    "strip",
    "swapcase",
    "title",
    "translate",
    "union",
    "update",
    "upper",
    "zfill",
];

/// Whether a call of something outside of the module is known to raise nothing that a docstring would
/// name: for Python's own exceptions few calls are, for others those of Python's own types too.
fn is_harmless(call: &str, is_of_python: bool) -> bool {
    if let Some((_, method)) = call.rsplit_once('.') {
        return NEVER_METHODS.contains(&method)
            || !is_of_python && BUILTIN_METHODS.contains(&method);
    }
    let is_exception = call.ends_with("Error") || call.ends_with("Exception");
    NEVER.contains(&call) || is_exception || !is_of_python && BUILTIN.contains(&call)
}
