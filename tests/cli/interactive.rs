#![cfg(unix)]

use std::process::{Command, Stdio};
use std::time::Duration;

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use crate::support::fake_azure::{FakeAzure, Step};
use crate::support::project::Project;

const RUN: &[&str] = &["run", "--interactive", "--no-report"];
const OFFLINE: &[&str] = &["--provider", "offline"];
const PROMPT: &str = "[y,n,e,a,d,q,?]? ";
const SOURCE: &str = "\"\"\"Do.\"\"\"\n\n\ndef one(a):\n    return a\n\n\ndef two(b):\n    return b\n\n\ndef three(c):\n    return c\n";

/// docgen at a terminal of its own.
struct Dialogue(PtySession);

impl Dialogue {
    fn start(project: &Project, arguments: &[&str]) -> Self {
        Self::with(project.command(&[RUN, arguments].concat()))
    }

    fn with(mut command: Command) -> Self {
        command
            .stdin(Stdio::inherit())
            .stdout(Stdio::inherit())
            .stderr(Stdio::inherit());
        Self(spawn_command(command, Some(30_000)).unwrap())
    }

    /// Waits for the next question, answers it, and gives what stood before it.
    fn answer(&mut self, line: &str) -> String {
        let before = self.0.exp_string(PROMPT).unwrap();
        self.0.send_line(line).unwrap();
        before
    }

    /// Waits for the end, and gives what was said before.
    #[track_caller]
    fn ends(mut self, code: i32) -> String {
        let rest = self.0.exp_eof().unwrap();
        let status = self.0.process().wait().unwrap();
        assert!(
            matches!(status, WaitStatus::Exited(_, actual) if actual == code),
            "{status:?}:\n{rest}"
        );
        assert!(!rest.contains("panicked"), "{rest}");
        rest
    }
}

/// The functions of a file that have a docstring.
fn documented(project: &Project, file: &str) -> Vec<String> {
    let text = project.read(file);
    let mut lines = text.lines().peekable();
    let mut names = Vec::new();
    while let Some(line) = lines.next() {
        let name = line
            .strip_prefix("def ")
            .and_then(|rest| rest.split('(').next());
        let has_docstring = lines.peek().is_some_and(|next| next.contains("\"\"\""));
        names.extend(name.filter(|_| has_docstring).map(str::to_owned));
    }
    names
}

#[test]
fn each_docstring_is_shown_and_written_if_accepted() {
    let project = Project::with(SOURCE);
    let mut dialogue = Dialogue::start(&project, OFFLINE);
    let shown = dialogue.answer("y");
    let lines: Vec<&str> = shown.lines().map(str::trim_end).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    app.py:4: function one (1 of 3 in this file)
    @@ -2,6 +2,14 @@


     def one(a):
    +    """Return the one.
    +
    +    Args:
    +        a: The value `a`.
    +
    +    Returns:
    +        The one.
    +    """
         return a


    Write this docstring
    "#);
    assert_eq!(
        project.read("app.py"),
        SOURCE,
        "not before the file is done"
    );
    assert!(
        dialogue
            .answer("n")
            .contains("app.py:8: function two (2 of 3 in this file)")
    );
    dialogue.answer("");
    assert!(
        dialogue
            .answer("what?")
            .contains("y - write this docstring")
    );
    assert!(dialogue.answer("YES").contains("? - show this help"));
    let rest = dialogue.ends(0);
    assert!(
        rest.contains("Documented 2 definitions in 1 of 1 file, 1 skipped"),
        "{rest}"
    );
    assert_eq!(documented(&project, "app.py"), ["one", "three"]);
}

#[test]
fn a_long_header_is_shown_whole() {
    let parameters: Vec<String> = (0..20).map(|n| format!("    parameter_{n},\r")).collect();
    let parameters = parameters.concat();
    let source = format!("\"\"\"Do.\"\"\"\r\r\rdef long(\r{parameters}):\r    return 1\r");
    let project = Project::with(&source);
    let mut dialogue = Dialogue::start(&project, OFFLINE);
    let shown = dialogue.answer("y");
    assert!(
        shown.contains("\n def long(\r\n     parameter_0,\r\n"),
        "{shown}"
    );
    assert!(shown.contains("\n+    \"\"\"Return `1`.\r\n"), "{shown}");
    dialogue.ends(0);
    assert!(!project.read("app.py").contains('\n'));
}

