//! The keys that say what a run does, what it may spend and what it leaves behind.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use crate::config::choices::{BatchOrder, Mode};
use crate::config::redis::RedisUrl;
use crate::config::report::ReportFiles;
use crate::config::texts::{HttpUrl, Name};
use crate::config::values::{Dollars, Percent, Seconds, TimeLimit};

layers! {
    /// What a run does.
    PartialRun {
        keys: {
            /// Which docstrings are written: `missing` ones; `stale` ones, which are mended where they
            /// contradict the code; or `all`, which is both.
            mode: Mode,
            /// With `mode = "all"`, docstrings that score less than this, from 0 to 100, are improved by
            /// the model.
            below: Percent,
        }
    }

    /// How definitions share requests.
    PartialBatch {
        keys: {
            /// Estimated prompt tokens of the definitions that share a request, at least 1.
            max_tokens: NonZeroU32,
            /// Definitions that share a request, at least 1.
            max_definitions: NonZeroUsize,
            /// Estimated tokens of what a request shows of the code around its definitions; 0 shows
            /// none.
            context_tokens: u32,
            /// Which definitions are documented first.
            order: BatchOrder,
        }
    }

    /// What models said, remembered in the project's state folder.
    PartialCache {
        keys: {
            /// What a model said is remembered, and used again where it still holds.
            enabled: bool,
            /// Days after which it is forgotten; 0 never forgets.
            ttl_days: u32,
            /// Megabytes that the project's database may have; 0 has no bound.
            max_size_mb: u32,
            /// The Redis server that machines share what models said through: `redis://`,
            /// `rediss://` (TLS) or `unix://`, without a password.
            redis_url: RedisUrl,
            /// What those have in common there who share it.
            namespace: Name,
        }
    }

    /// What may be spent. Unset is unlimited; days and months are those of the calendar, in UTC.
    PartialBudget {
        keys: {
            /// US dollars that a run may cost.
            max_cost: Dollars,
            /// Tokens of prompts and replies that a run may take.
            max_tokens: u64,
            /// Requests that a run may make.
            max_requests: u64,
            /// How long a run may begin requests, such as `90s`, `10m` or `1h30m`.
            max_time: TimeLimit,
            /// US dollars that all runs of a day may cost.
            day_cost: Dollars,
            /// Tokens that all runs of a day may take.
            day_tokens: u64,
            /// Requests that all runs of a day may make.
            day_requests: u64,
            /// US dollars that all runs of a month may cost.
            month_cost: Dollars,
            /// Tokens that all runs of a month may take.
            month_tokens: u64,
            /// Requests that all runs of a month may make.
            month_requests: u64,
            /// What those have in common who share a day's and a month's budget on the Redis server of
            /// `[quota]`.
            namespace: Name,
            /// US dollars: a terminal is asked before a run that may cost more.
            confirm_above: Dollars,
            /// A terminal is asked before a run of more requests, where the price is not known.
            confirm_above_requests: u64,
        }
    }

    /// What a run may come to without a warning and exit status 1; unset has no bound.
    PartialThresholds {
        keys: {
            /// Requests that failed, in percent of those that were sent.
            error_rate: Percent,
            /// Definitions whose words were refused, in percent of those that were asked about.
            refused_share: Percent,
            /// Seconds to an answer that 95 of 100 stay below.
            p95_latency_seconds: Seconds,
            /// US dollars.
            cost: Dollars,
        }
    }

    /// The run's report.
    PartialReport {
        keys: {
            /// Whether a report is written.
            enabled: bool,
            /// The report's file or files, relative to the settings' folder; the extension says in which form:
            /// `.md`, `.json`, `.html` or `.csv`.
            path: ReportFiles,
            /// The address that has the project's files, which the report's links then lead to; unset, they are
            /// relative.
            link_base: HttpUrl,
        }
    }

    /// What is kept to take runs back.
    PartialJournal {
        keys: {
            /// The newest runs whose files are kept as they were before; 0 keeps none.
            keep_runs: u32,
            /// Megabytes that they may take together, compressed, at least 1.
            max_size_mb: NonZeroU32,
        }
    }

    /// Figures of runs for Prometheus.
    PartialMetrics {
        keys: {
            /// The file, relative to the settings' folder; unset, none is written.
            file: PathBuf,
            /// The project's name in them; unset, its folder's.
            project: String,
        }
    }

    /// The log file.
    PartialLog {
        keys: {
            /// The file, relative to the settings' folder; unset, none is written.
            file: PathBuf,
            /// Megabytes after which a new file is begun, at least 1.
            max_size_mb: NonZeroU32,
            /// Full files that are kept besides the one that is written.
            keep: u32,
            /// What is sent to the model and what comes back goes into the log file too.
            bodies: bool,
        }
    }
}
