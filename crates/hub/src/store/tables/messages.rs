//! Messages of all conversations, by position.

use deskbell_protocol::{
    AccountId, AgentId, Author, Content, ConversationId, DeliveryState, Failure, InteractionId, LogPosition,
    Message, MessageId, Millis, Position, Quote, Reaction,
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::store::StoreError;
use crate::store::values::{Json, Key, Word};
use crate::text::search_folding::fold;

/// A message with data that is internal to the hub.
#[derive(Clone, Debug)]
pub(crate) struct StoredMessage {
    pub(crate) row: Message,
    pub(crate) account: AccountId,
    pub(crate) provider_id: Option<String>,
    /// The latest reaction of each author, from which the visible reactions follow.
    pub(crate) reaction_history: Vec<StoredReaction>,
}

/// The latest reaction of one author, kept even if it was withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredReaction {
    pub(crate) author: Author,
    pub(crate) emoji: Option<String>,
    /// The provider's time of the reaction. An older one is ignored.
    pub(crate) at: Millis,
    /// The provider's ids of the latest reactions, newest last. A repeated one is ignored.
    pub(crate) seen: Vec<String>,
}

/// The reactions that were not withdrawn.
pub(crate) fn visible_reactions(reaction_history: &[StoredReaction]) -> Vec<Reaction> {
    let visible = |reaction_history: &StoredReaction| {
        reaction_history
            .emoji
            .clone()
            .map(|emoji| Reaction { author: reaction_history.author.clone(), emoji })
    };
    reaction_history.iter().filter_map(visible).collect()
}

const COLUMNS: &str =
    "position, id, conversation, interaction, account, at, author, agent, agent_name, content,
    delivery, failure, late, provider_id, version, quote, reactions, attempt, state_at";

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredMessage> {
    let author = match row.get_ref(6)?.as_str()? {
        "contact" => Author::Contact,
        "agent" => Author::Agent {
            agent: row.get::<_, Key<AgentId>>(7)?.0,
            name: row.get::<_, Option<String>>(8)?.unwrap_or_default(),
        },
        "elsewhere" => Author::Elsewhere,
        _ => Author::System,
    };
    let reaction_history = row.get::<_, Json<Vec<StoredReaction>>>(16)?.0;
    Ok(StoredMessage {
        row: Message {
            position: Position(row.get(0)?),
            id: row.get::<_, Key<MessageId>>(1)?.0,
            conversation: row.get::<_, Key<ConversationId>>(2)?.0,
            interaction: row.get::<_, Option<Key<InteractionId>>>(3)?.map(|key| key.0),
            at: Millis(row.get(5)?),
            author,
            content: row.get::<_, Json<Content>>(9)?.0,
            delivery: row.get::<_, Option<Word<DeliveryState>>>(10)?.map(|word| word.0),
            state_at: row.get::<_, Option<i64>>(18)?.map(Millis),
            failure: row.get::<_, Option<Json<Failure>>>(11)?.map(|json| json.0),
            attempt: row.get(17)?,
            late: row.get(12)?,
            quote: row.get::<_, Option<Json<Quote>>>(15)?.map(|json| json.0),
            reactions: visible_reactions(&reaction_history),
            version: LogPosition(row.get(14)?),
        },
        reaction_history,
        account: row.get::<_, Key<AccountId>>(4)?.0,
        provider_id: row.get(13)?,
    })
}

/// The message with this id.
pub(crate) fn by_id(conn: &Connection, id: MessageId) -> Result<Option<StoredMessage>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM messages WHERE id = ?1"))?;
    Ok(statement.query_row([Key(id)], stored).optional()?)
}

/// The message with this id of the provider.
pub(crate) fn by_provider_id(
    conn: &Connection,
    account: AccountId,
    provider_id: &str,
) -> Result<Option<StoredMessage>, StoreError> {
    let mut statement = conn
        .prepare_cached(&format!("SELECT {COLUMNS} FROM messages WHERE provider_id = ?1 AND account = ?2"))?;
    Ok(statement.query_row(params![provider_id, Key(account)], stored).optional()?)
}

/// Whether a message with this id of the provider exists.
pub(crate) fn is_known(conn: &Connection, account: AccountId, provider_id: &str) -> Result<bool, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT 1 FROM messages WHERE provider_id = ?1 AND account = ?2")?;
    Ok(statement.exists(params![provider_id, Key(account)])?)
}

