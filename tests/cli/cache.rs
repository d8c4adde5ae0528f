//! The reply cache: nothing is paid for twice.

use serde_json::{Value, json};

use crate::support::fake_azure::{FakeAzure, Prompted, Step, prompted};
use crate::support::project::Project;

const CODE: &str = "\
def total(prices, tax):
    return sum(prices) * (1 + tax)


def rounded(amount):
    # To whole cents.
    return round(amount, 2)


class Till:
    def __init__(self, drawer):
        self.drawer = drawer

    def take(self, amount):
        self.drawer += amount
        return self.drawer
";

const RUN: [&str; 3] = ["run", "--no-report", "app.py"];

#[test]
fn what_was_answered_is_not_asked_for_again() {
    let azure = FakeAzure::start();
    let project = Project::with(CODE).azure(&azure);
    project.docgen(&RUN).exits(0);
    let (asked, written) = (azure.requests().len(), project.read("app.py"));
    assert!(asked > 0);
    // The file as it was: a run that was killed before it wrote, a `git checkout`.
    let project = project.file("app.py", CODE);
    project.docgen(&RUN).exits(0);
    assert_eq!(project.read("app.py"), written);
    assert_eq!(azure.requests().len(), asked, "nothing more was asked");
}

#[test]
fn what_is_shown_only_is_paid_for_once() {
    let azure = FakeAzure::start();
    let project = Project::with(CODE).azure(&azure);
    let shown = project.docgen(&["run", "--diff", "app.py"]).exits(1).stdout;
    let asked = azure.requests().len();
    assert!(project.path(".docgen/state.db").exists());
    assert_eq!(
        project.docgen(&["run", "--diff", "app.py"]).exits(1).stdout,
        shown
    );
    project.docgen(&RUN).exits(0);
    assert_eq!(azure.requests().len(), asked);
}

#[test]
fn the_cache_is_left_alone_when_asked_to() {
    let azure = FakeAzure::start();
    let project = Project::with(CODE).azure(&azure);
    let diff = ["run", "--no-cache", "--diff", "app.py"];
    project.docgen(&diff).exits(1);
    let once = azure.requests().len();
    project.docgen(&["run", "--diff", "app.py"]).exits(1);
    assert_eq!(azure.requests().len(), 2 * once, "nothing was kept");
    project.docgen(&diff).exits(1);
    assert_eq!(azure.requests().len(), 3 * once, "nothing was used");
    project
        .docgen(&["run", "--refresh", "--diff", "app.py"])
        .exits(1);
    assert_eq!(azure.requests().len(), 4 * once, "all was asked anew");
    project.docgen(&["run", "--diff", "app.py"]).exits(1);
    assert_eq!(azure.requests().len(), 4 * once, "and kept");
    let project = project.file("docgen.toml", "[cache]\nenabled = false\n");
    project.docgen(&["run", "--diff", "app.py"]).exits(1);
    assert_eq!(azure.requests().len(), 5 * once, "the settings count too");
}

#[test]
fn only_what_changed_is_asked_for() {
    let azure = FakeAzure::start();
    let project = Project::with(CODE).azure(&azure);
    project.docgen(&RUN).exits(0);
    let asked = azure.requests().len();
    let changed = CODE.replace("round(amount, 2)", "round(amount, 3)");
    let project = project.file("app.py", &changed);
    project.docgen(&RUN).exits(0);
    let requests = azure.requests();
    assert_eq!(requests.len(), asked + 1);
    let asked_about: Vec<String> = prompted(&requests[asked].body)
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert_eq!(asked_about, ["rounded"]);
}

#[test]
fn code_that_moves_or_is_formatted_keeps_its_words() {
    let azure = FakeAzure::start();
    let project = Project::with(CODE).azure(&azure);
    let run = ["run", "--no-report", "--ignore", "D100", "."];
    project.docgen(&run).exits(0);
    let asked = azure.requests().len();
    let functions = CODE.split("class").next().unwrap().replace('\n', "\r\n");
    let class = format!(
        "if True:\n    class {}",
        CODE.split("class ")
            .nth(1)
            .unwrap()
            .replace('\n', "\n    ")
            .trim_end()
    );
    std::fs::remove_file(project.path("app.py")).unwrap();
    let project = project
        .file(
            "pkg/money.py",
            &functions.replace("prices, tax", "prices,\r\n    tax,\r\n"),
        )
        .file("pkg/till.py", &format!("{class}\n"));
    project.docgen(&run).exits(0);
    assert_eq!(azure.requests().len(), asked);
    assert!(
        project
            .read("pkg/till.py")
            .contains("    class Till:\n        \"\"\"")
    );
}

#[test]
fn words_that_were_refused_are_not_paid_for_again() {
    let sorry = |prompted: &[Prompted]| {
        let draft = |one: &Prompted| {
            let mut draft = one.draft();
            if one.name == "rounded" {
                draft["summary"] = "I'm sorry, as an AI language model I cannot.".into();
            }
            draft
        };
        let drafts: Vec<Value> = prompted.iter().map(draft).collect();
        json!({ "docstrings": drafts }).to_string()
    };
    let azure = FakeAzure::builder()
        .always(Step::Custom(Box::new(sorry)))
        .start();
    let project = Project::with(CODE).azure(&azure);
    project.docgen(&RUN).exits(1).says("rounded rejected");
    let asked = azure.requests().len();
    let ran = project.docgen(&RUN).exits(1);
    assert_eq!(azure.requests().len(), asked);
    assert!(
        ran.stderr.contains("the words did not hold on 20") && ran.stderr.contains("`--refresh`"),
        "{}",
        ran.stderr
    );
    project
        .docgen(&["run", "--no-report", "--refresh", "app.py"])
        .exits(1);
    assert!(azure.requests().len() > asked);
}
