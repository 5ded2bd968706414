//! What becomes of messages that were posted: what the provider answers, and what it reports later.

use deskbell_channels::{InboundStatus, Reported, SendOutcome, is_barred, whatsapp};
use deskbell_protocol::{
    Author, DeliveryState, Failure, FailureClass, IdentityId, MessageId, Millis, Notice, Remedy,
};

use crate::domain::accounts::health::pause_account;
use crate::domain::contacts::reachability::update_evidence;
use crate::domain::messages::claim::parse_echo;
use crate::domain::messages::react::apply_early_events;
use crate::domain::save::{add_notice, update_message};
use crate::limits;
use crate::store::tables::accounts::{self, Account};
use crate::store::tables::deadlines::{self, Kind};
use crate::store::tables::orphan_statuses::{self, Told};
use crate::store::tables::{conversations, identities, messages, outbound};
use crate::store::{StoreError, Tx};

/// Writes down what is known after the post of an attempt.
pub(crate) fn settle_attempt(
    tx: &mut Tx<'_>,
    id: MessageId,
    attempt: u32,
    outcome: SendOutcome,
    now: Millis,
) -> Result<(), StoreError> {
    let Some(mut message) = messages::by_id(tx.conn, id)? else { return Ok(()) };
    if message.row.attempt != attempt {
        // It failed otherwise meanwhile and goes out anew: this answer is about what is over.
        return Ok(());
    }
    deadlines::clear(tx.conn, Kind::Posting, id.as_uuid())?;
    tx.wake.outbound = true;
    let way = outbound::by_message(tx.conn, id)?;
    match outcome {
        SendOutcome::Accepted { provider_id, reported } => {
            outbound::remove(tx.conn, id)?;
            if let (Some(way), Some(reported)) = (way, reported) {
                save_reported_number(tx, way.identity, reported, now)?;
            }
            accepted_as(tx, &mut message, &provider_id, now)
        }
        SendOutcome::Refused(failure) => {
            outbound::remove(tx.conn, id)?;
            fail_message(tx, &mut message, failure, now)
        }
        SendOutcome::NotConnected(failure) => {
            // A filter on the way may forbid this one message and let all questions through: then it must not
            // stop the others for ever.
            let barred = is_barred(&failure);
            if barred && way.as_ref().is_some_and(|way| way.tries >= limits::POST_TRIES) {
                outbound::remove(tx.conn, id)?;
                return fail_message(tx, &mut message, whatsapp::barred_alone(), now);
            }
            pause_account(tx, message.account, failure, now)?;
            // Without its row it was settled otherwise meanwhile.
            let Some(mut way) = way else { return Ok(()) };
            way.posting = false;
            if !barred {
                // No fault of the message: it waits where it was, as if it had never been tried.
                way.tries = way.tries.saturating_sub(1);
            }
            way.next_at = now;
            outbound::put(tx.conn, &way)
        }
        SendOutcome::Ambiguous => {
            outbound::remove(tx.conn, id)?;
            advance_delivery(tx, &mut message, hub_status(DeliveryState::Unknown, now), now)
        }
        SendOutcome::Later { after_ms, failure } => {
            // Without its row it was settled otherwise meanwhile.
            let Some(mut way) = way else { return Ok(()) };
            if way.tries >= limits::POST_TRIES {
                outbound::remove(tx.conn, id)?;
                return fail_message(tx, &mut message, failure, now);
            }
            way.posting = false;
            way.next_at = now.plus(wait_before_retry(id, way.tries, after_ms));
            outbound::put(tx.conn, &way)
        }
    }
}

/// The provider knows a number in another way than it was dialled: the contact writes from there. What was
/// dialled stays, and goes on being dialled.
fn save_reported_number(
    tx: &mut Tx<'_>,
    identity: IdentityId,
    Reported { dialled, known_as }: Reported,
    now: Millis,
) -> Result<(), StoreError> {
    let Some(mut identity) = identities::by_id(tx.conn, identity)? else { return Ok(()) };
    let known_as = Some(known_as).filter(|known_as| *known_as != dialled);
    // They may have changed their number while the message was under way.
    if identity.phone.as_ref() != Some(&dialled) || identity.reported_phone == known_as {
        return Ok(());
    }
    identity.reported_phone = known_as;
    identities::put(tx.conn, &identity, now)
}

