//! Which identity of Microsoft Entra ID the environment sets up.

use std::path::PathBuf;

use url::Url;

use super::env::{Secret, Variables};
use super::error::{AZURE, ConfigError, Missing};
use super::llm::{Application, Identity};

/// The names that Azure's own libraries read.
const TENANT: &str = "AZURE_TENANT_ID";
const CLIENT: &str = "AZURE_CLIENT_ID";
const SECRET: &str = "AZURE_CLIENT_SECRET";
const TOKEN_FILE: &str = "AZURE_FEDERATED_TOKEN_FILE";
const AUTHORITY: &str = "AZURE_AUTHORITY_HOST";
/// Azure sets it where a service (App Service, Container Apps, Functions) has a managed identity.
const MANAGED: &str = "IDENTITY_ENDPOINT";

/// What the environment says of identities, not looked at yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct EntraVariables {
    tenant: Option<String>,
    client: Option<String>,
    secret: Option<Secret>,
    token_file: Option<PathBuf>,
    authority: Option<String>,
    is_managed: bool,
    /// The files that the command-line tools leave when somebody has signed in.
    sign_ins: Vec<PathBuf>,
}

impl EntraVariables {
    pub(crate) fn read(variables: &Variables) -> Self {
        let home = ["HOME", "USERPROFILE"];
        let home = home.into_iter().find_map(|name| variables.path(name));
        // Azure CLI and Azure Developer CLI: the variable that moves the folder, the folder, the file.
        let tools = [
            ("AZURE_CONFIG_DIR", ".azure", "azureProfile.json"),
            ("AZD_CONFIG_DIR", ".azd", "auth.json"),
        ];
        let sign_ins = tools.into_iter().filter_map(|(variable, folder, file)| {
            let below_home = || home.as_ref().map(|home| home.join(folder));
            let folder = variables.path(variable).or_else(below_home)?;
            Some(folder.join(file))
        });
        Self {
            tenant: variables.text(TENANT),
            client: variables.text(CLIENT),
            secret: variables.secret(&[SECRET]),
            token_file: variables.path(TOKEN_FILE),
            authority: variables.text(AUTHORITY),
            is_managed: variables.is_in_process(MANAGED),
            sign_ins: sign_ins.collect(),
        }
    }

    /// The application's secret.
    pub(crate) fn secret(&self) -> Option<&Secret> {
        self.secret.as_ref()
    }

    /// The identity that is set up, in the order of Azure's own libraries; nothing is asked and
    /// nothing is started to find out.
    pub(crate) fn identity(&self) -> Result<Option<Identity>, ConfigError> {
        if let Some(secret) = &self.secret {
            return Ok(Some(Identity::ClientSecret {
                application: self.application()?,
                secret: secret.value.clone(),
            }));
        }
        if let Some(token_file) = &self.token_file {
            return Ok(Some(Identity::Workload {
                application: self.application()?,
                token_file: token_file.clone(),
            }));
        }
        if self.is_managed {
            return Ok(Some(self.managed()));
        }
        let is_signed_in = self.sign_ins.iter().any(|file| file.is_file());
        Ok(is_signed_in.then(|| self.cli()))
    }

    /// The machine's identity; whether it has one only Azure can tell.
    pub(crate) fn managed(&self) -> Identity {
        Identity::Managed {
            client: self.client.clone(),
        }
    }

    /// Whoever is signed in to a command-line tool, if anybody is.
    pub(crate) fn cli(&self) -> Identity {
        Identity::Cli {
            tenant: self.tenant.clone(),
        }
    }

    fn application(&self) -> Result<Application, ConfigError> {
        let missing = |is_missing: bool, what, name: &str| {
            let name = name.to_owned();
            is_missing.then_some(Missing { what, name })
        };
        let (Some(tenant), Some(client)) = (&self.tenant, &self.client) else {
            let missing = [
                missing(self.tenant.is_none(), "the tenant", TENANT),
                missing(self.client.is_none(), "the application", CLIENT),
            ];
            return Err(ConfigError::Incomplete {
                service: AZURE,
                missing: missing.into_iter().flatten().collect(),
            });
        };
        Ok(Application {
            tenant: tenant.clone(),
            client: client.clone(),
            authority: self.authority.as_deref().map(authority).transpose()?,
        })
    }
}

/// Azure's libraries take the host alone, too. A secret is sent there, so it is never plain HTTP.
fn authority(text: &str) -> Result<Url, ConfigError> {
    let address = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    let url = Url::parse(&address).ok();
    url.filter(|url| url.scheme() == "https")
        .ok_or_else(|| ConfigError::Variable {
            name: AUTHORITY.to_owned(),
            file: None,
            message: "not an https address".to_owned(),
        })
}

#[cfg(test)]
mod tests {
    use super::super::env::Environment;
    use super::*;

    fn identity(pairs: &[(&str, &str)]) -> Result<Option<Identity>, ConfigError> {
        let environment: Environment = pairs.iter().copied().collect();
        let variables = EntraVariables::read(&Variables::without_file(environment));
        assert!(!format!("{variables:?}").contains("hidden"));
        variables.identity()
    }

    const APPLICATION: [(&str, &str); 2] = [(TENANT, "contoso"), (CLIENT, "app")];

    #[test]
    fn a_secret_goes_before_a_workload_and_this_before_the_machine() {
        let all = [
            (SECRET, "hidden"),
            (TOKEN_FILE, "/token"),
            (MANAGED, "http://localhost"),
        ];
        let with = |more: &[(&str, &str)]| identity(&[&APPLICATION, more].concat()).unwrap();
        let found = with(&all);
        assert!(
            matches!(&found, Some(Identity::ClientSecret { application, .. }) if application.tenant == "contoso")
        );
        assert!(!format!("{found:?}").contains("hidden"));
        assert!(matches!(with(&all[1..]), Some(Identity::Workload { .. })));
        assert!(
            matches!(with(&all[2..]), Some(Identity::Managed { client: Some(client) }) if client == "app")
        );
        assert!(with(&[]).is_none(), "an application alone proves nothing");
    }

    #[test]
    fn who_signed_in_is_seen_by_the_file_that_it_left() {
        let home = tempfile::tempdir().unwrap();
        let at_home = [("HOME", home.path().to_str().unwrap())];
        assert!(identity(&at_home).unwrap().is_none());
        for (folder, file) in [(".azd", "auth.json"), (".azure", "azureProfile.json")] {
            let folder = home.path().join(folder);
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join(file), "{}").unwrap();
            assert!(matches!(
                identity(&at_home).unwrap(),
                Some(Identity::Cli { tenant: None })
            ));
            std::fs::remove_dir_all(&folder).unwrap();
        }
    }

    #[test]
    fn half_an_application_is_named() {
        let error = identity(&[(SECRET, "hidden"), (CLIENT, "app")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Azure OpenAI is not set up: the tenant is missing"
        );
        assert!(error.hint().unwrap().contains(TENANT));
        let more = [(SECRET, "hidden"), (AUTHORITY, "http://login.example")];
        let error = identity(&[&APPLICATION[..], &more].concat()).unwrap_err();
        assert!(error.to_string().contains(AUTHORITY), "{error}");
        let more = [(SECRET, "hidden"), (AUTHORITY, "login.microsoftonline.us")];
        let found = identity(&[&APPLICATION[..], &more].concat()).unwrap();
        assert!(
            matches!(found, Some(Identity::ClientSecret { application, .. })
                if application.authority.as_ref().unwrap().as_str() == "https://login.microsoftonline.us/")
        );
    }
}
