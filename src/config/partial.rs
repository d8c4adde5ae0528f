//! The partial settings: what one source says, everything else unset.
//!
//! A settings file, the environment and the flags all become a [`PartialConfig`]; [`merge`] lays
//! one over another. The doc comments here and in the modules below describe the keys to users, through
//! the JSON schema too.
//!
//! [`merge`]: PartialConfig::merge

use super::choices::ProviderName;

/// Declares the partial settings: structs of options (or of further sections), each with a
/// `merge` that no field can be missing from.
macro_rules! layers {
    ($(
        $(#[$meta:meta])*
        $name:ident {
            $(sections: { $($(#[$section_meta:meta])* $section:ident: $section_type:ty,)+ })?
            keys: { $($(#[$key_meta:meta])* $key:ident: $key_type:ty,)+ }
        }
    )+) => {$(
        $(#[$meta])*
        #[derive(
            Debug, Clone, Default, PartialEq,
            serde::Serialize, serde::Deserialize, schemars::JsonSchema,
        )]
        #[serde(deny_unknown_fields, default, expecting = "a table")]
        pub struct $name {
            $($(#[$key_meta])* pub $key: Option<$key_type>,)+
            $($($(#[$section_meta])* pub $section: $section_type,)+)?
        }

        impl $name {
            /// Lays `other` over these settings: what it sets wins, the rest stays.
            #[must_use]
            pub fn merge(self, other: Self) -> Self {
                Self {
                    $($key: other.$key.or(self.$key),)+
                    $($($section: self.$section.merge(other.$section),)+)?
                }
            }
        }
    )+};
}

// They use the macro, so they stand below it.
mod docstring;
mod run;
mod selection;
mod service;

pub use docstring::{PartialDocstring, PartialExamples, PartialStyle, PartialStyleOverride};
pub use run::{
    PartialBatch, PartialBudget, PartialCache, PartialJournal, PartialLog, PartialMetrics,
    PartialReport, PartialRun, PartialThresholds,
};
pub use selection::{PartialCheck, PartialFiles, PartialScore, PartialSelect};
pub use service::{
    PartialAzure, PartialAzureSearch, PartialDeployment, PartialEmbeddings, PartialModel,
    PartialNetwork, PartialOpenAi, PartialPrice, PartialQuota, PartialRetry, PartialTimeouts,
};

layers! {
    /// What one source says about the settings.
    PartialConfig {
        sections: {
            /// Which files are read.
            files: PartialFiles,
            /// Which definitions need a docstring.
            select: PartialSelect,
            /// How a docstring is written.
            docstring: PartialDocstring,
            /// What the words of a docstring are like.
            style: PartialStyle,
            /// Documented definitions of the project that a prompt shows for their manner.
            examples: PartialExamples,
            /// Azure OpenAI, used when `provider` is `azure`.
            azure: PartialAzure,
            /// `OpenAI` or a compatible server, used when `provider` is `openai`.
            openai: PartialOpenAi,
            /// What is asked of the model.
            model: PartialModel,
            /// What the deployment allows.
            quota: PartialQuota,
            /// What the model's tokens cost.
            price: PartialPrice,
            /// When and how often a request is sent again.
            retry: PartialRetry,
            /// How long to wait for the network.
            timeouts: PartialTimeouts,
            /// How the network is used.
            network: PartialNetwork,
            /// How definitions share requests.
            batch: PartialBatch,
            /// What models said, remembered in the project's state folder.
            cache: PartialCache,
            /// What may be spent.
            budget: PartialBudget,
            /// What a run may come to without a warning and exit status 1.
            thresholds: PartialThresholds,
            /// What a run does.
            run: PartialRun,
            /// When `check` fails.
            check: PartialCheck,
            /// When `score` fails.
            score: PartialScore,
            /// The run's report.
            report: PartialReport,
            /// What is kept to take runs back.
            journal: PartialJournal,
            /// Figures of runs for Prometheus.
            metrics: PartialMetrics,
            /// The log file.
            log: PartialLog,
        }
        keys: {
            /// Who writes the words: `azure`, `openai` or `offline`.
            provider: ProviderName,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::{NonZeroU32, NonZeroUsize};

    use super::*;

    #[test]
    fn what_the_upper_layer_sets_wins_and_the_rest_stays() {
        let lower: PartialConfig =
            toml::from_str("[quota]\nmax_concurrency = 2\ntokens_per_minute = 10").unwrap();
        let upper: PartialConfig = toml::from_str("[quota]\nmax_concurrency = 3").unwrap();
        let merged = lower.merge(upper).quota;
        assert_eq!(merged.max_concurrency, NonZeroUsize::new(3));
        assert_eq!(merged.tokens_per_minute, NonZeroU32::new(10));
        assert_eq!(merged.requests_per_minute, None);
    }
}
