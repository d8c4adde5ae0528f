//! What whole-program tests stand on.

pub mod entra;
pub mod fake_azure;
pub mod loopback;
pub mod project;
