//! The second tier of the reply cache, and the leases that keep two machines from paying for the same
//! answer.
//!
//! A lease is asked for and got or not, never waited for: who does not get one does something else and
//! asks again. So machines cannot wait for one another in a circle, and a lease whose holder has died
//! ends by itself.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redis::{Script, Value};
use tokio::task::JoinSet;

use super::server::RedisServer;
use crate::store::{ContentHash, LineFault, ReplyRecord};

/// How long a lease lasts unless it is renewed: so long a definition waits for a machine that has died.
const LEASE: Duration = Duration::from_secs(15);

/// How often a lease is renewed while its request is under way.
pub const RENEWAL: Duration = Duration::from_secs(5);

/// Answers that one command is about.
const CHUNK: usize = 200;

/// A longer value is no answer.
const MOST_BYTES: usize = 1 << 20;

/// How long the end of a run waits until its answers are there.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Sets a lease's time anew.
const RENEW: &str = "for _, key in ipairs(KEYS) do
  if redis.pcall('GET', key) == ARGV[1] then redis.call('PEXPIRE', key, ARGV[2]) end
end
return 1";

/// Ends leases.
const RELEASE: &str = "for _, key in ipairs(KEYS) do
  if redis.pcall('GET', key) == ARGV[1] then redis.call('DEL', key) end
end
return 1";

/// Puts an answer in its place and ends its lease.
const PUT: &str = "if ARGV[3] == '0' then redis.call('SET', KEYS[2], ARGV[2])
else redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3]) end
if redis.pcall('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1";

/// The replies on a Redis server.
pub struct SharedReplies {
    server: Arc<RedisServer>,
    /// What every key begins with.
    prefix: String,
    ttl: Option<Duration>,
    scripts: Arc<Scripts>,
    process: u64,
    next_number: AtomicU64,
    told: Mutex<JoinSet<()>>,
    was_warned: AtomicBool,
}

struct Scripts {
    claim: Script,
    renew: Script,
    release: Script,
    put: Script,
}

/// A definition that is to be asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What its lease is called.
    pub lease: ContentHash,
    /// The keys that an answer may have.
    pub places: Vec<ContentHash>,
}

/// What came of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// It is the asker's to ask about.
    Mine,
    /// Somebody else asks about it.
    Held,
    /// Its answer is there.
    Found(Box<ReplyRecord>),
    /// What is there is no answer.
    Wrong,
}

/// Whether a claim looks for answers that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// It does.
    First,
    /// What is there is of no use.
    Never,
}

impl SharedReplies {
    /// The replies on `server` under a name that those have in common who share them; each is forgotten
    /// after `ttl`.
    #[must_use]
    pub fn new(server: Arc<RedisServer>, namespace: &str, ttl: Option<Duration>) -> Self {
        Self {
            server,
            prefix: format!("docgen:reply:{namespace}"),
            ttl,
            scripts: Arc::new(Scripts {
                claim: Script::new(include_str!("claim.lua")),
                renew: Script::new(RENEW),
                release: Script::new(RELEASE),
                put: Script::new(PUT),
            }),
            process: fastrand::u64(..),
            next_number: AtomicU64::new(0),
            told: Mutex::default(),
            was_warned: AtomicBool::new(false),
        }
    }

    /// The answers under these keys that were made at `since` or later.
    pub async fn find(
        &self,
        keys: &[ContentHash],
        since: u64,
    ) -> HashMap<ContentHash, ReplyRecord> {
        let mut found = HashMap::new();
        for chunk in keys.chunks(CHUNK) {
            let places: Vec<String> = chunk.iter().map(|key| self.place(*key)).collect();
            let places = &places;
            let asked = self.server.ask(|mut connection| async move {
                let mut mget = redis::cmd("MGET");
                let mget = mget.arg(places);
                mget.query_async::<Vec<Value>>(&mut connection).await
            });
            let Some(values) = asked.await else {
                break;
            };
            for (key, value) in chunk.iter().zip(values) {
                if let Value::BulkString(bytes) = value
                    && let Claimed::Found(record) = self.read(&bytes, &[*key], since)
                {
                    found.insert(*key, *record);
                }
            }
        }
        found
    }

