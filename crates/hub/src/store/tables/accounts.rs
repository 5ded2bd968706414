//! Our own addresses on channels, without tokens and secrets, which stay in the settings.

use deskbell_protocol::{AccountId, AgentId, Channel, ChannelPolicy, QueueId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::StoreError;
use crate::store::values::{Json, Key, Word};

/// One of our own addresses on a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name in settings and webhook address.
    pub name: String,
    /// The channel it is on.
    pub channel: Channel,
    /// The queue its interactions wait in.
    pub queue: QueueId,
    /// The provider's name for it (WhatsApp: the phone number id).
    pub address: String,
    /// The number in E.164 form, if the settings contain it.
    pub number: Option<String>,
    /// Whether notifications can be listed and sent from it.
    pub notifications: bool,
    /// Whether interactions are answered without ringing.
    pub automatic_answer: bool,
    /// How long an offer rings, in milliseconds.
    pub offer_ms: i64,
    /// Whether a contact who writes after the end comes back to the same interaction.
    pub continue_conversations: bool,
    /// What its channel allows.
    pub policy: ChannelPolicy,
}

const COLUMNS: &str = "id, name, channel, queue, address, automatic_answer, offer_ms, continue_conversations,
    number, notifications, policy";

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        id: row.get::<_, Key<AccountId>>(0)?.0,
        name: row.get(1)?,
        channel: row.get::<_, Word<Channel>>(2)?.0,
        queue: row.get::<_, Key<QueueId>>(3)?.0,
        address: row.get(4)?,
        automatic_answer: row.get(5)?,
        offer_ms: row.get(6)?,
        continue_conversations: row.get(7)?,
        number: row.get(8)?,
        notifications: row.get(9)?,
        policy: policy(row, 10)?,
    })
}

/// Reads the policy in this column. It is NULL until a hub of version 0.2.0 or later has started on the store once.
fn policy(row: &Row<'_>, column: usize) -> rusqlite::Result<ChannelPolicy> {
    let stored = row.get::<_, Option<Json<ChannelPolicy>>>(column)?;
    Ok(stored.map_or_else(ChannelPolicy::fallback, |json| json.0))
}

pub(crate) fn put(conn: &Connection, account: &Account) -> Result<(), StoreError> {
    conn.execute(
        "INSERT INTO accounts (id, name, channel, queue, address, automatic_answer, offer_ms, continue_conversations,
           number, notifications, policy)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, queue = excluded.queue, address = excluded.address,
           automatic_answer = excluded.automatic_answer, offer_ms = excluded.offer_ms,
           continue_conversations = excluded.continue_conversations, number = excluded.number,
           notifications = excluded.notifications, policy = excluded.policy",
        params![
            Key(account.id),
            account.name,
            Word(account.channel),
            Key(account.queue),
            account.address,
            account.automatic_answer,
            account.offer_ms,
            account.continue_conversations,
            account.number,
            account.notifications,
            Json(&account.policy)
        ],
    )?;
    Ok(())
}

pub(crate) fn by_id(conn: &Connection, id: AccountId) -> Result<Option<Account>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM accounts WHERE id = ?1"))?;
    Ok(statement.query_row([Key(id)], account).optional()?)
}

pub(crate) fn all(conn: &Connection) -> Result<Vec<Account>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM accounts ORDER BY id"))?;
    let rows = statement.query_map([], account)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns the accounts of the agent's queues.
pub(crate) fn of_agent(conn: &Connection, agent: AgentId) -> Result<Vec<Account>, StoreError> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM accounts WHERE queue IN (SELECT queue FROM queue_members WHERE agent = ?1) ORDER BY id"
    ))?;
    let rows = statement.query_map([Key(agent)], account)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns the accounts of the agent's queues in the form that clients receive, ordered by name.
pub(crate) fn shown_to(
    conn: &Connection,
    agent: AgentId,
) -> Result<Vec<deskbell_protocol::Account>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT a.id, a.name, a.channel, a.queue, a.notifications, a.policy FROM queue_members m JOIN accounts a ON a.queue = m.queue
          WHERE m.agent = ?1 ORDER BY a.name",
    )?;
    let rows = statement.query_map([Key(agent)], |row| {
        Ok(deskbell_protocol::Account {
            policy: Some(policy(row, 5)?),
            id: row.get::<_, Key<AccountId>>(0)?.0,
            name: row.get(1)?,
            channel: row.get::<_, Word<Channel>>(2)?.0,
            queue: row.get::<_, Key<QueueId>>(3)?.0,
            notifications: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns our own numbers, from the settings and as reported by providers.
pub(crate) fn numbers(conn: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT number FROM accounts WHERE number IS NOT NULL
          UNION SELECT told_number FROM accounts WHERE told_number IS NOT NULL",
    )?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns the accounts whose own number is not known, neither from the settings nor from the provider.
pub(crate) fn without_number(conn: &Connection) -> Result<Vec<AccountId>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT id FROM accounts WHERE number IS NULL AND told_number IS NULL")?;
    let rows = statement.query_map([], |row| row.get::<_, Key<AccountId>>(0).map(|key| key.0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Stores the account's own number as the provider reported it, in E.164 form.
pub(crate) fn set_reported_number(conn: &Connection, id: AccountId, number: &str) -> Result<(), StoreError> {
    conn.prepare_cached("UPDATE accounts SET told_number = ?2 WHERE id = ?1 AND told_number IS NOT ?2")?
        .execute(params![Key(id), number])?;
    Ok(())
}

/// Returns the channels of the agent's queues.
pub(crate) fn channels_of(conn: &Connection, agent: AgentId) -> Result<Vec<Channel>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT DISTINCT a.channel FROM queue_members m JOIN accounts a ON a.queue = m.queue WHERE m.agent = ?1",
    )?;
    let rows = statement.query_map([Key(agent)], |row| row.get::<_, Word<Channel>>(0).map(|word| word.0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
