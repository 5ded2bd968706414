//! Whose contacts are whose. Contacts come to an agent who handles or subscribes to them, and leave when they
//! are taken out or have not been handled for a set time. While they are there, everything of them comes to
//! the agent's desktop by itself.

use deskbell_protocol::{
    AgentId, Assignment, Change, ContactId, Conversation, ErrorCode, InteractionState, LogPosition, Millis,
    Scope,
};
use uuid::Uuid;

use super::access;
use super::error::StoreError;
use super::handling::By;
use super::tables::deadlines::{self, Kind};
use super::tables::{assignments, contacts, conversations, interactions};
use super::writing::Writing;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// How many assignments are ended in one go.
const AT_ONCE: u32 = 200;

impl Writing<'_> {
    /// The agent handles the contact: the contact is theirs for the set time from now on.
    pub(super) fn handled(
        &mut self,
        agent: AgentId,
        contact: ContactId,
        now: Millis,
    ) -> Result<(), StoreError> {
        let until = now.plus(self.rules.assigned_ms);
        match assignments::get(self.conn, contact, agent)? {
            Some(known) => {
                // Moved at most once a day: nobody needs to hear of every message.
                let Some(before) = known.row.until else { return Ok(()) };
                if until.since(before) < DAY_MS {
                    return Ok(());
                }
                self.save_assignment(known, false, Some(until), now)
            }
            None => self.assign(agent, contact, false, Some(until), now),
        }
    }

    /// The contact becomes the agent's: they are told of it, and of what they may now page in.
    fn assign(
        &mut self,
        agent: AgentId,
        contact: ContactId,
        subscribed: bool,
        until: Option<Millis>,
        now: Millis,
    ) -> Result<(), StoreError> {
        let row = Assignment { contact, assigned: true, subscribed, until, version: LogPosition::default() };
        self.save_assignment(assignments::Stored { row, agent }, subscribed, until, now)?;
        self.bring(agent, contact, now)
    }

    /// Tells an agent of a contact that they have now.
    fn bring(&mut self, agent: AgentId, contact: ContactId, now: Millis) -> Result<(), StoreError> {
        if access::is_lead(self.conn, agent)? {
            // Everything of their queues is there already.
            return Ok(());
        }
        if let Some(stored) = contacts::by_id(self.conn, contact)? {
            let change = Change::Contact { row: stored.row };
            self.log_contact_for(contact, agent, &change, now)?;
        }
        for conversation in conversations::of_contact(self.conn, contact)? {
            self.bring_conversation_to(agent, &conversation.row, now)?;
        }
        Ok(())
    }

    fn save_assignment(
        &mut self,
        mut assignment: assignments::Stored,
        subscribed: bool,
        until: Option<Millis>,
        now: Millis,
    ) -> Result<(), StoreError> {
        let row = &mut assignment.row;
        (row.subscribed, row.until) = (subscribed, until);
        row.version = self.next_position();
        assignments::put(self.conn, &assignment, now)?;
        if let Some(until) = until {
            self.await_leaving(until)?;
        }
        self.log_for_agent(assignment.agent, &Change::Assignment { row: assignment.row.clone() }, now)
    }

    fn await_leaving(&mut self, until: Millis) -> Result<(), StoreError> {
        deadlines::set_earliest(self.conn, Kind::Assignments, &Uuid::nil(), until)?;
        self.wake.deadlines = true;
        Ok(())
    }

    /// The contact is the agent's no longer.
    fn leave(&mut self, assignment: assignments::Stored, now: Millis) -> Result<(), StoreError> {
        let assignments::Stored { mut row, agent } = assignment;
        assignments::remove(self.conn, row.contact, agent)?;
        (row.assigned, row.subscribed, row.until) = (false, false, None);
        row.version = self.next_position();
        let contact = row.contact;
        self.log_for_agent(agent, &Change::Assignment { row }, now)?;
        if access::is_lead(self.conn, agent)? {
            return Ok(());
        }
        for conversation in conversations::of_contact(self.conn, contact)? {
            if access::is_member(self.conn, agent, conversation.row.queue)? {
                let scope = Scope::Conversation(conversation.row.id);
                self.log_for_agent(agent, &Change::Revoked { scope }, now)?;
            }
        }
        Ok(())
    }

    /// Puts a contact among the agent's, for good.
    pub(super) fn subscribe(&mut self, by: &By, contact: ContactId, now: Millis) -> Result<(), StoreError> {
        self.seen_contact(by, contact)?;
        match assignments::get(self.conn, contact, by.agent.id)? {
            Some(known) if known.row.subscribed => Ok(()),
            Some(known) => self.save_assignment(known, true, None, now),
            None => self.assign(by.agent.id, contact, true, None, now),
        }
    }

    /// Takes a contact out of the agent's, unless they are at work with them.
    pub(super) fn unsubscribe(&mut self, by: &By, contact: ContactId, now: Millis) -> Result<(), StoreError> {
        self.seen_contact(by, contact)?;
        let Some(known) = assignments::get(self.conn, contact, by.agent.id)? else { return Ok(()) };
        if self.is_at_work(by.agent.id, contact)? {
            return Err(StoreError::refused(
                ErrorCode::Forbidden,
                "You handle an interaction with this contact, so they stay among your contacts. Mark it done first.",
            ));
        }
        self.leave(known, now)
    }

    /// Whether the agent holds an interaction with the contact that is not done.
    fn is_at_work(&self, agent: AgentId, contact: ContactId) -> Result<bool, StoreError> {
        for conversation in conversations::of_contact(self.conn, contact)? {
            for interaction in interactions::shown_in(self.conn, conversation.row.id)? {
                let held = matches!(interaction.state, InteractionState::Active | InteractionState::Ended);
                if held && interaction.agent == Some(agent) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Ends what is over. Whoever is at work with a contact keeps them.
    pub(super) fn assignments_due(&mut self, now: Millis) -> Result<(), StoreError> {
        for known in assignments::over(self.conn, now, AT_ONCE)? {
            if self.is_at_work(known.agent, known.row.contact)? {
                let until = now.plus(self.rules.assigned_ms.max(DAY_MS));
                self.save_assignment(known, false, Some(until), now)?;
            } else {
                self.leave(known, now)?;
            }
        }
        self.await_next_leaving()
    }

    /// Sets the deadline at which the next assignment is over.
    pub(super) fn await_next_leaving(&mut self) -> Result<(), StoreError> {
        match assignments::next_over(self.conn)? {
            Some(until) => self.await_leaving(until),
            None => Ok(()),
        }
    }

    /// A conversation appeared for a contact who has agents already: it comes to them too.
    pub(super) fn bring_conversation(
        &mut self,
        conversation: &conversations::Stored,
        now: Millis,
    ) -> Result<(), StoreError> {
        for known in assignments::of_contact(self.conn, conversation.row.contact)? {
            self.bring_conversation_to(known.agent, &conversation.row, now)?;
        }
        Ok(())
    }

    /// Tells one agent that a conversation is theirs to page in, unless everything of its queue is.
    pub(super) fn bring_conversation_to(
        &mut self,
        agent: AgentId,
        conversation: &Conversation,
        now: Millis,
    ) -> Result<(), StoreError> {
        if access::is_member(self.conn, agent, conversation.queue)? && !access::is_lead(self.conn, agent)? {
            let scope = Scope::Conversation(conversation.id);
            self.log_for_agent(agent, &Change::Granted { scope }, now)?;
        }
        Ok(())
    }

    /// What `agent` had of the contact `from` is theirs of the contact `to`.
    pub(super) fn hand_assignment_on(
        &mut self,
        known: &assignments::Stored,
        to: ContactId,
        now: Millis,
    ) -> Result<(), StoreError> {
        let agent = known.agent;
        assignments::remove(self.conn, known.row.contact, agent)?;
        let gone = Assignment {
            contact: known.row.contact,
            assigned: false,
            subscribed: false,
            until: None,
            version: self.next_position(),
        };
        self.log_for_agent(agent, &Change::Assignment { row: gone }, now)?;
        let kept = assignments::get(self.conn, to, agent)?;
        let before = kept.as_ref().map(|kept| (kept.row.subscribed, kept.row.until));
        let subscribed = known.row.subscribed || before.is_some_and(|(subscribed, _)| subscribed);
        let until = if subscribed { None } else { known.row.until.max(before.and_then(|(_, until)| until)) };
        match kept {
            Some(kept) => self.save_assignment(kept, subscribed, until, now),
            None => self.assign(agent, to, subscribed, until, now),
        }
    }

    /// Before the agent is no longer a member of a queue: contacts whom they see nowhere else are theirs no
    /// longer, as long as they are not a member again.
    pub(super) fn hide_assignments(&mut self, agent: AgentId, now: Millis) -> Result<(), StoreError> {
        for known in assignments::of_agent(self.conn, agent)? {
            self.hide_assignment(known, now)?;
        }
        Ok(())
    }

    fn hide_assignment(&mut self, known: assignments::Stored, now: Millis) -> Result<(), StoreError> {
        let assignments::Stored { row, agent } = known;
        if access::sees_contact(self.conn, agent, row.contact)? {
            return Ok(());
        }
        let version = self.next_position();
        let row = Assignment { assigned: false, subscribed: false, until: None, version, ..row };
        self.log_for_agent(agent, &Change::Assignment { row }, now)
    }

    /// The agent is a member of a queue: contacts of it whom they had before are theirs again.
    pub(super) fn show_assignments(&mut self, agent: AgentId, now: Millis) -> Result<(), StoreError> {
        for known in assignments::of_agent(self.conn, agent)? {
            self.show_assignment(known, now)?;
        }
        Ok(())
    }

    fn show_assignment(&mut self, known: assignments::Stored, now: Millis) -> Result<(), StoreError> {
        let (agent, contact) = (known.agent, known.row.contact);
        if !access::sees_contact(self.conn, agent, contact)? {
            return Ok(());
        }
        let (subscribed, until) = (known.row.subscribed, known.row.until);
        self.save_assignment(known, subscribed, until, now)?;
        match contacts::by_id(self.conn, contact)? {
            Some(stored) => self.log_contact_for(contact, agent, &Change::Contact { row: stored.row }, now),
            None => Ok(()),
        }
    }

    /// A conversation of the contact moved to another queue: whoever sees them nowhere any more has them no
    /// longer, as long as that is so, and whoever had them before and sees them now has them again.
    pub(super) fn move_assignments(
        &mut self,
        contact: ContactId,
        before: &[AgentId],
        after: &[AgentId],
        now: Millis,
    ) -> Result<(), StoreError> {
        for known in assignments::of_contact(self.conn, contact)? {
            let agent = known.agent;
            match (before.contains(&agent), after.contains(&agent)) {
                (true, false) => self.hide_assignment(known, now)?,
                (false, true) => self.show_assignment(known, now)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Assignments from before they were logged.
    pub(super) fn tell_untold_assignments(&mut self, now: Millis) -> Result<(), StoreError> {
        for known in assignments::untold(self.conn)? {
            let (subscribed, until) = (known.row.subscribed, known.row.until);
            self.save_assignment(known, subscribed, until, now)?;
        }
        Ok(())
    }

    /// The contact, if the agent sees them.
    pub(super) fn seen_contact(&self, by: &By, id: ContactId) -> Result<contacts::Stored, StoreError> {
        let missing = || StoreError::not_found("contact");
        if !access::sees_contact(self.conn, by.agent.id, id)? {
            return Err(missing());
        }
        contacts::by_id(self.conn, id)?.ok_or_else(missing)
    }
}