/// The provider's answer never came.
pub(crate) fn mark_unknown(tx: &mut Tx<'_>, id: MessageId, now: Millis) -> Result<(), StoreError> {
    if outbound::by_message(tx.conn, id)?.is_some_and(|way| way.posting) {
        let message = messages::by_id(tx.conn, id)?;
        let attempt = message.map_or(1, |message| message.row.attempt);
        return settle_attempt(tx, id, attempt, SendOutcome::Ambiguous, now);
    }
    Ok(())
}

/// At the start of the hub: whatever was with a provider when it stopped is `unknown` now.
pub(crate) fn mark_all_unknown(tx: &mut Tx<'_>, now: Millis) -> Result<(), StoreError> {
    for way in outbound::posting(tx.conn)? {
        mark_unknown(tx, way.message, now)?;
    }
    Ok(())
}

/// A status from the provider.
pub(crate) fn apply_status(
    tx: &mut Tx<'_>,
    account: &Account,
    status: &InboundStatus,
    now: Millis,
) -> Result<(), StoreError> {
    // A provider that gives no readable time means now.
    let at = if status.at == Millis(0) { now } else { status.at };
    let told = Told { state: status.state, at, failure: status.failure.clone() };
    let known = messages::by_provider_id(tx.conn, account.id, &status.provider_id)?;
    if let Some(mut message) = known {
        if !matches!(message.row.author, Author::Agent { .. }) {
            return Ok(());
        }
        return advance_delivery(tx, &mut message, told, now);
    }
    let echo = status.echo.as_deref().and_then(parse_echo);
    let echoed = match echo {
        Some((id, _attempt)) => messages::by_id(tx.conn, id)?,
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
        return orphan_statuses::put(tx.conn, account.id, &status.provider_id, &told, now);
    };
    outbound::remove(tx.conn, message.row.id)?;
    deadlines::clear(tx.conn, Kind::Posting, message.row.id.as_uuid())?;
    tx.wake.outbound = true;
    accepted_as(tx, &mut message, &status.provider_id, now)?;
    advance_delivery(tx, &mut message, told, now)
}

/// The provider has the message, under this id; what it said of that id before counts now.
fn accepted_as(
    tx: &mut Tx<'_>,
    message: &mut messages::Stored,
    provider_id: &str,
    now: Millis,
) -> Result<(), StoreError> {
    if message.provider_id.is_none() {
        message.provider_id = Some(provider_id.to_owned());
        messages::update(tx.conn, message)?;
    }
    advance_delivery(tx, message, hub_status(DeliveryState::Accepted, now), now)?;
    for told in orphan_statuses::take(tx.conn, message.account, provider_id)? {
        advance_delivery(tx, message, told, now)?;
    }
    if let Some(account) = accounts::by_id(tx.conn, message.account)? {
        apply_early_events(tx, &account, provider_id, now, now)?;
    }
    if let Some(heard) = messages::by_id(tx.conn, message.row.id)? {
        *message = heard;
    }
    Ok(())
}

/// It was not delivered, and why.
pub(crate) fn fail_message(
    tx: &mut Tx<'_>,
    message: &mut messages::Stored,
    failure: Failure,
    now: Millis,
) -> Result<(), StoreError> {
    let told = Told { failure: Some(failure), ..hub_status(DeliveryState::Failed, now) };
    advance_delivery(tx, message, told, now)
}

/// Moves the delivery forward, never back. A failure gets its line in the transcript.
pub(crate) fn advance_delivery(
    tx: &mut Tx<'_>,
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
    message.row.failure = (after == DeliveryState::Failed).then(|| told.failure.unwrap_or_else(no_reason));
    update_message(tx, message, now)?;
    update_evidence(tx, &message.row, now)?;
    let Some(failure) = message.row.failure.clone() else { return Ok(()) };
    if let Some(conversation) = conversations::by_id(tx.conn, message.row.conversation)? {
        let notice =
            Notice::Undelivered { message: message.row.id, position: Some(message.row.position), failure };
        add_notice(tx, &conversation.row, message.row.interaction, notice, now)?;
    }
    Ok(())
}

/// What the hub itself knows of a message's way.
pub(crate) const fn hub_status(state: DeliveryState, now: Millis) -> Told {
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