#[test]
fn the_rest_of_a_file_is_taken_or_left_at_once() {
    let project = Project::new()
        .file("a.py", SOURCE)
        .file("b.py", SOURCE)
        .file("c.py", SOURCE);
    let mut dialogue = Dialogue::start(&project, OFFLINE);
    dialogue.answer("n");
    dialogue.answer("a");
    assert!(dialogue.answer("y").contains("b.py:4: function one"));
    dialogue.answer("d");
    assert!(dialogue.answer("d").contains("c.py:4: function one"));
    dialogue.ends(0);
    assert_eq!(documented(&project, "a.py"), ["two", "three"]);
    assert_eq!(documented(&project, "b.py"), ["one"]);
    assert_eq!(project.read("c.py"), SOURCE);
}

#[test]
fn what_was_accepted_is_written_when_the_user_leaves() {
    for leave in ["q", "ctrl-c", "ctrl-d"] {
        let project = Project::new().file("a.py", SOURCE).file("b.py", SOURCE);
        let mut dialogue = Dialogue::start(&project, OFFLINE);
        dialogue.answer("y");
        let code = match leave {
            "q" => {
                dialogue.answer("q");
                0
            }
            key => {
                dialogue.0.exp_string(PROMPT).unwrap();
                let letter = key.chars().next_back().unwrap();
                dialogue.0.send_control(letter).unwrap();
                if letter == 'c' { 130 } else { 0 }
            }
        };
        let rest = dialogue.ends(code);
        assert!(rest.contains("Documented 1 definition"), "{leave}: {rest}");
        assert_eq!(documented(&project, "a.py"), ["one"], "{leave}");
        assert_eq!(project.read("b.py"), SOURCE, "{leave}");
    }
}

#[test]
fn a_docstring_can_be_edited() {
    // Empty first, then an editor that fails, then words.
    let editor = "echo x >> runs\ncase $(grep -c x runs) in\n1) : > \"$2\" ;;\n2) exit 3 ;;\n\
        *) grep -q 'Args:' \"$2\" && printf 'Say \"\"\"a\"\"\" \\\\ b.\\r\\n\\r\\n\\r\\n   \\033[31mMore.\\n' > \"$2\" ;;\nesac\n";
    let project = Project::with(SOURCE)
        .file("editor script.sh", editor)
        .env("VISUAL", "sh 'editor script.sh' --wait")
        .env("EDITOR", "false");
    let mut dialogue = Dialogue::start(&project, OFFLINE);
    dialogue.answer("e");
    assert!(dialogue.answer("e").contains("a docstring cannot be empty"));
    assert!(dialogue.answer("e").contains("the editor failed"));
    assert!(dialogue.answer("d").contains("function two"));
    dialogue.ends(0);
    let text = project.read("app.py");
    let edited =
        "def one(a):\n    \"\"\"Say \\\"\\\"\\\"a\\\"\\\"\\\" \\\\ b.\n\n    More.\n    \"\"\"\n";
    assert!(text.contains(edited), "{text}");
    project.docgen(&["check", "--select", "D103"]).exits(1);
}

#[test]
fn a_model_is_asked_first_and_the_user_then() {
    let azure = FakeAzure::builder()
        .on_definition("slow", Step::Hang(Duration::from_mins(1)))
        .start();
    let project = Project::with(SOURCE)
        .file("slow.py", "\"\"\"Do.\"\"\"\n\n\ndef slow():\n    pass\n")
        .azure(&azure);
    let mut dialogue = Dialogue::start(&project, &[]);
    assert!(dialogue.answer("y").contains("as the fake says."));
    dialogue.answer("n");
    // What is still in flight is not waited for.
    dialogue.answer("q");
    let rest = dialogue.ends(0);
    assert!(rest.contains("Documented 1 definition"), "{rest}");
    assert_eq!(documented(&project, "app.py"), ["one"]);
    assert!(documented(&project, "slow.py").is_empty());
}

