//! Settings: defaults, under the settings file, under the environment, under the flags.
//!
//! Each source becomes a [`PartialConfig`]; [`load`] lays them over one another and resolves the
//! result. What it takes to reach a model is resolved by [`Loaded::provider`] only when a command
//! asks for it, so that `check` and `analyze` need no key.

mod azure_endpoint;
mod budget;
mod choices;
mod credential;
mod defaults;
mod document;
mod env;
mod error;
mod file;
mod identity;
mod keys;
mod language;
mod line_length;
mod llm;
mod partial;
mod per_file;
mod provenance;
mod provider;
mod pydoclint;
mod redis;
mod report;
mod resolve;
mod resolved;
mod rule_code;
mod rule_set;
mod texts;
mod values;
mod wording;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use env::{Secrets, Variables};
use provenance::Layers;

pub use azure_endpoint::AzureEndpoint;
pub use budget::{Allowance, Budget, Confirm, Thresholds};
pub use choices::{
    AttributesChoice, AttributesInDocstring, AzureApi, AzureAuth, BatchOrder, MaxSource, Mode,
    Preset, ProviderName, RaisesInDocstring, ReasoningEffort, Style, StyleChoice, TypesChoice,
    TypesInDocstring, WantedSection,
};
pub use env::Environment;
pub use error::{ConfigError, InvalidSetting, Missing};
pub use language::Language;
pub use llm::{
    Application, Authorities, AzureSearch, Credential, Deployment, Embeddings, Entra, Identity,
    Llm, Network, PriceSetting, Provider, Quota, Retry, Surface,
};
pub use partial::{
    PartialAzure, PartialAzureSearch, PartialBatch, PartialBudget, PartialCache, PartialCheck,
    PartialConfig, PartialDeployment, PartialDocstring, PartialEmbeddings, PartialExamples,
    PartialFiles, PartialJournal, PartialLog, PartialMetrics, PartialModel, PartialNetwork,
    PartialOpenAi, PartialPrice, PartialQuota, PartialReport, PartialRetry, PartialRun,
    PartialScore, PartialSelect, PartialStyle, PartialStyleOverride, PartialThresholds,
    PartialTimeouts,
};
pub use per_file::{PerFileIgnores, Rules};
pub use provenance::{Origin, Setting};
pub use redis::{Redis, RedisAddress, RedisUrl, SharedCache};
pub use report::{ReportFile, ReportFiles, ReportFormat};
pub use resolved::{
    Batch, Cache, Check, Config, DocstringStyle, Files, Journal, Log, Metrics, OpenStyle, Score,
    Select,
};
pub use rule_code::RuleCode;
pub use rule_set::{RuleSelector, RuleSet};
pub use texts::{Glob, HttpUrl, IndexName, Name};
pub use values::{
    ContextWindow, Dollars, InvalidValue, LineLength, Percent, Seconds, Temperature, TimeLimit,
};
pub use wording::{Direction, Wording, Wordings};

/// Whether files that were not named may speak.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Isolation {
    /// The settings file is looked for; `.env` and the line length of ruff or black are read.
    #[default]
    Project,
    /// No file is looked for: only the one named, the environment and the flags count.
    Isolated,
}

/// Where settings come from.
#[derive(Debug)]
pub struct LoadRequest<'a> {
    /// The files and folders that the command is about; none means the working directory.
    pub paths: &'a [PathBuf],
    /// The settings file that the user named.
    pub config_file: Option<PathBuf>,
    /// Whether other files may speak.
    pub isolated: Isolation,
    /// What the flags say. A relative report path is from the working directory.
    pub flags: PartialConfig,
    /// The environment variables.
    pub environment: Environment,
}

/// The settings of a run.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Everything but the provider.
    pub config: Config,
    /// The settings file that was read.
    pub source: Option<PathBuf>,
    settings: PartialConfig,
    secrets: Secrets,
    layers: Layers,
    authorities: Vec<Authorities>,
}

impl Loaded {
    /// Who writes the words.
    ///
    /// Fails if what it takes to reach the model is not set; the error names all of it.
    pub fn provider(&self) -> Result<Provider, ConfigError> {
        let provider = provider::provider(&self.settings, &self.secrets, &self.authorities)?;
        match (&provider, self.config.wordings.foreign_language()) {
            (Provider::Offline, Some(language)) => {
                Err(ConfigError::OfflineLanguage(language.clone()))
            }
            _ => Ok(provider),
        }
    }

    /// Who would write the words, without what it takes to be let in: it is for those who ask nobody.
    /// `None` if the settings do not say where the model is.
    #[must_use]
    pub fn prospect(&self) -> Option<Provider> {
        provider::prospect(&self.settings)
    }

    /// The Redis server that holds the quotas for all machines that share them, if one is named.
    #[must_use]
    pub fn shared_quota(&self) -> Option<Redis> {
        provider::shared_quota(&self.settings, &self.secrets, &self.authorities)
    }

