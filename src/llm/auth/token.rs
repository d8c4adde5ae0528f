//! A token that runs out: one at a time is asked for, early enough, and kept.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderValue;
use secrecy::SecretString;
use tokio::time::Instant;

use super::scope::Scopes;
use super::{BEARER, sensitive, without};
use crate::llm::error::LlmError;

/// A token is asked for anew this long before it runs out, as Azure's libraries do: a request may
/// wait long for its turn and its answer.
const MARGIN: Duration = Duration::from_mins(5);
/// After a token could not be had, the old one is used as long as it lasts and no other is asked
/// for this long.
const PAUSE: Duration = Duration::from_mins(1);
/// A token that is rejected this soon after it was given would be given again.
const YOUNG: Duration = Duration::from_mins(1);

/// A token and how long it lasts.
pub(super) struct Issued {
    pub(super) secret: SecretString,
    pub(super) lifetime: Duration,
}

/// Who gives tokens.
pub(super) trait Issuer {
    /// Asks for a token for `scope`.
    fn issue(&self, scope: &str) -> impl Future<Output = Result<Issued, LlmError>> + Send;

    /// A token that no header can carry.
    fn unfit(&self) -> LlmError;
}

/// A token, asked for when it is needed and again before it runs out.
pub(super) struct Token<I> {
    issuer: I,
    state: Mutex<State>,
    /// Held by the one who asks; whoever waits for it finds a token then.
    asking: tokio::sync::Mutex<()>,
}

struct State {
    scopes: Scopes,
    held: Option<Held>,
    /// A token was rejected, and what came after it is not known to be any better.
    is_replaced: bool,
}

struct Held {
    header: HeaderValue,
    secret: SecretString,
    since: Instant,
    renew: Instant,
    end: Instant,
}

impl<I: Issuer> Token<I> {
    pub(super) fn new(issuer: I, scopes: Scopes) -> Self {
        Self {
            issuer,
            state: Mutex::new(State {
                scopes,
                held: None,
                is_replaced: false,
            }),
            asking: tokio::sync::Mutex::new(()),
        }
    }

    /// The value of the header that has the token.
    pub(super) async fn header(&self) -> Result<HeaderValue, LlmError> {
        if let Some(header) = self.lasting() {
            return Ok(header);
        }
        let _asking = self.asking.lock().await;
        loop {
            if let Some(header) = self.lasting() {
                return Ok(header);
            }
            let scope = self.state().scopes.first.clone();
            let issued = self.issuer.issue(&scope).await;
            let mut state = self.state();
            match issued {
                // Somebody found out meanwhile that the scope is the wrong one.
                Ok(_) if state.scopes.first != scope => {}
                Ok(issued) => {
                    let held = Held::new(issued).ok_or_else(|| self.issuer.unfit())?;
                    return Ok(state.held.insert(held).header.clone());
                }
                Err(error) => return state.go_on(error),
            }
        }
    }

    /// What follows from a 401: see [`super::Auth::rejected`].
    pub(super) fn rejected(&self, message: &str) -> bool {
        let mut state = self.state();
        if message.to_ascii_lowercase().contains("audience")
            && let Some(other) = state.scopes.other.take()
        {
            tracing::debug!("asking for tokens with the scope {other}");
            state.scopes.first = other;
            state.held = None;
            state.is_replaced = true;
            return true;
        }
        match &state.held {
            Some(held) if held.since.elapsed() < YOUNG => state.is_replaced,
            // Another request had the same answer before.
            None => true,
            Some(_) => {
                tracing::debug!("the token was rejected before its time; asking for another");
                state.held = None;
                state.is_replaced = true;
                true
            }
        }
    }

    pub(super) fn redact(&self, text: String) -> String {
        match &self.state().held {
            Some(held) => without(text, &held.secret),
            None => text,
        }
    }

