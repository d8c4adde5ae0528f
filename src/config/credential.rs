//! Which credential of those that are set up goes to a deployment.

use std::io::{ErrorKind, Read as _};
use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};

use super::choices::AzureAuth;
use super::env::{Key, Secret, Secrets};
use super::error::{ConfigError, KEY, Missing};
use super::llm::{Credential, Entra, Identity};
use super::partial::{PartialAzure, PartialDeployment};
use super::texts::Name;

/// Azure's key.
const AZURE_KEY: &str = "AZURE_OPENAI_API_KEY";
/// A token that somebody else got from Microsoft Entra ID.
const AZURE_TOKEN: &str = "AZURE_OPENAI_AD_TOKEN";
/// A key or a token is not longer.
const MAX_KEY_BYTES: u64 = 64 << 10;

/// What proves to the deployment of `entry` who is asking, or what is missing for it.
///
/// Unless a setting says which, it is the first that is set up: the key of the deployment's own
/// variable, a token, a key, an identity of Microsoft Entra ID.
pub(crate) fn of_azure(
    azure: &PartialAzure,
    entry: &PartialDeployment,
    secrets: &Secrets,
) -> Result<Result<Credential, Missing>, ConfigError> {
    let own_key = entry.key_variable.as_ref().map(Name::as_str);
    let auth = match (entry.auth, own_key) {
        (Some(auth), _) => auth,
        (None, Some(_)) => AzureAuth::Key,
        (None, None) => azure.auth.unwrap_or_default(),
    };
    let key = || match own_key {
        Some(name) => secrets.named.get(name).map(checked).transpose(),
        None => secrets.azure_key.as_ref().map(known).transpose(),
    };
    let token = || secrets.azure_token.as_ref().map(checked).transpose();
    let tokens_of = |identity: Identity| {
        let scope = azure.scope.as_ref().map(Name::to_string);
        Credential::Entra(Entra { identity, scope })
    };
    let found = match auth {
        AzureAuth::Auto => match token()? {
            Some(token) => Some(Credential::Bearer(token)),
            None => match key()? {
                Some(key) => Some(Credential::ApiKey(key)),
                None => secrets.entra.identity()?.map(tokens_of),
            },
        },
        AzureAuth::Key => key()?.map(Credential::ApiKey),
        AzureAuth::Token => token()?.map(Credential::Bearer),
        AzureAuth::Entra => {
            let identity = secrets.entra.identity()?;
            Some(tokens_of(identity.unwrap_or_else(|| secrets.entra.cli())))
        }
        AzureAuth::ManagedIdentity => Some(tokens_of(secrets.entra.managed())),
        AzureAuth::Cli => Some(tokens_of(secrets.entra.cli())),
    };
    Ok(found.ok_or_else(|| match auth {
        AzureAuth::Token => Missing {
            what: "the token",
            name: AZURE_TOKEN.to_owned(),
        },
        _ => Missing {
            what: KEY,
            name: own_key.unwrap_or(AZURE_KEY).to_owned(),
        },
    }))
}

/// What proves to Azure AI Search who is asking: its key, or an identity of Microsoft Entra ID if
/// one is set up.
pub(crate) fn of_search(secrets: &Secrets) -> Result<Option<Credential>, ConfigError> {
    if let Some(key) = &secrets.search_key {
        return Ok(Some(Credential::ApiKey(checked(key)?)));
    }
    let identity = secrets.entra.identity()?;
    // What its tokens are for, the service's host says.
    Ok(identity.map(|identity| {
        Credential::Entra(Entra {
            identity,
            scope: None,
        })
    }))
}

/// The key in a variable that the settings name, if it is set.
pub(crate) fn of_variable(
    name: &str,
    secrets: &Secrets,
) -> Result<Option<SecretString>, ConfigError> {
    secrets.named.get(name).map(checked).transpose()
}

/// The key itself, read from its file if it is in one.
pub(crate) fn known(key: &Key) -> Result<SecretString, ConfigError> {
    match key {
        Key::Known(secret) => checked(secret),
        Key::InFile { path, named_by } => read(path).map_err(|fault| ConfigError::KeyFile {
            path: path.clone(),
            named_by: named_by.clone(),
            fault,
        }),
    }
}

fn read(path: &Path) -> Result<SecretString, String> {
    let mut text = String::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MAX_KEY_BYTES + 1).read_to_string(&mut text))
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound => "does not exist".to_owned(),
            ErrorKind::InvalidData => "holds no text".to_owned(),
            _ => format!("cannot be read: {error}"),
        })?;
    let key = SecretString::from(text.trim());
    if key.expose_secret().is_empty() {
        return Err("is empty".to_owned());
    }
    if text.len() as u64 > MAX_KEY_BYTES || !is_for_header(&key) {
        return Err(format!("holds {UNFIT}"));
    }
    Ok(key)
}

/// The secret, if a header can carry it; its text is in no error.
fn checked(secret: &Secret) -> Result<SecretString, ConfigError> {
    if is_for_header(&secret.value) {
        return Ok(secret.value.clone());
    }
    Err(ConfigError::Variable {
        name: secret.name.clone(),
        file: secret.file.clone(),
        message: format!("holds {UNFIT}"),
    })
}

const UNFIT: &str = "a space or another character that a key cannot have";

fn is_for_header(secret: &SecretString) -> bool {
    let mut bytes = secret.expose_secret().bytes();
    bytes.all(|byte| byte.is_ascii_graphic())
}
