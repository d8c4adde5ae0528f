//! Which rules a check follows: drift, selectors, presets.

use crate::support::project::{Project, Ran};

/// Every argument, result and exception told, and each of them wrong.
const DRIFTED: &str = r#""""Stock."""


def sell(item: str, count: int = 1, *, at: float | None = None) -> int:
    """Sell some of an item.

    Args:
        count (str): How many. Defaults to 2.
        item: What.
        price: What one costs.

    Yields:
        What is left.

    Raises:
        KeyError: If there is none.
    """
    if not count:
        raise ValueError("count")
    return count


def shelves(names: list[str]):
    """Go over the shelves.

    Args:
        names (list of str): Which.

    Returns:
        Each shelf.
    """
    for name in names:
        yield name
"#;

fn codes(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let diagnostics = json["diagnostics"].as_array().unwrap();
    let code = |one: &serde_json::Value| one["code"].as_str().unwrap().to_owned();
    diagnostics.iter().map(code).collect()
}

#[test]
fn what_has_drifted_is_named_at_its_place() {
    let ran = Project::with(DRIFTED).docgen(&["check"]).exits(1);
    insta::assert_snapshot!(ran.stdout, @r"
    app.py:4:5: DOC201 A value is returned, but the docstring has no `Returns` section
    app.py:7:5: D417 Missing argument description for `at`
    app.py:7:5: DOC104 Arguments are documented as `count`, `item`, but the order is `item`, `count`
    app.py:8:9: DG105 Documented type `str` of `count` contradicts the annotation `int`
    app.py:8:9: DG106 Documented default `2` of `count` contradicts `1`
    app.py:10:9: DOC102 Documented argument `price` is not in the signature
    app.py:12:5: DOC403 The docstring has a `Yields` section, but nothing is yielded
    app.py:15:5: DOC501 Raised exception `ValueError` is not documented
    app.py:16:9: DOC502 Documented exception `KeyError` is not raised here
    app.py:23:5: DOC402 Values are yielded, but the docstring has no `Yields` section
    app.py:29:5: DOC202 The docstring has a `Returns` section, but values are yielded
    Found 11 drifted details.
    Coverage: 100.0% (3 of 3 documented, 1 file)
    ");
}

#[test]
fn a_docstring_that_claims_nothing_is_left_alone() {
    let source = "\"\"\"M.\"\"\"\n\n\ndef f(x):\n    \"\"\"Do it.\n\n    It does: x, and may raise.\n    \"\"\"\n    raise ValueError(x)\n";
    Project::with(source).docgen(&["check"]).exits(0);
}

#[test]
fn a_name_of_a_module_of_types_may_stand_for_any_type() {
    let source = "\"\"\"M.\"\"\"\nimport numpy.typing\nimport numpy.typing as npt\nfrom numpy.typing import NDArray\nfrom ._types import Matrix\nfrom types import ModuleType\nfrom shapes import ArrayLike, Square\n\n\ndef f(a: npt.NDArray, b: Matrix, c: ModuleType, d: Square, e: ArrayLike, f: numpy.typing.NDArray) -> NDArray[int]:\n    \"\"\"Do it.\n\n    Args:\n        a (np.ndarray): One.\n        b (np.ndarray): Two.\n        c (np.ndarray): Three.\n        d (np.ndarray): Four.\n        e (np.ndarray): Five.\n        f (np.ndarray): Six.\n\n    Returns:\n        np.ndarray: All.\n    \"\"\"\n    return a\n";
    let checked = Project::with(source).docgen(&["check"]).exits(1);
    insta::assert_snapshot!(checked.stdout, @r"
    app.py:16:9: DG105 Documented type `np.ndarray` of `c` contradicts the annotation `ModuleType`
    app.py:17:9: DG105 Documented type `np.ndarray` of `d` contradicts the annotation `Square`
    Found 2 drifted details.
    Coverage: 100.0% (2 of 2 documented, 1 file)
    ");
}

#[test]
fn drift_is_not_forgiven_by_a_threshold_but_by_a_comment() {
    let project = Project::with(DRIFTED);
    project.docgen(&["check", "--fail-under", "50"]).exits(1);
    let at_the_docstring = DRIFTED.replace(
        "If there is none.\n    \"\"\"",
        "If there is none.\n    \"\"\"  # noqa: DOC502, DOC501",
    );
    let ran =
        Project::with(&at_the_docstring).docgen(&["check", "--format", "json", "--select", "DOC5"]);
    assert_eq!(codes(&ran.exits(0)), Vec::<String>::new());
    let at_the_definition = DRIFTED.replace("-> int:", "-> int:  # noqa: DOC104");
    let ran = Project::with(&at_the_definition)
        .docgen(&["check", "--format", "json", "--select", "DOC1"]);
    assert_eq!(codes(&ran.exits(1)), ["DOC102"]);
}

#[test]
fn rules_are_chosen_by_code_beginning_and_file() {
    let project = Project::with(DRIFTED)
        .file("tests/test_it.py", "def test(): pass\n")
        .file(
            "docgen.toml",
            "[check]\nignore = [\"DG\", \"D1\"]\nextend_select = [\"D103\"]\nper_file_ignores = { \"app.py\" = [\"DOC\"] }\n",
        );
    let check = |arguments: &[&str]| {
        let ran = project.docgen(&[&["check", "--format", "json"], arguments].concat());
        codes(&ran).join(" ")
    };
    assert_eq!(check(&[]), "D417 D103");
    assert_eq!(check(&["--ignore", "D103"]), "D417");
    assert_eq!(check(&["--extend-select", "DG"]), "D417 DG105 DG106 D103");
    assert_eq!(
        check(&["--select", "DG,D10", "--ignore", "DG105"]),
        "DG106 D100 D103"
    );
    project
        .docgen(&["check", "--select", "D999"])
        .exits(2)
        .says("no rule begins with `D999`");
    let bad = Project::with("").file("docgen.toml", "[check]\nselect = [\"DOC103\"]\n");
    bad.docgen(&["check"]).exits(2).says("did you mean `DOC10");
}

#[test]
fn run_writes_only_what_the_rules_ask_for() {
    let project = Project::with("class A:\n    def __init__(self):\n        self.a = 1\n")
        .file("docgen.toml", "[check]\nignore = [\"D107\"]\n");
    project
        .docgen(&["run", "--provider", "offline", "--no-report"])
        .exits(0);
    let written = project.read("app.py");
    assert_eq!(written.matches("\"\"\"").count(), 4, "{written}");
    project.docgen(&["check"]).exits(0);
}

#[test]
fn presets_are_the_rules_of_three_tools() {
    let source = "from typing import overload\n\n__all__ = [\"A\"]\n\n\nclass A:\n    def __init__(self): pass\n    def _hidden(self): pass\n    @overload\n    def get(self): pass\n    def get(self): pass\n\n\ndef outside():\n    def inner(): pass\n\n\nif A:\n    def sometimes(): pass\n";
    let project = Project::with(source).file("empty.py", "");
    let count = |arguments: &[&str]| {
        let ran = project.docgen(&[&["check", "--format", "json"], arguments].concat());
        codes(&ran).len()
    };
    assert_eq!(count(&[]), 5);
    assert_eq!(count(&["--preset", "all"]), 10);
    assert_eq!(count(&["--preset", "api"]), 4);
    assert_eq!(count(&["--preset", "all", "--no-init"]), 9);
    assert_eq!(count(&["--preset", "api", "--private"]), 5);
    project.docgen(&["check", "--preset", "none"]).exits(2);
}
