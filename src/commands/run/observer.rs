//! What is told of a run when it is over, however it ended.

use std::io::ErrorKind;
use std::path::Path;
use std::time::{Instant, SystemTime};

use super::words::{Asked, Words};
use crate::commands::Error;
#[cfg(feature = "otlp")]
use crate::config::Surface;
use crate::config::{Config, Provider};
use crate::exit_status::ExitStatus;
use crate::report::{self, Ending, ProgressTally, RunMetrics, RunReport};
use crate::rewrite::publish;
#[cfg(feature = "otlp")]
use crate::telemetry;

/// Looks on, and tells of the run in the end; one that is dropped before tells of a failed run.
pub(super) struct Observer<'a> {
    config: &'a Config,
    telemetry: Telemetry<'a>,
    start: Instant,
    asked: Option<Asked>,
    tally: ProgressTally,
    has_told: bool,
}

impl<'a> Observer<'a> {
    /// Begins. A file that cannot take what will be told is met now, before anything is paid for.
    pub(super) fn begin(config: &'a Config, provider: &'a Provider) -> Result<Self, Error> {
        if let Some(path) = &config.metrics.file {
            check(path).map_err(|reason| Error::Metrics {
                path: path.clone(),
                reason,
            })?;
        }
        Ok(Self {
            config,
            telemetry: Telemetry::begin(provider),
            start: Instant::now(),
            asked: None,
            tally: ProgressTally::default(),
            has_told: false,
        })
    }

    /// Looks at who writes the words, and at what the run is at.
    pub(super) fn watch(&mut self, words: &Words<'_>, tally: &ProgressTally) {
        self.asked = words.asked();
        self.tally = tally.clone();
    }

    /// The run is over.
    pub(super) fn finish(mut self, report: &RunReport, ended: &Result<ExitStatus, Error>) {
        let ending = match ended {
            Ok(ExitStatus::Success) => Ending::Done,
            Ok(ExitStatus::Findings) => Ending::Findings,
            Ok(ExitStatus::Interrupted) => Ending::Interrupted,
            Ok(ExitStatus::Failure) | Err(_) => Ending::Failed,
        };
        self.tell(ending, Some(report));
    }

    /// There was no run.
    pub(super) fn forget(mut self) {
        self.has_told = true;
    }

    fn tell(&mut self, ending: Ending, report: Option<&RunReport>) {
        self.has_told = true;
        let stats = self.asked.as_ref().map(Asked::stats);
        let run = RunMetrics {
            project: &self.config.metrics.project,
            ending,
            ended_at: SystemTime::now(),
            elapsed: self.start.elapsed(),
            report,
            stats: stats.as_ref(),
        };
        self.telemetry.tell(&run, &self.tally);
        let Some(path) = &self.config.metrics.file else {
            return;
        };
        // The run is none the worse for it.
        if let Err(reason) = write(path, &run) {
            let path = path.display().to_string();
            let path = report::escape(&path);
            tracing::warn!("the metrics are not in `{path}`: {reason}");
        }
    }
}

/// What is sent to a collector.
#[cfg(feature = "otlp")]
struct Telemetry<'a> {
    wanted: telemetry::Wanted,
    provider: &'a Provider,
    began: SystemTime,
}

#[cfg(feature = "otlp")]
impl<'a> Telemetry<'a> {
    fn begin(provider: &'a Provider) -> Self {
        Self {
            wanted: telemetry::Wanted::by_environment(),
            provider,
            began: SystemTime::now(),
        }
    }

    /// Tells it; the run is none the worse if that cannot be done.
    fn tell(&self, run: &RunMetrics<'_>, tally: &ProgressTally) {
        if !self.wanted.any() {
            return;
        }
        let (provider, authorities) = match self.provider {
            Provider::Model(settings) => {
                let surfaces = settings.deployments.iter().map(|one| &one.surface);
                let mut others = surfaces.filter(|one| matches!(one, Surface::OpenAi { .. }));
                let name = match others.next() {
                    Some(_) => "openai",
                    None => "azure.ai.openai",
                };
                (name, settings.network.authorities.as_slice())
            }
            Provider::Offline => ("", [].as_slice()),
        };
        let run = telemetry::RunTelemetry {
            project: run.project,
            provider,
            began: self.began,
            ended: run.ended_at,
            ending: run.ending,
            phases: &tally.phases(),
            report: run.report,
            stats: run.stats,
        };
        if let Err(error) = telemetry::send(&run, self.wanted, authorities) {
            let error = error.to_string();
            tracing::warn!(
                "the telemetry of this run was not sent: {}",
                report::escape(&error)
            );
        }
    }
}

/// Nothing is sent.
#[cfg(not(feature = "otlp"))]
struct Telemetry<'a>(std::marker::PhantomData<&'a Provider>);

#[cfg(not(feature = "otlp"))]
#[expect(clippy::unused_self, reason = "as with telemetry")]
impl<'a> Telemetry<'a> {
    fn begin(_: &'a Provider) -> Self {
        Self(std::marker::PhantomData)
    }

    fn tell(&self, _: &RunMetrics<'_>, _: &ProgressTally) {}
}

impl Drop for Observer<'_> {
    fn drop(&mut self) {
        if !self.has_told {
            self.tell(Ending::Failed, None);
        }
    }
}

/// What stands in the file, if there is one.
fn earlier(path: &Path) -> Result<Option<String>, String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == ErrorKind::InvalidData => Err(NOT_METRICS.to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

const NOT_METRICS: &str = "what stands there was not written by docgen";

/// Whether the file can take metrics.
fn check(path: &Path) -> Result<(), String> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        // One that is not there is more often a slip than a wish, and nobody would look into it.
        let metadata = std::fs::metadata(folder);
        metadata.map_err(|error| format!("its folder is not there ({error})"))?;
    }
    let earlier = earlier(path)?;
    if earlier.is_some_and(|text| !report::are_metrics(&text)) {
        return Err(NOT_METRICS.to_owned());
    }
    Ok(())
}

fn write(path: &Path, run: &RunMetrics<'_>) -> Result<(), String> {
    let earlier = earlier(path)?;
    let text = report::run_metrics(run, earlier.as_deref()).ok_or(NOT_METRICS)?;
    publish(path, text.as_bytes()).map_err(|error| error.to_string())
}
