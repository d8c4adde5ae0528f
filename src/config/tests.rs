//! The sources together: precedence, providers, and the example file.

use std::path::{Path, PathBuf};

use super::*;

const EXAMPLE: &str = include_str!("../../config.example.toml");

struct Project(tempfile::TempDir);

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".git"), "").unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    fn load(&self, environment: &[(&str, &str)], flags: &str) -> Result<Loaded, ConfigError> {
        self.load_isolated(environment, flags, Isolation::Project)
    }

    fn load_isolated(
        &self,
        environment: &[(&str, &str)],
        flags: &str,
        isolated: Isolation,
    ) -> Result<Loaded, ConfigError> {
        load(LoadRequest {
            paths: &[self.0.path().to_path_buf()],
            config_file: None,
            isolated,
            flags: toml::from_str(flags).unwrap(),
            environment: environment.iter().copied().collect(),
        })
    }

    fn root(&self) -> &Path {
        self.0.path()
    }
}

const AZURE: [(&str, &str); 3] = [
    ("AZURE_OPENAI_ENDPOINT", "https://shop.openai.azure.com"),
    ("AZURE_OPENAI_DEPLOYMENT", "writer"),
    ("AZURE_OPENAI_API_KEY", "hidden-key"),
];

fn model(loaded: &Loaded) -> Box<Llm> {
    match loaded.provider().unwrap() {
        Provider::Model(llm) => llm,
        Provider::Offline => panic!("no model"),
    }
}

#[test]
fn each_source_wins_over_those_before_it() {
    let concurrency = |project: &Project, environment: &[(&str, &str)], flags: &str| {
        let environment = [environment, &AZURE].concat();
        let loaded = project.load(&environment, flags).unwrap();
        model(&loaded).deployments[0].quota.max_concurrency.get()
    };
    let variable = [("DOCGEN_MAX_CONCURRENCY", "3")];
    let flag = "[quota]\nmax_concurrency = 4";
    let (empty, file) = (
        Project::new(&[]),
        ("docgen.toml", "[quota]\nmax_concurrency = 1"),
    );
    assert_eq!(concurrency(&empty, &[], ""), 256);
    let project = Project::new(&[file]);
    assert_eq!(concurrency(&project, &[], ""), 1);
    let project = Project::new(&[file, (".env", "DOCGEN_MAX_CONCURRENCY=2")]);
    assert_eq!(concurrency(&project, &[], ""), 2);
    assert_eq!(concurrency(&project, &variable, ""), 3);
    assert_eq!(concurrency(&project, &variable, flag), 4);
}

#[test]
fn without_any_source_the_defaults_hold() {
    let project = Project::new(&[]);
    let loaded = project.load(&[], "").unwrap();
    let config = &loaded.config;
    assert_eq!(loaded.source, None);
    assert_eq!(config.files.root, project.root());
    assert!(config.files.exclude.contains(&".venv".to_owned()));
    assert_eq!(config.select, Select::default());
    assert_eq!(config.docstring, DocstringStyle::default());
    assert_eq!(config.batch, Batch::default());
    assert_eq!(config.check.fail_under, Check::default().fail_under);
    let report = std::env::current_dir().unwrap().join("docgen-report.md");
    let report = ReportFile::try_from(report).unwrap();
    assert_eq!(config.reports, std::slice::from_ref(&report));
    let mut defaults = PartialConfig::defaults();
    defaults.report.path = Some(ReportFiles::new(vec![report]));
    assert_eq!(loaded.settings(), &defaults);
    let llm = model(&project.load(&AZURE, "").unwrap());
    assert_eq!(llm.deployments[0].quota, Quota::default());
    assert_eq!(llm.retry, Retry::default());
}

#[test]
fn excluded_globs_are_replaced_and_extended_ones_add_up() {
    let file = "[files]\nexclude = [\"a\"]\nextend_exclude = [\"b\"]";
    let project = Project::new(&[("docgen.toml", file)]);
    let exclude = |flags| project.load(&[], flags).unwrap().config.files.exclude;
    assert_eq!(exclude(""), ["a", "b"]);
    assert_eq!(exclude("files.extend_exclude = ['c']"), ["a", "b", "c"]);
    assert_eq!(exclude("files.exclude = ['d']"), ["d", "b"]);
}

#[test]
fn a_report_is_where_its_source_means_it() {
    let project = Project::new(&[("docgen.toml", "[report]\npath = \"out/r.md\"")]);
    let report = |flags| {
        let reports = project.load(&[], flags).unwrap().config.reports;
        let paths = reports.into_iter().map(|file| file.path);
        paths.collect::<Vec<_>>()
    };
    assert_eq!(report(""), [project.root().join("out/r.md")]);
    let here = std::env::current_dir().unwrap();
    assert_eq!(report("[report]\npath = 'r.md'"), [here.join("r.md")]);
    assert_eq!(
        report("[report]\npath = ['r.md', '/x/r.html']"),
        [here.join("r.md"), "/x/r.html".into()]
    );
    assert!(report("[report]\nenabled = false").is_empty());
}

