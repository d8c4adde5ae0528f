//! A check as workflow commands, which GitHub Actions shows beside the lines of a pull request.

use std::fmt::Write as _;

use super::CheckReport;
use crate::report::terminal::escape;

/// One `::error` command for each finding.
#[must_use]
pub fn check_github(report: &CheckReport) -> String {
    let mut text = String::new();
    for diagnostic in &report.diagnostics {
        let (place, end) = (diagnostic.place, diagnostic.end);
        let title = format!("docgen ({})", diagnostic.code);
        _ = writeln!(
            text,
            "::error file={},line={},col={},endLine={},endColumn={},title={}::{}",
            property(diagnostic.path.as_str()),
            place.line,
            place.column,
            end.line,
            end.column,
            property(&title),
            escape(&data(&diagnostic.message)),
        );
    }
    text
}

/// The text after the command: GitHub reads these three sequences back.
pub(in crate::report) fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property, which ends at a comma or at two colons.
pub(in crate::report) fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_characters_of_the_syntax_are_escaped() {
        assert_eq!(data("50%: a,\r\nb"), "50%25: a,%0D%0Ab");
        assert_eq!(property("a:b,c%\r\n"), "a%3Ab%2Cc%25%0D%0A");
    }
}
