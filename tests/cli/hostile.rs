use crate::support::project::Project;

/// More than docgen follows of anything that nests.
const TOO_DEEP: usize = 21_000;

/// As many operators on each other as docgen follows, but for a few.
const DEEP: usize = 19_900;

/// A link of every chain that goes before an operand and makes a tree as deep as it is long.
const PREFIXES: &[&str] = &[
    "-",
    "~",
    "not ",
    "1 + ",
    "a ** ",
    "a if b else ",
    "lambda: ",
    "lambda a, b=1: ",
    "a @ ",
    "[] + ",
    "f() + ",
];

/// A link of every chain that hangs on a name.
const TRAILERS: &[&str] = &[".b", "()", "(b, c)", "[0]"];

/// Brackets that go into each other, with what stands between them.
const BRACKETS: &[(&str, &str)] = &[
    ("(", ")"),
    ("[", "]"),
    ("{1: ", "}"),
    ("f(a.b, ", ")"),
    ("f(a=not ", ")"),
    ("[", " for a in b if c]"),
    ("(lambda a, b=1: not a or ", ")"),
    ("(await ", ")"),
    ("a[1:", "]"),
];

fn nested((open, close): (&str, &str), depth: usize) -> String {
    format!("{}a{}", open.repeat(depth), close.repeat(depth))
}

fn chains(length: usize) -> impl Iterator<Item = String> {
    let before = PREFIXES.iter();
    let after = TRAILERS.iter();
    before
        .map(move |link| format!("{}a", link.repeat(length)))
        .chain(after.map(move |link| format!("a{}", link.repeat(length))))
}

/// Blocks inside each other, a level of indentation each.
fn blocks(header: &str, depth: usize) -> String {
    let headers = (0..depth).map(|level| format!("{}{header}\n", " ".repeat(level)));
    format!("{}{}pass\n", headers.collect::<String>(), " ".repeat(depth))
}

fn project_of(texts: impl IntoIterator<Item = String>) -> (Project, usize) {
    let mut count = 0;
    let mut project = Project::new();
    for text in texts {
        project = project.file(&format!("f{count:02}.py"), &text);
        count += 1;
    }
    (project, count)
}

#[test]
fn what_nests_too_deep_is_a_finding_at_its_place() {
    let expressions = chains(TOO_DEEP)
        .step_by(2)
        .chain(BRACKETS.iter().map(|pair| nested(*pair, TOO_DEEP)))
        .chain(["(", "[", "{1:", "f\"{"].map(|open| open.repeat(TOO_DEEP)))
        .map(|expression| format!("async def f():\n    return {expression}\n"));
    let others = [
        format!(
            "match a:\n case {}:\n  pass\n",
            nested(("[", "]"), TOO_DEEP)
        ),
        format!("match a:\n case a{}:\n  pass\n", ".b".repeat(TOO_DEEP)),
        format!("# ...\n@a{}\ndef f(): pass\n", ".b".repeat(TOO_DEEP)),
        format!(
            "x = 1\ny = f\"{}{}\"\n",
            "{1:".repeat(TOO_DEEP),
            "}".repeat(TOO_DEEP)
        ),
        blocks("if a:", 100),
        blocks("def f():", 2_000),
        blocks("class A:", 2_000),
    ];
    let (project, count) = project_of(expressions.chain(others));
    let ran = project.file("good.py", "").docgen(&["check"]).exits(1);
    assert!(ran.stdout.contains("good.py:1:1: D100"), "{}", ran.stdout);
    for number in 0..count {
        let file = format!("f{number:02}.py:");
        let mut found = ran.stdout.lines().filter(|line| line.starts_with(&file));
        let finding = found.next().unwrap();
        assert!(finding.contains(": E999 Syntax error: more than "));
        assert!(!finding.starts_with(&format!("{file}1:")), "{finding}");
        assert_eq!(found.next(), None);
    }
}

