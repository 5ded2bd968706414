//! Our own accounts in the agent's queues, their policies and their health.

use deskbell_protocol::{Account, AccountHealth, LogPosition, QueueId};
use rusqlite::{Connection, params};

use super::commit::Commit;
use super::sql::{Id, from_json, json, put_newer};
use super::{Cache, CacheError};

/// The accounts of the agent's queues.
pub(super) fn all(sql: &Connection) -> Result<Vec<Account>, CacheError> {
    Ok(sql.prepare_cached("SELECT accounts FROM state")?.query_row([], |row| from_json(row, 0))?)
}

/// Replaces the stored rows by the hub's list. The UI reads them with a snapshot.
pub(super) fn set(commit: &mut Commit<'_>, accounts: &[Account]) -> Result<(), CacheError> {
    if all(commit.sql)? != accounts {
        commit.sql.execute("UPDATE state SET accounts = ?1", [json(&accounts)?])?;
        commit.resync = true;
    }
    Ok(())
}

/// Deletes the accounts of a queue that the agent has left.
pub(super) fn leave_queue(commit: &mut Commit<'_>, queue: QueueId) -> Result<(), CacheError> {
    let (left, kept): (Vec<_>, Vec<_>) =
        all(commit.sql)?.into_iter().partition(|account| account.queue == queue);
    for account in left {
        commit.accounts_health.remove(&account.id);
        commit
            .sql
            .prepare_cached("DELETE FROM account_health WHERE account = ?1")?
            .execute([account.id.bytes()])?;
    }
    set(commit, &kept)
}

/// Writes the row if it is newer than the stored one.
pub(super) fn put_health(commit: &mut Commit<'_>, row: &AccountHealth) -> Result<(), CacheError> {
    let columns: [(&str, &dyn rusqlite::ToSql); 2] =
        [("account", &row.account.bytes()), ("row", &json(row)?)];
    if put_newer(commit.sql, "account_health", "account", &columns, row.version)? {
        commit.accounts_health.insert(row.account, row.clone());
    }
    Ok(())
}

/// Replaces the stored list of accounts that cannot send by the hub's.
pub(super) fn replace_unhealthy(
    commit: &mut Commit<'_>,
    rows: &[AccountHealth],
    upto: LogPosition,
) -> Result<(), CacheError> {
    commit.sql.execute("DELETE FROM account_health WHERE version <= ?1", params![upto.0])?;
    rows.iter().try_for_each(|row| put_health(commit, row))
}

/// The accounts that cannot send.
pub(super) fn unhealthy(sql: &Connection) -> Result<Vec<AccountHealth>, CacheError> {
    let mut query = sql.prepare_cached("SELECT row FROM account_health ORDER BY account")?;
    let rows = query.query_map([], |row| from_json(row, 0))?;
    let all = rows.collect::<Result<Vec<AccountHealth>, _>>()?;
    Ok(all.into_iter().filter(|row| row.problem.is_some()).collect())
}

impl Cache {
    /// Stores our accounts.
    pub(crate) async fn set_accounts(&self, accounts: Vec<Account>) -> Result<(), CacheError> {
        self.write(move |commit: &mut Commit<'_>| set(commit, &accounts)).await
    }
}
