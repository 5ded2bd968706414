//! Tests of the store: isolation of operations, migrations of older schemas, and query plans.

use deskbell_channels::{Secret, whatsapp};
use deskbell_protocol::{AgentId, ConversationId, ErrorCode, Millis, Role};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::*;
use crate::admin::Admin;
use crate::domain::accounts::seed::seed;
use crate::domain::agents::admin::{add_member, ensure_queue};
use crate::domain::contacts::search::{contact_detail, contact_page};
use crate::domain::queries::history::{Filter, interaction_page};
use crate::domain::queries::sync::{log_status, replay};
use crate::domain::webhooks::process::process_batch;
use crate::domain::webhooks::store_raw::ParsedDelivery;
use crate::settings::{AccountSettings, Settings};

const NOW: Millis = Millis(1_790_000_000_000);

fn store(folder: &tempfile::TempDir) -> Store {
    let settings = Settings::at(folder.path());
    open(&settings).unwrap()
}

fn open(settings: &Settings) -> Result<Store, StoreError> {
    let set_up = settings.set_up(true);
    Store::open(&settings.store_path(), settings.rules(), |tx| seed(tx, set_up, NOW))
}

fn admin(store: &Store) -> Admin {
    Admin::of(store.clone())
}

#[tokio::test]
async fn a_failed_operation_is_undone_and_does_not_affect_its_group() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let anna = admin(&store).add_agent("Anna", "correct horse", Role::Agent, NOW).await.unwrap().id;
    let before = store.read(log_status).await.unwrap().head;

    let succeed = |name: &'static str| {
        store.write(move |tx| {
            let queue = ensure_queue(tx, name)?.id;
            add_member(tx, anna, queue, NOW)
        })
    };
    let fail = store.write(move |tx| {
        let queue = ensure_queue(tx, "Nowhere")?.id;
        add_member(tx, anna, queue, NOW)?;
        Err::<(), _>(StoreError::refused(ErrorCode::Malformed, "no"))
    });
    let (first, failed, second) = tokio::join!(succeed("Sales"), fail, succeed("Service"));
    first.unwrap();
    assert!(matches!(failed, Err(StoreError::Refused(_))));
    second.unwrap();

    assert_eq!(admin(&store).queue_named("Nowhere").await.unwrap(), None);
    for name in ["Sales", "Service"] {
        assert!(admin(&store).queue_named(name).await.unwrap().is_some());
    }
    // One entry for each of the two operations that succeeded, without a gap.
    let head = store.read(log_status).await.unwrap().head;
    assert_eq!(head.0, before.0 + 2);
    let replay = store.read(move |conn| replay(conn, anna, before, head)).await.unwrap();
    assert_eq!(replay.entries.iter().map(|(at, _)| at.0).collect::<Vec<_>>(), [before.0 + 1, before.0 + 2]);
}

#[tokio::test]
async fn completed_writes_are_there_after_the_store_is_reopened() {
    let folder = tempfile::tempdir().unwrap();
    let first = store(&folder);
    let generation = first.read(log_status).await.unwrap().generation;
    admin(&first).add_agent("Anna", "correct horse", Role::Agent, NOW).await.unwrap();
    drop(first);
    let second = store(&folder);
    assert!(admin(&second).agent_named("anna").await.unwrap().is_some());
    assert_eq!(second.read(log_status).await.unwrap().generation, generation);
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(store(&folder));
    let settings = Settings::at(folder.path());
    let conn = rusqlite::Connection::open(settings.store_path()).unwrap();
    conn.execute_batch("PRAGMA user_version = 999").unwrap();
    let opened = open(&settings);
    assert!(matches!(opened, Err(StoreError::Newer { found: 999, .. })));
}

#[tokio::test]
async fn a_store_without_cases_and_reactions_is_migrated() {
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
    let transcript = admin(&store).transcript(id).await.unwrap();
    assert_eq!(transcript.len(), 1);
    assert_eq!((transcript[0].quote.clone(), transcript[0].reactions.len()), (None, 0));
    assert_eq!(transcript[0].attempt, 1);
    let shown = store.read(move |conn| tables::interactions::shown_in(conn, id)).await.unwrap();
    assert_eq!((shown[0].case.len(), shown[0].disposition.clone(), shown[0].note.as_str()), (0, None, ""));
    let conn = rusqlite::Connection::open(&path).unwrap();
    let version: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, known_schema());
}

