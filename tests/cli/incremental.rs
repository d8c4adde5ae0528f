//! What is known of files that are as they were: the same findings, and nothing parsed again.

use rusqlite::Connection;

use crate::support::fake_azure::FakeAzure;
use crate::support::project::{Project, Ran};

const DOCUMENTED: &str = "\"\"\"Hold what is sold.\"\"\"\n\n\ndef price(item):\n    \"\"\"Return the price.\"\"\"\n    return item\n";
const UNDOCUMENTED: &str = "def f(x):\n    return x\n";
const PRIVATE: &str = "def _f():\n    def g(): ...\n";
const STALE: &str = "\"\"\"Hold what is sold.\"\"\"\n\n\ndef price(item):\n    \"\"\"Return the price.\n\n    Args:\n        thing: What is sold.\n\n    Returns:\n        The price.\n    \"\"\"\n    return item\n";
const FORMATS: [&str; 6] = ["concise", "full", "json", "github", "sarif", "junit"];

/// A project with findings of every kind, and with a database.
fn project() -> Project {
    let complex = "    if a:\n        return b\n".repeat(12);
    let project = Project::new()
        .file("docgen.toml", "")
        .file("pkg/__init__.py", "")
        .file("pkg/same.py", DOCUMENTED)
        .file("pkg/copy.py", DOCUMENTED)
        .file("pkg/open.py", UNDOCUMENTED)
        .file("pkg/inner.py", PRIVATE)
        .file("pkg/stale.py", STALE)
        .file("pkg/stub.pyi", UNDOCUMENTED)
        .file(
            "pkg/complex.py",
            &format!("def g(a, b):  # noqa: D103\n{complex}"),
        )
        .file("pkg/quiet.py", "# ruff: noqa: D100\ndef f(): ...  # noqa\n")
        .file("pkg/broken.py", "def f(:\n")
        .bytes("pkg/latin.py", b"# \xe9\n")
        .file("tests/test_it.py", UNDOCUMENTED);
    project.docgen(&["run", "--provider", "offline", "--no-report", "pkg/same.py"]);
    assert!(project.path(".docgen/state.db").exists());
    project
}

/// How many files were parsed.
fn parsed(ran: &Ran) -> usize {
    let mut lines = ran.stderr.lines();
    let count = lines.find_map(|line| line.split("files parsed: ").nth(1));
    let count = count.unwrap_or_else(|| panic!("{ran:?}"));
    count.trim().parse().unwrap()
}

/// What a check says, once nothing is known and once all is; both ways must agree.
fn agreed(project: &Project, arguments: &[&str]) -> Ran {
    agreed_in(&["full"], project, arguments)
}

fn agreed_in(formats: &[&str], project: &Project, arguments: &[&str]) -> Ran {
    for format in formats {
        let check = |more: &[&str]| {
            let arguments = [&["check", "--format", format], arguments, more].concat();
            project.docgen(&arguments)
        };
        let anew = check(&["--no-cache"]);
        for _ in 0..2 {
            let recalled = check(&[]);
            assert_eq!(recalled.stdout, anew.stdout, "{format} {arguments:?}");
            assert_eq!(recalled.stderr, anew.stderr, "{format} {arguments:?}");
            assert_eq!(recalled.code, anew.code, "{format} {arguments:?}");
        }
    }
    let ran = project.docgen(&[&["check", "-v"], arguments].concat());
    assert_eq!(parsed(&ran), 0, "{ran:?}");
    ran
}

