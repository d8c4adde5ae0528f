//! What a project has told pydoclint, so that it finds nothing in what docgen writes.

use std::path::Path;

use super::choices::AttributesInDocstring;
use super::document;
use super::error::ConfigError;
use super::file::{PYPROJECT, read_if_there, upwards};
use super::line_length::section;

/// Which attributes a class's docstring may describe for pydoclint's sake: where the nearest
/// `pyproject.toml` with a `[tool.pydoclint]`, from `root` upwards, does not turn `check-class-attributes`
/// off (pydoclint has it on), those alone that the class's body declares; otherwise all.
pub(crate) fn attributes_of_project(root: &Path) -> Result<AttributesInDocstring, ConfigError> {
    for folder in upwards(root) {
        let path = folder.join(PYPROJECT);
        let Some(text) = read_if_there(&path)? else {
            continue;
        };
        let table = document::parse(&path, &text)?;
        let Some(settings) = section(table.get_ref(), &["tool", "pydoclint"]) else {
            continue;
        };
        // Its settings may be written with dashes or underscores.
        let said = ["check-class-attributes", "check_class_attributes"]
            .iter()
            .find_map(|name| settings.get(*name)?.get_ref().as_bool());
        return Ok(match said {
            Some(false) => AttributesInDocstring::All,
            Some(true) | None => AttributesInDocstring::Declared,
        });
    }
    Ok(AttributesInDocstring::All)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_init_sets_is_left_out_where_pydoclint_looks_at_attributes() {
        let attributes = |text: &str| {
            let tree = tempfile::tempdir().unwrap();
            std::fs::create_dir(tree.path().join("a")).unwrap();
            std::fs::write(tree.path().join(".git"), "").unwrap();
            std::fs::write(tree.path().join("a/pyproject.toml"), "[project]\n").unwrap();
            std::fs::write(tree.path().join(PYPROJECT), text).unwrap();
            attributes_of_project(&tree.path().join("a")).unwrap()
        };
        let (all, declared) = (AttributesInDocstring::All, AttributesInDocstring::Declared);
        assert_eq!(attributes("[tool.ruff]\n"), all);
        assert_eq!(attributes("[tool.pydoclint]\nstyle = 'google'\n"), declared);
        assert_eq!(
            attributes("[tool.pydoclint]\ncheck-class-attributes = true\n"),
            declared
        );
        assert_eq!(
            attributes("[tool.pydoclint]\ncheck-class-attributes = false\n"),
            all
        );
        assert_eq!(
            attributes("[tool.pydoclint]\ncheck_class_attributes = false\n"),
            all
        );
    }
}
