//! What a run may spend: who keeps the account, and whether it can be kept at all.

use std::sync::Arc;

use super::RunMode;
use crate::commands::Error;
use crate::commands::document::WordsBy;
use crate::config::{Budget, Config, Llm};
use crate::generate::Services;
use crate::llm::{Client, KnownModel, Ledger};
use crate::store::{Access, RedisServer, SharedBook, SpendingBook};

/// Who writes down what is spent: the project's database, and for budgets of days and months the server
/// that machines share.
pub(super) fn book(
    config: &Config,
    mode: RunMode,
    server: Option<Arc<RedisServer>>,
) -> Result<Option<Arc<dyn Ledger>>, Error> {
    let budget = &config.budget;
    let access = if budget.is_kept() {
        Access::Create
    } else {
        mode.access(WordsBy::Model, config)
    };
    let own = SpendingBook::new(&config.files.root, access);
    if !budget.is_kept() {
        return Ok(Some(Arc::new(own)));
    }
    own.open()
        .map_err(|error| Error::BudgetNotKept(error.to_string()))?;
    Ok(Some(match server {
        Some(server) => Arc::new(SharedBook::new(server, &budget.namespace, own)),
        None => Arc::new(own),
    }))
}

/// Refuses a budget of money where a price is not known: one that cannot be kept is worse than none.
pub(super) fn check_prices(
    budget: &Budget,
    settings: &Llm,
    client: &Client,
    services: Option<&Services>,
) -> Result<(), Error> {
    if !budget.bounds_cost() {
        return Ok(());
    }
    let unpriced = |name: &str, model: &KnownModel| match model.price {
        Some(_) => Ok(()),
        None => Err(Error::NoPrice {
            deployment: name.to_owned(),
            model: model.name.clone(),
        }),
    };
    for (deployment, model) in settings.deployments.iter().zip(client.models()) {
        unpriced(deployment.name(), &model)?;
    }
    let embeddings = settings.embeddings.as_ref();
    match (embeddings, services.and_then(Services::embedding_model)) {
        (Some(embeddings), Some(model)) => unpriced(embeddings.deployment.name(), &model),
        _ => Ok(()),
    }
}
