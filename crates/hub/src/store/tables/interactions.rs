//! Interactions.

use deskbell_protocol::{
    AgentId, CaseField, Channel, ConversationId, EndedBy, Interaction, InteractionId, InteractionState,
    LogPosition, Millis, Participant, QueueId,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::StoreError;
use crate::store::values::{Json, Key, Word, moment};

/// An interaction with data that is internal to the hub.
#[derive(Clone, Debug)]
pub(crate) struct StoredInteraction {
    pub(crate) row: Interaction,
    pub(crate) channel: Channel,
    /// The agent to whom it is offered first.
    pub(crate) preferred: Option<AgentId>,
    /// When the last message was written.
    pub(crate) last_at: Millis,
}

/// The columns that [`stored_from`] reads.
pub(crate) const COLUMNS: &str =
    "id, conversation, queue, state, agent, agent_name, ended_by, created_at, active_since,
    ended_at, done_at, waiting_since, version, channel, preferred, last_at,
    case_fields, disposition, note, participants";

/// Reads [`COLUMNS`], starting at column `first`.
pub(crate) fn stored_from(row: &Row<'_>, first: usize) -> rusqlite::Result<StoredInteraction> {
    let at = |column: usize| first.saturating_add(column);
    Ok(StoredInteraction {
        row: Interaction {
            id: row.get::<_, Key<InteractionId>>(at(0))?.0,
            conversation: row.get::<_, Key<ConversationId>>(at(1))?.0,
            queue: row.get::<_, Key<QueueId>>(at(2))?.0,
            state: row.get::<_, Word<InteractionState>>(at(3))?.0,
            agent: row.get::<_, Option<Key<AgentId>>>(at(4))?.map(|key| key.0),
            agent_name: row.get(at(5))?,
            ended_by: row.get::<_, Option<Word<EndedBy>>>(at(6))?.map(|word| word.0),
            participants: row.get::<_, Json<Vec<Participant>>>(at(19))?.0,
            created_at: Millis(row.get(at(7))?),
            active_since: moment(row.get(at(8))?),
            ended_at: moment(row.get(at(9))?),
            done_at: moment(row.get(at(10))?),
            waiting_since: moment(row.get(at(11))?),
            case: row.get::<_, Json<Vec<CaseField>>>(at(16))?.0,
            disposition: row.get(at(17))?,
            note: row.get(at(18))?,
            version: LogPosition(row.get(at(12))?),
        },
        channel: row.get::<_, Word<Channel>>(at(13))?.0,
        preferred: row.get::<_, Option<Key<AgentId>>>(at(14))?.map(|key| key.0),
        last_at: Millis(row.get(at(15))?),
    })
}

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredInteraction> {
    stored_from(row, 0)
}

/// The interaction with this id.
pub(crate) fn by_id(conn: &Connection, id: InteractionId) -> Result<Option<StoredInteraction>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM interactions WHERE id = ?1"))?;
    Ok(statement.query_row([Key(id)], stored).optional()?)
}

/// Selects rows by a JSON array of ids, with one index lookup each.
pub(crate) const BY_IDS: &str = "SELECT * FROM interactions
    WHERE id IN (SELECT unhex(value) FROM json_each(?1)) ORDER BY id";

/// The interactions with these ids, by id.
pub(crate) fn by_ids(conn: &Connection, ids: &[InteractionId]) -> Result<Vec<Interaction>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<_> = ids.iter().map(|id| hex::encode(id.as_uuid().as_bytes())).collect();
    let mut statement = conn.prepare_cached(&BY_IDS.replace('*', COLUMNS))?;
    let rows = statement.query_map([Json(keys)], |row| stored(row).map(|stored| stored.row))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The interaction of the conversation that is queued, offered or active; else the newest ended one that is not
/// done.
pub(crate) fn open_in(
    conn: &Connection,
    conversation: ConversationId,
) -> Result<Option<StoredInteraction>, StoreError> {
    let mut live = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM interactions
          WHERE conversation = ?1 AND state IN ('queued', 'offered', 'active')"
    ))?;
    match live.query_row([Key(conversation)], stored).optional()? {
        Some(live) => Ok(Some(live)),
        None => ended_in(conn, conversation),
    }
}

