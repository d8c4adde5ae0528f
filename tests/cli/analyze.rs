use crate::support::project::Project;

const APP: &str = "import typing as t\nfrom dataclasses import dataclass\n\n\n@dataclass(frozen=True)\nclass Line:\n    name: str\n    count: int = 1\n\n    @property\n    def total(self) -> int:\n        return self.count\n\n    @t.overload\n    def pick(self, a: int) -> int: ...\n    @t.overload\n    def pick(self, a: str) -> str: ...\n    def pick(self, a, /, b=1, *rest: int, key='x', **options):\n        if a and b or key:\n            raise ValueError('no pick')\n        for one in rest:\n            yield one\n\n\nasync def fetch(url: str) -> bytes:\n    async with connect(url) as stream:\n        return await stream.read()\n";

#[test]
#[expect(clippy::too_many_lines, reason = "most of them are the snapshot")]
fn json_holds_every_fact() {
    let json = Project::with(APP)
        .docgen(&["analyze", ".", "--format", "json"])
        .exits(0)
        .json();
    let definitions = json["files"][0]["definitions"].as_array().unwrap();
    let ids: Vec<&str> = definitions
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        ids,
        [
            "app.py::",
            "app.py::Line",
            "app.py::Line.total",
            "app.py::Line.pick",
            "app.py::Line.pick#2",
            "app.py::Line.pick#3",
            "app.py::fetch"
        ]
    );
    insta::assert_snapshot!(format!("{:#}", definitions[5]), @r#"
    {
      "id": "app.py::Line.pick#3",
      "qualified_name": "Line.pick#3",
      "name": "pick",
      "kind": "method",
      "async": false,
      "visibility": "public",
      "line": 18,
      "column": 9,
      "lines": 5,
      "decorators": [],
      "bases": [],
      "signature": {
        "parameters": [
          {
            "name": "self",
            "kind": "positional_only",
            "annotation": null,
            "default": null
          },
          {
            "name": "a",
            "kind": "positional_only",
            "annotation": null,
            "default": null
          },
          {
            "name": "b",
            "kind": "positional_or_keyword",
            "annotation": null,
            "default": "1"
          },
          {
            "name": "rest",
            "kind": "var_positional",
            "annotation": "int",
            "default": null
          },
          {
            "name": "key",
            "kind": "keyword_only",
            "annotation": null,
            "default": "'x'"
          },
          {
            "name": "options",
            "kind": "var_keyword",
            "annotation": null,
            "default": null
          }
        ],
        "returns": null
      },
      "facts": {
        "raises": [
          {
            "exception": "ValueError",
            "guards": [
              {
                "kind": "if",
                "text": "a and b or key"
              }
            ],
            "message": "no pick",
            "caught": false,
            "is_passed_on": false
          }
        ],
        "returns_value": false,
        "yields": true,
        "awaits": false,
        "stub": false,
        "calls": [
          "ValueError"
        ],
        "attributes": []
      },
      "complexity": {
        "cyclomatic": 5,
        "cognitive": 4,
        "nesting": 1,
        "boolean_operations": 2,
        "calls": 1,
        "parameters": 6
      },
      "docstring": null
    }
    "#);
    assert_eq!(definitions[2]["decorators"][0]["role"], "property");
    assert_eq!(definitions[3]["decorators"][0]["role"], "overload");
    assert_eq!(definitions[1]["facts"]["attributes"][1]["value"], "1");
    assert_eq!(
        (&definitions[6]["async"], &definitions[6]["facts"]["awaits"]),
        (&true.into(), &true.into())
    );
}

#[test]
fn the_table_is_aligned() {
    let ran = Project::with(APP).docgen(&["analyze"]).exits(0);
    insta::assert_snapshot!(ran.stdout, @"
    PLACE      DEFINITION   KIND            VISIBILITY  DOCSTRING  CYCLOMATIC  COGNITIVE  NESTING  LINES
    app.py:1   app          module          public      no                  -          -        -     28
    app.py:6   Line         class           public      no                  -          -        -     17
    app.py:11  Line.total   method          public      no                  1          0        0      2
    app.py:15  Line.pick    method          public      no                  1          0        0      1
    app.py:17  Line.pick#2  method          public      no                  1          0        0      1
    app.py:18  Line.pick#3  method          public      no                  5          4        1      5
    app.py:25  fetch        async function  public      no                  1          0        1      3
    ");
}

#[test]
fn an_unreadable_file_is_a_finding() {
    let project = Project::with("x = (\n").file("ok.py", "x = 1\n");
    let ran = project.docgen(&["analyze"]).exits(1).says("app.py:");
    assert!(ran.stdout.contains("ok.py:1"));
}
