//! What to do about an error: the setting to change, the role to ask for, the address to check.

use std::time::Duration;

use super::error::{Failure, LlmError, Service, Stage, Target, TokenSource};

impl LlmError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Setup(_) => {
                "check that certificates are installed (package `ca-certificates`) and that the \
                 proxy variables hold valid addresses"
                    .to_owned()
            }
            Self::BadEndpoint(_) => {
                "give an address such as `https://NAME.openai.azure.com`".to_owned()
            }
            Self::BadCredential(target) => {
                format!(
                    "copy the key into `{}` again, without line breaks or quotes",
                    target.key_variable()
                )
            }
            Self::NoToken { by, message } => token_hint(*by, message),
            Self::NoEntra => {
                "set `AZURE_OPENAI_API_KEY`, or build docgen with its default features".to_owned()
            }
            Self::Unauthorized { target, message } => unauthorized_hint(target, message),
            Self::Forbidden {
                target, message, ..
            } => forbidden_hint(target, message),
            Self::NotFound { target, .. } => not_found_hint(target),
            Self::Unsupported { .. } => {
                "choose a deployment of a chat model that is not retired; models newer than the \
                 dated API versions are served by the v1 route only, so leave the API version out"
                    .to_owned()
            }
            Self::LargerThanQuota { .. } => "raise the deployment's quota and \
                 `quota.tokens_per_minute`, or lower `batch.max_tokens` and \
                 `model.reasoning_effort`"
                .to_owned(),
            Self::QuotaExhausted { retry_after, .. } => quota_hint(*retry_after).to_owned(),
            Self::Rejected {
                status: 300..=399, ..
            } => "set the endpoint to the address it redirects to; docgen does not follow \
                 redirects, since they would carry the key to another host"
                .to_owned(),
            Self::ProxyDenied(_) | Self::Rejected { status: 407, .. } => {
                "give them in `HTTPS_PROXY`, as `http://USER:PASSWORD@HOST:PORT` (`%40` for an `@` \
                 in them), or name hosts to be reached without it in `NO_PROXY`"
                    .to_owned()
            }
            Self::BadProxy { variable } => format!(
                "write `{variable}` as `http://HOST:PORT` or `http://USER:PASSWORD@HOST:PORT`, or \
                 unset it"
            ),
            Self::Authorities { named_by, .. } => format!(
                "let `{named_by}` name a PEM file (`-----BEGIN CERTIFICATE-----`), or remove it to \
                 trust the system's authorities"
            ),
            Self::Untrusted { .. } => "let `network.ca_bundle` or `SSL_CERT_FILE` name a PEM file \
                 with the certificate authority of your network, and check the endpoint's host name"
                .to_owned(),
            Self::RetriesExhausted { target, last, .. } => return retries_hint(target, last),
            Self::BadRequest {
                parameter: Some(name),
                ..
            } if name.starts_with("response_format") => {
                "docgen wrote this part of the request; please report it with this message"
                    .to_owned()
            }
            Self::BadRequest {
                parameter: Some(name),
                ..
            } if self.is_fatal() => format!("change or remove the setting behind `{name}`"),
            Self::OverBudget(over) => return over.hint(),
            Self::ContentFiltered { .. }
            | Self::ContextTooLong
            | Self::OutputLimit { .. }
            | Self::Blocked { .. }
            | Self::Closed
            | Self::BadRequest { .. }
            | Self::Rejected { .. } => return None,
        };
        Some(hint)
    }
}

fn quota_hint(retry_after: Option<Duration>) -> &'static str {
    if retry_after.is_none() {
        "add credit or raise the limit of the account; waiting does not help"
    } else {
        "raise the deployment's tokens-per-minute quota, or make batches smaller if one request is \
         larger than the quota of a minute; a trial subscription has to wait"
    }
}

impl Target {
    fn key_variable(&self) -> &'static str {
        match self.service {
            Service::Azure => "AZURE_OPENAI_API_KEY",
            Service::OpenAi => "OPENAI_API_KEY",
        }
    }

    fn address_variable(&self) -> &'static str {
        match self.service {
            Service::Azure => "AZURE_OPENAI_ENDPOINT",
            Service::OpenAi => "OPENAI_BASE_URL",
        }
    }
}

fn mentions(message: &str, words: &[&str]) -> bool {
    let message = message.to_ascii_lowercase();
    words.iter().any(|word| message.contains(word))
}

