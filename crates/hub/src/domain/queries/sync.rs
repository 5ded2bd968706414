//! Bulk reads of clients: replay of the log, the snapshot, and pages of conversations and messages.

pub(crate) use crate::store::tables::conversations::ConversationFilter;

use std::sync::Arc;

use deskbell_protocol::{
    AgentId, ConversationDetail, ConversationId, ConversationPage, Cursor, ErrorCode, Generation, HubId,
    LogPosition, MessagePage, Position, Snapshot,
};

use crate::domain::accounts::health;
use crate::limits;
use crate::store::access::{Reader, readable, sees_contact};
use crate::store::tables::log::{self, Scope};
use crate::store::tables::{
    accounts, agents, assignments, contacts, conversations, interactions, messages, meta, offers, queues,
    statuses,
};
use crate::store::{Conn, StoreError};

/// A part of the log, restricted to the entries that one agent may read.
#[derive(Debug)]
pub(crate) struct Replay {
    /// Position and JSON of each change, in order.
    pub(crate) entries: Vec<(LogPosition, Arc<str>)>,
    /// The log position up to which the part is complete.
    pub(crate) upto: LogPosition,
}

/// Identity and extent of the log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogStatus {
    pub(crate) hub: HubId,
    pub(crate) generation: Generation,
    pub(crate) head: LogPosition,
    oldest: Option<LogPosition>,
}

impl LogStatus {
    /// Returns whether a client can continue from its cursor without a gap.
    pub(crate) fn reaches(&self, cursor: Cursor) -> bool {
        let begin = self.oldest.map_or(0, |oldest| oldest.0.saturating_sub(1));
        cursor.generation == self.generation && cursor.position <= self.head && cursor.position.0 >= begin
    }
}

/// Reads identity and extent of the log. Fails if the store cannot be read.
pub(crate) fn log_status(conn: &Conn) -> Result<LogStatus, StoreError> {
    Ok(LogStatus {
        hub: meta::hub(conn)?,
        generation: meta::generation(conn)?,
        head: log::head(conn)?,
        oldest: log::oldest(conn)?,
    })
}

/// Reads the next part of the log after `after` and up to `upto`, restricted to what the agent may read now. It holds at
/// most [`limits::FRAME_ENTRIES`] entries and about [`limits::FRAME_BYTES`]; repeat it from its `upto`.
pub(crate) fn replay(
    conn: &Conn,
    agent: AgentId,
    after: LogPosition,
    upto: LogPosition,
) -> Result<Replay, StoreError> {
    let stored = log::range(conn, after, upto, limits::FRAME_ENTRIES)?;
    let complete = stored.len() < limits::FRAME_ENTRIES;
    let mut reader = Reader::of(conn, agent)?;
    let mut replay = Replay { entries: Vec::new(), upto: after };
    let mut bytes = 0_usize;
    for entry in stored {
        let readable = match (entry.scope, entry.queue) {
            (Scope::Agent(owner), None) => owner == agent,
            // The agent's own entry about a queue: readable while they are a member of it.
            (Scope::Agent(owner), Some(queue)) => owner == agent && reader.may_read_queue(conn, queue)?,
            (Scope::Conversation(id), Some(queue)) => reader.follows_conversation(conn, queue, id)?,
            (Scope::Contact(id), _) => reader.follows_contact(conn, id)?,
            (Scope::Queue(queue), _) => reader.receives_queue(conn, queue)?,
            (Scope::Conversation(_), None) => false,
        };
        replay.upto = entry.position;
        if readable {
            bytes = bytes.saturating_add(entry.change.len());
            replay.entries.push((entry.position, entry.change.into()));
            if bytes >= limits::FRAME_BYTES {
                return Ok(replay);
            }
        }
    }
    if complete {
        replay.upto = replay.upto.max(upto);
    }
    Ok(replay)
}

/// Reads the state from which a client begins: queues, statuses, offers, accounts and assignments of the agent, with the
/// log position that it belongs to.
///
/// # Errors
///
/// If there is no such agent, or if the store cannot be read.
pub(crate) fn snapshot(conn: &Conn, agent: AgentId) -> Result<Snapshot, StoreError> {
    let person = agents::by_id(conn, agent)?.ok_or_else(|| StoreError::not_found("agent"))?;
    let mut assignments: Vec<_> =
        assignments::of_agent(conn, agent)?.into_iter().map(|one| one.row).collect();
    for assignment in std::mem::take(&mut assignments) {
        if sees_contact(conn, agent, assignment.contact)? {
            assignments.push(assignment);
        }
    }
    Ok(Snapshot {
        generation: meta::generation(conn)?,
        head: log::head(conn)?,
        agent: person,
        queues: queues::of_agent(conn, agent)?,
        statuses: statuses::of_agent(conn, agent)?.into_iter().map(|status| status.row).collect(),
        offers: offers::ringing_at(conn, agent)?,
        accounts: accounts::shown_to(conn, agent)?,
        unhealthy: health::unhealthy_accounts(conn, agent)?,
        assignments,
    })
}

/// Reads a page of conversations that the client of this agent keeps, each with its contact and the interactions that
/// are shown. Fails if the store cannot be read.
pub(crate) fn conversation_page(
    conn: &Conn,
    agent: AgentId,
    filter: ConversationFilter,
    after: Option<ConversationId>,
    limit: u32,
) -> Result<ConversationPage, StoreError> {
    let limit = limit.clamp(1, limits::PAGE_CONVERSATIONS);
    let leads = Reader::of(conn, agent)?.leads();
    let rows = conversations::page(conn, agent, leads, filter, after, limit)?;
    let full = rows.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let next = rows.last().filter(|_| full).map(|last| last.id.to_string());
    let mut page = ConversationPage { conversations: Vec::with_capacity(rows.len()), next };
    for conversation in rows {
        let interactions = interactions::shown_in(conn, conversation.id)?;
        let contact = contacts::by_id(conn, conversation.contact)?.map(|contact| contact.row);
        page.conversations.push(ConversationDetail { conversation, interactions, contact });
    }
    Ok(page)
}

/// Reads a page of a conversation's messages, newest first.
///
/// # Errors
///
/// If the agent may not read the conversation, or if the store cannot be read.
pub(crate) fn message_page(
    conn: &Conn,
    agent: AgentId,
    conversation: ConversationId,
    before: Option<Position>,
    limit: u32,
) -> Result<MessagePage, StoreError> {
    if readable(conn, agent, conversation)?.is_none() {
        return Err(StoreError::not_found("conversation"));
    }
    let limit = limit.clamp(1, limits::PAGE_MESSAGES);
    let rows = messages::page(conn, conversation, before, limit)?;
    let full = rows.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let next = rows.last().filter(|_| full).map(|last| last.position);
    Ok(MessagePage { messages: rows, next })
}

/// Reads the whole transcript of a conversation, oldest message first, without a check of access; for tests and the
/// command line.
pub(crate) fn transcript(
    conn: &Conn,
    conversation: ConversationId,
) -> Result<Vec<deskbell_protocol::Message>, StoreError> {
    let mut rows = messages::page(conn, conversation, None, u32::MAX)?;
    rows.reverse();
    Ok(rows)
}

/// The refusal of a position or id that cannot be parsed.
pub(crate) fn malformed(sentence: &str) -> StoreError {
    StoreError::refused(ErrorCode::Malformed, sentence)
}
