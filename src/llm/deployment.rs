//! One deployment as the client knows it: where it is, what it accepts, how it counts, and what it
//! has done.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::adapt::{Complaint, Dialect, Learned, Lesson};
use super::auth::{Auth, Credentials};
use super::budget::Spending;
use super::call::Call;
use super::chat::{DeploymentStats, KnownModel, Live, ModelSource, Tokens, Usage};
use super::endpoint::Endpoint;
use super::error::LlmError;
use super::pool::Settled;
use super::price::{Bill, Price};
use super::sizing::Sizing;
use super::wire::Settings;
use crate::config;

/// A deployment and everything that is particular to it.
pub(super) struct Deployment {
    /// As the settings have it.
    pub(super) name: String,
    pub(super) endpoint: Endpoint,
    pub(super) auth: Auth,
    settings: Settings,
    /// The model behind it, and what its tokens cost, as far as the settings say it.
    configured: Configured,
    first: Dialect,
    learned: Learned,
    sizing: Sizing,
    done: Mutex<Done>,
}

/// What the settings say of the model.
struct Configured {
    model: Option<String>,
    price: config::PriceSetting,
}

/// What was done, as counted here.
#[derive(Default)]
struct Done {
    bill: Bill,
    /// The model, as this run's answers call it.
    reported: Option<String>,
    /// The model, as an earlier run's answers called it.
    remembered: Option<String>,
    requests: u64,
    failures: u64,
    throttled: u64,
    usage: Usage,
    has_answered: bool,
    given_up: Option<String>,
    /// Its user knows that it cuts prompts short.
    was_warned: bool,
}

/// The output limit of a request with so much room for reasoning.
fn output_limit<C: Call>(call: &C, dialect: Dialect, room: u64) -> Tokens {
    let Some(expected) = call.expected_output() else {
        return Tokens::default();
    };
    let limit = expected + Tokens::new(room);
    dialect
        .limit_ceiling
        .map_or(limit, |most| limit.min(Tokens::new(most)))
}

/// Characters that no tokenizer makes one token of, on average over a prompt.
const MOST_CHARACTERS: u64 = 12;

/// Whether a prompt has too few tokens to have been read to its end: some servers cut off silently
/// what their context does not hold.
fn is_cut_short(characters: usize, prompt: Tokens) -> bool {
    let characters = u64::try_from(characters).unwrap_or(u64::MAX);
    prompt.get() > 0 && characters > 4_000 && prompt.get() < characters / MOST_CHARACTERS
}

/// What a deployment has taught, to be known from the start another time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lessons {
    dialect: Dialect,
    reasoning_room: u64,
    /// The effort that the room was for.
    reasoning_effort: Option<String>,
    /// The model, as its answers called it.
    #[serde(default)]
    model: Option<String>,
}

impl Lessons {
    /// Whether both say the same of how a request is written.
    #[must_use]
    pub fn is_same_dialect(&self, other: &Self) -> bool {
        self.dialect == other.dialect
    }
}

impl Deployment {
    pub(super) fn new(
        settings: &config::Llm,
        deployment: &config::Deployment,
        credentials: &mut Credentials<'_>,
    ) -> Result<Self, LlmError> {
        let endpoint = Endpoint::new(&deployment.surface)?;
        let first = Dialect::new(endpoint.limit_name);
        Ok(Self {
            name: deployment.name().to_owned(),
            auth: credentials.auth(deployment.credential.as_ref(), &endpoint.target)?,
            settings: Settings {
                model: endpoint.model.clone(),
                temperature: settings.temperature,
                reasoning_effort: settings.reasoning_effort.clone(),
            },
            configured: Configured {
                model: deployment.model.clone(),
                price: deployment.price,
            },
            first,
            learned: Learned::new(first),
            sizing: Sizing::new(settings.reasoning_effort.as_deref()),
            done: Mutex::default(),
            endpoint,
        })
    }

    /// The arguments that it takes, as far as is known.
    pub(super) fn dialect(&self) -> Dialect {
        self.learned.dialect()
    }

