//! Which of the three routes a request takes, and whether it may.

use serde_json::json;

use super::http::{Recorded, Reply};

/// A way to the chat completions.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// `/openai/v1/`, the deployment in the body.
    V1,
    /// `/openai/deployments/NAME/`, with the version that the query names.
    Classic { api_version: String },
    /// `/v1/`, as OpenAI has it.
    OpenAi,
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Chat,
    Embeddings,
}

/// The operation that a path ends in, and what stands before it.
fn operation(path: &str) -> Option<(Operation, &str)> {
    let chat = path.strip_suffix("/chat/completions");
    let chat = chat.map(|base| (Operation::Chat, base));
    let embeddings = path.strip_suffix("/embeddings");
    chat.or(embeddings.map(|base| (Operation::Embeddings, base)))
}

/// The route of a request and what it asks for, or the answer to one that has none or proves nobody.
pub(super) fn find(
    request: &Recorded,
    key: &str,
    deployment: &str,
) -> Result<(Route, Operation), Reply> {
    let Some((operation, base)) = operation(&request.path) else {
        return Err(resource_not_found());
    };
    route(request, base, key, deployment).map(|route| (route, operation))
}

fn route(request: &Recorded, base: &str, key: &str, deployment: &str) -> Result<Route, Reply> {
    let classic = base.strip_prefix("/openai/deployments/");
    let is_authorized = |route: &Route| authorize(request, route, key);
    if request.method != "POST" {
        return Err(resource_not_found());
    }
    match (base, classic) {
        ("/openai/v1", _) => is_authorized(&Route::V1).map(|()| Route::V1),
        ("/v1", _) => is_authorized(&Route::OpenAi).map(|()| Route::OpenAi),
        (_, Some(name)) => {
            let Some(api_version) = request
                .query
                .split('&')
                .find_map(|pair| pair.strip_prefix("api-version="))
            else {
                return Err(resource_not_found());
            };
            let route = Route::Classic {
                api_version: api_version.to_owned(),
            };
            is_authorized(&route)?;
            if !is_dated(api_version) {
                return Err(Reply::json(
                    400,
                    &json!({"error": {"code": "BadRequest", "message": "API version not supported"}}),
                ));
            }
            if percent_decoded(name) != deployment {
                return Err(deployment_not_found());
            }
            Ok(route)
        }
        _ => Err(resource_not_found()),
    }
}

pub(super) fn resource_not_found() -> Reply {
    Reply::json(
        404,
        &json!({"error": {"code": "404", "message": "Resource not found"}}),
    )
}

pub(super) fn deployment_not_found() -> Reply {
    Reply::json(
        404,
        &json!({"error": {
            "code": "DeploymentNotFound",
            "message": "The API deployment for this resource does not exist. If you created the \
                        deployment within the last 5 minutes, please wait a moment and try again.",
        }}),
    )
}

pub(super) fn wrong_key() -> Reply {
    Reply::json(
        401,
        &json!({"error": {
            "code": "401",
            "message": "Access denied due to invalid subscription key or wrong API endpoint. Make \
                        sure to provide a valid key for an active subscription and use a correct \
                        regional API endpoint for your resource.",
        }}),
    )
}

fn authorize(request: &Recorded, route: &Route, key: &str) -> Result<(), Reply> {
    let bearer = request
        .header("authorization")
        .and_then(|value| value.strip_prefix("Bearer "));
    let api_key = request.header("api-key");
    match route {
        _ if bearer == Some(key) => Ok(()),
        Route::OpenAi => Err(Reply::json(
            401,
            &json!({"error": {
                "message": "Incorrect API key provided.", "type": "invalid_request_error",
                "param": null, "code": "invalid_api_key",
            }}),
        )),
        _ if api_key == Some(key) => Ok(()),
        _ if bearer.is_some() => Err(Reply::json(
            401,
            &json!({
                "statusCode": 401,
                "message": "Unauthorized. Access token is missing, invalid, audience is incorrect \
                            (https://cognitiveservices.azure.com), or have expired.",
            }),
        )),
        _ => Err(wrong_key()),
    }
}

/// Whether a version reads `YYYY-MM-DD` or `YYYY-MM-DD-preview`.
fn is_dated(version: &str) -> bool {
    let date = version.strip_suffix("-preview").unwrap_or(version);
    let shape: String = date
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    shape == "0000-00-00"
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let (b'%', Some(byte)) = (first, hex) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