    /// The cache that machines share, if one is named.
    #[must_use]
    pub fn shared_cache(&self) -> Option<SharedCache> {
        provider::shared_cache(&self.settings, &self.secrets, &self.authorities)
    }

    /// Every setting that has a value, whatever source it is from; it holds no secret.
    #[must_use]
    pub fn settings(&self) -> &PartialConfig {
        &self.settings
    }

    /// Every setting with its value and where that comes from, in the order of the example file; a
    /// setting that nobody gives and that has no default is `null`. No address has its query.
    #[must_use]
    pub fn origins(&self) -> Vec<Setting> {
        self.layers.settings(self)
    }

    /// The variables that hold a secret, and where each is set. The secrets stay unseen.
    #[must_use]
    pub fn secret_origins(&self) -> Vec<(String, Origin)> {
        provenance::secrets(&self.secrets)
    }
}

/// Reads the settings of all sources and resolves them.
pub fn load(request: LoadRequest<'_>) -> Result<Loaded, ConfigError> {
    let LoadRequest {
        paths,
        config_file,
        isolated,
        mut flags,
        environment,
    } = request;
    let here = std::env::current_dir().map_err(ConfigError::WorkingDirectory)?;
    let mut file = match (config_file, isolated) {
        (Some(path), _) => file::named(&path, paths, &here)?,
        (None, Isolation::Project) => file::discover(paths, &here)?,
        (None, Isolation::Isolated) => file::no_file(paths, &here),
    };
    let variables = match isolated {
        Isolation::Project => Variables::with_file(environment, &file.root)?,
        Isolation::Isolated => Variables::without_file(environment),
    };
    // A path in the file is relative to the root; one that the user types, and the default, to
    // where the user is.
    let mut defaults = PartialConfig::defaults();
    let reports = [&mut defaults.report.path, &mut flags.report.path];
    for files in reports.into_iter().flatten() {
        files.replace(|path| file::absolute(path, &here));
    }
    let typed = [&mut flags.metrics.file, &mut flags.log.file];
    for path in typed.into_iter().flatten() {
        *path = file::absolute(path, &here);
    }
    let layers = Layers {
        file: file.settings.clone(),
        variables: variables.origins(),
        flags: flags.clone(),
    };
    let of_file = &mut file.settings;
    for path in [
        &mut of_file.network.ca_bundle,
        &mut of_file.azure.key_file,
        &mut of_file.openai.key_file,
    ]
    .into_iter()
    .flatten()
    {
        *path = file::absolute(path, &file.root);
    }
    let mut below = defaults.merge(file.settings).merge(variables.settings()?);
    lay_rules(&mut below.check, &mut flags.check);
    // What a flag adds, it adds to the file's.
    if let (Some(more), Some(globs)) =
        (&mut flags.files.extend_exclude, &below.files.extend_exclude)
    {
        more.splice(..0, globs.iter().cloned());
    }
    wording::lay_flags_over_overrides(&mut below, &flags);
    let overrides = below.style.overrides.as_deref().unwrap_or_default();
    if overrides.iter().any(|one| one.paths.is_none()) {
        return Err(ConfigError::OverrideWithoutPaths);
    }
    let settings = below.merge(flags);
    let line_length = match (settings.docstring.line_length, isolated) {
        (None, Isolation::Project) => line_length::of_project(&file.root)?,
        _ => LineLength::DEFAULT,
    };
    let attributes = match (settings.docstring.attributes, isolated) {
        (None | Some(AttributesChoice::Auto), Isolation::Project) => {
            pydoclint::attributes_of_project(&file.root)?
        }
        (Some(AttributesChoice::Declared), _) => AttributesInDocstring::Declared,
        _ => AttributesInDocstring::All,
    };
    Ok(Loaded {
        config: resolve::config(&settings, &file.root, line_length, attributes),
        source: file.source,
        secrets: variables.secrets(&settings),
        authorities: variables.authorities(),
        settings,
        layers,
    })
}

/// As in ruff: `--select` begins anew, while `--ignore` and `--extend-select` add to the file's
/// lists, and win over what these say of the same rules.
fn lay_rules(file: &mut PartialCheck, flags: &mut PartialCheck) {
    if flags.select.is_some() {
        flags.ignore.get_or_insert_default();
        flags.extend_select.get_or_insert_default();
        return;
    }
    let win = |flags: &Option<Vec<RuleSelector>>, file: &mut Option<Vec<RuleSelector>>| {
        let flags = flags.as_deref().unwrap_or_default();
        if let Some(list) = file {
            list.retain(|one| !flags.iter().any(|flag| flag.covers(one)));
        }
    };
    win(&flags.ignore, &mut file.select);
    win(&flags.ignore, &mut file.extend_select);
    win(&flags.extend_select, &mut file.ignore);
    for (flags, file) in [
        (&mut flags.ignore, &file.ignore),
        (&mut flags.extend_select, &file.extend_select),
    ] {
        if let (Some(flags), Some(file)) = (flags, file) {
            flags.splice(..0, file.iter().cloned());
        }
    }
}