    /// What leases are held under, of one request each.
    #[must_use]
    pub fn token(&self) -> String {
        let number = self.next_number.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}.{number}", self.process)
    }

    /// Claims definitions, all that are free; in the order given. `None` if nobody answered.
    pub async fn claim(
        &self,
        token: &str,
        claims: &[Claim],
        look: Look,
        since: u64,
    ) -> Option<Vec<Claimed>> {
        let mut claimed = Vec::new();
        let places = claims.iter().map(|claim| claim.places.len()).max()?;
        let mut call = self.scripts.claim.prepare_invoke();
        for claim in claims {
            call.key(self.lease(claim.lease));
            // Each has as many, so that the script can tell them apart.
            for at in 0..places {
                let place = claim.places.get(at).or(claim.places.last())?;
                call.key(self.place(*place));
            }
        }
        call.arg(token)
            .arg(milliseconds(LEASE))
            .arg(places)
            .arg(u8::from(look == Look::First));
        let call = &call;
        let values = self.server.ask(|mut connection| async move {
            call.invoke_async::<Vec<Value>>(&mut connection).await
        });
        for (claim, value) in claims.iter().zip(values.await?) {
            claimed.push(match value {
                Value::Int(1) => Claimed::Mine,
                Value::BulkString(bytes) => self.read(&bytes, &claim.places, since),
                _ => Claimed::Held,
            });
        }
        (claimed.len() == claims.len()).then_some(claimed)
    }

    /// Keeps leases from ending, and waits for nothing.
    pub fn renew(&self, token: &str, leases: &[ContentHash]) {
        let lasts = milliseconds(LEASE).to_string();
        let keys = leases.iter().map(|lease| self.lease(*lease)).collect();
        let arguments = vec![token.as_bytes().to_vec(), lasts.into_bytes()];
        self.tell(keys, arguments, |scripts| &scripts.renew);
    }

    /// Ends leases, and waits for nothing.
    pub fn release(&self, token: &str, leases: &[ContentHash]) {
        let keys = leases.iter().map(|lease| self.lease(*lease)).collect();
        self.tell(keys, vec![token.as_bytes().to_vec()], |scripts| {
            &scripts.release
        });
    }

    /// Puts an answer in its place, where others find it, and ends its lease. Waits for nothing.
    pub fn put(&self, token: &str, lease: ContentHash, record: &ReplyRecord) {
        let bytes = record.to_bytes();
        if bytes.len() > MOST_BYTES {
            return self.release(token, &[lease]);
        }
        let seconds = self.ttl.map_or(0, |ttl| ttl.as_secs().max(1));
        let keys = vec![self.lease(lease), self.place(record.key)];
        let arguments = vec![
            token.as_bytes().to_vec(),
            bytes,
            seconds.to_string().into_bytes(),
        ];
        self.tell(keys, arguments, |scripts| &scripts.put);
    }

    /// Waits until what was told is there, but not for long.
    pub async fn settle(&self) {
        let mut told = std::mem::take(&mut *self.told());
        let all = async { while told.join_next().await.is_some() {} };
        _ = tokio::time::timeout(LAST_WORDS, all).await;
    }

    /// What a value says, if it is an answer to one of `keys`.
    fn read(&self, bytes: &[u8], keys: &[ContentHash], since: u64) -> Claimed {
        let fault = if bytes.len() > MOST_BYTES {
            Some("it is too long".to_owned())
        } else {
            match ReplyRecord::from_bytes(bytes) {
                Ok(record) if !keys.contains(&record.key) => {
                    Some("it is the answer to something else".to_owned())
                }
                Ok(record) if record.created_at < since => None,
                Ok(record) => return Claimed::Found(Box::new(record)),
                // A later docgen's is as it should be.
                Err(LineFault::Newer(_)) => None,
                Err(fault) => Some(fault.to_string()),
            }
        };
        if let Some(fault) = fault
            && !self.was_warned.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(
                "an entry of the shared cache at {} is wrong and is asked for again: {fault}; any \
                 others are passed over without a word",
                self.server.url()
            );
        }
        Claimed::Wrong
    }

    fn tell(&self, keys: Vec<String>, arguments: Vec<Vec<u8>>, script: fn(&Scripts) -> &Script) {
        // Outside of a run there is nobody left to tell.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        if keys.is_empty() || !self.server.is_up() {
            return;
        }
        let (server, scripts) = (self.server.clone(), self.scripts.clone());
        let telling = async move {
            let mut call = script(&scripts).prepare_invoke();
            for key in &keys {
                call.key(key);
            }
            for argument in &arguments {
                call.arg(argument.as_slice());
            }
            let call = &call;
            let told = server.ask(|mut connection| async move {
                call.invoke_async::<i64>(&mut connection).await
            });
            _ = told.await;
        };
        let mut told = self.told();
        while told.try_join_next().is_some() {}
        told.spawn_on(telling, &runtime);
    }

    fn told(&self) -> std::sync::MutexGuard<'_, JoinSet<()>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn place(&self, key: ContentHash) -> String {
        format!("{}:{key}", self.prefix)
    }

    fn lease(&self, key: ContentHash) -> String {
        format!("{}:{key}:lease", self.prefix)
    }
}