/// The schema of version 0.1.0, in the order of its migrations.
const SCHEMA_OF_0_1: [&str; 13] = [
    include_str!("migrations/001_first.sql"),
    include_str!("migrations/002_case.sql"),
    include_str!("migrations/003_own_capacity.sql"),
    include_str!("migrations/004_evidence.sql"),
    include_str!("migrations/005_provider_events.sql"),
    include_str!("migrations/006_account_pace.sql"),
    include_str!("migrations/007_contacts.sql"),
    include_str!("migrations/008_template_values.sql"),
    include_str!("migrations/009_state_time.sql"),
    include_str!("migrations/010_own_words.sql"),
    include_str!("migrations/011_participants.sql"),
    include_str!("migrations/012_own_numbers.sql"),
    include_str!("migrations/013_reported_numbers.sql"),
];

#[tokio::test]
async fn a_delivery_that_was_pending_before_an_update_is_processed() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::at(folder.path());
    let secret = || Secret::new("secret");
    let channel = whatsapp::Settings::new("10654", secret(), secret(), secret());
    settings.accounts.push(AccountSettings::new("shop", channel));
    let account = &settings.accounts[0];
    let channel = account.channel.open(&account.context(&settings, None));
    let id = account.id();
    let body =
        serde_json::json!({"object": "whatsapp_business_account", "entry": [{"id": "1029", "changes": [
        {"field": "messages", "value": {"messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550783881", "phone_number_id": "10654"},
            "contacts": [{"profile": {"name": "Carla"}, "wa_id": "491701111111"}],
            "messages": [{"id": "wamid.1", "from": "491701111111", "timestamp": "1790000000", "type": "text",
                "text": {"body": "Hello"}}]}}]}]})
        .to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(b"secret").unwrap();
    mac.update(body.as_bytes());
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));

    let conn = rusqlite::Connection::open(settings.store_path()).unwrap();
    for migration in SCHEMA_OF_0_1 {
        conn.execute_batch(migration).unwrap();
    }
    conn.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA user_version = 13").unwrap();
    conn.execute(
        "INSERT INTO raw_deliveries (account, received_at, body, signature, state) VALUES (?1, ?2, ?3, ?4, 'pending')",
        rusqlite::params![id.as_uuid().as_bytes().as_slice(), NOW.0, body.as_bytes(), signature],
    )
    .unwrap();
    drop(conn);

    let store = open(&settings).unwrap();
    let pending = store.read(|conn| tables::raw_deliveries::pending(conn, 0, 10)).await.unwrap();
    let raw = &pending[0];
    assert_eq!((pending.len(), raw.account, raw.delivery.method.as_str()), (1, id, "POST"));
    let webhook = channel.webhook().unwrap();
    webhook.verify(&raw.delivery).unwrap();
    let items = channel.parse(&raw.delivery).unwrap().into_iter().map(|item| (Some(id), item)).collect();
    let parsed = ParsedDelivery {
        delivery: raw.id,
        received_at: raw.received_at,
        items: Ok(items),
        own_numbers: Vec::new(),
    };
    store.write_atomic(move |tx| process_batch(tx, &[parsed], NOW)).await.unwrap();
    assert!(store.read(|conn| tables::raw_deliveries::pending(conn, 0, 10)).await.unwrap().is_empty());
    let conn = rusqlite::Connection::open(settings.store_path()).unwrap();
    let preview: String = conn.query_row("SELECT preview FROM conversations", [], |row| row.get(0)).unwrap();
    assert_eq!(preview, "Hello");
}

