//! Findings that a team has recorded to live with: `check` fails only on what is new.
//!
//! A finding is known by its file, its definition and its code, not by its line, so that an edit
//! elsewhere in the file brings nothing back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Diagnostic;
use crate::source::{FileName, absolute_path};

/// The format's version; another one is refused.
const VERSION: u32 = 1;

/// How many findings of each code each definition of each file has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    version: u32,
    findings: BTreeMap<String, Definitions>,
}

/// What a baseline calls files: their paths as seen from its own folder, so that it means the same
/// from wherever docgen is run.
#[derive(Debug)]
pub struct BaselineNames {
    folder: PathBuf,
}

impl BaselineNames {
    /// The names in the baseline at `path`.
    #[must_use]
    pub fn beside(path: &Path) -> Self {
        let path = absolute_path(path);
        let folder = path.parent().unwrap_or(&path).to_path_buf();
        Self { folder }
    }

    fn of(&self, name: &FileName) -> String {
        let path = absolute_path(Path::new(name.as_str()));
        FileName::new(&path, &self.folder).as_str().to_owned()
    }
}

/// By qualified name, empty for the module; then by code.
type Definitions = BTreeMap<String, BTreeMap<String, usize>>;

/// Why a baseline cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is no JSON, or not of this shape.
    #[error("is not a baseline: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Another docgen wrote it.
    #[error("has version {0}; this docgen reads version {VERSION}")]
    Version(u32),
}

impl Default for Baseline {
    fn default() -> Self {
        Self {
            version: VERSION,
            findings: BTreeMap::new(),
        }
    }
}

impl Baseline {
    /// Reads what [`Self::to_json`] wrote.
    pub fn from_json(text: &str) -> Result<Self, BaselineError> {
        let baseline: Self = serde_json::from_str(text)?;
        if baseline.version != VERSION {
            return Err(BaselineError::Version(baseline.version));
        }
        Ok(baseline)
    }

    /// The baseline as JSON: sorted, one line each, so that two of them differ well.
    pub fn to_json(&self) -> Result<String, BaselineError> {
        Ok(format!("{}\n", serde_json::to_string_pretty(self)?))
    }

    /// Takes out of `diagnostics` what is recorded; gives how many those were. A file that cannot
    /// be read is never one of them.
    pub fn take_out(&self, diagnostics: &mut Vec<Diagnostic>, names: &BaselineNames) -> usize {
        let mut left = self.findings.clone();
        let before = diagnostics.len();
        diagnostics.retain(|diagnostic| {
            let counted = left
                .get_mut(&names.of(&diagnostic.path))
                .and_then(|file| file.get_mut(&diagnostic.definition))
                .and_then(|codes| codes.get_mut(diagnostic.code.as_str()));
            match counted {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    false
                }
                _ => true,
            }
        });
        before - diagnostics.len()
    }

    /// Records `diagnostics` in place of what was recorded for the files that were `read`; what is
    /// known of other files stays unless they are gone.
    pub fn update<'n>(
        &mut self,
        diagnostics: &[Diagnostic],
        read: impl Iterator<Item = &'n FileName>,
        names: &BaselineNames,
    ) {
        for name in read {
            self.findings.remove(&names.of(name));
        }
        self.findings
            .retain(|name, _| names.folder.join(name).exists());
        let recorded = diagnostics.iter().filter(|one| !one.is_unread());
        for diagnostic in recorded {
            let file = self.findings.entry(names.of(&diagnostic.path));
            let definition = file.or_default().entry(diagnostic.definition.clone());
            *definition
                .or_default()
                .entry(diagnostic.code.as_str().to_owned())
                .or_default() += 1;
        }
    }

    /// How many findings it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.findings
            .values()
            .flat_map(BTreeMap::values)
            .flat_map(BTreeMap::values)
            .sum()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
