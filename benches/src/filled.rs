//! A hub with a million messages in a hundred long conversations, the first of them with ten thousand, and Anna's
//! desktop that has them all.
//! Made once in a run: by deliveries, as in life, and by the app itself, which reads them in.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use tempfile::TempDir;

use crate::agent::{Agent, sign_in};
use crate::deliveries::{self, Incoming};
use crate::hub::{Hub, PASSWORD};
use crate::process::{Process, built, folder};
use crate::senders;
use crate::window::free_port;
use crate::words::{self, Chance};

/// How many conversations there are; the first few are still active.
pub(crate) const CONVERSATIONS: usize = 100;
/// How many interactions of Anna's are still active.
pub(crate) const ACTIVE: usize = 12;
/// How many messages the first conversation has, if there are enough.
pub(crate) const FIRST_HAS: usize = 10_000;
/// What only its first message says, and only the one in its middle: to be searched for.
pub(crate) const FIRST_WORD: &str = "zenithal";
/// See [`FIRST_WORD`].
pub(crate) const MIDDLE_WORD: &str = "meridional";
/// How many messages one delivery brings.
const AT_ONCE: usize = 50;

/// Where it all is.
pub(crate) struct Filled {
    folder: TempDir,
    /// The hub's address, the same at every start.
    pub(crate) url: String,
    /// How many messages there are.
    pub(crate) messages: usize,
    port: u16,
}

static FILLED: OnceLock<Filled> = OnceLock::new();

/// The one of this run.
pub(crate) fn filled() -> &'static Filled {
    FILLED.get_or_init(Filled::make)
}

/// Removes it from the disk at the end of the run, if it was made.
pub(crate) fn remove() {
    if let Some(filled) = FILLED.get() {
        let _left = std::fs::remove_dir_all(filled.folder.path());
    }
}

impl Filled {
    fn make() -> Self {
        let told = std::env::var("DESKBELL_BENCH_MESSAGES").ok().and_then(|number| number.parse().ok());
        let messages = told.unwrap_or(1_000_000);
        let port = free_port();
        let filled = Self { folder: folder(), url: format!("http://127.0.0.1:{port}"), messages, port };
        let begun = Instant::now();
        let hub = filled.hub();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(filled.fill(&hub));
        println!("   {messages} messages are in the hub after {:.0} s", begun.elapsed().as_secs_f64());
        let begun = Instant::now();
        filled.read_in();
        println!("   and on Anna's desktop after {:.0} s more", begun.elapsed().as_secs_f64());
        hub.stop();
        filled
    }

    /// Starts the hub.
    pub(crate) fn hub(&self) -> Hub {
        // How long somebody waits does not change its colour: every start shows the same.
        let more = format!(
            "[routing]\ncapacity = {CONVERSATIONS}\nagent_gone_s = 1000000\n\
             [screen]\nheartbeat_s = 600\nwaiting_yellow_s = 1\nwaiting_red_s = 2\n"
        );
        Hub::start_at(self.port, &self.folder.path().join("hub"), &["Anna"], "automatic_answer = true", &more)
    }

    /// The data folder of Anna's desktop.
    pub(crate) fn desk(&self) -> PathBuf {
        self.folder.path().join("desk")
    }

    async fn fill(&self, hub: &Hub) {
        let token = sign_in(hub.address, "Anna").await;
        let mut anna = Agent::connect(hub.address, &token).await;
        anna.get_ready().await;
        let mut chance = Chance::of(7);
        // The first message of everybody, which Anna's desktop answers; then she is gone and they write on.
        let first = requests(0..CONVERSATIONS, 1, &mut chance);
        senders::deliver(hub.address, Arc::new(first), 1).await;
        let mut held = Vec::new();
        while held.len() < CONVERSATIONS {
            held.extend(interactions(&anna.text().await.expect("the hub hung up")));
            held.sort_unstable();
            held.dedup();
        }
        drop(anna);
        let mut number = CONVERSATIONS;
        while number < self.messages {
            let until = (number + 50_000).min(self.messages);
            senders::deliver(hub.address, Arc::new(requests(number..until, AT_ONCE, &mut chance)), 16).await;
            number = until;
        }
        hub.wait_until_taken_up();
        let mut anna = Agent::connect(hub.address, &token).await;
        for interaction in held.iter().skip(ACTIVE) {
            for name in ["end_interaction", "mark_done"] {
                anna.command(json!({ "name": name, "interaction": interaction })).await;
            }
        }
    }

