//! Azure AI Search on loopback: an index over HTTP that checks requests as the service does, keeps
//! documents, finds them by words and vectors, and fails as a test tells it to.
//!
//! Paths, fields and bodies are those of the service's published specification, version 2024-07-01.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use super::loopback::Loopback;

/// A key that may do everything.
pub const ADMIN_KEY: &str = "fake-admin-key-0123456789";
/// A key that may search alone.
pub const QUERY_KEY: &str = "fake-query-key-0123456789";

const VERSION: &str = "2024-07-01";
const MOST_ACTIONS: usize = 1_000;
const MOST_BYTES: usize = 16 << 20;

/// A running fake.
pub struct FakeSearch {
    server: Loopback,
    state: Arc<Mutex<State>>,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub body: Value,
    /// The status of the answer.
    pub status: u16,
}

#[derive(Default)]
struct State {
    indexes: BTreeMap<String, Index>,
    asked: Vec<Asked>,
    /// Whole requests that are answered with 503 before others are served.
    throttled: usize,
    /// Text of a document, the status that its upload gets, and how often.
    faults: Vec<(String, u16, usize)>,
    is_gone: bool,
}

struct Index {
    definition: Value,
    documents: BTreeMap<String, Value>,
}

/// A status and a body, or an error.
type Reply = (u16, Value);

