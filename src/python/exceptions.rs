//! Which exceptions an `except` clause takes: Python's own hierarchy, and the module's classes.

use std::collections::HashMap;

/// Python's built-in exceptions, each with its base (Python 3.14's library reference, «Exception
/// hierarchy»), and the few of the standard library that programs meet most.
const BASES: &[(&str, &str)] = &[
    ("ArithmeticError", "Exception"),
    ("AssertionError", "Exception"),
    ("AttributeError", "Exception"),
    ("BaseExceptionGroup", "BaseException"),
    ("BlockingIOError", "OSError"),
    ("BrokenPipeError", "ConnectionError"),
    ("BufferError", "Exception"),
    ("CalledProcessError", "SubprocessError"),
    ("CancelledError", "BaseException"),
    ("ChildProcessError", "OSError"),
    ("ConnectionAbortedError", "ConnectionError"),
    ("ConnectionError", "OSError"),
    ("ConnectionRefusedError", "ConnectionError"),
    ("ConnectionResetError", "ConnectionError"),
    ("DeprecationWarning", "Warning"),
    ("EOFError", "Exception"),
    ("Exception", "BaseException"),
    ("ExceptionGroup", "Exception"),
    ("FileExistsError", "OSError"),
    ("FileNotFoundError", "OSError"),
    ("FloatingPointError", "ArithmeticError"),
    ("FutureWarning", "Warning"),
    ("GeneratorExit", "BaseException"),
    ("ImportError", "Exception"),
    ("IndentationError", "SyntaxError"),
    ("IndexError", "LookupError"),
    ("InterruptedError", "OSError"),
    ("IsADirectoryError", "OSError"),
    ("JSONDecodeError", "ValueError"),
    ("KeyError", "LookupError"),
    ("KeyboardInterrupt", "BaseException"),
    ("LookupError", "Exception"),
    ("MemoryError", "Exception"),
    ("ModuleNotFoundError", "ImportError"),
    ("NameError", "Exception"),
    ("NotADirectoryError", "OSError"),
    ("NotImplementedError", "RuntimeError"),
    ("OSError", "Exception"),
    ("OverflowError", "ArithmeticError"),
    ("PermissionError", "OSError"),
    ("ProcessLookupError", "OSError"),
    ("PythonFinalizationError", "RuntimeError"),
    ("RecursionError", "RuntimeError"),
    ("ReferenceError", "Exception"),
    ("RuntimeError", "Exception"),
    ("RuntimeWarning", "Warning"),
    ("StopAsyncIteration", "Exception"),
    ("StopIteration", "Exception"),
    ("SubprocessError", "Exception"),
    ("SyntaxError", "Exception"),
    ("SyntaxWarning", "Warning"),
    ("SystemError", "Exception"),
    ("SystemExit", "BaseException"),
    ("TabError", "IndentationError"),
    ("TimeoutError", "OSError"),
    ("TimeoutExpired", "SubprocessError"),
    ("TypeError", "Exception"),
    ("UnboundLocalError", "NameError"),
    ("UnicodeDecodeError", "UnicodeError"),
    ("UnicodeEncodeError", "UnicodeError"),
    ("UnicodeError", "ValueError"),
    ("UnicodeTranslateError", "UnicodeError"),
    ("UserWarning", "Warning"),
    ("ValueError", "Exception"),
    ("Warning", "Exception"),
    ("ZeroDivisionError", "ArithmeticError"),
];

/// Bases followed from one class; a class that is its own ancestor must not hang docgen.
const MAX_ANCESTORS: usize = 12;

/// The classes that a module defines, with their bases as written.
#[derive(Debug, Default)]
pub(super) struct ExceptionClasses {
    bases: HashMap<String, Vec<String>>,
}

impl ExceptionClasses {
    /// Notes a class of the module.
    pub(super) fn declare(&mut self, name: &str, bases: impl Iterator<Item = String>) {
        self.bases.entry(name.to_owned()).or_default().extend(bases);
    }

    /// Whether a handler of `caught` takes an exception `raised`, both dotted names as written.
    /// An exception of unknown descent is taken to be an `Exception`, as nearly all are.
    pub(super) fn catches(&self, caught: &str, raised: &str) -> bool {
        let caught = match last_segment(caught) {
            // Old names of one class.
            "IOError" | "EnvironmentError" => "OSError",
            name => name,
        };
        self.descends(last_segment(raised), caught, MAX_ANCESTORS)
    }

    fn descends(&self, name: &str, ancestor: &str, left: usize) -> bool {
        if name == ancestor || left == 0 {
            return name == ancestor;
        }
        if let Some(bases) = self.bases.get(name).filter(|bases| !bases.is_empty()) {
            return bases
                .iter()
                .any(|base| self.descends(last_segment(base), ancestor, left - 1));
        }
        match builtin_base(name) {
            Some(base) => self.descends(base, ancestor, left - 1),
            None => name != "BaseException" && self.descends("Exception", ancestor, left - 1),
        }
    }
}

/// Whether Python's own exception `raised` is `ancestor` or derives from it; both by their last
/// name. Exceptions that Python does not define derive from nothing here but themselves.
#[must_use]
pub fn derives_from(raised: &str, ancestor: &str) -> bool {
    let ancestor = last_segment(ancestor);
    let mut name = last_segment(raised);
    loop {
        if name == ancestor {
            return true;
        }
        match builtin_base(name) {
            Some(base) => name = base,
            None => return false,
        }
    }
}

/// Whether the class is one whose bases docgen knows, by its last name.
pub(super) fn is_known(name: &str) -> bool {
    name == "BaseException" || builtin_base(name).is_some()
}

fn builtin_base(name: &str) -> Option<&'static str> {
    let found = BASES.binary_search_by(|(known, _)| (*known).cmp(name));
    found
        .ok()
        .and_then(|at| BASES.get(at))
        .map(|(_, base)| *base)
}

fn last_segment(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hierarchy_is_that_of_python() {
        assert!(BASES.is_sorted());
        let none = ExceptionClasses::default();
        assert!(none.catches("OSError", "FileNotFoundError"));
        assert!(none.catches("IOError", "FileNotFoundError"));
        assert!(none.catches("Exception", "shop.errors.NotFound"));
        assert!(!none.catches("Exception", "KeyboardInterrupt"));
        assert!(!none.catches("Exception", "asyncio.CancelledError"));
        assert!(none.catches("BaseException", "SystemExit"));
        assert!(!none.catches("ValueError", "TypeError"));
        assert!(derives_from("json.JSONDecodeError", "ValueError"));
        assert!(!derives_from("NotFound", "Exception"));
    }

    #[test]
    fn classes_of_the_module_have_the_bases_they_name() {
        let mut classes = ExceptionClasses::default();
        classes.declare("ShopError", ["Exception".to_owned()].into_iter());
        classes.declare(
            "Missing",
            ["ShopError".to_owned(), "KeyError".to_owned()].into_iter(),
        );
        classes.declare("Loop", ["Loop".to_owned()].into_iter());
        assert!(classes.catches("LookupError", "Missing"));
        assert!(classes.catches("ShopError", "Missing"));
        assert!(!classes.catches("ValueError", "Missing"));
        assert!(!classes.catches("ValueError", "Loop"));
    }
}
