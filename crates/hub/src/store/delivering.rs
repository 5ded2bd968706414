//! What becomes of messages that were posted: what the provider answers, and what it reports later.

use deskbell_channels::{InboundStatus, Reported, SendOutcome, is_barred, whatsapp};
use deskbell_protocol::{
    Author, DeliveryState, Failure, FailureClass, IdentityId, MessageId, Millis, Notice, Remedy,
};

use super::Store;
use super::claiming::meant_by;
use super::error::StoreError;
use super::tables::accounts::Account;
use super::tables::deadlines::{self, Kind};
use super::tables::orphan_statuses::Told;
use super::tables::{accounts, conversations, identities, messages, orphan_statuses, outbound};
use super::writing::Writing;
use crate::limits;

impl Store {
    pub(crate) async fn settle(
        &self,
        id: MessageId,
        attempt: u32,
        outcome: SendOutcome,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.write(move |writing| writing.settle(id, attempt, outcome, now)).await
    }
}

impl Writing<'_> {
    /// Writes down what is known after the post of an attempt.
    pub(super) fn settle(
        &mut self,
        id: MessageId,
        attempt: u32,
        outcome: SendOutcome,
        now: Millis,
    ) -> Result<(), StoreError> {
        let Some(mut message) = messages::by_id(self.conn, id)? else { return Ok(()) };
        if message.row.attempt != attempt {
            // It failed otherwise meanwhile and goes out anew: this answer is about what is over.
            return Ok(());
        }
        deadlines::clear(self.conn, Kind::Posting, id.as_uuid())?;
        self.wake.outbound = true;
        let way = outbound::by_message(self.conn, id)?;
        match outcome {
            SendOutcome::Accepted { provider_id, reported } => {
                outbound::remove(self.conn, id)?;
                if let (Some(way), Some(reported)) = (way, reported) {
                    self.reported_as(way.identity, reported, now)?;
                }
                self.known_as(&mut message, &provider_id, now)
            }
            SendOutcome::Refused(failure) => {
                outbound::remove(self.conn, id)?;
                self.failed(&mut message, failure, now)
            }
            SendOutcome::NotConnected(failure) => {
                // A filter on the way may forbid this one message and let all questions through: then it must not
                // stop the others for ever.
                let barred = is_barred(&failure);
                if barred && way.as_ref().is_some_and(|way| way.tries >= limits::POST_TRIES) {
                    outbound::remove(self.conn, id)?;
                    return self.failed(&mut message, whatsapp::barred_alone(), now);
                }
                self.not_connected(message.account, failure, now)?;
                // Without its row it was settled otherwise meanwhile.
                let Some(mut way) = way else { return Ok(()) };
                way.posting = false;
                if !barred {
                    // No fault of the message: it waits where it was, as if it had never been tried.
                    way.tries = way.tries.saturating_sub(1);
                }
                way.next_at = now;
                outbound::put(self.conn, &way)
            }
            SendOutcome::Ambiguous => {
                outbound::remove(self.conn, id)?;
                self.advance(&mut message, own(DeliveryState::Unknown, now), now)
            }
            SendOutcome::Later { after_ms, failure } => {
                // Without its row it was settled otherwise meanwhile.
                let Some(mut way) = way else { return Ok(()) };
                if way.tries >= limits::POST_TRIES {
                    outbound::remove(self.conn, id)?;
                    return self.failed(&mut message, failure, now);
                }
                way.posting = false;
                way.next_at = now.plus(wait_before_retry(id, way.tries, after_ms));
                outbound::put(self.conn, &way)
            }
        }
    }

    /// The provider knows a number in another way than it was dialled: the contact writes from there. What was
    /// dialled stays, and goes on being dialled.
    fn reported_as(
        &mut self,
        identity: IdentityId,
        Reported { dialled, known_as }: Reported,
        now: Millis,
    ) -> Result<(), StoreError> {
        let Some(mut identity) = identities::by_id(self.conn, identity)? else { return Ok(()) };
        let known_as = Some(known_as).filter(|known_as| *known_as != dialled);
        // They may have changed their number while the message was under way.
        if identity.phone.as_ref() != Some(&dialled) || identity.reported_phone == known_as {
            return Ok(());
        }
        identity.reported_phone = known_as;
        identities::put(self.conn, &identity, now)
    }

    /// The provider's answer never came.
    pub(super) fn give_up_posting(&mut self, id: MessageId, now: Millis) -> Result<(), StoreError> {
        if outbound::by_message(self.conn, id)?.is_some_and(|way| way.posting) {
            let message = messages::by_id(self.conn, id)?;
            let attempt = message.map_or(1, |message| message.row.attempt);
            return self.settle(id, attempt, SendOutcome::Ambiguous, now);
        }
        Ok(())
    }

    /// At the start of the hub: whatever was with a provider when it stopped is `unknown` now.
    pub(super) fn give_up_all_posting(&mut self, now: Millis) -> Result<(), StoreError> {
        for way in outbound::posting(self.conn)? {
            self.give_up_posting(way.message, now)?;
        }
        Ok(())
    }

    /// A status from the provider.
    pub(super) fn status_arrived(
        &mut self,
        account: &Account,
        status: &InboundStatus,
        now: Millis,
    ) -> Result<(), StoreError> {
        // A provider that gives no readable time means now.
        let at = if status.at == Millis(0) { now } else { status.at };
        let told = Told { state: status.state, at, failure: status.failure.clone() };
        let known = messages::by_provider_id(self.conn, account.id, &status.provider_id)?;
        if let Some(mut message) = known {
            if !matches!(message.row.author, Author::Agent { .. }) {
                return Ok(());
            }
            return self.advance(&mut message, told, now);
        }
        let echo = status.echo.as_deref().and_then(meant_by);
        let echoed = match echo {
            Some((id, _attempt)) => messages::by_id(self.conn, id)?,
            None => None,
        };
        let arrived =
            matches!(status.state, DeliveryState::Delivered | DeliveryState::Read | DeliveryState::Played);
        // Only a message of ours on this very account, of which no other id is known, is meant.
        let meant = echoed.filter(|message| {
            message.account == account.id
                && message.provider_id.is_none()
                // What failed before says nothing about the attempt that is made now; what arrived has arrived.
                && (arrived || echo.is_some_and(|(_, attempt)| attempt == message.row.attempt))
                && matches!(message.row.author, Author::Agent { .. })
        });
        let Some(mut message) = meant else {
            return orphan_statuses::put(self.conn, account.id, &status.provider_id, &told, now);
        };
        outbound::remove(self.conn, message.row.id)?;
        deadlines::clear(self.conn, Kind::Posting, message.row.id.as_uuid())?;
        self.wake.outbound = true;
        self.known_as(&mut message, &status.provider_id, now)?;
        self.advance(&mut message, told, now)
    }

    /// The provider has the message, under this id; what it said of that id before counts now.
    fn known_as(
        &mut self,
        message: &mut messages::Stored,
        provider_id: &str,
        now: Millis,
    ) -> Result<(), StoreError> {
        if message.provider_id.is_none() {
            message.provider_id = Some(provider_id.to_owned());
            messages::update(self.conn, message)?;
        }
        self.advance(message, own(DeliveryState::Accepted, now), now)?;
        for told in orphan_statuses::take(self.conn, message.account, provider_id)? {
            self.advance(message, told, now)?;
        }
        if let Some(account) = accounts::by_id(self.conn, message.account)? {
            self.hear_what_came_early(&account, provider_id, now, now)?;
        }
        if let Some(heard) = messages::by_id(self.conn, message.row.id)? {
            *message = heard;
        }
        Ok(())
    }

    /// It was not delivered, and why.
    pub(super) fn failed(
        &mut self,
        message: &mut messages::Stored,
        failure: Failure,
        now: Millis,
    ) -> Result<(), StoreError> {
        let told = Told { failure: Some(failure), ..own(DeliveryState::Failed, now) };
        self.advance(message, told, now)
    }

    /// Moves the delivery forward, never back. A failure gets its line in the transcript.
    pub(super) fn advance(
        &mut self,
        message: &mut messages::Stored,
        told: Told,
        now: Millis,
    ) -> Result<(), StoreError> {
        let before = message.row.delivery.unwrap_or(DeliveryState::Stored);
        let after = before.advance(told.state);
        if after == before {
            return Ok(());
        }
        message.row.delivery = Some(after);
        // A provider whose clock is fast does not tell of what is to come.
        message.row.state_at = Some(told.at.min(now));
        message.row.failure =
            (after == DeliveryState::Failed).then(|| told.failure.unwrap_or_else(no_reason));
        self.update_message(message, now)?;
        self.learn_of_address(&message.row, now)?;
        let Some(failure) = message.row.failure.clone() else { return Ok(()) };
        if let Some(conversation) = conversations::by_id(self.conn, message.row.conversation)? {
            let notice = Notice::Undelivered {
                message: message.row.id,
                position: Some(message.row.position),
                failure,
            };
            self.add_notice(&conversation.row, message.row.interaction, notice, now)?;
        }
        Ok(())
    }
}

