//! Who may read what: the one place that decides it.
//!
//! The members of a queue read its conversations, and the contacts behind them, when they ask. What comes by
//! itself, and what desktops keep, is less: to agents the conversations of the contacts who are assigned to
//! them, to supervisors and admins those of all of their queues. An agent's own offers, statuses and
//! assignments are read by that agent alone.

use std::collections::HashMap;

use deskbell_protocol::{AgentId, ContactId, Conversation, ConversationId, QueueId, Role};
use rusqlite::{Connection, OptionalExtension, params};

use crate::store::StoreError;
use crate::store::tables::conversations;
use crate::store::values::{Key, Word};

fn agents(conn: &Connection, sql: &str, params: impl rusqlite::Params) -> Result<Vec<AgentId>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let agents = statement.query_map(params, |row| row.get::<_, Key<AgentId>>(0).map(|key| key.0))?;
    Ok(agents.collect::<Result<_, _>>()?)
}

/// Walks from the few who have the contact to their membership, as the next does from the few who lead. Left to
/// itself, SQLite begins with all members of the queue, which are thousands (it is told so by `CROSS JOIN` and
/// `INDEXED BY`). Who is disabled keeps contacts and membership, for the day they are enabled, but is told nothing.
pub(crate) const ASSIGNED: &str = "SELECT s.agent FROM conversations c
       CROSS JOIN assignments s ON s.contact = c.contact
       CROSS JOIN queue_members m ON m.queue = ?1 AND m.agent = s.agent
       CROSS JOIN agents e ON e.id = s.agent AND e.disabled_at IS NULL
      WHERE c.id = ?2";

/// The few who lead, as far as they are members of the queue.
pub(crate) const LEADERS: &str = "SELECT a.id FROM agents a INDEXED BY agents_who_lead
       CROSS JOIN queue_members m ON m.queue = ?1 AND m.agent = a.id
      WHERE a.role <> 'agent' AND a.disabled_at IS NULL";

/// The same for a contact.
pub(crate) const CONTACT_AUDIENCE: &str = "SELECT s.agent FROM assignments s
       CROSS JOIN agents e ON e.id = s.agent AND e.disabled_at IS NULL
      WHERE s.contact = ?1
        AND EXISTS (SELECT 1 FROM contact_directory d
                     CROSS JOIN queue_members m ON m.queue = d.queue AND m.agent = s.agent
                     WHERE d.contact = ?1)
      UNION
     SELECT a.id FROM agents a INDEXED BY agents_who_lead
      WHERE a.role <> 'agent' AND a.disabled_at IS NULL
        AND EXISTS (SELECT 1 FROM contact_directory d
                     CROSS JOIN queue_members m ON m.queue = d.queue AND m.agent = a.id
                     WHERE d.contact = ?1)";

/// The members of a queue, and whoever administers the hub: it is theirs to put right what is wrong with it.
const QUEUE_AUDIENCE: &str = "SELECT m.agent FROM queue_members m
       CROSS JOIN agents e ON e.id = m.agent AND e.disabled_at IS NULL
      WHERE m.queue = ?1
      UNION
     SELECT a.id FROM agents a INDEXED BY agents_who_lead
      WHERE a.role <> 'agent' AND a.role = 'admin' AND a.disabled_at IS NULL";

/// Everyone who is told how a queue stands.
pub(crate) fn queue_audience(conn: &Connection, queue: QueueId) -> Result<Vec<AgentId>, StoreError> {
    agents(conn, QUEUE_AUDIENCE, [Key(queue)])
}

/// Everyone to whom a conversation comes by itself now.
pub(crate) fn audience(
    conn: &Connection,
    queue: QueueId,
    conversation: ConversationId,
) -> Result<Vec<AgentId>, StoreError> {
    let mut audience = leaders(conn, queue)?;
    audience.extend(assigned(conn, queue, conversation)?);
    audience.sort_unstable();
    audience.dedup();
    Ok(audience)
}

/// Those of them who have its contact.
pub(crate) fn assigned(
    conn: &Connection,
    queue: QueueId,
    conversation: ConversationId,
) -> Result<Vec<AgentId>, StoreError> {
    agents(conn, ASSIGNED, params![Key(queue), Key(conversation)])
}

/// Those of them who lead the queue.
pub(crate) fn leaders(conn: &Connection, queue: QueueId) -> Result<Vec<AgentId>, StoreError> {
    agents(conn, LEADERS, [Key(queue)])
}

/// Everyone to whom a contact comes by itself now.
pub(crate) fn contact_audience(conn: &Connection, contact: ContactId) -> Result<Vec<AgentId>, StoreError> {
    agents(conn, CONTACT_AUDIENCE, [Key(contact)])
}

/// Whether the agent is a member of the queue.
pub(crate) fn is_member(conn: &Connection, agent: AgentId, queue: QueueId) -> Result<bool, StoreError> {
    let mut statement = conn.prepare_cached("SELECT 1 FROM queue_members WHERE queue = ?1 AND agent = ?2")?;
    Ok(statement.exists(params![Key(queue), Key(agent)])?)
}

/// Whether the contact is seen in one of the agent's queues.
pub(crate) fn sees_contact(
    conn: &Connection,
    agent: AgentId,
    contact: ContactId,
) -> Result<bool, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT 1 FROM contact_directory d JOIN queue_members m ON m.queue = d.queue AND m.agent = ?2
          WHERE d.contact = ?1",
    )?;
    Ok(statement.exists(params![Key(contact), Key(agent)])?)
}

