//! What the open jobs of a run are likely to take, from the prompts that they would be asked with.

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::document::{Delivery, Job};
use super::experience::seen;
use crate::config::{BatchOrder, Llm};
use crate::generate::{
    Batch, Counted, Estimate, Known, KnownDeployment, Order, Prompt, Shape, Summaries, Target,
    Voice, Weight, weigh,
};
use crate::llm::{Client, ModelFacts, counts_exactly};
use crate::python::DefinitionId;

/// Batches whose prompts are written with their examples and whose tokens are counted; what they show
/// is held to be true of the others. Of fewer all are.
const SAMPLE: usize = 96;

/// Batches that are on their way at once, as the estimate has it: each knows what those before them
/// wrote.
const ON_THE_WAY: usize = 16;

/// What stands for a summary that the run will have written: as long as those of models are.
const SUMMARY: &str = "Return what the arguments come to, as it is.";

/// A batch of a run, with its job and the module of its file.
#[derive(Clone, Copy)]
pub(super) struct Planned<'j> {
    pub(super) job: &'j Job,
    pub(super) module: Option<usize>,
    pub(super) batch: &'j Batch,
}

impl Planned<'_> {
    /// What one of its targets is in the project.
    pub(super) fn id(&self, target: &Target) -> Option<DefinitionId> {
        let definition = target.definition;
        self.module
            .map(|module| DefinitionId { module, definition })
    }
}

/// What is known of where a client's requests go.
pub(super) fn known(settings: &Llm, client: &Client, root: &Path) -> Known {
    let models = client.models();
    let encodings = models.iter().filter_map(|model| model.name.as_deref());
    let encoding = encodings
        .map(ModelFacts::of)
        .find_map(|facts| facts.encoding);
    let counted = encoding
        .filter(|_| counts_exactly())
        .map_or(Counted::Characters, Counted::Encoding);
    let seen = seen(root, &client.targets(), counted);
    let deployments = settings.deployments.iter().zip(models);
    let deployments = deployments.zip(client.reasoning_rooms());
    let deployments = deployments.map(|((one, model), room)| KnownDeployment {
        name: one.name().to_owned(),
        model: model.name,
        price: model.price,
        requests_per_minute: one
            .quota
            .requests_per_minute
            .map(|limit| limit.get().into()),
        tokens_per_minute: one.quota.tokens_per_minute.map(|limit| limit.get().into()),
        concurrency: one.quota.max_concurrency.get(),
        room,
    });
    Known {
        deployments: deployments.collect(),
        encoding,
        seen,
        ..Known::default()
    }
}

/// A run before its first request.
pub(super) struct Forecast {
    /// Which batch leans on which.
    pub(super) order: Order,
    /// The batches one after the other.
    pub(super) sequence: Vec<usize>,
    /// The first requests of each batch.
    pub(super) weights: Vec<Vec<Weight>>,
    /// How many tokens their characters make.
    pub(super) shape: Shape,
    /// What all of it is likely to take.
    pub(super) estimate: Estimate,
}

impl Forecast {
    /// Tokens of the first prompts of a batch.
    pub(super) fn prompt_tokens(&self, batch: usize) -> u64 {
        let weights = self.weights.get(batch).map(Vec::as_slice);
        self.shape.prompt_tokens(weights.unwrap_or_default())
    }
}

/// The batches of packed jobs, file after file.
pub(super) fn planned<'j>(jobs: &'j [Job], delivery: &Delivery) -> Vec<Planned<'j>> {
    let of_job = |job: &'j Job| {
        let module = delivery.project.module(&job.file.source.name);
        let batches = job.batches().iter();
        batches.map(move |batch| Planned { job, module, batch })
    };
    jobs.iter().flat_map(of_job).collect()
}

/// Which batch leans on which, as the settings want it. Each batch comes with the module of its file.
pub(super) fn order<'b>(
    batches: impl Iterator<Item = (Option<usize>, &'b Batch)>,
    delivery: &Delivery,
) -> Order {
    match delivery.config.batch.order {
        // Whoever answers questions would wait long for the first file to be whole.
        BatchOrder::Callees if delivery.questions.is_none() => {
            Order::new(&delivery.project, batches)
        }
        BatchOrder::Callees | BatchOrder::Files => Order::as_given(batches.count()),
    }
}

