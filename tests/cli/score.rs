use crate::support::project::Project;

const SHOP: &str = "\"\"\"Shop.\"\"\"\n\n\ndef sell(count: int = 1, price: int = 0) -> None:\n    \"\"\"Sell some of what is in stock.\n\n    Args:\n        count: How many. Defaults to 2.\n\n        prize: What one costs.\n    \"\"\"\n\n\ndef stock() -> int:\n    \"\"\"Return how many items are left.\"\"\"\n    return 3\n\n\ndef count():\n    return 1\n";

#[test]
fn the_worst_stand_first_with_what_to_do() {
    let project = Project::new()
        .file("src/shop.py", SHOP)
        .file("src/__init__.py", "");
    let ran = project.docgen(&["score", "src"]).exits(0);
    insta::assert_snapshot!(ran.stdout, @"
    src/shop.py:4:5: 69 sell (completeness 80, clarity 100, accuracy 25, style 100)
        correct this: Documented argument `prize` is not in the signature; did you mean `price`? (DOC102)
        describe `price`
        correct this: Documented default `2` of `count` contradicts `1` (DG106)

    Folder  Needed  Documented  Completeness  Clarity  Accuracy  Style  Score
    src          5           3          93.3    100.0      75.0  100.0   53.9
    Total        5           3          93.3    100.0      75.0  100.0   53.9

    Docstrings at 90 and more: 2, 75 to 89: 0, 50 to 74: 1, below 50: 0
    Docstrings that lack parts: arguments 1
    2 definitions have no docstring and count 0; `docgen check` lists them.
    Score: 53.9 of 100 (3 of 5 documented, 2 files)
    ");
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_threshold_decides_the_exit_status() {
    let project = Project::with(SHOP);
    project.docgen(&["score"]).exits(0);
    project.docgen(&["score", "--fail-under", "60"]).exits(0);
    let ran = project
        .docgen(&["score", "--fail-under", "99.5", "-q"])
        .exits(1);
    insta::assert_snapshot!(ran.stdout, @"
    1 definition has no docstring and counts 0; `docgen check` lists them.
    Score: 67.3 of 100 (3 of 4 documented, 1 file)
    Score 67.3 is below 99.5.
    ");
    let ran = project
        .docgen(&["score", "--fail-under", "99.5", "--format", "json"])
        .exits(1);
    assert!(ran.stderr.contains("is below 99.5."), "{}", ran.stderr);
    assert_eq!(ran.json()["passed"], false);
    let project = project.file("docgen.toml", "[score]\nfail_under = 99\n");
    project.docgen(&["score"]).exits(1);
    project.docgen(&["score", "--fail-under", "1"]).exits(0);
    project
        .docgen(&["score", "--fail-under", "101"])
        .exits(2)
        .says("101");
    let project = project.file("docgen.toml", "[score]\nfail_under = 120\n");
    project.docgen(&["score"]).exits(2).says("score.fail_under");
}

#[test]
fn what_cannot_be_read_is_a_finding() {
    let project = Project::with("\"\"\"Do.\"\"\"\n").file("bad.py", "def f(:\n");
    let ran = project.docgen(&["score", "--fail-under", "0"]).exits(1);
    assert!(
        ran.stdout.starts_with("bad.py:1:7: E999 Syntax error"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("1 file could not be read."),
        "{}",
        ran.stdout
    );
    let ran = project.docgen(&["score", "--format", "github"]).exits(1);
    assert!(
        ran.stdout.contains("::error file=bad.py,line=1"),
        "{}",
        ran.stdout
    );
    project
        .docgen(&["score", "nowhere"])
        .exits(2)
        .says("nowhere");
}

#[test]
fn json_has_every_docstring() {
    let ran = Project::with(SHOP)
        .docgen(&["score", "--format", "json"])
        .exits(0);
    let mut found = ran.json();
    assert_eq!(found["needed"], 4);
    assert_eq!(found["files"][0]["docstrings"].as_array().unwrap().len(), 4);
    found["files"][0]["docstrings"]
        .as_array_mut()
        .unwrap()
        .truncate(2);
    insta::assert_snapshot!(format!("{found:#}"), @r#"
    {
      "score": 67.38,
      "needed": 4,
      "documented": 3,
      "means": {
        "completeness": 93.33,
        "clarity": 100.0,
        "accuracy": 75.0,
        "style": 100.0
      },
      "weights": {
        "completeness": 0.4,
        "clarity": 0.15,
        "accuracy": 0.3,
        "style": 0.15
      },
      "fail_under": null,
      "passed": true,
      "missing_sections": {
        "args": 1
      },
      "folders": [
        {
          "score": 67.38,
          "needed": 4,
          "documented": 3,
          "means": {
            "completeness": 93.33,
            "clarity": 100.0,
            "accuracy": 75.0,
            "style": 100.0
          },
          "folder": "."
        }
      ],
      "files": [
        {
          "score": 67.38,
          "needed": 4,
          "documented": 3,
          "means": {
            "completeness": 93.33,
            "clarity": 100.0,
            "accuracy": 75.0,
            "style": 100.0
          },
          "path": "app.py",
          "docstrings": [
            {
              "line": 1,
              "column": 1,
              "definition": "",
              "kind": "module",
              "code": "D100",
              "silenced": false,
              "documented": true,
              "score": 100.0,
              "scores": {
                "completeness": 100.0,
                "clarity": 100.0,
                "accuracy": 100.0,
                "style": 100.0
              },
              "readability": null,
              "missing": [],
              "suggestions": []
            },
            {
              "line": 4,
              "column": 5,
              "definition": "sell",
              "kind": "function",
              "code": "D103",
              "silenced": false,
              "documented": true,
              "score": 69.5,
              "scores": {
                "completeness": 80.0,
                "clarity": 100.0,
                "accuracy": 25.0,
                "style": 100.0
              },
              "readability": null,
              "missing": [
                {
                  "section": "args",
                  "name": "price"
                }
              ],
              "suggestions": [
                {
                  "dimension": "accuracy",
                  "gain": 15.0,
                  "text": "correct this: Documented argument `prize` is not in the signature; did you mean `price`? (DOC102)"
                },
                {
                  "dimension": "completeness",
                  "gain": 8.0,
                  "text": "describe `price`"
                },
                {
                  "dimension": "accuracy",
                  "gain": 7.5,
                  "text": "correct this: Documented default `2` of `count` contradicts `1` (DG106)"
                }
              ]
            }
          ]
        }
      ],
      "files_read": 1,
      "diagnostics": []
    }
    "#);
}

/// Both take the same definitions, whatever is silenced, widened or narrowed.
#[test]
fn check_and_score_count_the_same() {
    let source = "\"\"\"Do.\"\"\"\n\n\ndef a():  # noqa: D103\n    pass\n\n\ndef b():  # docgen: skip\n    \"\"\"Be.\"\"\"\n\n\ndef _c():\n    pass\n\n\nclass D:\n    def __init__(self):\n        pass\n\n    def __len__(self):\n        \"\"\"Count.\"\"\"\n\n    class E:\n        pass\n";
    let project = Project::with(source).file("tests/test_a.py", "def test_a():\n    pass\n");
    for flags in [
        &[][..],
        &["--private"],
        &["--preset", "all"],
        &["--preset", "api"],
        &["--ignore", "D107"],
        &["--no-magic", "--no-tests"],
        &["--select", "D101"],
    ] {
        let counts = |command: &str| {
            let ran = project.docgen(&[&[command, "--format", "json"], flags].concat());
            let found = ran.json();
            let place = if command == "check" {
                &found["coverage"]
            } else {
                &found
            };
            (place["needed"].clone(), place["documented"].clone())
        };
        assert_eq!(counts("check"), counts("score"), "{flags:?}");
    }
}

#[test]
fn output_is_stable_and_goes_where_it_is_wanted() {
    let project = Project::shop();
    let first = project
        .docgen(&["score", "shop", "--format", "json"])
        .exits(0);
    let second = project
        .docgen(&["score", "shop", "--format", "json"])
        .exits(0);
    assert_eq!(first.stdout, second.stdout);
    let ran = project
        .docgen(&["score", "shop", "--format", "json", "-o", "score.json"])
        .exits(0);
    assert_eq!(ran.stdout, "");
    assert_eq!(project.read("score.json"), first.stdout);
    project
        .docgen(&["score", "shop", "-o", "shop"])
        .exits(2)
        .says("shop");
}

#[test]
fn the_shop_is_scored() {
    let project = Project::shop();
    let ran = project
        .docgen(&["score", "shop", "--worst", "3", "-v"])
        .exits(0);
    insta::assert_snapshot!(ran.stdout, @"
    shop/shop/pricing.py:44:7: 88 Quote (completeness 70, clarity 100, accuracy 100, style 100)
        describe the attributes `quantity`, `list_price` and `net_price`
    shop/shop/notifications.py:16:7: 89 Message (completeness 73, clarity 100, accuracy 100, style 100)
        describe the attributes `subject` and `body`
    shop/shop/events.py:38:7: 92 OrderPlaced (completeness 80, clarity 100, accuracy 100, style 100)
        describe the attributes `order_id`

    File                        Needed  Documented  Completeness  Clarity  Accuracy  Style  Score
    shop/shop/__init__.py            1           1         100.0    100.0     100.0  100.0  100.0
    shop/shop/catalog.py            19           6         100.0    100.0     100.0  100.0   31.5
    shop/shop/cli.py                 6           2         100.0    100.0     100.0  100.0   33.3
    shop/shop/errors.py             13           4         100.0    100.0     100.0  100.0   30.7
    shop/shop/events.py             13           5          96.0    100.0     100.0  100.0   37.8
    shop/shop/inventory.py          20           7         100.0    100.0     100.0  100.0   35.0
    shop/shop/money.py              19           7         100.0    100.0     100.0  100.0   36.8
    shop/shop/notifications.py      18           6          95.5    100.0     100.0  100.0   32.7
    shop/shop/orders.py             20           8         100.0    100.0     100.0  100.0   40.0
    shop/shop/pricing.py            15           6          95.0    100.0     100.0  100.0   39.2
    shop/shop/repository.py         19           5         100.0    100.0     100.0  100.0   26.3
    shop/shop/tax.py                18           4         100.0    100.0     100.0  100.0   22.2
    Total                          181          61          98.7    100.0     100.0  100.0   33.5

    Docstrings at 90 and more: 59, 75 to 89: 2, 50 to 74: 0, below 50: 0
    Docstrings that lack parts: attributes 3
    120 definitions have no docstring and count 0; `docgen check` lists them.
    Score: 33.5 of 100 (61 of 181 documented, 12 files)
    ");
}

#[test]
fn what_docgen_writes_scores_well() {
    let project = Project::shop();
    project
        .docgen(&["run", "shop", "--provider", "offline"])
        .exits(0);
    let ran = project
        .docgen(&["score", "shop", "--format", "json"])
        .exits(0);
    let found = ran.json();
    assert_eq!(found["needed"], found["documented"]);
    assert!(
        found["score"].as_f64().unwrap() > 75.0,
        "{}",
        found["score"]
    );
    assert_eq!(found["means"]["accuracy"], 100.0);
}