/// The newest position of all messages.
pub(crate) fn newest_position(conn: &Connection) -> Result<Option<Position>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT max(position) FROM messages")?;
    Ok(statement.query_row([], |row| row.get::<_, Option<i64>>(0))?.map(Position))
}

/// The newest position within the millisecond that starts at `first`.
pub(crate) fn newest_of_millisecond(
    conn: &Connection,
    first: Position,
) -> Result<Option<Position>, StoreError> {
    let end = Position::first_at(first.at().plus(1));
    let mut statement =
        conn.prepare_cached("SELECT max(position) FROM messages WHERE position >= ?1 AND position < ?2")?;
    Ok(statement.query_row(params![first.0, end.0], |row| row.get::<_, Option<i64>>(0))?.map(Position))
}

/// Adds a message.
pub(crate) fn insert(conn: &Connection, message: &StoredMessage) -> Result<(), StoreError> {
    let row = &message.row;
    let (author, agent, agent_name) = match &row.author {
        Author::Contact => ("contact", None, None),
        Author::Agent { agent, name } => ("agent", Some(Key(*agent)), Some(name)),
        Author::Elsewhere => ("elsewhere", None, None),
        Author::System => ("system", None, None),
    };
    conn.prepare_cached(
        "INSERT INTO messages (position, id, conversation, interaction, account, at, author, agent, agent_name,
           content, delivery, failure, late, provider_id, version, quote, reactions, attempt,
           state_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
    )?
    .execute(params![
        row.position.0,
        Key(row.id),
        Key(row.conversation),
        row.interaction.map(Key),
        Key(message.account),
        row.at.0,
        author,
        agent,
        agent_name,
        Json(&row.content),
        row.delivery.map(Word),
        row.failure.as_ref().map(Json),
        row.late,
        message.provider_id,
        row.version.0,
        row.quote.as_ref().map(Json),
        Json(&message.reaction_history),
        row.attempt,
        row.state_at.map(|at| at.0)
    ])?;
    Ok(())
}

/// Writes the columns that may change: delivery, failure, attempt, provider's id, version and reactions.
pub(crate) fn update(conn: &Connection, message: &StoredMessage) -> Result<(), StoreError> {
    conn.prepare_cached(
        "UPDATE messages SET delivery = ?2, failure = ?3, provider_id = ?4, version = ?5, reactions = ?6,
           attempt = ?7, state_at = ?8
          WHERE position = ?1",
    )?
    .execute(params![
        message.row.position.0,
        message.row.delivery.map(Word),
        message.row.failure.as_ref().map(Json),
        message.provider_id,
        message.row.version.0,
        Json(&message.reaction_history),
        message.row.attempt,
        message.row.state_at.map(|at| at.0)
    ])?;
    Ok(())
}

/// A page of one transcript, newest first, older than `before`.
pub(crate) fn page(
    conn: &Connection,
    conversation: ConversationId,
    before: Option<Position>,
    limit: u32,
) -> Result<Vec<Message>, StoreError> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM messages WHERE conversation = ?1 AND position < ?2 ORDER BY position DESC LIMIT ?3"
    ))?;
    let before = before.map_or(i64::MAX, |position| position.0);
    let rows = statement
        .query_map(params![Key(conversation), before, limit], |row| stored(row).map(|stored| stored.row))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The query for a page of the merged transcript of several conversations. An index yields the rows of each
/// conversation in order, and SQLite merges them.
pub(crate) fn merged(conversations: usize, columns: &str, bound: &str, order: &str) -> String {
    let one = |n: usize| {
        format!("SELECT {columns} FROM messages WHERE conversation = ?{n} AND position {bound} ?1")
    };
    let all: Vec<_> = (3..conversations.saturating_add(3)).map(one).collect();
    format!("{} ORDER BY position {order} LIMIT ?2", all.join(" UNION ALL "))
}