#[test]
fn findings_are_the_same_whatever_is_known() {
    let project = project();
    let first = agreed_in(&FORMATS, &project, &[]);
    assert!(first.stdout.contains("pkg/stale.py:7:5: D417"), "{first:?}");
    assert!(first.stdout.contains("E999") && first.stdout.contains("E902"));
    agreed(&project, &["--statistics"]);
    // From another folder the files have other names, and only some are tests.
    let inside = |more: &[&str]| {
        let mut command = project.command(&[&["check", "--format", "json"], more].concat());
        command.current_dir(project.path("pkg"));
        Ran::from(command.output().unwrap())
    };
    assert_eq!(inside(&[]).stdout, inside(&["--no-cache"]).stdout);
    assert!(inside(&[]).stdout.contains("\"path\": \"stale.py\""));

    // What settings and flags choose.
    for settings in [
        "[select]\nprivate = true\nnested = true\n",
        "[select]\ntests = false\n",
        "[check]\nignore = [\"D1\"]\n",
        "[check.per_file_ignores]\n\"pkg/open.py\" = [\"D103\"]\n",
        "[files]\nexclude = [\"pkg/open.py\"]\n",
    ] {
        std::fs::write(project.path("docgen.toml"), settings).unwrap();
        let ran = agreed(&project, &[]);
        assert_ne!(ran.stdout, first.stdout, "{settings}");
    }
    std::fs::write(project.path("docgen.toml"), "").unwrap();
    agreed(&project, &["--select", "D417"]);
    agreed(&project, &["--fail-under", "10"]);

    // What a file is changed to, and back.
    for (path, text) in [
        ("pkg/open.py", "def f(x):  # noqa: D103\n    return x\n"),
        ("pkg/open.py", "def f(x): return )\n"),
        ("pkg/open.py", UNDOCUMENTED),
        ("pkg/broken.py", DOCUMENTED),
    ] {
        std::fs::write(project.path(path), text).unwrap();
        agreed(&project, &[]);
    }

    // Where a file is: what it is in makes it private, or a test.
    for to in ["_pkg", "pkg/_inner", "pkg/tests"] {
        let project = self::project();
        std::fs::create_dir_all(project.path(to)).unwrap();
        std::fs::write(project.path(to).join("__init__.py"), "").unwrap();
        agreed(&project, &[]);
        let moved = project.path(to).join("open.py");
        std::fs::rename(project.path("pkg/open.py"), moved).unwrap();
        agreed(&project, &[]);
    }
    std::fs::rename(project.path("pkg"), project.path("_pkg")).unwrap();
    let private = agreed(&project, &[]);
    assert!(
        !private
            .stdout
            .contains("D103 Missing docstring in public function\n_pkg")
    );
    std::fs::remove_file(project.path("_pkg/__init__.py")).unwrap();
    let public = agreed(&project, &[]);
    assert_ne!(
        private.stdout, public.stdout,
        "a folder without it is no package"
    );
}

#[test]
fn baselines_and_git_narrow_what_is_known_too() {
    let project = project();
    let baseline =
        |more: &[&str]| project.docgen(&[&["check", "--baseline", "known.json"], more].concat());
    baseline(&["--update-baseline"]).exits(1);
    let recorded = project.read("known.json");
    baseline(&["--update-baseline", "--no-cache"]).exits(1);
    assert_eq!(project.read("known.json"), recorded);
    agreed(&project, &["--baseline", "known.json"]);
    std::fs::write(project.path("pkg/new.py"), UNDOCUMENTED).unwrap();
    let ran = agreed(&project, &["--baseline", "known.json"]).exits(1);
    assert!(ran.stdout.contains("pkg/new.py:1:5: D103"), "{ran:?}");
}

#[test]
fn a_moved_file_is_known() {
    let project = project();
    project.docgen(&["check"]).exits(1);
    std::fs::create_dir(project.path("other")).unwrap();
    std::fs::rename(project.path("pkg/open.py"), project.path("other/open.py")).unwrap();
    let ran = project.docgen(&["check", "-v", "other"]).exits(1);
    assert!(ran.stdout.contains("other/open.py:1:5: D103"), "{ran:?}");
    assert_eq!(parsed(&ran), 0);
}

