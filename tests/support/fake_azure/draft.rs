//! What a prompt asks for, and a reply that holds against it.

use serde_json::{Value, json};

/// A definition that the last message of a prompt asks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompted {
    /// The id that the reply must repeat.
    pub id: String,
    /// The qualified name.
    pub name: String,
    /// `function`, `method`, `class`, `module` and the like.
    pub kind: String,
    /// The names of the arguments, without stars.
    pub args: Vec<String>,
    /// Whether a value is returned.
    pub returns: bool,
    /// Whether values are yielded.
    pub yields: bool,
    /// The exceptions that are raised.
    pub raises: Vec<String>,
    /// The attributes of a class.
    pub attributes: Vec<String>,
}

/// The definitions that the last user message of a request asks about.
pub fn prompted(body: &Value) -> Vec<Prompted> {
    let messages = body["messages"].as_array().map_or(&[][..], Vec::as_slice);
    let last = messages.iter().rfind(|message| message["role"] == "user");
    let text = last
        .and_then(|message| message["content"].as_str())
        .unwrap_or_default();
    let mut definitions = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let id = line
            .strip_prefix("<definition id=\"")
            .and_then(|rest| rest.strip_suffix("\">"));
        if let Some(id) = id {
            let header: Vec<&str> = lines
                .by_ref()
                .take_while(|line| *line != "source:")
                .collect();
            definitions.push(Prompted::read(id, &header));
        }
    }
    definitions
}

impl Prompted {
    fn read(id: &str, header: &[&str]) -> Self {
        let field = |name: &str| {
            let mut pairs = header.iter().filter_map(|line| line.split_once(':'));
            pairs
                .find(|(key, _)| *key == name)
                .map_or("", |(_, value)| value.trim())
        };
        let list = |name: &str| match field(name) {
            "" | "none" => Vec::new(),
            names => names
                .split(',')
                .map(|name| name.trim().trim_start_matches('*').to_owned())
                .collect(),
        };
        Self {
            id: id.to_owned(),
            name: field("name").to_owned(),
            kind: field("kind").to_owned(),
            args: list("args"),
            returns: field("returns") == "yes",
            yields: field("yields") == "yes",
            raises: list("raises"),
            attributes: list("attributes"),
        }
    }

    /// A docstring that says of the definition what the prompt says, in the fake's words.
    pub fn draft(&self) -> Value {
        let last = self.name.rsplit('.').next().unwrap_or_default();
        let described = |name: &String| json!({"name": name, "description": format!("The {} that the fake knows.", words(name))});
        let raised = |name: &String| json!({"exception": name, "description": format!("If the fake meets `{name}`.")});
        json!({
            "id": self.id,
            "summary": format!("Handle {} as the fake says.", words(last)),
            "description": null,
            "args": self.args.iter().map(described).collect::<Vec<_>>(),
            "returns": self.returns.then_some("What the fake returns."),
            "yields": self.yields.then_some("What the fake yields."),
            "raises": self.raises.iter().map(raised).collect::<Vec<_>>(),
            "attributes": self.attributes.iter().map(described).collect::<Vec<_>>(),
        })
    }
}

/// A reply with these docstrings.
pub(super) fn reply(docstrings: &[Value]) -> String {
    json!({ "docstrings": docstrings }).to_string()
}

/// An identifier in words: `OrderRepository` and `order_repository` give `order repository`.
fn words(name: &str) -> String {
    let mut words = String::new();
    let mut was_lower = false;
    for c in name.chars() {
        let starts_word = c == '_' || (c.is_uppercase() && was_lower);
        if starts_word && !words.is_empty() && !words.ends_with(' ') {
            words.push(' ');
        }
        if c != '_' {
            words.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    match words.trim_end() {
        "" => "it".to_owned(),
        words => words.to_owned(),
    }
}
