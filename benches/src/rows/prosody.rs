//! Durable inbound messages per second. Baseline: Prosody, an XMPP server, with its message archive on the same machine.
//!
//! Measured only where Prosody is installed. It runs with its own folder, port and configuration.

mod server;
mod xmpp;

use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinSet;

use crate::corpus::{self, Rng};
use crate::figures::{Budget, Figure};
use crate::process::{find_program, temp_folder};
use crate::rows::inbound::hub;
use server::{Archive, Server};
use xmpp::Client;

/// The number of repetitions, by turns.
const ROUNDS: u64 = 3;
/// The number of parallel senders, each with a recipient of its own.
const WRITERS: usize = 64;
/// The number of messages of each sender.
const MESSAGES_EACH: usize = 40;

/// Sends messages to the hub's webhook, then to Prosody's client port.
pub(crate) fn measure() -> Vec<Figure> {
    const WHAT: &str = "hub: durable inbound messages";
    if find_program("prosody").is_none() {
        return vec![Figure::not_measured(
            WHAT,
            "prosody is not on the PATH (apt-get install prosody lua-dbi-sqlite3)",
        )];
    }
    let seeded = temp_folder();
    hub::seed(seeded.path());
    let (mut durable, mut files) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let place = temp_folder();
        hub::copy_store(seeded.path(), place.path());
        let hub = hub::deliver(place.path(), round).per_second;
        durable.push((hub, measure_prosody(round, Archive::Sqlite)));
        files.push((hub, measure_prosody(round, Archive::Files)));
    }
    vec![
        Figure::compared(WHAT, "Prosody, archive in SQLite", Budget::AtLeast(10.0), "/s", durable),
        Figure::compared("  the same", "Prosody, archive in files, not flushed", Budget::None, "/s", files),
    ]
}

/// The messages per second that Prosody receives, archives and forwards.
fn measure_prosody(round: u64, archive: Archive) -> f64 {
    let place = temp_folder();
    let server = Server::start(place.path(), archive);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let address = server.address;
    let seconds = runtime.block_on(async move {
        let mut writers = Vec::new();
        for number in 0..WRITERS {
            let mut reader = Client::connect(address, &format!("reader{number}")).await;
            tokio::spawn(async move { reader.read_to_end().await });
            writers.push(Client::connect(address, &format!("writer{number}")).await);
        }
        let rng = Arc::new(std::sync::Mutex::new(Rng::new(round)));
        let begun = Instant::now();
        let mut all = JoinSet::new();
        for (number, mut writer) in writers.into_iter().enumerate() {
            let rng = Arc::clone(&rng);
            all.spawn(async move {
                for _ in 0..MESSAGES_EACH {
                    let text = corpus::text(&mut rng.lock().unwrap());
                    writer.send_message(&format!("reader{number}"), &text).await;
                }
                // Prosody processes the stanzas of a connection in order: after the reply all are archived.
                writer.ping().await;
            });
        }
        while let Some(ended) = all.join_next().await {
            ended.unwrap();
        }
        begun.elapsed().as_secs_f64()
    });
    let sent = WRITERS * MESSAGES_EACH;
    if let Some(kept) = server.archive_size() {
        assert!(kept >= sent as i64, "Prosody archived {kept} of {sent} messages");
    }
    sent as f64 / seconds
}