fn merged_page(
    conn: &Connection,
    conversations: &[ConversationId],
    (bound, order): (&str, &str),
    bound_position: Position,
    limit: u32,
) -> Result<Vec<Message>, StoreError> {
    if conversations.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = conn.prepare_cached(&merged(conversations.len(), COLUMNS, bound, order))?;
    let keys: Vec<_> = conversations.iter().map(|id| Key(*id)).collect();
    let mut values: Vec<&dyn rusqlite::ToSql> = vec![&bound_position.0, &limit];
    values.extend(keys.iter().map(|key| key as &dyn rusqlite::ToSql));
    let rows = statement.query_map(values.as_slice(), |row| stored(row).map(|stored| stored.row))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The messages of these conversations before a position, newest first.
pub(crate) fn page_before(
    conn: &Connection,
    conversations: &[ConversationId],
    bound_position: Position,
    limit: u32,
) -> Result<Vec<Message>, StoreError> {
    merged_page(conn, conversations, ("<", "DESC"), bound_position, limit)
}

/// The messages of these conversations after a position, oldest first.
pub(crate) fn page_after(
    conn: &Connection,
    conversations: &[ConversationId],
    bound_position: Position,
    limit: u32,
) -> Result<Vec<Message>, StoreError> {
    merged_page(conn, conversations, (">", "ASC"), bound_position, limit)
}

/// Searches the newest `max_rows` messages of these conversations, newest first, for those that hold all words, and
/// calls `hit` for each; `hit` returns whether to continue. Returns whether older messages were left out.
pub(crate) fn search(
    conn: &Connection,
    conversations: &[ConversationId],
    words: &[String],
    max_rows: u32,
    mut hit: impl FnMut(MessageId, Position) -> bool,
) -> Result<bool, StoreError> {
    if conversations.is_empty() {
        return Ok(false);
    }
    let sql = merged(conversations.len(), "position, id, content", "<", "DESC");
    let one_more = max_rows.saturating_add(1);
    let mut statement = conn.prepare_cached(&sql)?;
    let keys: Vec<_> = conversations.iter().map(|id| Key(*id)).collect();
    let mut values: Vec<&dyn rusqlite::ToSql> = vec![&i64::MAX, &one_more];
    values.extend(keys.iter().map(|key| key as &dyn rusqlite::ToSql));
    let mut rows = statement.query(values.as_slice())?;
    let mut scanned = 0_u32;
    while let Some(row) = rows.next()? {
        if scanned == max_rows {
            return Ok(true);
        }
        scanned = scanned.saturating_add(1);
        let raw = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        // Most messages can be excluded by their JSON text, without parsing it.
        let has_all = |text: &str| words.iter().all(|word| text.contains(word.as_str()));
        if !raw.contains('\\') && !has_all(&fold(raw)) {
            continue;
        }
        let text = row.get::<_, Json<Content>>(2)?.0.words().join("\n");
        if has_all(&fold(&text)) && !hit(row.get::<_, Key<MessageId>>(1)?.0, Position(row.get(0)?)) {
            return Ok(false);
        }
    }
    Ok(false)
}

/// Whether another agent, or somebody through another app of the provider, wrote after the position.
pub(crate) fn colleague_wrote_after(
    conn: &Connection,
    conversation: ConversationId,
    after: Position,
    agent: AgentId,
) -> Result<bool, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT 1 FROM messages WHERE conversation = ?1 AND position > ?2
            AND (author = 'agent' AND agent <> ?3 OR author = 'elsewhere') LIMIT 1",
    )?;
    Ok(statement.exists(params![Key(conversation), after.0, Key(agent)])?)
}

/// The content of the contact's newest message.
pub(crate) fn newest_contact_content(
    conn: &Connection,
    conversation: ConversationId,
) -> Result<Option<Content>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT content FROM messages WHERE conversation = ?1 AND author = 'contact'
         ORDER BY position DESC LIMIT 1",
    )?;
    let content = statement.query_row([Key(conversation)], |row| row.get::<_, Json<Content>>(0));
    Ok(content.optional()?.map(|json| json.0))
}

/// Position and provider's id of the contact's newest message.
pub(crate) fn newest_contact_message(
    conn: &Connection,
    conversation: ConversationId,
) -> Result<Option<(Position, String)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT position, provider_id FROM messages
          WHERE conversation = ?1 AND author = 'contact' AND provider_id IS NOT NULL
          ORDER BY position DESC LIMIT 1",
    )?;
    let found = statement.query_row([Key(conversation)], |row| Ok((Position(row.get(0)?), row.get(1)?)));
    Ok(found.optional()?)
}

#[cfg(test)]
mod tests;
