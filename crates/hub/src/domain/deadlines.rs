//! The work of due deadlines: expiry of offers, end of idle interactions, retention and the like.

use deskbell_protocol::{
    AgentId, EndedBy, InteractionId, InteractionState, MessageId, Millis, OfferId, OfferState,
};
use uuid::Uuid;

use crate::domain::agents::presence::release_absent_agent;
use crate::domain::contacts::assignments::end_due_assignments;
use crate::domain::interactions::end::end_as;
use crate::domain::interactions::lifecycle::{requeue_interaction, schedule_idle_end};
use crate::domain::messages::delivery::mark_unknown;
use crate::domain::routing::offer::{close_offer, route_interaction};
use crate::limits;
use crate::store::tables::deadlines::{self, Kind};
use crate::store::tables::{
    commands, conversations, early_events, interactions, log, offers, orphan_statuses, raw_deliveries, tokens,
};
use crate::store::{StoreError, Tx};

/// How long old rows are kept, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Entries of the log. A client that was offline for longer loads a new snapshot.
    pub log_ms: i64,
    /// Raw deliveries of providers, after they were processed.
    pub raw_ms: i64,
}

/// How often expired rows are deleted.
const RETENTION_INTERVAL_MS: i64 = 60 * 60 * 1000;

/// How many expired rows of one table are deleted in one transaction, so that the writer is soon free again.
const DELETE_BATCH: i64 = 2_000;

/// How long ids of executed commands, and statuses and events without a message, are kept.
const TRACES_MS: i64 = 14 * 24 * 60 * 60 * 1000;

/// How long after a failure the work of a deadline is tried again.
const RETRY_AFTER_MS: i64 = 60_000;

/// Runs the work of all due deadlines. One that fails is undone and tried again later; the others are not affected.
///
/// # Errors
///
/// If the store cannot be written for the moment; then nothing of the transaction may be committed.
pub(crate) fn run_due_deadlines(
    tx: &mut Tx<'_>,
    now: Millis,
    retention: Retention,
) -> Result<(), StoreError> {
    for (kind, subject) in deadlines::take_due(tx.conn, now, limits::DEADLINES_AT_ONCE)? {
        match tx.attempt(|tx| run_deadline(tx, kind, &subject, now, retention)) {
            Ok(()) => {}
            Err(error) if error.is_transient() => return Err(error),
            Err(error) => {
                tracing::error!(?kind, %error, "a deadline failed and will be retried");
                deadlines::set_earliest(tx.conn, kind, &subject, now.plus(RETRY_AFTER_MS))?;
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
    retention: Retention,
) -> Result<(), StoreError> {
    match kind {
        Kind::Offer => expire_offer(tx, OfferId::from_uuid(*subject), now),
        Kind::CoolOff => route_interaction(tx, InteractionId::from_uuid(*subject), now).map(|_found| ()),
        Kind::Idle => end_idle_interaction(tx, InteractionId::from_uuid(*subject), now),
        Kind::AgentGone => release_absent_agent(tx, AgentId::from_uuid(*subject), now),
        Kind::Posting => mark_unknown(tx, MessageId::from_uuid(*subject), now),
        Kind::Assignments => end_due_assignments(tx, now),
        Kind::Retention => delete_expired_rows(tx, now, retention),
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
    // The contact waits for an answer, so the interaction does not end: it is queued again, and offered to the same
    // agent first.
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

/// Deletes a bounded number of expired rows from each table and sets the next retention deadline: soon if there may be
/// more, otherwise after an hour.
pub(crate) fn delete_expired_rows(
    tx: &mut Tx<'_>,
    now: Millis,
    retention: Retention,
) -> Result<(), StoreError> {
    let entries = log::delete_expired(tx.conn, now.plus(-retention.log_ms), DELETE_BATCH)?;
    let raw = raw_deliveries::delete_expired(tx.conn, now.plus(-retention.raw_ms), DELETE_BATCH)?;
    orphan_statuses::delete_expired(tx.conn, now.plus(-TRACES_MS))?;
    early_events::delete_expired(tx.conn, now.plus(-TRACES_MS))?;
    commands::delete_expired(tx.conn, now.plus(-TRACES_MS))?;
    tokens::delete_expired(tx.conn, now)?;
    let deleted = entries.max(raw);
    let more = i64::try_from(deleted).unwrap_or(i64::MAX) >= DELETE_BATCH;
    let next = now.plus(if more { 1_000 } else { RETENTION_INTERVAL_MS });
    deadlines::set_earliest(tx.conn, Kind::Retention, &Uuid::nil(), next)?;
    tx.wake.deadlines = true;
    Ok(())
}
