//! The arguments of `docgen plan`.

use clap::Args;

use super::model::ModelArgs;
use super::run::TextFormat;
use super::{FileArgs, GlobalArgs, RuleArgs, SelectArgs, load};
use crate::commands::{self, Error, Explain, PlanOptions};
use crate::config::{MaxSource, Mode, PartialConfig, Percent};
use crate::exit_status::ExitStatus;
use crate::generate::CacheUse;

#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    files: FileArgs,
    #[command(flatten)]
    select: SelectArgs,
    #[command(flatten)]
    rules: RuleArgs,
    /// Which docstrings would be written: those that are missing, those that contradict the code, or
    /// both [default: missing]
    #[arg(long, value_name = "missing|stale|all")]
    mode: Option<Mode>,
    /// With `--mode all`: plan to have the docstrings improved that score less than this, of 100
    #[arg(long, value_name = "SCORE", conflicts_with = "overwrite")]
    below: Option<Percent>,
    /// Plan to write the docstrings that are there anew too
    #[arg(long, conflicts_with = "mode")]
    overwrite: bool,
    /// Show the order and what it follows from; of one definition, by its id `path::Qualified.name`,
    /// what it has to do with others and the prompt that asks for it
    #[arg(long, value_name = "ID", num_args = 0..=1)]
    #[expect(
        clippy::option_option,
        reason = "a flag with a value that may be left out"
    )]
    explain: Option<Option<String>>,
    /// What goes to standard output
    #[arg(long, value_enum, default_value = "text")]
    format: TextFormat,
    /// Reckon without what is remembered of models' words; see `docgen cache`
    #[arg(long, help_heading = "Cache")]
    no_cache: bool,
    /// Reckon with everything being asked for anew
    #[arg(long, help_heading = "Cache", conflicts_with = "no_cache")]
    refresh: bool,
    #[command(flatten)]
    model: ModelArgs,
    /// How much of the source the model is shown [default: full]
    #[arg(long, value_name = "none|signature|full", help_heading = "Model")]
    max_source: Option<MaxSource>,
}

impl PlanArgs {
    pub(super) fn run(&self, global: &GlobalArgs) -> Result<ExitStatus, Error> {
        let mut settings = PartialConfig::default();
        self.files.add_to(&mut settings);
        self.select.add_to(&mut settings);
        self.rules.add_to(&mut settings);
        self.model.add_to(&mut settings);
        settings.run.mode = self.mode;
        settings.run.below = self.below;
        settings.cache.enabled = self.no_cache.then_some(false);
        settings.model.max_source = self.max_source;
        let loaded = load(global, &self.files.paths, settings)?;
        let options = PlanOptions {
            overwrites: self.overwrite,
            cache: if self.refresh {
                CacheUse::Refresh
            } else {
                CacheUse::Usual
            },
            explain: match &self.explain {
                None => Explain::Nothing,
                Some(None) => Explain::Order,
                Some(Some(id)) => Explain::Definition(id.clone()),
            },
            format: self.format.into(),
        };
        let provider = loaded.prospect();
        commands::plan(
            &loaded.config,
            provider.as_ref(),
            &self.files.scope(self.select.extent()),
            &options,
        )
    }
}
