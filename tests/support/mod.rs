//! What whole-program tests stand on.

#[cfg(feature = "otlp")]
pub mod collector;
#[cfg(feature = "entra")]
pub mod entra;
pub mod fake_azure;
pub mod fake_search;
pub mod loopback;
pub mod project;
pub mod redis;
