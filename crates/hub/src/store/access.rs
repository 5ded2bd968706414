//! Access control: the one place that decides what an agent may read.
//!
//! Members of a queue may read its conversations and their contacts on request. Delivered without a request, and kept
//! by desktops, is less: for agents the conversations of contacts who are assigned to them, for supervisors and admins
//! (who "lead") those of all of their queues. An agent's own offers, statuses and assignments are read by that agent
//! only.
//!
//! Every query fails with [`StoreError`] if the store cannot be read.

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

/// The agents to whom the contact of a conversation (`?2`) is assigned, as far as they are members of its queue (`?1`).
/// `CROSS JOIN` fixes the order of the join: it begins with the few assignments and not with the thousands of members
/// of a queue. A disabled agent keeps assignments and membership but gets no changes.
pub(crate) const ASSIGNED: &str = "SELECT s.agent FROM conversations c
       CROSS JOIN assignments s ON s.contact = c.contact
       CROSS JOIN queue_members m ON m.queue = ?1 AND m.agent = s.agent
       CROSS JOIN agents e ON e.id = s.agent AND e.disabled_at IS NULL
      WHERE c.id = ?2";

/// The supervisors and admins who are members of a queue (`?1`). `CROSS JOIN` and `INDEXED BY` make the join begin with
/// the few who lead and not with the thousands of members.
pub(crate) const LEADERS: &str = "SELECT a.id FROM agents a INDEXED BY agents_who_lead
       CROSS JOIN queue_members m ON m.queue = ?1 AND m.agent = a.id
      WHERE a.role <> 'agent' AND a.disabled_at IS NULL";

/// The agents to whom changes of a contact (`?1`) are delivered: those to whom the contact is assigned, and those who
/// lead one of the queues in whose directory the contact is.
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

/// The members of a queue (`?1`), and the admins, who have to repair what is wrong with a queue.
const QUEUE_AUDIENCE: &str = "SELECT m.agent FROM queue_members m
       CROSS JOIN agents e ON e.id = m.agent AND e.disabled_at IS NULL
      WHERE m.queue = ?1
      UNION
     SELECT a.id FROM agents a INDEXED BY agents_who_lead
      WHERE a.role <> 'agent' AND a.role = 'admin' AND a.disabled_at IS NULL";

/// Lists the agents to whom changes of a queue are delivered.
pub(crate) fn queue_audience(conn: &Connection, queue: QueueId) -> Result<Vec<AgentId>, StoreError> {
    agents(conn, QUEUE_AUDIENCE, [Key(queue)])
}

/// Lists the agents to whom changes of a conversation are delivered now.
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

/// Lists the members of the queue to whom the contact of the conversation is assigned.
pub(crate) fn assigned(
    conn: &Connection,
    queue: QueueId,
    conversation: ConversationId,
) -> Result<Vec<AgentId>, StoreError> {
    agents(conn, ASSIGNED, params![Key(queue), Key(conversation)])
}

/// Lists the supervisors and admins who are members of the queue.
pub(crate) fn leaders(conn: &Connection, queue: QueueId) -> Result<Vec<AgentId>, StoreError> {
    agents(conn, LEADERS, [Key(queue)])
}

/// Lists the agents to whom changes of a contact are delivered now.
pub(crate) fn contact_audience(conn: &Connection, contact: ContactId) -> Result<Vec<AgentId>, StoreError> {
    agents(conn, CONTACT_AUDIENCE, [Key(contact)])
}

/// Returns whether the agent is a member of the queue.
pub(crate) fn is_member(conn: &Connection, agent: AgentId, queue: QueueId) -> Result<bool, StoreError> {
    let mut statement = conn.prepare_cached("SELECT 1 FROM queue_members WHERE queue = ?1 AND agent = ?2")?;
    Ok(statement.exists(params![Key(queue), Key(agent)])?)
}

/// Returns whether the contact is in the directory of one of the agent's queues.
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

/// Returns the conversation if the agent may read it.
pub(crate) fn readable(
    conn: &Connection,
    agent: AgentId,
    id: ConversationId,
) -> Result<Option<conversations::StoredConversation>, StoreError> {
    let Some(conversation) = conversations::by_id(conn, id)? else { return Ok(None) };
    Ok(is_member(conn, agent, conversation.row.queue)?.then_some(conversation))
}

/// Lists the conversations with a contact that the agent may read, in the order of their ids. Fails with "not found" for
/// a contact whom the agent may not see.
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

/// An agent who reads, with a cache of what was looked up about their access.
#[derive(Debug)]
pub(crate) struct Reader {
    agent: AgentId,
    role: Option<Role>,
    queues: HashMap<QueueId, bool>,
    conversations: HashMap<ConversationId, bool>,
    contacts: HashMap<ContactId, bool>,
}

impl Reader {
    /// Creates the reader. It is valid for one read transaction only.
    pub(crate) fn of(conn: &Connection, agent: AgentId) -> Result<Self, StoreError> {
        Ok(Self {
            agent,
            role: role(conn, agent)?,
            queues: HashMap::new(),
            conversations: HashMap::new(),
            contacts: HashMap::new(),
        })
    }

    /// Returns whether all changes in the reader's queues are delivered to them.
    pub(crate) fn leads(&self) -> bool {
        self.role.is_some_and(leads)
    }

    /// Returns whether changes of the queue are delivered to the reader.
    pub(crate) fn receives_queue(&mut self, conn: &Connection, queue: QueueId) -> Result<bool, StoreError> {
        Ok(self.role == Some(Role::Admin) || self.may_read_queue(conn, queue)?)
    }

    /// Returns whether the reader is a member of the queue and so may read what is in it.
    pub(crate) fn may_read_queue(&mut self, conn: &Connection, queue: QueueId) -> Result<bool, StoreError> {
        if let Some(known) = self.queues.get(&queue) {
            return Ok(*known);
        }
        let member = is_member(conn, self.agent, queue)?;
        self.queues.insert(queue, member);
        Ok(member)
    }

    /// Returns whether changes of the conversation are delivered to the reader, whose desktop keeps it.
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

    /// Returns whether changes of the contact are delivered to the reader, whose desktop keeps it.
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

/// Returns whether the agent is a supervisor or admin.
pub(crate) fn is_lead(conn: &Connection, agent: AgentId) -> Result<bool, StoreError> {
    Ok(role(conn, agent)?.is_some_and(leads))
}

/// Returns whether the agent is an admin.
pub(crate) fn is_admin(conn: &Connection, agent: AgentId) -> Result<bool, StoreError> {
    Ok(role(conn, agent)? == Some(Role::Admin))
}

fn role(conn: &Connection, agent: AgentId) -> Result<Option<Role>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT role FROM agents WHERE id = ?1")?;
    let role = statement.query_row([Key(agent)], |row| row.get::<_, Word<Role>>(0)).optional()?;
    Ok(role.map(|role| role.0))
}

/// Returns whether the role reads and acts on everything in its queues.
pub(crate) const fn leads(role: Role) -> bool {
    matches!(role, Role::Supervisor | Role::Admin)
}