/// Every query of a hot path uses an index, so that no growing table is scanned.
#[tokio::test]
async fn hot_queries_use_indexes() {
    let folder = tempfile::tempdir().unwrap();
    drop(store(&folder));
    let conn = rusqlite::Connection::open(Settings::at(folder.path()).store_path()).unwrap();
    for sql in [
        "SELECT * FROM messages WHERE conversation = x'00' AND position < 9 ORDER BY position DESC LIMIT 5",
        "SELECT * FROM messages WHERE provider_id = 'a' AND account = x'00'",
        "SELECT * FROM interactions WHERE conversation = x'00' AND state IN ('queued', 'offered', 'active')",
        "SELECT * FROM interactions WHERE conversation = x'00' AND state = 'ended' ORDER BY id DESC LIMIT 1",
        "SELECT * FROM interactions WHERE queue = x'00' AND state = 'queued' ORDER BY id LIMIT 5",
        "SELECT * FROM interactions WHERE agent = x'00' AND state IN ('active', 'ended')",
        "SELECT * FROM offers WHERE agent = x'00' AND state = 'ringing'",
        "SELECT * FROM raw_deliveries WHERE state = 'pending' AND id > 3 ORDER BY id LIMIT 5",
        "SELECT * FROM outbound WHERE account = x'01' AND state = 'waiting' AND next_at <= 3 ORDER BY next_at, position",
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

fn plan(conn: &rusqlite::Connection, sql: &str) -> String {
    let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let mut rows = statement.raw_query();
    let mut lines = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        lines.push(row.get::<_, String>(3).unwrap());
    }
    lines.join("; ")
}

/// A queue may have thousands of members; the audience of an entry is found without a scan of them.
#[tokio::test]
async fn the_audience_of_an_entry_is_found_without_a_scan_of_members() {
    let folder = tempfile::tempdir().unwrap();
    drop(store(&folder));
    let conn = rusqlite::Connection::open(Settings::at(folder.path()).store_path()).unwrap();
    let audience = format!("{} UNION {}", access::ASSIGNED, access::LEADERS);
    for sql in [&audience, access::CONTACT_AUDIENCE] {
        let plan = plan(&conn, sql);
        assert_eq!(plan.matches("SEARCH m USING").count(), 2, "{plan}");
        assert_eq!(plan.matches("SEARCH m USING PRIMARY KEY (queue=? AND agent=?)").count(), 2, "{plan}");
        assert!(plan.contains("SEARCH s USING PRIMARY KEY (contact=?)"), "{plan}");
        assert!(
            plan.contains("SCAN a USING COVERING INDEX agents_who_lead")
                || plan.contains("SCAN a USING INDEX agents_who_lead"),
            "{plan}"
        );
    }
}

#[tokio::test]
async fn a_disabled_supervisor_is_in_no_audience_until_enabled_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let anna = admin(&store).add_agent("Anna", "correct horse", Role::Supervisor, NOW).await.unwrap().id;
    let queue = admin(&store).ensure_queue("Sales").await.unwrap().id;
    admin(&store).add_member(anna, queue, NOW).await.unwrap();
    let audience = async || {
        let conversation = ConversationId::fresh();
        store.read(move |conn| access::audience(conn, queue, conversation)).await.unwrap()
    };
    assert_eq!(audience().await, [anna]);
    admin(&store).disable(anna, NOW).await.unwrap();
    assert_eq!(audience().await, []);
    admin(&store).enable(anna).await.unwrap();
    assert_eq!(audience().await, [anna]);
}

/// The lookup of a known sender is one query that uses indexes only.
#[tokio::test]
async fn the_sender_lookup_uses_indexes() {
    let folder = tempfile::tempdir().unwrap();
    drop(store(&folder));
    let conn = rusqlite::Connection::open(Settings::at(folder.path()).store_path()).unwrap();
    for (sql, index) in [
        (&sender_lookup::BY_PHONE, "identities_by_phone (account=? AND phone=?)"),
        (&sender_lookup::BY_USER_ID, "identities_by_user_id (account=? AND user_id=?)"),
    ] {
        let plan = plan(&conn, sql);
        for walk in
            [index, "c USING INDEX sqlite_autoindex_conversations_2 (identity=?)", "interactions_live"]
        {
            assert!(plan.contains(walk), "{plan}");
        }
        assert!(!plan.contains("SCAN i") && !plan.contains("SCAN c") && !plan.contains("SCAN t"), "{plan}");
        for table in ["messages", "early_events", "assignments"] {
            assert!(plan.contains(&format!("SEARCH {table} USING")), "{plan}");
        }
    }
}

