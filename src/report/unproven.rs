//! What a user is told, and asked to tell, when docgen could not prove its own change harmless.

use crate::python::Definition;
use crate::rewrite::Flaw;
use crate::source::SourceFile;

/// A header longer than this is cut: it only has to be recognised.
const MAX_HEADER: usize = 160;

/// Why a definition was left as it was, as its outcome says it.
#[must_use]
pub fn unproven_reason(flaw: &Flaw) -> String {
    format!("docgen could not prove its own change harmless: {flaw}")
}

/// The whole of it: where, what, that nothing is broken, and what to report where.
#[must_use]
pub fn unproven(source: &SourceFile, definition: &Definition, flaw: &Flaw) -> String {
    let repository = env!("CARGO_PKG_REPOSITORY");
    tell(source, definition, flaw, repository)
}

fn tell(source: &SourceFile, definition: &Definition, flaw: &Flaw, repository: &str) -> String {
    let name = match definition.qualified_name.as_str() {
        "" => "the module".to_owned(),
        name => format!("`{name}`"),
    };
    let place = definition.place;
    let place = format!("{}:{}:{}", source.name, place.line, place.column);
    let reason = unproven_reason(flaw);
    let address = match repository {
        "" => String::new(),
        repository => format!(" at {repository}"),
    };
    let header = match header(source, definition) {
        Some(header) => format!(" and the source of `{header}`"),
        None => " and the file's first lines".to_owned(),
    };
    format!(
        "{place}: {name} is left undocumented, and the file is safe: {reason}\n\
         hint: this is a bug in docgen {}: please report it{address}, with this message{header}",
        env!("CARGO_PKG_VERSION"),
    )
}

/// The line on which its name stands; a module has none.
fn header<'s>(source: &'s SourceFile, definition: &Definition) -> Option<&'s str> {
    if definition.qualified_name.is_empty() {
        return None;
    }
    let (before, after) = source.text.split_at_checked(definition.name_range.start)?;
    let start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let length = after.find(['\n', '\r']).unwrap_or(after.len());
    let line = source.text.get(start..before.len() + length)?.trim();
    Some(&line[..line.floor_char_boundary(MAX_HEADER)])
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::python::{FileRole, analyze, parse};
    use crate::source::FileName;

    fn told(text: &str, index: usize, repository: &str) -> String {
        let name = FileName::new(Path::new("src/shop.py"), Path::new(""));
        let source = SourceFile::from_bytes(Path::new("src/shop.py"), name, text.into()).unwrap();
        let role = FileRole {
            name: "shop".to_owned(),
            is_package: false,
            is_private: false,
        };
        let module = analyze(&parse(text).unwrap(), text, &role);
        let flaw = Flaw::ReadBack("Basket.add".to_owned());
        tell(&source, &module.definitions[index], &flaw, repository)
    }

    #[test]
    fn it_says_where_what_and_whom_to_tell() {
        let text = "class Basket:\r\n    @cached\r\n    def add(self, sku: str) -> int:\r\n        return 1\r\n";
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            told(text, 2, "https://example.org/docgen"),
            format!(
                "src/shop.py:3:9: `Basket.add` is left undocumented, and the file is safe: docgen could not prove \
                 its own change harmless: the docstring of `Basket.add` does not read back as it was meant\n\
                 hint: this is a bug in docgen {version}: please report it at https://example.org/docgen, with \
                 this message and the source of `def add(self, sku: str) -> int:`"
            )
        );
    }

    #[test]
    fn a_module_has_no_header_and_a_package_perhaps_no_address() {
        let told = told("x = 1\n", 0, "");
        assert!(
            told.starts_with("src/shop.py:1:1: the module is left undocumented"),
            "{told}"
        );
        assert!(
            told.ends_with("please report it, with this message and the file's first lines"),
            "{told}"
        );
    }

    #[test]
    fn a_long_header_is_cut() {
        let text = format!("def f(a='{}'): pass\n", "é".repeat(900));
        assert!(told(&text, 1, "").len() < 600);
    }
}
