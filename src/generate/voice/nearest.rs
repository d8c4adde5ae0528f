//! Which documented definitions are nearest to one that is to be documented.

use std::collections::{HashMap, HashSet};

use super::document::{Traits, group_of, search_text};
use crate::generate::select::{AnalyzedFile, is_test};
use crate::python::Definition;
use crate::store::{Database, Kept, SearchText};

/// Documents that a search looks at again, more closely than by their words.
pub(super) const LOOKED_AT: usize = 48;

/// Words of a query at most.
const MOST_WORDS: usize = 20;

/// Documents that the words of a query stand in, all taken together: the rarest words come first, so that
/// a query costs the same in a project of any size.
const MOST_POSTINGS: u32 = 600;

/// How much more a document counts that is the same kind of thing, describes what has to be described,
/// or stands in the same file.
const SAME_KIND: f64 = 0.25;
const SAME_SECTIONS: f64 = 0.5;
const SAME_FILE: f64 = 0.1;

/// How much more one counts that begins as a new one would.
const TIDY: f64 = 0.4;

/// Ranks the documents for definitions of one file.
pub(super) struct Ranking<'v> {
    pub(super) database: &'v Database,
    pub(super) documents: &'v [Kept],
    pub(super) rows: &'v HashMap<i64, usize>,
    /// The file.
    pub(super) path: &'v str,
    /// Names in it that are no examples here, because the prompt is about them.
    pub(super) own: &'v HashSet<&'v str>,
}

impl Ranking<'_> {
    /// The positions of the nearest documents, the nearest first: `count` of them if there are so many
    /// that describe the same kind of thing.
    pub(super) fn nearest(
        &self,
        definition: &Definition,
        file: &AnalyzedFile,
        count: usize,
    ) -> Vec<usize> {
        let group = group_of(definition, is_test(file.source.name.as_str()));
        let wanted = Traits::wanted(definition);
        let words = self.query(&search_text(definition, file));
        let hits = self
            .database
            .find(group, &words, u32::try_from(LOOKED_AT).unwrap_or(u32::MAX))
            .unwrap_or_else(|error| {
                tracing::debug!("no examples are searched: {error}");
                Vec::new()
            });
        let found = hits
            .into_iter()
            .filter_map(|hit| Some((*self.rows.get(&hit.id)?, hit.score)));
        let mut nearest = self.ranked(wanted, found);
        if nearest.len() < count {
            // Nothing near: then what stands in the same file, or shows best what has to be described.
            let rest = self.documents.iter().enumerate();
            let rest = rest
                .filter(|(index, one)| one.document.group == group && !nearest.contains(index))
                .map(|(index, _)| (index, 1.0));
            let rest = self.ranked(wanted, rest);
            nearest.extend(rest.into_iter().take(count));
        }
        nearest
    }

    /// Whether the prompt is about it.
    pub(super) fn is_own(&self, index: usize) -> bool {
        self.documents.get(index).is_some_and(|kept| {
            kept.path == self.path && self.own.contains(kept.document.qualified_name.as_str())
        })
    }

    /// Documents with how near they are, in their order. Where sections are wanted, those that have none
    /// come after all that have.
    pub(super) fn ranked(
        &self,
        wanted: Traits,
        found: impl Iterator<Item = (usize, f64)>,
    ) -> Vec<usize> {
        let mut ranked: Vec<(bool, f64, usize)> = found
            .filter_map(|(index, score)| {
                let kept = self.documents.get(index)?;
                let traits = Traits(kept.document.traits);
                if self.is_own(index) {
                    return None;
                }
                let is_here = kept.path == self.path;
                let covered = wanted.covered_by(traits);
                let mut weight = 1.0 + SAME_SECTIONS * covered;
                weight += SAME_KIND * f64::from(u8::from(wanted.is_same_kind(traits)));
                weight += SAME_FILE * f64::from(u8::from(is_here));
                weight += TIDY * f64::from(u8::from(traits.is_tidy()));
                Some((covered > 0.0, score * weight, index))
            })
            .collect();
        // Documents are in the order of path and name, which settles what is equally near.
        ranked.sort_by(|one, other| {
            let by_sections = other.0.cmp(&one.0);
            let by_score = other.1.total_cmp(&one.1);
            by_sections.then(by_score).then(one.2.cmp(&other.2))
        });
        ranked.into_iter().map(|(_, _, index)| index).collect()
    }

    /// The words to search for, the rarest ones that the project's documents have.
    fn query(&self, text: &SearchText) -> Vec<String> {
        let all = [&text.name, &text.identifiers, &text.scope];
        let mut words: Vec<String> = Vec::new();
        for word in all.into_iter().flat_map(|words| words.split(' ')) {
            if !word.is_empty() && !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        let frequencies = self.database.frequencies(&words).unwrap_or_default();
        words.retain(|word| frequencies.contains_key(word));
        // A stable sort: of words that are as rare, those of the name go first.
        words.sort_by_key(|word| frequencies[word]);
        let mut postings = 0;
        let affordable = words.iter().position(|word| {
            postings += frequencies[word];
            postings > MOST_POSTINGS
        });
        // One word at least, however common.
        words.truncate(affordable.unwrap_or(words.len()).clamp(1, MOST_WORDS));
        words
    }
}

/// Of several lists of documents, the nearest first, the `count` that stand high in the most of them.
/// Two with the same words are one example.
pub(super) fn together(lists: &[Vec<usize>], documents: &[Kept], count: usize) -> Vec<usize> {
    let mut points: HashMap<usize, f64> = HashMap::new();
    for list in lists {
        for (rank, index) in (3_u32..).zip(list) {
            *points.entry(*index).or_default() += 1.0 / f64::from(rank);
        }
    }
    let mut chosen: Vec<(f64, usize)> = points
        .into_iter()
        .map(|(index, sum)| (sum, index))
        .collect();
    chosen.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let mut shown: HashSet<&str> = HashSet::new();
    let is_new = |(_, index): &(f64, usize)| {
        documents
            .get(*index)
            .is_some_and(|kept| shown.insert(kept.document.docstring.as_str()))
    };
    let chosen = chosen.into_iter().filter(is_new).take(count);
    chosen.map(|(_, index)| index).collect()
}
