//! Delivery of posted messages: the result of each attempt, and the statuses that the provider reports later.

use deskbell_channels::{InboundStatus, Reported, SendOutcome, is_barred};
use deskbell_protocol::{
    Author, DeliveryState, Failure, FailureClass, IdentityId, Message, MessageId, Millis, Notice, Remedy,
};

use crate::domain::accounts::health::pause_account;
use crate::domain::contacts::reachability::update_evidence;
use crate::domain::messages::react::apply_early_events;
use crate::domain::save::{add_notice, update_message};
use crate::limits;
use crate::store::tables::accounts::{self, Account};
use crate::store::tables::deadlines::{self, Kind};
use crate::store::tables::orphan_statuses::{self, StatusReport};
use crate::store::tables::{conversations, identities, messages, outbound};
use crate::store::{StoreError, Tx};

/// What is known after the post of an attempt.
#[derive(Debug)]
pub(crate) struct AttemptResult {
    /// Which attempt of the message it was.
    pub(crate) attempt: u32,
    /// What the provider answered.
    pub(crate) outcome: SendOutcome,
    /// The failure of a message that the network refuses again and again while other calls get through; absent
    /// where there is no account any more.
    pub(crate) barred_alone: Option<Failure>,
}

/// Records the outcome of one attempt to post a message: accepted, failed, unknown, or to be tried again. The outcome of
/// an attempt that is not the current one is ignored.
pub(crate) fn settle_attempt(
    tx: &mut Tx<'_>,
    id: MessageId,
    result: AttemptResult,
    now: Millis,
) -> Result<(), StoreError> {
    let AttemptResult { attempt, outcome, barred_alone } = result;
    let Some(mut message) = messages::by_id(tx.conn, id)? else { return Ok(()) };
    if message.row.attempt != attempt {
        // A status failed this attempt in the meantime and a new one was made; the outcome is obsolete.
        return Ok(());
    }
    deadlines::clear(tx.conn, Kind::Posting, id.as_uuid())?;
    tx.wake.outbound = true;
    let row = outbound::by_message(tx.conn, id)?;
    match outcome {
        SendOutcome::Accepted { provider_id, reported } => {
            outbound::remove(tx.conn, id)?;
            if let (Some(row), Some(reported)) = (row, reported) {
                save_reported_number(tx, row.identity, reported, now)?;
            }
            accepted_as(tx, &mut message, &provider_id, now)
        }
        SendOutcome::Refused(failure) => {
            outbound::remove(tx.conn, id)?;
            fail_message(tx, &mut message, failure, now)
        }
        SendOutcome::NotConnected(failure) => {
            // A filter on the network may block this message and let the probes of the account pass. Such a message fails
            // after several tries, so that it does not block the others forever.
            let barred = is_barred(&failure);
            if barred
                && row.as_ref().is_some_and(|row| row.tries >= limits::POST_ATTEMPTS)
                && let Some(failure) = barred_alone
            {
                outbound::remove(tx.conn, id)?;
                return fail_message(tx, &mut message, failure, now);
            }
            pause_account(tx, message.account, failure, now)?;
            // Without its row the message was settled by a status in the meantime.
            let Some(mut row) = row else { return Ok(()) };
            row.posting = false;
            if !barred {
                // The message is not at fault: the attempt does not count.
                row.tries = row.tries.saturating_sub(1);
            }
            row.next_at = now;
            outbound::put(tx.conn, &row)
        }
        SendOutcome::Ambiguous => {
            outbound::remove(tx.conn, id)?;
            advance_delivery(tx, &mut message, hub_status(DeliveryState::Unknown, now), now)
        }
        SendOutcome::Later { after_ms, failure } => {
            // Without its row the message was settled by a status in the meantime.
            let Some(mut row) = row else { return Ok(()) };
            if row.tries >= limits::POST_ATTEMPTS {
                outbound::remove(tx.conn, id)?;
                return fail_message(tx, &mut message, failure, now);
            }
            row.posting = false;
            row.next_at = now.plus(wait_before_retry(id, row.tries, after_ms));
            outbound::put(tx.conn, &row)
        }
    }
}

