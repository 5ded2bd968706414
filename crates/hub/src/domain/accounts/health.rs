//! Health of accounts at their providers.

use deskbell_channels::Credentials;
use deskbell_protocol::{AccountHealth, AccountId, AgentId, Change, Failure, LogPosition, Millis};

use crate::limits;
use crate::store::tables::account_health::{self, StoredHealth};
use crate::store::tables::accounts::{self, Account};
use crate::store::{Conn, StoreError, Tx, access};

/// The health of an account as clients receive it.
fn to_account_health(account: &Account, health: &StoredHealth) -> AccountHealth {
    AccountHealth {
        account: account.id,
        name: account.name.clone(),
        channel: account.channel,
        problem: health.problem.clone(),
        since: health.since,
        version: health.version,
    }
}

/// The paused accounts in the agent's queues; for an admin, all paused accounts.
pub(crate) fn unhealthy_accounts(conn: &Conn, agent: AgentId) -> Result<Vec<AccountHealth>, StoreError> {
    let mut unhealthy = Vec::new();
    let admin = access::is_admin(conn, agent)?;
    for account in if admin { accounts::all(conn)? } else { accounts::of_agent(conn, agent)? } {
        let health = account_health::of(conn, account.id)?.filter(|health| health.problem.is_some());
        unhealthy.extend(health.map(|health| to_account_health(&account, &health)));
    }
    Ok(unhealthy)
}

/// Pauses an account whose credentials the provider rejects: its messages wait, and the provider is probed
/// periodically until it accepts them.
pub(crate) fn pause_account(
    tx: &mut Tx<'_>,
    account: AccountId,
    failure: Failure,
    now: Millis,
) -> Result<(), StoreError> {
    let mut health = account_health(tx, account, now)?;
    if health.problem.is_some() {
        return Ok(());
    }
    tracing::error!(account = %account, reason = failure.reason, "an account is paused: its credentials are rejected");
    health.problem = Some(failure);
    health.since = now;
    health.probe_at = Some(now.plus(limits::PROBE_EVERY_MS));
    tx.wake.probes = true;
    save_health(tx, health, now)
}

/// Resumes a paused account if a probe found it connected.
pub(crate) fn apply_probe(
    tx: &mut Tx<'_>,
    account: AccountId,
    credentials: Credentials,
    now: Millis,
) -> Result<(), StoreError> {
    let mut health = account_health(tx, account, now)?;
    if credentials != Credentials::Accepted || health.problem.is_none() {
        return Ok(());
    }
    tracing::info!(account = %account, "an account is resumed");
    health.problem = None;
    health.since = now;
    health.probe_at = None;
    tx.wake.outbound = true;
    save_health(tx, health, now)
}

/// Writes and logs the health for the members of the account's queue and the admins.
fn save_health(tx: &mut Tx<'_>, mut health: StoredHealth, now: Millis) -> Result<(), StoreError> {
    health.version = tx.next_position();
    account_health::put(tx.conn, &health)?;
    let Some(account) = accounts::by_id(tx.conn, health.account)? else { return Ok(()) };
    let change = Change::AccountHealth { row: to_account_health(&account, &health) };
    tx.log_for_queue(account.queue, &change, now)
}

/// Stores an error that the provider reported for the account as a whole, for administrators.
pub(crate) fn record_account_error(
    tx: &mut Tx<'_>,
    account: &Account,
    failure: &Failure,
    now: Millis,
) -> Result<(), StoreError> {
    tracing::warn!(account = %account.id, reason = failure.reason, "the provider reported an error of an account");
    let mut health = account_health(tx, account.id, now)?;
    health.last_error = Some((failure.clone(), now));
    account_health::put(tx.conn, &health)
}

/// The stored health of the account; healthy if none is stored.
fn account_health(tx: &Tx<'_>, account: AccountId, now: Millis) -> Result<StoredHealth, StoreError> {
    let known = account_health::of(tx.conn, account)?;
    Ok(known.unwrap_or(StoredHealth {
        account,
        last_error: None,
        problem: None,
        since: now,
        probe_at: None,
        version: LogPosition::default(),
    }))
}
