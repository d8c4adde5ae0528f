//! Lies in every field of a draft, each found at its place, and what mending leaves of them.

#[path = "../../tests/invariants/cases.rs"]
mod cases;

use std::path::Path;

use proptest::prelude::*;

use super::fault::{Fault, FaultKind};
use super::frame::Frame;
use super::mend::mend;
use super::offline;
use super::reply::{Draft, ExampleText, NamedText};
use super::select::{AnalyzedFile, analyze_source};
use super::validate::validate;
use crate::config::{DocstringStyle, Style, WantedSection};
use crate::docstring::render;
use crate::python::{ModuleFacts, Parameter, Project};
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
fn folded_structure_is_no_prose() {
    for text in [
        "Args: zorblax: Not there.",
        "So it is.<br/>And so on.",
        "Fine. <script>alert(1)</script>",
        "So. :param quasar: Not there.",
    ] {
        assert_eq!(said(text), Some(FaultKind::Structure), "{text}");
    }
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
    for kept in ["Reads the file whole.\n", "retries: How often to try."] {
        assert!(text.contains(kept), "{text}");
    }
    for gone in ["fabricate", "slow", "9", "invented", "FooBar"] {
        assert!(!text.contains(gone), "{text}");
    }
}

/// Words as a liar puts them together, and what they are made of.
fn lies() -> impl Strategy<Value = String> {
    let pieces = vec![
        "True",
        "The path",
        "`load`",
        "`zorblax`",
        "zorblax_quux()",
        "ZorblaxQuux",
        "`json.zorblax`",
        "``x = zorblax``",
        ":func:`zorblax`",
        "`",
        "```",
        "Defaults to 7.",
        "by default 8",
        "in furlongs",
        "raises `ZorblaxError`",
        "Raises KeyError",
        "Args:",
        "\n\n",
        "\n    ",
        ":param zorblax: no",
        "Returns: zorblax",
        "<b>",
        ">>> zorblax()",
        "\"\"\"",
        ". ",
        ", ",
        "A list of",
        "`path`",
        "\u{202e}",
        "e.g.",
        "- item",
        "`'zorblax'`",
        "`self.zorblax`",
        "`path.zorblax`",
        "`neighbour`",
        "# Heading",
        "`dict.iteritems`",
        "It is so.",
        "Return all",
        "zorblax.quux",
        "42",
        ":",
        "See `Cache.zorblax`",
    ];
    prop::collection::vec(prop::sample::select(pieces), 1..8).prop_map(|words| words.join(" "))
}

mod any_reply {
    use super::cases::cases;
    use super::*;

    proptest! {
        #![proptest_config(cases(150))]

        #[test]
        fn lets_only_what_is_true_through(
            name in prop::sample::select(vec!["load", "touch", "get", "Cache", "loading"]),
            words in prop::collection::vec(lies(), 8),
            names in prop::collection::vec(
                prop::sample::select(vec!["path", "retries", "*limit", "zorblax", "size_bytes", ""]), 4),
        ) {
            let named = |from: usize| NamedText {
                name: names[from].to_owned(),
                description: words[from].clone(),
            };
            let change = |draft: &mut Draft| {
                draft.summary.clone_from(&words[0]);
                draft.description = Some(words[1].clone());
                draft.args.extend([named(0), named(1)]);
                if let Some(first) = draft.args.first_mut() {
                    first.description.clone_from(&words[2]);
                }
                draft.attributes.push(named(2));
                draft.returns = Some(words[3].clone());
                draft.yields = Some(words[4].clone());
                draft.raises.push(super::super::reply::RaiseText {
                    exception: "ZorblaxError".to_owned(),
                    description: words[5].clone(),
                });
                draft.notes = Some(words[6].clone());
                draft.examples = vec![ExampleText {
                    description: Some(words[7].clone()),
                    code: words[0].clone(),
                }];
            };
            with(name, |frame, mut draft, definition| {
                let honest = draft.clone();
                change(&mut draft);
                let checked = validate(&draft, definition, frame).ok();
                let mended = mend(&draft, frame.module, definition, frame).ok();
                for docstring in checked.into_iter().chain(mended) {
                    let text = render(&docstring, Style::Google, 80);
                    let lower = text.to_lowercase();
                    prop_assert!(!lower.contains("`zorblax") && !lower.contains("zorblaxquux"), "{text}");
                    prop_assert!(!lower.contains("zorblax_") && !lower.contains(".zorblax"), "{text}");
                    prop_assert!(!text.contains("iteritems"), "{text}");
                    // `get` looks up by its own parameter, and the class holds it.
                    if matches!(name, "load" | "touch") {
                        prop_assert!(!text.contains("KeyError"), "{text}");
                        prop_assert!(!text.contains("`neighbour"), "{text}");
                    }
                    prop_assert!(!text.contains("furlong"), "{text}");
                    prop_assert!(!text.contains("Defaults to 7") && !text.contains("\"\"\""), "{text}");
                    prop_assert!(!text.contains("<b>") && !text.contains(":param"), "{text}");
                    let args: Vec<&str> = docstring.args.iter().map(|one| one.name.as_str()).collect();
                    let real: Vec<String> =
                        definition.documented_parameters().map(Parameter::starred_name).collect();
                    prop_assert_eq!(args, real);
                    prop_assert_eq!(docstring.returns.is_some(), honest.returns.is_some());
                    prop_assert_eq!(docstring.yields.is_some(), honest.yields.is_some());
                    prop_assert_eq!(docstring.raises.len(), honest.raises.len());
                    let claims = crate::docstring::Claims::read(&text);
                    prop_assert_eq!(claims.yields.is_some(), honest.yields.is_some());
                }
                Ok(())
            })?;
        }
    }
}
