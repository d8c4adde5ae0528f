//! NumPy style: a title, an underline, and entries `name : type` at the same margin.

use std::ops::Range;

use super::heading::{self, Heading};
use super::line::Line;
use super::{
    ArgumentClaim, ArgumentClaims, Claims, ValueClaim, bare_name, exception_names, place_of,
    text_through, top_level_colon,
};

/// Shorter underlines are lists and prose.
const MIN_UNDERLINE: usize = 3;

/// The heading that line `at` is: a known title, underlined. An unknown title ends a section too.
pub(in crate::docstring) fn heading(lines: &[Line<'_>], at: usize) -> Option<Heading> {
    let (line, below) = (lines.get(at)?, lines.get(at + 1)?);
    let is_underlined = !line.is_blank()
        && below.content.len() >= MIN_UNDERLINE
        && below
            .content
            .bytes()
            .all(|byte| matches!(byte, b'-' | b'='))
        && below.indent == line.indent;
    is_underlined.then(|| {
        let title = line.content.trim_end_matches(':').trim_end();
        heading::of_title(title).unwrap_or(Heading::Other)
    })
}

/// The lines below the underline, up to the next heading or to text left of the margin.
pub(in crate::docstring) fn body(lines: &[Line<'_>], at: usize) -> Range<usize> {
    let margin = lines.get(at).map_or(0, |line| line.indent);
    let start = (at + 2).min(lines.len());
    let length = (start..lines.len())
        .position(|next| {
            let line = &lines[next];
            let is_left = !line.is_blank() && line.indent < margin;
            is_left || (line.indent <= margin && heading(lines, next).is_some())
        })
        .unwrap_or(lines.len() - start);
    start..start + length
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
                .into_iter()
                .flat_map(|(line, more)| arguments_of(text, line, more))
                .collect();
            claims.add_arguments(ArgumentClaims {
                at,
                is_keywords: heading == Heading::Keywords,
                arguments,
            });
        }
        Heading::Raises => {
            let exceptions = entries(body).into_iter().flat_map(|(line, _)| {
                let head = line.content.split(':').next().unwrap_or_default();
                let head = if line.content.starts_with(':') {
                    line.content
                } else {
                    head
                };
                exception_names(head, text)
            });
            let exceptions = exceptions.collect();
            claims.add_exceptions(at, exceptions);
        }
        Heading::Returns | Heading::Yields => {
            claims.add_value(heading, value_of(text, at, body));
        }
        Heading::Other => {}
    }
}

type Entry<'b, 't> = (&'b Line<'t>, &'b [Line<'t>]);

fn entries<'b, 't>(body: &'b [Line<'t>]) -> Vec<Entry<'b, 't>> {
    let Some(first) = body.iter().find(|line| !line.is_blank()) else {
        return Vec::new();
    };
    let starts: Vec<usize> = (0..body.len())
        .filter(|&at| !body[at].is_blank() && body[at].indent <= first.indent)
        .collect();
    let ends = starts.iter().skip(1).copied().chain([body.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| (&body[start], &body[start + 1..end]))
        .collect()
}

/// `name : type`, `one, other : type`, `name` alone with words below.
fn arguments_of<'t>(text: &'t str, line: &Line<'t>, more: &[Line<'t>]) -> Vec<ArgumentClaim<'t>> {
    let content = line.content;
    let (names, annotation) = match top_level_colon(content) {
        Some(colon) => (&content[..colon], Some(content[colon + 1..].trim())),
        None => (content, None),
    };
    let described = text_through(text, line.end(), more, line);
    // `Point, Line` alone lists types, and `http://...` or `TODO: ...` is no parameter.
    let is_list = names.contains(',') && annotation.is_none() && described.is_empty();
    let is_link = annotation.is_some_and(|annotation| annotation.starts_with("//"));
    if is_list || is_link || matches!(names.trim_end(), "TODO" | "FIXME" | "XXX") {
        return Vec::new();
    }
    let mut claims = Vec::new();
    for written in names.split(',') {
        let Some((name, _)) = bare_name(written) else {
            return Vec::new();
        };
        claims.push(ArgumentClaim {
            name,
            at: place_of(name, text),
            annotation: annotation.filter(|annotation| !annotation.is_empty()),
            text: described,
        });
    }
    claims
}

/// `type` or `name : type`; several entries are the parts of a tuple, and no one type.
fn value_of<'t>(text: &'t str, at: Range<usize>, body: &[Line<'t>]) -> ValueClaim<'t> {
    let entries = entries(body);
    let Some((first, more)) = entries.first() else {
        return ValueClaim {
            at,
            ..ValueClaim::default()
        };
    };
    let annotation = match top_level_colon(first.content) {
        Some(colon) if bare_name(&first.content[..colon]).is_some() => {
            first.content[colon + 1..].trim()
        }
        _ => first.content,
    };
    ValueClaim {
        at,
        annotation: (entries.len() == 1).then_some(annotation),
        text: text_through(text, first.end(), more, first),
    }
}