/// What the hub itself knows of a message's way.
pub(super) const fn own(state: DeliveryState, now: Millis) -> Told {
    Told { state, at: now, failure: None }
}

/// Four times longer with every try, from one second to five minutes, and up to a quarter more, so that what
/// was put off together does not come back together; longer if the provider asks for it.
fn wait_before_retry(id: MessageId, tries: i64, asked: Option<u64>) -> i64 {
    let doublings = u32::try_from(tries.clamp(1, 5).saturating_sub(1)).unwrap_or(4);
    let own = 1_000_i64.saturating_mul(4_i64.saturating_pow(doublings)).min(300_000);
    let asked = asked.and_then(|ms| i64::try_from(ms).ok()).unwrap_or(0);
    // The last bits of an id are as good as dice.
    let dice = i64::from(id.as_uuid().as_bytes().last().copied().unwrap_or(0));
    let wait = own.max(asked.min(limits::LONGEST_WAIT_MS));
    wait.saturating_add(own.saturating_mul(dice) / (4 * 255))
}

fn no_reason() -> Failure {
    Failure {
        reason: "hub.no_reason".to_owned(),
        sentence: "The provider reported that the message was not delivered, without a reason.".to_owned(),
        remedy: Remedy::SendAgain,
        class: Some(FailureClass::Other),
    }
}
