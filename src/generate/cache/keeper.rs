//! Writes replies to the database as they come: those that come while others are written share the next
//! transaction, so that many at once wait for the disk once.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use tokio::sync::oneshot;

use crate::store::{Database, ReplyRecord};

/// Replies in one transaction, at most.
const MOST_AT_ONCE: usize = 512;

/// A thread that writes replies; it ends with this.
#[derive(Debug)]
pub(super) struct Keeper {
    orders: Option<Sender<Order>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

struct Order {
    records: Vec<ReplyRecord>,
    done: oneshot::Sender<()>,
}

impl Keeper {
    pub(super) fn new(database: Arc<Database>) -> Self {
        let (orders, ordered) = channel();
        let thread = std::thread::Builder::new()
            .name("docgen-keeper".to_owned())
            .spawn(move || write_all(&database, &ordered));
        match thread {
            Ok(thread) => Self {
                orders: Some(orders),
                thread: Some(thread),
            },
            Err(error) => {
                tracing::warn!("no reply is kept for the next run: {error}");
                Self {
                    orders: None,
                    thread: None,
                }
            }
        }
    }

    /// Waits until the records are on the disk, or cannot be put there. They are put there also when
    /// nobody waits any more.
    pub(super) async fn keep(&self, records: Vec<ReplyRecord>) {
        if records.is_empty() {
            return;
        }
        let (done, waiting) = oneshot::channel();
        if let Some(orders) = &self.orders
            && orders.send(Order { records, done }).is_ok()
        {
            _ = waiting.await;
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.orders.take());
        if let Some(thread) = self.thread.take() {
            // What was ordered is written first.
            _ = thread.join();
        }
    }
}

fn write_all(database: &Database, ordered: &Receiver<Order>) {
    let mut was_told = false;
    while let Ok(first) = ordered.recv() {
        let mut records = first.records;
        let mut waiting = vec![first.done];
        while records.len() < MOST_AT_ONCE
            && let Ok(more) = ordered.try_recv()
        {
            records.extend(more.records);
            waiting.push(more.done);
        }
        if let Err(error) = database.keep_replies(&records)
            && !error.is_said()
            && !std::mem::replace(&mut was_told, true)
        {
            tracing::warn!(
                "replies cannot be kept, so the next run will ask for them again: {error}; {}",
                error.hint()
            );
        }
        for done in waiting {
            _ = done.send(());
        }
    }
}
