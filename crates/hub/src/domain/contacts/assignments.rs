//! Whose contacts are whose. Contacts come to an agent who handles or subscribes to them, and leave when they
//! are taken out or have not been handled for a set time. While they are there, everything of them comes to
//! the agent's desktop by itself.

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

/// How many assignments are ended in one go.
const AT_ONCE: u32 = 200;

/// The agent handles the contact: the contact is theirs for the set time from now on.
pub(crate) fn assign_to_handler(
    tx: &mut Tx<'_>,
    agent: AgentId,
    contact: ContactId,
    now: Millis,
) -> Result<(), StoreError> {
    let until = now.plus(tx.rules.assigned_ms);
    match assignments::get(tx.conn, contact, agent)? {
        Some(known) => {
            // Moved at most once a day: nobody needs to hear of every message.
            let Some(before) = known.row.until else { return Ok(()) };
            if until.since(before) < DAY_MS {
                return Ok(());
            }
            save_assignment(tx, known, false, Some(until), now)
        }
        None => assign(tx, agent, contact, false, Some(until), now),
    }
}

/// The contact becomes the agent's: they are told of it, and of what they may now page in.
fn assign(
    tx: &mut Tx<'_>,
    agent: AgentId,
    contact: ContactId,
    subscribed: bool,
    until: Option<Millis>,
    now: Millis,
) -> Result<(), StoreError> {
    let row = Assignment { contact, assigned: true, subscribed, until, version: LogPosition::default() };
    save_assignment(tx, assignments::Stored { row, agent }, subscribed, until, now)?;
    announce_contact(tx, agent, contact, now)
}

