//! Catching up with the messages that a desktop has missed. Baseline: SQLite alone, writing the same rows with the same
//! indexes.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use deskbell_client::api::{Reply, Request};
use deskbell_client::{Engine, EngineConfig, FileKeys, HubAddress, Password};
use deskbell_protocol::Content;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::agent::{Agent, sign_in};
use crate::corpus::{self, Rng};
use crate::dataset::{cache, unlock};
use crate::deliveries::{self, InboundMessage};
use crate::figures::{Budget, Figure};
use crate::hub::{Hub, PASSWORD};
use crate::process::temp_folder;
use crate::rows::search;
use crate::webhook_client;

/// The number of conversations.
const CONVERSATIONS: usize = 50;
/// The number of repetitions.
const ROUNDS: usize = 3;
/// The most messages in one frame: half of its log entries.
const FRAME_MESSAGES: usize = 250;
/// The text of the last message.
const LAST: &str = "and that was all";

/// Connects a desktop that was away, then writes the same rows with SQLite alone.
pub(crate) fn measure() -> Vec<Figure> {
    let set = std::env::var("DESKBELL_BENCH_MISSED").ok().and_then(|number| number.parse().ok());
    let missed: usize = set.unwrap_or(100_000);
    let place = temp_folder();
    let more = "[routing]\ncapacity = 1000\nagent_gone_s = 1000000\n";
    let hub = Hub::start(&place.path().join("hub"), &["Anna"], "automatic_answer = true", more);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let seed = place.path().join("seed");
    runtime.block_on(async {
        let mut anna = Agent::connect(hub.address, &sign_in(hub.address, "Anna").await).await;
        anna.set_ready().await;
        let first: Vec<_> = (0..CONVERSATIONS).map(|contact| (contact, "hello".to_owned())).collect();
        webhook_client::deliver_all(hub.address, Arc::new(requests("first", &first)), 1).await;
        hub.wait_until_processed();
        // The seed of every repetition: a desktop that has these messages and is away afterwards.
        let engine = Engine::open(config(&seed, &hub)).await.unwrap_or_else(|error| panic!("{error}"));
        wait_for_newest(&engine, CONVERSATIONS, "hello").await;
        engine.close().await;
        let mut rng = Rng::new(5);
        let mut texts: Vec<_> =
            (0..missed - 1).map(|at| (at % CONVERSATIONS, corpus::text(&mut rng))).collect();
        texts.push((0, LAST.to_owned()));
        webhook_client::deliver_all(hub.address, Arc::new(requests("missed", &texts)), 8).await;
        hub.wait_until_processed();
    });
    let mut pairs = Vec::new();
    for round in 0..ROUNDS {
        let desktop = place.path().join(format!("desktop{round}"));
        copy(&seed, &desktop);
        let begun = Instant::now();
        let engine = runtime.block_on(async {
            let engine = Engine::open(config(&desktop, &hub)).await.unwrap_or_else(|error| panic!("{error}"));
            wait_for_newest(&engine, 1, LAST).await;
            engine
        });
        let own = missed as f64 / begun.elapsed().as_secs_f64();
        runtime.block_on(engine.close());
        let bare = write_same_rows(&desktop, &place.path().join(format!("bare{round}.db")), missed);
        println!("   the engine {own:.0}/s, bare SQLite {bare:.0}/s");
        pairs.push((own, bare));
    }
    let what = format!("catch-up of {missed} missed messages");
    vec![Figure::compared(what, "bare SQLite inserts, same indexes", Budget::AtLeast(0.5), "/s", pairs)]
}

fn config(desktop: &Path, hub: &Hub) -> EngineConfig {
    EngineConfig {
        hub: Some(HubAddress {
            url: format!("http://{}", hub.address),
            agent: "Anna".into(),
            password: Some(Password::new(PASSWORD)),
            token: None,
        }),
        keys: Arc::new(FileKeys::new(desktop.join("keys"))),
        ..search::config(desktop, "anna".into())
    }
}

