//! Azure OpenAI on loopback: a real HTTP/1.1 server that checks requests as the service does,
//! answers with drafts made from the prompt, and fails as a test's script tells it to.
//!
//! It speaks the v1 route, the classic deployment route, and the OpenAI-compatible one under `/v1`.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "not every test file uses every part"
)]

mod check;
mod draft;
mod embed;
mod http;
mod route;
mod step;

use std::collections::{HashMap, VecDeque};
use std::io::BufReader;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub use draft::{Prompted, prompted};
pub use http::Recorded;
pub use step::Step;

use http::{Manner, read_request, refuse_tls};
use step::Action;

const KEY: &str = "fake-key-0123456789abcdef";
const DEPLOYMENT: &str = "docs";

/// A running fake; it ends when it is dropped.
pub struct FakeAzure {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

impl FakeAzure {
    /// A fake that answers every request with valid drafts.
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// A fake that takes one step for each request, in order, and answers with valid drafts
    /// afterwards.
    pub fn scripted(steps: Vec<Step>) -> Self {
        Self::builder().steps(steps).start()
    }

    /// A fake with more to say about it.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The resource's address, as a user would give it.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Connections taken so far.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// The key that the fake takes, as `api-key` or as a bearer token.
    #[expect(
        clippy::unused_self,
        reason = "the key is a fact about this fake to its users"
    )]
    pub fn key(&self) -> &'static str {
        KEY
    }

    /// The only deployment there is.
    #[expect(
        clippy::unused_self,
        reason = "the name is a fact about this fake to its users"
    )]
    pub fn deployment(&self) -> &'static str {
        DEPLOYMENT
    }

    /// Every request so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Recorded> {
        lock(&self.shared.requests).clone()
    }

    /// Waits until so many requests have arrived.
    pub fn wait_for(&self, requests: usize) {
        while lock(&self.shared.requests).len() < requests {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for FakeAzure {
    fn drop(&mut self) {
        self.shared.is_stopping.store(true, Ordering::SeqCst);
        // The acceptor waits for a connection; this is its last.
        drop(TcpStream::connect(self.address));
        for stream in lock(&self.shared.open).values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

/// What a fake does beyond answering with valid drafts.
#[derive(Default)]
pub struct Builder {
    behaviour: Behaviour,
    steps: Vec<Step>,
}

impl Builder {
    /// One step for each request, in order.
    pub fn steps(mut self, steps: Vec<Step>) -> Self {
        self.steps = steps;
        self
    }

    /// The step for every request that no other step is for.
    pub fn always(mut self, step: Step) -> Self {
        self.behaviour.always = Some(step);
        self
    }

    /// The step for every request that asks for the definition of this qualified name.
    pub fn on_definition(mut self, name: &str, step: Step) -> Self {
        self.behaviour.on_definition.push((name.to_owned(), step));
        self
    }

    /// The model that answers, by its name.
    pub fn model(mut self, name: &str) -> Self {
        self.behaviour.model = Some(name.to_owned());
        self
    }

    /// No v1 route.
    pub fn classic_only(mut self) -> Self {
        self.behaviour.is_classic_only = true;
        self
    }

    /// Every answer takes at least this long.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.behaviour.latency = latency;
        self
    }

    /// More than `count` requests within any `window` are answered with 429.
    pub fn at_most(mut self, count: usize, window: Duration) -> Self {
        self.behaviour.quota = Some((count, window));
        self
    }

    /// Says in every answer that so many requests and tokens are allowed in a minute; `None` says
    /// nothing of it.
    pub fn rate_limits(mut self, requests_and_tokens: Option<(u64, u64)>) -> Self {
        self.behaviour.manner.rate_limits = requests_and_tokens;
        self
    }

    /// Embeds texts by these groups of words, each a dimension of its own.
    pub fn meanings(mut self, groups: &[&'static [&'static str]]) -> Self {
        self.behaviour.meanings = groups.to_vec();
        self
    }

    /// Knows no embeddings.
    pub fn without_embeddings(mut self) -> Self {
        self.behaviour.refuses_embeddings = true;
        self
    }

    /// A clock that is so far ahead.
    pub fn clock_ahead(mut self, ahead: Duration) -> Self {
        self.behaviour.manner.clock_ahead = ahead;
        self
    }

    /// Starts the fake.
    #[expect(clippy::expect_used, reason = "a test without its server is over")]
    pub fn start(self) -> FakeAzure {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
        let address = listener.local_addr().expect("a bound address");
        let shared = Arc::new(Shared {
            behaviour: self.behaviour,
            steps: Mutex::new(self.steps.into()),
            requests: Mutex::default(),
            open: Mutex::default(),
            is_stopping: AtomicBool::new(false),
            next_id: AtomicU64::new(1),
            connections: AtomicUsize::new(0),
        });
        let acceptor = std::thread::spawn({
            let shared = shared.clone();
            move || accept(&listener, &shared)
        });
        FakeAzure {
            address,
            shared,
            acceptor: Some(acceptor),
        }
    }
}

#[derive(Default)]
struct Behaviour {
    always: Option<Step>,
    on_definition: Vec<(String, Step)>,
    model: Option<String>,
    is_classic_only: bool,
    latency: Duration,
    quota: Option<(usize, Duration)>,
    manner: Manner,
    meanings: Vec<&'static [&'static str]>,
    refuses_embeddings: bool,
}

struct Shared {
    behaviour: Behaviour,
    steps: Mutex<VecDeque<Step>>,
    requests: Mutex<Vec<Recorded>>,
    /// The connections, so that they can be ended from outside.
    open: Mutex<HashMap<u64, TcpStream>>,
    is_stopping: AtomicBool,
    next_id: AtomicU64,
    connections: AtomicUsize,
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut workers = Vec::new();
    while let Ok((stream, _)) = listener.accept() {
        if shared.is_stopping.load(Ordering::SeqCst) {
            break;
        }
        shared.connections.fetch_add(1, Ordering::SeqCst);
        let shared = shared.clone();
        workers.push(std::thread::spawn(move || {
            let id = shared.next_id();
            if let Ok(clone) = stream.try_clone() {
                lock(&shared.open).insert(id, clone);
            }
            serve(&stream, &shared);
            lock(&shared.open).remove(&id);
        }));
    }
    // One that was accepted while the fake was being dropped may have missed its end.
    for stream in lock(&shared.open).values() {
        let _ = stream.shutdown(Shutdown::Both);
    }
    for worker in workers {
        let _ = worker.join();
    }
}

/// Answers the requests of one connection until either side ends it.
fn serve(stream: &TcpStream, shared: &Shared) {
    let _ = stream.set_nodelay(true);
    let mut reader = BufReader::new(stream);
    if refuse_tls(&mut reader, stream) {
        return;
    }
    while !shared.is_stopping.load(Ordering::SeqCst)
        && let Some(request) = read_request(&mut reader)
    {
        let is_last = request.header("connection") == Some("close");
        lock(&shared.requests).push(request.clone());
        let reply = match shared.answer(&request) {
            Action::Reply(reply) => reply,
            Action::Reset => {
                // With this, closing the connection resets it.
                let _ = socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO));
                return;
            }
        };
        let is_cut = reply.is_cut;
        if reply
            .write(stream, shared.next_id(), &shared.behaviour.manner)
            .is_err()
            || is_last
            || is_cut
        {
            let _ = stream.shutdown(Shutdown::Both);
            return;
        }
    }
}

