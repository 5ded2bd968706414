//! Agents' answers to offers, and their desktops' reports of the alerts.

use deskbell_protocol::{AlertOutcome, ErrorCode, Millis, Offer, OfferId, OfferState};

use crate::domain::actor::Actor;
use crate::domain::routing::offer::{close_offer, take_offer};
use crate::limits;
use crate::store::tables::{offer_alerts, offers};
use crate::store::{StoreError, Tx, access};

/// Accepts an offer: the interaction becomes the agent's.
///
/// # Errors
///
/// `NotFound` if the offer is not the agent's or they left its queue; `OfferGone` if it no longer rings.
pub(crate) fn accept_offer(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: OfferId,
    now: Millis,
) -> Result<(), StoreError> {
    let mut offer = ringing_offer(tx, actor, id)?;
    if !access::is_member(tx.conn, actor.agent.id, offer.queue)? {
        return Err(StoreError::not_found("offer"));
    }
    take_offer(tx, &mut offer, now)
}

/// Declines an offer: it goes to somebody else.
///
/// # Errors
///
/// `NotFound` if the offer is not the agent's; `OfferGone` if it no longer rings.
pub(crate) fn decline_offer(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: OfferId,
    now: Millis,
) -> Result<(), StoreError> {
    let mut offer = ringing_offer(tx, actor, id)?;
    close_offer(tx, &mut offer, OfferState::Declined, now)
}

/// Records whether a desktop could alert its agent to an offer. When none of the agent's desktops could, the offer goes
/// to somebody else.
pub(crate) fn report_alert(
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

/// Returns the offer if it is the agent's and still rings; otherwise fails.
fn ringing_offer(tx: &Tx<'_>, actor: &Actor, id: OfferId) -> Result<Offer, StoreError> {
    let offer = offers::by_id(tx.conn, id)?.filter(|offer| offer.agent == actor.agent.id);
    let offer = offer.ok_or_else(|| StoreError::not_found("offer"))?;
    if offer.state == OfferState::Ringing {
        return Ok(offer);
    }
    Err(StoreError::refused(ErrorCode::OfferGone, "This offer no longer rings; it is already settled."))
}