#[test]
fn check_leaves_nothing_behind() {
    let project = Project::with(UNDOCUMENTED);
    project.docgen(&["check"]).exits(1);
    project
        .docgen(&["run", "--diff", "--provider", "offline"])
        .exits(1);
    assert!(!project.path(".docgen").exists());
}

#[test]
fn a_second_run_parses_nothing() {
    let azure = FakeAzure::start();
    let project = Project::shop().azure(&azure);
    let run = |more: &[&str]| {
        let arguments = [&["run", "-v", "--format", "json"], more].concat();
        project.docgen(&[&arguments[..], &["shop"]].concat())
    };
    run(&["--report", "first.md"]).exits(0);
    let asked = azure.requests().len();
    assert!(asked > 0);
    let second = run(&["--report", "second.md"]).exits(0);
    assert_eq!(parsed(&second), 0);
    // `check` knows the files too.
    let check = project.docgen(&["check", "-v", "shop"]).exits(0);
    assert_eq!(parsed(&check), 0);
    // Nothing but the time differs from a run that parses everything.
    std::fs::remove_dir_all(project.path(".docgen")).unwrap();
    let anew = run(&["--report", "third.md"]).exits(0);
    assert_eq!(parsed(&anew), anew.json()["files_read"]);
    let shown = |ran: &Ran| {
        let mut json = ran.json();
        json.as_object_mut()
            .unwrap()
            .retain(|key, _| !key.contains("seconds") && !key.contains("elapsed"));
        // Which model is behind a deployment is remembered too.
        json["requests"]["deployments"].take();
        json
    };
    assert_eq!(shown(&second), shown(&anew));
    assert_eq!(azure.requests().len(), asked);
}

#[test]
fn a_run_with_one_changed_file_parses_that_alone_and_asks_the_same() {
    let azure = FakeAzure::start();
    let project = Project::shop().azure(&azure);
    let path = project.path("shop/shop/money.py");
    let run = |added: &str| {
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{text}\n\n{added}")).unwrap();
        let ran = project.docgen(&["run", "-v", "--no-report", "--format", "json", "shop"]);
        let body = azure.requests().pop().unwrap().body;
        (ran.exits(0), body["messages"].clone())
    };
    run("");
    // The examples that are shown to the model are those of the files as they are now.
    run("def first(order):\n    return order\n");
    let text = std::fs::read_to_string(&path).unwrap();
    // It calls what another file defines, which so has a part in the prompt.
    let added = "def added(order):\n    from shop.orders import Order\n    return Order(order)\n";
    let (known, prompt) = run(added);
    assert_eq!(known.json()["totals"]["documented"], 1, "{known:?}");
    assert_eq!(
        parsed(&known),
        2,
        "the file as it was, and as it is written"
    );
    assert!(prompt.to_string().contains("class Order"), "{prompt}");
    std::fs::remove_dir_all(project.path(".docgen")).unwrap();
    std::fs::write(&path, text).unwrap();
    let (anew, same) = run(added);
    assert_eq!(parsed(&anew), 13);
    assert_eq!(prompt, same);
}

#[test]
fn a_run_tells_what_it_would_tell_without() {
    let project = project();
    let run = |more: &[&str]| {
        let mut json = project
            .docgen(
                &[
                    &[
                        "run",
                        "--provider",
                        "offline",
                        "--format",
                        "json",
                        "--report",
                        "r.md",
                    ],
                    more,
                ]
                .concat(),
            )
            .json();
        json.as_object_mut()
            .unwrap()
            .retain(|key, _| !key.contains("seconds") && !key.contains("elapsed"));
        (json, project.read("r.md"))
    };
    run(&[]);
    for mode in ["missing", "stale", "all"] {
        run(&["--mode", mode]);
        let (known, known_report) = run(&["--mode", mode]);
        std::fs::remove_dir_all(project.path(".docgen")).unwrap();
        let (anew, report) = run(&["--mode", mode]);
        assert_eq!(known, anew, "{mode}");
        let lines = |text: &str| text.lines().filter(|line| !line.contains(" s")).count();
        assert_eq!(lines(&known_report), lines(&report));
    }
    // What is known is no reason to leave what is to be written anew.
    let ran = project.docgen(&[
        "run",
        "--provider",
        "offline",
        "--no-report",
        "--overwrite",
        "--diff",
        "pkg/same.py",
    ]);
    assert!(
        ran.stdout.contains("-    \"\"\"Return the price.\"\"\""),
        "{ran:?}"
    );
}

