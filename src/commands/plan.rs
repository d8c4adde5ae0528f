//! `docgen plan`: what a run would do, without doing it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::SystemTime;

use rayon::prelude::*;

use super::document::{Delivery, Job, WordsBy};
use super::estimate::{Forecast, Planned, forecast, known, planned};
use super::project::{ReadAround, Survey};
use super::recall::Recall;
use super::run::{RunMode, Work, answer_remembered, existing};
use super::voice::Ear;
use super::{Error, Format, Scope, named, output, thread_pool};
use crate::config::{Config, Provider};
use crate::exit_status::ExitStatus;
use crate::generate::{self, CacheUse, Lean, ReplyCache, Task, leans};
use crate::llm::Client;
use crate::python::DefinitionId;
use crate::report::{
    self, Known, PlanCount, PlanDetail, PlanReason, PlanReport, PlannedBatch, PlannedDefinition,
    PlannedModel, PlannedPrompt, PlannedRaise, PlannedTarget, Tie, WordsFrom,
};
use crate::store::{Access, Database, read_lessons};

/// What a plan is to tell.
#[derive(Debug)]
pub struct PlanOptions {
    /// The docstrings that are there would be written anew.
    pub overwrites: bool,
    /// Whether what is remembered of models' words would be used.
    pub cache: CacheUse,
    /// What is told besides how much there is to do.
    pub explain: Explain,
    /// What standard output holds.
    pub format: Format,
}

/// What a plan explains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Explain {
    /// Nothing.
    Nothing,
    /// The order, and what it follows from.
    Order,
    /// A definition, by its id or the end of it.
    Definition(String),
}

/// Shows what [`run`](super::run()) would do in `scope` with the words of `provider`, if it is known who
/// that is. Nobody is asked.
pub fn plan(
    config: &Config,
    provider: Option<&Provider>,
    scope: &Scope<'_>,
    options: &PlanOptions,
) -> Result<ExitStatus, Error> {
    let pool = thread_pool()?;
    let existing = existing(config, options.overwrites, WordsBy::Model);
    // The services that a run would ask for examples are left alone.
    let ear = Ear::new(config, true, Access::IfThere);
    let surveyed = Survey {
        pool: &pool,
        config,
        mode: RunMode::Diff,
        existing,
        ear: &ear,
        recall: &Recall::nothing(),
        around: ReadAround::Always,
    }
    .take(scope)?;
    let mut work = Work::new(surveyed.jobs, surveyed.project, ear);
    let project = &work.project;
    pool.install(|| {
        work.jobs
            .par_iter_mut()
            .for_each(|job| job.prepare(project));
    });
    let known = outlook(provider, config);
    let cache = cache(provider, config, options.cache);
    let delivery = Delivery {
        keeper: None,
        config: Arc::new(config.within(known.window())),
        mode: RunMode::Diff,
        project: Arc::new(work.project),
        questions: None,
        summaries: Arc::default(),
        usages: Arc::default(),
        words: WordsBy::Model,
        recall: Arc::default(),
        habits: work.habits,
        voice: work.voice.map(Arc::new),
    };
    let jobs = &mut work.jobs;
    // Who writes drafts asks nobody, but may want to see what would be asked.
    let asks = !matches!(provider, Some(Provider::Offline)) || options.explain != Explain::Nothing;
    pool.install(|| {
        if let Some(cache) = &cache {
            answer_remembered(cache, jobs, &delivery);
        }
        if asks {
            jobs.par_iter_mut().for_each(|job| job.pack(&delivery));
        }
    });
    let plan = pool.install(|| Plan::new(&work.jobs, &delivery, known));
    let (detail, definition) = match &options.explain {
        Explain::Nothing => (PlanDetail::Counts, None),
        Explain::Order => (PlanDetail::Order, None),
        Explain::Definition(name) => {
            let project = &delivery.project;
            let ids = project.ids().map(|id| (id, project.entry(id).id()));
            let id = named::find(ids, name).map_err(|similar| Error::NoSuchDefinition {
                name: name.clone(),
                similar,
            })?;
            let shown = pool.install(|| plan.definition(id));
            (PlanDetail::Definition, Some(shown))
        }
    };
    let report = PlanReport {
        definition,
        diagnostics: surveyed.diagnostics,
        ..plan.report(&work.jobs, surveyed.files)
    };
    match options.format {
        Format::Text => output::write(report::plan_text(&report, detail).as_bytes())?,
        Format::Json => output::write_json(&report::plan_json(&report, detail))?,
    }
    for diagnostic in &report.diagnostics {
        tracing::error!("{}", report::escape(&diagnostic.to_string()));
    }
    Ok(if report.diagnostics.is_empty() {
        ExitStatus::Success
    } else {
        ExitStatus::Findings
    })
}

