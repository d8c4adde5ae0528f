//! A run's rows for spreadsheets: RFC 4180, with nothing in them that a spreadsheet would compute.

use crate::report::requests::TimeOn;
use crate::report::run_report::RunReport;

/// A row for each definition that needed a docstring.
#[must_use]
pub fn definitions_csv(report: &RunReport) -> String {
    let mut table = Table::new(&[
        "file",
        "line",
        "definition",
        "kind",
        "rule",
        "outcome",
        "reason",
        "was_documented",
        "cyclomatic",
        "cognitive",
        "score_before",
        "score_after",
    ]);
    for file in &report.files {
        for outcome in &file.outcomes {
            let number =
                |value: Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
            let score =
                |value: Option<f64>| value.map(|value| format!("{value:.1}")).unwrap_or_default();
            let changes = outcome.status.changes();
            let told = outcome.status.reason().or(changes.as_deref());
            table.row(&[
                file.path.as_str(),
                &outcome.line_after.to_string(),
                &outcome.name,
                &outcome.kind.to_string(),
                outcome.code.as_str(),
                outcome.status.word(),
                told.unwrap_or_default(),
                if outcome.was_documented {
                    "true"
                } else {
                    "false"
                },
                &number(outcome.complexity.map(|one| one.cyclomatic)),
                &number(outcome.complexity.map(|one| one.cognitive)),
                &score(outcome.score.map(|score| score.before)),
                &score(outcome.score.map(|score| score.after)),
            ]);
        }
    }
    table.text
}

/// A row for each request that was sent, in the order of leaving; none without a model.
#[must_use]
pub fn requests_csv(report: &RunReport) -> String {
    let mut table = Table::new(&[
        "number",
        "operation",
        "file",
        "deployment",
        "host",
        "sent_at",
        "waited_ms",
        "held_by",
        "latency_ms",
        "attempt",
        "status",
        "end",
        "reason",
        "model",
        "admitted_tokens",
        "prompt_tokens",
        "cached_tokens",
        "completion_tokens",
        "reasoning_tokens",
        "usd",
        "request_id",
    ]);
    let records = report.requests.iter().flat_map(|one| &one.records);
    for row in records {
        let status = row.status.map(|status| status.to_string());
        // What is not known is empty, never 0.
        let usd = row.usd.map(|usd| format!("{usd:.6}"));
        table.row(&[
            &row.number.to_string(),
            row.operation,
            &row.file,
            &row.deployment,
            &row.host,
            &row.sent_at,
            &row.waited_ms.to_string(),
            row.held_by.map(TimeOn::words).unwrap_or_default(),
            &row.latency_ms.to_string(),
            &row.attempt.to_string(),
            &status.unwrap_or_default(),
            row.end,
            row.reason.as_deref().unwrap_or_default(),
            row.model.as_deref().unwrap_or_default(),
            &row.admitted_tokens.to_string(),
            &row.prompt_tokens.to_string(),
            &row.cached_tokens.to_string(),
            &row.completion_tokens.to_string(),
            &row.reasoning_tokens.to_string(),
            &usd.unwrap_or_default(),
            row.request_id.as_deref().unwrap_or_default(),
        ]);
    }
    table.text
}

/// Rows of fields, as RFC 4180 has them.
struct Table {
    text: String,
}

impl Table {
    fn new(titles: &[&str]) -> Self {
        let mut table = Self {
            text: String::new(),
        };
        table.row(titles);
        table
    }

    fn row(&mut self, fields: &[&str]) {
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.field(field);
        }
        self.text.push_str("\r\n");
    }

    /// A field that begins like a formula gets an apostrophe before it, which spreadsheets take for «this
    /// is text» (OWASP, «CSV Injection»). Numbers are docgen's own, and none is negative.
    fn field(&mut self, field: &str) {
        let is_formula = field.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
        let needs_quotes = is_formula || field.contains([',', '"', '\r', '\n', '\0']);
        if !needs_quotes {
            self.text.push_str(field);
            return;
        }
        self.text.push('"');
        if is_formula {
            self.text.push('\'');
        }
        for c in field.chars().filter(|c| *c != '\0') {
            if c == '"' {
                self.text.push('"');
            }
            self.text.push(c);
        }
        self.text.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_as_rfc_4180_asks_and_formulas_are_text() {
        let mut table = Table::new(&["a", "b"]);
        table.row(&["x, \"y\"\r\nz", "=HYPERLINK(\"http://x\")"]);
        table.row(&["@sum", "plain text"]);
        table.row(&["-1+2", ""]);
        assert_eq!(
            table.text,
            "a,b\r\n\"x, \"\"y\"\"\r\nz\",\"'=HYPERLINK(\"\"http://x\"\")\"\r\n\
             \"'@sum\",plain text\r\n\"'-1+2\",\r\n"
        );
    }
}
