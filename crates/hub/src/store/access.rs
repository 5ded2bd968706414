//! Who may read what: the one place that decides it.
//!
//! A conversation is read by those who handle or handled it while they are members of its queue, and by
//! the supervisors and admins among the queue's members. An agent's own offers and statuses are read by
//! that agent alone.

use std::collections::HashMap;

use deskbell_protocol::{AgentId, ConversationId, QueueId, Role};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::StoreError;
use super::values::{Key, Word};

/// Everyone who may read a conversation now.
pub(super) fn audience(
    conn: &Connection,
    queue: QueueId,
    conversation: ConversationId,
) -> Result<Vec<AgentId>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT x.agent FROM conversation_access x
           JOIN queue_members m ON m.queue = ?1 AND m.agent = x.agent
          WHERE x.conversation = ?2
          UNION
         SELECT a.id FROM agents a
           JOIN queue_members m ON m.queue = ?1 AND m.agent = a.id
          WHERE a.role <> 'agent'",
    )?;
    let agents = statement.query_map(params![Key(queue), Key(conversation)], |row| {
        row.get::<_, Key<AgentId>>(0).map(|key| key.0)
    })?;
    Ok(agents.collect::<Result<_, _>>()?)
}

/// Whether the agent is a member of the queue.
pub(super) fn is_member(conn: &Connection, agent: AgentId, queue: QueueId) -> Result<bool, StoreError> {
    let mut statement = conn.prepare_cached("SELECT 1 FROM queue_members WHERE queue = ?1 AND agent = ?2")?;
    Ok(statement.exists(params![Key(queue), Key(agent)])?)
}

fn has_row(conn: &Connection, agent: AgentId, conversation: ConversationId) -> Result<bool, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT 1 FROM conversation_access WHERE conversation = ?1 AND agent = ?2")?;
    Ok(statement.exists(params![Key(conversation), Key(agent)])?)
}

/// Lets the agent read the conversation from now on. Returns whether this is new to them.
pub(super) fn grant(
    conn: &Connection,
    agent: AgentId,
    conversation: ConversationId,
    now: i64,
) -> Result<bool, StoreError> {
    let mut statement = conn.prepare_cached(
        "INSERT INTO conversation_access (conversation, agent, since) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )?;
    Ok(statement.execute(params![Key(conversation), Key(agent), now])? > 0)
}

/// One reader, with what was looked up about them.
#[derive(Debug)]
pub(super) struct Reader {
    agent: AgentId,
    leads: bool,
    queues: HashMap<QueueId, bool>,
    conversations: HashMap<ConversationId, bool>,
}

impl Reader {
    /// What the agent may read now. Lives no longer than one read transaction.
    pub(super) fn of(conn: &Connection, agent: AgentId) -> Result<Self, StoreError> {
        let role = conn
            .prepare_cached("SELECT role FROM agents WHERE id = ?1")?
            .query_row([Key(agent)], |row| row.get::<_, Word<Role>>(0))
            .optional()?;
        let leads = role.is_some_and(|role| leads(role.0));
        Ok(Self { agent, leads, queues: HashMap::new(), conversations: HashMap::new() })
    }

    /// Whether every conversation of the reader's queues is theirs to read.
    pub(super) const fn leads(&self) -> bool {
        self.leads
    }

    pub(super) fn may_read_queue(&mut self, conn: &Connection, queue: QueueId) -> Result<bool, StoreError> {
        if let Some(known) = self.queues.get(&queue) {
            return Ok(*known);
        }
        let member = is_member(conn, self.agent, queue)?;
        self.queues.insert(queue, member);
        Ok(member)
    }

    pub(super) fn may_read_conversation(
        &mut self,
        conn: &Connection,
        queue: QueueId,
        conversation: ConversationId,
    ) -> Result<bool, StoreError> {
        if !self.may_read_queue(conn, queue)? {
            return Ok(false);
        }
        if self.leads {
            return Ok(true);
        }
        if let Some(known) = self.conversations.get(&conversation) {
            return Ok(*known);
        }
        let granted = has_row(conn, self.agent, conversation)?;
        self.conversations.insert(conversation, granted);
        Ok(granted)
    }
}

/// Whether the role reads and acts on everything in its queues.
pub(super) const fn leads(role: Role) -> bool {
    matches!(role, Role::Supervisor | Role::Admin)
}
