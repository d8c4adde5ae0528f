use crate::support::project::{Project, copy, fixtures};

const RUN: &[&str] = &["run", "--provider", "offline"];

#[test]
fn a_file_is_documented_from_its_code() {
    let source = "import abc\n\nfrom .errors import StockError\n\n\nclass Shelf(abc.ABC):\n    # what it holds\n    limit: int = 10\n\n    def __init__(self, name: str, *, size=None, **options):\n        self.name = name\n\n    @property\n    def is_full(self) -> bool: return True  # noqa: E704\n\n    def take(self, count: int) -> list[str]:\n        if count > self.limit:\n            raise StockError(\"too many\")\n        return []\n\n    def each(self):\n        yield self.name\n";
    let project = Project::with(source);
    let ran = project.docgen(RUN).exits(0);
    assert_eq!(ran.stdout, "");
    insta::assert_snapshot!(project.read("app.py"), @r#"
    """Shelves."""

    import abc

    from .errors import StockError


    class Shelf(abc.ABC):
        """Define the interface of a shelf.

        Attributes:
            limit: The limit of the shelf.
            name: The name of the shelf.
        """

        # what it holds
        limit: int = 10

        def __init__(self, name: str, *, size=None, **options):
            """Initialize the shelf.

            Args:
                name: The name of the shelf.
                size: The size. Defaults to `None`.
                **options: Further keyword arguments; not used here.
            """
            self.name = name

        @property
        def is_full(self) -> bool:
            """Whether the shelf is full."""
            return True  # noqa: E704

        def take(self, count: int) -> list[str]:
            """Take the count.

            Args:
                count: The count.

            Returns:
                A list of strings.

            Raises:
                StockError: If `count` is greater than `self.limit`.
            """
            if count > self.limit:
                raise StockError("too many")
            return []

        def each(self):
            """Yield `self.name`.

            Yields:
                The name.
            """
            yield self.name
    "#);
}

/// The words of every draft, so that a change of them is seen. After a change that is meant, write
/// what `docgen run shop --provider offline --diff --no-report` prints in `fixtures` into the file.
#[test]
fn the_words_of_the_shop_are_those_on_record() {
    let project = Project::shop();
    let ran = project
        .docgen(&[RUN, &["--diff", "--no-report", "shop"]].concat())
        .exits(1);
    let recorded = std::fs::read_to_string(fixtures().join("shop.patch")).unwrap();
    let words = |text: &str| -> Vec<String> {
        let added = text.lines().filter(|line| line.starts_with('+'));
        added.map(str::to_owned).collect()
    };
    let (written, recorded) = (words(&ran.stdout), words(&recorded));
    let first = written
        .iter()
        .zip(&recorded)
        .find(|(one, other)| one != other);
    assert_eq!(first, None);
    assert_eq!(written.len(), recorded.len());
}

#[test]
fn the_shop_is_documented_once_and_then_left_alone() {
    let project = Project::shop();
    let ran = project
        .docgen(&[RUN, &["shop"]].concat())
        .exits(0)
        .says("coverage");
    assert_eq!(ran.stdout, "");
    let first = project.snapshot("shop");
    project.docgen(&["check", "shop"]).exits(0);
    project
        .docgen(&[RUN, &["shop"]].concat())
        .exits(0)
        .says("Documented 0 definitions");
    assert!(project.snapshot("shop") == first);
}

#[test]
fn a_diff_writes_nothing_and_applies() {
    let project = Project::shop();
    let before = project.snapshot("shop");
    let ran = project
        .docgen(&[RUN, &["--diff", "shop"]].concat())
        .exits(1)
        .says("Would document");
    assert!(project.snapshot("shop") == before);
    std::fs::write(project.path("change.patch"), &ran.stdout).unwrap();
    let git = |arguments: &[&str]| {
        let status = std::process::Command::new("git")
            .args(arguments)
            .current_dir(project.path("."))
            .status();
        assert!(status.unwrap().success(), "git {arguments:?}");
    };
    git(&["init", "--quiet"]);
    git(&["apply", "--check", "change.patch"]);
    git(&["apply", "change.patch"]);
    let patched = project.snapshot("shop");
    let other = Project::shop();
    other.docgen(&[RUN, &["shop"]].concat()).exits(0);
    std::fs::remove_dir_all(other.path("shop/.docgen")).unwrap();
    let written = other.snapshot("shop");
    assert!(patched.values().eq(written.values()));
}

#[test]
fn the_report_tells_what_was_done() {
    let project = Project::with(
        "import os\n\n\ndef f():  # docgen: skip\n    pass\n\n\ndef _hot(a):\n    return [b for b in a if b and a or b and a or b and a or b and a or b and a]\n",
    );
    project
        .docgen(RUN)
        .exits(0)
        .says("Report: docgen-report.md");
    let report = project.read("docgen-report.md");
    let report = report
        .lines()
        .filter(|line| !line.starts_with("| Time"))
        .collect::<Vec<_>>()
        .join("\n");
    insta::assert_snapshot!(report, @r"
    # docgen report

    docgen documented 1 definition in 1 of 1 file.

    | | |
    |---|---|
    | Coverage | 0.0 % → **100.0 %** (0 → 1 of 1 definition) |
    | Quality | 0.0 → **100.0** of 100 (mean of the 1 docstring written or mended; none counts 0) |
    | Left | nothing |
    | Money | nothing: no model was asked |

    ## Complexity hot spots without a docstring

    | Definition | Where | Cyclomatic | Cognitive |
    |---|---|--:|--:|
    | `_hot` | [`app.py:10`](app.py#L10) | 12 | 8 |

    ## Files

    | File | Coverage | Quality | Documented | Mended | Skipped | Left |
    |---|--:|--:|--:|--:|--:|--:|
    | [`app.py`](app.py) | 0.0 % → 100.0 % | 0 → 100 | 1 | 0 | 1 | 0 |

    ## Definitions

    <details><summary><code>app.py</code> (2 definitions)</summary>

    | Line | Definition | Kind | Rule | Quality | Outcome |
    |--:|---|---|---|--:|---|
    | [1](app.py#L1) | `app` | module | D100 | 0 → 100 | documented |
    | [6](app.py#L6) | `f` | function | D103 |  | skipped: a comment silences the rule |

    </details>

    ## What it took

    | | |
    |---|--:|
    | Words by | offline drafts |
    | Files read | 1 |
    ");
    project
        .docgen(&[RUN, &["--report", "out/none.md"]].concat())
        .exits(2)
        .says("hint: ");
    std::fs::remove_file(project.path("docgen-report.md")).unwrap();
    project.docgen(&[RUN, &["--no-report"]].concat()).exits(0);
    assert!(!project.path("docgen-report.md").exists());
}

#[test]
fn json_on_standard_output_is_the_report() {
    let project = Project::with("def f(): pass\n");
    let json = project
        .docgen(&[RUN, &["--format", "json"]].concat())
        .exits(0)
        .json();
    assert_eq!(
        json["totals"],
        serde_json::json!({ "documented": 2, "mended": 0, "skipped": 0, "rejected": 0, "failed": 0 })
    );
    assert_eq!(json["files"][0]["definitions"][1]["id"], "app.py::f");
    assert_eq!(json["files"][0]["definitions"][1]["status"], "documented");
    assert_eq!(json["coverage"]["after"]["percent"], 100.0);
    assert!(json["requests"].is_null() && json["seconds"].is_number());
}

#[test]
fn quiet_says_nothing() {
    let ran = Project::with("def f(): pass\n")
        .docgen(&[RUN, &["--quiet"]].concat())
        .exits(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
}

#[test]
fn every_nasty_file_is_documented_or_left_alone_with_a_reason() {
    let project = Project::new();
    copy(&fixtures().join("nasty"), &project.path("nasty"));
    let before = project.snapshot("nasty");
    let errors = project.read("nasty/errors.txt");
    let ran = project
        .docgen(&[RUN, &["--format", "json", "nasty"]].concat())
        .exits(1);
    let json = ran.json();
    assert_eq!(
        (&json["totals"]["failed"], &json["totals"]["rejected"]),
        (&0.into(), &0.into()),
        "{}",
        ran.stderr
    );
    let unread = json["diagnostics"].as_array().unwrap();
    let mut named: Vec<&str> = unread
        .iter()
        .map(|one| one["path"].as_str().unwrap().trim_start_matches("nasty/"))
        .collect();
    named.sort_unstable();
    let mut expected: Vec<&str> = errors
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split('\t').next().unwrap())
        .collect();
    expected.sort_unstable();
    assert_eq!(named, expected);
    for name in named {
        let path = project.path("nasty").join(name);
        assert!(std::fs::read(&path).unwrap() == before[&path], "{name}");
    }
    let after = project.snapshot("nasty");
    project
        .docgen(&[RUN, &["nasty"]].concat())
        .exits(1)
        .says("Documented 0 definitions");
    assert!(project.snapshot("nasty") == after);
}

#[test]
fn line_ends_encoding_and_mark_are_kept() {
    let project = Project::new()
        .bytes("crlf.py", b"\xef\xbb\xbfdef f():\r\n    return 1")
        .bytes("cr.py", b"def f():\r    return 1\r")
        .bytes(
            "latin.py",
            b"# coding: latin-1\ndef f(x='\xe9'):\n\treturn x\n",
        );
    project.docgen(RUN).exits(0);
    let bytes = |path: &str| std::fs::read(project.path(path)).unwrap();
    let crlf = bytes("crlf.py");
    assert!(
        crlf.starts_with(
            b"\xef\xbb\xbf\"\"\"Provide the crlf module.\"\"\"\r\n\r\n\r\ndef f():\r\n    \"\"\""
        ) && crlf.ends_with(b"return 1")
    );
    assert!(
        !String::from_utf8(crlf)
            .unwrap()
            .replace("\r\n", "")
            .contains(['\r', '\n'])
    );
    assert!(!bytes("cr.py").contains(&b'\n'));
    let latin = bytes("latin.py");
    assert!(
        latin.starts_with(b"# coding: latin-1\n\"\"\"")
            && latin.windows(3).any(|part| part == b"'\xe9'")
    );
    assert!(String::from_utf8_lossy(&latin).contains("\n\t\"\"\"Return `x`."));
}

#[test]
fn names_that_look_like_excuses_are_documented_all_the_same() {
    let names = [
        "internal_server_error",
        "placeholder",
        "todo",
        "this_is_it",
        "description_here",
        "TODO",
        "sure",
        "args",
        "returns",
        "Note",
        "_",
        "__",
    ];
    let source: String = names
        .iter()
        .flat_map(|name| {
            [
                "def ",
                *name,
                "(todo, args, note='TODO:', *placeholder): return todo\n",
            ]
        })
        .collect();
    let project = Project::with(&source);
    project.docgen(&[RUN, &["--private"]].concat()).exits(0);
    assert_eq!(project.read("app.py").matches("Args:").count(), names.len());
}

#[test]
fn a_function_annotated_with_none_returns_nothing() {
    let project = Project::with("def f() -> None:\n    return print('x')\n");
    project.docgen(RUN).exits(0);
    assert!(!project.read("app.py").contains("Returns:"));
}

#[test]
fn what_init_sets_is_left_to_the_code_where_pydoclint_compares_attributes() {
    let source = "\"\"\"Shelves.\"\"\"\n\n\nclass Shelf:\n    limit: int = 10\n\n    def __init__(self, name: str) -> None:\n        self.name = name\n";
    let attributes = |settings: &str, arguments: &[&str]| {
        let project = Project::new()
            .file("pyproject.toml", settings)
            .file("a.py", source);
        let run = ["run", "--provider", "offline", "a.py"];
        project.docgen(&[&run, arguments].concat()).exits(0);
        let text = project.read("a.py");
        (
            text.contains("\n        limit: "),
            text.contains("\n        name: "),
        )
    };
    assert_eq!(attributes("[project]\n", &[]), (true, true));
    let pydoclint = "[tool.pydoclint]\nstyle = \"google\"\n";
    assert_eq!(attributes(pydoclint, &[]), (true, false));
    assert_eq!(attributes(pydoclint, &["--isolated"]), (true, true));
    let all = format!("{pydoclint}[tool.docgen.docstring]\nattributes = \"all\"\n");
    assert_eq!(attributes(&all, &[]), (true, true));
}
