//! The open transaction that operations work with, and the log entries it collects.

use std::collections::HashMap;

use deskbell_protocol::{AgentId, Change, ContactId, ConversationId, LogPosition, Millis, Position, QueueId};
use rusqlite::Connection;

use crate::live::committed::{Committed, Published, Wake};
use crate::store::tables::log::{self, Scope};
use crate::store::{StoreError, access};

/// Settings that operations depend on. Times are in milliseconds.
#[derive(Clone, Debug)]
pub struct Rules {
    /// How many interactions an agent handles at once, unless set for the agent.
    pub capacity: u32,
    /// How long an agent who did not accept an interaction is not offered it again.
    pub cool_off_ms: i64,
    /// After how many missed offers in a row an agent becomes Not Ready; 0: never.
    pub not_ready_after_missed_offers: u32,
    /// How long an agent may be without a session before their interactions are offered to others.
    pub agent_gone_ms: i64,
    /// How long an active interaction may be without a message before it ends.
    pub idle_end_ms: i64,
    /// How long a contact stays assigned to an agent who handled them.
    pub assigned_ms: i64,
    /// Whether an ended interaction counts against capacity until it is done.
    pub ended_counts: bool,
    /// The reasons an agent may give for Not Ready.
    pub reasons: Vec<String>,
    /// The ids of the dispositions an interaction may carry.
    pub dispositions: Vec<String>,
    /// Whether Done needs a disposition.
    pub disposition_required: bool,
    /// The keys of the case fields that agents may edit.
    pub editable_case_keys: Vec<String>,
}

/// An open transaction of the writer.
pub(crate) struct Tx<'c> {
    pub(crate) conn: &'c Connection,
    pub(crate) rules: &'c Rules,
    /// The background work to start after the commit.
    pub(crate) wake: Wake,
    /// The newest message position, once it was looked up. A part that was rolled back only leaves a gap in positions.
    pub(crate) newest: Option<Position>,
    /// A cache of the leaders of each queue, set while no operation changes them.
    pub(crate) leaders: Option<HashMap<QueueId, Vec<AgentId>>>,
    head: i64,
    entries: Vec<Published>,
    /// A buffer for the JSON of a change, reused for every entry.
    json: Vec<u8>,
    /// Whether a rollback failed, so that nothing of the transaction may be committed.
    poisoned: bool,
}

impl<'c> Tx<'c> {
    /// Wraps the transaction that is open on the connection. Fails if the head of the log cannot be read.
    pub(crate) fn begin(conn: &'c Connection, rules: &'c Rules) -> Result<Self, StoreError> {
        let head = log::head(conn)?.0;
        Ok(Self {
            conn,
            rules,
            wake: Wake::default(),
            newest: None,
            leaders: None,
            head,
            entries: Vec::new(),
            json: Vec::new(),
            poisoned: false,
        })
    }

    /// The newest log position, including this transaction's entries.
    pub(crate) fn head(&self) -> LogPosition {
        LogPosition(self.head)
    }

    /// Runs a part of the transaction in a savepoint. If it fails, what it wrote and logged is undone, and what was
    /// written before stays.
    pub(crate) fn attempt<T>(
        &mut self,
        part: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let (head, entries) = (self.head, self.entries.len());
        self.conn.prepare_cached("SAVEPOINT part")?.execute([])?;
        let result = part(self);
        if result.is_err() {
            self.head = head;
            self.entries.truncate(entries);
        }
        if let Err(error) = self.leave_savepoint(result.is_err()) {
            self.poisoned = true;
            return Err(error);
        }
        result
    }

    fn leave_savepoint(&self, undo: bool) -> Result<(), StoreError> {
        self.check_open()?;
        if undo {
            self.conn.prepare_cached("ROLLBACK TO part")?.execute([])?;
        }
        self.conn.prepare_cached("RELEASE part")?.execute([])?;
        Ok(())
    }

    /// Fails if the transaction can no longer be committed: a rollback failed, or SQLite ended the transaction because
    /// of a full disk.
    pub(crate) fn check_open(&self) -> Result<(), StoreError> {
        if self.poisoned || self.conn.is_autocommit() { Err(StoreError::rolled_back()) } else { Ok(()) }
    }

    /// Returns the collected log entries and the work to start. Called before the commit.
    pub(crate) fn finish(self) -> Committed {
        Committed { entries: self.entries, head: LogPosition(self.head), wake: self.wake }
    }

    /// The position of the next log entry. A row takes it as its version before it is logged.
    pub(crate) fn next_position(&self) -> LogPosition {
        LogPosition(self.head.saturating_add(1))
    }

