//! The defaults: what holds where no source says anything.

use std::num::NonZeroU32;
use std::str::FromStr as _;
use std::time::Duration;

use super::choices::{
    AttributesChoice, AzureApi, AzureAuth, MaxSource, Mode, ProviderName, RaisesInDocstring,
    StyleChoice, TypesChoice,
};
use super::language::Language;
use super::llm::{Quota, Retry};
use super::partial::{
    PartialAzure, PartialAzureSearch, PartialBatch, PartialBudget, PartialCache, PartialCheck,
    PartialConfig, PartialDocstring, PartialExamples, PartialFiles, PartialJournal, PartialLog,
    PartialModel, PartialOpenAi, PartialQuota, PartialReport, PartialRetry, PartialRun,
    PartialSelect, PartialStyle, PartialTimeouts,
};
use super::per_file::PerFileIgnores;
use super::report::ReportFiles;
use super::resolved::{Batch, Cache, Journal, Log, Select};
use super::rule_set::RuleSelector;
use super::texts::{Glob, HttpUrl, IndexName, Name};
use super::values::Dollars;

/// Folders that hold no source of the project's own.
const EXCLUDE: [&str; 24] = [
    ".bzr",
    ".direnv",
    ".docgen",
    ".eggs",
    ".git",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "__pypackages__",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
];

/// Where `OpenAI` itself answers.
pub(crate) const OPENAI_BASE_URL: &str = "https://api.openai.com/v1";
/// The newest dated version of the classic route that is not a preview.
pub(crate) const API_VERSION: &str = "2024-10-21";
/// Examples in a prompt.
pub(crate) const EXAMPLES: u8 = 3;
/// The index of examples in Azure AI Search.
pub(crate) const SEARCH_INDEX: &str = "docgen";
/// The oldest version of Azure AI Search's interface with all that is asked of it.
pub(crate) const SEARCH_API_VERSION: &str = "2024-07-01";
/// What those who share a cache have in common, unless they say otherwise.
pub(crate) const CACHE_NAMESPACE: &str = "default";
/// US dollars that a run may cost before a terminal is asked.
pub(crate) const CONFIRM_ABOVE: Dollars = Dollars::ONE;
/// Requests that a run may take before a terminal is asked, where the price is not known.
pub(crate) const CONFIRM_REQUESTS: u64 = 100;
/// Where the run's report goes, relative to the settings' folder.
pub(crate) const REPORT_PATH: &str = "docgen-report.md";
/// Seconds to open a connection.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Seconds without a byte: as long as a model may think, since it sends nothing meanwhile.
pub(crate) const READ_TIMEOUT: Duration = Duration::from_mins(5);
/// Seconds for one attempt, as in the official clients.
pub(crate) const REQUEST_TIMEOUT: Duration = Duration::from_mins(10);

impl PartialConfig {
    /// Every setting that has a default, with it.
    #[must_use]
    pub fn defaults() -> Self {
        let (select, batch) = (Select::default(), Batch::default());
        Self {
            provider: Some(ProviderName::Azure),
            files: PartialFiles {
                include: Some(Vec::new()),
                exclude: Some(EXCLUDE.map(Glob::built_in).to_vec()),
                extend_exclude: Some(Vec::new()),
                respect_gitignore: Some(true),
                force_exclude: Some(false),
            },
            // What is unset is what the preset says.
            select: PartialSelect {
                preset: Some(select.preset),
                tests: Some(select.tests),
                min_complexity: Some(select.min_complexity),
                ..PartialSelect::default()
            },
            docstring: PartialDocstring {
                style: Some(StyleChoice::default()),
                line_length: None,
                types: Some(TypesChoice::default()),
                raises: Some(RaisesInDocstring::default()),
                attributes: Some(AttributesChoice::default()),
            },
            style: PartialStyle::defaults(),
            examples: PartialExamples::defaults(),
            azure: PartialAzure {
                api: Some(AzureApi::V1),
                api_version: Name::from_str(API_VERSION).ok(),
                auth: Some(AzureAuth::default()),
                ..PartialAzure::default()
            },
            openai: PartialOpenAi {
                base_url: HttpUrl::from_str(OPENAI_BASE_URL).ok(),
                ..PartialOpenAi::default()
            },
            model: PartialModel {
                max_source: Some(MaxSource::default()),
                context_window: Some(batch.context_window),
                ..PartialModel::default()
            },
            quota: PartialQuota {
                max_concurrency: Some(Quota::default().max_concurrency),
                ..PartialQuota::default()
            },
            retry: PartialRetry::defaults(),
            timeouts: PartialTimeouts {
                connect_seconds: seconds(CONNECT_TIMEOUT).and_then(NonZeroU32::new),
                read_seconds: seconds(READ_TIMEOUT).and_then(NonZeroU32::new),
                request_seconds: seconds(REQUEST_TIMEOUT).and_then(NonZeroU32::new),
            },
            batch: PartialBatch {
                max_tokens: Some(batch.max_tokens),
                max_definitions: Some(batch.max_definitions),
                context_tokens: Some(batch.context_tokens),
                order: Some(batch.order),
            },
            cache: PartialCache::defaults(),
            budget: PartialBudget::defaults(),
            run: PartialRun {
                mode: Some(Mode::default()),
                ..PartialRun::default()
            },
            check: PartialCheck::defaults(),
            report: PartialReport {
                enabled: Some(true),
                path: Some(ReportFiles::markdown(REPORT_PATH)),
                link_base: None,
            },
            journal: PartialJournal::defaults(),
            log: PartialLog::defaults(),
            // What has no default.
            ..Self::default()
        }
    }
}

