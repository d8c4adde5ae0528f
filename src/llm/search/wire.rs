//! What goes over the wire to Azure AI Search and comes back.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::error::{Failure, excerpt};

/// How much a word weighs by the field that it stands in.
const WEIGHTS: [(&str, f64); 3] = [("name", 4.0), ("identifiers", 2.0), ("docstring", 1.0)];

/// A document of the index.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchDocument {
    /// Its key: letters, digits, `_`, `-` and `=` alone.
    pub key: String,
    /// The project that it is of.
    pub project: String,
    /// A word for what it may be an example of.
    pub group: String,
    /// What tells its content from others'.
    pub hash: String,
    /// The words of its name.
    pub name: String,
    /// The words of what it is made of.
    pub identifiers: String,
    /// Its docstring.
    pub docstring: String,
    /// Its vector, if there are any.
    pub vector: Option<Vec<f32>>,
}

/// A document as a listing has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Listed {
    /// Its key.
    #[serde(rename = "id")]
    pub key: String,
    /// The hash that it was uploaded with.
    #[serde(default)]
    pub hash: String,
}

/// What is searched for.
#[derive(Debug, Clone, Copy)]
pub struct SearchQuery<'q> {
    /// The project that documents have to be of.
    pub project: &'q str,
    /// The group that they have to be in.
    pub group: &'q str,
    /// Words, divided by blanks; none of them is an operator.
    pub words: &'q str,
    /// What the documents should be near to.
    pub vector: Option<&'q [f32]>,
    /// Documents to find, at most.
    pub count: usize,
}

/// The definition of the index, with vectors of so many `dimensions` if there are any.
pub(super) fn definition(index: &str, dimensions: Option<usize>) -> Value {
    let text = |name: &str| {
        json!({
            "name": name, "type": "Edm.String", "searchable": true, "filterable": false,
            "retrievable": true, "sortable": false, "facetable": false,
        })
    };
    let plain = |name: &str, is_key: bool, is_filterable: bool| {
        json!({
            "name": name, "type": "Edm.String", "key": is_key, "searchable": false,
            "filterable": is_filterable, "retrievable": true, "sortable": is_key, "facetable": false,
        })
    };
    let mut fields = vec![
        plain("id", true, true),
        plain("project", false, true),
        plain("group", false, true),
        plain("hash", false, false),
        text("name"),
        text("identifiers"),
        text("docstring"),
    ];
    let weights: serde_json::Map<String, Value> = WEIGHTS
        .iter()
        .map(|(field, weight)| ((*field).to_owned(), json!(weight)))
        .collect();
    let mut definition = json!({
        "name": index,
        "scoringProfiles": [{"name": "names-first", "text": {"weights": weights}}],
        "defaultScoringProfile": "names-first",
    });
    if let Some(dimensions) = dimensions {
        fields.push(json!({
            "name": "vector", "type": "Collection(Edm.Single)", "searchable": true,
            "filterable": false, "retrievable": false, "stored": false, "sortable": false,
            "facetable": false, "dimensions": dimensions, "vectorSearchProfile": "nearest",
        }));
        definition["vectorSearch"] = json!({
            "algorithms": [{
                "name": "graph", "kind": "hnsw",
                "hnswParameters": {"m": 4, "efConstruction": 400, "efSearch": 500, "metric": "cosine"},
            }],
            "profiles": [{"name": "nearest", "algorithm": "graph"}],
        });
    }
    definition["fields"] = Value::Array(fields);
    definition
}

/// Whether an index has the fields that documents are uploaded with.
pub(super) fn check(found: &Value, dimensions: Option<usize>) -> Result<(), String> {
    let wanted = definition("", dimensions);
    let field = |definition: &Value, name: &Value| {
        let fields = definition["fields"].as_array()?;
        fields.iter().find(|field| field["name"] == *name).cloned()
    };
    for one in wanted["fields"].as_array().into_iter().flatten() {
        let name = &one["name"];
        let Some(there) = field(found, name) else {
            return Err(format!("it has no field {name}"));
        };
        for property in ["type", "key", "searchable", "filterable", "dimensions"] {
            let is_same = one[property].is_null()
                || there[property] == one[property]
                || (one[property] == false && there[property].is_null());
            // More than is needed does no harm.
            let is_more = one[property] == false && property == "filterable";
            if !is_same && !is_more {
                return Err(format!(
                    "its field {name} has {property} {} in place of {}",
                    excerpt(&there[property].to_string()),
                    one[property]
                ));
            }
        }
    }
    Ok(())
}

/// A document that is added, or replaces the one of its key.
#[derive(Serialize)]
pub(super) struct Upload<'d> {
    #[serde(rename = "@search.action")]
    action: &'static str,
    id: &'d str,
    project: &'d str,
    group: &'d str,
    hash: &'d str,
    name: &'d str,
    identifiers: &'d str,
    docstring: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    vector: Option<&'d [f32]>,
}

impl<'d> Upload<'d> {
    pub(super) fn new(document: &'d SearchDocument) -> Self {
        Self {
            action: "mergeOrUpload",
            id: &document.key,
            project: &document.project,
            group: &document.group,
            hash: &document.hash,
            name: &document.name,
            identifiers: &document.identifiers,
            docstring: &document.docstring,
            vector: document.vector.as_deref(),
        }
    }
}