/// Tells an agent of a contact that they have now.
fn announce_contact(
    tx: &mut Tx<'_>,
    agent: AgentId,
    contact: ContactId,
    now: Millis,
) -> Result<(), StoreError> {
    if access::is_lead(tx.conn, agent)? {
        // Everything of their queues is there already.
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

fn save_assignment(
    tx: &mut Tx<'_>,
    mut assignment: assignments::Stored,
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

fn schedule_end(tx: &mut Tx<'_>, until: Millis) -> Result<(), StoreError> {
    deadlines::set_earliest(tx.conn, Kind::Assignments, &Uuid::nil(), until)?;
    tx.wake.deadlines = true;
    Ok(())
}

/// The contact is the agent's no longer.
fn end_assignment(tx: &mut Tx<'_>, assignment: assignments::Stored, now: Millis) -> Result<(), StoreError> {
    let assignments::Stored { mut row, agent } = assignment;
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

/// Puts a contact among the agent's, for good.
pub(crate) fn subscribe(
    tx: &mut Tx<'_>,
    by: &Actor,
    contact: ContactId,
    now: Millis,
) -> Result<(), StoreError> {
    visible_contact(tx, by, contact)?;
    match assignments::get(tx.conn, contact, by.agent.id)? {
        Some(known) if known.row.subscribed => Ok(()),
        Some(known) => save_assignment(tx, known, true, None, now),
        None => assign(tx, by.agent.id, contact, true, None, now),
    }
}

/// Takes a contact out of the agent's, unless they are at work with them.
pub(crate) fn unsubscribe(
    tx: &mut Tx<'_>,
    by: &Actor,
    contact: ContactId,
    now: Millis,
) -> Result<(), StoreError> {
    visible_contact(tx, by, contact)?;
    let Some(known) = assignments::get(tx.conn, contact, by.agent.id)? else { return Ok(()) };
    if has_open_interaction(tx, by.agent.id, contact)? {
        return Err(StoreError::refused(
            ErrorCode::Forbidden,
            "You handle an interaction with this contact, so they stay among your contacts. Mark it done first.",
        ));
    }
    end_assignment(tx, known, now)
}

/// Whether the agent holds an interaction with the contact that is not done.
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

/// Ends what is over. Whoever is at work with a contact keeps them.
pub(crate) fn end_due_assignments(tx: &mut Tx<'_>, now: Millis) -> Result<(), StoreError> {
    for known in assignments::over(tx.conn, now, AT_ONCE)? {
        if has_open_interaction(tx, known.agent, known.row.contact)? {
            let until = now.plus(tx.rules.assigned_ms.max(DAY_MS));
            save_assignment(tx, known, false, Some(until), now)?;
        } else {
            end_assignment(tx, known, now)?;
        }
    }
    schedule_next_end(tx)
}

/// Sets the deadline at which the next assignment is over.
pub(crate) fn schedule_next_end(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    match assignments::next_over(tx.conn)? {
        Some(until) => schedule_end(tx, until),
        None => Ok(()),
    }
}

/// A conversation appeared for a contact who has agents already: it comes to them too.
pub(crate) fn announce_conversation(
    tx: &mut Tx<'_>,
    conversation: &conversations::Stored,
    now: Millis,
) -> Result<(), StoreError> {
    for known in assignments::of_contact(tx.conn, conversation.row.contact)? {
        announce_conversation_to(tx, known.agent, &conversation.row, now)?;
    }
    Ok(())
}

/// Tells one agent that a conversation is theirs to page in, unless everything of its queue is.
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

/// What `agent` had of the contact `from` is theirs of the contact `to`.
pub(crate) fn transfer_assignment(
    tx: &mut Tx<'_>,
    known: &assignments::Stored,
    to: ContactId,
    now: Millis,
) -> Result<(), StoreError> {
    let agent = known.agent;
    assignments::remove(tx.conn, known.row.contact, agent)?;
    let gone = Assignment {
        contact: known.row.contact,
        assigned: false,
        subscribed: false,
        until: None,
        version: tx.next_position(),
    };
    tx.log_for_agent(agent, &Change::Assignment { row: gone }, now)?;
    let kept = assignments::get(tx.conn, to, agent)?;
    let before = kept.as_ref().map(|kept| (kept.row.subscribed, kept.row.until));
    let subscribed = known.row.subscribed || before.is_some_and(|(subscribed, _)| subscribed);
    let until = if subscribed { None } else { known.row.until.max(before.and_then(|(_, until)| until)) };
    match kept {
        Some(kept) => save_assignment(tx, kept, subscribed, until, now),
        None => assign(tx, agent, to, subscribed, until, now),
    }
}

/// Before the agent is no longer a member of a queue: contacts whom they see nowhere else are theirs no
/// longer, as long as they are not a member again.
pub(crate) fn hide_assignments(tx: &mut Tx<'_>, agent: AgentId, now: Millis) -> Result<(), StoreError> {
    for known in assignments::of_agent(tx.conn, agent)? {
        hide_assignment(tx, known, now)?;
    }
    Ok(())
}

fn hide_assignment(tx: &mut Tx<'_>, known: assignments::Stored, now: Millis) -> Result<(), StoreError> {
    let assignments::Stored { row, agent } = known;
    if access::sees_contact(tx.conn, agent, row.contact)? {
        return Ok(());
    }
    let version = tx.next_position();
    let row = Assignment { assigned: false, subscribed: false, until: None, version, ..row };
    tx.log_for_agent(agent, &Change::Assignment { row }, now)
}

/// The agent is a member of a queue: contacts of it whom they had before are theirs again.
pub(crate) fn show_assignments(tx: &mut Tx<'_>, agent: AgentId, now: Millis) -> Result<(), StoreError> {
    for known in assignments::of_agent(tx.conn, agent)? {
        show_assignment(tx, known, now)?;
    }
    Ok(())
}

fn show_assignment(tx: &mut Tx<'_>, known: assignments::Stored, now: Millis) -> Result<(), StoreError> {
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

/// A conversation of the contact moved to another queue: whoever sees them nowhere any more has them no
/// longer, as long as that is so, and whoever had them before and sees them now has them again.
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

/// Assignments from before they were logged.
pub(crate) fn log_unlogged_assignments(tx: &mut Tx<'_>, now: Millis) -> Result<(), StoreError> {
    for known in assignments::untold(tx.conn)? {
        let (subscribed, until) = (known.row.subscribed, known.row.until);
        save_assignment(tx, known, subscribed, until, now)?;
    }
    Ok(())
}

/// The contact, if the agent sees them.
pub(crate) fn visible_contact(
    tx: &Tx<'_>,
    by: &Actor,
    id: ContactId,
) -> Result<contacts::Stored, StoreError> {
    let missing = || StoreError::not_found("contact");
    if !access::sees_contact(tx.conn, by.agent.id, id)? {
        return Err(missing());
    }
    contacts::by_id(tx.conn, id)?.ok_or_else(missing)
}
