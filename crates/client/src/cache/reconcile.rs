//! Reading everything anew, after the log could not be continued: what the hub no longer lists goes; the
//! outbox and the drafts stay.
//!
//! The reading has a number, its round. Until it is complete the cursor stays empty, so that a crash in the
//! middle begins it again.

use std::collections::BTreeSet;

use deskbell_protocol::{ConversationDetail, Generation, LogPosition, Snapshot};
use rusqlite::params;

use super::commit::Commit;
use super::sql::Id;
use super::{
    Cache, CacheError, accounts, assignments, contacts, conversations, interactions, offers, page_in, state,
    statuses,
};

impl Cache {
    /// Begins a reading; answers its round. Versions of another life of the hub's store say nothing about
    /// this one, so they start again from zero.
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
            // What the hub once said yes to may be missing in its backup. Said again it changes nothing if it is
            // there.
            sql.execute("UPDATE outbox SET answered = 0", [])?;
            Ok(sql.query_row("SELECT round FROM state", [], |row| row.get(0))?)
        })
        .await
    }

    /// Takes a page of the hub's list; the transcripts are read later.
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
                conversations::listed(commit.sql, id, round)?;
                let listed: BTreeSet<_> = detail.interactions.iter().map(|row| row.id).collect();
                interactions::keep_listed(commit, id, &listed, upto)?;
                detail.interactions.iter().try_for_each(|row| interactions::put(commit, row))?;
                page_in::transcript(commit, id, upto)?;
            }
            Ok(())
        })
        .await
    }

    /// Ends a reading: removes what was not listed and sets the cursor. The UI reads everything anew.
    pub(crate) async fn end_round(&self, round: i64, snapshot: Snapshot) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| {
            let head = snapshot.head;
            for conversation in conversations::unlisted(commit.sql, round, head, None)? {
                conversations::forget(commit, conversation)?;
            }
            let ringing: BTreeSet<_> = snapshot.offers.iter().map(|offer| offer.id).collect();
            offers::keep_listed(commit, &ringing, head)?;
            snapshot.offers.iter().try_for_each(|offer| offers::put(commit, offer))?;
            statuses::replace(commit, &snapshot.statuses, head)?;
            assignments::replace(commit, &snapshot.assignments, head)?;
            contacts::forget_all_unneeded(commit.sql)?;
            accounts::set(commit, &snapshot.accounts)?;
            accounts::replace_unhealthy(commit, &snapshot.unhealthy, head)?;
            state::set_queues(commit, &snapshot.queues)?;
            commit.sql.execute("UPDATE state SET position = ?1", [head.0])?;
            commit.read_anew = true;
            Ok(())
        })
        .await
    }
}
