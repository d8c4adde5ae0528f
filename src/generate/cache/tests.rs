//! What keeps a key, and what makes another one.

use std::collections::HashMap;
use std::path::Path;

use super::key::{ReplyKey, reply_keys};
use crate::config::{
    self, Config, DocstringStyle, Environment, Isolation, LoadRequest, PartialConfig,
};
use crate::generate::{
    AnalyzedFile, Assignment, Summaries, Surroundings, Target, Task, Usages, analyze_source,
};
use crate::python::{CanonicalCode, DefinitionId, ModuleFacts, Project};
use crate::rules::RuleCode;
use crate::source::{FileName, SourceFile};
use crate::store::ContentHash;

const CODE: &str = r"
import math


def scale(value, by=2.5):
    return value * by


class Base:
    pass


class Till(Base):
    limit = 500

    def __init__(self, drawer):
        self.drawer = drawer

    @property
    def open(self):
        return self.drawer is not None

    def take(self, amount, *, note='x'):
        # What comes in, in cents.
        if amount > self.limit:
            raise ValueError('too much')
        del (note, drawer)
        parts = ['a' 'b', 0XFF, 1_000, u'c']
        return math.floor(scale(amount)), [
            part for part in parts if part
        ]
";

/// CODE as black and ruff format it.
const FORMATTED: &str = r#"
import math


def scale(value, by=2.5):
    return value * by


class Base:
    pass


class Till(Base):
    limit = 500

    def __init__(self, drawer):
        self.drawer = drawer

    @property
    def open(self):
        return self.drawer is not None

    def take(self, amount, *, note="x"):
        # What comes in, in cents.
        if amount > self.limit:
            raise ValueError("too much")
        del note, drawer
        parts = ["a" "b", 0xFF, 1_000, "c"]
        return math.floor(scale(amount)), [part for part in parts if part]
"#;