impl Shared {
    fn next_id(&self) -> u64 {
        self.next_id.fetch_add(1, Ordering::SeqCst)
    }

    /// What the service would answer, or what the script says it does.
    fn answer(&self, request: &Recorded) -> Action {
        self.sleep(self.behaviour.latency);
        if let Some((count, window)) = self.behaviour.quota
            && self.arrivals_within(window, request.at) > count
        {
            let wait = u64::try_from(window.as_millis()).unwrap_or(u64::MAX);
            return Action::Reply(step::throttled(wait));
        }
        let (route, operation) = match route::find(request, KEY, DEPLOYMENT) {
            Ok((route::Route::V1, _)) if self.behaviour.is_classic_only => {
                return Action::Reply(route::resource_not_found());
            }
            Ok(found) => found,
            Err(reply) => return Action::Reply(reply),
        };
        if operation == route::Operation::Embeddings && self.behaviour.refuses_embeddings {
            return Action::Reply(route::resource_not_found());
        }
        if operation == route::Operation::Embeddings {
            return Action::Reply(embed::embeddings(&request.body, &self.behaviour.meanings));
        }
        if let Err(reply) = check::check(&request.body, &route, DEPLOYMENT) {
            return Action::Reply(reply);
        }
        let definitions = prompted(&request.body);
        let names_one =
            |(name, _): &&(String, Step)| definitions.iter().any(|one| one.name == *name);
        if let Some((_, step)) = self.behaviour.on_definition.iter().find(names_one) {
            return self.take(step, request, &definitions);
        }
        let scripted = lock(&self.steps).pop_front();
        let step = scripted.as_ref().or(self.behaviour.always.as_ref());
        self.take(step.unwrap_or(&Step::Draft), request, &definitions)
    }

    fn take(&self, step: &Step, request: &Recorded, definitions: &[Prompted]) -> Action {
        if let Step::Hang(time) = step {
            self.sleep(*time);
        }
        let cached = cached_tokens(&lock(&self.requests), request);
        let action = step::cached(step.take(request, definitions), cached);
        match &self.behaviour.model {
            Some(model) => step::answered_by(action, model),
            None => action,
        }
    }

    fn arrivals_within(&self, window: Duration, end: Instant) -> usize {
        let requests = lock(&self.requests);
        let is_within = |one: &&Recorded| one.at <= end && end.duration_since(one.at) < window;
        requests.iter().filter(is_within).count()
    }

    /// Sleeps, unless the fake ends meanwhile.
    fn sleep(&self, time: Duration) {
        let end = Instant::now() + time;
        while !self.is_stopping.load(Ordering::SeqCst)
            && let Some(left) = end.checked_duration_since(Instant::now())
            && !left.is_zero()
        {
            std::thread::sleep(left.min(Duration::from_millis(10)));
        }
    }
}

/// Tokens of a prompt that an earlier request began with too, of four characters each: at least 1,024,
/// and then by 128, as the service caches them.
fn cached_tokens(requests: &[Recorded], request: &Recorded) -> usize {
    let text = |one: &Recorded| one.body["messages"].to_string();
    let own = text(request);
    let earlier = requests.iter().filter(|one| one.at < request.at);
    let shared = earlier.map(|one| {
        let other = text(one);
        let pairs = own.chars().zip(other.chars());
        pairs.take_while(|(one, other)| one == other).count()
    });
    let tokens = shared.max().unwrap_or_default() / 4;
    if tokens < 1024 {
        return 0;
    }
    tokens / 128 * 128
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
