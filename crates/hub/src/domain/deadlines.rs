//! What is done when a deadline is due.

use deskbell_protocol::{
    AgentId, EndedBy, InteractionId, InteractionState, MessageId, Millis, OfferId, OfferState,
};
use uuid::Uuid;

use crate::domain::agents::presence::release_absent_agent;
use crate::domain::commands::end_as;
use crate::domain::contacts::assignments::end_due_assignments;
use crate::domain::messages::delivery::mark_unknown;
use crate::domain::messages::receive::requeue_interaction;
use crate::domain::routing::offer::{close_offer, route_interaction, schedule_idle_end};
use crate::limits;
use crate::store::tables::deadlines::{self, Kind};
use crate::store::tables::{
    commands, conversations, early_events, interactions, log, offers, orphan_statuses, raw_deliveries, tokens,
};
use crate::store::{StoreError, Tx};

/// For how long old rows are kept, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Keep {
    /// The log: clients that were away for longer read everything anew.
    pub log_ms: i64,
    /// Raw deliveries of providers, once they were taken up.
    pub raw_ms: i64,
}

/// How often old rows are looked for.
const RETENTION_EVERY_MS: i64 = 60 * 60 * 1000;

/// How many old rows of one kind are forgotten in one go, so that nobody waits long for the writer.
const FORGET_AT_ONCE: i64 = 2_000;

/// For how long statuses without a message and carried-out commands are kept.
const KEEP_TRACES_MS: i64 = 14 * 24 * 60 * 60 * 1000;

/// When a deadline whose work failed is tried again.
const AGAIN_AFTER_MS: i64 = 60_000;

/// Does what is due. One deadline that cannot be met does not hold up the others.
pub(crate) fn run_due_deadlines(tx: &mut Tx<'_>, now: Millis, keep: Keep) -> Result<(), StoreError> {
    for (kind, subject) in deadlines::take_due(tx.conn, now, limits::DEADLINES_AT_ONCE)? {
        match tx.attempt(|tx| run_deadline(tx, kind, &subject, now, keep)) {
            Ok(()) => {}
            Err(error) if error.is_passing() => return Err(error),
            Err(error) => {
                tracing::error!(?kind, %error, "a deadline could not be met; it is tried again");
                deadlines::set_earliest(tx.conn, kind, &subject, now.plus(AGAIN_AFTER_MS))?;
            }
        }
    }
    Ok(())
}

fn run_deadline(
    tx: &mut Tx<'_>,
    kind: Kind,
    subject: &Uuid,
    now: Millis,
    keep: Keep,
) -> Result<(), StoreError> {
    match kind {
        Kind::Offer => expire_offer(tx, OfferId::from_uuid(*subject), now),
        Kind::CoolOff => route_interaction(tx, InteractionId::from_uuid(*subject), now).map(|_found| ()),
        Kind::Idle => end_idle_interaction(tx, InteractionId::from_uuid(*subject), now),
        Kind::AgentGone => release_absent_agent(tx, AgentId::from_uuid(*subject), now),
        Kind::Posting => mark_unknown(tx, MessageId::from_uuid(*subject), now),
        Kind::Assignments => end_due_assignments(tx, now),
        Kind::Retention => delete_expired_rows(tx, now, keep),
    }
}

fn expire_offer(tx: &mut Tx<'_>, id: OfferId, now: Millis) -> Result<(), StoreError> {
    match offers::by_id(tx.conn, id)? {
        Some(mut offer) if offer.state == OfferState::Ringing => {
            close_offer(tx, &mut offer, OfferState::TimedOut, now)
        }
        _ => Ok(()),
    }
}

fn end_idle_interaction(tx: &mut Tx<'_>, id: InteractionId, now: Millis) -> Result<(), StoreError> {
    let Some(interaction) = interactions::by_id(tx.conn, id)? else { return Ok(()) };
    if interaction.row.state != InteractionState::Active {
        return Ok(());
    }
    if now.since(interaction.last_at) < tx.rules.idle_end_ms {
        return schedule_idle_end(tx, &interaction);
    }
    // Silence of ours is no end: whoever waits for an answer is put before somebody again, the same agent
    // first, instead of being dropped without a word.
    if interaction.row.waiting_since.is_some() {
        let Some(conversation) = conversations::by_id(tx.conn, interaction.row.conversation)? else {
            return Ok(());
        };
        let mut interaction = interaction;
        requeue_interaction(tx, &mut interaction, &conversation.row, now)?;
        return route_interaction(tx, id, now).map(|_found| ());
    }
    end_as(tx, interaction, EndedBy::Idle, None, now)
}

/// Forgets a bounded number of old rows, and comes back for more.
pub(crate) fn delete_expired_rows(tx: &mut Tx<'_>, now: Millis, keep: Keep) -> Result<(), StoreError> {
    let entries = log::forget(tx.conn, now.plus(-keep.log_ms), FORGET_AT_ONCE)?;
    let raw = raw_deliveries::forget(tx.conn, now.plus(-keep.raw_ms), FORGET_AT_ONCE)?;
    orphan_statuses::forget(tx.conn, now.plus(-KEEP_TRACES_MS))?;
    early_events::forget(tx.conn, now.plus(-KEEP_TRACES_MS))?;
    commands::forget(tx.conn, now.plus(-KEEP_TRACES_MS))?;
    tokens::forget(tx.conn, now)?;
    let most = entries.max(raw);
    let more = i64::try_from(most).unwrap_or(i64::MAX) >= FORGET_AT_ONCE;
    let next = now.plus(if more { 1_000 } else { RETENTION_EVERY_MS });
    deadlines::set_earliest(tx.conn, Kind::Retention, &Uuid::nil(), next)?;
    tx.wake.deadlines = true;
    Ok(())
}
