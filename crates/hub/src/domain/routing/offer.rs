//! Putting interactions before agents, and what becomes of an offer.

use deskbell_protocol::{
    AgentId, InteractionId, InteractionState, Millis, Notice, Offer, OfferId, OfferState, QueueId, Readiness,
};

use crate::domain::commands::add_participant;
use crate::domain::contacts::assignments::assign_to_handler;
use crate::domain::routing::choose::{Choice, choose};
use crate::domain::save::{add_notice, preview, recount_load, save_interaction, save_offer, save_status};
use crate::store::tables::deadlines::{self, Kind};
use crate::store::tables::{
    accounts, agents, conversations, interactions, messages, offers, queues, sessions, statuses,
};
use crate::store::{StoreError, Tx};

/// The reason that the hub gives when it makes an agent Not Ready.
pub(crate) const MISSED_OFFERS: &str = "missed_offers";

/// How many waiting interactions are looked at in one go when agents become free.
const WAITING_AT_ONCE: u32 = 64;

/// Looks for an agent for one interaction, if it waits. Returns whether there is anybody with room in its
/// queue, though perhaps not for this one so soon.
pub(crate) fn route_interaction(tx: &mut Tx<'_>, id: InteractionId, now: Millis) -> Result<bool, StoreError> {
    match interactions::by_id(tx.conn, id)? {
        Some(interaction) => route_loaded(tx, interaction, now),
        None => Ok(false),
    }
}

/// The same for an interaction as it is stored now.
pub(crate) fn route_loaded(
    tx: &mut Tx<'_>,
    interaction: interactions::Stored,
    now: Millis,
) -> Result<bool, StoreError> {
    if interaction.row.state != InteractionState::Queued {
        return Ok(false);
    }
    let id = interaction.row.id;
    let candidates =
        statuses::candidates(tx.conn, interaction.row.queue, interaction.channel, id, tx.rules.cool_off_ms)?;
    match choose(&candidates, interaction.preferred, now) {
        Choice::Ask(agent) => make_offer(tx, interaction, agent, now).map(|()| true),
        Choice::LookAgain(at) => {
            deadlines::set_earliest(tx.conn, Kind::CoolOff, id.as_uuid(), at)?;
            tx.wake.deadlines = true;
            Ok(true)
        }
        Choice::Nobody => Ok(false),
    }
}

/// Looks for work for a queue's agents, oldest interaction first.
pub(crate) fn route_queue(tx: &mut Tx<'_>, queue: QueueId, now: Millis) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let waiting = interactions::waiting_in(tx.conn, queue, after, WAITING_AT_ONCE)?;
        let Some(last) = waiting.last() else { return Ok(()) };
        after = Some(last.row.id);
        let mut room = false;
        for interaction in waiting {
            room |= route_interaction(tx, interaction.row.id, now)?;
        }
        // Where nobody has room for any of these, nobody has for those behind them.
        if !room {
            return Ok(());
        }
    }
}

/// Looks for work for one agent in all of their queues.
pub(crate) fn route_for_agent(tx: &mut Tx<'_>, agent: AgentId, now: Millis) -> Result<(), StoreError> {
    for queue in queues::of_agent(tx.conn, agent)? {
        route_queue(tx, queue.id, now)?;
    }
    Ok(())
}

fn make_offer(
    tx: &mut Tx<'_>,
    mut interaction: interactions::Stored,
    agent: AgentId,
    now: Millis,
) -> Result<(), StoreError> {
    let missing = || StoreError::not_found("interaction");
    let conversation = conversations::by_id(tx.conn, interaction.row.conversation)?.ok_or_else(missing)?.row;
    let account = accounts::by_id(tx.conn, conversation.account)?.ok_or_else(missing)?;
    let queue = queues::by_id(tx.conn, interaction.row.queue)?.ok_or_else(missing)?;
    let words = messages::newest_words(tx.conn, conversation.id)?;
    let mut offer = Offer {
        id: OfferId::fresh(),
        interaction: interaction.row.id,
        conversation: conversation.id,
        queue: queue.id,
        queue_name: queue.name,
        channel: conversation.channel,
        contact_name: conversation.contact_name,
        preview: words.as_ref().and_then(preview).unwrap_or_default(),
        agent,
        state: OfferState::Ringing,
        automatic: account.automatic_answer,
        offered_at: now,
        deadline: now.plus(account.offer_ms),
        version: tx.next_position(),
    };
    deadlines::clear(tx.conn, Kind::CoolOff, interaction.row.id.as_uuid())?;
    if account.automatic_answer {
        return take_offer(tx, &mut offer, now);
    }
    save_offer(tx, &mut offer, None, now)?;
    interaction.row.state = InteractionState::Offered;
    save_interaction(tx, &mut interaction, now)?;
    recount_load(tx, agent, offer.channel, false, now)?;
    deadlines::set_earliest(tx.conn, Kind::Offer, offer.id.as_uuid(), offer.deadline)?;
    tx.wake.deadlines = true;
    Ok(())
}

