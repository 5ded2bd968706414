//! The baseline: SQLite alone. Reads the rows that the hub has written and writes them into a copy of the store that the
//! hub started with: the same schema, indexes, settings, and transactions of the same size, without parsing, lookups
//! and decisions.

use std::path::Path;
use std::time::Instant;

use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use crate::hub::store;

/// The rows of one message.
struct MessageRows {
    raw: Vec<Value>,
    conversation: Vec<Value>,
    conversation_log: Vec<Value>,
    message: Vec<Value>,
    message_log: Vec<Value>,
    interaction: Value,
}

/// Writes the rows that `to` lacks, and returns the messages per second.
pub(crate) fn write_same_rows(from: &Path, to: &Path, group: usize) -> f64 {
    let (from, to) = (Connection::open(store(from)).unwrap(), open(&store(to)));
    let written = missing_rows(&from, &to);
    assert_eq!(written.len(), super::hub::MESSAGES, "the hub wrote another number of messages");
    let begun = Instant::now();
    for group in written.chunks(group) {
        store_raw(&to, group);
        process(&to, group);
    }
    let seconds = begun.elapsed().as_secs_f64();
    assert_eq!(fingerprint(&from), fingerprint(&to), "bare SQLite did not write the same rows");
    written.len() as f64 / seconds
}

/// Opens a store with the settings of the hub's writing connection.
fn open(path: &Path) -> Connection {
    let conn = Connection::open(path).unwrap();
    conn.set_prepared_statement_cache_capacity(256);
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16384;",
    )
    .unwrap();
    conn
}

fn missing_rows(from: &Connection, to: &Connection) -> Vec<MessageRows> {
    let newest = |table: &str, column: &str| -> i64 {
        to.query_row(&format!("SELECT max({column}) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    let (raw, log, message) =
        (newest("raw_deliveries", "id"), newest("log", "position"), newest("messages", "position"));
    let raws = rows(
        from,
        "SELECT account, received_at, body, method, url, headers FROM raw_deliveries WHERE id > ?1 ORDER BY id",
        raw,
    );
    let messages = rows(
        from,
        "SELECT position, id, conversation, interaction, account, at, author, agent, agent_name, content,
                delivery, failure, late, provider_id, version, quote, reactions, attempt
           FROM messages WHERE position > ?1 ORDER BY version",
        message,
    );
    let log =
        rows(from, "SELECT position, at, scope, subject, queue, change FROM log WHERE position > ?1", log);
    assert_eq!(log.len(), 2 * messages.len(), "the hub logs other entries than conversations and messages");
    let conversations = rows(
        from,
        "SELECT json_extract(change, '$.row.contact_name'), json_extract(change, '$.row.address'),
                json_extract(change, '$.row.window_until'), CAST(json_extract(change, '$.row.last_position') AS INTEGER),
                json_extract(change, '$.row.last_at'), json_extract(change, '$.row.preview'), position,
                json_extract(change, '$.row.evidence'), subject
           FROM log WHERE position > ?1 AND json_extract(change, '$.kind') = 'conversation'",
        newest("log", "position"),
    );
    let mut log = log.into_iter();
    raws.into_iter()
        .zip(conversations)
        .zip(messages)
        .map(|((raw, conversation), message)| MessageRows {
            raw,
            conversation,
            conversation_log: log.next().unwrap(),
            interaction: message[3].clone(),
            message,
            message_log: log.next().unwrap(),
        })
        .collect()
}

fn rows(conn: &Connection, sql: &str, after: i64) -> Vec<Vec<Value>> {
    let mut statement = conn.prepare(sql).unwrap();
    let columns = statement.column_count();
    let read = statement.query_map([after], |row| (0..columns).map(|column| row.get(column)).collect());
    read.unwrap().collect::<Result<_, _>>().unwrap()
}

/// The first transaction: the raw deliveries.
fn store_raw(conn: &Connection, group: &[MessageRows]) {
    begin(conn);
    for one in group {
        run(
            conn,
            "INSERT INTO raw_deliveries (account, received_at, body, state, method, url, headers)
             VALUES (?1, ?2, ?3, 'pending', ?4, ?5, ?6)",
            &one.raw,
        );
    }
    commit(conn);
}

/// The second transaction: conversations, messages and log entries.
fn process(conn: &Connection, group: &[MessageRows]) {
    let raw: i64 = conn
        .prepare_cached("SELECT min(id) FROM raw_deliveries WHERE state = 'pending'")
        .unwrap()
        .query_row([], |row| row.get(0))
        .unwrap();
    begin(conn);
    for (raw, one) in (raw..).zip(group) {
        conn.prepare_cached("UPDATE interactions SET last_at = ?2 WHERE id = ?1")
            .unwrap()
            .execute(params![one.interaction, one.message_log[1]])
            .unwrap();
        run(
            conn,
            "UPDATE conversations SET contact_name = ?1, address = ?2, window_until = ?3, last_position = ?4,
               last_at = ?5, preview = ?6, version = ?7, evidence = ?8 WHERE id = ?9",
            &one.conversation,
        );
        log(conn, &one.conversation_log);
        run(
            conn,
            "INSERT INTO messages (position, id, conversation, interaction, account, at, author, agent, agent_name,
               content, delivery, failure, late, provider_id, version, quote, reactions, attempt)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
            &one.message,
        );
        log(conn, &one.message_log);
        conn.prepare_cached("UPDATE raw_deliveries SET state = 'done', why = NULL WHERE id = ?1")
            .unwrap()
            .execute([raw])
            .unwrap();
    }
    commit(conn);
}

fn log(conn: &Connection, entry: &[Value]) {
    run(
        conn,
        "INSERT INTO log (position, at, scope, subject, queue, change) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        entry,
    );
}

fn run(conn: &Connection, sql: &str, values: &[Value]) {
    conn.prepare_cached(sql).unwrap().execute(params_from_iter(values)).unwrap();
}

fn begin(conn: &Connection) {
    conn.prepare_cached("BEGIN IMMEDIATE").unwrap().execute([]).unwrap();
}

fn commit(conn: &Connection) {
    conn.prepare_cached("COMMIT").unwrap().execute([]).unwrap();
}

/// Sums over the tables that messages change, to compare two stores.
fn fingerprint(conn: &Connection) -> Vec<i64> {
    [
        "SELECT count(*) + sum(length(body)) + sum(length(url)) + sum(length(headers)) FROM raw_deliveries
          WHERE state = 'done'",
        "SELECT count(*) + sum(length(content)) + sum(position % 1000003) + sum(attempt) FROM messages",
        "SELECT count(*) + sum(length(change)) + max(position) FROM log",
        "SELECT sum(last_position % 1000003) + sum(version) + sum(window_until % 1000003)
              + sum(length(evidence)) FROM conversations",
        "SELECT sum(last_at % 1000003) FROM interactions",
    ]
    .iter()
    .map(|sql| conn.query_row(sql, [], |row| row.get(0)).unwrap())
    .collect()
}
