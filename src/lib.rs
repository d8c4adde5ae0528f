//! docgen documents Python code: it finds what has no docstring, has a language model write the
//! words, proves each reply against the code, and splices Google-style docstrings into the files
//! without touching another byte.
//!
//! The modules stand in reading order; each uses only those above it.

pub mod exit_status;

pub mod config;
pub mod source;

pub mod python;

pub mod docstring;
pub mod rules;

pub mod llm;
pub mod store;

pub mod generate;

pub mod rewrite;

pub mod report;

#[cfg(feature = "otlp")]
pub mod telemetry;

pub mod commands;

pub mod logging;

pub mod cli;