impl FakeSearch {
    /// A service without an index.
    pub fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        let server = Loopback::http(move |head, body| {
            let mut state = shared.lock().unwrap();
            let (status, answer) = serve(&mut state, head, body);
            respond(status, &answer)
        });
        Self { server, state }
    }

    /// The service's address.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Answers so many requests with 503 first.
    pub fn throttle(&self, count: usize) {
        self.lock().throttled = count;
    }

    /// Answers so many uploads of a document that holds `text` with `status`.
    pub fn fail_document(&self, text: &str, status: u16, times: usize) {
        self.lock().faults.push((text.to_owned(), status, times));
    }

    /// Answers every request with 500.
    pub fn break_down(&self) {
        self.lock().is_gone = true;
    }

    /// Puts an index there that somebody else has made.
    pub fn make_index(&self, name: &str, definition: Value) {
        let index = Index {
            definition,
            documents: BTreeMap::new(),
        };
        self.lock().indexes.insert(name.to_owned(), index);
    }

    /// Puts a document of another project into an index.
    pub fn add_document(&self, index: &str, document: Value) {
        let key = document["id"].as_str().unwrap().to_owned();
        let mut state = self.lock();
        let index = state.indexes.get_mut(index).unwrap();
        index.documents.insert(key, document);
    }

    /// Every request so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.lock().asked.clone()
    }

    /// Requests whose path ends in this, so far.
    pub fn count(&self, method: &str, end: &str) -> usize {
        let asked = self.asked();
        let is_one = |one: &&Asked| one.method == method && one.path.ends_with(end);
        asked.iter().filter(is_one).count()
    }

    /// The documents of an index.
    pub fn documents(&self, index: &str) -> Vec<Value> {
        let state = self.lock();
        let found = state.indexes.get(index);
        found.map_or_else(Vec::new, |index| {
            index.documents.values().cloned().collect()
        })
    }

    /// An index as it was made.
    pub fn definition(&self, index: &str) -> Option<Value> {
        let state = self.lock();
        state
            .indexes
            .get(index)
            .map(|index| index.definition.clone())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

fn respond(status: u16, body: &Value) -> Vec<u8> {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    format!(
        "HTTP/1.1 {status} Fake\r\ncontent-type: application/json; odata.metadata=minimal\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn error(status: u16, message: &str) -> Reply {
    (status, json!({"error": {"code": "", "message": message}}))
}

fn serve(state: &mut State, head: &str, body: &str) -> Reply {
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (
        first.next().unwrap_or_default().to_owned(),
        first.next().unwrap_or_default().to_owned(),
    );
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let json: Value = serde_json::from_str(body).unwrap_or_default();
    let key = headers.get("api-key").cloned().unwrap_or_default();
    let request = Request {
        method: &method,
        path,
        query,
        key: &key,
        headers: &headers,
        size: body.len(),
        body: &json,
    };
    let reply = answer(state, &request);
    state.asked.push(Asked {
        method: method.clone(),
        path: path.to_owned(),
        body: json,
        status: reply.0,
    });
    reply
}

struct Request<'r> {
    method: &'r str,
    path: &'r str,
    query: &'r str,
    key: &'r str,
    headers: &'r BTreeMap<String, String>,
    size: usize,
    body: &'r Value,
}

fn answer(state: &mut State, request: &Request<'_>) -> Reply {
    if state.is_gone {
        return error(500, "An error has occurred.");
    }
    if state.throttled > 0 {
        state.throttled -= 1;
        return error(503, "You are sending too many requests.");
    }
    if request.query != format!("api-version={VERSION}") {
        return error(
            400,
            "The api-version query parameter is missing or unknown.",
        );
    }
    if ![ADMIN_KEY, QUERY_KEY].contains(&request.key) {
        return error(403, "Access denied: the api-key is not valid.");
    }
    let has_body = request.method != "GET";
    let kind = request.headers.get("content-type").map(String::as_str);
    if has_body && (kind != Some("application/json") || !request.body.is_object()) {
        return error(415, "The body must be JSON.");
    }
    let Some((index, below)) = request
        .path
        .strip_prefix("/indexes('")
        .and_then(|rest| rest.split_once("')"))
    else {
        return error(404, "No such resource.");
    };
    let is_search = below == "/docs/search.post.search";
    if request.key == QUERY_KEY && !is_search {
        return error(403, "A query key cannot be used for this operation.");
    }
    match (request.method, below) {
        ("GET", "") => match state.indexes.get(index) {
            Some(found) => (200, found.definition.clone()),
            None => error(404, &format!("No index with the name '{index}' was found.")),
        },
        ("PUT", "") => make(state, index, request),
        ("POST", "/docs/search.index") => change(state, index, request),
        ("POST", "/docs/search.post.search") => match state.indexes.get(index) {
            Some(found) => search(found, request.body).unwrap_or_else(|fault| error(400, &fault)),
            None => error(404, &format!("The index '{index}' was not found.")),
        },
        _ => error(404, "No such resource."),
    }
}

/// The properties that a field may have, in the order of the specification.
const FIELD: [&str; 13] = [
    "name",
    "type",
    "key",
    "retrievable",
    "stored",
    "searchable",
    "filterable",
    "sortable",
    "facetable",
    "analyzer",
    "dimensions",
    "vectorSearchProfile",
    "synonymMaps",
];

fn make(state: &mut State, name: &str, request: &Request<'_>) -> Reply {
    let is_new_only = request.headers.get("if-none-match").map(String::as_str) == Some("*");
    if is_new_only && state.indexes.contains_key(name) {
        return error(412, "The precondition given in the request was not met.");
    }
    if let Err(fault) = check_definition(name, request.body) {
        return error(400, &fault);
    }
    let index = Index {
        definition: request.body.clone(),
        documents: BTreeMap::new(),
    };
    state.indexes.insert(name.to_owned(), index);
    (201, request.body.clone())
}

fn check_definition(name: &str, definition: &Value) -> Result<(), String> {
    let known = [
        "name",
        "fields",
        "scoringProfiles",
        "defaultScoringProfile",
        "vectorSearch",
    ];
    let properties = definition.as_object().ok_or("no object")?;
    if let Some(odd) = properties.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(format!("The property '{odd}' does not exist."));
    }
    if definition["name"] != name {
        return Err("The name differs from the path's.".to_owned());
    }
    let fields = definition["fields"].as_array().ok_or("no fields")?;
    let keys = fields.iter().filter(|field| field["key"] == true);
    if keys.count() != 1 {
        return Err("Exactly one field must be the key.".to_owned());
    }
    let vector_search = &definition["vectorSearch"];
    for field in fields {
        for property in field.as_object().ok_or("no field")?.keys() {
            if !FIELD.contains(&property.as_str()) {
                return Err(format!("The property '{property}' does not exist."));
            }
        }
        let is_vector = field["type"] == "Collection(Edm.Single)";
        if !is_vector && field["type"] != "Edm.String" {
            return Err(format!("The type {} is not known.", field["type"]));
        }
        if is_vector != field["dimensions"].is_number()
            || is_vector != field["vectorSearchProfile"].is_string()
            || (field.get("stored").is_some() && !is_vector)
        {
            return Err("Vectors have dimensions and a profile, other fields none.".to_owned());
        }
        if is_vector {
            let profile = named(&vector_search["profiles"], &field["vectorSearchProfile"])
                .ok_or("The profile is not defined.")?;
            let algorithm = named(&vector_search["algorithms"], &profile["algorithm"])
                .ok_or("The algorithm is not defined.")?;
            if algorithm["kind"] != "hnsw"
                || algorithm["hnswParameters"]["metric"] != "cosine"
                || field["searchable"] != true
                || field["filterable"] != false
            {
                return Err("The vector field is not as it has to be.".to_owned());
            }
        }
        let is_key = field["key"] == true;
        if is_key && field["type"] != "Edm.String" {
            return Err("The key must be a string.".to_owned());
        }
    }
    for profile in definition["scoringProfiles"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let weights = profile["text"]["weights"].as_object().ok_or("no weights")?;
        for field in weights.keys() {
            if !is(definition, field, "searchable") {
                return Err(format!("The field '{field}' is not searchable."));
            }
        }
    }
    Ok(())
}

