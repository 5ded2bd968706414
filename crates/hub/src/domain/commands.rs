//! Execution of agents' commands: status, offers, End and Done, and dispatch to the modules of the others. A command
//! is identified by its id; one that was executed before changes nothing.

use deskbell_protocol::{
    AlertOutcome, Channel, Command, CommandId, Content, ConversationId, EndedBy, ErrorCode, Interaction,
    InteractionId, InteractionState, Millis, Notice, Offer, OfferId, OfferState, Participant, Readiness,
};

use crate::domain::actor::Actor;
use crate::domain::contacts::assignments::{subscribe, unsubscribe};
use crate::domain::contacts::connect_channel::{ChannelConnection, connect_channel};
use crate::domain::contacts::edit::{create_contact, edit_contact};
use crate::domain::contacts::merge::merge_contacts;
use crate::domain::interactions::case::{set_case_field, set_disposition, set_note, undo_end};
use crate::domain::interactions::start::start_interaction;
use crate::domain::messages::retry::retry_message;
use crate::domain::messages::send::{OutgoingMessage, send};
use crate::domain::routing::offer::{close_offer, route_for_agent, take_offer};
use crate::domain::save::{add_notice, recount_load, save_interaction, save_status};
use crate::limits;
use crate::store::tables::deadlines::{self, Kind};
use crate::store::tables::{
    commands, conversations, interaction_participants, interactions, offer_alerts, offers, statuses,
};
use crate::store::{StoreError, Tx, access};

/// Executes a command once. A repetition under the same id succeeds without an effect.
///
/// # Errors
///
/// If the command is refused, with an error for the agent, or if the store cannot be used.
pub(crate) fn execute(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: CommandId,
    command: Command,
    now: Millis,
) -> Result<(), StoreError> {
    if commands::is_done(tx.conn, id, actor.agent.id)? {
        return Ok(());
    }
    match command {
        Command::SetStatus { channel, readiness, reason } => {
            set_status(tx, actor, channel, readiness, reason, now)
        }
        Command::AcceptOffer { offer } => accept_offer(tx, actor, offer, now),
        Command::DeclineOffer { offer } => decline_offer(tx, actor, offer, now),
        Command::ReportAlert { offer, outcome, why } => {
            report_alert(tx, actor, offer, outcome, why.as_deref(), now)
        }
        Command::SendMessage { message, conversation, body, written_at, seen } => {
            let content = Content::Text { body };
            let outgoing = OutgoingMessage { command: id, message, conversation, content, written_at, seen };
            send(tx, actor, outgoing, now)
        }
        Command::RetryMessage { message, attempt } => retry_message(tx, actor, message, attempt, now),
        Command::EndInteraction { interaction } => end_interaction(tx, actor, interaction, now),
        Command::MarkDone { interaction } => mark_done(tx, actor, interaction, now),
        Command::ResumeInteraction { interaction } => undo_end(tx, actor, interaction, now),
        Command::SetDisposition { interaction, disposition } => {
            set_disposition(tx, actor, interaction, disposition, now)
        }
        Command::SetNote { interaction, note } => set_note(tx, actor, interaction, note, now),
        Command::SetCaseField { interaction, key, value } => {
            set_case_field(tx, actor, interaction, &key, value, now)
        }
        Command::StartInteraction { interaction, conversation } => {
            start_interaction(tx, actor, interaction, conversation, now)
        }
        Command::Subscribe { contact } => subscribe(tx, actor, contact, now),
        Command::Unsubscribe { contact } => unsubscribe(tx, actor, contact, now),
        Command::CreateContact { contact, queue, contact_name, phones } => {
            create_contact(tx, actor, contact, queue, &contact_name, &phones, now)
        }
        Command::EditContact { contact, edits } => edit_contact(tx, actor, contact, &edits, now),
        Command::JoinContacts { contact, other } => merge_contacts(tx, actor, contact, other, now),
        Command::ConnectChannel { conversation, contact, account, number, opt_in } => {
            let connection =
                ChannelConnection { conversation, contact, account, number: &number, opt_in: &opt_in };
            connect_channel(tx, actor, &connection, now)
        }
        Command::SendNotification { .. } | Command::Look { .. } | Command::Unknown => {
            Err(StoreError::refused(
                ErrorCode::Malformed,
                "This hub does not know this command; it may be older than the app.",
            ))
        }
    }?;
    commands::insert(tx.conn, id, actor.agent.id, now)
}

