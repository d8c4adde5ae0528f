//! Partial settings become the resolved [`Config`].

use std::path::Path;

use super::budget;
use super::choices::{AttributesInDocstring, StyleChoice, TypesChoice};
use super::defaults::{EXAMPLES, REPORT_PATH};
use super::partial::{
    PartialCache, PartialCheck, PartialConfig, PartialJournal, PartialLog, PartialMetrics,
};
use super::per_file::Rules;
use super::report::ReportFiles;
use super::resolved::{
    Batch, Cache, Check, Config, DocstringStyle, Files, Journal, Log, Metrics, OpenStyle, Score,
    Select,
};
use super::rule_set::{RuleSelector, RuleSet};
use super::texts::Glob;
use super::values::LineLength;
use super::wording::Wordings;

/// Everything but the provider. `line_length` is what holds when the settings say nothing, and
/// `attributes` what they come to in the project.
pub(crate) fn config(
    partial: &PartialConfig,
    root: &Path,
    line_length: LineLength,
    attributes: AttributesInDocstring,
) -> Config {
    let report = &partial.report;
    let report_files = || match &report.path {
        Some(files) => files.below(root),
        None => ReportFiles::markdown(REPORT_PATH).below(root),
    };
    Config {
        files: files(partial, root),
        select: select(partial),
        docstring: DocstringStyle {
            attributes,
            ..docstring(partial, line_length)
        },
        examples: partial.examples.count.unwrap_or(EXAMPLES).into(),
        mode: partial.run.mode.unwrap_or_default(),
        below: partial.run.below,
        batch: batch(partial),
        cache: cache(&partial.cache),
        budget: budget::budget(&partial.budget),
        thresholds: budget::thresholds(&partial.thresholds),
        wordings: Wordings::new(partial, root),
        check: Check {
            fail_under: partial.check.fail_under,
            baseline: partial.check.baseline.as_ref().map(|path| root.join(path)),
            rules: rules(&partial.check, root),
        },
        score: Score {
            fail_under: partial.score.fail_under,
        },
        reports: report
            .enabled
            .unwrap_or(true)
            .then(report_files)
            .unwrap_or_default(),
        link_base: report.link_base.clone(),
        journal: journal(&partial.journal),
        metrics: metrics(&partial.metrics, root),
        log: log(&partial.log, root),
    }
}

fn docstring(partial: &PartialConfig, line_length: LineLength) -> DocstringStyle {
    let default = DocstringStyle::default();
    let style = partial.docstring.style.and_then(StyleChoice::style);
    let types = partial.docstring.types.and_then(TypesChoice::types);
    DocstringStyle {
        style: style.unwrap_or(default.style),
        line_length: partial.docstring.line_length.unwrap_or(line_length),
        types: types.unwrap_or(default.types),
        raises: partial.docstring.raises.unwrap_or_default(),
        attributes: default.attributes,
        sections: partial.style.sections.clone().unwrap_or_default(),
        language: partial.style.language.clone().unwrap_or_default(),
        open: OpenStyle {
            style: style.is_none(),
            types: types.is_none(),
        },
    }
}

fn cache(partial: &PartialCache) -> Cache {
    let default = Cache::default();
    Cache {
        enabled: partial.enabled.unwrap_or(default.enabled),
        ttl_days: partial.ttl_days.unwrap_or(default.ttl_days),
        max_size_mb: partial.max_size_mb.unwrap_or(default.max_size_mb),
    }
}

fn journal(partial: &PartialJournal) -> Journal {
    let default = Journal::default();
    Journal {
        keep_runs: partial.keep_runs.unwrap_or(default.keep_runs),
        max_size_mb: partial.max_size_mb.unwrap_or(default.max_size_mb),
    }
}

fn metrics(partial: &PartialMetrics, root: &Path) -> Metrics {
    let folder = || Some(root.file_name()?.to_string_lossy().into_owned());
    Metrics {
        file: partial.file.as_ref().map(|path| root.join(path)),
        project: partial.project.clone().or_else(folder).unwrap_or_default(),
    }
}

fn log(partial: &PartialLog, root: &Path) -> Log {
    let default = Log::default();
    Log {
        file: partial.file.as_ref().map(|path| root.join(path)),
        max_size_mb: partial.max_size_mb.unwrap_or(default.max_size_mb),
        keep: partial.keep.unwrap_or(default.keep),
        bodies: partial.bodies.unwrap_or(default.bodies),
    }
}

/// The rules in force.
fn rules(check: &PartialCheck, root: &Path) -> Rules {
    let mut select = check
        .select
        .clone()
        .unwrap_or_else(|| vec![RuleSelector::all()]);
    select.extend(check.extend_select.iter().flatten().cloned());
    let ignore = check.ignore.as_deref().unwrap_or_default();
    let everywhere = RuleSet::resolve(&select, ignore);
    let per_file = check.per_file_ignores.clone().unwrap_or_default();
    Rules::new(everywhere, &per_file, root)
}

fn files(partial: &PartialConfig, root: &Path) -> Files {
    let files = &partial.files;
    let texts = |globs: &Option<Vec<Glob>>| -> Vec<String> {
        globs.iter().flatten().map(Glob::to_string).collect()
    };
    Files {
        root: root.to_path_buf(),
        include: texts(&files.include),
        exclude: [texts(&files.exclude), texts(&files.extend_exclude)].concat(),
        respect_gitignore: files.respect_gitignore.unwrap_or(true),
        force_exclude: files.force_exclude.unwrap_or(false),
    }
}

fn select(partial: &PartialConfig) -> Select {
    let select = &partial.select;
    let default = Select::of(select.preset.unwrap_or_default());
    Select {
        preset: default.preset,
        private: select.private.unwrap_or(default.private),
        nested: select.nested.unwrap_or(default.nested),
        magic: select.magic.unwrap_or(default.magic),
        init: select.init.unwrap_or(default.init),
        tests: select.tests.unwrap_or(default.tests),
        min_complexity: select.min_complexity.unwrap_or(default.min_complexity),
    }
}

fn batch(partial: &PartialConfig) -> Batch {
    let (batch, default) = (&partial.batch, Batch::default());
    Batch {
        max_tokens: batch.max_tokens.unwrap_or(default.max_tokens),
        max_definitions: batch.max_definitions.unwrap_or(default.max_definitions),
        context_tokens: batch.context_tokens.unwrap_or(default.context_tokens),
        order: batch.order.unwrap_or(default.order),
        context_window: partial
            .model
            .context_window
            .unwrap_or(default.context_window),
    }
}
