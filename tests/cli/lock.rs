use std::fs::File;
use std::io::Write as _;
use std::process::{Child, Command};
use std::time::Duration;

use crate::support::fake_azure::{FakeAzure, prompted};
use crate::support::project::{Project, Ran};

const RUN: &[&str] = &["run", "--provider", "offline", "--no-report"];
const SOURCE: &str = "def f(): pass\n";

/// Takes the lock as another docgen would.
fn taken(project: &Project) -> File {
    std::fs::create_dir_all(project.path(".docgen")).unwrap();
    let mut file = File::create(project.path(".docgen/lock")).unwrap();
    file.try_lock().unwrap();
    let holder = r#"{"pid": 123, "host": null, "since": 1577880067, "command": "docgen run src"}"#;
    file.write_all(holder.as_bytes()).unwrap();
    file
}

/// Starts docgen and waits until it says that it waits.
fn waiting(project: &Project) -> Child {
    let log = project.path("stderr.txt");
    let mut command = project.command(&[RUN, &["--wait"]].concat());
    let child = command.stderr(File::create(&log).unwrap()).spawn().unwrap();
    while !project
        .read("stderr.txt")
        .contains("waiting for another docgen (process 123")
    {
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

#[test]
fn who_holds_the_lock_is_told_and_can_be_waited_for() {
    let project = Project::with(SOURCE);
    let lock = taken(&project);
    for command in [RUN, &["undo"]] {
        project
            .docgen(command)
            .exits(2)
            .says("another docgen (process 123, since 2020-01-01 12:01:07, ")
            .says("`docgen run src`) is at work in this tree")
            .says("--wait");
    }
    project
        .docgen(&[RUN, &["--wait=0"]].concat())
        .exits(2)
        .says("wait longer");
    // What writes nothing needs no lock.
    project.docgen(&[RUN, &["--diff"]].concat()).exits(1);
    project.docgen(&["runs"]).exits(0);
    assert_eq!(project.read("app.py"), SOURCE);
    let child = waiting(&project);
    drop(lock);
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, Some(0), "{}", project.read("stderr.txt"));
    assert_ne!(project.read("app.py"), SOURCE);
}

#[test]
fn ctrl_c_ends_the_wait() {
    let project = Project::with(SOURCE);
    let _lock = taken(&project);
    let mut child = waiting(&project);
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(project.read("app.py"), SOURCE);
}

#[test]
fn two_at_once_ask_nothing_twice() {
    let azure = FakeAzure::builder()
        .latency(Duration::from_millis(100))
        .start();
    let project = (0..8).fold(Project::new().azure(&azure), |project, n| {
        project.file(&format!("m{n}.py"), SOURCE)
    });
    let arguments = ["run", "--wait", "--max-concurrency", "2"];
    let both: Vec<Child> = (0..2)
        .map(|_| project.command(&arguments).spawn().unwrap())
        .collect();
    for child in both {
        Ran::from(child.wait_with_output().unwrap()).exits(0);
    }
    let asked: Vec<String> = azure
        .requests()
        .iter()
        .flat_map(|request| prompted(&request.body))
        .map(|one| one.name)
        .collect();
    let functions = asked.iter().filter(|name| *name == "f").count();
    assert_eq!(functions, 8, "{asked:?}");
    assert!((0..8).all(|n| {
        project
            .read(&format!("m{n}.py"))
            .contains("as the fake says.")
    }));
}

#[test]
fn a_file_system_without_locks_is_no_obstacle() {
    let project = Project::with(SOURCE);
    // A folder in the lock's place cannot be locked like a file.
    std::fs::create_dir_all(project.path(".docgen/lock")).unwrap();
    let ran = project.docgen(RUN).exits(0);
    let ran = ran.says("see to it that no other docgen works on this tree");
    assert_eq!(ran.stderr.matches("warning").count(), 1, "{}", ran.stderr);
    assert_ne!(project.read("app.py"), SOURCE);
    project.docgen(&["undo"]).exits(0);
    assert_eq!(project.read("app.py"), SOURCE);
}