fn set_status(
    tx: &mut Tx<'_>,
    actor: &Actor,
    channel: Channel,
    readiness: Readiness,
    reason: Option<String>,
    now: Millis,
) -> Result<(), StoreError> {
    let Some(mut status) = statuses::get(tx.conn, actor.agent.id, channel)? else {
        return Err(StoreError::not_found("channel"));
    };
    let reason = reason.filter(|_| readiness == Readiness::NotReady);
    if let Some(reason) = &reason
        && !tx.rules.reasons.iter().any(|known| known == reason)
    {
        return Err(StoreError::refused(ErrorCode::Malformed, "This reason is not on the hub's list."));
    }
    if status.row.readiness == readiness && status.row.reason == reason {
        return Ok(());
    }
    if status.row.readiness != readiness {
        status.row.since = now;
        status.idle_since = now;
    }
    status.missed = 0;
    status.row.readiness = readiness;
    status.row.reason = reason;
    save_status(tx, &mut status, now)?;
    match readiness {
        Readiness::Ready => route_for_agent(tx, actor.agent.id, now),
        Readiness::NotReady => Ok(()),
        Readiness::SignedOut => {
            let due = now.plus(tx.rules.agent_gone_ms);
            deadlines::set_earliest(tx.conn, Kind::AgentGone, actor.agent.id.as_uuid(), due)?;
            tx.wake.deadlines = true;
            Ok(())
        }
    }
}

/// Returns the offer if it is the agent's and still rings; otherwise fails.
fn ringing_offer(tx: &Tx<'_>, actor: &Actor, id: OfferId) -> Result<Offer, StoreError> {
    let offer = offers::by_id(tx.conn, id)?.filter(|offer| offer.agent == actor.agent.id);
    let offer = offer.ok_or_else(|| StoreError::not_found("offer"))?;
    if offer.state == OfferState::Ringing {
        return Ok(offer);
    }
    Err(StoreError::refused(ErrorCode::OfferGone, "This offer no longer rings; it is already settled."))
}

fn accept_offer(tx: &mut Tx<'_>, actor: &Actor, id: OfferId, now: Millis) -> Result<(), StoreError> {
    let mut offer = ringing_offer(tx, actor, id)?;
    if !access::is_member(tx.conn, actor.agent.id, offer.queue)? {
        return Err(StoreError::not_found("offer"));
    }
    take_offer(tx, &mut offer, now)
}

fn decline_offer(tx: &mut Tx<'_>, actor: &Actor, id: OfferId, now: Millis) -> Result<(), StoreError> {
    let mut offer = ringing_offer(tx, actor, id)?;
    close_offer(tx, &mut offer, OfferState::Declined, now)
}

fn report_alert(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: OfferId,
    outcome: AlertOutcome,
    why: Option<&str>,
    now: Millis,
) -> Result<(), StoreError> {
    // A report about an offer that no longer rings is only late, not an error.
    let Ok(mut offer) = ringing_offer(tx, actor, id) else { return Ok(()) };
    let why =
        why.map(|why| why.chars().filter(|c| !c.is_control()).take(limits::REASON_CHARS).collect::<String>());
    offer_alerts::put(tx.conn, id, actor.session, outcome, why.as_deref(), now)?;
    if offer_alerts::nobody_alerted(tx.conn, id)? {
        return close_offer(tx, &mut offer, OfferState::NotAlerted, now);
    }
    Ok(())
}

/// Returns the conversation if the agent may read it; otherwise fails as if it did not exist.
pub(crate) fn readable_conversation(
    tx: &Tx<'_>,
    actor: &Actor,
    id: ConversationId,
) -> Result<conversations::StoredConversation, StoreError> {
    access::readable(tx.conn, actor.agent.id, id)?.ok_or_else(|| StoreError::not_found("conversation"))
}

/// Returns the interaction if the agent may act on it: they handle it, or they lead its queue. An interaction that
/// the agent may not read is not found; one of a colleague is refused.
pub(crate) fn actionable_interaction(
    tx: &Tx<'_>,
    actor: &Actor,
    id: InteractionId,
) -> Result<interactions::StoredInteraction, StoreError> {
    let missing = || StoreError::not_found("interaction");
    let interaction = interactions::by_id(tx.conn, id)?.ok_or_else(missing)?;
    readable_conversation(tx, actor, interaction.row.conversation).map_err(|_hidden| missing())?;
    if interaction.row.agent == Some(actor.agent.id) || access::leads(actor.agent.role) {
        return Ok(interaction);
    }
    Err(StoreError::refused(ErrorCode::HeldByColleague, "A colleague handles this conversation."))
}