/// A page of a transcript of any length is read along an index, for one conversation and for several.
#[tokio::test]
async fn a_page_of_history_is_one_indexed_query() {
    let folder = tempfile::tempdir().unwrap();
    drop(store(&folder));
    let conn = rusqlite::Connection::open(Settings::at(folder.path()).store_path()).unwrap();
    conn.execute_batch(
        "PRAGMA foreign_keys = OFF;
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
         INSERT INTO messages (position, id, conversation, account, at, author, content, late, version)
         SELECT i, randomblob(16), CASE i % 3 WHEN 0 THEN x'03' ELSE x'04' END, x'01', i, 'contact', '{}', 0, i FROM n;
         ANALYZE;",
    )
    .unwrap();
    for many in [1, 2, 5] {
        for (bound, order) in [("<", "DESC"), (">", "ASC")] {
            let plan = plan(&conn, &tables::messages::merged(many, "*", bound, order));
            let walks = plan
                .matches("SEARCH messages USING INDEX messages_by_conversation (conversation=? AND position");
            assert_eq!(walks.count(), many, "{plan}");
            assert!(!plan.contains("SCAN messages") && !plan.contains("TEMP B-TREE"), "{plan}");
        }
        let history = tables::interactions::HistoryOf::Conversations(vec![ConversationId::fresh(); many]);
        let plan = plan(&conn, &tables::interactions::history_sql(&history));
        assert_eq!(
            plan.matches("USING INDEX interactions_of_conversation (conversation=? AND created_at").count(),
            many,
            "{plan}"
        );
        assert!(!plan.contains("SCAN interactions") && !plan.contains("TEMP B-TREE FOR ORDER"), "{plan}");
    }
    // The interactions of a page of messages, however many they are.
    let plan_of_all = plan(&conn, tables::interactions::BY_IDS);
    assert!(plan_of_all.contains("SEARCH interactions USING PRIMARY KEY (id=?)"), "{plan_of_all}");
    let own = tables::interactions::HistoryOf::Agent(AgentId::fresh());
    let plan = plan(&conn, &tables::interactions::history_sql(&own));
    assert!(
        plan.contains("SEARCH interaction_participants USING PRIMARY KEY (participant=? AND begun_at>?"),
        "{plan}"
    );
    assert!(!plan.contains("TEMP B-TREE FOR ORDER"), "{plan}");
}

/// Creates a store with schema version 9, with Anna in the queue Sales and its account. Returns also the id of all
/// three, in hex.
fn store_of_schema_9(folder: &tempfile::TempDir) -> (rusqlite::Connection, AgentId, String) {
    let conn = rusqlite::Connection::open(Settings::at(folder.path()).store_path()).unwrap();
    for sql in schema::MIGRATIONS.iter().take(9) {
        conn.execute_batch(sql).unwrap();
    }
    let agent = AgentId::fresh();
    let a = hex::encode(agent.as_uuid().as_bytes());
    conn.execute_batch(&format!(
        "PRAGMA user_version = 9;
         INSERT INTO queues VALUES (x'{a}', 'Sales');
         INSERT INTO agents (id, name, role, password_hash, created_at) VALUES (x'{a}', 'Anna', 'agent', '', 1);
         INSERT INTO queue_members VALUES (x'{a}', x'{a}', 1);
         INSERT INTO accounts (id, name, channel, queue, address, automatic_answer, offer_ms, continue_conversations)
           VALUES (x'{a}', 'shop', 'whatsapp', x'{a}', '1', 0, 1, 1);"
    ))
    .unwrap();
    (conn, agent, a)
}

#[tokio::test]
async fn interactions_older_than_participants_are_in_their_agents_history() {
    let folder = tempfile::tempdir().unwrap();
    let (conn, agent, a) = store_of_schema_9(&folder);
    conn.execute_batch(&format!(
        "INSERT INTO contacts (id, name, created_at) VALUES (x'{a}', 'Carla', 1);
         INSERT INTO identities (id, account, contact, phone, created_at, paced_until)
           VALUES (x'{a}', x'{a}', x'{a}', '491701111111', 1, 0);
         INSERT INTO conversations (id, identity, account, queue, channel, contact, contact_name, version)
           VALUES (x'{a}', x'{a}', x'{a}', x'{a}', 'whatsapp', x'{a}', 'Carla', 1);
         INSERT INTO interactions (id, conversation, queue, channel, state, agent, agent_name, created_at,
             active_since, ended_at, last_at, version)
           VALUES (x'{a}', x'{a}', x'{a}', 'whatsapp', 'ended', x'{a}', 'Anna', 1000, 2000, 62000, 62000, 1);"
    ))
    .unwrap();
    drop(conn);
    let store = store(&folder);
    let page = store
        .read(move |conn| interaction_page(conn, agent, None, Filter::default(), None, 10))
        .await
        .unwrap();
    let anna = deskbell_protocol::Participant { agent, name: "Anna".to_owned(), handled_ms: 60_000 };
    assert_eq!(page.interactions[0].interaction.participants, [anna]);
}