#[test]
fn the_finding_tells_the_limit_and_the_place() {
    let brackets = format!("x = 1\ny = {}\n", nested(("(", ")"), 100_000));
    let operators = format!("x = 1\ny = {}1\n", "not ".repeat(30_000));
    let ran = Project::new()
        .file("blocks.py", &blocks("if a:", 100))
        .file("brackets.py", &brackets)
        .file("operators.py", &operators)
        .docgen(&["check"])
        .exits(1);
    insta::assert_snapshot!(ran.stdout, @"
    blocks.py:101:101: E999 Syntax error: more than 99 blocks are inside each other
    brackets.py:2:1005: E999 Syntax error: more than 1000 brackets are open at once
    operators.py:2:80007: E999 Syntax error: more than 20000 operators hang on each other
    3 files could not be read.
    Coverage: 100.0% (0 of 0 documented, 0 files)
    ");
}

#[test]
fn what_nests_deep_is_checked() {
    let bodies = [
        "    return {}\n",
        "    raise {}\n",
        "    if {}:\n        raise E\n",
        "    self.x = {}\n",
        "    try:\n        pass\n    except {}:\n        raise\n",
    ];
    let deep: Vec<String> = chains(DEEP)
        .chain(BRACKETS.iter().map(|pair| nested(*pair, 990)))
        .collect();
    let functions = deep.iter().enumerate().map(|(number, expression)| {
        let body = bodies[number % bodies.len()].replace("{}", expression);
        format!("async def f(self):\n{body}")
    });
    let elifs = "    elif a:\n        raise E\n".repeat(10_000);
    let others = [
        format!("def f(x={}):\n    pass\n", deep[0]),
        format!("class A({}):\n    x: int = {}\n", deep[11], deep[3]),
        format!("def f(a):\n    if a:\n        pass\n{elifs}"),
        format!("{}def f():\n    pass\n", "@a\n".repeat(20_000)),
        format!("def f(a):\n    return {}a\n", "a < ".repeat(50_000)),
        format!("def f(a):\n    return {}a\n", "a and b or ".repeat(30_000)),
        format!("def f():\n    return {}'a'\n", "'a' ".repeat(50_000)),
        format!("def f():\n    return [{}]\n", "-1, ".repeat(50_000)),
        blocks("if a:", 99),
        blocks("class A:", 99),
        blocks("def f():", 99),
    ];
    let (project, count) = project_of(functions.chain(others));
    let ran = project.docgen(&["check"]).exits(1);
    assert!(!ran.stdout.contains(": E9"), "{}", ran.stdout);
    assert_eq!(ran.stdout.matches(".py:1:1: D100").count(), count);
}

#[test]
fn what_nests_deep_is_documented_and_proven() {
    let function = |body: &str| format!("def f(a):\n{body}");
    let elifs = "    elif a:\n        raise E\n".repeat(3_000);
    let (project, _) = project_of([
        function(&format!("    return {}a\n", "1 + ".repeat(DEEP))),
        function(&format!("    raise a{}\n", ".b".repeat(DEEP))),
        function(&format!("    return {}a\n", "a if b else ".repeat(DEEP))),
        function(&format!("    return {}\n", nested(BRACKETS[6], 990))),
        function(&format!("    if a:\n        pass\n{elifs}")),
        format!("def f(a={}a): pass\n", "-".repeat(DEEP)),
        blocks("def f():", 99),
    ]);
    let run = ["run", "--provider", "offline", "--no-report"];
    project.docgen(&run).exits(0);
    project.docgen(&["check"]).exits(0);
}

#[test]
fn a_large_file_is_checked_like_any_other() {
    let function = "def f(a, b=1):\n    \"\"\"Do it.\"\"\"\n    return [x for x in a] + b\n\n\n";
    let valid = format!("\"\"\"Much.\"\"\"\n\n\n{}", function.repeat(4_000));
    let text = "a".repeat(4_000_000);
    Project::new()
        .file("valid.py", &valid)
        .file("line.py", &format!("\"\"\"A line.\"\"\"\n\nX = '{text}'\n"))
        .docgen(&["check"])
        .exits(0);
    let garbage = "$?!) ]}\\ \"'''\n0x ==>\t".repeat(50_000);
    let ran = Project::new()
        .file("bare.py", &format!("{valid}def last(): pass\n"))
        .file("garbage.py", &garbage)
        .file("open.py", &format!("\"\"\"A line.\"\"\"\n\nX = '{text}\n"))
        .docgen(&["check"])
        .exits(1);
    insta::assert_snapshot!(ran.stdout, @"
    bare.py:20004:5: D103 Missing docstring in public function
    garbage.py:1:1: E999 Syntax error: Got unexpected token $
    open.py:3:5: E999 Syntax error: missing closing quote in string literal
    Found 1 missing docstring.
    2 files could not be read.
    Coverage: 99.9% (4001 of 4002 documented, 1 file)
    ");
}

#[test]
fn a_file_beyond_the_limit_is_a_finding() {
    let huge = vec![b' '; 64 * 1024 * 1024 + 1];
    let ran = Project::new()
        .bytes("huge.py", &huge)
        .docgen(&["check"])
        .exits(1);
    insta::assert_snapshot!(ran.stdout, @"
    huge.py:1:1: E902 Has 67108865 bytes; docgen reads files of at most 67108864
    1 file could not be read.
    Coverage: 100.0% (0 of 0 documented, 0 files)
    ");
}