fn named<'v>(list: &'v Value, name: &Value) -> Option<&'v Value> {
    list.as_array()?.iter().find(|one| one["name"] == *name)
}

/// Whether a field has a property; strings have all that are not denied.
fn is(definition: &Value, field: &str, property: &str) -> bool {
    named(&definition["fields"], &json!(field)).is_some_and(|found| {
        found[property] != false && (property != "key" || found["key"] == true)
    })
}

fn change(state: &mut State, index: &str, request: &Request<'_>) -> Reply {
    let Some(actions) = request.body["value"].as_array() else {
        return error(400, "The request has no 'value'.");
    };
    if actions.is_empty() || actions.len() > MOST_ACTIONS {
        return error(400, "A batch has 1 to 1000 actions.");
    }
    if request.size > MOST_BYTES {
        return error(413, "The request is too large.");
    }
    let State {
        indexes, faults, ..
    } = state;
    let Some(found) = indexes.get_mut(index) else {
        return error(404, "The index was not found.");
    };
    if let Some(fault) = actions
        .iter()
        .find_map(|action| check_action(&found.definition, action).err())
    {
        return error(400, &fault);
    }
    let mut is_partial = false;
    let mut results = Vec::new();
    for action in actions {
        let key = action["id"].as_str().unwrap_or_default().to_owned();
        let text = action.to_string();
        let fault = faults
            .iter_mut()
            .find(|(part, _, times)| *times > 0 && text.contains(part.as_str()));
        if let Some((_, status, times)) = fault {
            *times -= 1;
            is_partial = true;
            results.push(json!({
                "key": key, "status": false, "errorMessage": "The fake was told so.", "statusCode": status,
            }));
            continue;
        }
        let mut document = action.clone();
        document.as_object_mut().unwrap().remove("@search.action");
        let status = if action["@search.action"] == "delete" {
            found.documents.remove(&key);
            200
        } else if found.documents.insert(key.clone(), document).is_some() {
            200
        } else {
            201
        };
        results
            .push(json!({"key": key, "status": true, "errorMessage": null, "statusCode": status}));
    }
    let status = if is_partial { 207 } else { 200 };
    (status, json!({"value": results}))
}

