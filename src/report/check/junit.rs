//! A check as JUnit XML, in the form that Jenkins's `junit-10.xsd` describes: a suite for each
//! file, a case for each finding, and one case that passes where there is none.

use std::collections::BTreeMap;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::CheckReport;
use crate::report::terminal::escape;
use crate::rules::Diagnostic;

/// A case: a finding and its number among its like.
type Case<'r> = (&'r Diagnostic, usize);

/// The document.
pub fn check_junit(report: &CheckReport) -> io::Result<String> {
    let mut suites: BTreeMap<&str, Vec<Case<'_>>> = report
        .files
        .iter()
        .map(|file| (file.path.as_str(), Vec::new()))
        .collect();
    for case in report.numbered() {
        suites.entry(case.0.path.as_str()).or_default().push(case);
    }
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let tests: usize = suites.values().map(|cases| cases.len().max(1)).sum();
    let errors = errors(suites.values().flatten());
    let figures = figures(tests, report.diagnostics.len() - errors, errors);
    writer
        .create_element("testsuites")
        .with_attribute(("name", "docgen check"))
        .with_attributes(pairs(&figures))
        .write_inner_content(|writer| {
            for (path, cases) in &suites {
                write_suite(writer, path, cases)?;
            }
            Ok(())
        })?;
    let mut document = writer.into_inner();
    document.push(b'\n');
    String::from_utf8(document).map_err(io::Error::other)
}

fn write_suite(writer: &mut Writer<Vec<u8>>, path: &str, cases: &[Case<'_>]) -> io::Result<()> {
    let path = attribute(path);
    let errors = errors(cases);
    let figures = figures(cases.len().max(1), cases.len() - errors, errors);
    writer
        .create_element("testsuite")
        .with_attribute(("name", path.as_str()))
        .with_attributes(pairs(&figures))
        .write_inner_content(|writer| {
            if cases.is_empty() {
                let case = writer.create_element("testcase");
                case.with_attributes([("name", "docstrings"), ("classname", path.as_str())])
                    .write_empty()?;
            }
            for case in cases {
                write_case(writer, &path, *case)?;
            }
            Ok(())
        })?;
    Ok(())
}

fn write_case(
    writer: &mut Writer<Vec<u8>>,
    path: &str,
    (diagnostic, number): Case<'_>,
) -> io::Result<()> {
    // A name without the line: a history of results outlives edits above the finding.
    let mut name = format!("{} {}", diagnostic.code, diagnostic.definition);
    if number > 1 {
        name = format!("{name} ({number})");
    }
    let kind = if diagnostic.is_unread() {
        "error"
    } else {
        "failure"
    };
    let (name, message) = (attribute(name.trim_end()), attribute(&diagnostic.message));
    let line = content(&diagnostic.to_string());
    writer
        .create_element("testcase")
        .with_attributes([("name", name.as_str()), ("classname", path)])
        .write_inner_content(|writer| {
            writer
                .create_element(kind)
                .with_attributes([
                    ("message", message.as_str()),
                    ("type", diagnostic.code.as_str()),
                ])
                .write_text_content(BytesText::new(&line))?;
            Ok(())
        })?;
    Ok(())
}

fn errors<'r>(cases: impl IntoIterator<Item = &'r Case<'r>>) -> usize {
    let cases = cases.into_iter();
    cases.filter(|(one, _)| one.is_unread()).count()
}

/// The counts of a suite as attributes.
type Figures = [(&'static str, String); 3];

fn figures(tests: usize, failures: usize, errors: usize) -> Figures {
    [
        ("tests", tests.to_string()),
        ("failures", failures.to_string()),
        ("errors", errors.to_string()),
    ]
}

fn pairs(figures: &Figures) -> impl Iterator<Item = (&str, &str)> {
    figures.iter().map(|(name, value)| (*name, value.as_str()))
}

/// Text without the characters that XML 1.0 has no way to write.
fn content(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in escape(text).chars() {
        if matches!(c, '\u{fffe}' | '\u{ffff}') {
            clean.extend(c.escape_unicode());
        } else {
            clean.push(c);
        }
    }
    clean
}

/// The same on one line: a reader takes a line end in an attribute for a space.
fn attribute(text: &str) -> String {
    content(text).replace('\n', "\\n").replace('\t', "\\t")
}