    /// What a request costs when it is admitted here.
    pub(super) fn cost<C: Call>(&self, call: &C, characters: usize) -> Tokens {
        let limit = output_limit(call, self.dialect(), self.reasoning_room());
        self.sizing.prompt(characters) + limit
    }

    /// What a request may cost here at most. Without a price that is no money, and a budget of money is
    /// not begun with.
    pub(super) fn worst<C: Call>(&self, call: &C, characters: usize) -> Spending {
        let prompt = self.sizing.most(characters);
        let limit = output_limit(call, self.dialect(), self.reasoning_room());
        let usage = Usage {
            prompt,
            completion: limit,
            ..Usage::default()
        };
        let price = self.model().price.map(Price::without_discounts);
        let dollars = price.map_or(0.0, |price| price.cost(usage));
        Spending::request(prompt + limit, dollars)
    }

    /// The room for reasoning that a request gets now.
    pub(super) fn reasoning_room(&self) -> u64 {
        self.sizing.reasoning_room()
    }

    /// The request's body, with so much room for reasoning.
    pub(super) fn body<C: Call>(
        &self,
        call: &C,
        dialect: Dialect,
        room: u64,
    ) -> Result<Vec<u8>, LlmError> {
        let limit = output_limit(call, dialect, room);
        call.body(limit, &self.settings, dialect)
            .map_err(|error| LlmError::Setup(error.to_string()))
    }

    /// Takes a server's complaint to heart for the rest of the run. Says whether the request would
    /// be written otherwise now.
    pub(super) fn learn(&self, sent: Dialect, complaint: &Complaint) -> bool {
        let lesson = self.learned.learn(sent, complaint);
        let deployment = &self.endpoint.target;
        match lesson {
            Lesson::New if complaint.is_about_a_setting() => {
                tracing::warn!(
                    "{deployment} does not take a setting as given and goes without: {complaint}"
                );
            }
            Lesson::New => tracing::debug!(%deployment, "writing requests otherwise: {complaint}"),
            Lesson::Known | Lesson::Nothing => {}
        }
        lesson != Lesson::Nothing
    }

    /// The model had no room to finish a request with so much for reasoning. Says whether the next one
    /// will have more.
    pub(super) fn cut_off(&self, room: u64) -> bool {
        self.sizing.cut_off(room) && self.dialect().limit_ceiling.is_none()
    }

    /// Whether it has answered anything yet.
    pub(super) fn has_answered(&self) -> bool {
        self.done().has_answered
    }

    /// Begins with what an earlier run was taught.
    pub(super) fn remember(&self, lessons: &Lessons) {
        self.learned.remember(lessons.dialect);
        if lessons.reasoning_effort == self.settings.reasoning_effort {
            self.sizing.remember_room(lessons.reasoning_room);
        }
        self.done().remembered.clone_from(&lessons.model);
    }

    /// What it has taught; `None` if that is nothing.
    pub(super) fn lessons(&self) -> Option<Lessons> {
        let dialect = self.learned.dialect();
        let done = self.done();
        let model = done.reported.clone().or_else(|| done.remembered.clone());
        (dialect != self.first || model.is_some()).then(|| Lessons {
            dialect,
            reasoning_room: self.sizing.reasoning_room(),
            reasoning_effort: self.settings.reasoning_effort.clone(),
            model,
        })
    }

    /// The model behind it, as far as it is known.
    pub(super) fn model(&self) -> KnownModel {
        let done = self.done();
        let configured = self.configured.model.clone();
        let told = [
            (done.reported.clone(), ModelSource::Reported),
            (configured, ModelSource::Configured),
            (done.remembered.clone(), ModelSource::Remembered),
            (
                Price::of(&self.name).map(|_| self.name.clone()),
                ModelSource::Name,
            ),
        ];
        let mut told = told.into_iter();
        let (name, source) = told
            .find_map(|(name, source)| Some((Some(name?), source)))
            .unwrap_or_default();
        KnownModel {
            price: self.price(name.as_deref()),
            name,
            source,
        }
    }