fn database(project: &Project) -> Connection {
    Connection::open(project.path(".docgen/state.db")).unwrap()
}

#[test]
fn what_is_kept_and_damaged_is_not_believed() {
    let project = project();
    let all = agreed(&project, &[]).stdout;
    let damage = |sql: &str| {
        let changed = database(&project).execute(sql, []).unwrap();
        assert!(changed > 5);
        assert_eq!(project.docgen(&["check", "-v"]).stdout, all, "{sql}");
        let again = project.docgen(&["check", "-v"]);
        assert_eq!(parsed(&again), 0);
    };
    damage("UPDATE analysis SET content = x'00'");
    damage("UPDATE analysis SET content = x''");
    damage("UPDATE analysis SET content = zeroblob(100)");
    damage("UPDATE analysis SET seal = zeroblob(16)");
    damage("UPDATE analysis SET id = id + 1");
    database(&project)
        .execute_batch("DROP TABLE analysis")
        .unwrap();
    assert_eq!(project.docgen(&["check", "-v"]).stdout, all);
    database(&project)
        .pragma_update(None, "user_version", 99)
        .unwrap();
    assert_eq!(project.docgen(&["check", "-v"]).stdout, all);
    std::fs::write(project.path(".docgen/state.db"), "no database at all").unwrap();
    let ran = project.docgen(&["check"]);
    assert_eq!(ran.stdout, project.docgen(&["check", "--no-cache"]).stdout);
    assert_eq!(ran.stderr, "");
}

#[test]
fn no_secret_is_kept() {
    let secret = "ghp_0123456789abcdefghijABCDEFGHIJ456789";
    let stale = STALE.replace("price(item)", &format!("price(item=\"{secret}\")"));
    let stale = stale.replace("thing: What is sold.", "item: What is sold. Defaults to 3.");
    let project = project()
        .file(
            "pkg/secret.py",
            &format!("\"\"\"Hold it.\"\"\"\n\nTOKEN = \"{secret}\"\n"),
        )
        .file("pkg/quoted.py", &stale);
    project.docgen(&["run", "--provider", "offline", "--no-report"]);
    let ran = project.docgen(&["check"]).exits(1);
    assert!(
        ran.stdout.contains(secret),
        "what is told may quote it: {ran:?}"
    );
    for (path, bytes) in project.snapshot(".docgen") {
        assert!(
            !String::from_utf8_lossy(&bytes).contains(secret),
            "{path:?}"
        );
    }
    assert_eq!(project.docgen(&["check"]).stdout, ran.stdout);
}

#[test]
fn nobody_waits_for_another_who_writes() {
    let project = project();
    let anew = project.docgen(&["check", "--no-cache"]);
    let other = database(&project);
    other
        .execute_batch("BEGIN IMMEDIATE; UPDATE analysis SET used_on = 0")
        .unwrap();
    let ran = project.docgen(&["check"]);
    assert_eq!(
        (&ran.stdout, &ran.stderr, ran.code),
        (&anew.stdout, &anew.stderr, anew.code)
    );
    other.execute_batch("ROLLBACK").unwrap();
    // Many at once.
    let checks: Vec<_> = (0..8)
        .map(|_| project.command(&["check"]).spawn().unwrap())
        .collect();
    for check in checks {
        let ran = Ran::from(check.wait_with_output().unwrap());
        assert_eq!((&ran.stdout, &ran.stderr), (&anew.stdout, &anew.stderr));
    }
}