/// A document that is taken out.
pub(super) fn deletion(key: &str) -> Value {
    json!({"@search.action": "delete", "id": key})
}

/// A page of a project's documents, in the order of their keys.
pub(super) fn listing(project: &str, count: usize, skip: usize) -> Value {
    json!({
        "search": "*",
        "filter": format!("project eq {}", literal(project)),
        "select": "id,hash",
        "orderby": "id",
        "top": count,
        "skip": skip,
    })
}

impl SearchQuery<'_> {
    pub(super) fn body(&self) -> Value {
        let filter = format!(
            "project eq {} and group eq {}",
            literal(self.project),
            literal(self.group)
        );
        let mut body = json!({
            "search": words(self.words),
            "queryType": "simple",
            "searchMode": "any",
            "searchFields": "name,identifiers,docstring",
            "filter": filter,
            "select": "id",
            "top": self.count,
        });
        if let Some(vector) = self.vector {
            body["vectorQueries"] = json!([{
                "kind": "vector", "vector": vector, "fields": "vector", "k": self.count,
            }]);
        }
        body
    }
}

/// A string of `OData`, whose only escape is the doubled quote.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Words without anything that the simple syntax could take for an operator.
fn words(text: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() { c } else { ' ' };
    let text: String = text.chars().map(plain).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[derive(Deserialize)]
struct Answer<T> {
    value: Vec<T>,
}

/// What became of one change.
#[derive(Debug, Deserialize)]
pub(super) struct Status {
    pub(super) key: String,
    #[serde(rename = "status")]
    is_taken: bool,
    #[serde(rename = "errorMessage", default)]
    message: Option<String>,
    #[serde(rename = "statusCode", default)]
    code: u16,
}

impl Status {
    pub(super) fn is_taken(&self) -> bool {
        self.is_taken
    }

    /// Whether the same change may be taken later: the document was changed at the same time, the index
    /// is being changed, or the service has too much to do.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self.code, 409 | 422 | 429 | 500..=599)
    }

    pub(super) fn message(&self) -> String {
        let message = excerpt(self.message.as_deref().unwrap_or("no explanation"));
        format!("status {}: {message}", self.code)
    }

    pub(super) fn failure(&self) -> Failure {
        Failure::Status {
            status: self.code,
            message: excerpt(self.message.as_deref().unwrap_or("no explanation")),
        }
    }
}

pub(super) fn read_statuses(body: &[u8]) -> Result<Vec<Status>, String> {
    read::<Status>(body)
}

pub(super) fn read_listing(body: &[u8]) -> Result<Vec<Listed>, String> {
    read::<Listed>(body)
}

pub(super) fn read_hits(body: &[u8]) -> Result<Vec<(String, f64)>, String> {
    #[derive(Deserialize)]
    struct Hit {
        id: String,
        #[serde(rename = "@search.score")]
        score: f64,
    }
    let hits = read::<Hit>(body)?.into_iter();
    Ok(hits.map(|hit| (hit.id, hit.score)).collect())
}

fn read<T: for<'de> Deserialize<'de>>(body: &[u8]) -> Result<Vec<T>, String> {
    let answer: Answer<T> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    Ok(answer.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_query_is_an_operator() {
        let query = SearchQuery {
            project: "it's",
            group: "callable",
            words: "load +order -\"x\" (a|b) c* ~",
            vector: Some(&[0.5]),
            count: 7,
        };
        let body = query.body();
        assert_eq!(body["search"], "load order x a b c");
        assert_eq!(body["filter"], "project eq 'it''s' and group eq 'callable'");
        assert_eq!(body["vectorQueries"][0]["k"], 7);
        let plain = SearchQuery {
            vector: None,
            ..query
        };
        assert!(plain.body().get("vectorQueries").is_none());
    }

    #[test]
    fn an_index_made_for_something_else_is_told_apart() {
        let own = definition("docgen", Some(4));
        assert_eq!(check(&own, Some(4)), Ok(()));
        assert_eq!(check(&own, None), Ok(()), "vectors that nobody needs");
        let fault = check(&own, Some(8)).unwrap_err();
        assert!(fault.contains("dimensions 4 in place of 8"), "{fault}");
        let fault = check(&definition("docgen", None), Some(4)).unwrap_err();
        assert_eq!(fault, "it has no field \"vector\"");
        // The service gives every property back, also those that were not set.
        let mut full = own.clone();
        full["fields"][0]["analyzer"] = Value::Null;
        full["fields"][4]["dimensions"] = Value::Null;
        assert_eq!(check(&full, Some(4)), Ok(()));
    }

    #[test]
    fn what_may_be_sent_again_is_told_by_its_status() {
        let body = br#"{"value":[{"key":"1","status":true,"errorMessage":null,"statusCode":201},
            {"key":"2","status":false,"errorMessage":"busy","statusCode":503},
            {"key":"3","status":false,"errorMessage":"bad","statusCode":400}]}"#;
        let read = read_statuses(body).unwrap();
        let told: Vec<_> = read
            .iter()
            .map(|one| (one.is_taken(), one.may_pass()))
            .collect();
        assert_eq!(told, [(true, false), (false, true), (false, false)]);
        assert_eq!(read[2].message(), "status 400: bad");
    }
}
