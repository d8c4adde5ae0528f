//! `docgen plan`: what a run would do, without doing it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::SystemTime;

use rayon::prelude::*;

use super::document::{Delivery, Job, WordsBy};
use super::estimate::{Forecast, Planned, forecast, known, planned};
use super::project::{ReadAround, Survey};
use super::recall::Recall;
use super::run::{RunMode, Work, existing};
use super::voice::Ear;
use super::{Error, Format, Scope, named, output, thread_pool};
use crate::config::{Config, Provider};
use crate::exit_status::ExitStatus;
use crate::generate::{self, Lean, Task, leans};
use crate::llm::Client;
use crate::python::DefinitionId;
use crate::report::{
    self, Known, PlanCount, PlanDetail, PlanReport, PlannedBatch, PlannedDefinition, PlannedPrompt,
    PlannedRaise, PlannedTarget, Tie,
};
use crate::store::{Access, read_lessons};

/// What a plan is to tell.
#[derive(Debug)]
pub struct PlanOptions {
    /// The docstrings that are there would be written anew.
    pub overwrites: bool,
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
    let delivery = Delivery {
        keeper: None,
        config: Arc::new(config.clone()),
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
    pool.install(|| jobs.par_iter_mut().for_each(|job| job.pack(&delivery)));
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
        ..plan.report(surveyed.files)
    };
    match options.format {
        Format::Text => output::write(report::plan_text(&report, detail).as_bytes())?,
        Format::Json => output::write_json(&report::plan_json(&report, detail))?,
    }
    for diagnostic in &surveyed.diagnostics {
        tracing::error!("{}", report::escape(&diagnostic.to_string()));
    }
    Ok(ExitStatus::Success)
}

/// What is known of where requests would go.
fn outlook(provider: Option<&Provider>, config: &Config) -> generate::Known {
    let Some(Provider::Model(settings)) = provider else {
        return generate::Known::default();
    };
    match Client::new(settings) {
        Ok(client) => {
            client.remember(&read_lessons(&config.files.root, SystemTime::now()));
            known(settings, &client)
        }
        Err(error) => {
            tracing::debug!("nothing is known of the model: {error}");
            generate::Known::default()
        }
    }
}

/// What a run would do.
struct Plan<'p> {
    delivery: &'p Delivery,
    batches: Vec<Planned<'p>>,
    forecast: Forecast,
    /// The place of each batch in the sequence, from 1.
    ranks: Vec<usize>,
    /// The batch of each definition that would be documented.
    batch_of: HashMap<DefinitionId, usize>,
}

impl<'p> Plan<'p> {
    fn new(jobs: &'p [Job], delivery: &'p Delivery, known: generate::Known) -> Self {
        let batches = planned(jobs, delivery);
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
            ranks,
            batch_of,
        }
    }

    fn report(&self, files_read: usize) -> PlanReport {
        let sequence = self.forecast.sequence.iter();
        let batches = sequence.map(|index| self.batch(*index));
        PlanReport {
            files_read,
            files: self.files(),
            definitions: self.batches.iter().map(|one| one.batch.targets.len()).sum(),
            counts: self.counts(),
            estimate: self.forecast.estimate.clone(),
            batches: batches.collect(),
            definition: None,
        }
    }

    /// Files with something to ask about.
    fn files(&self) -> usize {
        let names = self.batches.iter();
        let names: BTreeSet<&str> = names.map(|one| one.job.file.source.name.as_str()).collect();
        names.len()
    }

    fn counts(&self) -> Vec<PlanCount> {
        let mut counts: BTreeMap<(String, String, String), usize> = BTreeMap::new();
        for one in &self.batches {
            for target in &one.batch.targets {
                let kind = one.job.file.module.definitions[target.definition].kind;
                let reason = match target.task {
                    Task::Mend => "is mended",
                    Task::Improve => "is improved",
                    Task::Write if target.is_documented => "is written anew",
                    Task::Write => "has no docstring",
                };
                let key = (target.code.to_string(), kind.to_string(), reason.to_owned());
                *counts.entry(key).or_default() += 1;
            }
        }
        let counts = counts.into_iter();
        counts
            .map(|((code, kind, reason), count)| PlanCount {
                code,
                kind,
                reason,
                count,
            })
            .collect()
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
