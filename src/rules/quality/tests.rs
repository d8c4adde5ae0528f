use std::collections::HashMap;
use std::path::Path;

use super::*;
use crate::python::{FileRole, analyze, parse};

/// Everything that `source` scores, by qualified name.
fn scored(source: &str) -> HashMap<String, Quality> {
    let tree = parse(source).unwrap();
    let role = FileRole {
        name: "app".to_owned(),
        is_package: false,
        is_private: false,
    };
    let module = analyze(&tree, source, &role);
    let suppressions = Suppressions::read(&tree, source);
    let judged = Judged {
        text: source,
        module: &module,
        rules: RuleSet::ALL,
        suppressions: &suppressions,
    };
    let all = qualities(judged, 0..module.definitions.len());
    all.into_iter()
        .map(|one| {
            (
                module.definitions[one.definition].qualified_name.clone(),
                one,
            )
        })
        .collect()
}

/// The quality of the one function that a header, a docstring and a body make.
fn function(header: &str, docstring: &str, body: &str) -> Quality {
    let indented = docstring
        .replace('\n', "\n    ")
        .replace("\n    \n", "\n\n");
    let close = if docstring.contains('\n') {
        "\n    "
    } else {
        ""
    };
    let source = format!("{header}\n    \"\"\"{indented}{close}\"\"\"\n{body}");
    scored(&source).into_values().next().unwrap()
}

fn texts(quality: &Quality) -> Vec<&str> {
    quality
        .suggestions
        .iter()
        .map(|one| one.text.as_str())
        .collect()
}

const LOAD: &str = "def load(path, limit, *, strict=False) -> list[str]:";
const LOAD_BODY: &str = "    if limit < 1:\n        raise ValueError(limit)\n    rows = []\n    for row in open(path):\n        if strict and not row:\n            continue\n        rows.append(row)\n    return rows[:limit]\n";

#[test]
fn the_weights_come_to_one() {
    let sum: f64 = Dimension::ALL.iter().map(|one| one.weight()).sum();
    assert!((sum - 1.0).abs() < 1e-12);
}

#[test]
fn a_good_line_is_all_that_a_trivial_function_needs() {
    for (header, docstring, body) in [
        (
            "def close(self):",
            "Close the underlying socket.",
            "    self._socket.close()\n",
        ),
        (
            "def area(self):",
            "The area in square metres.",
            "    return self.x * self.y\n",
        ),
        (
            "def __len__(self):",
            "Return the number of rows.",
            "    return 3\n",
        ),
        (
            "def is_open(self) -> bool:",
            "Whether the connection can be used.",
            "    return self._open\n",
        ),
    ] {
        let found = function(header, docstring, body);
        assert!(
            (found.scores.total() - 100.0).abs() < 1e-9,
            "{header} {found:?}"
        );
        assert!(found.suggestions.is_empty() && found.missing.is_empty());
    }
}

