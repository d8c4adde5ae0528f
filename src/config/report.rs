//! Where the report of a run goes, and in which form.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::InvalidValue;

/// The form of a report, by its file's extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// `.md` or `.markdown`.
    Markdown,
    /// `.json`
    Json,
    /// `.html` or `.htm`.
    Html,
    /// `.csv`: two files, see [`ReportFile::tables`].
    Csv,
}

/// A file that a run's report is written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    /// Where it goes.
    pub path: PathBuf,
    /// Its form.
    pub format: ReportFormat,
}

impl ReportFile {
    /// The two files that a report as CSV is: with a row for each definition, and with one for each request.
    /// Of `out/run.csv` they are `out/run.definitions.csv` and `out/run.requests.csv`.
    #[must_use]
    pub fn tables(&self) -> [PathBuf; 2] {
        ["definitions.csv", "requests.csv"].map(|end| self.path.with_extension(end))
    }
}

impl TryFrom<PathBuf> for ReportFile {
    type Error = InvalidValue;

    fn try_from(path: PathBuf) -> Result<Self, InvalidValue> {
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        let format = match extension.to_str() {
            Some("md" | "markdown") => ReportFormat::Markdown,
            Some("json") => ReportFormat::Json,
            Some("html" | "htm") => ReportFormat::Html,
            Some("csv") => ReportFormat::Csv,
            _ => {
                return Err(InvalidValue::new(format!(
                    "`{}` does not say in which form the report is wanted: its extension must be \
                     `.md`, `.json`, `.html` or `.csv`",
                    path.display()
                )));
            }
        };
        Ok(Self { path, format })
    }
}

/// The files that a run's report is written to: in settings a path or a list of paths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "OneOrMore", into = "OneOrMore")]
#[schemars(with = "OneOrMore")]
pub struct ReportFiles(Vec<ReportFile>);

/// How they stand in settings.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a path or a list of paths")]
enum OneOrMore {
    One(PathBuf),
    More(Vec<PathBuf>),
}

impl ReportFiles {
    /// These files.
    #[must_use]
    pub fn new(files: Vec<ReportFile>) -> Self {
        Self(files)
    }

    /// A report as markdown in this file.
    pub(crate) fn markdown(path: &str) -> Self {
        Self(vec![ReportFile {
            path: PathBuf::from(path),
            format: ReportFormat::Markdown,
        }])
    }

    /// The files, those with a relative path below `folder`.
    pub(crate) fn below(&self, folder: &Path) -> Vec<ReportFile> {
        let below = |file: &ReportFile| ReportFile {
            path: folder.join(&file.path),
            format: file.format,
        };
        self.0.iter().map(below).collect()
    }

    /// Replaces each path.
    pub(crate) fn replace(&mut self, path: impl Fn(&Path) -> PathBuf) {
        for file in &mut self.0 {
            file.path = path(&file.path);
        }
    }
}

impl TryFrom<OneOrMore> for ReportFiles {
    type Error = InvalidValue;

    fn try_from(paths: OneOrMore) -> Result<Self, InvalidValue> {
        let paths = match paths {
            OneOrMore::One(path) => vec![path],
            OneOrMore::More(paths) => paths,
        };
        let files = paths.into_iter().map(ReportFile::try_from);
        Ok(Self(files.collect::<Result<_, _>>()?))
    }
}

impl From<ReportFiles> for OneOrMore {
    fn from(ReportFiles(files): ReportFiles) -> Self {
        let mut paths: Vec<PathBuf> = files.into_iter().map(|file| file.path).collect();
        match (paths.len(), paths.pop()) {
            (1, Some(path)) => Self::One(path),
            (_, last) => {
                paths.extend(last);
                Self::More(paths)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_says_the_form() {
        let format = |path: &str| ReportFile::try_from(PathBuf::from(path)).map(|file| file.format);
        assert_eq!(format("a.md").unwrap(), ReportFormat::Markdown);
        assert_eq!(format("out.d/A.HTM").unwrap(), ReportFormat::Html);
        assert_eq!(format("a.b.json").unwrap(), ReportFormat::Json);
        for path in ["report", "a.txt", ".md", "", "out.md/"] {
            let is_refused = format(path).is_err();
            assert_eq!(is_refused, path != "out.md/", "{path}");
        }
        let csv = ReportFile::try_from(PathBuf::from("out/run.csv")).unwrap();
        let names = csv.tables().map(|path| path.display().to_string());
        assert_eq!(names, ["out/run.definitions.csv", "out/run.requests.csv"]);
    }

    #[test]
    fn one_path_is_a_text_and_several_are_a_list() {
        let read = |text: &str| serde_json::from_str::<ReportFiles>(text);
        for text in ["\"a.md\"", "[\"a.md\",\"b.csv\"]", "[]"] {
            assert_eq!(serde_json::to_string(&read(text).unwrap()).unwrap(), text);
        }
        let told = |text: &str| read(text).unwrap_err().to_string();
        assert!(told("[\"a.md\", \"b.pdf\"]").contains("`b.pdf`"));
        assert!(
            told("7").contains("a path or a list of paths"),
            "{}",
            told("7")
        );
    }
}
