//! Catching up on what a desktop has missed, beside SQLite that writes the same rows with the same indexes.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use deskbell_client::api::{Reply, Request};
use deskbell_client::{Engine, EngineConfig, FileKeys, HubAddress, Password};
use deskbell_protocol::Content;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::agent::{Agent, sign_in};
use crate::deliveries::{self, Incoming};
use crate::figures::{Budget, Figure};
use crate::filled::{cache, unlock};
use crate::hub::{Hub, PASSWORD};
use crate::process::folder;
use crate::rows::search;
use crate::senders;
use crate::words::{self, Chance};

/// How many conversations the messages are in.
const CONVERSATIONS: usize = 50;
/// How often it is measured.
const ROUNDS: usize = 3;
/// How many entries of the hub's log one frame brings at most; half of them are messages.
const FRAME_MESSAGES: usize = 250;
/// What the last message says.
const LAST: &str = "and that was all";

/// A desktop that was away comes back, and SQLite writes what it then has, again and again.
pub(crate) fn measure() -> Vec<Figure> {
    let told = std::env::var("DESKBELL_BENCH_MISSED").ok().and_then(|number| number.parse().ok());
    let missed: usize = told.unwrap_or(100_000);
    let place = folder();
    let more = "[routing]\ncapacity = 1000\nagent_gone_s = 1000000\n";
    let hub = Hub::start(&place.path().join("hub"), &["Anna"], "automatic_answer = true", more);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let seed = place.path().join("seed");
    runtime.block_on(async {
        let mut anna = Agent::connect(hub.address, &sign_in(hub.address, "Anna").await).await;
        anna.get_ready().await;
        let first: Vec<_> = (0..CONVERSATIONS).map(|contact| (contact, "hello".to_owned())).collect();
        senders::deliver(hub.address, Arc::new(requests("first", &first)), 1).await;
        hub.wait_until_taken_up();
        // Her desktop sees these, and then no more until it is measured.
        let engine = Engine::open(config(&seed, &hub)).await.unwrap_or_else(|error| panic!("{error}"));
        until_newest_is(&engine, CONVERSATIONS, "hello").await;
        engine.close().await;
        let mut chance = Chance::of(5);
        let mut texts: Vec<_> =
            (0..missed - 1).map(|at| (at % CONVERSATIONS, words::text(&mut chance))).collect();
        texts.push((0, LAST.to_owned()));
        senders::deliver(hub.address, Arc::new(requests("missed", &texts)), 8).await;
        hub.wait_until_taken_up();
    });
    let mut pairs = Vec::new();
    for round in 0..ROUNDS {
        let desk = place.path().join(format!("desk{round}"));
        copy(&seed, &desk);
        let begun = Instant::now();
        let engine = runtime.block_on(async {
            let engine = Engine::open(config(&desk, &hub)).await.unwrap_or_else(|error| panic!("{error}"));
            until_newest_is(&engine, 1, LAST).await;
            engine
        });
        let own = missed as f64 / begun.elapsed().as_secs_f64();
        runtime.block_on(engine.close());
        let bare = write_the_same(&desk, &place.path().join(format!("bare{round}.db")), missed);
        println!("   the engine {own:.0}/s, bare SQLite {bare:.0}/s");
        pairs.push((own, bare));
    }
    let what = format!("catch-up of {missed} missed messages");
    vec![Figure::beside(what, "bare SQLite inserts, same indexes", Budget::AtLeast(0.5), "/s", pairs)]
}

fn config(desk: &Path, hub: &Hub) -> EngineConfig {
    EngineConfig {
        hub: Some(HubAddress {
            url: format!("http://{}", hub.address),
            agent: "Anna".into(),
            password: Some(Password::new(PASSWORD)),
            token: None,
        }),
        keys: Arc::new(FileKeys::new(desk.join("keys"))),
        ..search::config(desk, "anna".into())
    }
}

/// Waits until so many of the newest conversations end with these words.
async fn until_newest_is(engine: &Engine, conversations: usize, words: &str) {
    let begun = Instant::now();
    loop {
        assert!(begun.elapsed() < Duration::from_secs(600), "the desktop did not catch up");
        if let Ok(Reply::Snapshot(snapshot)) = engine.handle(Request::Snapshot).await {
            let ends = |preview: &Option<String>| preview.as_deref() == Some(words);
            let there = snapshot.conversations.iter().filter(|it| ends(&it.conversation.preview)).count();
            if there >= conversations && newest_message_says(engine, &snapshot, words).await {
                return;
            }
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The row of a conversation comes before its message, and a line of the system may follow it.
async fn newest_message_says(
    engine: &Engine,
    snapshot: &deskbell_client::api::WorkspaceSnapshot,
    words: &str,
) -> bool {
    for view in &snapshot.conversations {
        if view.conversation.preview.as_deref() != Some(words) {
            continue;
        }
        let asked = Request::Transcript { conversation: view.conversation.id, before: None, limit: 3 };
        let Ok(Reply::Transcript(page)) = engine.handle(asked).await else { return false };
        let says = page
            .messages
            .iter()
            .any(|message| matches!(&message.content, Content::Text { body } if body == words));
        if !says {
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
                .map(|(id, (contact, text))| Incoming { contact: *contact, id, at, text })
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

/// Writes the newest messages of a desktop's cache into a database with the same tables, indexes, settings and
/// encryption, in transactions of as many as a frame brings. Returns how many per second.
fn write_the_same(desk: &Path, to: &Path, missed: usize) -> f64 {
    let from = cache(desk).expect("the cache");
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
            // Each message changes its conversation: what it says last, and when.
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
