//! What operations that run together must not do to each other.

use deskbell_protocol::{ErrorCode, Role};

use super::*;
use crate::settings::Settings;

const NOW: Millis = Millis(1_790_000_000_000);

fn store(folder: &tempfile::TempDir) -> Store {
    let settings = Settings::at(folder.path());
    Store::open(&settings.store_path(), settings.rules(), settings.set_up(true), NOW).unwrap()
}

#[tokio::test]
async fn an_operation_that_fails_leaves_nothing_behind_and_does_not_cost_its_neighbours() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let anna = store.add_agent("Anna", "correct horse", Role::Agent, NOW).await.unwrap().id;
    let before = store.standing().await.unwrap().head;

    let succeed = |name: &'static str| {
        store.write(move |writing| {
            let queue = writing.ensure_queue(name)?.id;
            writing.add_member(anna, queue, NOW)
        })
    };
    let stumble = store.write(move |writing| {
        let queue = writing.ensure_queue("Nowhere")?.id;
        writing.add_member(anna, queue, NOW)?;
        Err::<(), _>(StoreError::refused(ErrorCode::Malformed, "no"))
    });
    let (first, stumbled, second) = tokio::join!(succeed("Sales"), stumble, succeed("Service"));
    first.unwrap();
    assert!(matches!(stumbled, Err(StoreError::Refused(_))));
    second.unwrap();

    assert_eq!(store.queue_named("Nowhere").await.unwrap(), None);
    for name in ["Sales", "Service"] {
        assert!(store.queue_named(name).await.unwrap().is_some());
    }
    // One entry each for the two that were done, without a hole between them.
    let head = store.standing().await.unwrap().head;
    assert_eq!(head.0, before.0 + 2);
    let replay = store.replay(anna, before, head).await.unwrap();
    assert_eq!(replay.entries.iter().map(|(at, _)| at.0).collect::<Vec<_>>(), [before.0 + 1, before.0 + 2]);
}

#[tokio::test]
async fn what_was_answered_is_there_when_the_store_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let first = store(&folder);
    let generation = first.standing().await.unwrap().generation;
    first.add_agent("Anna", "correct horse", Role::Agent, NOW).await.unwrap();
    drop(first);
    let second = store(&folder);
    assert!(second.agent_named("anna").await.unwrap().is_some());
    assert_eq!(second.standing().await.unwrap().generation, generation);
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    drop(store(&folder));
    let settings = Settings::at(folder.path());
    let conn = rusqlite::Connection::open(settings.store_path()).unwrap();
    conn.execute_batch("PRAGMA user_version = 999").unwrap();
    let opened = Store::open(&settings.store_path(), settings.rules(), settings.set_up(true), NOW);
    assert!(matches!(opened, Err(StoreError::Newer { found: 999, .. })));
}

#[tokio::test]
async fn a_store_from_before_cases_and_reactions_is_read_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = Settings::at(folder.path()).store_path();
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute_batch(include_str!("migrations/001_first.sql")).unwrap();
    let id = ConversationId::fresh();
    let blob = hex::encode(id.as_uuid().as_bytes());
    conn.execute_batch(&format!(
        "PRAGMA foreign_keys = OFF; PRAGMA user_version = 1;
         INSERT INTO messages (position, id, conversation, account, at, author, content, late, version)
         VALUES (1, x'{blob}', x'{blob}', x'{blob}', 5, 'contact', '{{\"kind\":\"text\",\"body\":\"Hello\"}}', 0, 1);
         INSERT INTO interactions (id, conversation, queue, channel, state, created_at, last_at, version)
         VALUES (x'{blob}', x'{blob}', x'{blob}', 'whatsapp', 'queued', 5, 5, 2);"
    ))
    .unwrap();
    drop(conn);
    let store = store(&folder);
    let transcript = store.transcript(id).await.unwrap();
    assert_eq!(transcript.len(), 1);
    assert_eq!((transcript[0].quote.clone(), transcript[0].reactions.len()), (None, 0));
    let shown = store.read(move |conn| tables::interactions::shown_in(conn, id)).await.unwrap();
    assert_eq!((shown[0].case.len(), shown[0].disposition.clone(), shown[0].note.as_str()), (0, None, ""));
    let conn = rusqlite::Connection::open(&path).unwrap();
    let version: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, known_schema());
}

/// Every look-up of a hot path goes by an index: no table that grows is read as a whole.
#[tokio::test]
async fn no_hot_query_reads_a_whole_table() {
    let folder = tempfile::tempdir().unwrap();
    drop(store(&folder));
    let conn = rusqlite::Connection::open(Settings::at(folder.path()).store_path()).unwrap();
    for sql in [
        "SELECT * FROM messages WHERE conversation = x'00' AND position < 9 ORDER BY position DESC LIMIT 5",
        "SELECT * FROM messages WHERE provider_id = 'a' AND account = x'00'",
        "SELECT * FROM interactions WHERE conversation = x'00' AND state <> 'done'",
        "SELECT * FROM interactions WHERE queue = x'00' AND state = 'queued' ORDER BY id LIMIT 5",
        "SELECT * FROM interactions WHERE agent = x'00' AND state IN ('active', 'ended')",
        "SELECT * FROM offers WHERE agent = x'00' AND state = 'ringing'",
        "SELECT * FROM raw_deliveries WHERE state = 'pending' AND id > 3 ORDER BY id LIMIT 5",
        "SELECT * FROM outbound WHERE state = 'waiting' AND next_at <= 3 ORDER BY next_at, position",
        "SELECT * FROM deadlines WHERE due_at <= 3 ORDER BY due_at LIMIT 5",
        "SELECT * FROM log WHERE position > 3 AND position <= 9 ORDER BY position LIMIT 5",
    ] {
        let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let plan: Vec<String> =
            statement.query_map([], |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
        let plan = plan.join("; ");
        assert!(!plan.contains("SCAN") && !plan.contains("TEMP B-TREE"), "{sql}: {plan}");
    }
}