/// What there is to be done, by what it is and why.
fn counts(jobs: &[Job]) -> Vec<PlanCount> {
    let mut counts: BTreeMap<PlanCount, usize> = BTreeMap::new();
    for job in jobs {
        let remembered: HashSet<usize> = job.recalled().map(|one| one.definition).collect();
        let batches = job.batches().iter();
        let asked: HashSet<usize> = batches
            .flat_map(|batch| &batch.targets)
            .map(|one| one.definition)
            .collect();
        for target in &job.selection.targets {
            let Some(definition) = job.file.module.definitions.get(target.definition) else {
                continue;
            };
            let sort = PlanCount {
                code: target.code.to_string(),
                kind: definition.kind.to_string(),
                reason: match target.task {
                    Task::Mend => PlanReason::Stale,
                    Task::Improve => PlanReason::Poor,
                    Task::Write if target.is_documented => PlanReason::Overwritten,
                    Task::Write => PlanReason::Missing,
                },
                words: if remembered.contains(&target.definition) {
                    WordsFrom::Cache
                } else if asked.contains(&target.definition) {
                    WordsFrom::Model
                } else {
                    WordsFrom::Code
                },
                count: 0,
            };
            *counts.entry(sort).or_default() += 1;
        }
    }
    let counts = counts.into_iter();
    counts
        .map(|(sort, count)| PlanCount { count, ..sort })
        .collect()
}

/// What is known of where requests would go.
fn outlook(provider: Option<&Provider>, config: &Config) -> generate::Known {
    let Some(Provider::Model(settings)) = provider else {
        return generate::Known::default();
    };
    match Client::new(settings) {
        Ok(client) => {
            client.remember(&read_lessons(&config.files.root, SystemTime::now()));
            known(settings, &client, &config.files.root)
        }
        Err(error) => {
            tracing::debug!("nothing is known of the model: {error}");
            generate::Known::default()
        }
    }
}

/// What is remembered of models' words in the project's database, if there is one. What other machines
/// share is not asked for.
fn cache(provider: Option<&Provider>, config: &Config, cache_use: CacheUse) -> Option<ReplyCache> {
    let Some(Provider::Model(settings)) = provider.filter(|_| config.cache.enabled) else {
        return None;
    };
    match Database::open(&config.files.root, Access::IfThere) {
        Ok(database) => Some(ReplyCache::new(database, config.cache, cache_use, settings)),
        Err(error) => {
            tracing::debug!("what is remembered cannot be read: {error}");
            None
        }
    }
}

/// What a run would do.
struct Plan<'p> {
    delivery: &'p Delivery,
    batches: Vec<Planned<'p>>,
    forecast: Forecast,
    /// Where requests would go.
    models: Vec<PlannedModel>,
    /// The place of each batch in the sequence, from 1.
    ranks: Vec<usize>,
    /// The batch of each definition that would be documented.
    batch_of: HashMap<DefinitionId, usize>,
}

impl<'p> Plan<'p> {
    fn new(jobs: &'p [Job], delivery: &'p Delivery, known: generate::Known) -> Self {
        let batches = planned(jobs, delivery);
        let models = known.deployments.iter().map(|one| PlannedModel {
            deployment: one.name.clone(),
            model: one.model.clone(),
            price: one.price,
            requests_per_minute: one.requests_per_minute,
            tokens_per_minute: one.tokens_per_minute,
        });
        let models = models.collect();
        let forecast = forecast(&batches, delivery, delivery.voice.as_deref(), known);
        let mut ranks = vec![0; batches.len()];
        for (rank, index) in forecast.sequence.iter().enumerate() {
            ranks[*index] = rank + 1;
        }
        let mut batch_of = HashMap::new();
        for (index, one) in batches.iter().enumerate() {
            for target in &one.batch.targets {
                if let Some(id) = one.id(target) {
                    batch_of.insert(id, index);
                }
            }
        }
        Self {
            delivery,
            batches,
            forecast,
            models,
            ranks,
            batch_of,
        }
    }