impl PartialCheck {
    fn defaults() -> Self {
        Self {
            select: Some(vec![RuleSelector::all()]),
            extend_select: Some(Vec::new()),
            ignore: Some(Vec::new()),
            per_file_ignores: Some(PerFileIgnores::new()),
            ..Self::default()
        }
    }
}

impl PartialJournal {
    fn defaults() -> Self {
        let journal = Journal::default();
        Self {
            keep_runs: Some(journal.keep_runs),
            max_size_mb: Some(journal.max_size_mb),
        }
    }
}

impl PartialStyle {
    fn defaults() -> Self {
        Self {
            tone: None,
            rules: Some(Vec::new()),
            language: Some(Language::default()),
            sections: Some(Vec::new()),
            overrides: Some(Vec::new()),
        }
    }
}

impl PartialExamples {
    fn defaults() -> Self {
        Self {
            count: Some(EXAMPLES),
            azure_search: PartialAzureSearch {
                index: IndexName::from_str(SEARCH_INDEX).ok(),
                api_version: Name::from_str(SEARCH_API_VERSION).ok(),
                ..PartialAzureSearch::default()
            },
            ..PartialExamples::default()
        }
    }
}

impl PartialCache {
    fn defaults() -> Self {
        let cache = Cache::default();
        Self {
            enabled: Some(cache.enabled),
            ttl_days: Some(cache.ttl_days),
            max_size_mb: Some(cache.max_size_mb),
            redis_url: None,
            namespace: CACHE_NAMESPACE.parse().ok(),
        }
    }
}

impl PartialBudget {
    fn defaults() -> Self {
        Self {
            namespace: CACHE_NAMESPACE.parse().ok(),
            confirm_above: Some(CONFIRM_ABOVE),
            confirm_above_requests: Some(CONFIRM_REQUESTS),
            ..Self::default()
        }
    }
}

impl PartialLog {
    fn defaults() -> Self {
        let log = Log::default();
        Self {
            file: None,
            max_size_mb: Some(log.max_size_mb),
            keep: Some(log.keep),
            bodies: Some(log.bodies),
        }
    }
}

impl PartialRetry {
    fn defaults() -> Self {
        let retry = Retry::default();
        Self {
            max_attempts: Some(retry.max_attempts),
            initial_backoff_ms: u32::try_from(retry.initial_backoff.as_millis()).ok(),
            max_backoff_seconds: seconds(retry.max_backoff),
            max_retry_after_seconds: seconds(retry.max_retry_after),
            deadline_seconds: seconds(retry.deadline).and_then(NonZeroU32::new),
        }
    }
}

fn seconds(duration: Duration) -> Option<u32> {
    u32::try_from(duration.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_an_allowed_value() {
        let defaults = PartialConfig::defaults();
        let again = serde_json::to_value(&defaults).unwrap();
        assert_eq!(
            serde_json::from_value::<PartialConfig>(again).unwrap(),
            defaults
        );
        assert!(defaults.openai.base_url.is_some() && defaults.azure.api_version.is_some());
    }
}
