//! Ctrl-C: once to finish what is in flight, twice to leave at once.

use tokio::runtime::Runtime;
use tokio::sync::watch;

/// Whether the user has asked to stop.
#[derive(Debug, Clone)]
pub(super) struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Listens until the runtime ends.
    pub(super) fn listen(runtime: &Runtime) -> Self {
        let (sender, receiver) = watch::channel(false);
        runtime.spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                if sender.send_replace(true) {
                    // The second time: whatever is written is whole, since files are renamed.
                    crate::exit_status::leave_now();
                }
                tracing::warn!(
                    "interrupted: finishing what is in flight; press Ctrl-C again to stop at once"
                );
            }
            // Nobody can ask any more, which is not to be taken for asking.
            std::future::pending::<()>().await;
        });
        Self(receiver)
    }

    pub(super) fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits for it.
    pub(super) async fn requested(&self) {
        if self
            .0
            .clone()
            .wait_for(|is_requested| *is_requested)
            .await
            .is_err()
        {
            std::future::pending::<()>().await;
        }
    }
}
