//! The report of a run as JSON. Its types are its schema, `docs/schema/report.schema.json`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::report::budget::BudgetReport;
use crate::report::cache::{CacheFigures, CacheReport};
use crate::report::estimate::estimate_json;
use crate::report::outcome::Outcome;
use crate::report::repairs::Repairs;
use crate::report::requests::Requests;
use crate::report::run_report::{
    FileReport, FolderReport, HotSpot, QualityChange, RunReport, Totals,
};
use crate::report::thresholds::Exceeded;
use crate::rules::{Coverage, Diagnostic};

/// Rises when a field goes or means something else; new ones may come at any time.
const SCHEMA_VERSION: u32 = 1;

/// What a run did.
#[must_use]
pub fn run_json(report: &RunReport) -> Value {
    json!(Document::new(report))
}

/// The report of a run of `docgen run`.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "docgen report")]
struct Document<'r> {
    /// The version of this schema. It rises when a field goes or means something else; new fields may come
    /// at any time.
    schema_version: u32,
    /// The version of docgen.
    docgen: &'static str,
    /// Who wrote the words.
    provider: &'r str,
    /// Nothing was written: the run only showed what it would change.
    diff: bool,
    /// The run was cut short.
    interrupted: bool,
    /// Counts of definitions by what became of them.
    totals: Totals,
    /// What is documented of what has to be.
    coverage: Change,
    /// How good the docstrings are that the run touched.
    quality: QualityChange,
    /// Files that were looked at.
    files_read: usize,
    /// The folders of all files, sorted by name.
    folders: Vec<Folder<'r>>,
    /// Files with something to document, sorted by name.
    files: Vec<File<'r>>,
    /// Files that could not be taken in.
    #[schemars(with = "Vec<Unread>")]
    diagnostics: &'r [Diagnostic],
    /// Functions without a docstring after the run, the most complex first.
    hot_spots: &'r [HotSpot],
    /// What the requests cost; `null` without a model.
    requests: Option<&'r Requests>,
    /// What the run was likely to take, and what it took; `null` where nothing was estimated.
    #[schemars(with = "Option<Estimated>")]
    estimate: Value,
    /// What was remembered of models' words; `null` where that was not asked.
    cache: Option<CacheFigures>,
    /// What the run was allowed to spend, and what it did; `null` without a budget.
    budget: Option<&'r BudgetReport>,
    /// The thresholds that the run went beyond.
    thresholds: &'r [Exceeded],
    /// What it took to make the model's replies hold; `null` without a model.
    repairs: Option<Repairs>,
    /// Secrets in source that no prompt showed.
    masked: Masked,
    /// Wall time of the run.
    seconds: f64,
}

/// What is documented before and after a run.
#[derive(Serialize, JsonSchema)]
struct Change {
    before: Covered,
    after: Covered,
}

/// What is documented of what has to be.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Coverage")]
struct Covered {
    /// Definitions that need a docstring; those that a comment silences are not counted.
    needed: usize,
    /// Those of them that have one.
    documented: usize,
    /// Their share, rounded to a hundredth; 100 where nothing needs one.
    percent: f64,
}

/// A folder's own files, those of its subfolders not counted.
#[derive(Serialize, JsonSchema)]
struct Folder<'r> {
    /// Its name; `.` for the working directory.
    #[serde(rename = "folder")]
    name: &'r str,
    /// Files in it.
    files: usize,
    totals: Totals,
    coverage: Change,
    quality: QualityChange,
}

/// A file with something to document.
#[derive(Serialize, JsonSchema)]
struct File<'r> {
    /// Its name as seen from the working directory, with forward slashes.
    path: &'r str,
    coverage: Change,
    quality: QualityChange,
    /// What became of its definitions, in the order of the text.
    definitions: &'r [Outcome],
}

/// What a run was likely to take, and what it took.
#[derive(JsonSchema)]
#[expect(
    dead_code,
    reason = "only its schema is used: the estimate says itself in JSON"
)]
struct Estimated {
    /// The estimate, as `docgen plan` gives it.
    estimated: BTreeMap<String, Value>,
    /// What each of its figures came to.
    came_to: BTreeMap<String, CameTo>,
}

