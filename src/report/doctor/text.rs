//! What was found, as text for people.

use std::fmt::Write as _;
use std::path::Path;

use anstyle::{AnsiColor, Style};
use serde_json::Value;

use super::{Checkup, DeploymentReport, DoctorReport, Health, SettingsReport, shown_origin};
use crate::config::{Origin, Setting};
use crate::report::terminal::escape;
use crate::report::text::plural;
use crate::source::FileName;

/// Columns of the words that say how something is.
const STATUS_WIDTH: usize = 7;

/// Columns that a setting may have before its source no longer stands under the others'.
const MAX_SETTING_WIDTH: usize = 60;

/// What was found, in a line or two each. `with_defaults` shows settings that nobody changed, too.
#[must_use]
pub fn doctor_text(
    report: &DoctorReport,
    here: &Path,
    with_defaults: bool,
    is_colored: bool,
) -> String {
    let mut page = Page {
        text: String::new(),
        is_colored,
    };
    page.heading(&format!("docgen {}", env!("CARGO_PKG_VERSION")));
    page.settings(&report.settings, here, with_defaults);
    if let Some(check) = &report.no_deployment {
        page.heading("Deployments");
        page.checks(std::slice::from_ref(check));
    }
    for deployment in &report.deployments {
        page.deployment(deployment);
    }
    if !report.shared.is_empty() {
        page.heading("Shared");
        page.checks(&report.shared);
    }
    page.heading("Project");
    page.checks(&report.project);
    page.summary(report);
    page.text
}

struct Page {
    text: String,
    is_colored: bool,
}

impl Page {
    fn style(&self, style: Style) -> Style {
        if self.is_colored { style } else { Style::new() }
    }

    fn heading(&mut self, title: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let bold = self.style(Style::new().bold());
        _ = writeln!(self.text, "{bold}{}{bold:#}", escape(title));
    }

    fn settings(&mut self, settings: &SettingsReport, here: &Path, with_defaults: bool) {
        self.heading("Settings");
        if let Some(failure) = &settings.failure {
            self.checks(std::slice::from_ref(failure));
            return;
        }
        let name = |path: &Path| FileName::new(path, here);
        let is_shown = |one: &&Setting| with_defaults || one.origin != Origin::Default;
        let values = settings.values.iter().filter(is_shown).map(|one| {
            let shown = match &one.value {
                Value::Null => format!("{} is not set", one.key),
                value => format!("{} = {value}", one.key),
            };
            (shown, shown_origin(&one.origin, &name))
        });
        let secrets = settings.secrets.iter().map(|(variable, origin)| {
            let place = match origin {
                Origin::Variable(_) => "environment".to_owned(),
                Origin::DotEnv { path, line, .. } => {
                    let (path, line) = (path.clone(), *line);
                    shown_origin(&Origin::File { path, line }, &name)
                }
                other => shown_origin(other, &name),
            };
            (format!("{variable} is set"), place)
        });
        let network = settings.network.iter();
        let network =
            network.map(|(name, value)| (format!("{name} is {value}"), "environment".to_owned()));
        let rows: Vec<(String, String)> = values.chain(secrets).chain(network).collect();
        if rows.is_empty() {
            _ = writeln!(self.text, "  every setting has its default");
        }
        let widths = rows.iter().map(|(shown, _)| shown.chars().count());
        let width = widths.filter(|width| *width <= MAX_SETTING_WIDTH).max();
        let (width, dim) = (width.unwrap_or_default(), self.style(Style::new().dimmed()));
        for (shown, origin) in rows {
            let (shown, origin) = (escape(&shown), escape(&origin));
            _ = writeln!(self.text, "  {shown:width$}  {dim}{origin}{dim:#}");
        }
    }

    fn deployment(&mut self, deployment: &DeploymentReport) {
        let (name, host) = (&deployment.name, &deployment.probe.host);
        let mut title = format!("Deployment `{name}` at {host}, {} route", deployment.route);
        if let Some(version) = &deployment.api_version {
            _ = write!(title, " {version}");
        }
        self.heading(&title);
        self.checks(&deployment.checks);
        let (requests, usage) = (deployment.probe.requests, deployment.probe.usage);
        let dim = self.style(Style::new().dimmed());
        _ = writeln!(
            self.text,
            "  {dim}cost: {requests} {}, {} prompt and {} reply tokens{dim:#}",
            plural(requests, "request"),
            usage.prompt,
            usage.completion,
        );
    }

    /// A line each, and one for all that was skipped for the same reason.
    fn checks(&mut self, checks: &[Checkup]) {
        let is_skipped = |check: &&Checkup| check.status == Health::Skipped;
        for check in checks.iter().filter(|check| !is_skipped(check)) {
            self.check(check.status, &check.message, check.hint.as_deref());
        }
        let mut skipped: Vec<&Checkup> = checks.iter().filter(is_skipped).collect();
        while let Some(first) = skipped.first().copied() {
            let is_alike = |check: &&Checkup| check.message == first.message;
            let names: Vec<String> = skipped
                .iter()
                .filter(|check| is_alike(check))
                .map(|check| check.about.replace('_', " "))
                .collect();
            let message = format!("{}: {}", names.join(", "), first.message);
            self.check(Health::Skipped, &message, first.hint.as_deref());
            skipped.retain(|check| !is_alike(check));
        }
    }

    fn check(&mut self, status: Health, message: &str, hint: Option<&str>) {
        let style = self.style(match status {
            Health::Ok => AnsiColor::Green.on_default(),
            Health::Warning => AnsiColor::Yellow.on_default().bold(),
            Health::Failure => AnsiColor::BrightRed.on_default().bold(),
            Health::Skipped => Style::new().dimmed(),
        });
        let (word, message) = (status.word(), escape(message));
        _ = writeln!(
            self.text,
            "  {style}{word:STATUS_WIDTH$}{style:#}  {message}"
        );
        if let Some(hint) = hint {
            let cyan = self.style(AnsiColor::Cyan.on_default().bold());
            let hint = escape(hint);
            _ = writeln!(
                self.text,
                "  {:STATUS_WIDTH$}  {cyan}hint:{cyan:#} {hint}",
                ""
            );
        }
    }

    fn summary(&mut self, report: &DoctorReport) {
        let count = |status| {
            report
                .checks()
                .filter(|check| check.status == status)
                .count()
        };
        let parts = [Health::Failure, Health::Warning].map(|status| (count(status), status.word()));
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {}", plural(count, word)))
            .collect();
        self.text.push('\n');
        let summary = if parts.is_empty() {
            "Nothing is wrong.".to_owned()
        } else {
            format!("Found {}.", parts.join(" and "))
        };
        _ = writeln!(self.text, "{summary}");
    }
}