/// The newest interaction in the conversation that is ended and not done.
pub(crate) fn ended_in(
    conn: &Connection,
    conversation: ConversationId,
) -> Result<Option<StoredInteraction>, StoreError> {
    let mut ended = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM interactions WHERE conversation = ?1 AND state = 'ended'
          ORDER BY id DESC LIMIT 1"
    ))?;
    Ok(ended.query_row([Key(conversation)], stored).optional()?)
}

/// The interactions that are not done and the newest done one, oldest first.
pub(crate) fn shown_in(
    conn: &Connection,
    conversation: ConversationId,
) -> Result<Vec<Interaction>, StoreError> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM interactions WHERE conversation = ?1 AND (state <> 'done' OR id =
           (SELECT id FROM interactions WHERE conversation = ?1 AND state = 'done' ORDER BY id DESC LIMIT 1))
         ORDER BY id"
    ))?;
    let rows = statement.query_map([Key(conversation)], |row| stored(row).map(|stored| stored.row))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The queued interactions of the queue after `after`, oldest first.
pub(crate) fn waiting_in(
    conn: &Connection,
    queue: QueueId,
    after: Option<InteractionId>,
    limit: u32,
) -> Result<Vec<StoredInteraction>, StoreError> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM interactions
          WHERE queue = ?1 AND state = 'queued' AND (?2 IS NULL OR id > ?2) ORDER BY id LIMIT ?3"
    ))?;
    let rows = statement.query_map(params![Key(queue), after.map(Key), limit], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The active and ended interactions of the agent.
pub(crate) fn held_by(conn: &Connection, agent: AgentId) -> Result<Vec<StoredInteraction>, StoreError> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM interactions WHERE agent = ?1 AND state IN ('active', 'ended') ORDER BY id"
    ))?;
    let rows = statement.query_map([Key(agent)], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whose history is listed.
#[derive(Debug)]
pub(crate) enum HistoryOf {
    /// Interactions in these conversations.
    Conversations(Vec<ConversationId>),
    /// Interactions in which an agent took part.
    Agent(AgentId),
}

/// Which interactions of a history are listed.
#[derive(Debug)]
pub(crate) struct PageFilter {
    pub(crate) channel: Option<Channel>,
    /// Only interactions in which one of these took part.
    pub(crate) agents: Option<Vec<AgentId>>,
    pub(crate) disposition: Option<String>,
    pub(crate) from: Option<Millis>,
    /// Only interactions that began before this time.
    pub(crate) to: Option<Millis>,
    /// Only interactions that began before this one.
    pub(crate) after: Option<(Millis, InteractionId)>,
    /// Only interactions in queues of which this agent is a member.
    pub(crate) member: AgentId,
}

/// The query for a history of several conversations or one agent. An index yields the rows of each conversation in
/// order, and SQLite merges them.
pub(crate) fn history_sql(history: &HistoryOf) -> String {
    let filtered = "(?4 IS NULL OR channel = ?4) AND (?6 IS NULL OR disposition = ?6)
        AND (?5 IS NULL OR EXISTS (SELECT 1 FROM json_each(participants) p JOIN json_each(?5) a
                                    ON p.value ->> 'agent' = a.value))
        AND queue IN (SELECT queue FROM queue_members WHERE agent = ?7)";
    match history {
        HistoryOf::Agent(_) => format!(
            "SELECT {COLUMNS} FROM interaction_participants CROSS JOIN interactions ON id = interaction
              WHERE participant = ?9 AND (begun_at, interaction) < (?1, ?2) AND begun_at >= ?3 AND {filtered}
              ORDER BY begun_at DESC, interaction DESC LIMIT ?8"
        ),
        HistoryOf::Conversations(conversations) => {
            let one = |n: usize| {
                format!(
                    "SELECT {COLUMNS} FROM interactions WHERE conversation = ?{n}
                       AND (created_at, id) < (?1, ?2) AND created_at >= ?3 AND {filtered}"
                )
            };
            let all: Vec<_> = (9..conversations.len().saturating_add(9)).map(one).collect();
            format!("{} ORDER BY created_at DESC, id DESC LIMIT ?8", all.join(" UNION ALL "))
        }
    }
}

/// Past and present interactions, the newest first.
pub(crate) fn history(
    conn: &Connection,
    history: &HistoryOf,
    filter: &PageFilter,
    limit: u32,
) -> Result<Vec<StoredInteraction>, StoreError> {
    let keys: Vec<Box<dyn rusqlite::ToSql>> = match history {
        HistoryOf::Conversations(all) => all.iter().map(|id| Box::new(Key(*id)) as _).collect(),
        HistoryOf::Agent(agent) => vec![Box::new(Key(*agent))],
    };
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    // `to` acts like a cursor before everything that began at that time; the earlier of the two bounds applies.
    let end = filter.to.map_or((i64::MAX, uuid::Uuid::max()), |to| (to.0, uuid::Uuid::nil()));
    let begin = filter.after.map_or(end, |(at, id)| end.min((at.0, *id.as_uuid())));
    let from = filter.from.map_or(i64::MIN, |from| from.0);
    let channel = filter.channel.map(Word);
    let agents = filter.agents.as_ref().map(Json);
    let (id, member) = (begin.1.as_bytes().as_slice(), Key(filter.member));
    let mut values: Vec<&dyn rusqlite::ToSql> =
        vec![&begin.0, &id, &from, &channel, &agents, &filter.disposition, &member, &limit];
    values.extend(keys.iter().map(|key| &**key as &dyn rusqlite::ToSql));
    let mut statement = conn.prepare_cached(&history_sql(history))?;
    let rows = statement.query_map(values.as_slice(), stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes the row. Conversation, queue and channel of an existing one stay.
pub(crate) fn put(conn: &Connection, interaction: &StoredInteraction) -> Result<(), StoreError> {
    let row = &interaction.row;
    conn.prepare_cached(
        "INSERT INTO interactions (id, conversation, queue, state, agent, agent_name, ended_by, created_at,
           active_since, ended_at, done_at, waiting_since, version, channel, preferred, last_at, case_fields, disposition, note,
           participants)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, agent = excluded.agent,
           agent_name = excluded.agent_name, ended_by = excluded.ended_by, active_since = excluded.active_since,
           ended_at = excluded.ended_at, done_at = excluded.done_at, waiting_since = excluded.waiting_since,
           version = excluded.version, preferred = excluded.preferred, last_at = excluded.last_at,
           case_fields = excluded.case_fields, disposition = excluded.disposition, note = excluded.note,
           participants = excluded.participants",
    )?
    .execute(params![
        Key(row.id),
        Key(row.conversation),
        Key(row.queue),
        Word(row.state),
        row.agent.map(Key),
        row.agent_name,
        row.ended_by.map(Word),
        row.created_at.0,
        row.active_since.map(|at| at.0),
        row.ended_at.map(|at| at.0),
        row.done_at.map(|at| at.0),
        row.waiting_since.map(|at| at.0),
        row.version.0,
        Word(interaction.channel),
        interaction.preferred.map(Key),
        interaction.last_at.0,
        Json(&row.case),
        row.disposition,
        row.note,
        Json(&row.participants)
    ])?;
    Ok(())
}

/// Moves the interactions of a conversation to a queue.
pub(crate) fn move_all(
    conn: &Connection,
    conversation: ConversationId,
    queue: QueueId,
) -> Result<(), StoreError> {
    conn.prepare_cached("UPDATE interactions SET queue = ?2 WHERE conversation = ?1")?
        .execute(params![Key(conversation), Key(queue)])?;
    Ok(())
}

/// Sets the time of the last message, when nothing visible to readers changes.
pub(crate) fn touch(conn: &Connection, id: InteractionId, now: Millis) -> Result<(), StoreError> {
    conn.prepare_cached("UPDATE interactions SET last_at = ?2 WHERE id = ?1")?
        .execute(params![Key(id), now.0])?;
    Ok(())
}
