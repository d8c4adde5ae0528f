//! `docgen doctor`: whether docgen can run here, and what it would run with.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::future::join_all;

use super::{Error, Format, Scope, analyze_all, output, thread_pool};
use crate::config::{Config, ConfigError, Deployment, Llm, Loaded, Provider, Surface};
use crate::exit_status::ExitStatus;
use crate::llm;
use crate::report::{
    self, Checkup, DeploymentReport, DoctorReport, Health, Loudness, SettingsReport,
};
use crate::rewrite::free_space;
use crate::source::{Extent, FileName, GitError, Repository, Wanted};
use crate::store::{RedisServer, state_folder};

/// Nobody waits longer to learn that a deployment does not answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Less free space than this is worth a word.
const LITTLE_SPACE: u64 = 200_000_000;

/// Variables that say how the network is reached.
const NETWORK: [&str; 12] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
];

/// How the doctor goes about it.
#[derive(Debug, Clone, Copy)]
pub struct DoctorOptions {
    /// What standard output holds.
    pub format: Format,
    /// Asks no deployment.
    pub is_offline: bool,
    /// Shows the settings that nobody changed, too.
    pub with_defaults: bool,
    /// How much is said on standard error.
    pub loudness: Loudness,
}

/// Looks at the settings, at every deployment and at the project; a failure is status 2, a warning
/// none. What keeps the settings from being read is a failure among the others.
pub fn doctor(
    loaded: &Result<Loaded, ConfigError>,
    paths: &[PathBuf],
    options: DoctorOptions,
) -> Result<ExitStatus, Error> {
    let here = std::env::current_dir()?;
    let mut report = DoctorReport {
        settings: SettingsReport {
            network: network(),
            ..SettingsReport::default()
        },
        deployments: Vec::new(),
        no_deployment: None,
        shared: Vec::new(),
        project: Vec::new(),
    };
    match loaded {
        Ok(loaded) => {
            report.settings.file = loaded
                .source
                .as_deref()
                .map(|path| FileName::new(path, &here));
            report.settings.values = loaded.origins();
            report.settings.secrets = loaded.secret_origins();
            match askable(loaded, options.is_offline) {
                Ok(settings) => report.deployments = ask(&settings, options.loudness)?,
                Err(reason) => report.no_deployment = Some(reason),
            }
            report.shared = shared(loaded, options.is_offline)?;
            report.project = project(&loaded.config.files.root);
            report.project.push(python(&loaded.config, paths));
        }
        Err(error) => {
            let failure = Checkup::failure("settings", error.to_string());
            report.settings.failure = Some(failure.with_hint(error.hint()));
            let reason = "the settings cannot be read";
            report.no_deployment = Some(Checkup::skipped("deployments", reason));
            report.project = project(&here);
            report.project.push(Checkup::skipped("python", reason));
        }
    }
    match options.format {
        Format::Json => output::write_json(&report::doctor_json(&report, &here))?,
        Format::Text => {
            let (all, is_colored) = (options.with_defaults, output::is_colored());
            let text = report::doctor_text(&report, &here, all, is_colored);
            output::write(text.as_bytes())?;
        }
    }
    Ok(match report.health() {
        Health::Failure => ExitStatus::Failure,
        Health::Warning | Health::Ok | Health::Skipped => ExitStatus::Success,
    })
}

/// The deployments to ask, or why there are none.
fn askable(loaded: &Loaded, is_offline: bool) -> Result<Box<Llm>, Checkup> {
    let about = "deployments";
    match loaded.provider() {
        Ok(Provider::Offline) => {
            let message = "not asked: the provider is `offline`, which needs none";
            Err(Checkup::skipped(about, message))
        }
        Ok(Provider::Model(_)) if is_offline => {
            Err(Checkup::skipped(about, "not asked: `--offline`"))
        }
        Ok(Provider::Model(mut settings)) => {
            let network = &mut settings.network;
            network.request_timeout = network.request_timeout.min(PATIENCE);
            Ok(settings)
        }
        Err(error) => Err(Checkup::failure(about, error.to_string()).with_hint(error.hint())),
    }
}

/// Whether the server that machines share answers and lets docgen do what it does there. A run does
/// without it, so what is wrong is a warning.
fn shared(loaded: &Loaded, is_offline: bool) -> Result<Vec<Checkup>, Error> {
    let cache = loaded.shared_cache().map(|cache| cache.redis);
    let servers = [
        ("shared_quota", "the quota", loaded.shared_quota()),
        ("shared_cache", "the cache", cache),
    ];
    let mut checks = Vec::new();
    for (about, what, settings) in servers {
        let Some(settings) = settings else {
            continue;
        };
        let url = settings.url.clone();
        checks.push(if is_offline {
            Checkup::skipped(about, "not asked: `--offline`")
        } else {
            match RedisServer::new(&settings, String::new()) {
                Ok(server) => match runtime()?.block_on(server.probe()) {
                    Ok(version) => {
                        let version = if version.is_empty() {
                            String::new()
                        } else {
                            format!(" (version {version})")
                        };
                        let message = format!("{what} is shared through Redis at {url}{version}");
                        Checkup::ok(about, message)
                    }
                    Err(error) => {
                        Checkup::warning(about, format!("the Redis server {url} {error}"))
                            .with_hint(error.hint().to_owned())
                    }
                },
                Err(error) => Checkup::failure(about, error.to_string()).with_hint(error.hint()),
            }
        });
    }
    Ok(checks)
}

fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::Threads(error.to_string()))
}

