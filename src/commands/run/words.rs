//! Who writes the words of a run.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::super::document::WordsBy;
use super::super::estimate::known;
use super::super::experience::experience;
use super::{RunMode, RunOptions, budget};
use crate::commands::Error;
use crate::config::{Budget, Config, Deployment, Llm, Provider, Redis, Surface};
use crate::generate::{Estimate, Known, ReplyCache, Services};
use crate::llm::{
    BudgetGate, BudgetStatement, Client, Live, LlmError, SharedQuota, Stats, least_input,
};
use crate::report::{Judged, KeptBack, Limits, Look, Requests};
use crate::store::{
    Database, RedisBuckets, RedisServer, SharedReplies, read_lessons, write_experience,
    write_lessons,
};

/// Who writes the words, ready to be asked.
pub(super) enum Words<'p> {
    /// The code itself.
    Offline,
    /// A model.
    Model {
        client: Arc<Client>,
        settings: &'p Llm,
        /// The accounts of the quotas that several machines share.
        buckets: Option<Arc<RedisBuckets>>,
        /// The server that the answers are shared through.
        cache_server: Option<Arc<RedisServer>>,
        /// What finds examples, besides docgen's own index.
        services: Option<Arc<Services>>,
        /// What all of them may spend.
        gate: Arc<BudgetGate>,
    },
}

impl<'p> Words<'p> {
    /// For a run in this mode. What earlier runs in the project were taught by the deployments is known.
    pub(super) fn new(
        provider: &'p Provider,
        config: &Config,
        mode: RunMode,
    ) -> Result<Self, Error> {
        let root = &config.files.root;
        let words = match provider {
            Provider::Offline => Self::Offline,
            Provider::Model(settings) => {
                let (quota_server, cache_server) = servers(settings, &config.budget)?;
                let book = budget::book(config, mode, quota_server.clone())?;
                let gate = BudgetGate::new(&config.budget, book);
                let buckets = quota_server.map(|server| Arc::new(RedisBuckets::new(server)));
                let keeper = || {
                    let buckets = buckets.clone()?;
                    Some(buckets as Arc<dyn SharedQuota>)
                };
                Self::Model {
                    client: Arc::new(Client::sharing(settings, keeper(), gate.clone())?),
                    settings,
                    services: Services::new(settings, root, keeper(), gate.clone())?.map(Arc::new),
                    buckets,
                    cache_server,
                    gate,
                }
            }
        };
        words.remember(root);
        if let Self::Model {
            client,
            settings,
            services,
            ..
        } = &words
        {
            budget::check_prices(&config.budget, settings, client, services.as_deref())?;
        }
        Ok(words)
    }

    /// The time that the run may take begins now.
    pub(super) fn begin(&self) {
        if let Self::Model { gate, .. } = self {
            gate.begin();
        }
    }

    /// What became of the budget, if there is one.
    pub(super) async fn statement(&self) -> Option<BudgetStatement> {
        let Self::Model { gate, .. } = self else {
            return None;
        };
        let statement = gate.statement().await;
        let is_any = statement.over.is_some() || !statement.lines.is_empty();
        is_any.then_some(statement)
    }

    /// What finds examples besides docgen's own index, if anything does.
    pub(super) fn services(&self) -> Option<&Services> {
        match self {
            Self::Offline => None,
            Self::Model { services, .. } => services.as_deref(),
        }
    }

    /// Waits, not for long, until other machines know what they were to be told.
    pub(super) async fn settle(&self) {
        if let Self::Model {
            buckets: Some(buckets),
            ..
        } = self
        {
            buckets.settle().await;
        }
    }

    /// Begins with what earlier runs in the project at `root` were taught by the deployments.
    fn remember(&self, root: &Path) {
        if let Self::Model { client, .. } = self {
            client.remember(&read_lessons(root, SystemTime::now()));
        }
    }

    /// Keeps what this run was taught, and what it took beside what was expected. A run is none the worse if
    /// that cannot be done.
    pub(super) fn keep_lessons(&self, root: &Path, estimate: Option<&Estimate>) {
        let Self::Model { client, .. } = self else {
            return;
        };
        let now = SystemTime::now();
        let taken = estimate.map(|estimate| experience(&client.stats(), estimate));
        let kept = write_lessons(root, &client.lessons(), now)
            .and_then(|()| write_experience(root, taken.unwrap_or_default(), now));
        if let Err(error) = kept {
            tracing::debug!("what the deployments taught cannot be kept: {error}");
        }
    }

    /// What is remembered of their words in the project's database, if the settings want it.
    pub(super) fn cache(&self, config: &Config, options: RunOptions) -> Option<ReplyCache> {
        let Self::Model {
            settings,
            cache_server,
            ..
        } = self
        else {
            return None;
        };
        let shared = || {
            let namespace = &settings.shared_cache.as_ref()?.namespace;
            let replies = SharedReplies::new(cache_server.clone()?, namespace, config.cache.ttl());
            Some(Arc::new(replies))
        };
        if !config.cache.enabled {
            return None;
        }
        let access = options.mode.access(self.by(), config);
        match Database::open(&config.files.root, access) {
            Ok(database) => {
                let cache = ReplyCache::new(database, config.cache, options.cache, settings);
                Some(cache.with_shared(shared()))
            }
            Err(error) => {
                tracing::warn!("nothing is remembered for the next run: {error}");
                None
            }
        }
    }