/// Stores the number that the provider reports for the one that was dialled, in case they differ: the contact's messages
/// come from it. Messages still go to the dialled number.
fn save_reported_number(
    tx: &mut Tx<'_>,
    identity: IdentityId,
    Reported { dialled, known_as }: Reported,
    now: Millis,
) -> Result<(), StoreError> {
    let Some(mut identity) = identities::by_id(tx.conn, identity)? else { return Ok(()) };
    let known_as = Some(known_as).filter(|known_as| *known_as != dialled);
    // The contact may have changed their number while the message was in transit.
    if identity.phone.as_ref() != Some(&dialled) || identity.reported_phone == known_as {
        return Ok(());
    }
    identity.reported_phone = known_as;
    identities::put(tx.conn, &identity, now)
}

/// Sets a message that is being posted to `unknown`, because the provider's response never came. Does nothing if the
/// attempt was settled before.
pub(crate) fn mark_unknown(tx: &mut Tx<'_>, id: MessageId, now: Millis) -> Result<(), StoreError> {
    if outbound::by_message(tx.conn, id)?.is_some_and(|row| row.posting) {
        let message = messages::by_id(tx.conn, id)?;
        let attempt = message.map_or(1, |message| message.row.attempt);
        return settle_attempt(
            tx,
            id,
            AttemptResult { attempt, outcome: SendOutcome::Ambiguous, barred_alone: None },
            now,
        );
    }
    Ok(())
}

/// Sets every message that was being posted when the hub stopped to `unknown`. Called when the hub starts.
pub(crate) fn mark_all_unknown(tx: &mut Tx<'_>, now: Millis) -> Result<(), StoreError> {
    for row in outbound::posting(tx.conn)? {
        mark_unknown(tx, row.message, now)?;
    }
    Ok(())
}

/// Applies a status that the provider reported. A status of a message whose provider id is not known yet is found by its
/// echo, or kept until the id is known.
pub(crate) fn apply_status(
    tx: &mut Tx<'_>,
    account: &Account,
    status: &InboundStatus,
    now: Millis,
) -> Result<(), StoreError> {
    // A status without a readable time counts as of now.
    let at = if status.at == Millis(0) { now } else { status.at };
    let report = StatusReport { state: status.state, at, failure: status.failure.clone() };
    let known = messages::by_provider_id(tx.conn, account.id, &status.provider_id)?;
    if let Some(mut message) = known {
        if !matches!(message.row.author, Author::Agent { .. }) {
            return Ok(());
        }
        return advance_delivery(tx, &mut message, report, now);
    }
    let echo = status.echo.as_deref().and_then(parse_echo);
    let echoed = match echo {
        Some((id, _attempt)) => messages::by_id(tx.conn, id)?,
        None => None,
    };
    let arrived =
        matches!(status.state, DeliveryState::Delivered | DeliveryState::Read | DeliveryState::Played);
    // The echo must name an agent's message on this account that has no provider id yet.
    let matching = echoed.filter(|message| {
        message.account == account.id
                && message.provider_id.is_none()
                // A failure of an earlier attempt says nothing about the current one; a delivery counts for every attempt.
                && (arrived || echo.is_some_and(|(_, attempt)| attempt == message.row.attempt))
                && matches!(message.row.author, Author::Agent { .. })
    });
    let Some(mut message) = matching else {
        return orphan_statuses::put(tx.conn, account.id, &status.provider_id, &report, now);
    };
    outbound::remove(tx.conn, message.row.id)?;
    deadlines::clear(tx.conn, Kind::Posting, message.row.id.as_uuid())?;
    tx.wake.outbound = true;
    accepted_as(tx, &mut message, &status.provider_id, now)?;
    advance_delivery(tx, &mut message, report, now)
}

