//! Conversations: one row for all messages with one identity.

use deskbell_protocol::{
    AccountId, AgentId, Channel, ContactId, Conversation, ConversationId, Evidence, IdentityId, LogPosition,
    Position, QueueId,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::StoreError;
use crate::store::values::{Json, Key, Word, moment};

/// A conversation with data that is internal to the hub.
#[derive(Clone, Debug)]
pub(crate) struct StoredConversation {
    pub(crate) row: Conversation,
    pub(crate) identity: IdentityId,
    pub(crate) last_agent: Option<AgentId>,
}

/// The columns that [`stored_from`] reads.
pub(crate) const COLUMNS: &str = "id, queue, channel, account, contact, contact_name, address, window_until,
    last_position, last_at, preview, version, identity, last_agent, evidence";

/// Reads [`COLUMNS`], starting at column `first`.
pub(crate) fn stored_from(row: &Row<'_>, first: usize) -> rusqlite::Result<StoredConversation> {
    let at = |column: usize| first.saturating_add(column);
    Ok(StoredConversation {
        row: Conversation {
            id: row.get::<_, Key<ConversationId>>(at(0))?.0,
            queue: row.get::<_, Key<QueueId>>(at(1))?.0,
            channel: row.get::<_, Word<Channel>>(at(2))?.0,
            account: row.get::<_, Key<AccountId>>(at(3))?.0,
            contact: row.get::<_, Key<ContactId>>(at(4))?.0,
            contact_name: row.get(at(5))?,
            address: row.get(at(6))?,
            window_until: moment(row.get(at(7))?),
            evidence: row.get::<_, Json<Evidence>>(at(14))?.0,
            last_position: row.get::<_, Option<i64>>(at(8))?.map(Position),
            last_at: moment(row.get(at(9))?),
            preview: row.get(at(10))?,
            version: LogPosition(row.get(at(11))?),
        },
        identity: row.get::<_, Key<IdentityId>>(at(12))?.0,
        last_agent: row.get::<_, Option<Key<AgentId>>>(at(13))?.map(|key| key.0),
    })
}

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredConversation> {
    stored_from(row, 0)
}

/// The conversation with this id.
pub(crate) fn by_id(conn: &Connection, id: ConversationId) -> Result<Option<StoredConversation>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM conversations WHERE id = ?1"))?;
    Ok(statement.query_row([Key(id)], stored).optional()?)
}

/// The conversation with this identity.
pub(crate) fn by_identity(
    conn: &Connection,
    identity: IdentityId,
) -> Result<Option<StoredConversation>, StoreError> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT {COLUMNS} FROM conversations WHERE identity = ?1"))?;
    Ok(statement.query_row([Key(identity)], stored).optional()?)
}

/// Writes the columns that a message may change. Unchanged references to other rows are left out, because SQLite
/// would check each foreign key again.
pub(crate) fn update(conn: &Connection, row: &Conversation) -> Result<(), StoreError> {
    conn.prepare_cached(
        "UPDATE conversations SET contact_name = ?2, address = ?3, window_until = ?4, last_position = ?5,
           last_at = ?6, preview = ?7, version = ?8, evidence = ?9
          WHERE id = ?1",
    )?
    .execute(params![
        Key(row.id),
        row.contact_name,
        row.address,
        row.window_until.map(|at| at.0),
        row.last_position.map(|position| position.0),
        row.last_at.map(|at| at.0),
        row.preview,
        row.version.0,
        Json(&row.evidence)
    ])?;
    Ok(())
}

/// Writes the whole row.
pub(crate) fn put(conn: &Connection, conversation: &StoredConversation) -> Result<(), StoreError> {
    let row = &conversation.row;
    conn.prepare_cached(
        "INSERT INTO conversations (id, queue, channel, account, contact, contact_name, address, window_until,
           last_position, last_at, preview, version, identity, last_agent, evidence)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
         ON CONFLICT (id) DO UPDATE SET queue = excluded.queue, contact = excluded.contact,
           contact_name = excluded.contact_name, address = excluded.address,
           window_until = excluded.window_until, last_position = excluded.last_position,
           last_at = excluded.last_at, preview = excluded.preview, version = excluded.version,
           last_agent = excluded.last_agent, evidence = excluded.evidence",
    )?
    .execute(params![
        Key(row.id),
        Key(row.queue),
        Word(row.channel),
        Key(row.account),
        Key(row.contact),
        row.contact_name,
        row.address,
        row.window_until.map(|at| at.0),
        row.last_position.map(|position| position.0),
        row.last_at.map(|at| at.0),
        row.preview,
        row.version.0,
        Key(conversation.identity),
        conversation.last_agent.map(Key),
        Json(&row.evidence)
    ])?;
    Ok(())
}

/// Conversations of the account that are in another queue than `queue`, by id.
pub(crate) fn outside_queue(
    conn: &Connection,
    account: AccountId,
    queue: QueueId,
    after: Option<ConversationId>,
    limit: u32,
) -> Result<Vec<StoredConversation>, StoreError> {
    let mut statement = conn.prepare(&format!(
        "SELECT {COLUMNS} FROM conversations
          WHERE account = ?1 AND queue <> ?2 AND (?3 IS NULL OR id > ?3) ORDER BY id LIMIT ?4"
    ))?;
    let rows = statement.query_map(params![Key(account), Key(queue), after.map(Key), limit], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All conversations with a contact, by id.
pub(crate) fn of_contact(
    conn: &Connection,
    contact: ContactId,
) -> Result<Vec<StoredConversation>, StoreError> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT {COLUMNS} FROM conversations WHERE contact = ?1 ORDER BY id"))?;
    let rows = statement.query_map([Key(contact)], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What a page of conversations is cut from.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ConversationFilter {
    pub(crate) queue: Option<QueueId>,
    pub(crate) conversation: Option<ConversationId>,
}

/// The conversations after `after` that the agent may read, by id: those of their contacts or, with `leads`, all of
/// their queues.
pub(crate) fn page(
    conn: &Connection,
    agent: AgentId,
    leads: bool,
    filter: ConversationFilter,
    after: Option<ConversationId>,
    limit: u32,
) -> Result<Vec<Conversation>, StoreError> {
    let readable = if leads {
        "queue IN (SELECT queue FROM queue_members WHERE agent = ?1)"
    } else {
        "contact IN (SELECT contact FROM assignments WHERE agent = ?1)
         AND queue IN (SELECT queue FROM queue_members WHERE agent = ?1)"
    };
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM conversations WHERE {readable} AND (?2 IS NULL OR id > ?2)
           AND (?3 IS NULL OR queue = ?3) AND (?4 IS NULL OR id = ?4)
         ORDER BY id LIMIT ?5"
    ))?;
    let rows = statement.query_map(
        params![Key(agent), after.map(Key), filter.queue.map(Key), filter.conversation.map(Key), limit],
        |row| stored(row).map(|stored| stored.row),
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}