#[test]
fn the_project_s_line_length_holds_unless_docgen_has_one() {
    let pyproject = "[tool.ruff]\nline-length = 100\n";
    let own = format!("{pyproject}[tool.docgen]\ndocstring.line_length = 72\n");
    let length = |text: &str, isolated| {
        let project = Project::new(&[("pyproject.toml", text)]);
        let loaded = project.load_isolated(&[], "", isolated).unwrap();
        loaded.config.docstring.line_length.columns()
    };
    assert_eq!(length(pyproject, Isolation::Project), 100);
    assert_eq!(length(&own, Isolation::Project), 72);
    assert_eq!(length(&own, Isolation::Isolated), 88);
}

#[test]
fn isolation_leaves_out_every_file() {
    let project = Project::new(&[("docgen.toml", "not toml"), (".env", "not env")]);
    let loaded = project
        .load_isolated(&AZURE, "", Isolation::Isolated)
        .unwrap();
    assert_eq!(loaded.source, None);
    assert!(project.load(&AZURE, "").is_err());
}

#[test]
fn a_deployment_s_address_tells_its_name_and_its_version() {
    let project = Project::new(&[]);
    let pasted = "https://shop.openai.azure.com/openai/deployments/writer/chat/completions\
                  ?api-version=2025-01-01-preview";
    let environment = [
        ("AZURE_OPENAI_ENDPOINT", pasted),
        ("AZURE_OPENAI_API_KEY", "k"),
    ];
    let load = |flags| {
        model(&project.load(&environment, flags).unwrap())
            .deployments
            .remove(0)
            .surface
    };
    assert!(matches!(load(""), Surface::AzureV1 { deployment, .. } if deployment == "writer"));
    assert!(matches!(
        load("azure.deployment = 'other'"),
        Surface::AzureV1 { deployment, .. } if deployment == "other"
    ));
    assert!(matches!(
        load("azure.api = 'classic'"),
        Surface::AzureClassic { api_version, .. } if api_version == "2025-01-01-preview"
    ));
    assert!(matches!(
        load("azure = { api = 'classic', api_version = '2024-06-01' }"),
        Surface::AzureClassic { api_version, .. } if api_version == "2024-06-01"
    ));
}

#[test]
fn a_deployment_s_model_and_price_are_its_own_or_everybody_s() {
    let settings = "[azure]\nmodel = 'gpt-4.1'\ndeployments = [{ deployment = 'one' }, { deployment = \
                    'two', model = 'gpt-4o', price = { output = 3 } }]\n[price]\ninput = 0.5\noutput = 2";
    let project = Project::new(&[("docgen.toml", settings)]);
    let deployments = model(&project.load(&AZURE, "").unwrap()).deployments;
    let known = deployments.iter().map(|one| {
        let price = one.price;
        (
            one.model.as_deref(),
            price.input,
            price.output,
            price.cached_input,
        )
    });
    let known: Vec<_> = known.collect();
    assert_eq!(
        known,
        [
            (Some("gpt-4.1"), Some(0.5), Some(2.0), None),
            (Some("gpt-4o"), Some(0.5), Some(3.0), None),
        ]
    );
    let project = Project::new(&[("docgen.toml", "[price]\ninput = -1\n")]);
    let error = project.load(&AZURE, "").unwrap_err().to_string();
    assert!(error.contains("docgen.toml:2:9"), "{error}");
}

#[test]
fn azure_is_reached_with_a_key_or_a_token() {
    let project = Project::new(&[]);
    let llm = model(&project.load(&AZURE, "").unwrap());
    assert!(matches!(
        llm.deployments[0].credential,
        Some(Credential::ApiKey(_))
    ));
    assert!(
        matches!(&llm.deployments[0].surface, Surface::AzureV1 { deployment, .. } if deployment == "writer")
    );
    let token = [("AZURE_OPENAI_AD_TOKEN", "hidden-token")];
    let loaded = project
        .load(&[&AZURE[..], &token].concat(), "azure.api = 'classic'")
        .unwrap();
    let llm = model(&loaded);
    assert!(matches!(
        llm.deployments[0].credential,
        Some(Credential::Bearer(_))
    ));
    assert!(
        matches!(&llm.deployments[0].surface, Surface::AzureClassic { api_version, .. } if api_version == "2024-10-21")
    );
    let shown = format!("{loaded:?} {llm:?}");
    assert!(!shown.contains("hidden"), "{shown}");
}

