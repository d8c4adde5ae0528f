//! Finding the settings file of a run, and the folder that the settings are about.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use super::document;
use super::error::ConfigError;
use super::partial::PartialConfig;

/// docgen's own settings file; it wins over a `pyproject.toml` beside it.
const DOCGEN: &str = "docgen.toml";
/// The file that Python projects share between their tools.
pub(crate) const PYPROJECT: &str = "pyproject.toml";

/// The settings that a file gives, and where the project is.
#[derive(Debug, Default)]
pub(crate) struct SettingsFile {
    /// The folder that the settings are about, absolute.
    pub(crate) root: PathBuf,
    /// The file that was read.
    pub(crate) source: Option<PathBuf>,
    /// What it says.
    pub(crate) settings: PartialConfig,
}

/// Looks upwards from what `paths` have in common for the first folder with settings, and no
/// further than the repository's top.
pub(crate) fn discover(paths: &[PathBuf], here: &Path) -> Result<SettingsFile, ConfigError> {
    for folder in upwards(&common_folder(paths, here)) {
        let path = folder.join(DOCGEN);
        if let Some(text) = read_if_there(&path)? {
            return Ok(SettingsFile {
                root: folder.to_path_buf(),
                settings: document::settings(&path, &text)?,
                source: Some(path),
            });
        }
        let path = folder.join(PYPROJECT);
        if let Some(text) = read_if_there(&path)?
            && let Some(settings) = document::pyproject(&path, &text)?
        {
            return Ok(SettingsFile {
                root: folder.to_path_buf(),
                settings,
                source: Some(path),
            });
        }
    }
    Ok(no_file(paths, here))
}

/// Reads the file that the user named. It gives the root if the paths are below its folder.
pub(crate) fn named(
    path: &Path,
    paths: &[PathBuf],
    here: &Path,
) -> Result<SettingsFile, ConfigError> {
    let path = absolute(path, here);
    let text = read_if_there(&path)?.ok_or_else(|| ConfigError::Unreadable {
        path: path.clone(),
        reason: ErrorKind::NotFound.into(),
    })?;
    let settings = if path.file_name().is_some_and(|name| name == PYPROJECT) {
        document::pyproject(&path, &text)?.ok_or_else(|| ConfigError::NoSection(path.clone()))?
    } else {
        document::settings(&path, &text)?
    };
    let folder = path.parent().unwrap_or(&path);
    let root = if common_folder(paths, here).starts_with(folder) {
        folder.to_path_buf()
    } else {
        no_file(paths, here).root
    };
    Ok(SettingsFile {
        root,
        source: Some(path),
        settings,
    })
}

/// No settings file: the root is the repository's top, or else what the paths have in common.
pub(crate) fn no_file(paths: &[PathBuf], here: &Path) -> SettingsFile {
    let start = common_folder(paths, here);
    let top = start.ancestors().find(|folder| is_repository(folder));
    SettingsFile {
        root: top.unwrap_or(&start).to_path_buf(),
        ..SettingsFile::default()
    }
}

/// `start` and the folders above it, up to the repository's top or the file system's.
pub(crate) fn upwards(start: &Path) -> impl Iterator<Item = &Path> {
    let mut below_top = true;
    start.ancestors().take_while(move |folder| {
        let wanted = below_top;
        below_top = below_top && !is_repository(folder);
        wanted
    })
}

/// The text of the file at `path`, or `None` if there is none.
pub(crate) fn read_if_there(path: &Path) -> Result<Option<String>, ConfigError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        // A path argument that is a file makes a folder of it in the look-up: nothing is there.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(reason) => Err(ConfigError::Unreadable {
            path: path.to_path_buf(),
            reason,
        }),
    }
}

/// `path` from `here`, without `.` and `..`; links are left as they are.
pub(crate) fn absolute(path: &Path, here: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in here.join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}

