//! What tokens are for, by the endpoint's host.
//!
//! The documentation names two scopes, and a resource takes one of them or both: the older one of
//! Cognitive Services, and the one of Azure AI that hosts of Microsoft Foundry want.

/// The scope to ask with, and the one to ask with when the service finds fault with the audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scopes {
    pub(super) first: String,
    pub(super) other: Option<String>,
}

/// A cloud of its own: what its hosts end in, the end of its scopes, and where it gives tokens.
struct Cloud {
    hosts: &'static str,
    top: &'static str,
    authority: &'static str,
}

const PUBLIC: Cloud = Cloud {
    hosts: ".azure.com",
    top: "azure.com",
    authority: "https://login.microsoftonline.com",
};

const SOVEREIGN: [Cloud; 2] = [
    Cloud {
        hosts: ".azure.us",
        top: "azure.us",
        authority: "https://login.microsoftonline.us",
    },
    Cloud {
        hosts: ".azure.cn",
        top: "azure.cn",
        authority: "https://login.chinacloudapi.cn",
    },
];

impl Scopes {
    /// The scope that a setting names, and no other; or those that suit the host.
    pub(super) fn new(setting: Option<&str>, host: &str) -> Self {
        if let Some(scope) = setting {
            return Self {
                first: scope.to_owned(),
                other: None,
            };
        }
        let top = cloud(host).top;
        let cognitive = format!("https://cognitiveservices.{top}/.default");
        let foundry = format!("https://ai.{top}/.default");
        if without_port(host).ends_with(&format!(".services.ai.{top}")) {
            return Self {
                first: foundry,
                other: Some(cognitive),
            };
        }
        Self {
            first: cognitive,
            other: Some(foundry),
        }
    }
}

/// What tokens for a service of Azure AI Search are for.
pub(in crate::llm) fn of_search(host: &str) -> String {
    // Its hosts are below `search.windows.net` in the public cloud, and below `search.azure.us` and the
    // like in the others.
    format!("https://search.{}/.default", cloud(host).top)
}

/// Where the host's cloud gives tokens.
pub(super) fn authority(host: &str) -> &'static str {
    cloud(host).authority
}

fn cloud(host: &str) -> &'static Cloud {
    let host = without_port(host);
    let found = SOVEREIGN.iter().find(|cloud| host.ends_with(cloud.hosts));
    found.unwrap_or(&PUBLIC)
}

fn without_port(host: &str) -> &str {
    host.split_once(':').map_or(host, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_says_the_scope() {
        let first = |host: &str| Scopes::new(None, host).first;
        let cognitive = "https://cognitiveservices.azure.com/.default";
        assert_eq!(first("shop.openai.azure.com"), cognitive);
        assert_eq!(first("shop.cognitiveservices.azure.com"), cognitive);
        assert_eq!(first("gateway.example:8443"), cognitive);
        let foundry = "https://ai.azure.com/.default";
        assert_eq!(first("shop.services.ai.azure.com"), foundry);
        assert_eq!(first("shop.services.ai.azure.com:443"), foundry);
        assert_eq!(
            first("shop.openai.azure.us"),
            "https://cognitiveservices.azure.us/.default"
        );
        assert_eq!(authority("shop.openai.azure.us"), SOVEREIGN[0].authority);
        assert_eq!(authority("localhost:80"), PUBLIC.authority);
        assert_eq!(
            of_search("shop.search.windows.net"),
            "https://search.azure.com/.default"
        );
        assert_eq!(
            of_search("shop.search.azure.us"),
            "https://search.azure.us/.default"
        );
        let set = Scopes::new(Some("api://mine/.default"), "shop.openai.azure.com");
        assert_eq!(
            (set.first.as_str(), set.other),
            ("api://mine/.default", None)
        );
    }
}