/// Marks the message as accepted under the provider's id, and applies statuses of that id that arrived before.
fn accepted_as(
    tx: &mut Tx<'_>,
    message: &mut messages::StoredMessage,
    provider_id: &str,
    now: Millis,
) -> Result<(), StoreError> {
    if message.provider_id.is_none() {
        message.provider_id = Some(provider_id.to_owned());
        messages::update(tx.conn, message)?;
    }
    advance_delivery(tx, message, hub_status(DeliveryState::Accepted, now), now)?;
    for report in orphan_statuses::take(tx.conn, message.account, provider_id)? {
        advance_delivery(tx, message, report, now)?;
    }
    if let Some(account) = accounts::by_id(tx.conn, message.account)? {
        apply_early_events(tx, &account, provider_id, now, now)?;
    }
    if let Some(updated) = messages::by_id(tx.conn, message.row.id)? {
        *message = updated;
    }
    Ok(())
}

/// Marks the message as failed and adds the failure to the transcript.
pub(crate) fn fail_message(
    tx: &mut Tx<'_>,
    message: &mut messages::StoredMessage,
    failure: Failure,
    now: Millis,
) -> Result<(), StoreError> {
    let report = StatusReport { failure: Some(failure), ..hub_status(DeliveryState::Failed, now) };
    advance_delivery(tx, message, report, now)
}

/// Moves the delivery state forward, never back, and updates what is known of the contact's address. A failure adds a
/// notice to the transcript.
pub(crate) fn advance_delivery(
    tx: &mut Tx<'_>,
    message: &mut messages::StoredMessage,
    report: StatusReport,
    now: Millis,
) -> Result<(), StoreError> {
    let before = message.row.delivery.unwrap_or(DeliveryState::Stored);
    let after = before.advance(report.state);
    if after == before {
        return Ok(());
    }
    message.row.delivery = Some(after);
    // The provider's clock may be ahead of the hub's.
    message.row.state_at = Some(report.at.min(now));
    message.row.failure = (after == DeliveryState::Failed).then(|| report.failure.unwrap_or_else(no_reason));
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

/// Builds a status report that originates from the hub.
pub(crate) const fn hub_status(state: DeliveryState, now: Millis) -> StatusReport {
    StatusReport { state, at: now, failure: None }
}

/// Returns what the provider is asked to repeat with each status of the message: its id, and the attempt if it is not the
/// first.
pub(crate) fn echo_of(message: &Message) -> String {
    match message.attempt {
        0 | 1 => message.id.to_string(),
        attempt => format!("{}.{attempt}", message.id),
    }
}

/// Parses what [`echo_of`] made: the message and the attempt.
fn parse_echo(echo: &str) -> Option<(MessageId, u32)> {
    let (id, attempt) = echo.split_once('.').unwrap_or((echo, "1"));
    Some((id.parse().ok()?, attempt.parse().ok()?))
}

/// Returns the wait before the next try in milliseconds: exponential backoff from one second to five minutes, or the
/// longer wait that the provider asked for, plus up to a quarter of the backoff as jitter.
fn wait_before_retry(id: MessageId, tries: i64, asked: Option<u64>) -> i64 {
    let doublings = u32::try_from(tries.clamp(1, 5).saturating_sub(1)).unwrap_or(4);
    let backoff = 1_000_i64.saturating_mul(4_i64.saturating_pow(doublings)).min(300_000);
    let asked = asked.and_then(|ms| i64::try_from(ms).ok()).unwrap_or(0);
    // The last byte of an id is random.
    let jitter = i64::from(id.as_uuid().as_bytes().last().copied().unwrap_or(0));
    let wait = backoff.max(asked.min(limits::MAX_POST_DELAY_MS));
    wait.saturating_add(backoff.saturating_mul(jitter) / (4 * 255))
}

fn no_reason() -> Failure {
    Failure {
        reason: "hub.no_reason".to_owned(),
        sentence: "The provider reported that the message was not delivered, without a reason.".to_owned(),
        remedy: Remedy::SendAgain,
        class: Some(FailureClass::Other),
    }
}