#[tokio::test]
async fn a_removed_number_does_not_come_back_when_the_directory_is_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    let (conn, agent, a) = store_of_schema_9(&folder);
    let carla = deskbell_protocol::ContactId::fresh();
    let (b, c) = (hex::encode([7; 16]), hex::encode(carla.as_uuid().as_bytes()));
    conn.execute_batch(&format!(
        "INSERT INTO queues VALUES (x'{b}', 'Service');
         INSERT INTO contacts (id, name, created_at, queue, version) VALUES (x'{c}', 'Carla', 1, x'{b}', 100);
         INSERT INTO identities (id, account, contact, phone, created_at, paced_until)
           VALUES (x'{a}', x'{a}', x'{c}', '491701111111', 1, 0);
         INSERT INTO conversations (id, identity, account, queue, channel, contact, contact_name, version)
           VALUES (x'{a}', x'{a}', x'{a}', x'{a}', 'whatsapp', x'{c}', 'Carla', 1);
         INSERT INTO contact_directory (queue, sort_name, contact, words)
           VALUES (x'{a}', 'carla', x'{c}', 'carla'), (x'{b}', 'carla', x'{c}', 'carla');"
    ))
    .unwrap();
    drop(conn);
    let store = store(&folder);
    let found = store.read(move |conn| contact_page(conn, agent, "carla", None, 10)).await.unwrap();
    assert_eq!(found.contacts.len(), 1);
    let detail = store.read(move |conn| contact_detail(conn, agent, carla)).await.unwrap();
    assert!((1..100).contains(&detail.contact.version.0), "the contact was listed again");
    assert_eq!(detail.contact.phones, Vec::<String>::new());
}

/// A page of the directory is read along its primary key, from any place on.
#[tokio::test]
async fn a_page_of_contacts_uses_the_primary_key_of_the_directory() {
    let folder = tempfile::tempdir().unwrap();
    drop(store(&folder));
    let conn = rusqlite::Connection::open(Settings::at(folder.path()).store_path()).unwrap();
    assert_eq!(
        plan(&conn, tables::contact_directory::SCAN),
        "SEARCH contact_directory USING PRIMARY KEY (queue=? AND (sort_name,contact)>(?,?))"
    );
}

#[tokio::test]
async fn contacts_of_schema_6_are_found_and_assigned_to_their_agents() {
    let folder = tempfile::tempdir().unwrap();
    let path = Settings::at(folder.path()).store_path();
    let conn = rusqlite::Connection::open(&path).unwrap();
    for sql in [
        include_str!("migrations/001_first.sql"),
        include_str!("migrations/002_case.sql"),
        include_str!("migrations/003_own_capacity.sql"),
        include_str!("migrations/004_evidence.sql"),
        include_str!("migrations/005_provider_events.sql"),
        include_str!("migrations/006_account_pace.sql"),
    ] {
        conn.execute_batch(sql).unwrap();
    }
    let agent = AgentId::fresh();
    let carla = deskbell_protocol::ContactId::fresh();
    let (a, c) = (hex::encode(agent.as_uuid().as_bytes()), hex::encode(carla.as_uuid().as_bytes()));
    conn.execute_batch(&format!(
        "PRAGMA user_version = 6;
         INSERT INTO queues VALUES (x'{a}', 'Sales');
         INSERT INTO agents (id, name, role, password_hash, created_at) VALUES (x'{a}', 'Anna', 'agent', '', 1);
         INSERT INTO queue_members VALUES (x'{a}', x'{a}', 1);
         INSERT INTO accounts VALUES (x'{a}', 'shop', 'whatsapp', x'{a}', '1', 0, 1, 1);
         INSERT INTO contacts VALUES (x'{c}', 'Carla', 1);
         INSERT INTO identities VALUES (x'{c}', x'{a}', x'{c}', NULL, '491701111111', NULL, 1, 0);
         INSERT INTO conversations (id, identity, account, queue, channel, contact, contact_name, last_at, version)
         VALUES (x'{c}', x'{c}', x'{a}', x'{a}', 'whatsapp', x'{c}', 'Carla', {NOW}, 1);
         INSERT INTO conversation_access VALUES (x'{c}', x'{a}', 1);",
        NOW = NOW.0
    ))
    .unwrap();
    drop(conn);
    let store = store(&folder);
    let page = store.read(move |conn| contact_page(conn, agent, "carla 1701111", None, 10)).await.unwrap();
    assert_eq!(page.contacts.len(), 1);
    let detail = store.read(move |conn| contact_detail(conn, agent, carla)).await.unwrap();
    assert_eq!(detail.contact.phones, ["+491701111111"]);
    assert!(detail.assigned && detail.contact.version.0 > 0);
    let snapshot = admin(&store).snapshot(agent).await.unwrap();
    assert_eq!(snapshot.assignments.len(), 1);
    assert!(snapshot.assignments[0].version.0 > 0 && snapshot.assignments[0].until > Some(NOW));
}
