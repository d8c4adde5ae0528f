//! The reply: the type it is read into, and the strict JSON schema derived from that type.

use schemars::transform::{RecursiveTransform, Transform as _};
use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::{Deserialize, Serialize};

/// What the model returns for a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// One for each definition asked about.
    pub docstrings: Vec<Draft>,
    /// Entries that could not be read, each with its id and what is wrong with it; in their place
    /// stands an empty draft without an id.
    #[serde(skip)]
    #[schemars(skip)]
    pub unread: Vec<(String, super::Fault)>,
}

/// The words for one definition. The facts in it are checked against the code, never believed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// The id that the prompt gave the definition.
    pub id: String,
    /// One line.
    pub summary: String,
    /// What the summary leaves out, or null.
    pub description: Option<String>,
    /// A description for each parameter.
    pub args: Vec<NamedText>,
    /// What is returned, or null.
    pub returns: Option<String>,
    /// What is yielded, or null.
    pub yields: Option<String>,
    /// When each exception is raised.
    pub raises: Vec<RaiseText>,
    /// A description for each attribute of a class.
    pub attributes: Vec<NamedText>,
    /// Examples of use; none unless the settings want them.
    #[serde(default)]
    pub examples: Vec<ExampleText>,
    /// What its users must know beyond the description, or null.
    #[serde(default)]
    pub notes: Option<String>,
}

/// An example of use.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExampleText {
    /// What the code shows, or null.
    #[serde(default)]
    pub description: Option<String>,
    /// Lines beginning with `>>>` or `...`.
    pub code: String,
}

/// Words about a parameter or attribute.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedText {
    /// The name, without stars.
    pub name: String,
    /// The words.
    pub description: String,
}

/// Words about an exception.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RaiseText {
    /// The exception's name.
    pub exception: String,
    /// When it is raised.
    pub description: String,
}

/// The schema of [`Reply`] as strict structured outputs take it: every property required, nothing
/// else allowed, no keyword outside of the supported set (Azure OpenAI, «Structured outputs»). It
/// is the same for every request, so the service compiles it once.
#[must_use]
pub fn reply_schema() -> serde_json::Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<Reply>();
    RecursiveTransform(strict).transform(&mut schema);
    schema.to_value()
}

fn strict(schema: &mut Schema) {
    // A schema without descriptions is shorter, and each request pays for it; the system
    // message says the same in better words.
    for keyword in ["title", "format", "description", "default"] {
        schema.remove(keyword);
    }
    let Some(properties) = schema
        .get("properties")
        .and_then(serde_json::Value::as_object)
    else {
        return;
    };
    let names: Vec<String> = properties.keys().cloned().collect();
    schema.insert("required".to_owned(), names.into());
    schema.insert("additionalProperties".to_owned(), false.into());
}

impl Reply {
    /// Reads a reply; the error says where in it the fault is. An entry that cannot be read, and has
    /// an id, does not take the others with it.
    pub fn read(content: &str) -> Result<Self, super::Fault> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Entries {
            docstrings: Vec<serde_json::Value>,
        }
        let entries: Entries = read(&mut serde_json::Deserializer::from_str(content), "")?;
        let mut reply = Self::default();
        for (index, entry) in entries.docstrings.into_iter().enumerate() {
            let id = entry.get("id").and_then(serde_json::Value::as_str);
            let id = id.map(str::to_owned);
            match (read(entry, &format!("docstrings[{index}]")), id) {
                (Ok(draft), _) => reply.docstrings.push(draft),
                (Err(fault), Some(id)) => {
                    reply.unread.push((id, fault));
                    reply.docstrings.push(Draft::default());
                }
                (Err(fault), None) => return Err(fault),
            }
        }
        Ok(reply)
    }
}

/// Reads what is `under` a path.
fn read<'de, T: Deserialize<'de>>(
    from: impl serde::Deserializer<'de, Error = serde_json::Error>,
    under: &str,
) -> Result<T, super::Fault> {
    serde_path_to_error::deserialize(from).map_err(|error| {
        let path = error.path().to_string();
        let path = match (under, path.as_str()) {
            ("", _) => path,
            (under, ".") => under.to_owned(),
            (under, _) => format!("{under}.{path}"),
        };
        super::Fault {
            path,
            kind: super::FaultKind::Unreadable,
            message: error.inner().to_string(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_strict_and_the_type_reads_what_it_allows() {
        let schema = reply_schema();
        let text = serde_json::to_string(&schema).unwrap();
        for keyword in ["$ref", "$schema", "title", "minLength", "format"] {
            assert!(!text.contains(keyword), "{keyword} in {text}");
        }
        let draft = &schema["properties"]["docstrings"]["items"];
        assert_eq!(draft["required"].as_array().unwrap().len(), 10);
        assert_eq!(draft["additionalProperties"], false);
        assert_eq!(
            draft["properties"]["returns"]["type"],
            serde_json::json!(["string", "null"])
        );
    }

    #[test]
    fn an_entry_that_cannot_be_read_is_alone_at_fault() {
        let draft = |id: &str| {
            let draft = Draft {
                id: id.to_owned(),
                ..Draft::default()
            };
            serde_json::to_value(draft).unwrap()
        };
        let mut wrong = draft("d2");
        wrong["args"] = serde_json::json!([{ "name": 1, "description": "" }]);
        let reply = serde_json::json!({ "docstrings": [draft("d1"), wrong, draft("d3")] });
        let reply = Reply::read(&reply.to_string()).unwrap();
        let ids: Vec<&str> = reply.docstrings.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, ["d1", "", "d3"]);
        let [(id, fault)] = &reply.unread[..] else {
            panic!("{:?}", reply.unread)
        };
        assert_eq!(
            (id.as_str(), fault.path.as_str()),
            ("d2", "docstrings[1].args[0].name")
        );
    }

    #[test]
    fn a_fault_names_its_path() {
        let draft = serde_json::to_value(Draft::default()).unwrap();
        let mut wrong = draft.clone();
        wrong.as_object_mut().unwrap().remove("id");
        wrong["args"] = serde_json::json!([{ "name": 1, "description": "" }]);
        let reply = serde_json::json!({ "docstrings": [draft, wrong] });
        let fault = Reply::read(&reply.to_string()).unwrap_err();
        assert_eq!(fault.path, "docstrings[1].args[0].name");
        assert!(Reply::read("Sure! Here it is").is_err());
    }
}