#[test]
fn a_complex_function_needs_more_than_a_line() {
    let found = function(LOAD, "Read the first rows of a file.", LOAD_BODY);
    insta::assert_debug_snapshot!(texts(&found), @r#"
    [
        "describe `path`, `limit` and `strict`",
        "say what is returned: the function returns `list[str]`",
        "say when `ValueError` is raised: if `limit < 1`",
    ]
    "#);
    assert!(found.scores.completeness < 40.0, "{found:?}");
    let sections: Vec<Section> = found.missing.iter().map(|one| one.section).collect();
    let args = [Section::Args; 3].into_iter();
    let expected: Vec<Section> = args.chain([Section::Returns, Section::Raises]).collect();
    assert_eq!(sections, expected);
}

#[test]
fn the_three_styles_score_alike() {
    let google = "Read the first rows of a file.\n\nArgs:\n    path: Where the file is.\n    limit: How many rows at most.\n    strict: Leave out blank ones.\n\nReturns:\n    The rows in order.\n\nRaises:\n    ValueError: If none is asked for.";
    let numpy = "Read the first rows of a file.\n\nParameters\n----------\npath : str\n    Where the file is.\nlimit : int\n    How many rows at most.\nstrict : bool\n    Leave out blank ones.\n\nReturns\n-------\nlist of str\n    The rows in order.\n\nRaises\n------\nValueError\n    If none is asked for.";
    let sphinx = "Read the first rows of a file.\n\n:param path: Where the file is.\n:param limit: How many rows at most.\n:param strict: Leave out blank ones.\n:returns: The rows in order.\n:raises ValueError: If none is asked for.";
    let prose = "Return the first rows of a file.\n\nOf the file at `path`, at most `limit` rows are read; with `strict` blank ones are\nleft out. A `limit` below one is a ValueError.";
    for docstring in [google, numpy, sphinx] {
        let found = function(LOAD, docstring, LOAD_BODY);
        assert!(
            (found.scores.total() - 100.0).abs() < 1e-9,
            "{docstring} {found:?}"
        );
    }
    let found = function(LOAD, prose, LOAD_BODY);
    assert!(
        found.missing.is_empty() && found.scores.total() > 90.0,
        "{found:?}"
    );
}

#[test]
fn each_description_more_never_lowers_a_score() {
    let entries = [
        "path: Where the file is.",
        "limit: How many rows at most.",
        "strict: Leave out blank ones.",
    ];
    for summary in [
        "Read the first rows of a file.",
        "Return the first rows of `path`.",
        "Load.\n\nOf the file at `limit` rows with `strict` are returned.",
    ] {
        let mut before = function(LOAD, summary, LOAD_BODY).scores;
        for count in 1..=entries.len() {
            let listed = entries[..count].join("\n    ");
            let docstring = format!("{summary}\n\nArgs:\n    {listed}");
            let after = function(LOAD, &docstring, LOAD_BODY).scores;
            assert!(
                after.completeness >= before.completeness && after.total() >= before.total(),
                "{docstring}: {before:?} {after:?}"
            );
            before = after;
        }
        let args = entries.join("\n    ");
        for (title, text) in [
            ("Returns", "The rows in order."),
            (
                "Returns:\n    The rows in order.\n\nRaises",
                "ValueError: If none is asked for.",
            ),
        ] {
            let docstring = format!("{summary}\n\nArgs:\n    {args}\n\n{title}:\n    {text}");
            let after = function(LOAD, &docstring, LOAD_BODY).scores;
            assert!(
                after.total() >= before.total(),
                "{docstring}: {before:?} {after:?}"
            );
            before = after;
        }
    }
}

#[test]
fn a_name_in_other_words_says_nothing() {
    let found = function(
        "def get_user(self):",
        "Get the user.",
        "    return self._user\n",
    );
    assert_eq!(
        texts(&found),
        ["say more in the summary than the name `get_user` does"]
    );
    assert!(found.scores.total() < 75.0, "{found:?}");
    let repeated = "Load the rows.\n\nArgs:\n    path: The path.\n    limit: The limit.\n    strict: Whether `strict` is used.";
    let found = function(LOAD, repeated, LOAD_BODY);
    assert!(
        texts(&found).contains(&"say more of `path`, `limit` and `strict` than the name and type"),
        "{found:?}"
    );
}

#[test]
fn placeholders_are_worth_nothing() {
    for docstring in ["TODO", "_summary_", "   ", "Docstring."] {
        let found = function("def f():", docstring, "    pass\n");
        assert!(found.scores.total() < 1e-9, "{docstring} {found:?}");
    }
}

#[test]
fn what_is_not_true_costs() {
    let docstring = "Read the first rows of a file.\n\nArgs:\n    path: Where the file is.\n    limit: How many rows at most.\n    strict: Leave out blank ones. Defaults to True.\n\nReturns:\n    The rows in order.\n\nRaises:\n    ValueError: If none is asked for.\n    KeyboardInterrupt: Never.";
    let found = function(LOAD, docstring, LOAD_BODY);
    assert!((found.scores.accuracy - 25.0).abs() < 1e-9, "{found:?}");
    insta::assert_debug_snapshot!(texts(&found), @r#"
    [
        "correct this: Documented default `True` of `strict` contradicts `False` (DG106)",
        "correct this: Documented exception `KeyboardInterrupt` is not raised here (DOC502)",
    ]
    "#);
}

#[test]
fn a_name_that_looks_misspelled_is_asked_about() {
    let found = function(
        LOAD,
        "Read rows, blank ones only without `strickt`; see `elsewhere`.",
        LOAD_BODY,
    );
    assert!(
        texts(&found).contains(&"`strickt` stands nowhere in the file: is `strict` meant?"),
        "{found:?}"
    );
    assert!((found.scores.accuracy - 85.0).abs() < 1e-9, "{found:?}");
}

#[test]
fn style_is_what_the_conventions_share() {
    let style = |docstring: &str| {
        let found = function("def load():", docstring, "    return 1\n");
        let style = found
            .suggestions
            .iter()
            .filter(|one| one.dimension == Dimension::Style);
        style.map(|one| one.text.clone()).collect::<Vec<_>>()
    };
    for (docstring, said) in [
        (
            "Reads the rows of a file.",
            "write the summary in the imperative: `Read`, not `Reads` (D401)",
        ),
        (
            "Read the rows of a file",
            "end the summary with a period (D400)",
        ),
        (
            "read the rows of a file.",
            "begin the summary with a capital: `Read` (D403)",
        ),
        (
            "Read the rows of a file.\nMore of it.",
            "put a blank line after the summary (D205)",
        ),
        (
            "Read the rows of a file, which\nis long.",
            "keep the summary to one line",
        ),
        (
            " Read the rows of a file.",
            "take out the blanks beside the quotes (D210)",
        ),
        (
            "Read the rows of a file.\n\nReturns:\n    Much.\n\nArgs:\n    nothing: x",
            "put the section `Args` before `Returns`",
        ),
        (
            "Read the rows of a file.\n\nNotes\n-----\n\nReturns\n-------\nint\n    Much.",
            "fill the section `Notes` or take it out (D414)",
        ),
    ] {
        assert_eq!(style(docstring), [said], "{docstring}");
    }
    for docstring in [
        "Read the rows of a file.",
        "Rows\n====\n\nRead them.",
        "Is it read?",
    ] {
        assert_eq!(style(docstring), [""; 0], "{docstring}");
    }
}

#[test]
fn clarity_speaks_of_filler_and_of_sentences_that_run_on() {
    let long = format!("Read {}rows.", "the big and red ".repeat(12));
    let found = function("def load():", &long, "    return 1\n");
    assert_eq!(
        texts(&found)[0],
        "split the sentence of 50 words that begins «Read the big and»"
    );
    let found = function(
        "def load():",
        "This function basically reads rows.",
        "    return 1\n",
    );
    insta::assert_debug_snapshot!(texts(&found), @r#"
    [
        "begin with what it does or is, not with «This function»",
        "say what is meant in place of «basically»",
    ]
    "#);
}

#[test]
fn what_is_not_checked_is_not_asked_for() {
    let source = format!("{LOAD}\n    \"\"\"Read the first rows of a file.\"\"\"\n{LOAD_BODY}");
    let tree = parse(&source).unwrap();
    let role = FileRole {
        name: "app".to_owned(),
        is_package: false,
        is_private: false,
    };
    let module = analyze(&tree, &source, &role);
    let suppressions = Suppressions::read(&tree, &source);
    let mut judged = Judged {
        text: &source,
        module: &module,
        rules: RuleSet::EMPTY,
        suppressions: &suppressions,
    };
    assert!((qualities(judged, [1])[0].scores.total() - 100.0).abs() < 1e-9);
    judged.rules = RuleSet::ALL;
    assert_eq!(qualities(judged, [1])[0].missing.len(), 5);
}

/// Each drift of the labelled set (`fixtures/drift`) scores less than the docstring did before it.
#[test]
fn a_drifted_docstring_scores_less_than_it_did() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/drift");
    let drifts = std::fs::read_to_string(folder.join("drifts.json")).unwrap();
    let drifts: Vec<serde_json::Value> = serde_json::from_str(&drifts).unwrap();
    let mut clean: HashMap<String, (String, HashMap<String, Quality>)> = HashMap::new();
    let mut faults = Vec::new();
    for drift in &drifts {
        let text = |key: &str| drift[key].as_str().unwrap();
        let (source, before) = clean.entry(text("file").to_owned()).or_insert_with(|| {
            let source = std::fs::read_to_string(folder.join("clean").join(text("file"))).unwrap();
            let found = scored(&source);
            (source, found)
        });
        // Each edit replaces whole lines of the file as it was.
        let edits = drift["edits"].as_array().unwrap().iter().map(|edit| {
            let (old, new) = (edit[0].as_str().unwrap(), edit[1].as_str().unwrap());
            let starts = |at: &usize| *at == 0 || source[..*at].ends_with('\n');
            let mut found = source.match_indices(old).map(|(at, _)| at).filter(starts);
            (found.next().unwrap(), old, new)
        });
        let mut edits: Vec<_> = edits.collect();
        edits.sort_unstable();
        let mut changed = source.clone();
        for (at, old, new) in edits.into_iter().rev() {
            changed.replace_range(at..at + old.len(), new);
        }
        // One is a drift only beside another: on its own, a call may raise what it adds.
        if text("id") == "numpy-027" {
            continue;
        }
        let after = scored(&changed);
        let name = text("definition");
        let (before, after) = (named(before, name).scores, named(&after, name).scores);
        if after.total() >= before.total() - 1e-9 {
            faults.push(format!("{} {name}: {before:?} {after:?}", text("id")));
        }
    }
    assert!(drifts.len() > 500, "{}", drifts.len());
    assert!(
        faults.is_empty(),
        "{} of {}:\n{}",
        faults.len(),
        drifts.len(),
        faults.join("\n")
    );
}

/// The definition of this name that has a docstring: overloads before it have none.
fn named<'q>(all: &'q HashMap<String, Quality>, name: &str) -> &'q Quality {
    let last = |key: &&String| key.split('#').next() == Some(name);
    let key = all.keys().find(last).unwrap();
    &all[key]
}
