//! Google style: `Args:` and an indented block of `name (type): text`.

use std::ops::Range;

use super::heading::{self, Heading};
use super::line::Line;
use super::{
    ArgumentClaim, ArgumentClaims, Claims, ValueClaim, bare_name, exception_names, place_of,
    text_through, top_level_colon,
};

/// The heading that line `at` is: a known title and a colon, with something indented below it.
pub(in crate::docstring) fn heading(lines: &[Line<'_>], at: usize) -> Option<Heading> {
    let line = lines.get(at)?;
    let title = line.content.strip_suffix(':')?;
    let heading = heading::of_title(title.trim_end())?;
    let below = lines[at + 1..].iter().find(|line| !line.is_blank())?;
    (below.indent > line.indent).then_some(heading)
}

/// The lines below the header at `at` that are indented more than it.
pub(in crate::docstring) fn body(lines: &[Line<'_>], at: usize) -> Range<usize> {
    let margin = lines.get(at).map_or(0, |line| line.indent);
    let length = lines[at + 1..]
        .iter()
        .position(|line| !line.is_blank() && line.indent <= margin)
        .unwrap_or(lines.len() - at - 1);
    let mut end = at + 1 + length;
    while end > at + 1 && lines[end - 1].is_blank() {
        end -= 1;
    }
    at + 1..end
}

/// Reads a section.
pub(super) fn take<'t>(
    claims: &mut Claims<'t>,
    text: &'t str,
    heading: Heading,
    header: &Line<'t>,
    body: &[Line<'t>],
) {
    let at = header.start..header.end();
    match heading {
        Heading::Arguments | Heading::Keywords => {
            let arguments = entries(body)
                .flat_map(|(line, more)| arguments_of(text, line, more))
                .collect();
            claims.add_arguments(ArgumentClaims {
                at,
                is_keywords: heading == Heading::Keywords,
                arguments,
            });
        }
        Heading::Raises => {
            let exceptions = entries(body).flat_map(|(line, _)| {
                let head = match top_level_colon(line.content) {
                    Some(colon) => &line.content[..colon],
                    None => line.content,
                };
                exception_names(unbulleted(head), text)
            });
            let exceptions = exceptions.collect();
            claims.add_exceptions(at, exceptions);
        }
        Heading::Returns | Heading::Yields => {
            if let Some(first) = body.iter().find(|line| !line.is_blank()) {
                claims.add_value(heading, value_of(text, at, first, body));
            }
        }
        Heading::Other => {}
    }
}

/// The entries of a section: each its first line and the deeper ones below it.
fn entries<'b, 't>(
    body: &'b [Line<'t>],
) -> impl Iterator<Item = (&'b Line<'t>, &'b [Line<'t>])> + use<'b, 't> {
    let filled = body.iter().filter(|line| !line.is_blank());
    let margin = filled.clone().map(|line| line.indent).min().unwrap_or(0);
    let mut rest = body;
    std::iter::from_fn(move || {
        let first = rest.iter().position(|line| !line.is_blank())?;
        let (line, below) = (&rest[first], &rest[first + 1..]);
        let length = below
            .iter()
            .position(|line| !line.is_blank() && line.indent <= margin)
            .unwrap_or(below.len());
        rest = &below[length..];
        Some((line, &below[..length]))
    })
}

/// The arguments that one entry describes: `name: text`, `name (type): text`, `one, other: text`,
/// `name -- text`; none for prose.
fn arguments_of<'t>(text: &'t str, line: &Line<'t>, more: &[Line<'t>]) -> Vec<ArgumentClaim<'t>> {
    let content = unbulleted(line.content);
    let (head, described) = match top_level_colon(content) {
        Some(colon) => (&content[..colon], &content[colon + 1..]),
        None => match content.split_once(" -") {
            Some((head, described)) => (head, described),
            // A line without a text of its own: `name`, `name (type)`, and words below.
            None => (content, &content[content.len()..]),
        },
    };
    let (names, annotation) = split_type(head.trim_end());
    let described = text_through(text, place_of(described, text).start, more, line);
    let mut claims = Vec::new();
    for written in names.split(',') {
        let Some((name, _)) = bare_name(written) else {
            return Vec::new();
        };
        claims.push(ArgumentClaim {
            name,
            at: place_of(name, text),
            annotation,
            text: described,
        });
    }
    claims
}

/// `name (type)` to its parts.
fn split_type(head: &str) -> (&str, Option<&str>) {
    let parts = head.strip_suffix(')').and_then(|rest| rest.split_once('('));
    match parts {
        Some((name, annotation)) => (name.trim_end(), Some(annotation.trim())),
        None => (head, None),
    }
}

fn value_of<'t>(
    text: &'t str,
    at: Range<usize>,
    first: &Line<'t>,
    body: &[Line<'t>],
) -> ValueClaim<'t> {
    let typed = top_level_colon(first.content).filter(|&colon| {
        let (before, after) = first.content.split_at(colon);
        // A sentence before the colon is no type.
        !before.contains(". ") && (after.len() == 1 || after[1..].starts_with(' '))
    });
    let start = typed.map_or(first.start, |colon| first.start + colon + 1);
    ValueClaim {
        at,
        annotation: typed.map(|colon| first.content[..colon].trim()),
        text: text_through(text, start, body, first),
    }
}

/// `- name: text` as `name: text`; the star of `*args` stays.
fn unbulleted(content: &str) -> &str {
    let bullet = content
        .strip_prefix("- ")
        .or_else(|| content.strip_prefix("* "))
        .or_else(|| content.strip_prefix("+ "));
    bullet.map_or(content, str::trim_start)
}