    /// Who they are.
    pub(super) fn by(&self) -> WordsBy {
        match self {
            Self::Offline => WordsBy::Code,
            Self::Model { .. } => WordsBy::Model,
        }
    }

    /// Tokens that each of the models takes in one request, if that is known.
    pub(super) fn window(&self) -> Option<u64> {
        let Self::Model { client, .. } = self else {
            return None;
        };
        let models = client.models();
        least_input(models.iter().filter_map(|model| model.name.as_deref()))
    }

    /// Their name in reports.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Offline => "offline drafts".to_owned(),
            Self::Model { settings, .. } => described(&settings.deployments),
        }
    }

    /// Who is asked, if anybody is.
    pub(super) fn asked(&self) -> Option<Asked> {
        match self {
            Self::Offline => None,
            Self::Model {
                client, services, ..
            } => Some(Asked {
                client: client.clone(),
                services: services.clone(),
            }),
        }
    }

    /// Where a view of the run looks at the requests.
    pub(super) fn look(&self) -> Option<Look> {
        let asked = self.asked()?;
        Some(Arc::new(move || asked.live()))
    }

    /// What is known of where requests go; `None` where none are sent.
    pub(super) fn known(&self, root: &Path) -> Option<Known> {
        match self {
            Self::Offline => None,
            Self::Model {
                client, settings, ..
            } => Some(known(settings, client, root)),
        }
    }

    /// An estimate of what they would cost, beside what they have.
    pub(super) fn judged(&self, estimate: Estimate) -> Judged {
        let stats = match self {
            Self::Offline => Stats::default(),
            Self::Model { client, .. } => client.stats(),
        };
        Judged {
            estimate,
            // A request that is sent again is one.
            requests: stats.requests.saturating_sub(stats.retries),
            usage: stats.usage,
            usd: stats.bill.known(),
        }
    }

    /// What the models were asked so far.
    pub(super) fn stats(&self) -> Option<Stats> {
        self.asked().map(|asked| asked.stats())
    }

    /// What they were asked and what that cost, in a run that took so long and kept requests back so long.
    pub(super) fn requests(&self, kept: KeptBack, elapsed: Duration) -> Option<Requests> {
        let Self::Model {
            client, settings, ..
        } = self
        else {
            return None;
        };
        let (stats, live) = (self.stats()?, client.live());
        let limits = Limits {
            requests_per_minute: live.requests_per_minute,
            tokens_per_minute: live.tokens_per_minute,
            concurrency: settings.max_concurrency(),
        };
        Some(Requests::new(&stats, limits).with_time(&stats, kept, elapsed))
    }
}

/// The models that a run asks, for those who look on.
pub(super) struct Asked {
    client: Arc<Client>,
    services: Option<Arc<Services>>,
}

impl Asked {
    /// What they were asked so far: for words, and for what finds examples.
    pub(super) fn stats(&self) -> Stats {
        let stats = self.client.stats();
        match self.services.as_ref().and_then(|services| services.stats()) {
            Some(others) => stats.with(others),
            None => stats,
        }
    }

    fn live(&self) -> Live {
        let live = self.client.live();
        match self.services.as_ref().and_then(|services| services.live()) {
            Some(others) => live.with(&others),
            None => live,
        }
    }
}

/// The servers that quotas and answers are shared through, one if both are the same.
type Servers = (Option<Arc<RedisServer>>, Option<Arc<RedisServer>>);

fn servers(settings: &Llm, budget: &Budget) -> Result<Servers, LlmError> {
    const CACHE: &str = "until it is back no answers are shared with other machines";
    let own = if budget.is_kept() {
        "until it is back this process keeps to the quota and the budget by itself"
    } else {
        "until it is back this process keeps to the quota by itself"
    };
    let cache = settings.shared_cache.as_ref().map(|cache| &cache.redis);
    let server = |redis: Option<&Redis>, without: &str| {
        let server = redis.map(|redis| RedisServer::new(redis, without.to_owned()));
        server.transpose()
    };
    match (&settings.shared_quota, cache) {
        (Some(quota), Some(cache)) if quota.url == cache.url => {
            let both = server(Some(quota), &format!("{own}, and no answers are shared"))?;
            Ok((both.clone(), both))
        }
        (quota, cache) => Ok((server(quota.as_ref(), own)?, server(cache, CACHE)?)),
    }
}

fn described(deployments: &[Deployment]) -> String {
    let mut names: Vec<&str> = deployments.iter().map(Deployment::name).collect();
    names.dedup();
    let is_azure = |one: &Deployment| !matches!(one.surface, Surface::OpenAi { .. });
    let what = match (deployments.iter().any(is_azure), names.len()) {
        (true, 1) => "Azure OpenAI deployment",
        (true, _) => "Azure OpenAI deployments",
        (false, _) => "model",
    };
    format!("{what} {}", names.join(", "))
}
