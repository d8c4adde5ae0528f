//! A score as JSON; `docs/score.md` describes it.

use serde_json::{Map, Value, json};

use super::{DocstringScore, FileScore, ScoreReport, Tally};
use crate::rules::quality::{Dimension, Quality};

/// Every docstring's scores, what it lacks and what would make it better.
#[must_use]
pub fn score_json(report: &ScoreReport) -> Value {
    let weights = Dimension::ALL.map(|one| (key(one), json!(one.weight())));
    let folders = report.folders().into_iter().map(|(folder, tally)| {
        let mut object = tally_json(&tally);
        object.insert("folder".to_owned(), folder.into());
        Value::Object(object)
    });
    let missing = report.missing_sections().into_iter();
    let missing = missing.filter_map(|(section, count)| {
        let name = serde_json::to_value(section).ok()?;
        Some((name.as_str()?.to_owned(), Value::from(count)))
    });
    let mut object = tally_json(&report.tally());
    object.insert(
        "weights".to_owned(),
        Value::Object(weights.into_iter().collect()),
    );
    object.insert("fail_under".to_owned(), json!(report.fail_under));
    object.insert("passed".to_owned(), report.has_passed().into());
    object.insert(
        "missing_sections".to_owned(),
        Value::Object(missing.collect()),
    );
    object.insert("folders".to_owned(), folders.collect());
    object.insert(
        "files".to_owned(),
        report.files.iter().map(file_json).collect(),
    );
    object.insert("files_read".to_owned(), report.files.len().into());
    object.insert("diagnostics".to_owned(), json!(report.diagnostics));
    Value::Object(object)
}

fn key(dimension: Dimension) -> String {
    match dimension {
        Dimension::Completeness => "completeness",
        Dimension::Clarity => "clarity",
        Dimension::Accuracy => "accuracy",
        Dimension::Style => "style",
    }
    .to_owned()
}

/// The score of all, and the means of those that are documented; these are null where there are none.
fn tally_json(tally: &Tally) -> Map<String, Value> {
    let means = Dimension::ALL.map(|dimension| {
        let mean = (tally.documented > 0).then(|| hundredth(tally.mean(dimension)));
        (key(dimension), json!(mean))
    });
    let mut object = Map::new();
    object.insert("score".to_owned(), hundredth(tally.score()).into());
    object.insert("needed".to_owned(), tally.needed.into());
    object.insert("documented".to_owned(), tally.documented.into());
    object.insert(
        "means".to_owned(),
        Value::Object(means.into_iter().collect()),
    );
    object
}

fn file_json(file: &FileScore) -> Value {
    let mut object = tally_json(&file.tally());
    object.insert("path".to_owned(), file.path.as_str().into());
    let docstrings = file.docstrings.iter().map(docstring_json);
    object.insert("docstrings".to_owned(), docstrings.collect());
    Value::Object(object)
}

fn docstring_json(docstring: &DocstringScore) -> Value {
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    put("line", docstring.place.line.into());
    put("column", docstring.place.column.into());
    put("definition", docstring.definition.as_str().into());
    put("kind", json!(docstring.kind));
    put("code", json!(docstring.code));
    put("silenced", docstring.is_silenced.into());
    put("documented", docstring.quality.is_some().into());
    put("score", hundredth(docstring.total()).into());
    let quality = docstring.quality.as_ref();
    put("scores", quality.map_or(Value::Null, scores_json));
    put("readability", quality.map_or(Value::Null, readability_json));
    put(
        "missing",
        quality.map_or(json!([]), |quality| json!(quality.missing)),
    );
    put("suggestions", quality.map_or(json!([]), suggestions_json));
    Value::Object(object)
}

fn scores_json(quality: &Quality) -> Value {
    let scores = Dimension::ALL.map(|one| (key(one), hundredth(quality.scores.of(one)).into()));
    Value::Object(scores.into_iter().collect())
}

fn readability_json(quality: &Quality) -> Value {
    let Some(measured) = &quality.readability else {
        return Value::Null;
    };
    json!({
        "words": measured.words,
        "sentences": measured.sentences,
        "flesch_reading_ease": hundredth(measured.flesch_reading_ease),
        "flesch_kincaid_grade": hundredth(measured.flesch_kincaid_grade),
        "automated_readability_index": hundredth(measured.automated_readability_index),
        "coleman_liau_index": hundredth(measured.coleman_liau_index),
        "grade": hundredth(measured.grade()),
    })
}

fn suggestions_json(quality: &Quality) -> Value {
    let suggestions = quality.suggestions.iter().map(|one| {
        json!({
            "dimension": one.dimension,
            "gain": hundredth(one.gain),
            "text": one.text,
        })
    });
    suggestions.collect()
}

fn hundredth(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