/// The deepest folder that holds all `paths`; `here` when there are none.
fn common_folder(paths: &[PathBuf], here: &Path) -> PathBuf {
    let folders = paths.iter().map(|path| {
        let path = absolute(path, here);
        match path.parent() {
            Some(parent) if !path.is_dir() => parent.to_path_buf(),
            _ => path,
        }
    });
    folders
        .reduce(|common, folder| shared(&common, &folder))
        .unwrap_or_else(|| absolute(Path::new(""), here))
}

fn shared(one: &Path, other: &Path) -> PathBuf {
    let pairs = one.components().zip(other.components());
    pairs
        .take_while(|(one, other)| one == other)
        .map(|(part, _)| part)
        .collect()
}

fn is_repository(folder: &Path) -> bool {
    folder.join(".git").exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Tree(tempfile::TempDir);

    impl Tree {
        fn new(files: &[(&str, &str)]) -> Self {
            let tree = Self(tempfile::tempdir().unwrap());
            for (name, text) in files {
                let path = tree.at(name);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
            tree
        }

        fn at(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        fn discover(&self, paths: &[&str]) -> Result<SettingsFile, ConfigError> {
            let paths: Vec<_> = paths.iter().map(PathBuf::from).collect();
            discover(&paths, self.0.path())
        }
    }

    const SETTINGS: &str = "[check]\nfail_under = 1\n";

    #[test]
    fn the_nearest_folder_with_settings_wins() {
        let tree = Tree::new(&[
            (".git/HEAD", ""),
            ("docgen.toml", SETTINGS),
            ("a/docgen.toml", SETTINGS),
            ("a/pyproject.toml", "not = [toml"),
            ("a/b/pyproject.toml", "[tool.ruff]"),
            ("a/b/c/x.py", ""),
            ("d/pyproject.toml", "[tool.docgen]"),
        ]);
        let found = tree.discover(&["a/b/c/x.py", "./a/b/../b/y.py"]).unwrap();
        assert_eq!(found.root, tree.at("a"));
        assert_eq!(found.source, Some(tree.at("a/docgen.toml")));
        assert!(found.settings.check.fail_under.is_some());
        let found = tree.discover(&["a/b", "d"]).unwrap();
        assert_eq!(found.source, Some(tree.at("docgen.toml")));
        let found = tree.discover(&["d"]).unwrap();
        assert_eq!(found.source, Some(tree.at("d/pyproject.toml")));
        assert_eq!(tree.discover(&[]).unwrap().root, tree.at(""));
    }

    #[test]
    fn the_search_ends_at_the_repository() {
        let tree = Tree::new(&[
            ("docgen.toml", SETTINGS),
            ("repository/.git/HEAD", ""),
            ("repository/package/x.py", ""),
        ]);
        let found = tree.discover(&["repository/package"]).unwrap();
        assert_eq!(found.source, None);
        assert_eq!(found.root, tree.at("repository"));
    }

    #[test]
    fn what_cannot_be_read_is_never_an_empty_file() {
        let tree = Tree::new(&[(".git", ""), ("pyproject.toml", "[tool.docgen\n")]);
        let error = tree.discover(&["."]).unwrap_err();
        assert!(matches!(error, ConfigError::Invalid(_)), "{error}");
        std::fs::write(tree.at("docgen.toml"), b"\xff").unwrap();
        let error = tree.discover(&["."]).unwrap_err();
        assert!(matches!(error, ConfigError::Unreadable { .. }), "{error}");
    }

    #[test]
    fn a_named_file_is_read_and_must_be_there() {
        let tree = Tree::new(&[
            (".git", ""),
            ("shared/my.toml", SETTINGS),
            ("pyproject.toml", "[tool.ruff]"),
        ]);
        let named = |path: &str| named(Path::new(path), &[PathBuf::from("src")], tree.0.path());
        let found = named("shared/my.toml").unwrap();
        assert!(found.settings.check.fail_under.is_some());
        assert_eq!(found.root, tree.at(""), "the paths are not below `shared`");
        assert!(matches!(
            named("pyproject.toml"),
            Err(ConfigError::NoSection(_))
        ));
        assert!(matches!(
            named("none.toml"),
            Err(ConfigError::Unreadable { .. })
        ));
    }
}
