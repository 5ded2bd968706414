//! A hub with a million messages in a hundred conversations, the first of them with ten thousand, and Anna's desktop with
//! all of them in its cache.
//!
//! Made once in a run: the hub by webhook deliveries, the cache by the app itself.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use tempfile::TempDir;

use crate::agent::{Agent, sign_in};
use crate::corpus::{self, Rng};
use crate::deliveries::{self, InboundMessage};
use crate::hub::{Hub, PASSWORD};
use crate::process::{Process, built_program, temp_folder};
use crate::webhook_client;
use crate::window::free_port;

/// The number of conversations.
pub(crate) const CONVERSATIONS: usize = 100;
/// The number of Anna's active interactions, in the first conversations.
pub(crate) const ACTIVE: usize = 12;
/// The number of messages in the first conversation, if the dataset is large enough.
pub(crate) const FIRST_HAS: usize = 10_000;
/// A word that only the first message of the first conversation has, to search for.
pub(crate) const FIRST_WORD: &str = "zenithal";
/// A word that only the middle message of the first conversation has.
pub(crate) const MIDDLE_WORD: &str = "meridional";
/// The number of messages in one delivery.
const BATCH: usize = 50;

/// The folder of hub and desktop.
pub(crate) struct Dataset {
    folder: TempDir,
    /// The hub's URL, the same at every start.
    pub(crate) url: String,
    /// The number of messages.
    pub(crate) messages: usize,
    port: u16,
}

static DATASET: OnceLock<Dataset> = OnceLock::new();

/// The dataset of this run. Made by the first call.
pub(crate) fn dataset() -> &'static Dataset {
    DATASET.get_or_init(Dataset::make)
}

/// Deletes the dataset, if it was made.
pub(crate) fn remove() {
    if let Some(dataset) = DATASET.get() {
        let _left = std::fs::remove_dir_all(dataset.folder.path());
    }
}

impl Dataset {
    fn make() -> Self {
        let set = std::env::var("DESKBELL_BENCH_MESSAGES").ok().and_then(|number| number.parse().ok());
        let messages = set.unwrap_or(1_000_000);
        let port = free_port();
        let dataset = Self { folder: temp_folder(), url: format!("http://127.0.0.1:{port}"), messages, port };
        let begun = Instant::now();
        let hub = dataset.hub();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(dataset.fill_hub(&hub));
        println!("   {messages} messages in the hub after {:.0} s", begun.elapsed().as_secs_f64());
        let begun = Instant::now();
        dataset.fill_cache();
        println!("   and in the cache after {:.0} s more", begun.elapsed().as_secs_f64());
        hub.stop();
        dataset
    }

    /// Starts the hub.
    pub(crate) fn hub(&self) -> Hub {
        // The colour of a waiting time is the same after one second, so that every start shows the same.
        let more = format!(
            "[routing]\ncapacity = {CONVERSATIONS}\nagent_gone_s = 1000000\n\
             [screen]\nheartbeat_s = 600\nwaiting_yellow_s = 1\nwaiting_red_s = 2\n"
        );
        Hub::start_at(self.port, &self.folder.path().join("hub"), &["Anna"], "automatic_answer = true", &more)
    }

    /// The data folder of Anna's desktop.
    pub(crate) fn desktop(&self) -> PathBuf {
        self.folder.path().join("desktop")
    }

    async fn fill_hub(&self, hub: &Hub) {
        let token = sign_in(hub.address, "Anna").await;
        let mut anna = Agent::connect(hub.address, &token).await;
        anna.set_ready().await;
        let mut rng = Rng::new(7);
        // Anna gets every contact's first message. Then she disconnects, and the contacts go on writing.
        let first = requests(0..CONVERSATIONS, 1, &mut rng);
        webhook_client::deliver_all(hub.address, Arc::new(first), 1).await;
        let mut held = Vec::new();
        while held.len() < CONVERSATIONS {
            held.extend(interactions(&anna.text().await.expect("the hub closed the connection")));
            held.sort_unstable();
            held.dedup();
        }
        drop(anna);
        let mut number = CONVERSATIONS;
        while number < self.messages {
            let until = (number + 50_000).min(self.messages);
            webhook_client::deliver_all(hub.address, Arc::new(requests(number..until, BATCH, &mut rng)), 16)
                .await;
            number = until;
        }
        hub.wait_until_processed();
        let mut anna = Agent::connect(hub.address, &token).await;
        for interaction in held.iter().skip(ACTIVE) {
            for name in ["end_interaction", "mark_done"] {
                anna.command(json!({ "name": name, "interaction": interaction })).await;
            }
        }
    }