/// The conversation, if the agent may read it.
pub(crate) fn readable(
    conn: &Connection,
    agent: AgentId,
    id: ConversationId,
) -> Result<Option<conversations::Stored>, StoreError> {
    let Some(conversation) = conversations::by_id(conn, id)? else { return Ok(None) };
    Ok(is_member(conn, agent, conversation.row.queue)?.then_some(conversation))
}

/// The conversations with a contact that the agent may read, in the order of their ids. A contact whom the
/// agent does not see is not found.
pub(crate) fn readable_with(
    conn: &Connection,
    agent: AgentId,
    contact: ContactId,
) -> Result<Vec<Conversation>, StoreError> {
    if !sees_contact(conn, agent, contact)? {
        return Err(StoreError::not_found("contact"));
    }
    let mut readable = Vec::new();
    for conversation in conversations::of_contact(conn, contact)? {
        if is_member(conn, agent, conversation.row.queue)? {
            readable.push(conversation.row);
        }
    }
    Ok(readable)
}

fn has_contact(conn: &Connection, agent: AgentId, contact: ContactId) -> Result<bool, StoreError> {
    let mut statement = conn.prepare_cached("SELECT 1 FROM assignments WHERE contact = ?1 AND agent = ?2")?;
    Ok(statement.exists(params![Key(contact), Key(agent)])?)
}

fn has_contact_of(
    conn: &Connection,
    agent: AgentId,
    conversation: ConversationId,
) -> Result<bool, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT 1 FROM conversations c JOIN assignments s ON s.contact = c.contact AND s.agent = ?2
          WHERE c.id = ?1",
    )?;
    Ok(statement.exists(params![Key(conversation), Key(agent)])?)
}

/// One reader, with what was looked up about them.
#[derive(Debug)]
pub(crate) struct Reader {
    agent: AgentId,
    role: Option<Role>,
    queues: HashMap<QueueId, bool>,
    conversations: HashMap<ConversationId, bool>,
    contacts: HashMap<ContactId, bool>,
}

impl Reader {
    /// What the agent may read now. Lives no longer than one read transaction.
    pub(crate) fn of(conn: &Connection, agent: AgentId) -> Result<Self, StoreError> {
        Ok(Self {
            agent,
            role: role(conn, agent)?,
            queues: HashMap::new(),
            conversations: HashMap::new(),
            contacts: HashMap::new(),
        })
    }

    /// Whether everything of the reader's queues comes to them by itself.
    pub(crate) fn leads(&self) -> bool {
        self.role.is_some_and(leads)
    }

    /// Whether the reader is told how the queue stands.
    pub(crate) fn hears_of_queue(&mut self, conn: &Connection, queue: QueueId) -> Result<bool, StoreError> {
        Ok(self.role == Some(Role::Admin) || self.may_read_queue(conn, queue)?)
    }

    /// Whether the reader is a member of the queue, and so may read what is in it.
    pub(crate) fn may_read_queue(&mut self, conn: &Connection, queue: QueueId) -> Result<bool, StoreError> {
        if let Some(known) = self.queues.get(&queue) {
            return Ok(*known);
        }
        let member = is_member(conn, self.agent, queue)?;
        self.queues.insert(queue, member);
        Ok(member)
    }

    /// Whether the conversation comes to the reader by itself, and their desktop keeps it.
    pub(crate) fn follows_conversation(
        &mut self,
        conn: &Connection,
        queue: QueueId,
        conversation: ConversationId,
    ) -> Result<bool, StoreError> {
        if !self.may_read_queue(conn, queue)? {
            return Ok(false);
        }
        if self.leads() {
            return Ok(true);
        }
        if let Some(known) = self.conversations.get(&conversation) {
            return Ok(*known);
        }
        let follows = has_contact_of(conn, self.agent, conversation)?;
        self.conversations.insert(conversation, follows);
        Ok(follows)
    }

    /// Whether the contact comes to the reader by itself, and their desktop keeps it.
    pub(crate) fn follows_contact(
        &mut self,
        conn: &Connection,
        contact: ContactId,
    ) -> Result<bool, StoreError> {
        if let Some(known) = self.contacts.get(&contact) {
            return Ok(*known);
        }
        let follows = sees_contact(conn, self.agent, contact)?
            && (self.leads() || has_contact(conn, self.agent, contact)?);
        self.contacts.insert(contact, follows);
        Ok(follows)
    }
}

/// Whether the agent leads: everything of their queues comes to them by itself.
pub(crate) fn is_lead(conn: &Connection, agent: AgentId) -> Result<bool, StoreError> {
    Ok(role(conn, agent)?.is_some_and(leads))
}

/// Whether the agent administers the hub.
pub(crate) fn is_admin(conn: &Connection, agent: AgentId) -> Result<bool, StoreError> {
    Ok(role(conn, agent)? == Some(Role::Admin))
}

fn role(conn: &Connection, agent: AgentId) -> Result<Option<Role>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT role FROM agents WHERE id = ?1")?;
    let role = statement.query_row([Key(agent)], |row| row.get::<_, Word<Role>>(0)).optional()?;
    Ok(role.map(|role| role.0))
}

/// Whether the role reads and acts on everything in its queues.
pub(crate) const fn leads(role: Role) -> bool {
    matches!(role, Role::Supervisor | Role::Admin)
}
