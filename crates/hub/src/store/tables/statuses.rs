//! The status of agents on each channel.

use deskbell_protocol::{AgentId, Channel, ChannelStatus, LogPosition, Millis, QueueId, Readiness};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::StoreError;
use crate::store::values::{Key, Word};

/// A status with data that is internal to routing.
#[derive(Clone, Debug)]
pub(crate) struct StoredStatus {
    pub(crate) row: ChannelStatus,
    /// Since when the agent has been idle.
    pub(crate) idle_since: Millis,
    /// How many offers in a row the agent missed.
    pub(crate) missed: u32,
    /// Whether the capacity was set for this agent; otherwise it is the default of the settings.
    pub(crate) own_capacity: bool,
}

const COLUMNS: &str = "agent, channel, readiness, reason, capacity, load, since, version, idle_since, missed,
    own_capacity";

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredStatus> {
    Ok(StoredStatus {
        row: ChannelStatus {
            agent: row.get::<_, Key<AgentId>>(0)?.0,
            channel: row.get::<_, Word<Channel>>(1)?.0,
            readiness: row.get::<_, Word<Readiness>>(2)?.0,
            reason: row.get(3)?,
            capacity: row.get(4)?,
            load: row.get(5)?,
            since: Millis(row.get(6)?),
            version: LogPosition(row.get(7)?),
        },
        idle_since: Millis(row.get(8)?),
        missed: row.get(9)?,
        own_capacity: row.get(10)?,
    })
}

/// The status of the agent on the channel.
pub(crate) fn get(
    conn: &Connection,
    agent: AgentId,
    channel: Channel,
) -> Result<Option<StoredStatus>, StoreError> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT {COLUMNS} FROM statuses WHERE agent = ?1 AND channel = ?2"))?;
    Ok(statement.query_row(params![Key(agent), Word(channel)], stored).optional()?)
}

/// The statuses of the agent on all channels.
pub(crate) fn of_agent(conn: &Connection, agent: AgentId) -> Result<Vec<StoredStatus>, StoreError> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT {COLUMNS} FROM statuses WHERE agent = ?1 ORDER BY channel"))?;
    let rows = statement.query_map([Key(agent)], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All statuses.
pub(crate) fn all(conn: &Connection) -> Result<Vec<StoredStatus>, StoreError> {
    let mut statement = conn.prepare(&format!("SELECT {COLUMNS} FROM statuses ORDER BY agent, channel"))?;
    let rows = statement.query_map([], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes the row.
pub(crate) fn put(conn: &Connection, status: &StoredStatus) -> Result<(), StoreError> {
    let row = &status.row;
    conn.prepare_cached(
        "INSERT INTO statuses (agent, channel, readiness, reason, capacity, load, since, version, idle_since, missed,
           own_capacity)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (agent, channel) DO UPDATE SET readiness = excluded.readiness, reason = excluded.reason,
           capacity = excluded.capacity, load = excluded.load, since = excluded.since, version = excluded.version,
           idle_since = excluded.idle_since, missed = excluded.missed, own_capacity = excluded.own_capacity",
    )?
    .execute(params![
        Key(row.agent),
        Word(row.channel),
        Word(row.readiness),
        row.reason,
        row.capacity,
        row.load,
        row.since.0,
        row.version.0,
        status.idle_since.0,
        status.missed,
        status.own_capacity
    ])?;
    Ok(())
}

/// How many interactions of the channel the agent has, ringing ones included; ended ones only if `ended_counts`.
pub(crate) fn counted_load(
    conn: &Connection,
    agent: AgentId,
    channel: Channel,
    ended_counts: bool,
) -> Result<u32, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT (SELECT count(*) FROM interactions
                  WHERE agent = ?1 AND channel = ?2 AND state IN ('active', 'ended')
                    AND (?3 OR state = 'active'))
              + (SELECT count(*) FROM offers WHERE agent = ?1 AND channel = ?2 AND state = 'ringing')",
    )?;
    Ok(statement.query_row(params![Key(agent), Word(channel), ended_counts], |row| row.get(0))?)
}

/// An agent who could handle an interaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The agent.
    pub(crate) agent: AgentId,
    /// Since when the agent has been idle.
    pub(crate) idle_since: Millis,
    /// Until when this interaction is not offered to the agent again, because they did not take it.
    pub(crate) cooling_until: Option<Millis>,
}

/// The members of the queue who are ready, connected and have free capacity, longest idle first, with the time until
/// which this interaction is not offered to them again. An agent who could not be alerted and has connected since has
/// no such time.
pub(crate) fn candidates(
    conn: &Connection,
    queue: QueueId,
    channel: Channel,
    interaction: deskbell_protocol::InteractionId,
    cool_off_ms: i64,
) -> Result<Vec<Candidate>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT s.agent, s.idle_since,
                (SELECT max(o.closed_at) + ?4 FROM offers o
                  WHERE o.interaction = ?3 AND o.agent = s.agent
                    AND (o.state IN ('declined', 'timed_out') OR (o.state = 'not_alerted' AND o.closed_at >
                         (SELECT max(n.since) FROM sessions n WHERE n.agent = s.agent))))
           FROM statuses s INDEXED BY statuses_by_idleness
           JOIN queue_members m ON m.queue = ?1 AND m.agent = s.agent
          WHERE s.channel = ?2 AND s.readiness = 'ready' AND s.load < s.capacity
            AND EXISTS (SELECT 1 FROM sessions x WHERE x.agent = s.agent)
          ORDER BY s.idle_since LIMIT 256",
    )?;
    let rows =
        statement.query_map(params![Key(queue), Word(channel), Key(interaction), cool_off_ms], |row| {
            Ok(Candidate {
                agent: row.get::<_, Key<AgentId>>(0)?.0,
                idle_since: Millis(row.get(1)?),
                cooling_until: row.get::<_, Option<i64>>(2)?.map(Millis),
            })
        })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
