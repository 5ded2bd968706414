//! The hub's side: a store with contacts who have written before, and messages from all of them.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use crate::deliveries::{self, Incoming};
use crate::hub::{Hub, store};
use crate::senders;
use crate::words::{self, Chance};

/// How many contacts write, in turns.
const CONTACTS: usize = 500;
/// How many messages are measured.
pub(crate) const MESSAGES: usize = 20_000;
/// How many connections deliver at once.
const CONNECTIONS: usize = 128;

/// What the hub made of it.
pub(crate) struct Run {
    /// From the first byte sent until the last message had its place in a transcript.
    pub(crate) per_second: f64,
    /// Messages per transaction: each is in two, one that keeps the delivery and one that takes it up.
    pub(crate) group: usize,
}

/// Makes a store in which every contact has a conversation that waits in the queue.
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

/// Starts the hub on this store and delivers to it.
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
    let mut chance = Chance::of(round);
    let at = deliveries::now_s();
    let requests: Vec<_> = (0..messages)
        .map(|number| {
            let (id, text) = (format!("wamid.{round}.{number}"), words::text(&mut chance));
            deliveries::request(&[Incoming { contact: number % CONTACTS, id: &id, at, text: &text }])
        })
        .collect();
    let (address, requests) = (hub.address, Arc::new(requests));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let begun = Instant::now();
    runtime.block_on(senders::deliver(address, requests, CONNECTIONS));
    hub.wait_until_taken_up();
    begun.elapsed().as_secs_f64()
}

/// How often something was committed to this store, from the index of its write-ahead log (SQLite, "WAL-mode
/// File Format", 2.1, `iChange` at offset 8). It wraps.
fn transactions(store: &Path) -> u32 {
    let index = std::fs::read(store.with_extension("sqlite3-shm")).unwrap();
    u32::from_ne_bytes(index.get(8..12).unwrap().try_into().unwrap())
}