impl std::fmt::Debug for SharedReplies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SharedReplies")
            .field("server", &self.server)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::connected;
    use super::super::test_redis::{TestRedis, has_redis};
    use super::*;
    use crate::store::ReplyCost;

    fn replies(server: &TestRedis) -> SharedReplies {
        SharedReplies::new(connected(server), "house", Some(Duration::from_mins(1)))
    }

    fn key(name: &str) -> ContentHash {
        ContentHash::of(&[name.as_bytes()])
    }

    fn record(name: &str) -> ReplyRecord {
        ReplyRecord {
            key: key(name),
            value: b"{\"n\":1}".to_vec(),
            definition: format!("a.py::{name}"),
            paid: ReplyCost::default(),
            created_at: 1_000,
        }
    }

    fn claim_of(name: &str) -> Claim {
        Claim {
            lease: key(name),
            places: vec![key(name), key("elsewhere")],
        }
    }

    async fn claim(replies: &SharedReplies, token: &str, names: &[&str]) -> Vec<Claimed> {
        let claims: Vec<Claim> = names.iter().map(|name| claim_of(name)).collect();
        let claimed = replies.claim(token, &claims, Look::First, 0).await;
        claimed.unwrap()
    }

    #[tokio::test]
    async fn each_definition_is_one_s_until_its_answer_is_there() {
        if !has_redis() {
            return;
        }
        let server = TestRedis::start();
        let (one, other) = (replies(&server), replies(&server));
        let (a, b) = (one.token(), other.token());
        assert_eq!(
            claim(&one, &a, &["f", "g"]).await,
            [Claimed::Mine, Claimed::Mine]
        );
        assert_eq!(claim(&one, &a, &["f"]).await, [Claimed::Mine], "once more");
        assert_eq!(
            claim(&one, &one.token(), &["f"]).await,
            [Claimed::Held],
            "by another request"
        );
        assert_eq!(
            claim(&other, &b, &["f", "h", "g"]).await,
            [Claimed::Held, Claimed::Mine, Claimed::Held]
        );
        // Nobody ends or renews what is not theirs.
        other.release(&b, &[key("f")]);
        other.settle().await;
        assert_eq!(claim(&other, &b, &["f"]).await, [Claimed::Held]);
        one.put(&a, key("f"), &record("f"));
        one.release(&a, &[key("g")]);
        one.settle().await;
        assert_eq!(
            claim(&other, &b, &["f", "g"]).await,
            [Claimed::Found(Box::new(record("f"))), Claimed::Mine]
        );
        let looks_not = other.claim(&b, &[claim_of("f")], Look::Never, 0).await;
        assert_eq!(looks_not, Some(vec![Claimed::Mine]));
    }

    #[tokio::test]
    async fn a_lease_ends_by_itself_unless_it_is_renewed() {
        if !has_redis() {
            return;
        }
        let server = TestRedis::start();
        let one = replies(&server);
        let token = one.token();
        claim(&one, &token, &["f", "g"]).await;
        let lease = |name: &str| format!("docgen:reply:house:{}:lease", key(name));
        for name in ["f", "g"] {
            let left: u64 = server.command(&["PTTL", &lease(name)])[0].parse().unwrap();
            assert!(left > 10_000 && left <= 15_000, "{left}");
            server.command(&["PEXPIRE", &lease(name), "4000"]);
        }
        server.command(&["SET", &lease("h"), "for ever"]);
        assert_eq!(claim(&one, &token, &["h"]).await, [Claimed::Mine]);
        one.renew(&token, &[key("f")]);
        one.renew("somebody else", &[key("g")]);
        one.settle().await;
        let left = |name| {
            server.command(&["PTTL", &lease(name)])[0]
                .parse::<u64>()
                .unwrap()
        };
        assert!(left("f") > 10_000 && left("g") <= 4_000);
    }

    #[tokio::test]
    async fn what_is_there_is_looked_at_before_it_is_believed() {
        if !has_redis() {
            return;
        }
        let server = TestRedis::start();
        let one = replies(&server);
        let token = one.token();
        for name in ["f", "g", "h"] {
            one.put(&token, key(name), &record(name));
        }
        one.settle().await;
        let place = |name: &str| format!("docgen:reply:house:{}", key(name));
        let left: u64 = server.command(&["TTL", &place("f")])[0].parse().unwrap();
        assert!(left > 50 && left <= 60, "{left}");
        let names = ["f", "g", "h", "i"].map(key);
        assert_eq!(one.find(&names, 0).await.len(), 3);
        assert_eq!(one.find(&names, 1_001).await.len(), 0, "too old");
        server.command(&["RPUSH", &place("j"), "a list"]);
        assert_eq!(claim(&one, &token, &["j"]).await, [Claimed::Mine]);
        server.command(&["SET", &place("g"), "rubbish"]);
        server.command(&["COPY", &place("h"), &place("i")]);
        server.command(&["SET", &place("h"), &"x".repeat(MOST_BYTES + 1)]);
        let found = one.find(&names, 0).await;
        assert_eq!(found.into_values().collect::<Vec<_>>(), [record("f")]);
        let claimed = claim(&one, &token, &["f", "g", "h", "i"]).await;
        assert!(matches!(claimed[0], Claimed::Found(_)));
        assert_eq!(
            claimed[1..],
            [Claimed::Wrong, Claimed::Wrong, Claimed::Wrong]
        );
        assert!(one.was_warned.load(Ordering::Relaxed));
    }
}