#[test]
fn what_is_missing_is_said_when_the_model_is_needed() {
    let project = Project::new(&[]);
    let loaded = project.load(&[], "").unwrap();
    let error = loaded.provider().unwrap_err();
    assert_eq!(
        error.to_string(),
        "Azure OpenAI is not set up: the endpoint, the deployment and the key are missing"
    );
    assert_eq!(
        error.hint().unwrap(),
        "set `AZURE_OPENAI_ENDPOINT`, `AZURE_OPENAI_DEPLOYMENT` and `AZURE_OPENAI_API_KEY` in the \
         environment or in `.env`; in place of a key, Microsoft Entra ID will do (`az login`, a service \
         principal or a managed identity, see `azure.auth`); `--provider offline` needs none of them"
    );
    let error = project
        .load(&AZURE[..2], "")
        .unwrap()
        .provider()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "Azure OpenAI is not set up: the key is missing"
    );
    let offline = project.load(&[], "provider = 'offline'").unwrap();
    assert!(matches!(offline.provider(), Ok(Provider::Offline)));
}

#[test]
fn a_key_that_no_header_can_carry_is_refused_unseen() {
    let project = Project::new(&[]);
    let environment = [&AZURE[..2], &[("AZURE_OPENAI_API_KEY", "hidden key")]].concat();
    let error = project
        .load(&environment, "")
        .unwrap()
        .provider()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "environment variable `AZURE_OPENAI_API_KEY`: holds a space or another character that a \
         key cannot have"
    );
    assert!(!format!("{error:?}").contains("hidden"));
}

#[test]
fn openai_needs_a_key_and_a_server_of_one_s_own_none() {
    let project = Project::new(&[]);
    let flags = "provider = 'openai'\n";
    let error = project.load(&[], flags).unwrap().provider().unwrap_err();
    assert_eq!(
        error.to_string(),
        "OpenAI is not set up: the model and the key are missing"
    );
    let environment = [
        ("OPENAI_BASE_URL", "http://localhost:11434/v1"),
        ("DOCGEN_MODEL", "m"),
    ];
    let llm = model(&project.load(&environment, flags).unwrap());
    assert!(llm.deployments[0].credential.is_none());
    assert!(matches!(&llm.deployments[0].surface, Surface::OpenAi { model, .. } if model == "m"));
    let environment = [("OPENAI_API_KEY", "k"), ("DOCGEN_MODEL", "m")];
    let llm = model(&project.load(&environment, flags).unwrap());
    assert!(matches!(
        llm.deployments[0].credential,
        Some(Credential::Bearer(_))
    ));
}

#[test]
fn the_example_shows_the_defaults() {
    let example: PartialConfig = toml::from_str(EXAMPLE).unwrap();
    assert_eq!(example, PartialConfig::defaults());
}

fn collect_keys(table: &toml::Table, prefix: &str, keys: &mut Vec<String>) {
    for (key, value) in table {
        let path = format!("{prefix}{key}");
        match value {
            // A setting may be a table too; such as it is in the example, an empty one.
            toml::Value::Table(section) if !section.is_empty() => {
                collect_keys(section, &format!("{path}."), keys);
            }
            _ => keys.push(path),
        }
    }
}

#[test]
fn the_example_shows_every_key() {
    let is_setting = |line: &str| {
        let key = line.split(" = ").next().unwrap_or("");
        let is_of_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        line.contains(" = ") && key.chars().all(is_of_key)
    };
    let uncommented: Vec<_> = EXAMPLE
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(setting) if is_setting(setting) => setting,
            _ => line,
        })
        .collect();
    let text = uncommented.join("\n");
    document::settings(Path::new("config.example.toml"), &text).unwrap();
    let table: toml::Table = toml::from_str(&text).unwrap();
    let mut shown = Vec::new();
    collect_keys(&table, "", &mut shown);
    let settings = keys::known()
        .into_iter()
        .filter(|(_, kind)| *kind == keys::Kind::Setting);
    let mut known: Vec<_> = settings.map(|(path, _)| path).collect();
    shown.sort();
    known.sort();
    assert_eq!(shown, known);
}

#[test]
fn a_named_file_counts_even_when_isolated() {
    let project = Project::new(&[("mine.toml", "provider = \"offline\"")]);
    let path: PathBuf = project.root().join("mine.toml");
    let loaded = load(LoadRequest {
        paths: &[],
        config_file: Some(path.clone()),
        isolated: Isolation::Isolated,
        flags: PartialConfig::default(),
        environment: Environment::default(),
    });
    let loaded = loaded.unwrap();
    assert_eq!(loaded.source, Some(path));
    assert!(matches!(loaded.provider(), Ok(Provider::Offline)));
}
