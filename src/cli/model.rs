//! The arguments that say which model is asked.

use std::ffi::OsStr;
use std::marker::PhantomData;
use std::str::FromStr;

use clap::Args;
use clap::builder::TypedValueParser;
use clap::error::ErrorKind;

use crate::config::{AzureEndpoint, HttpUrl, InvalidValue, Name, PartialConfig, ProviderName};

/// Which model is asked, and how fast.
#[derive(Debug, Args)]
pub(super) struct ModelArgs {
    /// Who writes the words
    #[arg(long, value_name = "azure|openai|offline", help_heading = "Model")]
    provider: Option<ProviderName>,
    /// Address of the Azure OpenAI resource
    #[arg(long, value_name = "URL", help_heading = "Model", value_parser = Address::<AzureEndpoint>::new())]
    endpoint: Option<AzureEndpoint>,
    /// Azure OpenAI deployment
    #[arg(long, value_name = "NAME", help_heading = "Model")]
    deployment: Option<Name>,
    /// Address of an OpenAI-compatible server, up to and with /v1
    #[arg(long, value_name = "URL", help_heading = "Model", value_parser = Address::<HttpUrl>::new())]
    base_url: Option<HttpUrl>,
    /// Model of an OpenAI-compatible server
    #[arg(long, value_name = "NAME", help_heading = "Model")]
    model: Option<Name>,
    /// Requests that the deployment takes in a minute
    #[arg(long, value_name = "N", help_heading = "Model")]
    requests_per_minute: Option<std::num::NonZeroU32>,
    /// Tokens that the deployment takes in a minute
    #[arg(long, value_name = "N", help_heading = "Model")]
    tokens_per_minute: Option<std::num::NonZeroU32>,
    /// Requests in flight at once
    #[arg(long, value_name = "N", help_heading = "Model")]
    max_concurrency: Option<std::num::NonZeroUsize>,
}

impl ModelArgs {
    pub(super) fn add_to(&self, settings: &mut PartialConfig) {
        settings.provider = self.provider;
        settings.azure.endpoint.clone_from(&self.endpoint);
        settings.azure.deployment.clone_from(&self.deployment);
        settings.openai.base_url.clone_from(&self.base_url);
        settings.openai.model.clone_from(&self.model);
        settings.quota.requests_per_minute = self.requests_per_minute;
        settings.quota.tokens_per_minute = self.tokens_per_minute;
        settings.quota.max_concurrency = self.max_concurrency;
    }
}

/// Reads an address. clap repeats what it refuses, and this may hold a password.
#[derive(Debug, Clone)]
struct Address<T>(PhantomData<T>);

impl<T> Address<T> {
    fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> TypedValueParser for Address<T>
where
    T: FromStr<Err = InvalidValue> + Clone + Send + Sync + 'static,
{
    type Value = T;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<T, clap::Error> {
        value.to_string_lossy().parse().map_err(|error| {
            let argument = argument.map(ToString::to_string).unwrap_or_default();
            let message = format!("invalid value for '{argument}': {error}");
            command.clone().error(ErrorKind::ValueValidation, message)
        })
    }
}
