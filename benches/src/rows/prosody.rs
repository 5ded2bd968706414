//! The hub beside Prosody with its archive on: what a chat server that keeps everything manages on the same
//! machine. Prosody is used where it is installed, with files, ports and a configuration of this run's own.

mod server;
mod xmpp;

use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinSet;

use crate::figures::{Budget, Figure};
use crate::process::{folder, installed};
use crate::rows::inbound::delivered;
use crate::words::{self, Chance};
use server::{Archive, Server};
use xmpp::Client;

/// How often both are measured, in turns.
const ROUNDS: u64 = 3;
/// How many people write at once, each to one other.
const WRITERS: usize = 64;
/// How many messages each of them writes.
const EACH: usize = 40;

/// The hub through its webhook, then Prosody through its door for clients, again and again.
pub(crate) fn measure() -> Vec<Figure> {
    const WHAT: &str = "hub: durable inbound messages, beside Prosody";
    if installed("prosody").is_none() {
        return vec![Figure::not_measured(
            WHAT,
            "prosody is not on the path (apt-get install prosody lua-dbi-sqlite3)",
        )];
    }
    let seeded = folder();
    delivered::seed(seeded.path());
    let (mut durable, mut files) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let place = folder();
        delivered::copy_store(seeded.path(), place.path());
        let hub = delivered::deliver(place.path(), round).per_second;
        durable.push((hub, archived(round, Archive::Sqlite)));
        files.push((hub, archived(round, Archive::Files)));
    }
    vec![
        Figure::beside(WHAT, "Prosody, archive in SQLite", Budget::AtLeast(10.0), "/s", durable),
        Figure::beside("  the same", "Prosody, archive in files, not flushed", Budget::None, "/s", files),
    ]
}

/// How many messages per second Prosody takes, archives and hands on.
fn archived(round: u64, archive: Archive) -> f64 {
    let place = folder();
    let server = Server::start(place.path(), archive);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let address = server.address;
    let seconds = runtime.block_on(async move {
        let mut writers = Vec::new();
        for number in 0..WRITERS {
            let mut reader = Client::connect(address, &format!("reader{number}")).await;
            tokio::spawn(async move { reader.read_to_the_end().await });
            writers.push(Client::connect(address, &format!("writer{number}")).await);
        }
        let words = Arc::new(std::sync::Mutex::new(Chance::of(round)));
        let begun = Instant::now();
        let mut all = JoinSet::new();
        for (number, mut writer) in writers.into_iter().enumerate() {
            let words = Arc::clone(&words);
            all.spawn(async move {
                for _ in 0..EACH {
                    let text = words::text(&mut words.lock().unwrap());
                    writer.write_to(&format!("reader{number}"), &text).await;
                }
                // Its own stanzas are worked off in order: once this is answered, all are archived.
                writer.ping().await;
            });
        }
        while let Some(ended) = all.join_next().await {
            ended.unwrap();
        }
        begun.elapsed().as_secs_f64()
    });
    let sent = WRITERS * EACH;
    if let Some(kept) = server.archived() {
        assert!(kept >= sent as i64, "Prosody archived {kept} of {sent} messages");
    }
    sent as f64 / seconds
}
