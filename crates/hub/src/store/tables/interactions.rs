//! Handlings of conversations.

use deskbell_protocol::{
    AgentId, CaseField, Channel, ConversationId, EndedBy, Interaction, InteractionId, InteractionState,
    LogPosition, Millis, Participant, QueueId,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::StoreError;
use crate::store::values::{Json, Key, Word, moment};

/// An interaction with what the hub keeps beside it.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) row: Interaction,
    pub(crate) channel: Channel,
    pub(crate) preferred: Option<AgentId>,
    pub(crate) last_at: Millis,
}

pub(crate) const COLUMNS: &str =
    "id, conversation, queue, state, agent, agent_name, ended_by, created_at, active_since,
    ended_at, done_at, waiting_since, version, channel, preferred, last_at,
    case_fields, disposition, note, participants";

/// Reads [`COLUMNS`], which begin at the column `first`.
pub(crate) fn stored_from(row: &Row<'_>, first: usize) -> rusqlite::Result<Stored> {
    let at = |column: usize| first.saturating_add(column);
    Ok(Stored {
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

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    stored_from(row, 0)
}

pub(crate) fn by_id(conn: &Connection, id: InteractionId) -> Result<Option<Stored>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM interactions WHERE id = ?1"))?;
    Ok(statement.query_row([Key(id)], stored).optional()?)
}

/// The rows of these ids, each looked up by its own.
pub(crate) const ALL: &str = "SELECT * FROM interactions
    WHERE id IN (SELECT unhex(value) FROM json_each(?1)) ORDER BY id";

/// These interactions.
pub(crate) fn all(conn: &Connection, ids: &[InteractionId]) -> Result<Vec<Interaction>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<_> = ids.iter().map(|id| hex::encode(id.as_uuid().as_bytes())).collect();
    let mut statement = conn.prepare_cached(&ALL.replace('*', COLUMNS))?;
    let rows = statement.query_map([Json(keys)], |row| stored(row).map(|stored| stored.row))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The interaction that goes on in the conversation; else the newest that is ended and not done.
pub(crate) fn open_in(conn: &Connection, conversation: ConversationId) -> Result<Option<Stored>, StoreError> {
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
) -> Result<Option<Stored>, StoreError> {
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

/// What waits in the queue behind `after`, oldest first.
pub(crate) fn waiting_in(
    conn: &Connection,
    queue: QueueId,
    after: Option<InteractionId>,
    limit: u32,
) -> Result<Vec<Stored>, StoreError> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM interactions
          WHERE queue = ?1 AND state = 'queued' AND (?2 IS NULL OR id > ?2) ORDER BY id LIMIT ?3"
    ))?;
    let rows = statement.query_map(params![Key(queue), after.map(Key), limit], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What the agent holds, active or ended.
pub(crate) fn held_by(conn: &Connection, agent: AgentId) -> Result<Vec<Stored>, StoreError> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM interactions WHERE agent = ?1 AND state IN ('active', 'ended') ORDER BY id"
    ))?;
    let rows = statement.query_map([Key(agent)], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whose interactions are listed.
#[derive(Debug)]
pub(crate) enum Whose {
    /// Those in these conversations.
    Conversations(Vec<ConversationId>),
    /// Those that an agent takes or took part in.
    Agent(AgentId),
}

/// Which of them.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) channel: Option<Channel>,
    /// Those that one of these took part in.
    pub(crate) agents: Option<Vec<AgentId>>,
    pub(crate) disposition: Option<String>,
    pub(crate) from: Option<Millis>,
    /// What began then or later is not among them.
    pub(crate) to: Option<Millis>,
    /// Only what began before this one.
    pub(crate) after: Option<(Millis, InteractionId)>,
    /// Only those in queues that this agent is a member of.
    pub(crate) member: AgentId,
}

/// One query for interactions of several conversations or one agent: an index gives each one's in order, and
/// they are merged as they come.
pub(crate) fn back_sql(whose: &Whose) -> String {
    let filtered = "(?4 IS NULL OR channel = ?4) AND (?6 IS NULL OR disposition = ?6)
        AND (?5 IS NULL OR EXISTS (SELECT 1 FROM json_each(participants) p JOIN json_each(?5) a
                                    ON p.value ->> 'agent' = a.value))
        AND queue IN (SELECT queue FROM queue_members WHERE agent = ?7)";
    match whose {
        Whose::Agent(_) => format!(
            "SELECT {COLUMNS} FROM interaction_participants CROSS JOIN interactions ON id = interaction
              WHERE participant = ?9 AND (begun_at, interaction) < (?1, ?2) AND begun_at >= ?3 AND {filtered}
              ORDER BY begun_at DESC, interaction DESC LIMIT ?8"
        ),
        Whose::Conversations(conversations) => {
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
pub(crate) fn back(
    conn: &Connection,
    whose: &Whose,
    wanted: &Wanted,
    limit: u32,
) -> Result<Vec<Stored>, StoreError> {
    let keys: Vec<Box<dyn rusqlite::ToSql>> = match whose {
        Whose::Conversations(all) => all.iter().map(|id| Box::new(Key(*id)) as _).collect(),
        Whose::Agent(agent) => vec![Box::new(Key(*agent))],
    };
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    // The end of the time that is asked for counts like a cursor, before everything that began at that moment; the
    // earlier of the two bounds.
    let end = wanted.to.map_or((i64::MAX, uuid::Uuid::max()), |to| (to.0, uuid::Uuid::nil()));
    let begin = wanted.after.map_or(end, |(at, id)| end.min((at.0, *id.as_uuid())));
    let from = wanted.from.map_or(i64::MIN, |from| from.0);
    let channel = wanted.channel.map(Word);
    let agents = wanted.agents.as_ref().map(Json);
    let (id, member) = (begin.1.as_bytes().as_slice(), Key(wanted.member));
    let mut values: Vec<&dyn rusqlite::ToSql> =
        vec![&begin.0, &id, &from, &channel, &agents, &wanted.disposition, &member, &limit];
    values.extend(keys.iter().map(|key| &**key as &dyn rusqlite::ToSql));
    let mut statement = conn.prepare_cached(&back_sql(whose))?;
    let rows = statement.query_map(values.as_slice(), stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn put(conn: &Connection, interaction: &Stored) -> Result<(), StoreError> {
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

/// The interactions of a conversation are in this queue from now on.
pub(crate) fn move_all(
    conn: &Connection,
    conversation: ConversationId,
    queue: QueueId,
) -> Result<(), StoreError> {
    conn.prepare_cached("UPDATE interactions SET queue = ?2 WHERE conversation = ?1")?
        .execute(params![Key(conversation), Key(queue)])?;
    Ok(())
}

/// Notes that somebody wrote, where nothing that readers see changed.
pub(crate) fn touch(conn: &Connection, id: InteractionId, now: Millis) -> Result<(), StoreError> {
    conn.prepare_cached("UPDATE interactions SET last_at = ?2 WHERE id = ?1")?
        .execute(params![Key(id), now.0])?;
    Ok(())
}
