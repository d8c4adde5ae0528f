//! What the environment asks for.

/// Which signals are to be sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The trace of a run.
    pub traces: bool,
    /// The metrics of its requests.
    pub metrics: bool,
}

impl Wanted {
    /// What the process's environment asks for: a signal is sent where an endpoint is named for it or for all,
    /// unless `OTEL_SDK_DISABLED` is true or its exporter is not `otlp`. gRPC is not spoken, which is told as a
    /// warning.
    #[must_use]
    pub fn by_environment() -> Self {
        let (wanted, warning) = Self::read(|name| std::env::var(name).ok());
        if let Some(warning) = warning {
            tracing::warn!("{warning}");
        }
        wanted
    }

    /// Whether anything is.
    #[must_use]
    pub fn any(self) -> bool {
        self.traces || self.metrics
    }

    pub(super) fn read(variable: impl Fn(&str) -> Option<String>) -> (Self, Option<String>) {
        let value = |name: &str| {
            let value = variable(name)?.trim().to_owned();
            (!value.is_empty()).then_some(value)
        };
        if value("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return (Self::default(), None);
        }
        let mut warning = None;
        let mut is_wanted = |signal: &str| {
            let own = |name: &str| {
                let of_signal = value(&format!("OTEL_EXPORTER_OTLP_{signal}_{name}"));
                of_signal.or_else(|| value(&format!("OTEL_EXPORTER_OTLP_{name}")))
            };
            if own("ENDPOINT").is_none() {
                return false;
            }
            let exporter = value(&format!("OTEL_{signal}_EXPORTER"));
            if exporter.is_some_and(|exporter| exporter != "otlp") {
                return false;
            }
            match own("PROTOCOL").as_deref() {
                None | Some("http/protobuf") => true,
                Some(other) => {
                    warning = Some(format!(
                        "telemetry is not sent: docgen speaks `http/protobuf`, not `{}` \
                         (OTEL_EXPORTER_OTLP_PROTOCOL); a collector takes it on port 4318",
                        crate::report::escape(other)
                    ));
                    false
                }
            }
        };
        let wanted = Self {
            traces: is_wanted("TRACES"),
            metrics: is_wanted("METRICS"),
        };
        (wanted, warning)
    }
}
