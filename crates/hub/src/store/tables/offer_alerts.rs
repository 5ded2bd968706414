//! The outcome of the toast for an offer, per session.

use deskbell_protocol::{AlertOutcome, Millis, OfferId, SessionId};
use rusqlite::{Connection, params};

use crate::store::StoreError;
use crate::store::values::{Key, Word};

/// Stores the outcome that a session reports.
pub(crate) fn put(
    conn: &Connection,
    offer: OfferId,
    session: SessionId,
    outcome: AlertOutcome,
    why: Option<&str>,
    now: Millis,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO offer_alerts (offer, session, outcome, why, at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (offer, session) DO UPDATE SET outcome = excluded.outcome, why = excluded.why,
           at = excluded.at",
    )?
    .execute(params![Key(offer), Key(session), Word(outcome), why, now.0])?;
    Ok(())
}

/// Whether the agent cannot be alerted: every open session reported that it could not show the toast, and no session,
/// open or closed, reported that it did.
pub(crate) fn nobody_alerted(conn: &Connection, offer: OfferId) -> Result<bool, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT NOT EXISTS (SELECT 1 FROM offer_alerts
                             WHERE offer = ?1 AND outcome IN ('handed_over', 'seen'))
            AND NOT EXISTS (SELECT 1 FROM offers o JOIN sessions s ON s.agent = o.agent
                             WHERE o.id = ?1 AND NOT EXISTS
                               (SELECT 1 FROM offer_alerts a WHERE a.offer = ?1 AND a.session = s.id))
            AND EXISTS (SELECT 1 FROM offer_alerts WHERE offer = ?1)",
    )?;
    Ok(statement.query_row([Key(offer)], |row| row.get(0))?)
}