    /// The app reads everything in, without a window.
    fn read_in(&self) {
        let desk = self.desk();
        std::fs::create_dir_all(&desk).unwrap();
        // Also where this machine has a key store: it is not this program's.
        std::fs::write(desk.join("key-place"), "file\n").unwrap();
        let mut app = std::process::Command::new(built("deskbell"));
        app.args(["--browser", "--hub", &self.url, "--agent", "Anna", "--data"]).arg(&desk);
        app.env("DESKBELL_PASSWORD", PASSWORD).stdin(Stdio::null()).stderr(Stdio::null());
        let (app, _line) = Process::start_and_read_line(&mut app);
        let begun = Instant::now();
        loop {
            if count(&desk).is_some_and(|here| here >= self.messages as i64) {
                break;
            }
            assert!(begun.elapsed() < Duration::from_secs(1200), "the desktop did not read everything in");
            std::thread::sleep(Duration::from_millis(500));
        }
        app.end();
    }
}

fn requests(numbers: std::ops::Range<usize>, at_once: usize, chance: &mut Chance) -> Vec<Vec<u8>> {
    let at = deliveries::now_s();
    let made: Vec<_> =
        numbers.map(|number| (number, format!("wamid.{number}"), text(number, chance))).collect();
    made.chunks(at_once)
        .map(|some| {
            let incoming: Vec<_> = some
                .iter()
                .map(|(number, id, text)| Incoming { contact: contact(*number), id, at, text })
                .collect();
            deliveries::request(&incoming)
        })
        .collect()
}

/// Whose message that of this number is: one of everybody, then all the others of the first, then the rest.
fn contact(number: usize) -> usize {
    match number {
        0..CONVERSATIONS => number,
        CONVERSATIONS..LAST_OF_FIRST => 0,
        _ => 1 + number % (CONVERSATIONS - 1),
    }
}

/// Behind the last message of the first conversation.
const LAST_OF_FIRST: usize = CONVERSATIONS + FIRST_HAS - 1;

fn text(number: usize, chance: &mut Chance) -> String {
    let text = words::text(chance);
    match number {
        0 => format!("{FIRST_WORD} {text}"),
        _ if number == LAST_OF_FIRST - FIRST_HAS / 2 => format!("{MIDDLE_WORD} {text}"),
        _ => text,
    }
}

/// The interactions that a frame is about.
fn interactions(frame: &str) -> Vec<String> {
    let frame: serde_json::Value = serde_json::from_str(frame).unwrap();
    let entries = frame["entries"].as_array().cloned().unwrap_or_default();
    let rows = entries.into_iter().map(|entry| entry["change"].clone());
    rows.filter(|change| change["kind"] == "interaction" && change["row"]["state"] == "active")
        .map(|change| change["row"]["id"].as_str().unwrap().to_owned())
        .collect()
}

fn count(desk: &Path) -> Option<i64> {
    let sql = "SELECT count(*) FROM message";
    cache(desk)?.query_row(sql, [], |row| row.get(0)).ok()
}

/// The folder of a desktop's cache.
pub(crate) fn workspace(desk: &Path) -> Option<PathBuf> {
    let folders = std::fs::read_dir(desk).ok()?.flatten().map(|entry| entry.path());
    folders.into_iter().find(|folder| folder.join("cache.db").is_file())
}

/// The cache of a desktop whose keys are in files, opened to be read.
pub(crate) fn cache(desk: &Path) -> Option<Connection> {
    let file = workspace(desk)?.join("cache.db");
    let keys = std::fs::read_dir(desk.join("keys")).ok()?.flatten();
    let mut keys = keys.filter_map(|key| std::fs::read(key.path()).ok()).filter(|key| key.len() == 32);
    let conn = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).ok()?;
    unlock(&conn, &keys.next()?);
    Some(conn)
}

/// Gives a connection its key, as the engine does.
pub(crate) fn unlock(conn: &Connection, key: &[u8]) {
    conn.execute_batch(&format!(
        "PRAGMA key = \"x'{}'\"; PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 5000;",
        hex::encode(key)
    ))
    .unwrap();
    conn.set_prepared_statement_cache_capacity(64);
}
