//! The lines of all conversations, by position.

use deskbell_protocol::{
    AccountId, AgentId, Author, Content, ConversationId, DeliveryState, Failure, InteractionId, LogPosition,
    Message, MessageId, Millis, Position, Quote, Reaction,
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::store::StoreError;
use crate::store::values::{Json, Key, Word};
use crate::text::search_folding::folded;

/// A message with what the hub keeps beside it.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) row: Message,
    pub(crate) account: AccountId,
    pub(crate) provider_id: Option<String>,
    /// What stands behind the row's reactions.
    pub(crate) reacted: Vec<Reacted>,
}

/// The last word of one side about a message, kept also when it was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reacted {
    pub(crate) author: Author,
    pub(crate) emoji: Option<String>,
    /// When, by the provider's clock: what is older is no news.
    pub(crate) at: Millis,
    /// The provider's ids of the latest reactions, newest last: a repetition is no news either.
    pub(crate) seen: Vec<String>,
}

/// The reactions that stand.
pub(crate) fn shown(reacted: &[Reacted]) -> Vec<Reaction> {
    let standing = |reacted: &Reacted| {
        reacted.emoji.clone().map(|emoji| Reaction { author: reacted.author.clone(), emoji })
    };
    reacted.iter().filter_map(standing).collect()
}

const COLUMNS: &str =
    "position, id, conversation, interaction, account, at, author, agent, agent_name, content,
    delivery, failure, late, provider_id, version, quote, reactions, attempt, state_at";

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let author = match row.get_ref(6)?.as_str()? {
        "contact" => Author::Contact,
        "agent" => Author::Agent {
            agent: row.get::<_, Key<AgentId>>(7)?.0,
            name: row.get::<_, Option<String>>(8)?.unwrap_or_default(),
        },
        "elsewhere" => Author::Elsewhere,
        _ => Author::System,
    };
    let reacted = row.get::<_, Json<Vec<Reacted>>>(16)?.0;
    Ok(Stored {
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
            reactions: shown(&reacted),
            version: LogPosition(row.get(14)?),
        },
        reacted,
        account: row.get::<_, Key<AccountId>>(4)?.0,
        provider_id: row.get(13)?,
    })
}

pub(crate) fn by_id(conn: &Connection, id: MessageId) -> Result<Option<Stored>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM messages WHERE id = ?1"))?;
    Ok(statement.query_row([Key(id)], stored).optional()?)
}

pub(crate) fn by_provider_id(
    conn: &Connection,
    account: AccountId,
    provider_id: &str,
) -> Result<Option<Stored>, StoreError> {
    let mut statement = conn
        .prepare_cached(&format!("SELECT {COLUMNS} FROM messages WHERE provider_id = ?1 AND account = ?2"))?;
    Ok(statement.query_row(params![provider_id, Key(account)], stored).optional()?)
}

/// Whether there is a message with this id of the provider's.
pub(crate) fn is_known(conn: &Connection, account: AccountId, provider_id: &str) -> Result<bool, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT 1 FROM messages WHERE provider_id = ?1 AND account = ?2")?;
    Ok(statement.exists(params![provider_id, Key(account)])?)
}

/// The newest position of all.
pub(crate) fn newest_position(conn: &Connection) -> Result<Option<Position>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT max(position) FROM messages")?;
    Ok(statement.query_row([], |row| row.get::<_, Option<i64>>(0))?.map(Position))
}

/// The newest position of the millisecond that `first` begins.
pub(crate) fn newest_of_millisecond(
    conn: &Connection,
    first: Position,
) -> Result<Option<Position>, StoreError> {
    let end = Position::first_at(first.at().plus(1));
    let mut statement =
        conn.prepare_cached("SELECT max(position) FROM messages WHERE position >= ?1 AND position < ?2")?;
    Ok(statement.query_row(params![first.0, end.0], |row| row.get::<_, Option<i64>>(0))?.map(Position))
}

pub(crate) fn insert(conn: &Connection, message: &Stored) -> Result<(), StoreError> {
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
        Json(&message.reacted),
        row.attempt,
        row.state_at.map(|at| at.0)
    ])?;
    Ok(())
}

