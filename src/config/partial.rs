//! The partial settings: what one source says, everything else unset.
//!
//! A settings file, the environment and the flags all become a [`PartialConfig`]; [`merge`] lays
//! one over another. The doc comments here describe the keys to users, through the JSON schema too.
//!
//! [`merge`]: PartialConfig::merge

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::str::FromStr as _;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::azure_endpoint::AzureEndpoint;
use super::choices::{
    AttributesChoice, AzureApi, AzureAuth, BatchOrder, MaxSource, Mode, Preset, ProviderName,
    RaisesInDocstring, ReasoningEffort, StyleChoice, TypesChoice, WantedSection,
};
use super::language::Language;
use super::llm::{Quota, Retry};
use super::per_file::PerFileIgnores;
use super::redis::RedisUrl;
use super::report::ReportFiles;
use super::resolved::{Batch, Cache, Journal, Log, Select};
use super::rule_set::RuleSelector;
use super::texts::{Glob, HttpUrl, IndexName, Name};
use super::values::{ContextWindow, Dollars, LineLength, Percent, Seconds, Temperature, TimeLimit};
use super::wording::Direction;

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

/// Declares the partial settings: structs of options (or of further sections), each with a
/// `merge` that no field can be missing from.
macro_rules! layers {
    ($(
        $(#[$meta:meta])*
        $name:ident {
            $(sections: { $($(#[$section_meta:meta])* $section:ident: $section_type:ty,)+ })?
            keys: { $($(#[$key_meta:meta])* $key:ident: $key_type:ty,)+ }
        }
    )+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, default, expecting = "a table")]
        pub struct $name {
            $($(#[$key_meta])* pub $key: Option<$key_type>,)+
            $($($(#[$section_meta])* pub $section: $section_type,)+)?
        }

        impl $name {
            /// Lays `other` over these settings: what it sets wins, the rest stays.
            #[must_use]
            pub fn merge(self, other: Self) -> Self {
                Self {
                    $($key: other.$key.or(self.$key),)+
                    $($($section: self.$section.merge(other.$section),)+)?
                }
            }
        }
    )+};
}

layers! {
    /// What one source says about the settings.
    PartialConfig {
        sections: {
            /// Which files are read.
            files: PartialFiles,
            /// Which definitions need a docstring.
            select: PartialSelect,
            /// How a docstring is written.
            docstring: PartialDocstring,
            /// What the words of a docstring are like.
            style: PartialStyle,
            /// Documented definitions of the project that a prompt shows for their manner.
            examples: PartialExamples,
            /// Azure OpenAI, used when `provider` is `azure`.
            azure: PartialAzure,
            /// `OpenAI` or a compatible server, used when `provider` is `openai`.
            openai: PartialOpenAi,
            /// What is asked of the model.
            model: PartialModel,
            /// What the deployment allows.
            quota: PartialQuota,
            /// What the model's tokens cost.
            price: PartialPrice,
            /// When and how often a request is sent again.
            retry: PartialRetry,
            /// How long to wait for the network.
            timeouts: PartialTimeouts,
            /// How the network is used.
            network: PartialNetwork,
            /// How definitions share requests.
            batch: PartialBatch,
            /// What models said, remembered in the project's state folder.
            cache: PartialCache,
            /// What may be spent.
            budget: PartialBudget,
            /// What a run may come to without a warning and exit status 1.
            thresholds: PartialThresholds,
            /// What a run does.
            run: PartialRun,
            /// When `check` fails.
            check: PartialCheck,
            /// When `score` fails.
            score: PartialScore,
            /// The run's report.
            report: PartialReport,
            /// What is kept to take runs back.
            journal: PartialJournal,
            /// Figures of runs for Prometheus.
            metrics: PartialMetrics,
            /// The log file.
            log: PartialLog,
        }
        keys: {
            /// Who writes the words: `azure`, `openai` or `offline`.
            provider: ProviderName,
        }
    }

    /// Which files are read. Globs are as in `.gitignore`, relative to the settings' folder.
    PartialFiles {
        keys: {
            /// Globs a file must match one of; an empty list takes every Python file.
            include: Vec<Glob>,
            /// Globs of files and folders that are left out; a list given here replaces the default.
            exclude: Vec<Glob>,
            /// Globs of files and folders that are left out besides those of `exclude`; a flag
            /// adds to the file's list.
            extend_exclude: Vec<Glob>,
            /// Leave out what `.gitignore` leaves out.
            respect_gitignore: bool,
            /// Leave out excluded files even when they are named on the command line.
            force_exclude: bool,
        }
    }

    /// Which definitions need a docstring.
    PartialSelect {
        keys: {
            /// Whose rule says which definitions need a docstring; the next four change it.
            preset: Preset,
            /// Private definitions too: a leading underscore, or left out of `__all__`.
            private: bool,
            /// Functions inside functions too.
            nested: bool,
            /// Magic methods such as `__eq__` (code D105).
            magic: bool,
            /// `__init__` methods (code D107).
            init: bool,
            /// Files of tests.
            tests: bool,
            /// The lowest cyclomatic complexity of functions that count, at least 1.
            min_complexity: NonZeroU32,
        }
    }

    /// How a docstring is written.
    PartialDocstring {
        keys: {
            /// How the sections are laid out: `google`, `numpy`, `sphinx`, or `auto`, as nearly all
            /// of the project's docstrings are, and `google` if they are of several minds.
            style: StyleChoice,
            /// Columns a line may have, indentation included, 40 to 320. Unset: the project's own
            /// ruff or black setting, or else 88.
            line_length: LineLength,
            /// Whether argument and return types are repeated in the docstring: `omit`, `include`,
            /// or `auto`, as the project's docstrings have it, and `omit` if they are of several minds.
            types: TypesChoice,
            /// Which exceptions are described: those that the body itself raises (`own`), or those
            /// of the project's functions that it calls, too (`calls`).
            raises: RaisesInDocstring,
            /// Which attributes a class's docstring describes: those that its body declares and those that
            /// `__init__` sets (`all`), the first alone (`declared`), or `auto`: `all`, unless the project
            /// has pydoclint compare them with what the body declares.
            attributes: AttributesChoice,
        }
    }

    /// What the words of a docstring are like.
    PartialStyle {
        keys: {
            /// How the words sound, in a few plain words.
            tone: Direction,
            /// Rules of the house, told to the model one by one.
            rules: Vec<Direction>,
            /// The language of the words: a BCP 47 tag (`de`, `pt-BR`) or an English name.
            language: Language,
            /// Sections wanted besides the usual: `examples`, `notes`.
            sections: Vec<WantedSection>,
            /// What is otherwise in some files.
            overrides: Vec<PartialStyleOverride>,
        }
    }

    /// What is otherwise in some files.
    PartialStyleOverride {
        keys: {
            /// Globs of the files, of a name or of a path from the settings' folder.
            paths: Vec<Glob>,
            /// How the words sound there.
            tone: Direction,
            /// Rules that hold there besides those of every file.
            rules: Vec<Direction>,
            /// The language of the words there.
            language: Language,
            /// Sections wanted there besides the usual.
            sections: Vec<WantedSection>,
            /// How much of the source the model is shown there.
            max_source: MaxSource,
        }
    }

    /// Documented definitions of the project that a prompt shows for their manner. They are found by
    /// their words, unless one of the two services is set up.
    PartialExamples {
        sections: {
            /// Finds examples by meaning: a deployment of an embedding model.
            embeddings: PartialEmbeddings,
            /// Finds examples with Azure AI Search.
            azure_search: PartialAzureSearch,
        }
        keys: {
            /// Examples in a prompt, at most; 0 shows none.
            count: u8,
        }
    }

    /// A deployment of an embedding model; what it leaves out is as for the one that writes the words.
    PartialEmbeddings {
        keys: {
            /// The deployment's name; with provider `openai` the model's.
            deployment: Name,
            /// The resource's address; with provider `openai` the server's, up to and with `/v1`.
            endpoint: HttpUrl,
            /// The environment variable that holds the resource's key.
            key_variable: Name,
            /// Which model is behind the deployment, which says what it costs.
            model: Name,
            /// Shorter vectors than the model's own, where it can make them, at least 1.
            dimensions: NonZeroU32,
            /// Requests in a minute, at least 1; unset is unlimited.
            requests_per_minute: NonZeroU32,
            /// Tokens in a minute, at least 1; unset is unlimited.
            tokens_per_minute: NonZeroU32,
        }
    }

    /// An index of Azure AI Search.
    PartialAzureSearch {
        keys: {
            /// The service's address, such as `https://my-service.search.windows.net`.
            endpoint: HttpUrl,
            /// The index, which is made if it is not there; several projects may share it.
            index: IndexName,
            /// What the project is called in the index; unset, a name that is made of its folder's.
            project: Name,
            /// The dated version of the service's interface.
            api_version: Name,
        }
    }

    /// Azure OpenAI, used when `provider` is `azure`.
    PartialAzure {
        keys: {
            /// The resource's address, such as `https://my-resource.openai.azure.com`.
            endpoint: AzureEndpoint,
            /// The deployment's name.
            deployment: Name,
            /// The model behind the deployment, such as `gpt-4.1-mini`, which its name does not tell; unset,
            /// what the service says.
            model: Name,
            /// Which route is spoken: `v1` or `classic`.
            api: AzureApi,
            /// The dated version of the classic route; `v1` has none.
            api_version: Name,
            /// What proves who is asking: `auto`, `key`, `token`, `entra`, `managed-identity` or `cli`.
            auth: AzureAuth,
            /// A file that holds the resource's key alone, relative to the settings' folder.
            key_file: PathBuf,
            /// What a token of Microsoft Entra ID is for; unset, the endpoint's host says it.
            scope: Name,
            /// Several deployments of one model, in this resource or others, that share the work.
            deployments: Vec<PartialDeployment>,
        }
    }

    /// One of several deployments; what it leaves out is as for Azure OpenAI at large.
    PartialDeployment {
        keys: {
            /// The resource's address.
            endpoint: AzureEndpoint,
            /// The deployment's name.
            deployment: Name,
            /// The model behind the deployment.
            model: Name,
            /// Which route is spoken: `v1` or `classic`.
            api: AzureApi,
            /// The dated version of the classic route.
            api_version: Name,
            /// What proves who is asking.
            auth: AzureAuth,
            /// The environment variable that holds the resource's key.
            key_variable: Name,
            /// Requests in a minute, at least 1.
            requests_per_minute: NonZeroU32,
            /// Tokens in a minute, at least 1.
            tokens_per_minute: NonZeroU32,
            /// What its tokens cost.
            price: PartialPrice,
        }
    }

    /// `OpenAI` or a compatible server, used when `provider` is `openai`.
    PartialOpenAi {
        keys: {
            /// The server's address up to and with `/v1`.
            base_url: HttpUrl,
            /// The model's name.
            model: Name,
            /// A file that holds the key alone, relative to the settings' folder.
            key_file: PathBuf,
            /// The organization that pays, of those that the key belongs to.
            organization: Name,
            /// The project that pays, of those that the key belongs to.
            project: Name,
        }
    }

    /// What is asked of the model.
    PartialModel {
        keys: {
            /// Sampling temperature, 0 to 2; not sent unless set, since reasoning models reject it.
            temperature: Temperature,
            /// Reasoning effort, `none` to `max`; not sent unless set.
            reasoning_effort: ReasoningEffort,
            /// How much of the source the model is shown: `none`, `signature` or `full`.
            max_source: MaxSource,
            /// Tokens that the model takes in one request, prompt and reply together, at least 4096.
            context_window: ContextWindow,
        }
    }

    /// What the deployment allows.
    PartialQuota {
        keys: {
            /// Requests in a minute, at least 1; unset is unlimited.
            requests_per_minute: NonZeroU32,
            /// Tokens in a minute, at least 1; unset is unlimited.
            tokens_per_minute: NonZeroU32,
            /// Requests in flight at once to one deployment, at least 1; found out up to this.
            max_concurrency: NonZeroUsize,
            /// The Redis server that holds the quota for all machines that share it: `redis://`,
            /// `rediss://` (TLS) or `unix://`, without a password.
            redis_url: RedisUrl,
        }
    }

    /// What the model's tokens cost, in US dollars for a million; what is left out is as docgen's own
    /// table has it.
    PartialPrice {
        keys: {
            /// Of prompts.
            input: Dollars,
            /// Of prompts, where the service's cache has them.
            cached_input: Dollars,
            /// Of prompts that the service's cache takes in.
            cache_write: Dollars,
            /// Of replies, reasoning included.
            output: Dollars,
        }
    }

    /// When and how often a request is sent again.
    PartialRetry {
        keys: {
            /// Attempts in all, the first one counted, at least 1.
            max_attempts: NonZeroU32,
            /// Milliseconds that the first backoff lasts at most; each further one doubles.
            initial_backoff_ms: u32,
            /// Seconds that any backoff lasts at most.
            max_backoff_seconds: u32,
            /// Seconds of a `Retry-After` that are waited for; a longer one ends the request.
            max_retry_after_seconds: u32,
            /// Seconds from the first attempt after which none is started, at least 1.
            deadline_seconds: NonZeroU32,
        }
    }

    /// How long to wait for the network.
    PartialTimeouts {
        keys: {
            /// Seconds to open a connection, at least 1.
            connect_seconds: NonZeroU32,
            /// Seconds without a byte from the server, at least 1. A model sends none while it thinks.
            read_seconds: NonZeroU32,
            /// Seconds for one attempt, from sending to the last byte, at least 1.
            request_seconds: NonZeroU32,
        }
    }

    /// How the network is used.
    PartialNetwork {
        keys: {
            /// A PEM file, or a folder of them, with the certificate authorities to trust in place
            /// of the system's, relative to the settings' folder.
            ca_bundle: PathBuf,
        }
    }

    /// What models said, remembered in the project's state folder.
    PartialCache {
        keys: {
            /// What a model said is remembered, and used again where it still holds.
            enabled: bool,
            /// Days after which it is forgotten; 0 never forgets.
            ttl_days: u32,
            /// Megabytes that the project's database may have; 0 has no bound.
            max_size_mb: u32,
            /// The Redis server that machines share what models said through: `redis://`,
            /// `rediss://` (TLS) or `unix://`, without a password.
            redis_url: RedisUrl,
            /// What those have in common there who share it.
            namespace: Name,
        }
    }

    /// What may be spent. Unset is unlimited; days and months are those of the calendar, in UTC.
    PartialBudget {
        keys: {
            /// US dollars that a run may cost.
            max_cost: Dollars,
            /// Tokens of prompts and replies that a run may take.
            max_tokens: u64,
            /// Requests that a run may make.
            max_requests: u64,
            /// How long a run may begin requests, such as `90s`, `10m` or `1h30m`.
            max_time: TimeLimit,
            /// US dollars that all runs of a day may cost.
            day_cost: Dollars,
            /// Tokens that all runs of a day may take.
            day_tokens: u64,
            /// Requests that all runs of a day may make.
            day_requests: u64,
            /// US dollars that all runs of a month may cost.
            month_cost: Dollars,
            /// Tokens that all runs of a month may take.
            month_tokens: u64,
            /// Requests that all runs of a month may make.
            month_requests: u64,
            /// What those have in common who share a day's and a month's budget on the Redis server of
            /// `[quota]`.
            namespace: Name,
            /// US dollars: a terminal is asked before a run that may cost more.
            confirm_above: Dollars,
            /// A terminal is asked before a run of more requests, where the price is not known.
            confirm_above_requests: u64,
        }
    }

    /// What a run may come to without a warning and exit status 1; unset has no bound.
    PartialThresholds {
        keys: {
            /// Requests that failed, in percent of those that were sent.
            error_rate: Percent,
            /// Definitions whose words were refused, in percent of those that were asked about.
            refused_share: Percent,
            /// Seconds to an answer that 95 of 100 stay below.
            p95_latency_seconds: Seconds,
            /// US dollars.
            cost: Dollars,
        }
    }

    /// How definitions share requests.
    PartialBatch {
        keys: {
            /// Estimated prompt tokens of the definitions that share a request, at least 1.
            max_tokens: NonZeroU32,
            /// Definitions that share a request, at least 1.
            max_definitions: NonZeroUsize,
            /// Estimated tokens of what a request shows of the code around its definitions; 0 shows
            /// none.
            context_tokens: u32,
            /// Which definitions are documented first.
            order: BatchOrder,
        }
    }

    /// What a run does.
    PartialRun {
        keys: {
            /// Which docstrings are written: `missing` ones; `stale` ones, which are mended where they
            /// contradict the code; or `all`, which is both.
            mode: Mode,
            /// With `mode = "all"`, docstrings that score less than this, from 0 to 100, are improved by
            /// the model.
            below: Percent,
        }
    }

    /// When `check` fails.
    PartialCheck {
        keys: {
            /// Coverage in percent below which `check` fails, 0 to 100; unset, any missing
            /// docstring fails it.
            fail_under: Percent,
            /// The file of findings to live with, relative to the settings' folder.
            baseline: PathBuf,
            /// Rules in force, by codes, beginnings of codes, or `ALL`.
            select: Vec<RuleSelector>,
            /// Rules in force besides those.
            extend_select: Vec<RuleSelector>,
            /// Rules not in force.
            ignore: Vec<RuleSelector>,
            /// Rules not in force in files that match a glob, relative to the settings' folder.
            per_file_ignores: PerFileIgnores,
        }
    }

    /// When `score` fails.
    PartialScore {
        keys: {
            /// The score below which `score` fails, 0 to 100; unset, no score does.
            fail_under: Percent,
        }
    }

    /// The run's report.
    PartialReport {
        keys: {
            /// Whether a report is written.
            enabled: bool,
            /// The report's file or files, relative to the settings' folder; the extension says in which form:
            /// `.md`, `.json`, `.html` or `.csv`.
            path: ReportFiles,
            /// The address that has the project's files, which the report's links then lead to; unset, they are
            /// relative.
            link_base: HttpUrl,
        }
    }

    /// What is kept to take runs back.
    PartialJournal {
        keys: {
            /// The newest runs whose files are kept as they were before; 0 keeps none.
            keep_runs: u32,
            /// Megabytes that they may take together, compressed, at least 1.
            max_size_mb: NonZeroU32,
        }
    }

    /// Figures of runs for Prometheus.
    PartialMetrics {
        keys: {
            /// The file, relative to the settings' folder; unset, none is written.
            file: PathBuf,
            /// The project's name in them; unset, its folder's.
            project: String,
        }
    }

    /// The log file.
    PartialLog {
        keys: {
            /// The file, relative to the settings' folder; unset, none is written.
            file: PathBuf,
            /// Megabytes after which a new file is begun, at least 1.
            max_size_mb: NonZeroU32,
            /// Full files that are kept besides the one that is written.
            keep: u32,
            /// What is sent to the model and what comes back goes into the log file too.
            bodies: bool,
        }
    }
}

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
    fn what_the_upper_layer_sets_wins_and_the_rest_stays() {
        let lower: PartialConfig =
            toml::from_str("[quota]\nmax_concurrency = 2\ntokens_per_minute = 10").unwrap();
        let upper: PartialConfig = toml::from_str("[quota]\nmax_concurrency = 3").unwrap();
        let merged = lower.merge(upper).quota;
        assert_eq!(merged.max_concurrency, NonZeroUsize::new(3));
        assert_eq!(merged.tokens_per_minute, NonZeroU32::new(10));
        assert_eq!(merged.requests_per_minute, None);
    }

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