fn ask(settings: &Llm, loudness: Loudness) -> Result<Vec<DeploymentReport>, Error> {
    if loudness == Loudness::Normal && std::io::stderr().is_terminal() {
        tracing::info!("asking each deployment for next to nothing");
    }
    let probes = settings
        .deployments
        .iter()
        .map(|deployment| llm::probe(deployment, settings));
    let probes = runtime()?.block_on(join_all(probes));
    let asked = settings.deployments.iter().zip(probes);
    Ok(asked
        .map(|(deployment, probe)| report_of(deployment, probe))
        .collect())
}

fn report_of(deployment: &Deployment, probe: llm::Probe) -> DeploymentReport {
    let (route, api_version) = match &deployment.surface {
        Surface::AzureV1 { .. } => ("v1", None),
        Surface::AzureClassic { api_version, .. } => ("classic", Some(api_version.clone())),
        Surface::OpenAi { .. } => ("openai", None),
    };
    DeploymentReport {
        name: deployment.name().to_owned(),
        route,
        api_version,
        checks: report::deployment_checks(&probe, deployment),
        probe,
    }
}

/// The variables of the network; of a proxy's address neither user nor password.
fn network() -> Vec<(&'static str, String)> {
    let set = NETWORK.into_iter().filter_map(|name| {
        let value = std::env::var_os(name)?.to_string_lossy().into_owned();
        (!value.is_empty()).then(|| (name, without_user(name, &value)))
    });
    set.collect()
}

/// A proxy may stand without a scheme, and its password may hold any character.
fn without_user(name: &str, value: &str) -> String {
    if !name.to_ascii_lowercase().ends_with("_proxy") || name.eq_ignore_ascii_case("no_proxy") {
        return value.to_owned();
    }
    let (scheme, rest) = match value.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), value),
    };
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    format!("{scheme}{host}")
}

fn project(root: &Path) -> Vec<Checkup> {
    vec![state(root), space(root), git(root)]
}

/// Whether the folder of docgen's state can be written, or made.
fn state(root: &Path) -> Checkup {
    let folder = state_folder(root);
    let (is_there, tried) = match folder.symlink_metadata() {
        Ok(_) => (true, folder.as_path()),
        Err(_) => (false, root),
    };
    let shown = folder.display();
    match tempfile::Builder::new()
        .prefix(".docgen")
        .tempfile_in(tried)
    {
        Ok(_) if is_there => Checkup::ok("state", format!("`{shown}` can be written")),
        Ok(_) => Checkup::ok(
            "state",
            format!("`{shown}` is not there yet and can be made"),
        ),
        Err(error) => Checkup::failure("state", format!("`{shown}` cannot be written: {error}"))
            .with_hint("let docgen's user write to the project's folder".to_owned()),
    }
}

fn space(root: &Path) -> Checkup {
    let Some(free) = free_space(root) else {
        return Checkup::skipped("space", "the file system does not say how much is free");
    };
    let gigabytes = free / 1_000_000_000;
    let message = match gigabytes {
        0 => format!("{} MB of disk space free", free / 1_000_000),
        _ => format!("{gigabytes} GB of disk space free"),
    };
    if free < LITTLE_SPACE {
        let hint = "a full disk costs no file, but nothing more is written";
        return Checkup::warning("space", message).with_hint(hint.to_owned());
    }
    Checkup::ok("space", message)
}

fn git(root: &Path) -> Checkup {
    match Repository::around(root) {
        Ok(Repository { top, is_shallow }) if is_shallow => {
            let message = format!("the git repository `{}` is shallow", top.display());
            let hint = "`--since` needs the commit where the branch began: `git fetch --unshallow` \
                        (for actions/checkout `fetch-depth: 0`)";
            Checkup::warning("git", message).with_hint(hint.to_owned())
        }
        Ok(Repository { top, .. }) => {
            Checkup::ok("git", format!("in the git repository `{}`", top.display()))
        }
        // Only `--since` and `--staged` need one.
        Err(error @ (GitError::NoRepository(_) | GitError::NotStarted(_))) => {
            Checkup::skipped("git", error.to_string())
        }
        Err(error) => Checkup::warning("git", error.to_string()).with_hint(error.hint()),
    }
}

/// How many Python files there are, and how many of them cannot be read.
fn python(config: &Config, paths: &[PathBuf]) -> Checkup {
    let scope = Scope {
        paths,
        changes: None,
        extent: Extent::Files,
    };
    let analyzed = thread_pool()
        .and_then(|pool| analyze_all(&pool, &scope, config, Wanted::SourcesAndStubs, |_| ()));
    let analyzed = match analyzed {
        Ok(analyzed) => analyzed,
        Err(error) => {
            return Checkup::failure("python", error.to_string()).with_hint(error.hint());
        }
    };
    let (read, unread) = (analyzed.files.len(), analyzed.diagnostics.len());
    let files = |count: usize| match count {
        1 => "1 Python file".to_owned(),
        _ => format!("{count} Python files"),
    };
    match analyzed.diagnostics.first() {
        Some(first) => {
            let message = format!("{}, of which {unread} cannot be read", files(read + unread));
            Checkup::warning("python", message).with_hint(format!("the first: {first}"))
        }
        None if read == 0 => {
            let hint = "name the folder of the sources, or look at `[files]` in the settings";
            Checkup::warning("python", "no Python files").with_hint(hint.to_owned())
        }
        None => Checkup::ok("python", format!("{}, all of them readable", files(read))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_s_password_is_left_out() {
        let shown = |value| without_user("HTTPS_PROXY", value);
        assert_eq!(
            shown("http://u:p@proxy.example:8080"),
            "http://proxy.example:8080"
        );
        assert_eq!(shown("u:p@s://s@proxy.example"), "u:p@s://proxy.example");
        assert_eq!(shown("u:p@proxy.example:1"), "proxy.example:1");
        assert_eq!(without_user("SSL_CERT_FILE", "/a@b.pem"), "/a@b.pem");
    }
}
