use std::collections::BTreeMap;

use crate::support::project::Project;

/// Two findings in a folder with an odd name, a file without any, and one that cannot be parsed.
fn project() -> Project {
    Project::new()
        .file("src/a b,c.py", "\"\"\"Do.\"\"\"\n\n\ndef one():\n    pass\n\n\nclass Two:\n    \"\"\"Two.\"\"\"\n\n    def three(self):\n        pass\n")
        .file("src/fine/all.py", "\"\"\"Do.\"\"\"\n")
        .file("broken.py", "def f(:\n")
}

fn sarif(project: &Project) -> serde_json::Value {
    project
        .docgen(&["check", "--format", "sarif"])
        .exits(1)
        .json()
}

#[test]
fn full_shows_the_line_and_marks_the_name() {
    let ran = project().docgen(&["check", "--format", "full"]).exits(1);
    insta::assert_snapshot!(ran.stdout, @"
    error[E999]: Syntax error: Expected a parameter or the end of the parameter list
     --> broken.py:1:7
      |
    1 | def f(:
      |       ^

    error[D103]: Missing docstring in public function
     --> src/a b,c.py:4:5
      |
    4 | def one():
      |     ^^^

    error[D102]: Missing docstring in public method
      --> src/a b,c.py:11:9
       |
    11 |     def three(self):
       |         ^^^^^

    Found 2 missing docstrings.
    1 file could not be read.
    Coverage: 60.0% (3 of 5 documented, 2 files)
    ");
    assert_eq!(ran.stderr, "");
}

#[test]
fn concise_is_what_a_pipe_gets() {
    let project = project();
    let piped = project.docgen(&["check"]).exits(1).stdout;
    let concise = project.docgen(&["check", "--format", "concise"]).exits(1);
    assert_eq!(piped, concise.stdout);
    insta::assert_snapshot!(piped, @"
    broken.py:1:7: E999 Syntax error: Expected a parameter or the end of the parameter list
    src/a b,c.py:4:5: D103 Missing docstring in public function
    src/a b,c.py:11:9: D102 Missing docstring in public method
    Found 2 missing docstrings.
    1 file could not be read.
    Coverage: 60.0% (3 of 5 documented, 2 files)
    ");
}

#[test]
fn colors_are_for_those_who_want_them() {
    let colored = |name: &str, value: &str| {
        let project = Project::with("x = 1\n").env(name, value);
        let full = project.docgen(&["check", "--format", "full"]).exits(1);
        let concise = project.docgen(&["check"]).exits(1);
        let is_colored = concise.stdout.contains("\x1b[");
        assert_eq!(full.stdout.contains("\x1b["), is_colored);
        is_colored
    };
    assert!(!colored("LANG", "C"));
    assert!(!colored("NO_COLOR", "1"));
    assert!(colored("FORCE_COLOR", "1"));
    assert!(colored("CLICOLOR_FORCE", "1"));
}

#[test]
fn quiet_prints_the_findings_only() {
    let ran = Project::with("x = 1\n").docgen(&["check", "-q"]).exits(1);
    insta::assert_snapshot!(ran.stdout, @"app.py:1:1: D100 Missing docstring in public module");
    let ran = Project::with("\"\"\"Do.\"\"\"\n")
        .docgen(&["check", "-q"])
        .exits(0);
    assert_eq!(ran.stdout, "");
}

#[test]
fn verbose_has_a_row_for_each_folder() {
    let ran = project().docgen(&["check", "-v"]).exits(1);
    let table = ran.stdout.split_once("\n\n").unwrap().1;
    insta::assert_snapshot!(table, @"
    Folder    Needed  Documented  Missing       %
    src            4           2        2   50.0%
    src/fine       1           1        0  100.0%
    Total          5           3        2   60.0%

    Found 2 missing docstrings.
    1 file could not be read.
    Coverage: 60.0% (3 of 5 documented, 2 files)
    ");
}

#[test]
fn statistics_take_the_place_of_the_findings() {
    let project = project().file("src/more.py", "def four():\n    pass\n");
    let ran = project.docgen(&["check", "--statistics"]).exits(1);
    insta::assert_snapshot!(ran.stdout, @"
    2  D103  Missing docstring in public function
    1  D100  Missing docstring in public module
    1  D102  Missing docstring in public method
    1  E999  Syntax error
    Found 4 missing docstrings.
    1 file could not be read.
    Coverage: 42.8% (3 of 7 documented, 3 files)
    ");
    let json = project
        .docgen(&["check", "--statistics", "--format", "json"])
        .exits(1)
        .json();
    assert_eq!(json["statistics"][0]["code"], "D103");
    assert_eq!(json["statistics"][0]["count"], 2);
    assert_eq!(
        json["statistics"][0]["message"],
        "Missing docstring in public function"
    );
    assert_eq!(json.get("diagnostics"), None);
    project
        .docgen(&["check", "--statistics", "--format", "sarif"])
        .exits(2)
        .says("--statistics");
}

#[test]
fn a_missed_threshold_is_named() {
    let project = Project::with("\"\"\"Do.\"\"\"\n\n\ndef f():\n    pass\n");
    let ran = project.docgen(&["check", "--fail-under", "50.5"]).exits(1);
    insta::assert_snapshot!(ran.stdout, @"
    app.py:4:5: D103 Missing docstring in public function
    Found 1 missing docstring.
    Coverage: 50.0% (1 of 2 documented, 1 file)
    Coverage 50.0% is below 50.5%.
    ");
    assert_eq!(ran.stderr, "");
    let arguments = ["check", "--fail-under", "51", "--format", "github"];
    let ran = project.docgen(&arguments).exits(1);
    assert_eq!(ran.stderr, "Coverage 50.0% is below 51%.\n");
}

#[test]
fn json_always_has_the_folders() {
    let json = project()
        .docgen(&["check", "--format", "json"])
        .exits(1)
        .json();
    insta::assert_snapshot!(format!("{:#}", json["folders"]), @r#"
    [
      {
        "folder": "src",
        "needed": 4,
        "documented": 2,
        "percent": 50.0,
        "missing": 2
      },
      {
        "folder": "src/fine",
        "needed": 1,
        "documented": 1,
        "percent": 100.0,
        "missing": 0
      }
    ]
    "#);
}

#[test]
fn github_gets_a_workflow_command_for_each_finding() {
    let ran = project().docgen(&["check", "--format", "github"]).exits(1);
    insta::assert_snapshot!(ran.stdout, @"
    ::error file=broken.py,line=1,col=7,endLine=1,endColumn=7,title=docgen (E999)::Syntax error: Expected a parameter or the end of the parameter list
    ::error file=src/a b%2Cc.py,line=4,col=5,endLine=4,endColumn=8,title=docgen (D103)::Missing docstring in public function
    ::error file=src/a b%2Cc.py,line=11,col=9,endLine=11,endColumn=14,title=docgen (D102)::Missing docstring in public method
    ");
}

#[test]
fn sarif_has_rules_places_and_fingerprints() {
    let log = sarif(&project());
    let run = &log["runs"][0];
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let (rules, results) = (
        &run["tool"]["driver"]["rules"],
        run["results"].as_array().unwrap(),
    );
    assert_eq!(results.len(), 3);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    assert_eq!(
        (&results[0]["ruleId"], &results[0]["level"]),
        (&"E999".into(), &"error".into())
    );
    insta::assert_snapshot!(format!("{:#}", results[2]), @r#"
    {
      "ruleId": "D102",
      "ruleIndex": 2,
      "level": "warning",
      "message": {
        "text": "Missing docstring in public method"
      },
      "locations": [
        {
          "physicalLocation": {
            "artifactLocation": {
              "uri": "src/a%20b%2Cc.py"
            },
            "region": {
              "startLine": 11,
              "startColumn": 9,
              "endLine": 11,
              "endColumn": 14
            }
          },
          "logicalLocations": [
            {
              "fullyQualifiedName": "Two.three"
            }
          ]
        }
      ],
      "partialFingerprints": {
        "docgenDefinition/v1": "src/a b,c.py::Two.three:D102:1"
      }
    }
    "#);
}

#[test]
fn sarif_fingerprints_outlive_moved_lines() {
    let fingerprints = |source: &str| {
        let log = sarif(&Project::with(source));
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        let prints = results
            .into_iter()
            .map(|one| one["partialFingerprints"].clone());
        prints.collect::<Vec<_>>()
    };
    let source = "def f(): pass\n\n\nclass C:\n    def f(self): pass\n";
    let before = fingerprints(source);
    assert_eq!(before, fingerprints(&format!("\n\nimport os\n{source}")));
    let distinct: std::collections::BTreeSet<_> = before.iter().map(ToString::to_string).collect();
    assert_eq!(distinct.len(), 4);
}

#[test]
fn junit_has_a_suite_for_each_file() {
    let ran = project().docgen(&["check", "--format", "junit"]).exits(1);
    insta::assert_snapshot!(ran.stdout, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="docgen check" tests="4" failures="2" errors="1">
      <testsuite name="broken.py" tests="1" failures="0" errors="1">
        <testcase name="E999" classname="broken.py">
          <error message="Syntax error: Expected a parameter or the end of the parameter list" type="E999">broken.py:1:7: E999 Syntax error: Expected a parameter or the end of the parameter list</error>
        </testcase>
      </testsuite>
      <testsuite name="src/a b,c.py" tests="2" failures="2" errors="0">
        <testcase name="D103 one" classname="src/a b,c.py">
          <failure message="Missing docstring in public function" type="D103">src/a b,c.py:4:5: D103 Missing docstring in public function</failure>
        </testcase>
        <testcase name="D102 Two.three" classname="src/a b,c.py">
          <failure message="Missing docstring in public method" type="D102">src/a b,c.py:11:9: D102 Missing docstring in public method</failure>
        </testcase>
      </testsuite>
      <testsuite name="src/fine/all.py" tests="1" failures="0" errors="0">
        <testcase name="docstrings" classname="src/fine/all.py"/>
      </testsuite>
    </testsuites>
    "#);
}

/// What Jenkins's `junit-10.xsd` lets stand in each element: attributes, of which the first so
/// many are required, and elements.
fn grammar(element: &str) -> (&'static [&'static str], usize, &'static [&'static str]) {
    match element {
        "" => (&[], 0, &["testsuites"]),
        "testsuites" => (
            &["name", "time", "tests", "failures", "errors"],
            0,
            &["testsuite"],
        ),
        "testsuite" => (
            &["name", "tests", "failures", "errors", "time", "file"],
            4,
            &["testsuite", "properties", "testcase"],
        ),
        "testcase" => (
            &["name", "time", "classname", "group"],
            1,
            &["failure", "error"],
        ),
        "failure" | "error" => (&["type", "message"], 0, &[]),
        _ => unreachable!("<{element}> is not in the schema"),
    }
}

#[test]
fn junit_is_well_formed_counted_and_within_the_schema() {
    use quick_xml::events::Event;
    let name = if cfg!(windows) {
        "&'.py"
    } else {
        "<&\"'\u{1b}\u{ffff}>.py"
    };
    let ran = project()
        .file(name, "def f(:\n")
        .docgen(&["check", "--format", "junit"])
        .exits(1);
    let mut reader = quick_xml::Reader::from_str(&ran.stdout);
    let (mut open, mut counts) = (vec![String::new()], BTreeMap::new());
    let mut announced = BTreeMap::new();
    loop {
        let event = reader.read_event().unwrap();
        match event {
            Event::Start(ref start) | Event::Empty(ref start) => {
                let name = start.name().as_ref().to_owned();
                let (_, _, children) = grammar(open.last().unwrap());
                assert!(children.contains(&name.as_str()), "<{name}> in {open:?}");
                let (known, required, _) = grammar(&name);
                let attributes: BTreeMap<String, String> = start
                    .attributes()
                    .map(|one| one.unwrap())
                    .map(|one| (one.key.as_ref().to_owned(), one.value.into_owned()))
                    .collect();
                assert!(
                    attributes.keys().all(|key| known.contains(&key.as_str())),
                    "{attributes:?}"
                );
                assert!(
                    known[..required]
                        .iter()
                        .all(|key| attributes.contains_key(*key))
                );
                if name == "testsuites" {
                    announced = attributes;
                }
                *counts.entry(name.clone()).or_insert(0) += 1;
                if matches!(event, Event::Start(_)) {
                    open.push(name);
                }
            }
            Event::End(_) => drop(open.pop()),
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open, [""]);
    for (element, attribute, count) in [
        ("testcase", "tests", 5),
        ("failure", "failures", 2),
        ("error", "errors", 2),
    ] {
        assert_eq!(counts[element], count, "{element}");
        assert_eq!(announced[attribute], count.to_string(), "{attribute}");
    }
    let is_writable = |c: char| matches!(c, '\n' | ' '..='\u{fffd}' | '\u{10000}'..);
    assert!(ran.stdout.chars().all(is_writable), "{}", ran.stdout);
}

#[test]
fn a_report_goes_to_a_file() {
    let project = project();
    let piped = project.docgen(&["check"]).stdout;
    let ran = project.docgen(&["check", "-o", "out/report.txt"]).exits(1);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    assert_eq!(project.read("out/report.txt"), piped);
    project
        .docgen(&["check", "--output-file", "src"])
        .exits(2)
        .says("`src` cannot be written")
        .says("hint:");
}

#[test]
fn a_badge_shows_the_coverage() {
    let project = Project::with("\"\"\"Do.\"\"\"\n\n\ndef f():\n    pass\n");
    project
        .docgen(&["check", "--badge", "docs/badge.svg"])
        .exits(1);
    let svg = project.read("docs/badge.svg");
    insta::assert_snapshot!(svg, @r##"
    <svg xmlns="http://www.w3.org/2000/svg" width="104" height="20" role="img" aria-label="docstrings: 50%">
      <title>docstrings: 50%</title>
      <clipPath id="r"><rect width="104" height="20" rx="3"/></clipPath>
      <g clip-path="url(#r)">
        <rect width="68" height="20" fill="#555"/>
        <rect x="68" width="36" height="20" fill="#fe7d37"/>
      </g>
      <g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11" aria-hidden="true">
        <text x="34" y="15" fill="#010101" fill-opacity=".3" textLength="58">docstrings</text>
        <text x="34" y="14" textLength="58">docstrings</text>
        <text x="86" y="15" fill="#010101" fill-opacity=".3" textLength="26">50%</text>
        <text x="86" y="14" textLength="26">50%</text>
      </g>
    </svg>
    "##);
    let mut reader = quick_xml::Reader::from_str(&svg);
    while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
}
