//! Reconciling with the hub's snapshot, after the log could not be continued: what the hub no longer lists is
//! deleted; outbox and drafts stay.
//!
//! Each reconciliation has a number, its round. The cursor stays empty until it is complete, so that a crash
//! begins it again.

use std::collections::BTreeSet;

use deskbell_protocol::{ConversationDetail, Generation, LogPosition, Snapshot};
use rusqlite::params;

use super::commit::Commit;
use super::sql::Id;
use super::{
    Cache, CacheError, accounts, assignments, backfill, contacts, conversations, interactions, offers,
    removal, state, statuses,
};

impl Cache {
    /// Begins a round, and returns its number. Versions of another generation of the hub's store cannot be
    /// compared with this one's, so they start from zero.
    pub(crate) async fn begin_round(&self, of: Generation) -> Result<i64, CacheError> {
        self.write(move |commit: &mut Commit<'_>| {
            let sql = commit.sql;
            if state::generation(sql)? != Some(of) {
                sql.execute_batch(
                    "UPDATE conversation SET version = 0; UPDATE message SET version = 0;
                     UPDATE interaction SET version = 0, row = json_set(row, '$.version', 0);
                     UPDATE offer SET version = 0, row = json_set(row, '$.version', 0);
                     UPDATE status SET version = 0, row = json_set(row, '$.version', 0);
                     UPDATE contact SET version = 0, row = json_set(row, '$.version', 0);
                     UPDATE assignment SET version = 0, row = json_set(row, '$.version', 0);
                     UPDATE account_health SET version = 0, row = json_set(row, '$.version', 0);",
                )?;
            }
            sql.execute(
                "UPDATE state SET generation = ?1, position = NULL, round = round + 1",
                params![of.bytes()],
            )?;
            sql.execute("DELETE FROM page_in", [])?;
            // A message that the hub had stored may be missing in its backup. Sending it again changes
            // nothing if it is there.
            sql.execute("UPDATE outbox SET answered = 0", [])?;
            Ok(sql.query_row("SELECT round FROM state", [], |row| row.get(0))?)
        })
        .await
    }

    /// Takes a page of the hub's list of conversations. The backfill reads their transcripts.
    pub(crate) async fn take_round(
        &self,
        round: i64,
        upto: LogPosition,
        details: Vec<ConversationDetail>,
    ) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| {
            for detail in &details {
                let id = detail.conversation.id;
                conversations::put(commit, &detail.conversation)?;
                detail.contact.iter().try_for_each(|row| contacts::put(commit, row))?;
                conversations::set_listed(commit.sql, id, round)?;
                let listed: BTreeSet<_> = detail.interactions.iter().map(|row| row.id).collect();
                interactions::keep_listed(commit, id, &listed, upto)?;
                detail.interactions.iter().try_for_each(|row| interactions::put(commit, row))?;
                backfill::transcript(commit, id, upto)?;
            }
            Ok(())
        })
        .await
    }

    /// Ends a round: deletes what was not listed, and sets the cursor. The UI reads a new snapshot.
    pub(crate) async fn end_round(&self, round: i64, snapshot: Snapshot) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| {
            let head = snapshot.head;
            for conversation in conversations::unlisted(commit.sql, round, head, None)? {
                removal::delete(commit, conversation)?;
            }
            let ringing: BTreeSet<_> = snapshot.offers.iter().map(|offer| offer.id).collect();
            offers::keep_listed(commit, &ringing, head)?;
            snapshot.offers.iter().try_for_each(|offer| offers::put(commit, offer))?;
            statuses::replace(commit, &snapshot.statuses, head)?;
            assignments::replace(commit, &snapshot.assignments, head)?;
            contacts::delete_all_unneeded(commit.sql)?;
            accounts::set(commit, &snapshot.accounts)?;
            accounts::replace_unhealthy(commit, &snapshot.unhealthy, head)?;
            state::set_queues(commit, &snapshot.queues)?;
            commit.sql.execute("UPDATE state SET position = ?1", [head.0])?;
            commit.resync = true;
            Ok(())
        })
        .await
    }
}
