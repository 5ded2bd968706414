//! Assignments of contacts to agents. A contact is assigned to an agent who handles or subscribes to them, until the
//! agent unsubscribes or has not handled the contact for a set time. All changes of assigned contacts are sent to
//! the agent's desktop.

use deskbell_protocol::{
    AgentId, Assignment, Change, ContactId, Conversation, ErrorCode, InteractionState, LogPosition, Millis,
    Scope,
};
use uuid::Uuid;

use crate::domain::actor::Actor;
use crate::store::tables::deadlines::{self, Kind};
use crate::store::tables::{assignments, contacts, conversations, interactions};
use crate::store::{StoreError, Tx, access};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// How many assignments are ended in one transaction.
const BATCH: u32 = 200;

/// Assigns the contact to an agent who handles them, for the set time from now.
pub(crate) fn assign_to_handler(
    tx: &mut Tx<'_>,
    agent: AgentId,
    contact: ContactId,
    now: Millis,
) -> Result<(), StoreError> {
    let until = now.plus(tx.rules.assigned_ms);
    match assignments::get(tx.conn, contact, agent)? {
        Some(known) => {
            // Extended at most once a day, so that not every message is logged.
            let Some(before) = known.row.until else { return Ok(()) };
            if until.since(before) < DAY_MS {
                return Ok(());
            }
            save_assignment(tx, known, false, Some(until), now)
        }
        None => assign(tx, agent, contact, false, Some(until), now),
    }
}

/// Assigns the contact, and logs to the agent what they may read now.
fn assign(
    tx: &mut Tx<'_>,
    agent: AgentId,
    contact: ContactId,
    subscribed: bool,
    until: Option<Millis>,
    now: Millis,
) -> Result<(), StoreError> {
    let row = Assignment { contact, assigned: true, subscribed, until, version: LogPosition::default() };
    save_assignment(tx, assignments::StoredAssignment { row, agent }, subscribed, until, now)?;
    announce_contact(tx, agent, contact, now)
}

/// Logs a contact and its conversations to an agent to whom it is assigned now.
fn announce_contact(
    tx: &mut Tx<'_>,
    agent: AgentId,
    contact: ContactId,
    now: Millis,
) -> Result<(), StoreError> {
    if access::is_lead(tx.conn, agent)? {
        // A lead already has everything of their queues.
        return Ok(());
    }
    if let Some(stored) = contacts::by_id(tx.conn, contact)? {
        let change = Change::Contact { row: stored.row };
        tx.log_contact_for(contact, agent, &change, now)?;
    }
    for conversation in conversations::of_contact(tx.conn, contact)? {
        announce_conversation_to(tx, agent, &conversation.row, now)?;
    }
    Ok(())
}

/// Writes and logs an assignment, and sets the deadline at which it ends.
fn save_assignment(
    tx: &mut Tx<'_>,
    mut assignment: assignments::StoredAssignment,
    subscribed: bool,
    until: Option<Millis>,
    now: Millis,
) -> Result<(), StoreError> {
    let row = &mut assignment.row;
    (row.subscribed, row.until) = (subscribed, until);
    row.version = tx.next_position();
    assignments::put(tx.conn, &assignment, now)?;
    if let Some(until) = until {
        schedule_end(tx, until)?;
    }
    tx.log_for_agent(assignment.agent, &Change::Assignment { row: assignment.row.clone() }, now)
}

/// Sets the deadline at which assignments expire.
fn schedule_end(tx: &mut Tx<'_>, until: Millis) -> Result<(), StoreError> {
    deadlines::set_earliest(tx.conn, Kind::Assignments, &Uuid::nil(), until)?;
    tx.wake.deadlines = true;
    Ok(())
}

/// Ends an assignment, and revokes the agent's access to the conversations.
fn end_assignment(
    tx: &mut Tx<'_>,
    assignment: assignments::StoredAssignment,
    now: Millis,
) -> Result<(), StoreError> {
    let assignments::StoredAssignment { mut row, agent } = assignment;
    assignments::remove(tx.conn, row.contact, agent)?;
    (row.assigned, row.subscribed, row.until) = (false, false, None);
    row.version = tx.next_position();
    let contact = row.contact;
    tx.log_for_agent(agent, &Change::Assignment { row }, now)?;
    if access::is_lead(tx.conn, agent)? {
        return Ok(());
    }
    for conversation in conversations::of_contact(tx.conn, contact)? {
        if access::is_member(tx.conn, agent, conversation.row.queue)? {
            let scope = Scope::Conversation(conversation.row.id);
            tx.log_for_agent(agent, &Change::Revoked { scope }, now)?;
        }
    }
    Ok(())
}