    /// Lists the agents to whom changes of a conversation are delivered now: leaders of its queue and assigned agents.
    pub(crate) fn readers(
        &mut self,
        queue: QueueId,
        conversation: ConversationId,
    ) -> Result<Vec<AgentId>, StoreError> {
        let mut readers = self.leaders_of(queue)?;
        for agent in access::assigned(self.conn, queue, conversation)? {
            if !readers.contains(&agent) {
                readers.push(agent);
            }
        }
        Ok(readers)
    }

    /// Lists the agents to whom changes of all conversations of a queue are delivered, regardless of assignments.
    pub(crate) fn leaders_of(&mut self, queue: QueueId) -> Result<Vec<AgentId>, StoreError> {
        let Some(leaders) = &mut self.leaders else { return access::leaders(self.conn, queue) };
        Ok(match leaders.get(&queue) {
            Some(known) => known.clone(),
            None => leaders.entry(queue).or_insert(access::leaders(self.conn, queue)?).clone(),
        })
    }

    /// Logs a change for the readers of a conversation.
    pub(crate) fn log_for_conversation(
        &mut self,
        queue: QueueId,
        conversation: ConversationId,
        change: &Change,
        now: Millis,
    ) -> Result<(), StoreError> {
        let readers = self.readers(queue, conversation)?;
        self.log_for_readers(queue, conversation, readers, change, now)
    }

    /// Logs a change for the readers of a conversation, who were looked up before.
    pub(crate) fn log_for_readers(
        &mut self,
        queue: QueueId,
        conversation: ConversationId,
        readers: Vec<AgentId>,
        change: &Change,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.append(Scope::Conversation(conversation), Some(queue), readers, change, now)
    }

    /// Logs a change of a queue for its members and the admins.
    pub(crate) fn log_for_queue(
        &mut self,
        queue: QueueId,
        change: &Change,
        now: Millis,
    ) -> Result<(), StoreError> {
        let audience = access::queue_audience(self.conn, queue)?;
        self.append(Scope::Queue(queue), Some(queue), audience, change, now)
    }

    /// Logs a change of a contact for the agents to whom the contact is assigned and those who lead their queues.
    pub(crate) fn log_for_contact(
        &mut self,
        contact: ContactId,
        change: &Change,
        now: Millis,
    ) -> Result<(), StoreError> {
        let audience = access::contact_audience(self.conn, contact)?;
        self.append(Scope::Contact(contact), None, audience, change, now)
    }

    /// Logs a contact for an agent to whom they were assigned. It is delivered to this agent only, but others who may read
    /// the contact find it in a replay of the log.
    pub(crate) fn log_contact_for(
        &mut self,
        contact: ContactId,
        agent: AgentId,
        change: &Change,
        now: Millis,
    ) -> Result<(), StoreError> {
        let sees = access::sees_contact(self.conn, agent, contact)?;
        let audience = if sees { vec![agent] } else { Vec::new() };
        self.append(Scope::Contact(contact), None, audience, change, now)
    }

    /// Logs a change for one agent.
    pub(crate) fn log_for_agent(
        &mut self,
        agent: AgentId,
        change: &Change,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.append(Scope::Agent(agent), None, vec![agent], change, now)
    }

    /// Logs a change about a queue for one agent, who may read it while they are a member of the queue.
    pub(crate) fn log_for_member(
        &mut self,
        agent: AgentId,
        queue: QueueId,
        change: &Change,
        now: Millis,
    ) -> Result<(), StoreError> {
        let audience = if access::is_member(self.conn, agent, queue)? { vec![agent] } else { Vec::new() };
        self.append(Scope::Agent(agent), Some(queue), audience, change, now)
    }

    fn append(
        &mut self,
        scope: Scope,
        queue: Option<QueueId>,
        audience: Vec<AgentId>,
        change: &Change,
        now: Millis,
    ) -> Result<(), StoreError> {
        let position = self.next_position();
        self.json.clear();
        serde_json::to_writer(&mut self.json, change).map_err(|error| unserializable(error.into()))?;
        let json = std::str::from_utf8(&self.json).map_err(|error| unserializable(error.into()))?;
        log::append(self.conn, position, scope, queue, json, now)?;
        self.head = position.0;
        // An entry without an audience is only in the log.
        if !audience.is_empty() {
            self.entries.push(Published { position, audience, change: json.into() });
        }
        Ok(())
    }
}

/// The error of a change that cannot be serialized.
fn unserializable(error: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
    rusqlite::Error::ToSqlConversionFailure(error).into()
}
