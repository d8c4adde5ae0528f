//! The table of prices, read from the data that the program carries.

use serde::Deserialize;

use super::{BatchPrice, Encoding, ModelFacts, Price};

const TEXT: &str = include_str!("models.toml");

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pub(super) as_of: String,
    #[serde(rename = "model")]
    pub(super) families: Vec<Family>,
}

/// A family of models, of which dated versions cost the same.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Family {
    pub(super) name: String,
    input: f64,
    cached_input: Option<f64>,
    cache_write: Option<f64>,
    output: f64,
    batch_input: Option<f64>,
    batch_output: Option<f64>,
    max_input: Option<u64>,
    max_output: Option<u64>,
    encoding: Option<Encoding>,
}

impl Table {
    /// A test reads it: what is shipped can be read.
    pub(super) fn read() -> Self {
        toml::from_str(TEXT).unwrap_or_default()
    }
}

impl Family {
    pub(super) fn facts(&self) -> ModelFacts {
        let batch = self.batch_input.zip(self.batch_output);
        ModelFacts {
            price: Some(Price {
                input: self.input,
                cached_input: self.cached_input.unwrap_or(self.input),
                cache_write: self.cache_write.unwrap_or(self.input),
                output: self.output,
                batch: batch.map(|(input, output)| BatchPrice { input, output }),
            }),
            max_input: self.max_input,
            max_output: self.max_output,
            encoding: self.encoding,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shipped_can_be_read_and_makes_sense() {
        let table: Table = toml::from_str(TEXT).unwrap();
        assert!(table.families.len() >= 28);
        assert_eq!(table.as_of.len(), "2026-11".len());
        let mut names: Vec<&str> = table.families.iter().map(|one| one.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), table.families.len());
        for family in &table.families {
            let price = family.facts().price.unwrap();
            assert!(price.cached_input <= price.input, "{}", family.name);
            assert!(price.cache_write >= price.input, "{}", family.name);
            assert!(
                price.batch.is_none_or(|batch| batch.input < price.input),
                "{}",
                family.name
            );
        }
    }
}
