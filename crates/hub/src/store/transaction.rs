//! What an operation of the store works with: the open transaction, and the log entries it makes.

use std::collections::HashMap;

use deskbell_protocol::{AgentId, Change, ContactId, ConversationId, LogPosition, Millis, Position, QueueId};
use rusqlite::Connection;

use crate::live::committed::{Committed, Published, Wake};
use crate::store::tables::log::{self, Scope};
use crate::store::{StoreError, access};

/// The settings that operations decide by. Times in milliseconds.
#[derive(Clone, Debug)]
pub struct Rules {
    /// How many interactions an agent handles at once, unless set for the agent.
    pub capacity: u32,
    /// For how long an agent who did not take an interaction is not asked for it again.
    pub cool_off_ms: i64,
    /// After how many missed offers in a row an agent becomes Not Ready; 0: never.
    pub not_ready_after_missed_offers: u32,
    /// After how long without a session nobody waits for an agent any more.
    pub agent_gone_ms: i64,
    /// After how long without a message an active interaction ends.
    pub idle_end_ms: i64,
    /// For how long a contact stays among the contacts of an agent who handled them.
    pub assigned_ms: i64,
    /// Whether an ended interaction that is not done counts against capacity.
    pub ended_counts: bool,
    /// The reasons an agent may give for Not Ready.
    pub reasons: Vec<String>,
    /// The ids of the dispositions an interaction may carry.
    pub dispositions: Vec<String>,
    /// Whether Done needs a disposition.
    pub disposition_required: bool,
    /// The keys of the facts about a case that agents may change.
    pub editable_case_keys: Vec<String>,
}

/// An open transaction.
pub(crate) struct Tx<'c> {
    pub(crate) conn: &'c Connection,
    pub(crate) rules: &'c Rules,
    pub(crate) wake: Wake,
    /// The newest place in a transcript, once it was looked up. What was undone since only leaves a gap.
    pub(crate) newest: Option<Position>,
    /// Who leads each queue, while nothing is done that could change it.
    pub(crate) leaders: Option<HashMap<QueueId, Vec<AgentId>>>,
    head: i64,
    entries: Vec<Published>,
    /// The change that is logged, as JSON: one piece of memory for all of them.
    json: Vec<u8>,
    /// Something that failed could not be undone: nothing of the transaction may be committed.
    spoilt: bool,
}

impl<'c> Tx<'c> {
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
            spoilt: false,
        })
    }

    /// Where the log stands in this transaction.
    pub(crate) fn head(&self) -> LogPosition {
        LogPosition(self.head)
    }

    /// Runs what may fail on its own: all that it wrote and logged is undone then, and what was written before
    /// it stands.
    pub(crate) fn attempt<T>(
        &mut self,
        part: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let (head, entries) = (self.head, self.entries.len());
        self.conn.prepare_cached("SAVEPOINT part")?.execute([])?;
        let done = part(self);
        if done.is_err() {
            self.head = head;
            self.entries.truncate(entries);
        }
        if let Err(error) = self.leave_savepoint(done.is_err()) {
            self.spoilt = true;
            return Err(error);
        }
        done
    }

    fn leave_savepoint(&self, undo: bool) -> Result<(), StoreError> {
        self.still_stands()?;
        if undo {
            self.conn.prepare_cached("ROLLBACK TO part")?.execute([])?;
        }
        self.conn.prepare_cached("RELEASE part")?.execute([])?;
        Ok(())
    }

    /// Whether what was written so far can be committed. A full disk may have ended the transaction under us:
    /// then nothing of it stands.
    pub(crate) fn still_stands(&self) -> Result<(), StoreError> {
        if self.spoilt || self.conn.is_autocommit() { Err(StoreError::rolled_back()) } else { Ok(()) }
    }

    pub(crate) fn finish(self) -> Committed {
        Committed { entries: self.entries, head: LogPosition(self.head), wake: self.wake }
    }

    /// The position the next entry gets; a row that is about to be logged takes it as its version.
    pub(crate) fn next_position(&self) -> LogPosition {
        LogPosition(self.head.saturating_add(1))
    }

    /// Everyone to whom a conversation comes by itself now.
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

    /// Everyone to whom the conversations of a queue come by themselves, whoever has the contact.
    pub(crate) fn leaders_of(&mut self, queue: QueueId) -> Result<Vec<AgentId>, StoreError> {
        let Some(leaders) = &mut self.leaders else { return access::leaders(self.conn, queue) };
        Ok(match leaders.get(&queue) {
            Some(known) => known.clone(),
            None => leaders.entry(queue).or_insert(access::leaders(self.conn, queue)?).clone(),
        })
    }

    /// Logs a change that those of a conversation may read.
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

    /// The same where it was looked up who they are.
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

    /// Logs how a queue stands, for its members and the admins.
    pub(crate) fn log_for_queue(
        &mut self,
        queue: QueueId,
        change: &Change,
        now: Millis,
    ) -> Result<(), StoreError> {
        let audience = access::queue_audience(self.conn, queue)?;
        self.append(Scope::Queue(queue), Some(queue), audience, change, now)
    }

    /// Logs a change of a contact for those who have them.
    pub(crate) fn log_for_contact(
        &mut self,
        contact: ContactId,
        change: &Change,
        now: Millis,
    ) -> Result<(), StoreError> {
        let audience = access::contact_audience(self.conn, contact)?;
        self.append(Scope::Contact(contact), None, audience, change, now)
    }

    /// Tells one agent of a contact whom they have now. Others who have them may read it again.
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

    /// Logs a change for one agent that shows something of a queue: they read it while they are its member.
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
        serde_json::to_writer(&mut self.json, change).map_err(|error| unwritable(error.into()))?;
        let json = std::str::from_utf8(&self.json).map_err(|error| unwritable(error.into()))?;
        log::append(self.conn, position, scope, queue, json, now)?;
        self.head = position.0;
        // What nobody is to be told is in the log alone.
        if !audience.is_empty() {
            self.entries.push(Published { position, audience, change: json.into() });
        }
        Ok(())
    }
}

fn unwritable(error: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
    StoreError::Broken(rusqlite::Error::ToSqlConversionFailure(error))
}
