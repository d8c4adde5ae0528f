//! The services that find examples in place of docgen's own index: an embedding model, Azure AI Search,
//! or both. What they cannot do, the index does.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use futures::StreamExt as _;

use super::nearest::{LOOKED_AT, Ranking};
use super::question::Question;
use super::vectors::{Embedder, cosine};
use super::{EDITION, Voice};
use crate::config::Llm;
use crate::llm::{
    BudgetGate, IndexState, KnownModel, Live, LlmError, SearchClient, SearchDocument, SearchError,
    SearchQuery, SharedQuota, Stats,
};
use crate::store::{ContentHash, Kept};

/// Searches in flight at once.
const AT_ONCE: usize = 16;

/// The services of the settings, ready to be asked.
#[derive(Debug)]
pub struct Services {
    embedder: Option<Embedder>,
    search: Option<Search>,
}

#[derive(Debug)]
struct Search {
    client: SearchClient,
    /// What the project is called in the index.
    project: String,
}

/// Vectors of the documents, and of the questions, in their order.
struct Vectors {
    documents: Vec<Vec<f32>>,
    questions: Vec<Vec<f32>>,
}

impl Services {
    /// The services that the settings name, for the project at `root`; `None` if they name none. `keeper`
    /// keeps the embedding model's quota, if several machines share it; what it costs goes against `budget`.
    pub fn new(
        llm: &Llm,
        root: &Path,
        keeper: Option<Arc<dyn SharedQuota>>,
        budget: Arc<BudgetGate>,
    ) -> Result<Option<Self>, LlmError> {
        let embedder = Embedder::new(llm, keeper, budget)?;
        let search = match &llm.search {
            Some(settings) => Some(Search {
                client: SearchClient::new(settings, &llm.network, llm.retry)?,
                project: settings
                    .project
                    .clone()
                    .unwrap_or_else(|| project_name(root)),
            }),
            None => None,
        };
        let is_any = embedder.is_some() || search.is_some();
        Ok(is_any.then_some(Self { embedder, search }))
    }
}

/// A name for the project at `root` that no project elsewhere has: two that share an index must not
/// take each other's documents out.
fn project_name(root: &Path) -> String {
    let folder = root.file_name().unwrap_or_default().to_string_lossy();
    let place = ContentHash::of(&[root.as_os_str().as_encoded_bytes()]).to_string();
    format!("{folder}-{}", place.get(..8).unwrap_or_default())
}

impl Services {
    /// The price of the embedding model, if there is one: `None` inside where it is not known.
    #[must_use]
    pub fn embedding_model(&self) -> Option<KnownModel> {
        self.embedder.as_ref()?.model()
    }

    /// What the embedding model was asked so far, if there is one.
    #[must_use]
    pub fn stats(&self) -> Option<Stats> {
        self.embedder.as_ref().map(Embedder::stats)
    }

    /// What is asked of it now.
    #[must_use]
    pub fn live(&self) -> Option<Live> {
        self.embedder.as_ref().map(Embedder::live)
    }
}

impl Voice {
    /// Asks the services for what is near to the definitions that `questions` are about. What goes wrong
    /// is said once, and the words of docgen's own index decide.
    pub async fn ask(&mut self, services: &Services, questions: &[Question]) {
        if questions.is_empty() || self.documents.is_empty() {
            return;
        }
        let vectors = match &services.embedder {
            Some(embedder) => match self.vectors(embedder, questions).await {
                Ok(vectors) => Some(vectors),
                Err(error) => {
                    warn("the embedding model does not serve", &error, error.hint());
                    None
                }
            },
            None => None,
        };
        if let Some(vectors) = &vectors {
            for (question, vector) in questions.iter().zip(&vectors.questions) {
                let found = self.by_meaning(question, vector, &vectors.documents);
                self.take(question, found);
            }
        }
        if let Some(search) = &services.search
            && let Err(error) = self.by_search(search, questions, vectors.as_ref()).await
        {
            warn("Azure AI Search does not serve", &error, error.hint());
        }
    }

    async fn vectors(
        &self,
        embedder: &Embedder,
        questions: &[Question],
    ) -> Result<Vectors, LlmError> {
        let documents: Vec<String> = self.documents.iter().map(text_of).collect();
        let texts = documents.iter().map(String::as_str);
        let texts = texts.chain(questions.iter().map(|one| one.text.as_str()));
        let texts: Vec<&str> = texts.collect();
        let mut vectors = embedder.vectors(&texts, &self.database).await?;
        let questions = vectors.split_off(documents.len());
        Ok(Vectors {
            documents: vectors,
            questions,
        })
    }

    /// The documents of a question's group by the angle between the vectors.
    fn by_meaning(
        &self,
        question: &Question,
        vector: &[f32],
        documents: &[Vec<f32>],
    ) -> Vec<(usize, f64)> {
        let of_group = self.documents.iter().zip(documents).enumerate();
        let of_group = of_group.filter(|(_, (kept, _))| kept.document.group == question.group);
        let mut near: Vec<(usize, f64)> = of_group
            .map(|(index, (_, document))| (index, f64::from(cosine(vector, document)).max(0.0)))
            .collect();
        near.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        near.truncate(LOOKED_AT);
        // Of what is near at all, a little nearer means a lot.
        for (_, score) in &mut near {
            *score = score.powi(4);
        }
        near
    }

