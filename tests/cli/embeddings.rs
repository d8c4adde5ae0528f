//! Embeddings over the wire, as the library gives them.

use docgen::config::{self, Isolation, LoadRequest, PartialConfig, Provider};
use docgen::llm::Client;

use crate::support::fake_azure::FakeAzure;

fn client(azure: &FakeAzure, settings: &str) -> Client {
    let flags: PartialConfig = toml::from_str(settings).unwrap();
    let loaded = config::load(LoadRequest {
        paths: &[],
        config_file: None,
        isolated: Isolation::Isolated,
        flags,
        environment: [
            ("AZURE_OPENAI_ENDPOINT", azure.endpoint()),
            ("AZURE_OPENAI_API_KEY", azure.key().to_owned()),
            ("AZURE_OPENAI_DEPLOYMENT", azure.deployment().to_owned()),
        ]
        .into_iter()
        .collect(),
    });
    let Provider::Model(llm) = loaded.unwrap().provider().unwrap() else {
        panic!("Azure is the default");
    };
    Client::new(&llm).unwrap()
}

#[tokio::test]
async fn vectors_come_in_the_order_of_the_texts_over_several_requests() {
    let azure = FakeAzure::start();
    let texts: Vec<String> = (0..2_100).map(|n| "a".repeat(n % 7)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let embeddings = client(&azure, "").embed(&texts, None).await.unwrap();
    assert_eq!(embeddings.vectors.len(), texts.len());
    for (text, vector) in texts.iter().zip(&embeddings.vectors) {
        // An empty text, which the service refuses, is asked for as a blank.
        let expected = if text.is_empty() {
            32.0
        } else {
            97.0 * f32::from(u8::try_from(text.len()).unwrap())
        };
        assert_eq!(vector, &[expected; 4]);
    }
    assert_eq!(embeddings.usage.prompt.get(), 2_100);
    let requests = azure.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].path, "/openai/v1/embeddings");
    assert_eq!(requests[0].body["model"], azure.deployment());
    assert!(requests[0].body.get("max_tokens").is_none());
}

#[tokio::test]
async fn the_classic_route_has_them_too() {
    let azure = FakeAzure::start();
    let client = client(&azure, "azure.api = 'classic'");
    let embeddings = client.embed(&["a"], Some(2)).await.unwrap();
    assert_eq!(embeddings.vectors, [[97.0, 97.0]]);
    let request = &azure.requests()[0];
    assert_eq!(request.path, "/openai/deployments/docs/embeddings");
    assert!(request.query.contains("api-version=") && request.body.get("model").is_none());
}

#[tokio::test]
async fn nothing_asked_is_nothing_sent() {
    let azure = FakeAzure::start();
    let embeddings = client(&azure, "").embed(&[], None).await.unwrap();
    assert!(embeddings.vectors.is_empty() && azure.requests().is_empty());
}
