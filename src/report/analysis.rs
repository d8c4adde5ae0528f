//! Definitions with their metadata, as JSON and as a table.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr as _;

use super::terminal::escape;
use crate::generate::AnalyzedFile;
use crate::python::{Definition, Visibility};
use crate::rules::Diagnostic;

/// Every definition with all that docgen knows of it.
#[must_use]
pub fn analysis_json(files: &[AnalyzedFile], diagnostics: &[Diagnostic]) -> Value {
    let files: Vec<Value> = files
        .iter()
        .map(|file| {
            let definitions: Vec<Value> = file
                .module
                .definitions
                .iter()
                .map(|one| definition_json(file, one))
                .collect();
            json!({
                "path": file.source.name.as_str(),
                "encoding": file.source.encoding.name(),
                "definitions": definitions,
            })
        })
        .collect();
    json!({ "files": files, "diagnostics": diagnostics })
}

fn definition_json(file: &AnalyzedFile, definition: &Definition) -> Value {
    let decorators: Vec<Value> = definition
        .decorators
        .iter()
        .map(|decorator| json!({ "text": decorator.text, "role": decorator.role }))
        .collect();
    let facts = &definition.facts;
    json!({
        "id": format!("{}::{}", file.source.name, definition.qualified_name),
        "qualified_name": definition.qualified_name,
        "name": definition.name,
        "kind": definition.kind,
        "async": definition.is_async,
        "visibility": definition.visibility,
        "line": definition.place.line,
        "column": definition.place.column,
        "lines": definition.lines,
        "decorators": decorators,
        "bases": definition.bases,
        "signature": definition.signature,
        "facts": {
            "raises": facts.raises,
            "returns_value": facts.returns_value,
            "yields": facts.yields,
            "awaits": facts.awaits,
            "stub": facts.is_stub,
            "calls": facts.calls,
            "attributes": facts.attributes,
        },
        "complexity": definition.complexity,
        "docstring": definition.docstring.as_ref().map(|docstring| &docstring.value),
    })
}

/// One line a definition, columns aligned by display width.
#[must_use]
pub fn analysis_table(files: &[AnalyzedFile]) -> String {
    let header = [
        "PLACE",
        "DEFINITION",
        "KIND",
        "VISIBILITY",
        "DOCSTRING",
        "CYCLOMATIC",
        "COGNITIVE",
        "NESTING",
        "LINES",
    ];
    let mut rows = vec![header.map(str::to_owned)];
    for file in files {
        rows.extend(
            file.module
                .definitions
                .iter()
                .map(|definition| row(file, definition)),
        );
    }
    let mut widths = [0; 9];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let mut table = String::new();
    for row in &rows {
        let mut line = String::new();
        for (index, (cell, width)) in row.iter().zip(widths).enumerate() {
            let padding = " ".repeat(width - cell.width());
            // Numbers stand to the right.
            let (before, after) = if index >= 5 {
                (padding.as_str(), "")
            } else {
                ("", padding.as_str())
            };
            line.push_str(before);
            line.push_str(cell);
            line.push_str(after);
            line.push_str("  ");
        }
        table.push_str(line.trim_end());
        table.push('\n');
    }
    table
}

fn row(file: &AnalyzedFile, definition: &Definition) -> [String; 9] {
    let name = match definition.qualified_name.as_str() {
        "" => &definition.name,
        name => name,
    };
    let measure =
        |value: Option<u32>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
    let complexity = definition.complexity;
    [
        escape(&format!("{}:{}", file.source.name, definition.place.line)).into_owned(),
        escape(name).into_owned(),
        format!(
            "{}{}",
            if definition.is_async { "async " } else { "" },
            definition.kind
        ),
        if definition.visibility == Visibility::Public {
            "public"
        } else {
            "private"
        }
        .to_owned(),
        if definition.docstring.is_some() {
            "yes"
        } else {
            "no"
        }
        .to_owned(),
        measure(complexity.map(|one| one.cyclomatic)),
        measure(complexity.map(|one| one.cognitive)),
        measure(complexity.map(|one| one.nesting)),
        definition.lines.to_string(),
    ]
}