    /// Has the index hold the documents as they are now, and searches it.
    async fn by_search(
        &mut self,
        search: &Search,
        questions: &[Question],
        vectors: Option<&Vectors>,
    ) -> Result<(), SearchError> {
        let keys: HashMap<String, usize> = self
            .documents
            .iter()
            .enumerate()
            .map(|(index, kept)| (key_of(kept, &search.project), index))
            .collect();
        self.fill(search, vectors).await?;
        let project = &search.project;
        let asked = questions.iter().enumerate().map(|(index, question)| {
            let vector = vectors.and_then(|vectors| vectors.questions.get(index));
            let query = SearchQuery {
                project,
                group: question.group,
                words: &question.words,
                vector: vector.map(Vec::as_slice),
                count: LOOKED_AT,
            };
            async move { (question, search.client.search(&query).await) }
        });
        let mut answers = futures::stream::iter(asked).buffered(AT_ONCE);
        let mut found = Vec::new();
        while let Some((question, hits)) = answers.next().await {
            let hits = hits?.into_iter();
            let of_project = hits.filter_map(|(key, score)| Some((*keys.get(&key)?, score)));
            found.push((question, of_project.collect()));
        }
        for (question, found) in found {
            self.take(question, found);
        }
        Ok(())
    }

    /// Makes the index if need be, takes out of it what is gone, and adds what is new or has changed.
    async fn fill(&self, search: &Search, vectors: Option<&Vectors>) -> Result<(), SearchError> {
        let dimensions = vectors.and_then(|vectors| vectors.documents.first().map(Vec::len));
        let client = &search.client;
        let state = client.ensure_index(dimensions).await?;
        if state == IndexState::QueryOnly {
            tracing::debug!("the key of Azure AI Search may only query: the index stays as it is");
            return Ok(());
        }
        let mut listed: HashMap<String, String> = HashMap::new();
        if state == IndexState::Found {
            let there = client.list(&search.project).await?.into_iter();
            listed.extend(there.map(|one| (one.key, one.hash)));
        }
        let wanted: Vec<SearchDocument> = self
            .documents
            .iter()
            .enumerate()
            .map(|(index, kept)| {
                let vector = vectors.and_then(|vectors| vectors.documents.get(index));
                search_document(kept, &search.project, vector)
            })
            .collect();
        let present: HashSet<&str> = wanted.iter().map(|one| one.key.as_str()).collect();
        let gone: Vec<String> = listed
            .keys()
            .filter(|key| !present.contains(key.as_str()))
            .cloned()
            .collect();
        let new: Vec<SearchDocument> = wanted
            .iter()
            .filter(|one| listed.get(&one.key) != Some(&one.hash))
            .cloned()
            .collect();
        let mut sent = client.upload(&new).await?;
        let deleted = client.delete(&gone).await?;
        tracing::debug!(
            "Azure AI Search: {} documents uploaded, {} deleted, {} as they were",
            sent.taken,
            deleted.taken,
            wanted.len() - new.len()
        );
        sent.refused.extend(deleted.refused);
        if let Some(first) = sent.refused.first() {
            tracing::warn!(
                "Azure AI Search did not take {} of {} documents; {}: {}",
                sent.refused.len(),
                new.len() + gone.len(),
                first.key,
                first.message
            );
        }
        Ok(())
    }

    /// Takes over what a service found for a question.
    fn take(&mut self, question: &Question, found: Vec<(usize, f64)>) {
        let none = HashSet::new();
        let ranking = Ranking {
            database: &self.database,
            documents: &self.documents,
            rows: &self.rows,
            path: &question.path,
            own: &none,
        };
        let ranked = ranking.ranked(question.wanted, found.into_iter());
        let name = (question.path.clone(), question.name.clone());
        if !ranked.is_empty() {
            self.found.insert(name, ranked);
        }
    }
}

/// A document as an embedding model is shown it.
fn text_of(kept: &Kept) -> String {
    let document = &kept.document;
    format!(
        "{}\n{}\n{}",
        document.qualified_name, document.header, document.docstring
    )
}

fn key_of(kept: &Kept, project: &str) -> String {
    let name = kept.document.qualified_name.as_bytes();
    ContentHash::of(&[project.as_bytes(), kept.path.as_bytes(), name]).to_string()
}

fn search_document(kept: &Kept, project: &str, vector: Option<&Vec<f32>>) -> SearchDocument {
    let document = &kept.document;
    let words = |text: &str| {
        let words = text
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .flat_map(super::words_of);
        words
            .map(|word| super::document::stem(&word))
            .collect::<Vec<_>>()
            .join(" ")
    };
    // A vector of another model is another content.
    let numbers = vector.map_or_else(Vec::new, |vector| {
        vector.iter().flat_map(|one| one.to_le_bytes()).collect()
    });
    let hash = ContentHash::of(&[
        EDITION,
        kept.hash.as_bytes(),
        document.group.as_bytes(),
        &numbers,
    ]);
    SearchDocument {
        key: key_of(kept, project),
        project: project.to_owned(),
        group: document.group.clone(),
        hash: hash.to_string(),
        name: words(&document.qualified_name),
        identifiers: words(&document.header),
        docstring: document.docstring.clone(),
        vector: vector.cloned(),
    }
}

/// Says why a service is done without.
fn warn(what: &str, error: &dyn std::fmt::Display, hint: Option<String>) {
    let hint = hint.map_or_else(String::new, |hint| format!(" (hint: {hint})"));
    tracing::warn!("{what}, so examples are found by their words alone: {error}{hint}");
}
