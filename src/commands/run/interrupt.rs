//! Signals that ask a run to stop: Ctrl-C once to finish what is in flight, again to stop now.

use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::report;

/// How much the user, or whoever runs docgen, wants it to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Wish {
    GoOn,
    /// Nothing new is sent; what is in flight is finished.
    Finish,
    /// Nothing is waited for; what was accepted is written.
    Stop,
}

/// Whether the run has been asked to stop.
#[derive(Debug, Clone)]
pub(super) struct Interrupt(watch::Receiver<Wish>);

impl Interrupt {
    /// Listens until the runtime ends: to Ctrl-C, and where there are such, to SIGTERM and SIGHUP,
    /// which leave little time.
    pub(super) fn listen(runtime: &Runtime) -> Self {
        let (sender, receiver) = watch::channel(Wish::GoOn);
        let signals = {
            let _entered = runtime.enter();
            Signals::new()
        };
        runtime.spawn(async move {
            let Ok(mut signals) = signals else { return };
            let mut wish = Wish::GoOn;
            loop {
                let before = wish;
                wish = signals.next(before).await;
                match (before, wish) {
                    // Whatever is written is whole, since files are renamed.
                    (Wish::Stop, _) => {
                        report::clear_progress();
                        crate::exit_status::leave_now()
                    }
                    (_, Wish::Finish) => tracing::warn!(
                        "interrupted: finishing what is in flight; press Ctrl-C again to stop now"
                    ),
                    _ => tracing::warn!("interrupted: writing what was accepted"),
                }
                sender.send_replace(wish);
            }
        });
        Self(receiver)
    }

    /// Nothing new is to be begun.
    pub(super) fn is_requested(&self) -> bool {
        *self.0.borrow() >= Wish::Finish
    }

    /// Waits until nothing new is to be begun.
    pub(super) async fn requested(&self) {
        self.reached(Wish::Finish).await;
    }

    /// Waits until nothing is to be waited for any more.
    pub(super) async fn stopped(&self) {
        self.reached(Wish::Stop).await;
    }

    async fn reached(&self, wish: Wish) {
        let mut wishes = self.0.clone();
        if wishes.wait_for(|now| *now >= wish).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Has such a signal end the process while `runtime` lives; nothing is begun yet.
pub(in crate::commands) fn leave_on_signal(runtime: &Runtime) {
    let signals = {
        let _entered = runtime.enter();
        Signals::new()
    };
    if let Ok(mut signals) = signals {
        runtime.spawn(async move {
            signals.next(Wish::GoOn).await;
            report::clear_progress();
            crate::exit_status::leave_now()
        });
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for a signal; gives what it asks for.
    async fn next(&mut self, before: Wish) -> Wish {
        tokio::select! {
            _ = self.interrupt.recv() => after_ctrl_c(before),
            _ = self.terminate.recv() => Wish::Stop,
            _ = self.hang_up.recv() => Wish::Stop,
        }
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    /// Waits for a signal; gives what it asks for.
    async fn next(&mut self, before: Wish) -> Wish {
        _ = self.0.recv().await;
        after_ctrl_c(before)
    }
}

fn after_ctrl_c(before: Wish) -> Wish {
    match before {
        Wish::GoOn => Wish::Finish,
        Wish::Finish | Wish::Stop => Wish::Stop,
    }
}
