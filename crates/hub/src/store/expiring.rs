//! What is done when a deadline is due.

use deskbell_protocol::{
    AgentId, EndedBy, InteractionId, InteractionState, MessageId, Millis, OfferId, OfferState,
};
use uuid::Uuid;

use super::Store;
use super::error::StoreError;
use super::tables::deadlines::{self, Kind};
use super::tables::{
    commands, conversations, early_events, interactions, log, offers, orphan_statuses, raw_deliveries, tokens,
};
use super::writing::Writing;
use crate::limits;

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

impl Store {
    pub(crate) async fn run_due(&self, now: Millis, keep: Keep) -> Result<(), StoreError> {
        self.write(move |writing| writing.run_due(now, keep)).await
    }

    /// The clock shows so much less than it did: deadlines were meant as spans from then, and come with it.
    pub(crate) async fn clock_was_set_back(&self, by_ms: i64) -> Result<(), StoreError> {
        self.write(move |writing| deadlines::bring_back(writing.conn, by_ms)).await
    }

    pub(crate) async fn next_deadline(&self) -> Result<Option<Millis>, StoreError> {
        self.read(deadlines::next).await
    }
}

impl Writing<'_> {
    /// Does what is due. One deadline that cannot be met does not hold up the others.
    pub(super) fn run_due(&mut self, now: Millis, keep: Keep) -> Result<(), StoreError> {
        for (kind, subject) in deadlines::take_due(self.conn, now, limits::DEADLINES_AT_ONCE)? {
            match self.attempt(|writing| writing.meet(kind, &subject, now, keep)) {
                Ok(()) => {}
                Err(error) if error.is_passing() => return Err(error),
                Err(error) => {
                    tracing::error!(?kind, %error, "a deadline could not be met; it is tried again");
                    deadlines::set_earliest(self.conn, kind, &subject, now.plus(AGAIN_AFTER_MS))?;
                }
            }
        }
        Ok(())
    }

    fn meet(&mut self, kind: Kind, subject: &Uuid, now: Millis, keep: Keep) -> Result<(), StoreError> {
        match kind {
            Kind::Offer => self.offer_due(OfferId::from_uuid(*subject), now),
            Kind::CoolOff => self.route(InteractionId::from_uuid(*subject), now).map(|_found| ()),
            Kind::Idle => self.idle_due(InteractionId::from_uuid(*subject), now),
            Kind::AgentGone => self.agent_stayed_away(AgentId::from_uuid(*subject), now),
            Kind::Posting => self.give_up_posting(MessageId::from_uuid(*subject), now),
            Kind::Assignments => self.assignments_due(now),
            Kind::Retention => self.forget_old(now, keep),
        }
    }

    fn offer_due(&mut self, id: OfferId, now: Millis) -> Result<(), StoreError> {
        match offers::by_id(self.conn, id)? {
            Some(mut offer) if offer.state == OfferState::Ringing => {
                self.stop_ringing(&mut offer, OfferState::TimedOut, now)
            }
            _ => Ok(()),
        }
    }

    fn idle_due(&mut self, id: InteractionId, now: Millis) -> Result<(), StoreError> {
        let Some(interaction) = interactions::by_id(self.conn, id)? else { return Ok(()) };
        if interaction.row.state != InteractionState::Active {
            return Ok(());
        }
        if now.since(interaction.last_at) < self.rules.idle_end_ms {
            return self.await_silence(&interaction);
        }
        // Silence of ours is no end: whoever waits for an answer is put before somebody again, the same agent
        // first, instead of being dropped without a word.
        if interaction.row.waiting_since.is_some() {
            let Some(conversation) = conversations::by_id(self.conn, interaction.row.conversation)? else {
                return Ok(());
            };
            let mut interaction = interaction;
            self.requeue(&mut interaction, &conversation.row, now)?;
            return self.route(id, now).map(|_found| ());
        }
        self.end_as(interaction, EndedBy::Idle, None, now)
    }

    /// Forgets a bounded number of old rows, and comes back for more.
    pub(super) fn forget_old(&mut self, now: Millis, keep: Keep) -> Result<(), StoreError> {
        let entries = log::forget(self.conn, now.plus(-keep.log_ms), FORGET_AT_ONCE)?;
        let raw = raw_deliveries::forget(self.conn, now.plus(-keep.raw_ms), FORGET_AT_ONCE)?;
        orphan_statuses::forget(self.conn, now.plus(-KEEP_TRACES_MS))?;
        early_events::forget(self.conn, now.plus(-KEEP_TRACES_MS))?;
        commands::forget(self.conn, now.plus(-KEEP_TRACES_MS))?;
        tokens::forget(self.conn, now)?;
        let most = entries.max(raw);
        let more = i64::try_from(most).unwrap_or(i64::MAX) >= FORGET_AT_ONCE;
        let next = now.plus(if more { 1_000 } else { RETENTION_EVERY_MS });
        deadlines::set_earliest(self.conn, Kind::Retention, &Uuid::nil(), next)?;
        self.wake.deadlines = true;
        Ok(())
    }
}