/// Assigns a contact to the agent without an end.
///
/// # Errors
///
/// `NotFound` if the agent may not see the contact.
pub(crate) fn subscribe(
    tx: &mut Tx<'_>,
    actor: &Actor,
    contact: ContactId,
    now: Millis,
) -> Result<(), StoreError> {
    visible_contact(tx, actor, contact)?;
    match assignments::get(tx.conn, contact, actor.agent.id)? {
        Some(known) if known.row.subscribed => Ok(()),
        Some(known) => save_assignment(tx, known, true, None, now),
        None => assign(tx, actor.agent.id, contact, true, None, now),
    }
}

/// Ends the assignment of a contact to the agent.
///
/// # Errors
///
/// `Forbidden` while the agent handles an interaction with the contact; `NotFound` if they may not see the contact.
pub(crate) fn unsubscribe(
    tx: &mut Tx<'_>,
    actor: &Actor,
    contact: ContactId,
    now: Millis,
) -> Result<(), StoreError> {
    visible_contact(tx, actor, contact)?;
    let Some(known) = assignments::get(tx.conn, contact, actor.agent.id)? else { return Ok(()) };
    if has_open_interaction(tx, actor.agent.id, contact)? {
        return Err(StoreError::refused(
            ErrorCode::Forbidden,
            "You handle an interaction with this contact, so they stay in your contacts. Mark it done first.",
        ));
    }
    end_assignment(tx, known, now)
}

