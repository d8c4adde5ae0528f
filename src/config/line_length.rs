//! The line length that a project has told its other tools.

use std::path::Path;

use toml::de::DeTable;

use super::document;
use super::error::ConfigError;
use super::file::{PYPROJECT, read_if_there, upwards};
use super::values::LineLength;

/// Where ruff looks for settings of its own, in the order in which it prefers them.
const RUFF_FILES: [&str; 2] = [".ruff.toml", "ruff.toml"];

/// The line length of the project at `root`: what the nearest folder from `root` upwards says in
/// `.ruff.toml`, `ruff.toml` or `pyproject.toml`; 88 if none does.
///
/// Where ruff has several lengths (code, any line, documentation), the smallest holds, since it
/// satisfies them all. Without ruff, black's counts. A length out of docgen's bounds becomes the
/// nearest one within; what is not a number is left for ruff to complain about.
pub(crate) fn of_project(root: &Path) -> Result<LineLength, ConfigError> {
    for folder in upwards(root) {
        for name in RUFF_FILES {
            if let Some(length) = read(&folder.join(name), ruff)? {
                return Ok(length);
            }
        }
        if let Some(length) = read(&folder.join(PYPROJECT), pyproject)? {
            return Ok(length);
        }
    }
    Ok(LineLength::DEFAULT)
}

fn read(
    path: &Path,
    length: fn(&DeTable<'_>) -> Option<i64>,
) -> Result<Option<LineLength>, ConfigError> {
    let Some(text) = read_if_there(path)? else {
        return Ok(None);
    };
    let table = document::parse(path, &text)?;
    Ok(length(table.get_ref()).map(LineLength::nearest))
}

fn pyproject(table: &DeTable<'_>) -> Option<i64> {
    let tools = section(table, &["tool"])?;
    section(tools, &["ruff"])
        .and_then(ruff)
        .or_else(|| number(section(tools, &["black"])?, "line-length"))
}

fn ruff(table: &DeTable<'_>) -> Option<i64> {
    let pycodestyle = section(table, &["lint", "pycodestyle"]);
    let lengths = [
        number(table, "line-length"),
        pycodestyle.and_then(|table| number(table, "max-line-length")),
        pycodestyle.and_then(|table| number(table, "max-doc-length")),
    ];
    lengths.into_iter().flatten().min()
}

pub(super) fn section<'a, 't>(table: &'a DeTable<'t>, path: &[&str]) -> Option<&'a DeTable<'t>> {
    path.iter()
        .try_fold(table, |table, name| table.get(*name)?.get_ref().as_table())
}

fn number(table: &DeTable<'_>, name: &str) -> Option<i64> {
    let integer = table.get(name)?.get_ref().as_integer()?;
    i64::from_str_radix(&integer.as_str().replace('_', ""), integer.radix()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(files: &[(&str, &str)]) -> usize {
        let tree = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(tree.path().join("a/b")).unwrap();
        std::fs::write(tree.path().join(".git"), "").unwrap();
        for (name, text) in files {
            std::fs::write(tree.path().join(name), text).unwrap();
        }
        of_project(&tree.path().join("a/b")).unwrap().columns()
    }

    #[test]
    fn the_tools_of_the_project_are_asked() {
        let cases = [
            ("pyproject.toml", "[tool.ruff]\nline-length = 100", 100),
            ("pyproject.toml", "[tool.black]\nline-length = 120", 120),
            ("pyproject.toml", "[tool.black]\nline-length = 1_00", 100),
            (
                "pyproject.toml",
                "[tool.ruff]\nline-length = 90\n[tool.black]\nline-length = 80",
                90,
            ),
            (
                "pyproject.toml",
                "[tool.ruff]\nfix = true\n[tool.black]\nline-length = 80",
                80,
            ),
            ("pyproject.toml", "[tool.ruff]\nline-length = 999", 320),
            ("pyproject.toml", "[tool.ruff]\nline-length = 'x'", 88),
            ("pyproject.toml", "tool = 1", 88),
            (
                "pyproject.toml",
                "[tool.ruff]\nline-length = 120\n[tool.ruff.lint.pycodestyle]\nmax-doc-length = 72",
                72,
            ),
            (
                "pyproject.toml",
                "[tool.ruff.lint.pycodestyle]\nmax-line-length = 99",
                99,
            ),
            ("ruff.toml", "line-length = 70", 70),
            ("a/.ruff.toml", "line-length = 60", 60),
        ];
        for (name, text, expected) in cases {
            assert_eq!(length(&[(name, text)]), expected, "{name}: {text}");
        }
        assert_eq!(length(&[]), 88);
    }

    #[test]
    fn the_nearest_folder_wins_and_ruff_s_own_file_in_it() {
        let near = ("a/ruff.toml", "line-length = 60");
        let far = ("pyproject.toml", "[tool.ruff]\nline-length = 100");
        assert_eq!(length(&[near, far]), 60);
        let beside = ("a/pyproject.toml", "[tool.ruff]\nline-length = 50");
        assert_eq!(length(&[near, beside, far]), 60);
        assert_eq!(length(&[("a/ruff.toml", "fix = true"), far]), 100);
    }
}