/// Writes what may change about a message: its delivery, the attempt, the provider's id of it, and reactions.
pub(crate) fn update(conn: &Connection, message: &Stored) -> Result<(), StoreError> {
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
        Json(&message.reacted),
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

/// One query for a stretch of the transcript of several conversations: an index gives each one's in order,
/// and they are merged as they come.
pub(crate) fn merged(conversations: usize, columns: &str, bound: &str, order: &str) -> String {
    let one = |n: usize| {
        format!("SELECT {columns} FROM messages WHERE conversation = ?{n} AND position {bound} ?1")
    };
    let all: Vec<_> = (3..conversations.saturating_add(3)).map(one).collect();
    format!("{} ORDER BY position {order} LIMIT ?2", all.join(" UNION ALL "))
}

fn stretch(
    conn: &Connection,
    conversations: &[ConversationId],
    (bound, order): (&str, &str),
    place: Position,
    limit: u32,
) -> Result<Vec<Message>, StoreError> {
    if conversations.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = conn.prepare_cached(&merged(conversations.len(), COLUMNS, bound, order))?;
    let keys: Vec<_> = conversations.iter().map(|id| Key(*id)).collect();
    let mut values: Vec<&dyn rusqlite::ToSql> = vec![&place.0, &limit];
    values.extend(keys.iter().map(|key| key as &dyn rusqlite::ToSql));
    let rows = statement.query_map(values.as_slice(), |row| stored(row).map(|stored| stored.row))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What was said in these conversations before a place, newest first.
pub(crate) fn before(
    conn: &Connection,
    conversations: &[ConversationId],
    place: Position,
    limit: u32,
) -> Result<Vec<Message>, StoreError> {
    stretch(conn, conversations, ("<", "DESC"), place, limit)
}

/// What was said in these conversations behind a place, oldest first.
pub(crate) fn behind(
    conn: &Connection,
    conversations: &[ConversationId],
    place: Position,
    limit: u32,
) -> Result<Vec<Message>, StoreError> {
    stretch(conn, conversations, (">", "ASC"), place, limit)
}

/// Looks through the newest `most` messages of these conversations, newest first, for those that have all
/// words; `hit` says whether to go on. Returns whether there are older ones that it did not come to.
pub(crate) fn look_through(
    conn: &Connection,
    conversations: &[ConversationId],
    words: &[String],
    most: u32,
    mut hit: impl FnMut(MessageId, Position) -> bool,
) -> Result<bool, StoreError> {
    if conversations.is_empty() {
        return Ok(false);
    }
    let sql = merged(conversations.len(), "position, id, content", "<", "DESC");
    let one_more = most.saturating_add(1);
    let mut statement = conn.prepare_cached(&sql)?;
    let keys: Vec<_> = conversations.iter().map(|id| Key(*id)).collect();
    let mut values: Vec<&dyn rusqlite::ToSql> = vec![&i64::MAX, &one_more];
    values.extend(keys.iter().map(|key| key as &dyn rusqlite::ToSql));
    let mut rows = statement.query(values.as_slice())?;
    let mut looked_at = 0_u32;
    while let Some(row) = rows.next()? {
        if looked_at == most {
            return Ok(true);
        }
        looked_at = looked_at.saturating_add(1);
        let raw = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
        // Most messages are passed over by their stored form, without being read.
        let has_all = |text: &str| words.iter().all(|word| text.contains(word.as_str()));
        if !raw.contains('\\') && !has_all(&folded(raw)) {
            continue;
        }
        let said = said(&row.get::<_, Json<Content>>(2)?.0);
        if has_all(&folded(&said)) && !hit(row.get::<_, Key<MessageId>>(1)?.0, Position(row.get(0)?)) {
            return Ok(false);
        }
    }
    Ok(false)
}

/// What people read in a message.
fn said(content: &Content) -> String {
    match content {
        Content::Text { body } => body.clone(),
        Content::Placeholder { caption, .. } => caption.clone().unwrap_or_default(),
        Content::Notification { header, body, footer, .. } => {
            let parts = [header.as_deref(), Some(body.as_str()), footer.as_deref()];
            parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
        }
        Content::Notice { .. } | Content::Unknown => String::new(),
    }
}

/// Whether one of us other than this agent said something behind a place.
pub(crate) fn colleague_spoke_after(
    conn: &Connection,
    conversation: ConversationId,
    seen: Position,
    agent: AgentId,
) -> Result<bool, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT 1 FROM messages WHERE conversation = ?1 AND position > ?2
            AND (author = 'agent' AND agent <> ?3 OR author = 'elsewhere') LIMIT 1",
    )?;
    Ok(statement.exists(params![Key(conversation), seen.0, Key(agent)])?)
}

/// The words of the newest message that the contact wrote, for offers.
pub(crate) fn newest_words(
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

/// Place and provider's id of the newest message that the contact wrote.
pub(crate) fn newest_of_contact(
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