/// Whether the agent has an active or ended interaction with the contact.
fn has_open_interaction(tx: &Tx<'_>, agent: AgentId, contact: ContactId) -> Result<bool, StoreError> {
    for conversation in conversations::of_contact(tx.conn, contact)? {
        for interaction in interactions::shown_in(tx.conn, conversation.row.id)? {
            let held = matches!(interaction.state, InteractionState::Active | InteractionState::Ended);
            if held && interaction.agent == Some(agent) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Ends expired assignments. Those of contacts with an open interaction of the agent are extended.
pub(crate) fn end_due_assignments(tx: &mut Tx<'_>, now: Millis) -> Result<(), StoreError> {
    for known in assignments::expired(tx.conn, now, BATCH)? {
        if has_open_interaction(tx, known.agent, known.row.contact)? {
            let until = now.plus(tx.rules.assigned_ms.max(DAY_MS));
            save_assignment(tx, known, false, Some(until), now)?;
        } else {
            end_assignment(tx, known, now)?;
        }
    }
    schedule_next_end(tx)
}

/// Sets the deadline at which the next assignment expires.
pub(crate) fn schedule_next_end(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    match assignments::next_expiry(tx.conn)? {
        Some(until) => schedule_end(tx, until),
        None => Ok(()),
    }
}

/// Logs a new conversation of a contact to the agents to whom the contact is assigned.
pub(crate) fn announce_conversation(
    tx: &mut Tx<'_>,
    conversation: &conversations::StoredConversation,
    now: Millis,
) -> Result<(), StoreError> {
    for known in assignments::of_contact(tx.conn, conversation.row.contact)? {
        announce_conversation_to(tx, known.agent, &conversation.row, now)?;
    }
    Ok(())
}

/// Grants one agent access to a conversation in the log, unless they already read everything of its queue.
pub(crate) fn announce_conversation_to(
    tx: &mut Tx<'_>,
    agent: AgentId,
    conversation: &Conversation,
    now: Millis,
) -> Result<(), StoreError> {
    if access::is_member(tx.conn, agent, conversation.queue)? && !access::is_lead(tx.conn, agent)? {
        let scope = Scope::Conversation(conversation.id);
        tx.log_for_agent(agent, &Change::Granted { scope }, now)?;
    }
    Ok(())
}

/// Moves an assignment to another contact. If that one is assigned to the agent too, the longer assignment stays.
pub(crate) fn transfer_assignment(
    tx: &mut Tx<'_>,
    known: &assignments::StoredAssignment,
    to: ContactId,
    now: Millis,
) -> Result<(), StoreError> {
    let agent = known.agent;
    assignments::remove(tx.conn, known.row.contact, agent)?;
    let ended = Assignment {
        contact: known.row.contact,
        assigned: false,
        subscribed: false,
        until: None,
        version: tx.next_position(),
    };
    tx.log_for_agent(agent, &Change::Assignment { row: ended }, now)?;
    let existing = assignments::get(tx.conn, to, agent)?;
    let before = existing.as_ref().map(|existing| (existing.row.subscribed, existing.row.until));
    let subscribed = known.row.subscribed || before.is_some_and(|(subscribed, _)| subscribed);
    let until = if subscribed { None } else { known.row.until.max(before.and_then(|(_, until)| until)) };
    match existing {
        Some(existing) => save_assignment(tx, existing, subscribed, until, now),
        None => assign(tx, agent, to, subscribed, until, now),
    }
}

/// Hides the assignments of contacts that the agent may no longer see, after they left a queue. The rows stay, so
/// that the assignments return with the membership.
pub(crate) fn hide_assignments(tx: &mut Tx<'_>, agent: AgentId, now: Millis) -> Result<(), StoreError> {
    for known in assignments::of_agent(tx.conn, agent)? {
        hide_assignment(tx, known, now)?;
    }
    Ok(())
}

fn hide_assignment(
    tx: &mut Tx<'_>,
    known: assignments::StoredAssignment,
    now: Millis,
) -> Result<(), StoreError> {
    let assignments::StoredAssignment { row, agent } = known;
    if access::sees_contact(tx.conn, agent, row.contact)? {
        return Ok(());
    }
    let version = tx.next_position();
    let row = Assignment { assigned: false, subscribed: false, until: None, version, ..row };
    tx.log_for_agent(agent, &Change::Assignment { row }, now)
}

/// Shows hidden assignments again, after the agent joined a queue.
pub(crate) fn show_assignments(tx: &mut Tx<'_>, agent: AgentId, now: Millis) -> Result<(), StoreError> {
    for known in assignments::of_agent(tx.conn, agent)? {
        show_assignment(tx, known, now)?;
    }
    Ok(())
}

fn show_assignment(
    tx: &mut Tx<'_>,
    known: assignments::StoredAssignment,
    now: Millis,
) -> Result<(), StoreError> {
    let (agent, contact) = (known.agent, known.row.contact);
    if !access::sees_contact(tx.conn, agent, contact)? {
        return Ok(());
    }
    let (subscribed, until) = (known.row.subscribed, known.row.until);
    save_assignment(tx, known, subscribed, until, now)?;
    match contacts::by_id(tx.conn, contact)? {
        Some(stored) => tx.log_contact_for(contact, agent, &Change::Contact { row: stored.row }, now),
        None => Ok(()),
    }
}

/// Hides or shows the assignments of a contact after one of their conversations moved to another queue. `before` and
/// `after` are the agents who could and can read the conversation.
pub(crate) fn move_assignments(
    tx: &mut Tx<'_>,
    contact: ContactId,
    before: &[AgentId],
    after: &[AgentId],
    now: Millis,
) -> Result<(), StoreError> {
    for known in assignments::of_contact(tx.conn, contact)? {
        let agent = known.agent;
        match (before.contains(&agent), after.contains(&agent)) {
            (true, false) => hide_assignment(tx, known, now)?,
            (false, true) => show_assignment(tx, known, now)?,
            _ => {}
        }
    }
    Ok(())
}

/// Logs assignments that older versions stored without logging them.
pub(crate) fn log_unlogged_assignments(tx: &mut Tx<'_>, now: Millis) -> Result<(), StoreError> {
    for known in assignments::unlogged(tx.conn)? {
        let (subscribed, until) = (known.row.subscribed, known.row.until);
        save_assignment(tx, known, subscribed, until, now)?;
    }
    Ok(())
}

/// The contact, if the agent may see them.
///
/// # Errors
///
/// `NotFound` otherwise.
pub(crate) fn visible_contact(
    tx: &Tx<'_>,
    actor: &Actor,
    id: ContactId,
) -> Result<contacts::StoredContact, StoreError> {
    let missing = || StoreError::not_found("contact");
    if !access::sees_contact(tx.conn, actor.agent.id, id)? {
        return Err(missing());
    }
    contacts::by_id(tx.conn, id)?.ok_or_else(missing)
}