fn check_action(definition: &Value, action: &Value) -> Result<(), String> {
    let key = action["id"].as_str().ok_or("The document has no key.")?;
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "_-=".contains(c);
    if key.is_empty() || key.len() > 1024 || !key.chars().all(is_allowed) {
        return Err(format!("Invalid document key: '{key}'."));
    }
    match action["@search.action"].as_str() {
        Some("upload" | "merge" | "mergeOrUpload" | "delete") => {}
        _ => return Err("The action is not known.".to_owned()),
    }
    for (name, value) in action.as_object().ok_or("no object")? {
        if name == "@search.action" {
            continue;
        }
        let field = named(&definition["fields"], &json!(name)).ok_or_else(|| {
            format!("The property '{name}' does not exist on type 'search.document'.")
        })?;
        if field["type"] == "Edm.String" {
            if !value.is_string() {
                return Err(format!("The property '{name}' must be a string."));
            }
        } else {
            let numbers = value.as_array().ok_or("The vector is no list.")?;
            if json!(numbers.len()) != field["dimensions"] || !numbers.iter().all(Value::is_number)
            {
                return Err("The vector has not the field's dimensions.".to_owned());
            }
        }
    }
    Ok(())
}

/// What a search may be told.
const SEARCH_PARAMETERS: [&str; 11] = [
    "search",
    "queryType",
    "searchMode",
    "searchFields",
    "filter",
    "select",
    "orderby",
    "top",
    "skip",
    "count",
    "vectorQueries",
];

fn search(index: &Index, body: &Value) -> Result<Reply, String> {
    let definition = &index.definition;
    for name in body.as_object().ok_or("no object")?.keys() {
        if !SEARCH_PARAMETERS.contains(&name.as_str()) {
            return Err(format!("The parameter '{name}' is not known."));
        }
    }
    let top = body["top"].as_u64().unwrap_or(50);
    let skip = body["skip"].as_u64().unwrap_or(0);
    if top > 1_000 || skip > 100_000 {
        return Err("'top' or 'skip' is too large.".to_owned());
    }
    let matching = filtered(index, body["filter"].as_str().unwrap_or_default())?;
    let fields: Vec<&str> = body["searchFields"].as_str().map_or_else(
        || vec!["name", "identifiers", "docstring"],
        |fields| fields.split(',').collect(),
    );
    if let Some(odd) = fields
        .iter()
        .find(|field| !is(definition, field, "searchable"))
    {
        return Err(format!("The field '{odd}' is not searchable."));
    }
    let mut ranked = lexical(&matching, body["search"].as_str(), &fields)?;
    ranked.sort_by(|one, other| other.0.total_cmp(&one.0));
    if let Some(queries) = body["vectorQueries"].as_array() {
        ranked = hybrid(definition, ranked, &matching, queries)?;
    }
    if let Some(order) = body["orderby"].as_str() {
        if !is(definition, order, "sortable") {
            return Err(format!("The field '{order}' is not sortable."));
        }
        ranked.sort_by_key(|(_, document)| document[order].as_str().map(str::to_owned));
    }
    let select: Vec<&str> = body["select"]
        .as_str()
        .ok_or("no select")?
        .split(',')
        .collect();
    if let Some(odd) = select
        .iter()
        .find(|field| !is(definition, field, "retrievable"))
    {
        return Err(format!("The field '{odd}' is not retrievable."));
    }
    let page = ranked
        .into_iter()
        .skip(usize::try_from(skip).unwrap())
        .take(usize::try_from(top).unwrap());
    let value: Vec<Value> = page
        .map(|(score, document)| {
            let mut hit = json!({"@search.score": score});
            for field in &select {
                hit[*field] = document[*field].clone();
            }
            hit
        })
        .collect();
    Ok((200, json!({"value": value})))
}

