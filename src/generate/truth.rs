//! Lies in every field of a draft, each found at its place, and what mending leaves of them.

use std::path::Path;

use super::fault::{Fault, FaultKind};
use super::frame::Frame;
use super::mend::mend;
use super::offline;
use super::reply::{Draft, ExampleText, NamedText};
use super::select::{AnalyzedFile, analyze_source};
use super::validate::validate;
use crate::config::{DocstringStyle, Style, WantedSection};
use crate::docstring::render;
use crate::python::{ModuleFacts, Project};
use crate::source::{FileName, SourceFile};

const TEXT: &str = r#""""Loading."""
import json
import time
import requests
from collections import OrderedDict

TIMEOUT = 30


class Cache:
    size_bytes: int = 10

    def __init__(self, limit=5):
        self.limit = limit

    def get(self, neighbour):
        return OrderedDict[neighbour]


def load(path, *, retries=3, timeout_ms=TIMEOUT, encoding=None) -> dict:
    # A comment that speaks of invented_name.
    if retries < 0:
        raise ValueError("negative")
    time.sleep(timeout_ms)
    return json.loads(path.read_text(encoding or "utf-8"))


def touch(path):
    path.touch()
"#;

fn file() -> AnalyzedFile {
    let name = FileName::new(Path::new("loading.py"), Path::new(""));
    let source = SourceFile::from_bytes(Path::new("loading.py"), name, TEXT.into()).unwrap();
    analyze_source(source).unwrap()
}

/// A project of one file.
pub(super) fn project_of(file: &AnalyzedFile) -> Project {
    let path = &file.source.path;
    let facts = ModuleFacts::read(&file.source.name, path, Path::new(""), &file.module);
    Project::build(vec![facts], &[])
}