struct Case {
    config: Config,
    files: Vec<(&'static str, String)>,
    task: Task,
    sampling: Vec<u8>,
}

impl Case {
    fn new(files: &[(&'static str, &str)]) -> Self {
        Self {
            config: config(""),
            files: files
                .iter()
                .map(|(path, text)| (*path, (*text).to_owned()))
                .collect(),
            task: Task::Write,
            sampling: Vec::new(),
        }
    }

    fn of(code: &str) -> Self {
        Self::new(&[("app.py", code)])
    }

    fn with(mut self, settings: &str) -> Self {
        self.config = config(settings);
        self
    }

    /// The keys of every definition of the project but modules, by qualified name.
    fn keys(&self) -> HashMap<String, ReplyKey> {
        let mut all = self.all();
        all.retain(|name, _| !name.is_empty());
        all
    }

    fn all(&self) -> HashMap<String, ReplyKey> {
        let files: Vec<AnalyzedFile> = self
            .files
            .iter()
            .map(|(path, text)| {
                let path = Path::new("/p").join(path);
                let name = FileName::new(&path, Path::new("/p"));
                analyze_source(SourceFile::from_bytes(&path, name, text.as_bytes().into()).unwrap())
                    .unwrap()
            })
            .collect();
        let facts = files.iter().map(|file| {
            let path = &file.source.path;
            ModuleFacts::read(&file.source.name, path, Path::new("/p"), &file.module)
        });
        let project = Project::build(facts.collect(), &["/p".into()]);
        files
            .iter()
            .flat_map(|file| self.of_file(file, &project))
            .collect()
    }

    fn of_file(&self, file: &AnalyzedFile, project: &Project) -> Vec<(String, ReplyKey)> {
        let wording = self.config.wordings.of_file(&file.source.path);
        let style = DocstringStyle {
            sections: wording.sections.clone(),
            ..self.config.docstring.clone()
        };
        let (summaries, usages) = (Summaries::default(), Usages::default());
        // What the run has written so far is no part of a key.
        let id = DefinitionId {
            module: 0,
            definition: 1,
        };
        summaries.accept(id, "Scale a value.".to_owned());
        let assignment = Assignment {
            file,
            style: &style,
            wording: &wording,
            limits: self.config.batch,
            surroundings: Surroundings {
                project,
                summaries: &summaries,
                usages: &usages,
                habits: None,
                examples: &[],
            },
        };
        let definitions = &file.module.definitions;
        let targets: Vec<Target> = (0..definitions.len())
            .map(|definition| Target {
                definition,
                code: RuleCode::D103,
                is_documented: false,
                task: self.task,
            })
            .collect();
        let keys = reply_keys(&assignment, &targets, &self.sampling);
        keys.into_iter()
            .map(|(index, key)| (definitions[index].qualified_name.clone(), key))
            .collect()
    }
}

fn config(settings: &str) -> Config {
    let flags: PartialConfig = toml::from_str(settings).unwrap();
    config::load(LoadRequest {
        paths: &[],
        config_file: None,
        isolated: Isolation::Isolated,
        flags,
        environment: Environment::default(),
    })
    .unwrap()
    .config
}

/// The definitions that have another key in the second case, sorted.
fn changed(one: &Case, other: &Case) -> Vec<String> {
    let (one, other) = (one.keys(), other.keys());
    let mut changed: Vec<String> = one
        .into_iter()
        .filter(|(name, key)| other.get(name) != Some(key))
        .map(|(name, _)| name)
        .collect();
    changed.sort();
    changed
}

const NOTHING: [&str; 0] = [];

#[test]
fn layout_is_no_part_of_a_key() {
    let case = Case::of(CODE);
    assert_eq!(changed(&case, &Case::of(FORMATTED)), NOTHING);
    assert_eq!(
        changed(&case, &Case::of(&CODE.replace('\n', "\r\n"))),
        NOTHING
    );
    let indented = format!("if True:{}", CODE.replace('\n', "\n    "));
    assert_eq!(changed(&case, &Case::of(indented.trim_end())), NOTHING);
    let lower = format!("import os\n\n\n\n\nX = 1\n{CODE}\n\nY = 2\n");
    assert_eq!(changed(&case, &Case::of(&lower)), NOTHING);
    let marks = CODE.replace("# What comes in,", "#What  comes  in,");
    assert_eq!(changed(&case, &Case::of(&marks)), NOTHING);
    let to_tools = CODE.replace("def take(", "def take(  # noqa: ANN001\n        ");
    assert_eq!(changed(&case, &Case::of(&to_tools)), NOTHING);
    // `formatted` is another text indeed.
    assert_ne!(CODE, FORMATTED);
}

#[test]
fn where_a_definition_stands_is_no_part_of_its_key() {
    let moved = Case::new(&[("deep/pkg/money.py", CODE), ("app.py", "X = 1\n")]);
    assert_eq!(changed(&Case::of(CODE), &moved), NOTHING);
    // A module is what it is where it is.
    let empty = |path| Case::new(&[(path, "")]).all();
    assert_ne!(empty("a/__init__.py"), empty("b/__init__.py"));
}

#[test]
fn docstrings_that_the_run_itself_writes_are_no_part_of_a_key() {
    let mut documented = CODE.to_owned();
    for (header, indent) in [
        ("def scale(value, by=2.5):", "    "),
        ("class Till(Base):", "    "),
        ("def __init__(self, drawer):", "        "),
        ("note='x'):", "        "),
    ] {
        let with = format!("{header}\n{indent}\"\"\"Say it.\"\"\"");
        documented = documented.replace(header, &with);
    }
    let documented = format!("\"\"\"Tills.\"\"\"\n{documented}");
    let (before, after) = (Case::of(CODE), Case::of(&documented));
    assert_eq!(before.all(), after.all());
}

#[test]
fn what_determines_the_words_is_part_of_a_key() {
    let case = Case::of(CODE);
    let with = |from: &str, to: &str| {
        assert!(CODE.contains(from), "{from}");
        changed(&case, &Case::of(&CODE.replace(from, to)))
    };
    assert_eq!(with("'too much'", "'too little'"), ["Till.take"]);
    assert_eq!(with("amount > self", "amount >= self"), ["Till.take"]);
    assert_eq!(with("in cents.", "in euros."), ["Till.take"]);
    assert_eq!(with("value * by", "value + by"), ["scale"]);
    // A class shows the headers of its methods, and a caller that of what it calls.
    assert_eq!(with("note='x'", "note='y'"), ["Till", "Till.take"]);
    assert_eq!(with("by=2.5", "by=2"), ["Till.take", "scale"]);
    assert_eq!(with("@property", "@cached"), ["Till", "Till.open"]);
    assert_eq!(with("limit = 500", "limit = 600"), ["Till"]);
    assert_eq!(
        with("class Till(Base)", "class Till(Base, object)"),
        ["Till", "Till.__init__", "Till.open", "Till.take"]
    );
    assert_eq!(
        with("class Base:", "class Base(Exception):"),
        ["Base", "Till", "Till.__init__", "Till.open", "Till.take"]
    );
    let renamed = Case::of(&CODE.replace("Till", "Drawer")).keys();
    assert!(case.keys().values().all(|key| {
        let same = renamed.values().filter(|other| *other == key).count();
        same <= 1
    }));
    assert_ne!(case.keys()["Till.open"], renamed["Drawer.open"]);
}

#[test]
fn settings_of_the_words_are_part_of_a_key_and_those_of_their_layout_are_not() {
    let case = Case::of(CODE);
    let with = |settings: &str| changed(&case, &Case::of(CODE).with(settings)).len();
    let all = case.keys().len();
    assert_eq!(with("[style]\nrules = ['Say less.']"), all);
    assert_eq!(with("[style]\ntone = 'terse'"), all);
    assert_eq!(with("[style]\nlanguage = 'de'"), all);
    assert_eq!(with("[style]\nsections = ['notes']"), all);
    assert_eq!(with("[model]\nmax_source = 'signature'"), all);
    assert_eq!(with("[docstring]\nstyle = 'numpy'"), 0);
    assert_eq!(with("[docstring]\nline_length = 60"), 0);
    assert_eq!(with("[docstring]\ntypes = 'include'"), 0);
    assert_eq!(with("[batch]\nmax_tokens = 100"), 0);
    assert_eq!(with("[batch]\nmax_definitions = 1"), 0);
    // Nothing is so long that the window would matter.
    assert_eq!(with("[model]\ncontext_window = 200000"), 0);
    let mut hot = Case::of(CODE);
    hot.sampling = vec![1];
    assert_eq!(changed(&case, &hot).len(), all);
    let mut improved = Case::of(CODE);
    improved.task = Task::Improve;
    assert_eq!(changed(&case, &improved).len(), all);
}

#[test]
fn a_docstring_that_is_improved_is_part_of_the_key() {
    let case = |text: &str| {
        let mut case = Case::of(&format!("def f():\n    \"\"\"{text}\"\"\"\n    return 1\n"));
        case.task = Task::Improve;
        case
    };
    assert_eq!(changed(&case("One."), &case("Two.")), ["f"]);
    assert_eq!(changed(&case("One."), &case("One.")), NOTHING);
}

#[test]
fn definitions_that_are_alike_in_other_places_are_told_apart() {
    let code = "\
class A:
    def get(self):
        return self.x


class B:
    def get(self):
        return self.x


def get(self):
    return self.x
";
    let keys = Case::of(code).keys();
    let mut gets = [keys["A.get"], keys["B.get"], keys["get"]];
    gets.sort_by_key(|key| key.of("m"));
    assert!(gets.windows(2).all(|pair| pair[0] != pair[1]));
    assert_ne!(keys["A.get"].of("one"), keys["A.get"].of("other"));
}

#[test]
fn code_is_the_same_bytes_on_every_machine_and_in_every_build() {
    let text = "@d\ndef f(a, *b, c=1.5, **e) -> 'x':\n    # Why.\n    return f'{a!r}', b'\\0', 1 << 70, c is None\n";
    let path = Path::new("/p/a.py");
    let name = FileName::new(path, Path::new("/p"));
    let file = analyze_source(SourceFile::from_bytes(path, name, text.into()).unwrap()).unwrap();
    let code = CanonicalCode::read(text).unwrap();
    let bytes = code.definitions(&file.module, &[1]);
    // When this changes, nothing that is remembered is found again: let it be on purpose.
    insta::assert_snapshot!(ContentHash::of(&[&bytes[0]]), @"22f682a1596f4f9b619f8defeea2ba74");
}
