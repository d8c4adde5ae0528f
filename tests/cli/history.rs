//! `docgen changelog` and `docgen history`, in repositories whose dates, authors and so commits are
//! always the same.

use std::process::Command;

use crate::support::project::{Project, Ran};

struct Repository {
    project: Project,
}

impl Repository {
    fn new() -> Self {
        let repository = Self {
            project: Project::new(),
        };
        repository.git(&["init", "-q", "-b", "main"]);
        repository
    }

    fn git_as(&self, author: &str, date: &str, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command
            .current_dir(self.project.path(""))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", date)
            .env("GIT_COMMITTER_DATE", date)
            .args(["-c", &format!("user.name={author}")])
            .args(["-c", "user.email=a@example.com"])
            .args(["-c", "protocol.file.allow=always"])
            .args(arguments);
        let output = command.output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn git(&self, arguments: &[&str]) -> String {
        self.git_as("Ana", "2026-01-01T10:00:00+01:00", arguments)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.project.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Commits everything; `day` is one of the first days of 2026.
    fn commit(&self, author: &str, day: u8, message: &str) {
        self.git(&["add", "-A"]);
        let date = format!("2026-01-{day:02}T10:00:00+01:00");
        self.git_as(
            author,
            &date,
            &["commit", "-q", "--allow-empty", "-m", message],
        );
    }

    fn docgen(&self, arguments: &[&str]) -> Ran {
        self.project.docgen(arguments)
    }

    fn changelog(&self, arguments: &[&str]) -> String {
        self.docgen(&[&["changelog"], arguments].concat())
            .exits(0)
            .stdout
    }

    /// `name since: action definition, …` of each release.
    fn releases(&self, arguments: &[&str]) -> Vec<String> {
        let ran = self.docgen(&[&["changelog", "--format", "json"], arguments].concat());
        let json = ran.exits(0).json();
        let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
        let releases = json["releases"].as_array().unwrap().iter();
        let shown = releases.map(|release| {
            let changes = release["changes"].as_array().unwrap().iter();
            let changes = changes.map(|one| {
                format!(
                    "{} {} ({})",
                    text(&one["action"]),
                    text(&one["id"]),
                    text(&one["commit"]["subject"])
                )
            });
            let changes: Vec<String> = changes.collect();
            let (name, since) = (text(&release["name"]), text(&release["since"]));
            format!("{name} since {since}: {}", changes.join(", "))
        });
        shown.collect()
    }
}

const FIRST: &str = "\
'''Carts.'''


class Cart:
    '''A cart.'''

    def total(self):
        '''Return the total.'''
        return sum(self.prices)

    def clear(self):
        self.prices.clear()


def old():
    '''Do what was done.'''
";

/// Two releases, a third commit, and a working tree that is not committed.
fn shop() -> Repository {
    let repository = Repository::new();
    repository.write("shop/cart.py", FIRST);
    repository.commit("Ana", 1, "Begin");
    repository.git(&["tag", "-am", "One", "v1.0"]);
    let second = FIRST
        .replace("Return the total.", "Return the total, taxes included.\n\n        In cents.")
        .replace(
            "        self.prices.clear()",
            "        '''Empty `it`, @octocat: see #12 <script>alert(1)</script> | [x](y).'''\n        self.prices.clear()",
        );
    repository.write("shop/cart.py", &second);
    repository.write("shop/new.py", "def fresh():\n    '''Make it fresh.'''\n");
    repository.commit("Ben <b>@evil</b>", 2, "Say more `of` @carts");
    repository.git(&["mv", "shop/cart.py", "shop/basket.py"]);
    repository.commit("Ana", 3, "Rename");
    repository.git(&["tag", "v1.1"]);
    repository.git(&["tag", "stable"]);
    let third = second.replace("\n\ndef old():\n    '''Do what was done.'''\n", "");
    repository.write("shop/basket.py", &third);
    repository.commit("Ana", 4, "Drop old");
    let fourth = third.replace("'''A cart.'''", "'''A basket.'''");
    repository.write("shop/basket.py", &fourth.replace("'''Carts.'''\n", ""));
    repository.write("shop/draft.py", "'''A draft.'''\n");
    repository.write("shop/notes.txt", "'''No Python.'''\n");
    repository
}

#[test]
fn a_changelog_tells_release_by_release() {
    insta::assert_snapshot!(shop().changelog(&[]), @r##"
    # Docstring changelog

    ## Unreleased

    1 updated, 1 removed; 1 new with their definitions, 1 gone with their definitions, since stable / v1.1.

    ### shop/basket.py

    - **Removed** module docstring: Carts. (not committed)
    - **Updated** `Cart` (not committed)
      - was: A cart.
      - now: A basket.
    - Gone `old`: Do what was done. (f618393, Ana)

    ### shop/draft.py

    - New module: A draft. (not committed)

    ## stable / v1.1 (2026-01-03)

    1 added, 1 updated; 1 new with their definitions, since v1.0.

    ### shop/basket.py (was shop/cart.py)

    - **Updated** `Cart.total` (2e09332, Ben b@&#8203;evil/b)
      - was: Return the total.
      - now: Return the total, taxes included.
    - **Added** `Cart.clear`: Empty `it`, @&#8203;octocat: see \#&#8203;12 &lt;script&gt;alert(1)&lt;/script&gt; \| \[x\](y). (2e09332, Ben b@&#8203;evil/b)

    ### shop/new.py

    - New `fresh`: Make it fresh. (2e09332, Ben b@&#8203;evil/b)

    ## v1.0 (2026-01-01)

    4 new with their definitions.

    ### shop/cart.py

    - New module: Carts. (afa070d, Ana)
    - New `Cart`: A cart. (afa070d, Ana)
    - New `Cart.total`: Return the total. (afa070d, Ana)
    - New `old`: Do what was done. (afa070d, Ana)
    "##);
}

#[expect(clippy::too_many_lines, reason = "most are what is shown")]
#[test]
fn a_changelog_is_data() {
    let json = shop().changelog(&["--format", "json", "--since", "v1.0", "shop/basket.py"]);
    insta::assert_snapshot!(json, @r##"
    {
      "releases": [
        {
          "name": "Unreleased",
          "tags": [],
          "commit": null,
          "time": null,
          "since": "stable / v1.1",
          "counts": {
            "added": 0,
            "updated": 1,
            "removed": 1,
            "added_with_definition": 0,
            "removed_with_definition": 1
          },
          "changes": [
            {
              "id": "shop/basket.py::",
              "path": "shop/basket.py",
              "old_path": null,
              "qualified_name": "",
              "kind": "module",
              "action": "removed",
              "with_definition": false,
              "old": "Carts.",
              "new": null,
              "committed": false,
              "commit": null,
              "run": null
            },
            {
              "id": "shop/basket.py::Cart",
              "path": "shop/basket.py",
              "old_path": null,
              "qualified_name": "Cart",
              "kind": "class",
              "action": "updated",
              "with_definition": false,
              "old": "A cart.",
              "new": "A basket.",
              "committed": false,
              "commit": null,
              "run": null
            },
            {
              "id": "shop/basket.py::old",
              "path": "shop/basket.py",
              "old_path": null,
              "qualified_name": "old",
              "kind": "function",
              "action": "removed",
              "with_definition": true,
              "old": "Do what was done.",
              "new": null,
              "committed": true,
              "commit": {
                "id": "f61839384cbbdaef140b777533db9a424820f2ef",
                "short": "f618393",
                "time": "2026-01-04T10:00:00+01:00",
                "author": {
                  "name": "Ana",
                  "email": "a@example.com"
                },
                "subject": "Drop old"
              },
              "run": null
            }
          ],
          "unread": []
        },
        {
          "name": "stable / v1.1",
          "tags": [
            "stable",
            "v1.1"
          ],
          "commit": "d54b53bbe75f3d3b80984df4d812c40987dd8ca5",
          "time": "2026-01-03T10:00:00+01:00",
          "since": "v1.0",
          "counts": {
            "added": 1,
            "updated": 1,
            "removed": 0,
            "added_with_definition": 0,
            "removed_with_definition": 0
          },
          "changes": [
            {
              "id": "shop/basket.py::Cart.total",
              "path": "shop/basket.py",
              "old_path": "shop/cart.py",
              "qualified_name": "Cart.total",
              "kind": "method",
              "action": "updated",
              "with_definition": false,
              "old": "Return the total.",
              "new": "Return the total, taxes included.\n\nIn cents.",
              "committed": true,
              "commit": {
                "id": "2e093326e5fef1ec17d57c323077a3c091785099",
                "short": "2e09332",
                "time": "2026-01-02T10:00:00+01:00",
                "author": {
                  "name": "Ben b@evil/b",
                  "email": "a@example.com"
                },
                "subject": "Say more `of` @carts"
              },
              "run": null
            },
            {
              "id": "shop/basket.py::Cart.clear",
              "path": "shop/basket.py",
              "old_path": "shop/cart.py",
              "qualified_name": "Cart.clear",
              "kind": "method",
              "action": "added",
              "with_definition": false,
              "old": null,
              "new": "Empty `it`, @octocat: see #12 <script>alert(1)</script> | [x](y).",
              "committed": true,
              "commit": {
                "id": "2e093326e5fef1ec17d57c323077a3c091785099",
                "short": "2e09332",
                "time": "2026-01-02T10:00:00+01:00",
                "author": {
                  "name": "Ben b@evil/b",
                  "email": "a@example.com"
                },
                "subject": "Say more `of` @carts"
              },
              "run": null
            }
          ],
          "unread": []
        }
      ],
      "notes": []
    }
    "##);
}

#[test]
fn a_page_holds_no_markup_of_others() {
    let repository = shop();
    repository
        .docgen(&["changelog", "--format", "html", "-o", "out.html"])
        .exits(0);
    let page = repository.project.read("out.html");
    // Well-formed XML is well-formed HTML where nothing is left out.
    let mut reader = quick_xml::Reader::from_str(&page);
    let mut texts = String::new();
    loop {
        use quick_xml::events::Event;
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                assert_ne!(tag.name().as_ref(), "script");
                assert_ne!(tag.name().as_ref(), "b");
            }
            Event::Text(text) => texts.push_str(&text),
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(texts.contains("Return the total, taxes included."));
    assert!(page.contains("&lt;script&gt;alert(1)"));
    for part in ["http:", "https:", "src=", "url("] {
        assert!(!page.contains(part), "{part}");
    }
}

#[test]
fn since_takes_a_revision_or_a_date() {
    let repository = shop();
    let since = |since| repository.releases(&["--since", since]);
    assert_eq!(since("v1.1").len(), 1);
    assert_eq!(since("v1.0").len(), 2);
    assert_eq!(since("2026-01-02")[1], repository.releases(&[])[1]);
    assert_eq!(since("2026-01-04T12:00+01:00").len(), 1);
    assert!(
        since("2026-01-04T12:00+01:00")[0].contains("(-)"),
        "not committed"
    );
    assert_eq!(since("2020-01-01"), repository.releases(&[]));
    assert_eq!(since("yesterday").len(), 1);
    // Of two commits in one release only the later counts.
    let ran = repository.releases(&["--since", "HEAD~2"]);
    assert!(
        ran[1].starts_with("stable / v1.1 since ") && !ran[1].contains("total"),
        "{ran:?}"
    );
    repository
        .docgen(&["changelog", "--since", "mian"])
        .exits(2)
        .says("git knows no revision `mian`")
        .says("hint: name a commit, tag or branch");
    repository
        .docgen(&["changelog", "--since", "2026-13-01"])
        .exits(2)
        .says("neither a revision that git knows nor a date");
    repository
        .docgen(&["changelog", "--since", "--output=x"])
        .exits(2);
    // A glob says which tags are releases.
    assert_eq!(repository.releases(&["--tags", "v*"])[1][..4], *"v1.1");
}

#[test]
fn a_release_is_compared_with_the_one_before_it_on_its_branch() {
    let repository = Repository::new();
    let text = |docstring: &str| format!("def f():\n    '''{docstring}'''\n");
    repository.write("a.py", &text("One."));
    repository.write("b.py", &text("One."));
    repository.commit("Ana", 1, "one");
    repository.git(&["tag", "v1.0"]);
    repository.write("a.py", &text("Two."));
    repository.commit("Ana", 2, "two");
    repository.git(&["tag", "v2.0"]);
    // A correction of the first, later than the second, and merged.
    repository.git(&["checkout", "-qb", "old", "v1.0"]);
    repository.write("b.py", &text("Fixed."));
    repository.commit("Ana", 3, "fix");
    repository.git(&["tag", "v1.1"]);
    repository.git(&["checkout", "-q", "main"]);
    repository.git(&["merge", "-q", "--no-ff", "-m", "merge", "old"]);
    // Added and taken away again in one release: nothing.
    repository.write("c.py", &text("Short."));
    repository.commit("Ana", 4, "add c");
    std::fs::remove_file(repository.project.path("c.py")).unwrap();
    repository.commit("Ana", 5, "drop c");
    // Said twice: the last that said it.
    repository.write("a.py", &text("Three."));
    repository.commit("Ana", 6, "three");
    repository.write("a.py", &text("Four."));
    repository.commit("Ana", 7, "four");
    repository.write("a.py", &text("Three."));
    repository.commit("Ana", 8, "three again");
    // A tag of another branch is none of this one's.
    repository.git(&["checkout", "-q", "--orphan", "other"]);
    repository.commit("Ana", 9, "other");
    repository.git(&["tag", "v9"]);
    repository.git(&["checkout", "-q", "main"]);
    assert_eq!(
        repository.releases(&[]),
        [
            "Unreleased since v2.0: updated a.py::f (three again), updated b.py::f (fix)",
            "v1.1 since v1.0: updated b.py::f (fix)",
            "v2.0 since v1.0: updated a.py::f (two)",
            "v1.0 since -: added a.py::f (one), added b.py::f (one)",
        ]
    );
}

#[test]
fn what_moves_stays_what_it_is() {
    let repository = Repository::new();
    let class = "class C:\n    '''A class.'''\n\n    def f(self):\n        '''Do.'''\n";
    repository.write("a.py", &format!("{class}\n\ndef g(x):\n    '''Old.'''\n"));
    repository.commit("Ana", 1, "one");
    repository.git(&["tag", "v1"]);
    repository.write("sub/b.py", class);
    let overloads = "def g(x: int): ...\ndef g(x: str): ...\ndef g(x):\n    '''New.'''\n";
    repository.write("a.py", &format!("'''More.'''\n{overloads}"));
    repository.commit("Ana", 2, "two");
    assert_eq!(
        repository.releases(&["--since", "v1"]),
        ["Unreleased since v1: added a.py:: (two), updated a.py::g#3 (two)"]
    );
    let ran = repository.docgen(&["history", "a.py::g#3"]).exits(0);
    insta::assert_snapshot!(ran.stdout, @"
    a.py::g#3

    2026-01-02 10:00 +01:00  updated  2c63ed0  Ana
        two

        - Old.
        + New.

    2026-01-01 10:00 +01:00  added with its definition  6d65595  Ana
        one

        + Old.
    ");
}

#[test]
fn a_project_may_be_a_folder_of_a_repository() {
    let repository = Repository::new();
    repository.write("outside.py", "'''Outside.'''\n");
    repository.write("in side/pro ject.py", "'''Inside.'''\n");
    repository.write("in side/tests/vendor.py", "'''Vendored.'''\n");
    repository.write(
        "in side/docgen.toml",
        "[files]\nextend_exclude = [\"vendor.py\"]\n",
    );
    repository.commit("Ana", 1, "one");
    let mut command = repository
        .project
        .command(&["changelog", "--format", "json"]);
    command.current_dir(repository.project.path("in side"));
    let ran = Ran::from(command.output().unwrap()).exits(0);
    let changes = &ran.json()["releases"][0]["changes"];
    assert_eq!(changes.as_array().unwrap().len(), 1);
    assert_eq!(changes[0]["id"], "pro ject.py::");
    let mut command = repository.project.command(&["history", "../outside.py"]);
    command.current_dir(repository.project.path("in side"));
    let ran = Ran::from(command.output().unwrap()).exits(0);
    assert!(ran.stdout.contains("+ Outside."), "{}", ran.stdout);
}

#[expect(clippy::too_many_lines, reason = "most are what is shown")]
#[test]
fn a_history_tells_of_one_definition() {
    let repository = shop();
    let history = |id| repository.docgen(&["history", id]).exits(0).stdout;
    insta::assert_snapshot!(history("shop/basket.py::Cart"), @"
    shop/basket.py::Cart

    updated, not committed

        - A cart.
        + A basket.

    2026-01-01 10:00 +01:00  added with its definition  afa070d  Ana
        Begin
        in shop/cart.py

        + A cart.
    ");
    insta::assert_snapshot!(history("Cart.total"), @"
    shop/basket.py::Cart.total

    2026-01-02 10:00 +01:00  updated  2e09332  Ben b@evil/b
        Say more `of` @carts
        in shop/cart.py

        - Return the total.
        + Return the total, taxes included.
        +
        + In cents.

    2026-01-01 10:00 +01:00  added with its definition  afa070d  Ana
        Begin
        in shop/cart.py

        + Return the total.
    ");
    // Gone, in a file that had another name.
    insta::assert_snapshot!(history("shop/basket.py::old"), @"
    shop/basket.py::old, which is gone

    2026-01-04 10:00 +01:00  removed with its definition  f618393  Ana
        Drop old

        - Do what was done.

    2026-01-01 10:00 +01:00  added with its definition  afa070d  Ana
        Begin
        in shop/cart.py

        + Do what was done.
    ");
    // A module, and a file that is gone itself.
    insta::assert_snapshot!(history("shop/cart.py"), @"
    shop/basket.py::

    removed, not committed

        - Carts.

    2026-01-01 10:00 +01:00  added with its file  afa070d  Ana
        Begin
        in shop/cart.py

        + Carts.
    ");
    let full = repository.docgen(&["history", "Cart.total", "--full", "--format", "json"]);
    insta::assert_snapshot!(full.exits(0).stdout, @r##"
    {
      "id": "shop/basket.py::Cart.total",
      "defined": true,
      "events": [
        {
          "path": "shop/cart.py",
          "qualified_name": "Cart.total",
          "kind": "method",
          "action": "updated",
          "with_definition": false,
          "old": "Return the total.",
          "new": "Return the total, taxes included.\n\nIn cents.",
          "committed": true,
          "commit": {
            "id": "2e093326e5fef1ec17d57c323077a3c091785099",
            "short": "2e09332",
            "time": "2026-01-02T10:00:00+01:00",
            "author": {
              "name": "Ben b@evil/b",
              "email": "a@example.com"
            },
            "subject": "Say more `of` @carts"
          },
          "run": null
        },
        {
          "path": "shop/cart.py",
          "qualified_name": "Cart.total",
          "kind": "method",
          "action": "added",
          "with_definition": true,
          "old": null,
          "new": "Return the total.",
          "committed": true,
          "commit": {
            "id": "afa070dedc7e7e9dce9e3174b90ca64439b44a1d",
            "short": "afa070d",
            "time": "2026-01-01T10:00:00+01:00",
            "author": {
              "name": "Ana",
              "email": "a@example.com"
            },
            "subject": "Begin"
          },
          "run": null
        }
      ],
      "notes": []
    }
    "##);
}

#[test]
fn a_slip_is_answered_with_what_was_meant() {
    let repository = shop();
    repository
        .docgen(&["history", "shop/basket.py::Cart.totel"])
        .exits(2)
        .says("no definition is called `shop/basket.py::Cart.totel`")
        .says("hint: there is `shop/basket.py::Cart.total`");
    repository
        .docgen(&["history", "nowhere"])
        .exits(2)
        .says("hint: name it as");
    // Never documented is no mistake.
    repository.write("bare.py", "def f(): pass\n");
    let ran = repository.docgen(&["history", "bare.py::f"]).exits(0);
    assert!(ran.stdout.contains("No change"), "{}", ran.stdout);
}

#[test]
fn untrusted_text_does_not_reach_a_terminal() {
    let repository = Repository::new();
    repository.write("a.py", "def f():\n    '''Do \\x1b[31m it \u{202e}.'''\n");
    repository.commit("\u{1b}[2JAna", 1, "Be \u{1b}]0;bad\u{7} good");
    for arguments in [&["history", "a.py::f"][..], &["changelog"]] {
        let ran = repository.docgen(arguments).exits(0);
        assert!(
            !ran.stdout.contains(['\u{1b}', '\u{7}', '\u{202e}']),
            "{:?}",
            ran.stdout
        );
    }
}

#[test]
fn a_shallow_clone_says_where_it_ends() {
    let repository = shop();
    let url = format!("file://{}", repository.project.path("").display());
    repository.git(&["clone", "-q", "--depth", "2", &url, "clone"]);
    let run = |arguments: &[&str]| {
        let mut command = repository.project.command(arguments);
        command.current_dir(repository.project.path("clone"));
        Ran::from(command.output().unwrap())
    };
    let ran = run(&["changelog", "--format", "json"])
        .exits(0)
        .says("The clone is shallow");
    let json = ran.json();
    // What was there when it begins was not added by the commit it begins with.
    let changes = json["releases"][0]["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{json:#}");
    assert_eq!(changes[0]["id"], "shop/basket.py::old");
    let ran = run(&["history", "shop/basket.py::old"]).exits(0);
    assert!(!ran.stdout.contains("added"), "{}", ran.stdout);
    run(&["changelog", "--since", "v0.9"])
        .exits(2)
        .says("the clone is shallow: fetch more history");
}

#[test]
fn every_kind_of_repository_is_read() {
    // Nothing committed yet.
    let repository = Repository::new();
    repository.write("a.py", "'''New.'''\n");
    assert_eq!(
        repository.releases(&[]),
        ["Unreleased since -: added a.py:: (-)"]
    );
    assert!(repository.changelog(&[]).contains("not committed"));
    repository.docgen(&["history", "a.py"]).exits(0);
    // Another worktree, with another commit checked out, whose hashes are longer.
    let repository = Repository {
        project: Project::new(),
    };
    repository.git(&["init", "-q", "--object-format=sha256"]);
    repository.write("a.py", "'''One.'''\n");
    repository.commit("Ana", 1, "one");
    repository.write("a.py", "'''Two.'''\n");
    repository.commit("Ana", 2, "two");
    repository.git(&["worktree", "add", "-q", "--detach", "tree", "HEAD~1"]);
    let mut command = repository.project.command(&["history", "a.py"]);
    command.current_dir(repository.project.path("tree"));
    let ran = Ran::from(command.output().unwrap()).exits(0);
    assert!(ran.stdout.contains("One.") && !ran.stdout.contains("Two."));
    // Settings of the user that change what git prints.
    for setting in [
        "log.showSignature=true",
        "diff.noprefix=true",
        "color.ui=always",
        "log.showRoot=false",
        "diff.renames=false",
        "core.quotePath=false",
        "diff.relative=true",
        "core.abbrev=12",
        "format.pretty=oneline",
    ] {
        let (name, value) = setting.split_once('=').unwrap();
        repository.git(&["config", name, value]);
    }
    assert_eq!(
        repository.releases(&["a.py"]),
        ["Unreleased since -: added a.py:: (two)"]
    );
    // Both versions of a file that is no Python, and one that became Python.
    repository.write("a.py", "print 'old'\n");
    repository.commit("Ana", 3, "break");
    let ran = repository
        .docgen(&["changelog", "--since", "HEAD~1"])
        .exits(0);
    assert!(
        ran.stdout.contains("Files that cannot be told of"),
        "{}",
        ran.stdout
    );
    repository.write("a.py", "'''Three.'''\n");
    repository.commit("Ana", 4, "mend");
    let ran = repository.docgen(&["history", "a.py"]).exits(0);
    assert!(
        ran.stdout.contains("- Two.\n    + Three."),
        "{}",
        ran.stdout
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_may_be_any_bytes() {
    use std::os::unix::ffi::OsStrExt as _;
    let repository = Repository::new();
    let name = std::ffi::OsStr::from_bytes(b"a\xff \"'\n`@x.py");
    std::fs::write(repository.project.path("").join(name), "'''Odd.'''\n").unwrap();
    repository.commit("Ana", 1, "one");
    repository.git(&["tag", "v1 @x".replace(' ', "").as_str()]);
    let json = repository
        .docgen(&["changelog", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(json["releases"][0]["changes"][0]["new"], "Odd.");
    let text = repository.changelog(&[]);
    assert!(
        text.contains("## v1@&#8203;x") && text.contains("@&#8203;x.py"),
        "{text}"
    );
}

const OFFLINE: [&str; 4] = ["run", "--provider", "offline", "--no-report"];

#[test]
fn runs_of_docgen_are_told() {
    let repository = Repository::new();
    repository.write("sub/a.py", "def load_order():\n    return 1\n");
    repository.commit("Ana", 1, "one");
    repository.docgen(&OFFLINE).exits(0);
    let written = "docgen run 1, offline";
    let history = |id| repository.docgen(&["history", id]).exits(0).stdout;
    let ran = history("load_order");
    assert!(
        ran.contains("added, not committed\n    docgen run 1, offline"),
        "{ran}"
    );
    assert!(
        repository
            .changelog(&[])
            .contains(&format!("(not committed; {written}"))
    );
    // Committed after the run, so these are its words.
    repository.git(&["add", "-A"]);
    repository.git_as("Ana", "2099-01-01T10:00:00Z", &["commit", "-qm", "two"]);
    let ran = history("load_order");
    assert!(
        ran.contains("Ana\n    two\n    docgen run 1, offline"),
        "{ran}"
    );
    let json = repository
        .docgen(&["changelog", "--format", "json"])
        .exits(0)
        .json();
    assert_eq!(
        json["releases"][0]["changes"][1]["run"]["id"], 1,
        "{json:#}"
    );
    // By hand; and once more by docgen, before it is committed.
    let text = repository.project.read("sub/a.py");
    let text = text.replace("Return the load order.", "Get it.");
    repository.write("sub/a.py", &text);
    let ran = history("load_order");
    assert!(ran.contains("by no recorded run of docgen"), "{ran}");
    repository
        .docgen(&[&OFFLINE[..], &["--overwrite"]].concat())
        .exits(0);
    repository.docgen(&["undo", "2"]).exits(0);
    let ran = history("load_order");
    let told: Vec<&str> = ran
        .lines()
        .filter(|line| line.contains("docgen run"))
        .collect();
    assert_eq!(told.len(), 3, "{ran}");
    assert!(told[0].contains("docgen run 3, the originals"), "{ran}");
}

#[test]
fn without_git_the_journal_knows_what_docgen_wrote() {
    let project = Project::with("def load_order():\n    return 1\n");
    project
        .docgen(&["history", "app.py::load_order"])
        .exits(2)
        .says("nothing is known of the past of `app.py::load_order`")
        .says("hint: put the project under git");
    project.docgen(&OFFLINE).exits(0);
    let ran = project
        .docgen(&["history", "load_order", "--format", "json"])
        .exits(0)
        .says("There is no git here");
    let json = ran.json();
    assert_eq!(json["events"][0]["action"], "added");
    assert_eq!(json["events"][0]["run"]["id"], 1);
    assert_eq!(json["events"].as_array().unwrap().len(), 1);
    project.docgen(&["history", "load_ordre"]).exits(2);
}

#[test]
fn what_is_gone_may_be_asked_for_and_what_never_was_may_not() {
    let repository = shop();
    let told = repository.releases(&["--since", "v1.0", "shop/cart.py"]);
    assert!(
        told[0].contains("updated shop/basket.py::Cart.total"),
        "{told:?}"
    );
    repository
        .docgen(&["changelog", "shop/crat.py"])
        .exits(2)
        .says("`shop/crat.py` does not exist");
}

#[test]
fn without_git_there_is_no_changelog() {
    Project::with("'''A.'''\n")
        .docgen(&["changelog"])
        .exits(2)
        .says("is in no git repository");
}
