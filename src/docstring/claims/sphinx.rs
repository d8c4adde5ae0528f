//! Sphinx style: fields such as `:param int name: text` (Sphinx, «The Python domain», info field
//! lists), and the `:yields:` that tools add to them.

use super::heading::Heading;
use super::line::Line;
use super::{
    ArgumentClaim, ArgumentClaims, Claims, ValueClaim, bare_name, exception_name, exception_names,
    place_of, text_through, top_level_colon,
};
use crate::docstring::edit::Part;

/// Reads the field that begins at line `at`; gives the line after it, or `None` for no field.
pub(super) fn take<'t>(
    claims: &mut Claims<'t>,
    text: &'t str,
    lines: &[Line<'t>],
    at: usize,
) -> Option<usize> {
    let line = lines.get(at)?;
    let inner = line.content.strip_prefix(':')?;
    let close = top_level_colon(inner)?;
    let (field, described) = (&inner[..close], &inner[close + 1..]);
    let (kind, subject) = field.split_once(' ').unwrap_or((field, ""));
    let end = end_of(lines, at);
    let described = text_through(
        text,
        place_of(described, text).start,
        &lines[at + 1..end],
        line,
    );
    let header = line.start..line.start + close + 2;
    match kind {
        "param" | "parameter" | "arg" | "argument" => {
            argument(claims, text, subject, described, header, false)?;
        }
        "key" | "keyword" | "kwarg" => {
            argument(claims, text, subject, described, header, true)?;
        }
        "type" => type_of(claims, subject, described),
        "return" | "returns" => {
            let value = claims.returns.get_or_insert_with(|| ValueClaim {
                at: header,
                ..ValueClaim::default()
            });
            value.text = described;
        }
        "rtype" => {
            let value = claims.returns.get_or_insert_with(|| ValueClaim {
                at: header,
                ..ValueClaim::default()
            });
            value.annotation = Some(described);
        }
        "yield" | "yields" => claims.add_value(
            Heading::Yields,
            ValueClaim {
                at: header,
                annotation: claims.yields.as_ref().and_then(|value| value.annotation),
                text: described,
            },
        ),
        "ytype" => {
            let value = claims.yields.get_or_insert_with(|| ValueClaim {
                at: header,
                ..ValueClaim::default()
            });
            value.annotation = Some(described);
        }
        "raise" | "raises" | "except" | "exception" => {
            raises(claims, text, subject, described, header);
        }
        _ => return None,
    }
    Some(end)
}

/// What the field that begins at line `at` is about, and the line after it.
pub(in crate::docstring) fn field(lines: &[Line<'_>], at: usize) -> Option<(Part, usize)> {
    let inner = lines.get(at)?.content.strip_prefix(':')?;
    let field = &inner[..top_level_colon(inner)?];
    let (kind, subject) = field.split_once(' ').unwrap_or((field, ""));
    let names_one = subject.trim().rsplit(' ').next().and_then(bare_name);
    let part = match kind {
        "param" | "parameter" | "arg" | "argument" if names_one.is_some() => Part::Arguments,
        "key" | "keyword" | "kwarg" if names_one.is_some() => Part::Keywords,
        "type" => Part::ArgumentType,
        "return" | "returns" => Part::Returns,
        "rtype" => Part::ReturnType,
        "yield" | "yields" => Part::Yields,
        "ytype" => Part::YieldType,
        "raise" | "raises" | "except" | "exception" => Part::Raises,
        _ => return None,
    };
    Some((part, end_of(lines, at)))
}

/// The line after the field that begins at line `at`: deeper ones belong to it.
fn end_of(lines: &[Line<'_>], at: usize) -> usize {
    let indent = lines.get(at).map_or(0, |line| line.indent);
    let below = lines.get(at + 1..).unwrap_or_default();
    let length = below
        .iter()
        .position(|below| below.is_blank() || below.indent <= indent);
    length.map_or(lines.len(), |length| at + 1 + length)
}

/// `name` or `type name`.
fn argument<'t>(
    claims: &mut Claims<'t>,
    text: &'t str,
    subject: &'t str,
    described: &'t str,
    header: std::ops::Range<usize>,
    is_keyword: bool,
) -> Option<()> {
    let subject = subject.trim();
    let (annotation, written) = match subject.rsplit_once(' ') {
        Some((annotation, written)) => (Some(annotation.trim()), written),
        None => (None, subject),
    };
    let (name, _) = bare_name(written)?;
    let claim = ArgumentClaim {
        name,
        at: place_of(name, text),
        annotation,
        text: described,
    };
    let mut sections = claims.arguments.iter_mut();
    match sections.find(|section| section.is_keywords == is_keyword) {
        Some(section) => section.arguments.push(claim),
        None => claims.add_arguments(ArgumentClaims {
            at: header,
            is_keywords: is_keyword,
            arguments: vec![claim],
        }),
    }
    Some(())
}

/// `:type name: int`, after its `:param name:`.
fn type_of<'t>(claims: &mut Claims<'t>, subject: &'t str, described: &'t str) {
    let Some((name, _)) = bare_name(subject) else {
        return;
    };
    let mut described_ones = claims
        .arguments
        .iter_mut()
        .flat_map(|section| &mut section.arguments);
    if let Some(argument) = described_ones.find(|argument| argument.name == name) {
        argument.annotation = Some(described);
    }
}

/// `:raises ValueError: text`, `:raises: ValueError: text`.
fn raises<'t>(
    claims: &mut Claims<'t>,
    text: &'t str,
    subject: &'t str,
    described: &'t str,
    header: std::ops::Range<usize>,
) {
    let names = if subject.trim().is_empty() {
        let head = described.split(':').next().unwrap_or_default();
        match exception_name(head) {
            Some(name) => vec![(name, place_of(name, text))],
            None => Vec::new(),
        }
    } else {
        exception_names(subject, text)
    };
    claims.add_exceptions(header, names);
}