/// The agent takes what rings: the interaction is theirs, and so is its conversation to read.
pub(crate) fn take_offer(tx: &mut Tx<'_>, offer: &mut Offer, now: Millis) -> Result<(), StoreError> {
    let missing = || StoreError::not_found("interaction");
    let interaction = interactions::by_id(tx.conn, offer.interaction)?.ok_or_else(missing)?;
    offer.state = OfferState::Taken;
    save_offer(tx, offer, Some(now), now)?;
    deadlines::clear(tx.conn, Kind::Offer, offer.id.as_uuid())?;
    if let Some(mut status) = statuses::get(tx.conn, offer.agent, offer.channel)? {
        status.missed = 0;
        statuses::put(tx.conn, &status)?;
    }
    assign_interaction(tx, interaction, offer.agent, now)
}

/// The interaction becomes active with this agent.
pub(crate) fn assign_interaction(
    tx: &mut Tx<'_>,
    mut interaction: interactions::Stored,
    agent: AgentId,
    now: Millis,
) -> Result<(), StoreError> {
    let missing = || StoreError::not_found("interaction");
    let id = interaction.row.conversation;
    let mut conversation = conversations::by_id(tx.conn, id)?.ok_or_else(missing)?;
    let person = agents::by_id(tx.conn, agent)?.ok_or_else(|| StoreError::not_found("agent"))?;
    // They may look at it already.
    tx.wake.marks.push(id);
    // Says so before anything of it is logged to them.
    assign_to_handler(tx, agent, conversation.row.contact, now)?;
    interaction.row.state = InteractionState::Active;
    interaction.row.agent = Some(agent);
    interaction.row.agent_name = Some(person.name.clone());
    interaction.row.active_since = Some(now);
    interaction.row.ended_by = None;
    interaction.row.ended_at = None;
    interaction.last_at = now;
    add_participant(tx, &mut interaction)?;
    save_interaction(tx, &mut interaction, now)?;
    conversation.last_agent = Some(agent);
    conversations::put(tx.conn, &conversation)?;
    let notice = Notice::Taken { agent_name: person.name };
    add_notice(tx, &conversation.row, Some(interaction.row.id), notice, now)?;
    recount_load(tx, agent, interaction.channel, true, now)?;
    schedule_idle_end(tx, &interaction)
}

/// Sets the deadline at which a silent interaction ends. It is not moved with every message: when it
/// is due, the time of the last message decides.
pub(crate) fn schedule_idle_end(
    tx: &mut Tx<'_>,
    interaction: &interactions::Stored,
) -> Result<(), StoreError> {
    let due = interaction.last_at.plus(tx.rules.idle_end_ms);
    deadlines::set_earliest(tx.conn, Kind::Idle, interaction.row.id.as_uuid(), due)?;
    tx.wake.deadlines = true;
    Ok(())
}

/// Ends the ringing without it having been taken, and asks the next.
pub(crate) fn close_offer(
    tx: &mut Tx<'_>,
    offer: &mut Offer,
    how: OfferState,
    now: Millis,
) -> Result<(), StoreError> {
    offer.state = how;
    save_offer(tx, offer, Some(now), now)?;
    deadlines::clear(tx.conn, Kind::Offer, offer.id.as_uuid())?;
    if let Some(mut interaction) = interactions::by_id(tx.conn, offer.interaction)?
        && interaction.row.state == InteractionState::Offered
    {
        interaction.row.state = InteractionState::Queued;
        save_interaction(tx, &mut interaction, now)?;
    }
    let idle = how == OfferState::Declined;
    recount_load(tx, offer.agent, offer.channel, idle, now)?;
    count_missed_offer(tx, offer, how, now)?;
    route_interaction(tx, offer.interaction, now)?;
    // Their place is free again, for another interaction.
    route_for_agent(tx, offer.agent, now)
}

/// At the start of the hub: nobody heard what rang while it was down. It waits in the queue for whoever
/// connects, and is held against nobody.
pub(crate) fn withdraw_all_offers(tx: &mut Tx<'_>, now: Millis) -> Result<(), StoreError> {
    for mut offer in offers::all_ringing(tx.conn)? {
        close_offer(tx, &mut offer, OfferState::Withdrawn, now)?;
    }
    Ok(())
}

/// After too many missed offers in a row the agent is taken to be away.
fn count_missed_offer(
    tx: &mut Tx<'_>,
    offer: &Offer,
    how: OfferState,
    now: Millis,
) -> Result<(), StoreError> {
    let Some(mut status) = statuses::get(tx.conn, offer.agent, offer.channel)? else { return Ok(()) };
    status.missed = match how {
        // Who is not connected has missed nothing: the line was cut, or they went home.
        OfferState::NotAlerted if sessions::count(tx.conn, offer.agent)? == 0 => return Ok(()),
        OfferState::TimedOut | OfferState::NotAlerted => status.missed.saturating_add(1),
        OfferState::Declined => 0,
        _ => return Ok(()),
    };
    let limit = tx.rules.not_ready_after_missed_offers;
    if limit > 0 && status.missed >= limit && status.row.readiness == Readiness::Ready {
        status.missed = 0;
        status.row.readiness = Readiness::NotReady;
        status.row.reason = Some(MISSED_OFFERS.to_owned());
        status.row.since = now;
        return save_status(tx, &mut status, now);
    }
    statuses::put(tx.conn, &status)
}