/// Waits until that many conversations end with this text.
async fn wait_for_newest(engine: &Engine, conversations: usize, words: &str) {
    let begun = Instant::now();
    loop {
        assert!(begun.elapsed() < Duration::from_secs(600), "the desktop did not catch up in time");
        if let Ok(Reply::Snapshot(snapshot)) = engine.handle(Request::Snapshot).await {
            let ends = |preview: &Option<String>| preview.as_deref() == Some(words);
            let there = snapshot.conversations.iter().filter(|it| ends(&it.conversation.preview)).count();
            if there >= conversations && has_message(engine, &snapshot, words).await {
                return;
            }
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Whether the message itself is there: the row of its conversation comes first, and a notice may follow.
async fn has_message(
    engine: &Engine,
    snapshot: &deskbell_client::api::WorkspaceSnapshot,
    words: &str,
) -> bool {
    for view in &snapshot.conversations {
        if view.conversation.preview.as_deref() != Some(words) {
            continue;
        }
        let request = Request::Transcript { conversation: view.conversation.id, before: None, limit: 3 };
        let Ok(Reply::Transcript(page)) = engine.handle(request).await else { return false };
        let found = page
            .messages
            .iter()
            .any(|message| matches!(&message.content, Content::Text { body } if body == words));
        if !found {
            return false;
        }
    }
    true
}

fn requests(name: &str, texts: &[(usize, String)]) -> Vec<Vec<u8>> {
    let at = deliveries::now_s();
    let ids: Vec<_> = (0..texts.len()).map(|number| format!("wamid.{name}.{number}")).collect();
    let made: Vec<_> = ids.iter().zip(texts).collect();
    made.chunks(50)
        .map(|some| {
            let incoming: Vec<_> = some
                .iter()
                .map(|(id, (contact, text))| InboundMessage { contact: *contact, id, at, text })
                .collect();
            deliveries::request(&incoming)
        })
        .collect()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            std::fs::copy(from, to).unwrap();
        }
    }
}

/// Writes the newest messages of a cache into a database with the same tables, indexes, settings and encryption, one
/// transaction for each frame. Returns the messages per second.
fn write_same_rows(desktop: &Path, to: &Path, missed: usize) -> f64 {
    let from = cache(desktop).expect("the cache");
    let bare = Connection::open(to).unwrap();
    unlock(&bare, &[7; 32]);
    bare.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8000;")
        .unwrap();
    for table in ["conversation", "message", "message_words"] {
        let sql =
            "SELECT sql FROM sqlite_schema WHERE tbl_name = ?1 AND sql IS NOT NULL ORDER BY type = 'index'";
        let mut made = from.prepare(sql).unwrap();
        for sql in made.query_map([table], |row| row.get::<_, String>(0)).unwrap() {
            bare.execute_batch(&sql.unwrap()).unwrap();
        }
    }
    let conversations = rows(&from, "SELECT * FROM conversation", 0);
    let put = |row: &[Value]| insert(&bare, "conversation", row);
    conversations.iter().for_each(|row| put(row));
    let messages = rows(&from, "SELECT * FROM message ORDER BY position DESC LIMIT ?1", missed as i64);
    let texts = rows(
        &from,
        "SELECT json_extract(content, '$.body') FROM message ORDER BY position DESC LIMIT ?1",
        missed as i64,
    );
    assert_eq!(messages.len(), missed);
    let messages: Vec<_> = messages.into_iter().zip(texts).rev().collect();
    let begun = Instant::now();
    for frame in messages.chunks(FRAME_MESSAGES) {
        bare.execute_batch("BEGIN IMMEDIATE").unwrap();
        for (row, _) in frame {
            insert(&bare, "message", row);
            // Each message changes its conversation.
            bare.prepare_cached("UPDATE conversation SET last_position = ?2, place = ?2, version = ?3, last_at = ?4 WHERE id = ?1")
                .unwrap()
                .execute(rusqlite::params![row[2], row[0], row[10], row[4]])
                .unwrap();
        }
        for (row, words) in frame {
            bare.prepare_cached("INSERT INTO message_words (rowid, words) VALUES (?1, ?2)")
                .unwrap()
                .execute(rusqlite::params![row[0], words[0]])
                .unwrap();
        }
        bare.execute_batch("COMMIT").unwrap();
    }
    missed as f64 / begun.elapsed().as_secs_f64()
}

fn insert(conn: &Connection, table: &str, row: &[Value]) {
    let places = vec!["?"; row.len()].join(", ");
    let sql = format!("INSERT INTO {table} VALUES ({places})");
    conn.prepare_cached(&sql).unwrap().execute(params_from_iter(row)).unwrap();
}

fn rows(conn: &Connection, sql: &str, limit: i64) -> Vec<Vec<Value>> {
    let mut statement = conn.prepare(sql).unwrap();
    let (columns, wanted) = (statement.column_count(), statement.parameter_count());
    let parameters = vec![limit; wanted];
    let read = statement
        .query_map(params_from_iter(parameters), |row| (0..columns).map(|column| row.get(column)).collect());
    read.unwrap().collect::<Result<_, _>>().unwrap()
}
