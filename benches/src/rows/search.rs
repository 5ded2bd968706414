//! Search over a million messages: the engine beside the index asked directly, both on the same cache.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use deskbell_client::api::{AlertStyle, HostInfo, KeyPlace, Reply, Request, Workplace};
use deskbell_client::{Engine, EngineConfig, FileKeys};
use deskbell_clock::SystemClock;
use rusqlite::Connection;

use crate::figures::{Budget, Figure, percentile};
use crate::filled::{cache, filled, workspace};
use crate::words::{self, Chance};

/// How many questions are asked.
const QUESTIONS: usize = 400;
/// How many hits are wanted of each: the first page.
const PAGE: u32 = 50;

/// Two words, the second one only begun, newest first.
pub(crate) fn measure() -> Vec<Figure> {
    let filled = filled();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let desk = filled.desk();
    let bare = cache(&desk).expect("the cache");
    let name = workspace(&desk).unwrap().file_name().unwrap().to_string_lossy().into_owned();
    let engine =
        runtime.block_on(Engine::open(config(&desk, name))).unwrap_or_else(|error| panic!("{error}"));
    let mut chance = Chance::of(11);
    let (mut engines, mut bares, mut rows, mut found) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for question in 0..QUESTIONS {
        let (first, second) = (words::common_word(&mut chance), words::common_word(&mut chance));
        let begin: String = second.chars().take(3).collect();
        let ask = || {
            let begun = Instant::now();
            let asked = Request::Search { words: format!("{first} {begin}"), before: None, limit: PAGE };
            let Ok(Reply::Hits { hits, .. }) = runtime.block_on(engine.handle(asked)) else {
                panic!("the engine did not search")
            };
            (begun.elapsed().as_secs_f64() * 1000.0, hits.len())
        };
        let expression = format!("\"{first}\" \"{begin}\"*");
        // In turns, and in turns first: whoever comes second finds the pages in memory.
        let (own, ids) = if question % 2 == 0 {
            let own = ask();
            (own, look(&bare, IDS, &expression))
        } else {
            let ids = look(&bare, IDS, &expression);
            (ask(), ids)
        };
        assert_eq!(own.1, ids.1.min(PAGE as usize), "engine and index find the same");
        engines.push(own.0);
        bares.push(ids.0);
        rows.push(look(&bare, ROWS, &expression).0);
        found += usize::from(own.1 > 0);
    }
    runtime.block_on(engine.close());
    println!("   {found} of {QUESTIONS} questions found something");
    let p95 = |values: &Vec<f64>| percentile(values.clone(), 95.0);
    let pair = |beside: &Vec<f64>| vec![(p95(&engines), p95(beside))];
    vec![
        Figure::beside(
            format!("search {} messages, p95", filled.messages),
            "the bare FTS5 query",
            Budget::AtMost(1.5),
            "ms",
            pair(&bares),
        ),
        Figure::alone("  the same, p95", Budget::Limit(15.0), "ms", p95(&engines)),
        Figure::beside(
            "  the same, p95",
            "the bare query with the rows found",
            Budget::None,
            "ms",
            pair(&rows),
        ),
    ]
}

const IDS: &str = "SELECT rowid FROM message_words WHERE message_words MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC LIMIT ?3";
const ROWS: &str = "SELECT m.position, m.id, m.conversation, m.at, m.content, c.contact_name FROM
    (SELECT rowid AS found FROM message_words WHERE message_words MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC LIMIT ?3)
    JOIN message m ON m.position = found LEFT JOIN conversation c ON c.id = m.conversation ORDER BY found DESC";

/// How long the index takes, in milliseconds, and how many it finds; one more than a page, as the engine does.
fn look(conn: &Connection, sql: &str, expression: &str) -> (f64, usize) {
    let begun = Instant::now();
    let mut query = conn.prepare_cached(sql).unwrap();
    let columns = query.column_count();
    let found = query.query_map(rusqlite::params![expression, i64::MAX, PAGE + 1], |row| {
        (0..columns).map(|column| row.get(column)).collect::<Result<Vec<rusqlite::types::Value>, _>>()
    });
    let found = found.unwrap().filter(Result::is_ok).count();
    (begun.elapsed().as_secs_f64() * 1000.0, found)
}

/// An engine on a desktop, without a hub.
pub(crate) fn config(desk: &Path, workspace: String) -> EngineConfig {
    EngineConfig {
        data_dir: desk.to_owned(),
        host: HostInfo {
            version: "bench".into(),
            place: Workplace::Practice,
            alerts: AlertStyle::InPage,
            key_place: KeyPlace::File,
            can_start_at_login: false,
        },
        workspace: Some(workspace),
        hub: None,
        keys: Arc::new(FileKeys::new(desk.join("keys"))),
        clock: SystemClock::shared(),
    }
}
