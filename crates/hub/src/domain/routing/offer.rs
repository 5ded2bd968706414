//! Offers interactions to agents, and closes offers.

use deskbell_protocol::{
    AgentId, InteractionId, InteractionState, Millis, Offer, OfferId, OfferState, QueueId, Readiness,
};

use crate::domain::interactions::lifecycle::assign_interaction;
use crate::domain::routing::choose::{Choice, choose};
use crate::domain::save::{preview, recount_load, save_interaction, save_offer, save_status};
use crate::store::tables::deadlines::{self, Kind};
use crate::store::tables::{
    accounts, conversations, interactions, messages, offers, queues, sessions, statuses,
};
use crate::store::{StoreError, Tx};

/// The reason that the hub sets when it makes an agent Not Ready after missed offers.
pub(crate) const MISSED_OFFERS: &str = "missed_offers";

/// How many queued interactions are read at once when agents become free.
const ROUTE_BATCH: u32 = 64;

/// Offers an interaction to an agent if it is queued. Returns whether anybody in its queue has free capacity,
/// even if this interaction cannot be offered to them yet.
pub(crate) fn route_interaction(tx: &mut Tx<'_>, id: InteractionId, now: Millis) -> Result<bool, StoreError> {
    match interactions::by_id(tx.conn, id)? {
        Some(interaction) => route_loaded(tx, interaction, now),
        None => Ok(false),
    }
}

/// Offers an interaction that was just read from the store, as [`route_interaction`] does.
pub(crate) fn route_loaded(
    tx: &mut Tx<'_>,
    interaction: interactions::StoredInteraction,
    now: Millis,
) -> Result<bool, StoreError> {
    if interaction.row.state != InteractionState::Queued {
        return Ok(false);
    }
    let id = interaction.row.id;
    let candidates =
        statuses::candidates(tx.conn, interaction.row.queue, interaction.channel, id, tx.rules.cool_off_ms)?;
    match choose(&candidates, interaction.preferred, now) {
        Choice::Offer(agent) => make_offer(tx, interaction, agent, now).map(|()| true),
        Choice::RetryAt(at) => {
            deadlines::set_earliest(tx.conn, Kind::CoolOff, id.as_uuid(), at)?;
            tx.wake.deadlines = true;
            Ok(true)
        }
        Choice::NoCandidate => Ok(false),
    }
}

/// Offers the queued interactions of a queue, oldest first, as long as anybody has free capacity.
pub(crate) fn route_queue(tx: &mut Tx<'_>, queue: QueueId, now: Millis) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let waiting = interactions::waiting_in(tx.conn, queue, after, ROUTE_BATCH)?;
        let Some(last) = waiting.last() else { return Ok(()) };
        after = Some(last.row.id);
        let mut has_capacity = false;
        for interaction in waiting {
            has_capacity |= route_interaction(tx, interaction.row.id, now)?;
        }
        // If nobody has capacity for any of these, nobody has for later ones.
        if !has_capacity {
            return Ok(());
        }
    }
}

/// Offers the queued interactions of all queues of an agent.
pub(crate) fn route_for_agent(tx: &mut Tx<'_>, agent: AgentId, now: Millis) -> Result<(), StoreError> {
    for queue in queues::of_agent(tx.conn, agent)? {
        route_queue(tx, queue.id, now)?;
    }
    Ok(())
}

fn make_offer(
    tx: &mut Tx<'_>,
    mut interaction: interactions::StoredInteraction,
    agent: AgentId,
    now: Millis,
) -> Result<(), StoreError> {
    let missing = || StoreError::not_found("interaction");
    let conversation = conversations::by_id(tx.conn, interaction.row.conversation)?.ok_or_else(missing)?.row;
    let account = accounts::by_id(tx.conn, conversation.account)?.ok_or_else(missing)?;
    let queue = queues::by_id(tx.conn, interaction.row.queue)?.ok_or_else(missing)?;
    let content = messages::newest_contact_content(tx.conn, conversation.id)?;
    let mut offer = Offer {
        id: OfferId::fresh(),
        interaction: interaction.row.id,
        conversation: conversation.id,
        queue: queue.id,
        queue_name: queue.name,
        channel: conversation.channel,
        contact_name: conversation.contact_name,
        preview: content.as_ref().and_then(preview).unwrap_or_default(),
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

/// Marks an offer as taken and assigns its interaction to the agent.
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

/// Closes an offer that was not taken, and routes the interaction again.
pub(crate) fn close_offer(
    tx: &mut Tx<'_>,
    offer: &mut Offer,
    state: OfferState,
    now: Millis,
) -> Result<(), StoreError> {
    offer.state = state;
    save_offer(tx, offer, Some(now), now)?;
    deadlines::clear(tx.conn, Kind::Offer, offer.id.as_uuid())?;
    if let Some(mut interaction) = interactions::by_id(tx.conn, offer.interaction)?
        && interaction.row.state == InteractionState::Offered
    {
        interaction.row.state = InteractionState::Queued;
        save_interaction(tx, &mut interaction, now)?;
    }
    let idle = state == OfferState::Declined;
    recount_load(tx, offer.agent, offer.channel, idle, now)?;
    count_missed_offer(tx, offer, state, now)?;
    route_interaction(tx, offer.interaction, now)?;
    // The agent has free capacity for another interaction.
    route_for_agent(tx, offer.agent, now)
}

/// Withdraws all offers at the start of the hub, because nobody was alerted while it was down. They do not count
/// as missed.
pub(crate) fn withdraw_all_offers(tx: &mut Tx<'_>, now: Millis) -> Result<(), StoreError> {
    for mut offer in offers::all_ringing(tx.conn)? {
        close_offer(tx, &mut offer, OfferState::Withdrawn, now)?;
    }
    Ok(())
}

/// Counts missed offers in a row, and makes the agent Not Ready after too many.
fn count_missed_offer(
    tx: &mut Tx<'_>,
    offer: &Offer,
    state: OfferState,
    now: Millis,
) -> Result<(), StoreError> {
    let Some(mut status) = statuses::get(tx.conn, offer.agent, offer.channel)? else { return Ok(()) };
    status.missed = match state {
        // An agent who is not connected has missed nothing.
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
