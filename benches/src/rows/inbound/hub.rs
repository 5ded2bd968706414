//! The measurement of the hub: a store with waiting conversations, and more messages in all of them.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use crate::corpus::{self, Rng};
use crate::deliveries::{self, InboundMessage};
use crate::hub::{Hub, store};
use crate::webhook_client;

/// The number of contacts, who write by turns.
const CONTACTS: usize = 500;
/// The number of measured messages.
pub(crate) const MESSAGES: usize = 20_000;
/// The number of parallel connections.
const CONNECTIONS: usize = 128;

/// The result of one repetition.
pub(crate) struct Run {
    /// Messages per second, from the first byte sent until the last message is in a transcript.
    pub(crate) per_second: f64,
    /// Messages per transaction. Each message is in two: one stores the raw delivery, one processes it.
    pub(crate) group: usize,
}

/// Makes a store in which every contact has a conversation in the queue.
pub(crate) fn seed(folder: &Path) {
    let hub = Hub::start(folder, &["Anna"], "", "");
    send(&hub, CONTACTS, u64::MAX);
    hub.stop();
}

/// Copies the store of a hub that does not run.
pub(crate) fn copy_store(from: &Path, to: &Path) {
    let (from, to) = (store(from), store(to));
    std::fs::create_dir_all(to.parent().unwrap()).unwrap();
    std::fs::copy(from, to).unwrap();
}

/// Starts the hub on a store and delivers messages to it.
pub(crate) fn deliver(folder: &Path, round: u64) -> Run {
    let hub = Hub::start(folder, &["Anna"], "", "");
    let before = transactions(&hub.store());
    let seconds = send(&hub, MESSAGES, round);
    let transactions = transactions(&hub.store()).wrapping_sub(before);
    hub.stop();
    let group = (2 * MESSAGES).div_ceil(transactions.max(1) as usize);
    Run { per_second: MESSAGES as f64 / seconds, group }
}

fn send(hub: &Hub, messages: usize, round: u64) -> f64 {
    let mut rng = Rng::new(round);
    let at = deliveries::now_s();
    let requests: Vec<_> = (0..messages)
        .map(|number| {
            let (id, text) = (format!("wamid.{round}.{number}"), corpus::text(&mut rng));
            deliveries::request(&[InboundMessage { contact: number % CONTACTS, id: &id, at, text: &text }])
        })
        .collect();
    let (address, requests) = (hub.address, Arc::new(requests));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let begun = Instant::now();
    runtime.block_on(webhook_client::deliver_all(address, requests, CONNECTIONS));
    hub.wait_until_processed();
    begun.elapsed().as_secs_f64()
}

/// The number of transactions in a store, from the index of its write-ahead log (SQLite, "WAL-mode File Format", 2.1,
/// `iChange` at offset 8). Wraps around.
fn transactions(store: &Path) -> u32 {
    let index = std::fs::read(store.with_extension("sqlite3-shm")).unwrap();
    u32::from_ne_bytes(index.get(8..12).unwrap().try_into().unwrap())
}
