use serde_json::json;

use crate::support::fake_azure::{FakeAzure, Step};
use crate::support::project::Project;

const APP: &str = "\"\"\"App.\"\"\"\n\n\ndef pay(amount):\n    if amount < 0:\n        raise ValueError('negative')\n    return amount\n";

/// A model that answers in German, with this in place of parts of it.
fn german(changes: &serde_json::Value) -> FakeAzure {
    let mut draft = json!({
        "id": "d1", "summary": "Gibt den Betrag zurück, z. B. Euro",
        "description": "Diese Funktion prüft den Betrag.",
        "args": [{"name": "amount", "description": "der Betrag in Euro"}],
        "returns": "Returns ist hier kein Verb: der Betrag.", "yields": null,
        "raises": [{"exception": "ValueError", "description": "Falls `amount` negativ ist"}],
        "attributes": [], "examples": [], "notes": null,
    });
    for (key, value) in changes.as_object().unwrap() {
        draft[key] = value.clone();
    }
    draft["returns"] = json!("Der Betrag.");
    let content = json!({ "docstrings": [draft] }).to_string();
    FakeAzure::builder()
        .always(Step::Custom(Box::new(move |_| content.clone())))
        .start()
}

#[test]
fn words_of_another_language_stay_as_they_are() {
    let azure = german(&json!({}));
    let project = Project::with(APP).azure(&azure);
    project
        .docgen(&["run", "app.py", "--language", "German"])
        .exits(0);
    assert!(
        project.read("app.py").contains(
            "    \"\"\"Gibt den Betrag zurück, z. B. Euro.\n\n    Diese Funktion prüft den Betrag.\n\n    \
             Args:\n        amount: Der Betrag in Euro.\n\n    Returns:\n        Der Betrag.\n\n    \
             Raises:\n        ValueError: Falls `amount` negativ ist.\n    \"\"\"\n"
        ),
        "{}",
        project.read("app.py")
    );
    let system = azure.requests()[0].body["messages"][0]["content"].to_string();
    assert!(
        system.contains("Write all words in German (`de`)"),
        "{system}"
    );
}

#[test]
fn two_languages_are_never_mixed() {
    // What the model invents can go; for what it leaves out docgen has English words alone.
    let invented = json!([
        {"name": "amount", "description": "Der Betrag."},
        {"name": "token", "description": "Ein Token."},
    ]);
    let azure = german(&json!({ "args": invented }));
    let project = Project::with(APP).azure(&azure);
    project
        .docgen(&["run", "app.py", "--language", "de"])
        .exits(0);
    let text = project.read("app.py");
    assert!(
        text.contains("amount: Der Betrag.") && !text.contains("token"),
        "{text}"
    );

    let azure = german(&json!({ "args": [] }));
    let project = Project::with(APP).azure(&azure);
    let ran = project
        .docgen(&["run", "app.py", "--language", "de"])
        .exits(1);
    ran.says("`amount` is not described");
    assert_eq!(project.read("app.py"), APP);
}

#[test]
fn offline_drafts_are_english_or_not_written() {
    let project = Project::with(APP);
    let offline = ["run", "app.py", "--provider", "offline"];
    let ran = project
        .docgen(&[&offline[..], &["--language", "de"]].concat())
        .exits(2);
    ran.says("offline drafts are in English, and the words are to be in German (`de`)")
        .says("--language en");
    assert_eq!(project.read("app.py"), APP);
    let project = project.file("docgen.toml", "[style]\nlanguage = \"fr\"\n");
    project.docgen(&offline).exits(2);
    project
        .docgen(&[&offline[..], &["--language", "en"]].concat())
        .exits(0);
    Project::with(APP)
        .docgen(&["check", "app.py", "-q"])
        .exits(1);
}

#[test]
fn a_language_that_is_none_is_refused() {
    let ran = Project::with(APP)
        .docgen(&["run", "app.py", "--language", "Germna"])
        .exits(2);
    ran.says("`Germna` is no language that docgen knows");
    let project =
        Project::with(APP).file("docgen.toml", "[[style.overrides]]\nlanguage = \"de\"\n");
    let ran = project
        .docgen(&["run", "app.py", "--provider", "offline"])
        .exits(2);
    ran.says("an entry of `style.overrides` names no `paths`");
    let project = Project::with(APP).file("docgen.toml", "[style]\nrules = [\"a\\nb\"]\n");
    let ran = project
        .docgen(&["run", "app.py", "--provider", "offline"])
        .exits(2);
    ran.says("it must stand on one line").says("docgen.toml:2");
}

#[test]
fn an_override_is_about_its_files_alone() {
    let azure = FakeAzure::start();
    let settings = "[style]\nrules = [\"General rule.\"]\n\n[[style.overrides]]\npaths = [\"tests/**\"]\n\
                    rules = [\"Rule for tests.\"]\nmax_source = \"none\"\n";
    let project = Project::new()
        .file("docgen.toml", settings)
        .file("src/a.py", "def f(a):\n    return a  # body\n")
        .file(
            "tests/test_a.py",
            "def test_f():\n    assert True  # body\n",
        )
        .azure(&azure);
    project.docgen(&["run", "."]).exits(0);
    let requests = azure.requests();
    assert_eq!(requests.len(), 2);
    for request in &requests {
        let text = request.body["messages"].to_string();
        let is_test = text.contains("File `tests/");
        assert!(text.contains("- General rule."));
        assert_eq!(text.contains("- Rule for tests."), is_test);
        assert_eq!(text.contains("# body"), !is_test);
    }
    // A flag is about all that the command does.
    let azure = FakeAzure::start();
    let project = project
        .file(
            "tests/test_a.py",
            "def test_f():\n    assert True  # body\n",
        )
        .azure(&azure);
    project
        .docgen(&["run", "tests", "--max-source", "full"])
        .exits(0);
    assert!(
        azure.requests()[0].body["messages"]
            .to_string()
            .contains("# body")
    );
}