    fn report(&self, jobs: &[Job], files_read: usize) -> PlanReport {
        let sequence = self.forecast.sequence.iter();
        let batches = sequence.map(|index| self.batch(*index));
        let counts = counts(jobs);
        let of = |source| {
            let counts = counts.iter().filter(|one| one.words == source);
            counts.map(|one| one.count).sum()
        };
        PlanReport {
            files_read,
            diagnostics: Vec::new(),
            files: jobs
                .iter()
                .filter(|job| !job.selection.targets.is_empty())
                .count(),
            definitions: counts.iter().map(|one| one.count).sum(),
            asked: of(WordsFrom::Model),
            remembered: of(WordsFrom::Cache),
            from_code: of(WordsFrom::Code),
            batch_count: self.batches.len(),
            estimate: self.forecast.estimate.clone(),
            models: self.models.clone(),
            batches: batches.collect(),
            counts,
            definition: None,
        }
    }

    fn batch(&self, index: usize) -> PlannedBatch {
        let (planned, place) = (&self.batches[index], &self.forecast.order.places()[index]);
        let mut after: Vec<usize> = place.needs.iter().map(|need| self.ranks[*need]).collect();
        after.sort_unstable();
        let definitions = planned.batch.targets.iter().map(|target| {
            let definition = &planned.job.file.module.definitions[target.definition];
            let name = &planned.job.file.source.name;
            let id = planned.id(target);
            let leans = id.map_or_else(Vec::new, |id| leans(&self.delivery.project, id));
            // What is in the same request needs no telling.
            let outside = leans
                .iter()
                .filter(|lean| self.batch_of.get(&lean.on) != Some(&index));
            PlannedTarget {
                id: format!("{name}::{}", definition.qualified_name),
                kind: definition.kind,
                line: definition.place.line,
                code: target.code.to_string(),
                leans_on: outside
                    .filter(|lean| !place.cut.contains(lean))
                    .map(|lean| self.tie(lean))
                    .collect(),
            }
        });
        PlannedBatch {
            rank: self.ranks[index],
            file: planned.job.file.source.name.to_string(),
            prompt_tokens: self.forecast.prompt_tokens(index),
            after,
            chain: place.chain,
            definitions: definitions.collect(),
            cut: place
                .cut
                .iter()
                .map(|lean| Tie {
                    from: Some(self.delivery.project.entry(lean.from).id()),
                    ..self.tie(lean)
                })
                .collect(),
        }
    }

    fn tie(&self, lean: &Lean) -> Tie {
        let entry = self.delivery.project.entry(lean.on);
        let known = match self.batch_of.get(&lean.on) {
            Some(batch) => Known::Batch(self.ranks[*batch]),
            None if entry.summary.is_some() => Known::Documented,
            None => Known::Header,
        };
        Tie {
            from: None,
            reason: lean.reason,
            id: entry.id(),
            known,
        }
    }

    fn definition(&self, id: DefinitionId) -> PlannedDefinition {
        let entry = self.delivery.project.entry(id);
        let batch = self.batch_of.get(&id).copied();
        let project = &self.delivery.project;
        let raised = project.raised_by_calls(id).iter();
        PlannedDefinition {
            id: entry.id(),
            kind: entry.kind,
            line: entry.place.line,
            batch: batch.map(|index| self.ranks[index]),
            leans_on: leans(&self.delivery.project, id)
                .iter()
                .map(|lean| self.tie(lean))
                .collect(),
            callers: project
                .callers(id)
                .iter()
                .map(|caller| project.entry(*caller).id())
                .collect(),
            raised_by_calls: raised
                .map(|raise| PlannedRaise {
                    exception: raise.exception.clone(),
                    raised_by: self.delivery.project.entry(raise.raised_by).id(),
                })
                .collect(),
            prompt: batch.and_then(|index| self.prompt(index, id)),
        }
    }

    /// The first request about a definition.
    fn prompt(&self, batch: usize, id: DefinitionId) -> Option<PlannedPrompt> {
        let planned = self.batches.get(batch)?;
        let mut targets = planned.batch.targets.iter();
        let task = targets
            .find(|target| target.definition == id.definition)?
            .task;
        let voice = self.delivery.voice.as_deref();
        let prompts = planned.job.prompts(planned.batch, self.delivery, voice);
        let prompt = prompts.into_iter().find(|prompt| prompt.task == task)?;
        Some(PlannedPrompt {
            system: prompt.system,
            user: prompt.user,
        })
    }
}