#[test]
fn a_budget_ends_the_questions_and_the_next_run_goes_on_with_what_it_left() {
    let azure = FakeAzure::start();
    let settings = "[batch]\nmax_definitions = 1\n[quota]\nmax_concurrency = 1\n";
    let project = Project::with(SOURCE)
        .file("docgen.toml", settings)
        .azure(&azure);
    let mut dialogue = Dialogue::start(&project, &["--max-requests", "2"]);
    let asked = dialogue.answer("y");
    assert!(asked.contains("function one (1 of 2"), "{asked}");
    dialogue.answer("n");
    let rest = dialogue.ends(1);
    assert!(
        rest.contains("the budget of 2 requests is used up, and 1 definition is left"),
        "{rest}"
    );
    assert_eq!(documented(&project, "app.py"), ["one"]);
    // What was answered and not wanted is remembered.
    let mut dialogue = Dialogue::start(&project, &[]);
    assert!(dialogue.answer("y").contains("function two (1 of 2"));
    dialogue.answer("y");
    dialogue.ends(0);
    assert_eq!(documented(&project, "app.py"), ["one", "two", "three"]);
    assert_eq!(azure.requests().len(), 3, "nothing was asked twice");
}

#[test]
fn ctrl_c_does_not_wait_for_the_model() {
    let hang = Step::Hang(Duration::from_mins(1));
    let azure = FakeAzure::builder().always(hang).start();
    let project = Project::with(SOURCE).azure(&azure);
    let mut dialogue = Dialogue::start(&project, &[]);
    dialogue.0.exp_string("about 3 definitions").unwrap();
    azure.wait_for(1);
    dialogue.0.send_control('c').unwrap();
    dialogue.ends(130);
    assert_eq!(project.read("app.py"), SOURCE);
}

#[test]
fn a_file_that_changes_during_the_questions_is_left_alone() {
    let project = Project::with(SOURCE);
    let mut dialogue = Dialogue::start(&project, OFFLINE);
    dialogue.answer("y");
    dialogue.0.exp_string(PROMPT).unwrap();
    std::fs::write(project.path("app.py"), "theirs = 1\n").unwrap();
    dialogue.0.send_line("a").unwrap();
    let rest = dialogue.ends(1);
    assert!(rest.contains("changed on disk since it was read"), "{rest}");
    assert_eq!(project.read("app.py"), "theirs = 1\n");
}

#[test]
fn a_terminal_other_than_standard_input_will_do() {
    let project = Project::with(SOURCE);
    let docgen = project.command(&[RUN, OFFLINE].concat());
    let mut command = Command::new("sh");
    command
        .args(["-c", "\"$@\" < /dev/null > out.txt", "sh"])
        .arg(docgen.get_program())
        .args(docgen.get_args())
        .current_dir(project.path(""));
    let mut dialogue = Dialogue::with(command);
    dialogue.answer("a");
    dialogue.ends(0);
    assert_eq!(documented(&project, "app.py").len(), 3);
    assert_eq!(project.read("out.txt"), "");
}

#[test]
fn without_a_terminal_there_is_nobody_to_ask() {
    let project = Project::with(SOURCE);
    project
        .docgen(&[RUN, OFFLINE].concat())
        .exits(2)
        .says("`--interactive` asks at a terminal, and there is none")
        .says("hint: ");
    assert_eq!(project.read("app.py"), SOURCE);
    for other in [
        &["--diff"][..],
        &["--format", "json"],
        &["--stdin-filename", "a.py"],
    ] {
        project.docgen(&[RUN, OFFLINE, other].concat()).exits(2);
    }
}

#[test]
fn a_file_that_cannot_be_written_is_not_asked_about() {
    let project = Project::with(SOURCE).file("b.py", SOURCE);
    std::fs::hard_link(project.path("app.py"), project.path("twin.txt")).unwrap();
    let mut dialogue = Dialogue::start(&project, OFFLINE);
    assert!(dialogue.answer("d").contains("b.py:4: function one"));
    let rest = dialogue.ends(1);
    assert!(rest.contains("hard links"), "{rest}");
}