    /// Starts the app without a window until its cache has every message.
    fn fill_cache(&self) {
        let desktop = self.desktop();
        std::fs::create_dir_all(&desktop).unwrap();
        // Keeps the keys in files even if this machine has a key store.
        std::fs::write(desktop.join("key-place"), "file\n").unwrap();
        let mut app = std::process::Command::new(built_program("deskbell"));
        app.args(["--browser", "--hub", &self.url, "--agent", "Anna", "--data"]).arg(&desktop);
        app.env("DESKBELL_PASSWORD", PASSWORD).stdin(Stdio::null()).stderr(Stdio::null());
        let (app, _line) = Process::start_and_read_line(&mut app);
        let begun = Instant::now();
        loop {
            if count(&desktop).is_some_and(|cached| cached >= self.messages as i64) {
                break;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(1200),
                "the cache did not get every message in time"
            );
            std::thread::sleep(Duration::from_millis(500));
        }
        app.terminate();
    }
}

fn requests(numbers: std::ops::Range<usize>, at_once: usize, rng: &mut Rng) -> Vec<Vec<u8>> {
    let at = deliveries::now_s();
    let made: Vec<_> = numbers.map(|number| (number, format!("wamid.{number}"), text(number, rng))).collect();
    made.chunks(at_once)
        .map(|some| {
            let incoming: Vec<_> = some
                .iter()
                .map(|(number, id, text)| InboundMessage { contact: contact(*number), id, at, text })
                .collect();
            deliveries::request(&incoming)
        })
        .collect()
}

/// The contact of a message: first one message of each contact, then the others of the first, then the rest.
fn contact(number: usize) -> usize {
    match number {
        0..CONVERSATIONS => number,
        CONVERSATIONS..LAST_OF_FIRST => 0,
        _ => 1 + number % (CONVERSATIONS - 1),
    }
}

/// The number behind the last message of the first conversation.
const LAST_OF_FIRST: usize = CONVERSATIONS + FIRST_HAS - 1;

fn text(number: usize, rng: &mut Rng) -> String {
    let text = corpus::text(rng);
    match number {
        0 => format!("{FIRST_WORD} {text}"),
        _ if number == LAST_OF_FIRST - FIRST_HAS / 2 => format!("{MIDDLE_WORD} {text}"),
        _ => text,
    }
}

/// The ids of the active interactions in a frame.
fn interactions(frame: &str) -> Vec<String> {
    let frame: serde_json::Value = serde_json::from_str(frame).unwrap();
    let entries = frame["entries"].as_array().cloned().unwrap_or_default();
    let rows = entries.into_iter().map(|entry| entry["change"].clone());
    rows.filter(|change| change["kind"] == "interaction" && change["row"]["state"] == "active")
        .map(|change| change["row"]["id"].as_str().unwrap().to_owned())
        .collect()
}

fn count(desktop: &Path) -> Option<i64> {
    let sql = "SELECT count(*) FROM message";
    cache(desktop)?.query_row(sql, [], |row| row.get(0)).ok()
}

/// The folder of a desktop's cache, once there is one.
pub(crate) fn workspace(desktop: &Path) -> Option<PathBuf> {
    let folders = std::fs::read_dir(desktop).ok()?.flatten().map(|entry| entry.path());
    folders.into_iter().find(|folder| folder.join("cache.db").is_file())
}

/// Opens the cache of a desktop that keeps its keys in files.
pub(crate) fn cache(desktop: &Path) -> Option<Connection> {
    let file = workspace(desktop)?.join("cache.db");
    let keys = std::fs::read_dir(desktop.join("keys")).ok()?.flatten();
    let mut keys = keys.filter_map(|key| std::fs::read(key.path()).ok()).filter(|key| key.len() == 32);
    let conn = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).ok()?;
    unlock(&conn, &keys.next()?);
    Some(conn)
}

/// Sets the key of a connection, as the engine does.
pub(crate) fn unlock(conn: &Connection, key: &[u8]) {
    conn.execute_batch(&format!(
        "PRAGMA key = \"x'{}'\"; PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 5000;",
        hex::encode(key)
    ))
    .unwrap();
    conn.set_prepared_statement_cache_capacity(64);
}