/// Weighs a run. Run it on the pool's threads.
pub(super) fn forecast(
    planned: &[Planned<'_>],
    delivery: &Delivery,
    voice: Option<&Voice>,
    known: Known,
) -> Forecast {
    let batches = planned.iter().map(|one| (one.module, one.batch));
    let order = order(batches, delivery);
    let sequence = order.sequence();
    let summaries = Arc::new(delivery.summaries.so_far());
    let delivery = Delivery {
        summaries: summaries.clone(),
        ..delivery.clone()
    };
    let step = planned.len().div_ceil(SAMPLE).max(1);
    let mut weighed: Vec<Weighed> = Vec::with_capacity(planned.len());
    for (round, together) in sequence.chunks(ON_THE_WAY).enumerate() {
        let first = round * ON_THE_WAY;
        let of_round = together.par_iter().enumerate().map(|(at, index)| {
            let is_sample = (first + at).is_multiple_of(step);
            Weighed::of(
                planned.get(*index).copied(),
                &delivery,
                voice.filter(|_| is_sample),
                is_sample,
            )
        });
        weighed.par_extend(of_round);
        for index in together {
            tell(planned.get(*index), &summaries);
        }
    }
    let sample: Vec<Prompt> = weighed
        .iter_mut()
        .flat_map(|one| std::mem::take(&mut one.sample))
        .collect();
    let shape = Shape::of(&sample, known.encoding);
    let examples = examples(&weighed);
    let mut weights = vec![Vec::new(); planned.len()];
    for (index, mut one) in sequence.iter().zip(weighed) {
        if !one.is_sample {
            for weight in &mut one.weights {
                weight.user += examples;
            }
        }
        if let Some(place) = weights.get_mut(*index) {
            *place = one.weights;
        }
    }
    let all: Vec<Weight> = weights.iter().flatten().copied().collect();
    let chain = order.places().iter().map(|place| place.chain).max();
    let known = Known {
        chain: chain.unwrap_or_default(),
        ..known
    };
    Forecast {
        estimate: Estimate::of(&all, &shape, &known),
        order,
        sequence,
        weights,
        shape,
    }
}

/// Takes a batch for answered.
fn tell(planned: Option<&Planned<'_>>, summaries: &Summaries) {
    let Some(planned) = planned else { return };
    let Some(module) = planned.module else { return };
    for target in &planned.batch.targets {
        let definition = target.definition;
        let id = DefinitionId { module, definition };
        summaries.accept(id, SUMMARY.to_owned());
    }
}

/// The first requests of a batch, weighed.
struct Weighed {
    weights: Vec<Weight>,
    is_sample: bool,
    /// Its requests with their examples, if it is part of the sample.
    sample: Vec<Prompt>,
    /// Characters that their examples have.
    examples: usize,
}

impl Weighed {
    fn of(
        planned: Option<Planned<'_>>,
        delivery: &Delivery,
        voice: Option<&Voice>,
        is_sample: bool,
    ) -> Self {
        let Some(Planned { job, batch, .. }) = planned else {
            return Self {
                weights: Vec::new(),
                is_sample,
                sample: Vec::new(),
                examples: 0,
            };
        };
        let bare = job.prompts(batch, delivery, None);
        let sample = match voice {
            Some(_) => job.prompts(batch, delivery, voice),
            None if is_sample => bare.clone(),
            None => Vec::new(),
        };
        let characters = |prompts: &[Prompt]| -> usize {
            prompts.iter().map(|one| one.user.chars().count()).sum()
        };
        Self {
            examples: characters(&sample).saturating_sub(characters(&bare)),
            weights: if is_sample { &sample } else { &bare }
                .iter()
                .map(weigh)
                .collect(),
            is_sample,
            sample,
        }
    }
}

/// Characters that the examples of a request have on average.
fn examples(weighed: &[Weighed]) -> usize {
    let sample = weighed.iter().filter(|one| one.is_sample);
    let (mut characters, mut requests) = (0, 0);
    for one in sample {
        characters += one.examples;
        requests += one.weights.len();
    }
    characters / requests.max(1)
}