    /// What tokens cost when `reported` says that it answered; the settings' model counts where that is
    /// none that is known.
    fn price(&self, reported: Option<&str>) -> Option<Price> {
        let configured = self.configured.model.as_deref();
        let mut listed = [reported, configured].into_iter().flatten();
        Price::with(listed.find_map(Price::of), &self.configured.price)
    }

    /// What an answer of the model `reported` cost in US dollars, if that is known.
    pub(super) fn usd(&self, reported: Option<&str>, usage: Usage) -> Option<f64> {
        let price = match reported {
            Some(name) => self.price(Some(name)),
            None => self.model().price,
        };
        price.map(|price| price.cost(usage))
    }

    /// Counts what an answer of the model `reported` cost.
    pub(super) fn count_bill(&self, reported: Option<&str>, bill: Bill) {
        let mut done = self.done();
        done.bill += bill;
        if let Some(name) = reported {
            done.reported = Some(name.to_owned());
        }
    }

    /// Adds what it has done so far.
    pub(super) fn add_to(&self, live: &mut Live) {
        let done = self.done();
        live.sent += done.requests;
        live.throttled += done.throttled;
        live.usage += done.usage;
        live.bill += done.bill;
    }

    pub(super) fn count_request(&self) {
        self.done().requests += 1;
    }

    pub(super) fn count_failure(&self, is_throttled: bool) {
        let mut done = self.done();
        done.failures += 1;
        done.throttled += u64::from(is_throttled);
    }

    /// Counts an answer to a prompt of so many characters with so much room for reasoning, and learns
    /// from its figures.
    pub(super) fn count_answer<C: Call>(
        &self,
        characters: usize,
        room: u64,
        answer: &mut C::Answer,
    ) {
        let usage = C::usage(answer);
        let is_cut_off = C::is_cut_off(answer);
        let is_wider = self.sizing.answered(characters, usage, is_cut_off, room);
        let has_thought = usage.reasoning.get() >= usage.completion.get() / 2;
        if is_cut_off && is_wider && has_thought && self.dialect().limit_ceiling.is_none() {
            C::note_room(answer);
        }
        let mut done = self.done();
        done.has_answered = true;
        done.usage += usage;
        if is_cut_short(characters, usage.prompt) && !std::mem::replace(&mut done.was_warned, true)
        {
            tracing::warn!(
                "{} seems to have read only part of a prompt: {} tokens of {characters} characters; \
                 give the model a longer context (with Ollama: `OLLAMA_CONTEXT_LENGTH`)",
                self.endpoint.target,
                usage.prompt
            );
        }
    }

    /// It serves nobody any more. Says whether that is news.
    pub(super) fn count_out(&self, error: &LlmError) -> bool {
        let mut done = self.done();
        let is_news = done.given_up.is_none();
        done.given_up.get_or_insert_with(|| error.to_string());
        is_news
    }

    /// What it has done, with what its account came to.
    pub(super) fn stats(&self, settled: Settled) -> DeploymentStats {
        let model = self.model();
        let done = self.done();
        DeploymentStats {
            target: self.endpoint.target.clone(),
            model,
            bill: done.bill,
            requests: done.requests,
            failures: done.failures,
            throttled: done.throttled,
            usage: done.usage,
            concurrency: settled.concurrency,
            peak_in_flight: settled.peak,
            given_up: done.given_up.clone(),
        }
    }

    fn done(&self) -> MutexGuard<'_, Done> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_with_far_too_few_tokens_was_cut_short() {
        assert!(is_cut_short(60_000, Tokens::new(4_096)));
        assert!(!is_cut_short(60_000, Tokens::new(10_000)));
        assert!(!is_cut_short(2_000, Tokens::new(10)), "too short to tell");
        assert!(
            !is_cut_short(60_000, Tokens::new(0)),
            "nothing was said of it"
        );
    }
}
