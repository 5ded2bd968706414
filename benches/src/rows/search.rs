//! Search in a million messages by the engine. Baseline: a query of the index on the same cache.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use deskbell_client::api::{AlertStyle, HostInfo, KeyPlace, Reply, Request, Workplace};
use deskbell_client::{Engine, EngineConfig, FileKeys};
use deskbell_clock::SystemClock;
use rusqlite::Connection;

use crate::corpus::{self, Rng};
use crate::dataset::{cache, dataset, workspace};
use crate::figures::{Budget, Figure, percentile};

/// The number of queries.
const QUERIES: usize = 400;
/// The number of hits in a page.
const PAGE: u32 = 50;

/// Searches for a word and the prefix of another one, newest first.
pub(crate) fn measure() -> Vec<Figure> {
    let dataset = dataset();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let desktop = dataset.desktop();
    let bare = cache(&desktop).expect("the cache");
    let name = workspace(&desktop).unwrap().file_name().unwrap().to_string_lossy().into_owned();
    let engine =
        runtime.block_on(Engine::open(config(&desktop, name))).unwrap_or_else(|error| panic!("{error}"));
    let mut rng = Rng::new(11);
    let (mut engines, mut bares, mut rows, mut found) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for number in 0..QUERIES {
        let (first, second) = (corpus::common_word(&mut rng), corpus::common_word(&mut rng));
        let prefix: String = second.chars().take(3).collect();
        let search = || {
            let begun = Instant::now();
            let request = Request::Search { words: format!("{first} {prefix}"), before: None, limit: PAGE };
            let Ok(Reply::Hits { hits, .. }) = runtime.block_on(engine.handle(request)) else {
                panic!("the engine did not search")
            };
            (begun.elapsed().as_secs_f64() * 1000.0, hits.len())
        };
        let expression = format!("\"{first}\" \"{prefix}\"*");
        // Which one is first alternates, because the second finds the pages in memory.
        let (own, ids) = if number % 2 == 0 {
            let own = search();
            (own, query(&bare, IDS, &expression))
        } else {
            let ids = query(&bare, IDS, &expression);
            (search(), ids)
        };
        assert_eq!(own.1, ids.1.min(PAGE as usize), "engine and index find the same");
        engines.push(own.0);
        bares.push(ids.0);
        rows.push(query(&bare, ROWS, &expression).0);
        found += usize::from(own.1 > 0);
    }
    runtime.block_on(engine.close());
    println!("   {found} of {QUERIES} queries had hits");
    let p95 = |values: &Vec<f64>| percentile(values.clone(), 95.0);
    let pair = |baseline: &Vec<f64>| vec![(p95(&engines), p95(baseline))];
    vec![
        Figure::compared(
            format!("search {} messages, p95", dataset.messages),
            "the bare FTS5 query",
            Budget::AtMost(1.5),
            "ms",
            pair(&bares),
        ),
        Figure::absolute("  the same, p95", Budget::Limit(15.0), "ms", p95(&engines)),
        Figure::compared(
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

/// Runs a query for a page and one more hit, as the engine does. Returns the milliseconds and the number of hits.
fn query(conn: &Connection, sql: &str, expression: &str) -> (f64, usize) {
    let begun = Instant::now();
    let mut statement = conn.prepare_cached(sql).unwrap();
    let columns = statement.column_count();
    let found = statement.query_map(rusqlite::params![expression, i64::MAX, PAGE + 1], |row| {
        (0..columns).map(|column| row.get(column)).collect::<Result<Vec<rusqlite::types::Value>, _>>()
    });
    let found = found.unwrap().filter(Result::is_ok).count();
    (begun.elapsed().as_secs_f64() * 1000.0, found)
}

/// The configuration of an engine on a desktop's data folder, without a hub.
pub(crate) fn config(desktop: &Path, workspace: String) -> EngineConfig {
    EngineConfig {
        data_dir: desktop.to_owned(),
        host: HostInfo {
            version: "bench".into(),
            place: Workplace::Practice,
            alerts: AlertStyle::InPage,
            key_place: KeyPlace::File,
            can_start_at_login: false,
        },
        workspace: Some(workspace),
        hub: None,
        keys: Arc::new(FileKeys::new(desktop.join("keys"))),
        clock: SystemClock::shared(),
    }
}