/// Entra's errors have numbers that its documentation explains (`AADSTS` and the number).
fn token_hint(by: TokenSource, message: &str) -> String {
    let hint = if mentions(message, &["aadsts7000215", "aadsts7000222"]) {
        "make a new client secret for the application and set `AZURE_CLIENT_SECRET` to its value (not \
         its id); a secret runs out after some months"
    } else if mentions(message, &["aadsts700016"]) {
        "check `AZURE_CLIENT_ID` and `AZURE_TENANT_ID`: the tenant has no such application"
    } else if mentions(message, &["aadsts90002", "aadsts900021", "aadsts900023"]) {
        "check `AZURE_TENANT_ID`: there is no such tenant"
    } else if mentions(message, &["aadsts500011"]) {
        "the tenant does not know what the token is for: set `azure.scope`, or check the tenant"
    } else if mentions(message, &["aadsts70021", "aadsts700211", "aadsts700213"]) {
        "give the application a federated credential with the issuer, subject and audience of the \
         token in `AZURE_FEDERATED_TOKEN_FILE`"
    } else if mentions(message, &["certificate that cannot be trusted"]) {
        "let `network.ca_bundle` or `SSL_CERT_FILE` name a PEM file with the certificate authority \
         of your network"
    } else {
        match by {
            TokenSource::ClientSecret => {
                "check `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET`, and that the \
                 network leads to Entra's host"
            }
            TokenSource::Workload => {
                "check `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_FEDERATED_TOKEN_FILE`, and \
                 that the network leads to Entra's host"
            }
            TokenSource::Managed => {
                "run docgen on a machine in Azure that has a managed identity; `AZURE_CLIENT_ID` \
                 chooses one if it has several, and `azure.auth` another way to sign in"
            }
            TokenSource::Cli => {
                "sign in with `az login` (or `azd auth login`), or set `AZURE_OPENAI_API_KEY`"
            }
        }
    };
    hint.to_owned()
}

fn role_hint() -> String {
    "give the identity the role `Cognitive Services OpenAI User` on the resource (Owner and \
     Contributor do not include it; a new role takes up to 5 minutes)"
        .to_owned()
}

fn unauthorized_hint(target: &Target, message: &str) -> String {
    if target.service == Service::OpenAi {
        return "set `OPENAI_API_KEY` to a key of this server".to_owned();
    }
    if mentions(message, &["principal", "permission"]) {
        return role_hint();
    }
    if mentions(message, &["token", "audience"]) {
        return "sign in to the tenant of the resource (`az login --tenant TENANT`), and get a new \
                token if `AZURE_OPENAI_AD_TOKEN` holds one: `az account get-access-token --scope \
                https://cognitiveservices.azure.com/.default` (for a host of \
                `services.ai.azure.com`: `https://ai.azure.com/.default`)"
            .to_owned();
    }
    "check that `AZURE_OPENAI_API_KEY` is a key of the resource that `AZURE_OPENAI_ENDPOINT` names"
        .to_owned()
}

fn forbidden_hint(target: &Target, message: &str) -> String {
    if mentions(
        message,
        &["virtual network", "firewall", "public access", "private"],
    ) {
        "the resource takes calls from its own network only: run docgen inside it, use the \
         resource's custom subdomain, and check that the host name resolves to the private address"
            .to_owned()
    } else if mentions(message, &["key based", "authenticationtypedisabled"]) {
        "the resource takes no keys: sign in with `az login` and set `azure.auth = \"entra\"`, or set \
         `AZURE_OPENAI_AD_TOKEN` to an Entra token"
            .to_owned()
    } else if target.service == Service::OpenAi {
        "check that the key may use this model".to_owned()
    } else {
        role_hint()
    }
}

fn not_found_hint(target: &Target) -> String {
    match target.service {
        Service::Azure => format!(
            "either no deployment is called `{}` (see the resource's list of deployments; a \
             model's name is not a deployment's name; a new one takes up to 5 minutes, a retired \
             one is gone), or the path is wrong: check `AZURE_OPENAI_ENDPOINT`, and the API \
             version if one is set",
            target.name
        ),
        Service::OpenAi => format!(
            "either the server has no model `{}`, or `OPENAI_BASE_URL` has the wrong path; most \
             servers want it to end in `/v1`",
            target.name
        ),
    }
}

fn retries_hint(target: &Target, last: &Failure) -> Option<String> {
    let variable = target.address_variable();
    Some(match last {
        Failure::Connect(_)
        | Failure::Timeout {
            stage: Stage::Connect,
            ..
        } => format!(
            "check the host in `{variable}`, the network, and `HTTPS_PROXY` if there is a proxy"
        ),
        Failure::Timeout { stage, .. } => format!(
            "raise `{}`, make batches smaller (`batch.max_definitions`), or lower \
             `model.reasoning_effort`",
            stage.setting()
        ),
        Failure::Malformed(_) => format!("check that `{variable}` is a chat-completions endpoint"),
        Failure::Status { status: 429, .. } => {
            "set the requests and tokens per minute to what the deployment has, or lower them if \
             others share it"
                .to_owned()
        }
        Failure::Status { .. } | Failure::Broken(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Target {
        Target {
            service: Service::Azure,
            name: "docs".into(),
            host: "example.com".into(),
        }
    }

    #[test]
    fn hints_tell_the_causes_of_a_401_and_a_403_apart() {
        let hint = |message: &str| unauthorized_hint(&target(), message);
        assert!(hint("invalid subscription key").contains("AZURE_OPENAI_API_KEY"));
        assert!(hint("Access token is missing, audience").contains("AZURE_OPENAI_AD_TOKEN"));
        assert!(hint("Principal does not have access").contains("Cognitive Services OpenAI User"));
        let hint = |message: &str| forbidden_hint(&target(), message);
        assert!(hint("Virtual Network/Firewall rules").contains("network"));
        assert!(hint("Key based authentication is disabled").contains("AZURE_OPENAI_AD_TOKEN"));
    }
}