/// What a figure of the estimate came to.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "the same")]
struct CameTo {
    /// `null` if it is not known.
    actual: Option<f64>,
    /// By how many percent of that the estimate was too high; 0 within its range.
    off_percent: Option<f64>,
}

/// Secrets in source that no prompt showed.
#[derive(Serialize, JsonSchema)]
struct Masked {
    total: usize,
    /// By kind.
    kinds: BTreeMap<&'static str, usize>,
}

/// A file that could not be taken in.
#[derive(JsonSchema)]
#[expect(
    dead_code,
    reason = "only its schema is used: a diagnostic says itself in JSON"
)]
struct Unread {
    path: String,
    /// 1-based.
    line: usize,
    /// 1-based.
    column: usize,
    end_line: usize,
    end_column: usize,
    /// The qualified name of the definition that it speaks of; empty for a whole file.
    definition: String,
    /// E902 or E999.
    code: String,
    /// What is wrong.
    message: String,
}

impl<'r> Document<'r> {
    fn new(report: &'r RunReport) -> Self {
        let masked = report.masked();
        Self {
            schema_version: SCHEMA_VERSION,
            docgen: env!("CARGO_PKG_VERSION"),
            provider: &report.provider,
            diff: report.is_diff,
            interrupted: report.is_interrupted,
            totals: report.totals(),
            coverage: Change::new(report.before, report.after()),
            quality: report.quality(),
            files_read: report.files_read,
            folders: report.folders.iter().map(Folder::new).collect(),
            files: report.files.iter().map(File::new).collect(),
            diagnostics: &report.diagnostics,
            hot_spots: &report.hot_spots,
            requests: report.requests.as_ref(),
            estimate: estimate_json(report),
            cache: report.cache.as_ref().map(CacheReport::figures),
            budget: report.budget.as_ref(),
            thresholds: &report.exceeded,
            repairs: report.repairs(),
            masked: Masked {
                total: masked.values().sum(),
                kinds: masked,
            },
            seconds: report.elapsed.as_secs_f64(),
        }
    }
}

impl Change {
    fn new(before: Coverage, after: Coverage) -> Self {
        Self {
            before: Covered::new(before),
            after: Covered::new(after),
        }
    }
}

impl Covered {
    fn new(coverage: Coverage) -> Self {
        Self {
            needed: coverage.needed,
            documented: coverage.documented,
            percent: (coverage.percent() * 100.0).round() / 100.0,
        }
    }
}

impl<'r> Folder<'r> {
    fn new(folder: &'r FolderReport) -> Self {
        Self {
            name: &folder.folder,
            files: folder.files,
            totals: folder.totals,
            coverage: Change::new(folder.before, folder.after),
            quality: folder.quality,
        }
    }
}

impl<'r> File<'r> {
    fn new(file: &'r FileReport) -> Self {
        Self {
            path: file.path.as_str(),
            coverage: Change::new(file.coverage, file.after()),
            quality: QualityChange::of(&file.outcomes),
            definitions: &file.outcomes,
        }
    }
}

/// What is documented of what has to be.
pub(in crate::report) fn coverage_json(coverage: Coverage) -> Value {
    json!(Covered::new(coverage))
}

#[cfg(test)]
mod tests {
    use schemars::generate::SchemaSettings;

    use super::*;

    /// The schema of what [`run_json`] gives, draft 2020-12.
    fn schema() -> String {
        let settings = SchemaSettings::draft2020_12().for_serialize();
        let generator = settings.into_generator();
        let mut schema = generator.into_root_schema_for::<Document<'_>>().to_value();
        if let Some(object) = schema.as_object_mut() {
            object.insert("$id".to_owned(), "urn:docgen:schema:report:1".into());
        }
        format!("{schema:#}\n")
    }

    /// With `DOCGEN_BLESS=1` in the environment it is written anew.
    #[test]
    fn the_published_schema_is_the_one_of_the_types() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let path = root.join("docs/schema/report.schema.json");
        if std::env::var_os("DOCGEN_BLESS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, schema()).unwrap();
        }
        let published = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(published == schema(), "run again with DOCGEN_BLESS=1");
    }
}