/// The documents that words find in these fields, each with its score.
fn lexical<'i>(
    matching: &[&'i Value],
    words: Option<&str>,
    fields: &[&str],
) -> Result<Vec<(f64, &'i Value)>, String> {
    Ok(match words {
        None | Some("*") => matching.iter().map(|one| (1.0, *one)).collect(),
        Some(words) => {
            if words.contains(['"', '+', '|', '(', ')', '*', '~', '-']) {
                return Err("operators were not expected".to_owned());
            }
            let score = |document: &Value| {
                let weigh = |field: &&str| {
                    let weight = match *field {
                        "name" => 4.0,
                        "identifiers" => 2.0,
                        _ => 1.0,
                    };
                    let text = document[*field].as_str().unwrap_or_default().to_lowercase();
                    let has = |word: &&str| {
                        text.split(|c: char| !c.is_alphanumeric())
                            .any(|other| other == *word)
                    };
                    weight * f64::from(u32::try_from(words.split(' ').filter(has).count()).unwrap())
                };
                fields.iter().map(weigh).sum::<f64>()
            };
            let scored = matching.iter().map(|one| (score(one), *one));
            scored.filter(|(score, _)| *score > 0.0).collect()
        }
    })
}

/// `field eq 'text'`, one or several joined with `and`.
fn filtered<'i>(index: &'i Index, filter: &str) -> Result<Vec<&'i Value>, String> {
    let mut conditions = Vec::new();
    for part in filter.split(" and ").filter(|part| !part.is_empty()) {
        let (field, text) = part
            .split_once(" eq ")
            .ok_or("The filter cannot be read.")?;
        let text = text
            .strip_prefix('\'')
            .and_then(|text| text.strip_suffix('\''))
            .ok_or("The filter's text has no quotes.")?;
        if !is(&index.definition, field, "filterable") {
            return Err(format!("The field '{field}' is not filterable."));
        }
        conditions.push((field.to_owned(), text.replace("''", "'")));
    }
    let holds = |document: &&Value| {
        let mut all = conditions.iter();
        all.all(|(field, text)| document[field] == **text)
    };
    Ok(index.documents.values().filter(holds).collect())
}

/// Reciprocal rank fusion of what the words and the vectors find.
fn hybrid<'d>(
    definition: &Value,
    by_words: Vec<(f64, &'d Value)>,
    matching: &[&'d Value],
    queries: &[Value],
) -> Result<Vec<(f64, &'d Value)>, String> {
    let [query] = queries else {
        return Err("one vector query was expected".to_owned());
    };
    let (field, k) = (
        query["fields"].as_str().unwrap_or_default(),
        query["k"].as_u64(),
    );
    let numbers = |value: &Value| -> Vec<f64> {
        let numbers = value.as_array().into_iter().flatten();
        numbers.filter_map(Value::as_f64).collect()
    };
    let wanted = numbers(&query["vector"]);
    let dimensions =
        named(&definition["fields"], &json!(field)).ok_or("no such field")?["dimensions"].clone();
    if query["kind"] != "vector" || json!(wanted.len()) != dimensions {
        return Err("The vector query is not as it has to be.".to_owned());
    }
    let k = usize::try_from(k.ok_or("no k")?).unwrap();
    let cosine = |document: &Value| {
        let other = numbers(&document[field]);
        let dot: f64 = wanted.iter().zip(&other).map(|(a, b)| a * b).sum();
        let length = |one: &[f64]| one.iter().map(|a| a * a).sum::<f64>().sqrt().max(1e-9);
        dot / length(&wanted) / length(&other)
    };
    let mut near: Vec<(f64, &Value)> = matching.iter().map(|one| (cosine(one), *one)).collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0));
    near.truncate(k);
    let mut fused: BTreeMap<&str, (f64, &Value)> = BTreeMap::new();
    for list in [by_words, near] {
        for (rank, (_, document)) in (1_u32..).zip(list) {
            let key = document["id"].as_str().unwrap_or_default();
            fused.entry(key).or_insert((0.0, document)).0 += 1.0 / (60.0 + f64::from(rank));
        }
    }
    let mut fused: Vec<(f64, &Value)> = fused.into_values().collect();
    fused.sort_by(|one, other| other.0.total_cmp(&one.0));
    Ok(fused)
}
