use crate::support::fake_azure::{FakeAzure, Step};
use crate::support::project::Project;

const STORE: &str = r#""""Storage."""

from .files import load


class Base:
    """Keep things."""

    def find(self, key: str, default=None):
        """Find a thing.

        The first one counts.
        """


class Repository(Base):
    """Keep orders."""

    limit = 10

    def __init__(self, path: str, *, password="s3cr3t-pa55word") -> None:
        """Open it."""
        self.path = path

    def find(self, key: str, default=None):
        return load(self.path, key)

    def close(self):
        """Close it.

        Never twice.
        """

    def reopen(self):
        """"""
"#;

const FILES: &str = r#""""Files."""


def load(path, key="ghp_0123456789abcdefghijABCDEFGHIJ012345"):
    """Load one order.

    Lazily.
    """
    return open(path).read()
"#;

const TESTS: &str = r#""""Tests."""

from shop.store import Repository


def test_find():
    """Never show `repo.find("a")`."""
    repo = Repository("a.db", password="s3cr3t-pa55word")
    assert repo.find("k1", default=2) == 2
    # repo.find("b")
    text = """
    repo.find("c")
    """
"#;

/// The user message of the request for `Repository.find`, with these arguments and settings, and
/// without examples.
fn prompt(arguments: &[&str], settings: &str) -> String {
    let azure = FakeAzure::start();
    let project = Project::new()
        .file("pyproject.toml", "[project]\nname = \"shop\"\n")
        .file(
            "docgen.toml",
            &format!("{settings}\n[examples]\ncount = 0\n"),
        )
        .file("shop/__init__.py", "\"\"\"Shop.\"\"\"\n")
        .file("shop/store.py", STORE)
        .file("shop/files.py", FILES)
        .file("tests/test_store.py", TESTS)
        .azure(&azure);
    project
        .docgen(&[&["run", "shop/store.py"], arguments].concat())
        .exits(0);
    let requests = azure.requests();
    assert_eq!(requests.len(), 1);
    let text = requests[0].body["messages"][1]["content"].as_str().unwrap();
    text[..text.find("\nReturn this JSON").unwrap()].to_owned()
}

#[test]
fn a_prompt_shows_what_is_around_its_definitions() {
    insta::assert_snapshot!(prompt(&[], ""), @r#"
    File `shop/store.py`.

    What these definitions call:
    | def load(path, key="<masked: GitHub token>")  # Load one order.

    Their classes, and the bases of these:
    | class Repository(Base)  # Keep orders.
    |     base: class Base  # Keep things.
    |     attributes: limit, path
    |     def Repository.__init__(self, path: str, *, password="<masked: password>") -> None

    Their neighbours:
    | Repository.close  # Close it.
    | Repository.reopen

    Document these definitions.

    <definition id="d1">
    name: Repository.find
    kind: method
    args: key, default
    returns: yes
    yields: no
    raises: none
    attributes: none
    overrides:
    | def Base.find(self, key: str, default=None)
    |     Find a thing.
    | 
    |     The first one counts.
    used:
    | assert repo.find("k1", default=2) == 2
    source:
    | def find(self, key: str, default=None):
    |     return load(self.path, key)
    </definition>
    "#);
}

#[test]
fn with_signatures_only_no_line_of_another_body_is_shown() {
    let text = prompt(&["--max-source", "signature"], "");
    assert!(text.contains("Load one order."), "{text}");
    assert!(!text.contains("used:") && !text.contains("k1"), "{text}");
}

#[test]
fn with_names_only_no_default_and_no_docstring_is_shown() {
    let text = prompt(&["--max-source", "none"], "");
    assert!(text.contains("| def load(path, key)\n"), "{text}");
    for withheld in [
        "Load one",
        "masked",
        "Keep",
        "k1",
        "password=",
        "first one",
        "Close",
    ] {
        assert!(!text.contains(withheld), "{withheld} in {text}");
    }
}

#[test]
fn what_is_around_is_bounded_and_can_be_left_out() {
    let none = prompt(&[], "[batch]\ncontext_tokens = 0\n");
    assert!(
        none.starts_with("File `shop/store.py`.\n\nDocument these"),
        "{none}"
    );
    assert!(!none.contains("used:") && !none.contains("overrides:"));
    let little = prompt(&[], "[batch]\ncontext_tokens = 30\n");
    assert!(
        little.contains("def load(") && !little.contains("neighbours"),
        "{little}"
    );
}

#[test]
fn what_the_run_has_written_is_shown_to_those_that_build_on_it() {
    let azure = FakeAzure::builder().always(Step::Draft).start();
    let project = Project::new()
        .file("a.py", "\"\"\"A.\"\"\"\n\n\ndef base(x):\n    return x\n")
        .file(
            "b.py",
            "\"\"\"B.\"\"\"\n\nfrom a import base\n\n\ndef top(x):\n    return base(x)\n",
        )
        .azure(&azure);
    project
        .docgen(&["run", "a.py", "b.py", "--max-concurrency", "1"])
        .exits(0);
    let requests = azure.requests();
    let about = |file: &str| {
        let text = requests
            .iter()
            .map(|one| one.body["messages"][1]["content"].as_str().unwrap());
        let mut about = text.filter(|text| text.contains(&format!("File `{file}`")));
        about.next().unwrap().to_owned()
    };
    assert!(
        about("b.py").contains("| def base(x)  # Handle base as the fake says.\n"),
        "{}",
        about("b.py")
    );
}