    fn lasting(&self) -> Option<HeaderValue> {
        let state = self.state();
        let held = state.held.as_ref()?;
        (Instant::now() < held.renew).then(|| held.header.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Goes on with the token that there is, if it still lasts.
    fn go_on(&mut self, error: LlmError) -> Result<HeaderValue, LlmError> {
        let now = Instant::now();
        match &mut self.held {
            Some(held) if now < held.end => {
                tracing::warn!("{error}; going on with the token that there is while it lasts");
                held.renew = held.end.min(now + PAUSE);
                Ok(held.header.clone())
            }
            _ => Err(error),
        }
    }
}

impl Held {
    fn new(issued: Issued) -> Option<Self> {
        let since = Instant::now();
        // Nobody gives a token for longer; beyond what a clock can hold there is no end.
        let lifetime = issued.lifetime.min(Duration::from_hours(24 * 365));
        Some(Self {
            header: sensitive(BEARER, &issued.secret)?,
            secret: issued.secret,
            since,
            renew: since + lifetime.saturating_sub(MARGIN),
            end: since + lifetime,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    /// Gives `SCOPE-1`, `SCOPE-2` and so on, each for an hour, and takes a second for it.
    #[derive(Default)]
    struct Mint {
        given: AtomicU32,
        is_down: std::sync::atomic::AtomicBool,
    }

    impl Issuer for Mint {
        async fn issue(&self, scope: &str) -> Result<Issued, LlmError> {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if self.is_down.load(Ordering::Relaxed) {
                return Err(self.unfit());
            }
            let number = self.given.fetch_add(1, Ordering::Relaxed) + 1;
            Ok(Issued {
                secret: SecretString::from(format!("{scope}-{number}")),
                lifetime: Duration::from_hours(1),
            })
        }

        fn unfit(&self) -> LlmError {
            LlmError::Closed
        }
    }

    fn token() -> Token<Mint> {
        let scopes = Scopes {
            first: "a".to_owned(),
            other: Some("b".to_owned()),
        };
        Token::new(Mint::default(), scopes)
    }

    async fn shown(token: &Token<Mint>) -> String {
        let header = token.header().await.unwrap();
        assert!(header.is_sensitive());
        header.to_str().unwrap().to_owned()
    }

    #[tokio::test(start_paused = true)]
    async fn one_asks_for_all_and_again_five_minutes_before_the_end() {
        let token = token();
        let all = futures::future::join_all((0..20).map(|_| shown(&token))).await;
        assert!(all.iter().all(|one| one == "Bearer a-1"), "{all:?}");
        tokio::time::advance(Duration::from_mins(54)).await;
        assert_eq!(shown(&token).await, "Bearer a-1");
        tokio::time::advance(Duration::from_mins(1)).await;
        let all = futures::future::join_all((0..20).map(|_| shown(&token))).await;
        assert!(all.iter().all(|one| one == "Bearer a-2"), "{all:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_old_token_serves_while_none_can_be_had_and_it_lasts() {
        let token = token();
        shown(&token).await;
        token.issuer.is_down.store(true, Ordering::Relaxed);
        tokio::time::advance(Duration::from_mins(57)).await;
        assert_eq!(shown(&token).await, "Bearer a-1");
        tokio::time::advance(Duration::from_mins(3)).await;
        assert!(token.header().await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_wrong_audience_is_asked_for_otherwise_once() {
        let token = token();
        shown(&token).await;
        assert!(token.rejected("Unauthorized. Audience is incorrect"));
        assert!(token.rejected("Unauthorized. Audience is incorrect"));
        assert_eq!(shown(&token).await, "Bearer b-2");
        assert_eq!(token.redact("b-2?".to_owned()), "[key]?");
        assert!(
            token.rejected("audience"),
            "sent before the other was there"
        );
        assert_eq!(shown(&token).await, "Bearer b-2");
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_given_up_unless_it_is_new() {
        let token = token();
        shown(&token).await;
        assert!(!token.rejected("Principal lacks the role"));
        tokio::time::advance(YOUNG).await;
        assert!(token.rejected("expired"));
        assert_eq!(shown(&token).await, "Bearer a-2");
    }
}
