//! The offers to the agent. An offer that is over stays for a while, so that a repeated entry cannot make it
//! ring again.

use std::collections::BTreeSet;

use deskbell_protocol::{AgentId, ConversationId, LogPosition, Millis, Offer, OfferId, OfferState};
use rusqlite::{Connection, params};

use super::CacheError;
use super::commit::Commit;
use super::sql::{Id, from_json, json, put_newer, word};

/// Writes the row if it is newer than the stored one.
pub(super) fn put(commit: &mut Commit<'_>, row: &Offer) -> Result<(), CacheError> {
    let columns: [(&str, &dyn rusqlite::ToSql); 6] = [
        ("id", &row.id.bytes()),
        ("conversation", &row.conversation.bytes()),
        ("queue", &row.queue.bytes()),
        ("state", &word(&row.state)?),
        ("deadline", &row.deadline.0),
        ("row", &json(row)?),
    ];
    if put_newer(commit.sql, "offer", "id", &columns, row.version)? {
        commit.offers.insert(row.id, row.clone());
    }
    Ok(())
}

/// The offers that ring at an agent, oldest first.
pub(super) fn ringing_at(sql: &Connection, agent: AgentId) -> Result<Vec<Offer>, CacheError> {
    let mut offers = ringing(sql)?;
    offers.retain(|offer| offer.agent == agent);
    Ok(offers)
}

fn ringing(sql: &Connection) -> Result<Vec<Offer>, CacheError> {
    let mut query =
        sql.prepare_cached("SELECT row FROM offer WHERE state = 'ringing' ORDER BY deadline, id")?;
    let rows = query.query_map([], |row| from_json(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// An offer by its id.
pub(super) fn find(sql: &Connection, offer: OfferId) -> Result<Option<Offer>, CacheError> {
    let mut query = sql.prepare_cached("SELECT row FROM offer WHERE id = ?1")?;
    let mut rows = query.query_map([offer.bytes()], |row| from_json(row, 0))?;
    Ok(rows.next().transpose()?)
}

/// Deletes the offers that the hub no longer lists as ringing. They are announced as withdrawn, which also
/// closes their toasts.
pub(super) fn keep_listed(
    commit: &mut Commit<'_>,
    listed: &BTreeSet<OfferId>,
    upto: LogPosition,
) -> Result<(), CacheError> {
    for offer in ringing(commit.sql)? {
        if offer.version <= upto && !listed.contains(&offer.id) {
            withdraw(commit, offer)?;
        }
    }
    Ok(())
}

pub(super) fn delete_of(commit: &mut Commit<'_>, conversation: ConversationId) -> Result<(), CacheError> {
    for offer in ringing(commit.sql)? {
        if offer.conversation == conversation {
            withdraw(commit, offer)?;
        }
    }
    commit
        .sql
        .prepare_cached("DELETE FROM offer WHERE conversation = ?1")?
        .execute([conversation.bytes()])?;
    Ok(())
}

fn withdraw(commit: &mut Commit<'_>, mut offer: Offer) -> Result<(), CacheError> {
    commit.sql.prepare_cached("DELETE FROM offer WHERE id = ?1")?.execute([offer.id.bytes()])?;
    offer.state = OfferState::Withdrawn;
    commit.offers.insert(offer.id, offer);
    Ok(())
}

/// Deletes the offers whose deadline was before this time.
pub(super) fn delete_before(sql: &Connection, before: Millis) -> Result<(), CacheError> {
    sql.execute("DELETE FROM offer WHERE deadline < ?1", params![before.0])?;
    Ok(())
}
