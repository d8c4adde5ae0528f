//! A temporary project and the built binary run in it, its environment scrubbed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::fake_azure::FakeAzure;

/// A temporary folder with a project in it.
pub struct Project {
    folder: tempfile::TempDir,
    environment: BTreeMap<String, String>,
}

/// What a run of the binary left behind.
#[derive(Debug)]
pub struct Ran {
    pub stdout: String,
    pub stderr: String,
    pub code: Option<i32>,
}

impl Project {
    /// An empty project.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("docgen-test")
            .tempdir()
            .unwrap();
        Self {
            folder,
            environment: BTreeMap::new(),
        }
    }

    /// A project with one file, `app.py`.
    pub fn with(source: &str) -> Self {
        Self::new().file("app.py", source)
    }

    /// A copy of `fixtures/shop`, in the folder `shop`.
    pub fn shop() -> Self {
        let project = Self::new();
        copy(&fixtures().join("shop"), &project.path("shop"));
        project
    }

    /// Adds a text file.
    pub fn file(self, path: &str, text: &str) -> Self {
        self.bytes(path, text.as_bytes())
    }

    /// Adds a file.
    pub fn bytes(self, path: &str, bytes: &[u8]) -> Self {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    /// Sets a variable for the binary.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Points the binary at a fake Azure; retries wait next to nothing.
    pub fn azure(self, azure: &FakeAzure) -> Self {
        let settings =
            "[retry]\ninitial_backoff_ms = 1\nmax_backoff_seconds = 1\nmax_attempts = 3\n";
        let settings = if self.path("docgen.toml").exists() {
            None
        } else {
            Some(settings)
        };
        let project = match settings {
            Some(settings) => self.file("docgen.toml", settings),
            None => self,
        };
        project
            .env("AZURE_OPENAI_ENDPOINT", &azure.endpoint())
            .env("AZURE_OPENAI_API_KEY", azure.key())
            .env("AZURE_OPENAI_DEPLOYMENT", azure.deployment())
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// A file's text.
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap()
    }

    /// The binary with these arguments, not yet started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_docgen"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear();
        // Windows cannot open a socket without its system folder; the rest is the test's.
        for name in ["PATH", "SYSTEMROOT"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .env("HOME", self.folder.path())
            .envs(&self.environment);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the binary to its end.
    pub fn docgen(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).output().unwrap())
    }

    /// Every file's bytes, by path, but for docgen's own state.
    pub fn snapshot(&self, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = self.everything(folder);
        files.retain(|path, _| path.iter().all(|part| part != ".docgen"));
        files
    }

    /// Every file's bytes, by path.
    pub fn everything(&self, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.path(folder), &mut files);
        files
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            code: output.status.code(),
        }
    }
}

impl Ran {
    /// Holds the run to an exit status.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "stdout:\n{}\nstderr:\n{}",
            self.stdout,
            self.stderr
        );
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }

    /// Holds standard error to contain a text.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(
            self.stderr.contains(text),
            "no `{text}` in stderr:\n{}\nstdout:\n{}",
            self.stderr,
            self.stdout
        );
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}:\n{}", self.stdout))
    }
}

/// The folder of fixtures.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// Copies a folder.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn collect(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.insert(path.clone(), std::fs::read(&path).unwrap());
        }
    }
}
