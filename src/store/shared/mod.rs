//! What machines share through a Redis server.
//!
//! Nothing here is needed: a server that does not answer costs one short wait and one warning, and
//! each process goes on by itself until it is back.

mod budget;
mod quota;
mod replies;
mod server;

pub use budget::SharedBook;
pub use quota::RedisBuckets;
pub use replies::{Claim, Claimed, Look, RENEWAL, SharedReplies};
pub use server::{RedisServer, ServerError};

#[cfg(test)]
#[path = "../../../tests/support/redis.rs"]
mod test_redis;

/// A test's own server, as whoever shares it knows it.
#[cfg(test)]
fn connected(server: &test_redis::TestRedis) -> std::sync::Arc<RedisServer> {
    let settings = crate::config::Redis {
        url: server.url().parse().unwrap(),
        password: None,
        authorities: Vec::new(),
    };
    RedisServer::new(&settings, "nothing".to_owned()).unwrap()
}