fn end_interaction(tx: &mut Tx<'_>, actor: &Actor, id: InteractionId, now: Millis) -> Result<(), StoreError> {
    let interaction = actionable_interaction(tx, actor, id)?;
    match interaction.row.state {
        InteractionState::Active => {
            end_as(tx, interaction, EndedBy::Agent, Some(actor.agent.name.clone()), now)
        }
        InteractionState::Ended | InteractionState::Done => Ok(()),
        InteractionState::Queued | InteractionState::Offered => Err(StoreError::refused(
            ErrorCode::Malformed,
            "This interaction waits for an agent; only one that is handled can be ended.",
        )),
    }
}

/// Ends an active interaction, adds the notice to the transcript and frees the agent for the next offer.
pub(crate) fn end_as(
    tx: &mut Tx<'_>,
    mut interaction: interactions::StoredInteraction,
    ended_by: EndedBy,
    agent_name: Option<String>,
    now: Millis,
) -> Result<(), StoreError> {
    stop_participation(&mut interaction.row, now);
    interaction.row.state = InteractionState::Ended;
    interaction.row.ended_by = Some(ended_by);
    interaction.row.ended_at = Some(now);
    interaction.row.waiting_since = None;
    save_interaction(tx, &mut interaction, now)?;
    deadlines::clear(tx.conn, Kind::Idle, interaction.row.id.as_uuid())?;
    if let Some(conversation) = conversations::by_id(tx.conn, interaction.row.conversation)? {
        let notice = Notice::Ended { by: ended_by, agent_name };
        add_notice(tx, &conversation.row, Some(interaction.row.id), notice, now)?;
    }
    release_agent(tx, &interaction, now)
}

/// Adds the agent of the interaction to its participants, if they are not among them yet.
pub(crate) fn add_participant(
    tx: &Tx<'_>,
    interaction: &mut interactions::StoredInteraction,
) -> Result<(), StoreError> {
    let row = &mut interaction.row;
    let (Some(agent), Some(name)) = (row.agent, row.agent_name.clone()) else { return Ok(()) };
    if row.participants.iter().any(|one| one.agent == agent) {
        return Ok(());
    }
    row.participants.push(Participant { agent, name, handled_ms: 0 });
    interaction_participants::put(tx.conn, agent, row)
}

fn mark_done(tx: &mut Tx<'_>, actor: &Actor, id: InteractionId, now: Millis) -> Result<(), StoreError> {
    let mut interaction = actionable_interaction(tx, actor, id)?;
    match interaction.row.state {
        InteractionState::Ended if tx.rules.disposition_required && interaction.row.disposition.is_none() => {
            Err(StoreError::refused(
                ErrorCode::DispositionMissing,
                "Say how it went before marking it done: choose a disposition.",
            ))
        }
        InteractionState::Ended => {
            interaction.row.state = InteractionState::Done;
            interaction.row.done_at = Some(now);
            save_interaction(tx, &mut interaction, now)?;
            release_agent(tx, &interaction, now)
        }
        InteractionState::Done => Ok(()),
        _ => Err(StoreError::refused(ErrorCode::Malformed, "End the interaction before marking it done.")),
    }
}

/// Recounts the load of the interaction's agent and offers them the next one that waits.
pub(crate) fn release_agent(
    tx: &mut Tx<'_>,
    interaction: &interactions::StoredInteraction,
    now: Millis,
) -> Result<(), StoreError> {
    let Some(agent) = interaction.row.agent else { return Ok(()) };
    recount_load(tx, agent, interaction.channel, true, now)?;
    route_for_agent(tx, agent, now)
}

/// Adds the time since the agent took the interaction to their handling time. Does nothing unless it is active.
pub(crate) fn stop_participation(row: &mut Interaction, now: Millis) {
    let (InteractionState::Active, Some(since)) = (row.state, row.active_since) else { return };
    if let Some(one) = row.participants.iter_mut().find(|one| Some(one.agent) == row.agent) {
        one.handled_ms = one.handled_ms.saturating_add(now.since(since).max(0));
    }
}
