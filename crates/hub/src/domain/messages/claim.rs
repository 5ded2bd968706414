//! The outbound queue: messages are queued for posting, and claimed in order, one at a time per identity.

use std::collections::HashMap;

use deskbell_channels::{Outbound, OutboundContent, OutboundTemplate};
use deskbell_protocol::{
    AccountId, Content, DeliveryState, Failure, FailureClass, Message, MessageId, Millis, Remedy, may_send,
};

use crate::domain::messages::barrier::{self, policy_of};
use crate::domain::messages::delivery::{advance_delivery, echo_of, fail_message, hub_status};
use crate::limits;
use crate::store::tables::deadlines::{self, Kind};
use crate::store::tables::{conversations, identities, messages, outbound, template_values};
use crate::store::{StoreError, Tx};

/// A message that was claimed for one post.
#[derive(Clone, Debug)]
pub(crate) struct Claimed {
    pub(crate) message: MessageId,
    /// Which attempt of the message this is.
    pub(crate) attempt: u32,
    pub(crate) account: AccountId,
    pub(crate) outbound: Outbound,
}

/// Queues a message for posting to its provider.
pub(crate) fn enqueue_outbound(
    tx: &mut Tx<'_>,
    conversation: &conversations::StoredConversation,
    message: &messages::StoredMessage,
    now: Millis,
) -> Result<(), StoreError> {
    let queued = outbound::StoredOutbound {
        position: message.row.position,
        message: message.row.id,
        identity: conversation.identity,
        account: conversation.row.account,
        posting: false,
        tries: 0,
        next_at: now,
    };
    outbound::put(tx.conn, &queued)?;
    tx.wake.outbound = true;
    Ok(())
}

/// Claims the messages that may be posted now, at most `limit`, and for each account at most `allowed`. If the
/// provider's answer to a claimed message never comes, the message becomes `unknown`.
pub(crate) fn claim_due(
    tx: &mut Tx<'_>,
    now: Millis,
    limit: usize,
    allowed: &HashMap<AccountId, usize>,
) -> Result<Vec<Claimed>, StoreError> {
    let mut claimed = Vec::new();
    outbound::shorten_waits(tx.conn, now.plus(limits::PACE_MS), now.plus(limits::MAX_POST_DELAY_MS))?;
    for account in outbound::accounts(tx.conn)? {
        let room = limit.saturating_sub(claimed.len());
        let room = allowed.get(&account).map_or(room, |allowed| room.min(*allowed));
        if room > 0 {
            claim_for_account(tx, account, room, now, &mut claimed)?;
        }
    }
    Ok(claimed)
}

/// Claims messages of one account.
fn claim_for_account(
    tx: &mut Tx<'_>,
    account: AccountId,
    limit: usize,
    now: Millis,
    claimed: &mut Vec<Claimed>,
) -> Result<(), StoreError> {
    for queued in outbound::due(tx.conn, account, now, limit)? {
        match tx.attempt(|tx| claim_one(tx, queued.clone(), now)) {
            Ok(one) => claimed.extend(one),
            Err(error) if error.is_transient() => return Err(error),
            Err(error) => {
                tracing::error!(message = %queued.message, %error, "cannot claim a message; will retry");
                let tries = queued.tries.saturating_add(1);
                let next_at = now.plus(limits::INTERNAL_ERROR_RETRY_MS);
                outbound::put(tx.conn, &outbound::StoredOutbound { tries, next_at, ..queued })?;
            }
        }
    }
    Ok(())
}

/// Claims one message, unless its identity has had enough for now or there is nowhere to send it.
fn claim_one(
    tx: &mut Tx<'_>,
    mut queued: outbound::StoredOutbound,
    now: Millis,
) -> Result<Option<Claimed>, StoreError> {
    let identity = identities::by_id(tx.conn, queued.identity)?;
    let message = messages::by_id(tx.conn, queued.message)?;
    let (Some(mut identity), Some(mut message)) = (identity, message) else {
        outbound::remove(tx.conn, queued.message)?;
        return Ok(None);
    };
    if let Some(failure) = barrier_before(tx, &message.row, now)? {
        outbound::remove(tx.conn, queued.message)?;
        fail_message(tx, &mut message, failure, now)?;
        return Ok(None);
    }
    // A bucket that fills by one every PACE_MS and holds PACE_BURST. It is never fuller than full: if it
    // seems to be, the clock was set back.
    let burst = limits::PACE_MS.saturating_mul(limits::PACE_BURST);
    identity.paced_until = identity.paced_until.min(now.plus(burst).plus(limits::PACE_MS));
    let earliest = identity.paced_until.plus(-burst);
    if earliest > now {
        identities::put(tx.conn, &identity, now)?;
        queued.next_at = earliest;
        outbound::put(tx.conn, &queued)?;
        return Ok(None);
    }
    identity.paced_until = identity.paced_until.max(now).plus(limits::PACE_MS);
    identities::put(tx.conn, &identity, now)?;
    let content = outbound_content(tx, &message)?;
    let (Some(to), Some(content)) = (identity.recipient(), content) else {
        outbound::remove(tx.conn, queued.message)?;
        fail_message(tx, &mut message, no_address(), now)?;
        return Ok(None);
    };
    queued.posting = true;
    queued.tries = queued.tries.saturating_add(1);
    outbound::put(tx.conn, &queued)?;
    advance_delivery(tx, &mut message, hub_status(DeliveryState::Posting, now), now)?;
    let due = now.plus(limits::POST_LEASE_MS);
    deadlines::set_earliest(tx.conn, Kind::Posting, queued.message.as_uuid(), due)?;
    tx.wake.deadlines = true;
    let outbound = Outbound { to, content, echo: echo_of(&message.row) };
    let attempt = message.row.attempt;
    Ok(Some(Claimed { message: queued.message, attempt, account: queued.account, outbound }))
}

/// Returns why the message may no longer be sent; `None` if it may. The window may have closed, or the contact opted
/// out, while it was queued.
fn barrier_before(tx: &Tx<'_>, message: &Message, now: Millis) -> Result<Option<Failure>, StoreError> {
    let Some(conversation) = conversations::by_id(tx.conn, message.conversation)? else { return Ok(None) };
    let policy = policy_of(tx.conn, conversation.row.account)?;
    let barrier = may_send(&policy, &conversation.row, &message.content, &message.author, now).err();
    Ok(barrier.map(|barrier| barrier::failure(barrier, &policy, &conversation.row)))
}

/// Returns what is posted for a message; `None` for content that is never posted.
fn outbound_content(
    tx: &Tx<'_>,
    message: &messages::StoredMessage,
) -> Result<Option<OutboundContent>, StoreError> {
    Ok(match &message.row.content {
        Content::Text { body } => Some(OutboundContent::Text { body: body.clone() }),
        Content::Notification { template, language, .. } => {
            let parameters = template_values::of(tx.conn, message.row.id)?;
            let (name, language) = (template.clone(), language.clone());
            Some(OutboundContent::Template(OutboundTemplate { name, language, parameters }))
        }
        Content::Placeholder { .. } | Content::Notice { .. } | Content::Unknown => None,
    })
}

fn no_address() -> Failure {
    Failure {
        reason: "hub.no_address".to_owned(),
        sentence: "There is no address to send this message to. It was not sent.".to_owned(),
        remedy: Remedy::WaitForContact,
        class: Some(FailureClass::Other),
    }
}