/// The frame of a definition, and the offline draft for it, which holds.
fn with<T>(name: &str, run: impl FnOnce(&Frame<'_>, Draft, &crate::python::Definition) -> T) -> T {
    let file = file();
    let project = project_of(&file);
    let mut definitions = file.module.definitions.iter().enumerate();
    let (index, definition) = definitions.find(|(_, one)| one.name == name).unwrap();
    let style = DocstringStyle {
        sections: vec![WantedSection::Examples, WantedSection::Notes],
        ..DocstringStyle::default()
    };
    let frame = Frame::new(&file, (index, definition), &project, &style);
    let draft = offline::draft(&file.module, definition, &frame);
    validate(&draft, definition, &frame).unwrap();
    run(&frame, draft, definition)
}

fn faults(name: &str, change: impl FnOnce(&mut Draft)) -> Vec<Fault> {
    with(name, |frame, mut draft, definition| {
        change(&mut draft);
        validate(&draft, definition, frame)
            .err()
            .unwrap_or_default()
    })
}

/// The text after mending.
fn mended(name: &str, change: impl FnOnce(&mut Draft)) -> String {
    with(name, |frame, mut draft, definition| {
        change(&mut draft);
        let docstring = mend(&draft, frame.module, definition, frame).unwrap();
        render(&docstring, Style::Google, 80)
    })
}

/// What a description of `load` is accused of.
fn said(text: &str) -> Option<FaultKind> {
    let faults = faults("load", |draft| draft.description = Some(text.to_owned()));
    assert!(
        faults.iter().all(|fault| fault.path == "description"),
        "{faults:?}"
    );
    faults.first().map(|fault| fault.kind)
}

#[test]
fn names_must_exist() {
    for text in [
        "Read `path` by `json.loads`, `time.sleep` or `path.read_text`.",
        "See `Cache`, `Cache.get`, `self.limit`, `size_bytes`, `TIMEOUT` and OrderedDict.",
        "Uses `requests.get(path)`, `os.path.join`, `dict.items()` and `ValueError`.",
        "A `None or []` and ``retries < 0`` with :class:`~collections.OrderedDict`.",
        "Decodes `\"utf-8\"`, unless `encoding='utf-8'`. All Caches are closed.",
    ] {
        assert_eq!(said(text), None, "{text}");
    }
    for text in [
        "Calls `fetch`.",
        "Calls `json.fabricate`.",
        "Calls `os.path.fabricate`.",
        "Calls `invented_name`.",
        "The `neighbour` of another.",
        "Calls fetch_all() first.",
        "Needs a FooBarBaz.",
        "Needs `x + retries`.",
        "See :func:`~json.fabricate`.",
        "Reads `path.fabricated_attribute`.",
        "Decodes `\"latin-7\"`.",
        "Calls `retries.",
    ] {
        assert_eq!(said(text), Some(FaultKind::UnknownName), "{text}");
    }
}

#[test]
fn defaults_units_types_and_raises_must_be_those_of_the_code() {
    use FaultKind::{Default, Raises, Type, Unit};
    for (text, kind) in [
        ("`retries` defaults to 3.", None),
        ("`retries` defaults to 4.", Some(Default)),
        ("`path` defaults to `.`.", Some(Default)),
        ("`timeout_ms` defaults to `TIMEOUT`.", None),
        ("`timeout_ms` defaults to 30.", None),
        ("`timeout_ms` defaults to 31.", Some(Default)),
        ("Raises `ValueError` if negative.", None),
        ("Raises `KeyError` if missing.", Some(Raises)),
        ("Waits in seconds.", None),
        ("Turns in degrees.", Some(Unit)),
    ] {
        assert_eq!(said(text), kind, "{text}");
    }
    let about = |name: &str, text: &str| {
        let faults = faults("load", |draft| {
            let mut args = draft.args.iter_mut();
            text.clone_into(&mut args.find(|one| one.name == name).unwrap().description);
        });
        let place = ["path", "retries", "timeout_ms", "encoding"];
        let at = place.iter().position(|one| *one == name).unwrap();
        let path = format!("args[{at}].description");
        assert!(faults.iter().all(|fault| fault.path == path), "{faults:?}");
        faults.first().map(|fault| fault.kind)
    };
    for (name, text, kind) in [
        ("retries", "How often. Defaults to 3.", None),
        ("retries", "How often (default 4).", Some(Default)),
        ("retries", "How often. Defaults to None.", Some(Default)),
        ("path", "Where. Defaults to None.", Some(Default)),
        ("encoding", "Of the file. Defaults to \"utf-8\".", None),
        (
            "encoding",
            "Of the file. Defaults to \"latin-1\".",
            Some(Default),
        ),
        ("timeout_ms", "How long, in seconds.", Some(Unit)),
        ("timeout_ms", "How long, in milliseconds.", None),
        ("path", "The number of pixels.", Some(Unit)),
    ] {
        assert_eq!(about(name, text), kind, "{name}: {text}");
    }
    let faults = faults("load", |draft| {
        draft.returns = Some("A list of all.".to_owned());
    });
    assert_eq!((faults[0].path.as_str(), faults[0].kind), ("returns", Type));
}

#[test]
fn a_summary_returns_only_what_the_code_returns() {
    let faults = faults("touch", |draft| {
        draft.summary = "Return the path.".to_owned();
    });
    assert_eq!(
        (faults[0].path.as_str(), faults[0].kind),
        ("summary", FaultKind::Returns)
    );
}

#[test]
fn examples_must_use_the_code_as_it_is() {
    let fault = |name: &str, code: &str| {
        let faults = faults(name, |draft| {
            draft.examples = vec![ExampleText {
                description: None,
                code: code.to_owned(),
            }];
        });
        faults
            .first()
            .map(|fault| (fault.path.clone(), fault.message.clone()))
    };
    for (name, code) in [
        (
            "load",
            ">>> from pathlib import Path\n>>> load(Path('a.json'), retries=1)",
        ),
        (
            "load",
            ">>> data = load(json)\n>>> data.keys()\ndict_keys(['a'])",
        ),
        ("get", ">>> cache = Cache(limit=1)\n>>> cache.get('a')"),
        ("Cache", ">>> Cache(\n...     limit=2,\n... ).limit"),
        ("__init__", ">>> Cache(3)"),
    ] {
        assert_eq!(fault(name, code), None, "{code}");
    }
    for (name, code, why) in [
        ("load", "load(1)", "must begin"),
        ("load", ">>> load(", "no Python"),
        ("load", ">>> load(1, 2)", "more arguments"),
        ("load", ">>> load(json, backoff=2)", "`backoff`"),
        ("load", ">>> load(retries=2)", "its argument `path`"),
        ("load", ">>> load(p)", "uses `p`"),
        (
            "load",
            ">>> import fabricated\n>>> load(fabricated)",
            "imports `fabricated`",
        ),
        ("load", ">>> load(json).fabricate()", "uses `fabricate`"),
        ("load", ">>> touch(json)", "does not use `load`"),
        ("load", ">>> load(json.fabricate)", "uses `json.fabricate`"),
        ("load", ">>> await load(json)", "awaits"),
        ("load", ">>> load(json)  # 5", "comment"),
        ("get", ">>> Cache(size=1).get('a')", "`size`"),
        ("get", ">>> Cache().get()", "its argument `neighbour`"),
    ] {
        let (path, message) = fault(name, code).unwrap();
        assert_eq!(path, "examples[0].code");
        assert!(message.contains(why), "{code}: {message}");
    }
}

#[test]
fn what_an_example_would_do_is_not_tried_and_not_claimed() {
    let text = mended("load", |draft| {
        draft.examples = vec![ExampleText {
            description: Some("All of a file".to_owned()),
            code: ">>> from pathlib import Path\n>>> load(\n...     Path('a'))\n{'a': 1}"
                .to_owned(),
        }];
        draft.notes = Some("The file is read at once. It is `invented`.".to_owned());
    });
    let examples = text.split("Examples:").nth(1).unwrap();
    insta::assert_snapshot!(examples, @"
        All of a file.

        >>> from pathlib import Path
        >>> load(
        ...     Path('a'))  # doctest: +SKIP

    Note:
        The file is read at once.
    ");
}

#[test]
fn a_lie_goes_and_what_is_true_beside_it_stays() {
    let text = mended("load", |draft| {
        draft.description =
            Some("Reads the file whole. Calls `fabricate` for it. It is slow.".to_owned());
        draft.args[1].description = "How often to try. Defaults to 9.".to_owned();
        draft.args.push(NamedText {
            name: "invented".to_owned(),
            description: "Nothing.".to_owned(),
        });
        draft.returns = Some("A `FooBar` of all.".to_owned());
    });
    insta::assert_snapshot!(text, @"
    Load the path.

    Reads the file whole.

    Args:
        path: The path of the file to read.
        retries: How often to try.
        timeout_ms: How long to wait at most, in milliseconds. Defaults to
            `TIMEOUT`.
        encoding: The character encoding. Defaults to `None`.

    Returns:
        What `json.loads` returns.

    Raises:
        ValueError: If `retries` is negative.
    ");
}
