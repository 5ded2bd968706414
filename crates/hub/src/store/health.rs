//! How each account stands with its provider.

use deskbell_channels::Credentials;
use deskbell_protocol::{AccountHealth, AccountId, AgentId, Change, Failure, LogPosition, Millis};
use rusqlite::Connection;

use super::access;
use super::error::StoreError;
use super::tables::account_health::{self, Stored};
use super::tables::accounts::{self, Account};
use super::{Store, Writing};
use crate::limits;

/// The health of an account as people see it.
fn shown(account: &Account, health: &Stored) -> AccountHealth {
    AccountHealth {
        account: account.id,
        name: account.name.clone(),
        channel: account.channel,
        problem: health.problem.clone(),
        since: health.since,
        version: health.version,
    }
}

/// The accounts of the agent's queues whose messages wait; to an admin, all of them.
pub(super) fn unhealthy_seen_by(conn: &Connection, agent: AgentId) -> Result<Vec<AccountHealth>, StoreError> {
    let mut seen = Vec::new();
    let admin = access::is_admin(conn, agent)?;
    for account in if admin { accounts::all(conn)? } else { accounts::of_agent(conn, agent)? } {
        let health = account_health::of(conn, account.id)?.filter(|health| health.problem.is_some());
        seen.extend(health.map(|health| shown(&account, &health)));
    }
    Ok(seen)
}

impl Store {
    /// When an account whose messages wait is next to be asked about.
    pub(crate) async fn next_probe(&self) -> Result<Option<Millis>, StoreError> {
        self.read(account_health::next_probe).await
    }

    /// The accounts to ask about now.
    pub(crate) async fn take_probes(&self, now: Millis) -> Result<Vec<AccountId>, StoreError> {
        let again = now.plus(limits::PROBE_EVERY_MS);
        self.write(move |writing| account_health::take_probes(writing.conn, now, again)).await
    }

    /// Writes down what a provider said when it was asked.
    pub(crate) async fn probed(
        &self,
        account: AccountId,
        credentials: Credentials,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.write(move |writing| writing.probed(account, credentials, now)).await
    }
}

impl Writing<'_> {
    /// The provider does not take our access: from now on the account's messages wait, and it is asked from
    /// time to time whether it does again.
    pub(super) fn not_connected(
        &mut self,
        account: AccountId,
        failure: Failure,
        now: Millis,
    ) -> Result<(), StoreError> {
        let mut health = self.health_of(account, now)?;
        if health.problem.is_some() {
            return Ok(());
        }
        tracing::error!(account = %account, reason = failure.reason, "an account's messages wait: its access is not taken");
        health.problem = Some(failure);
        health.since = now;
        health.probe_at = Some(now.plus(limits::PROBE_EVERY_MS));
        self.wake.probes = true;
        self.save_health(health, now)
    }

    fn probed(
        &mut self,
        account: AccountId,
        credentials: Credentials,
        now: Millis,
    ) -> Result<(), StoreError> {
        let mut health = self.health_of(account, now)?;
        if credentials != Credentials::Accepted || health.problem.is_none() {
            return Ok(());
        }
        tracing::info!(account = %account, "an account's messages go out again");
        health.problem = None;
        health.since = now;
        health.probe_at = None;
        self.wake.outbound = true;
        self.save_health(health, now)
    }

    /// Writes a change that the members of the account's queue see, and the admins.
    fn save_health(&mut self, mut health: Stored, now: Millis) -> Result<(), StoreError> {
        health.version = self.next_position();
        account_health::put(self.conn, &health)?;
        let Some(account) = accounts::by_id(self.conn, health.account)? else { return Ok(()) };
        let change = Change::AccountHealth { row: shown(&account, &health) };
        self.log_for_queue(account.queue, &change, now)
    }

    /// The provider reported an error of the account as a whole. It is kept for whoever looks after the hub.
    pub(super) fn account_reported(
        &mut self,
        account: &Account,
        failure: &Failure,
        now: Millis,
    ) -> Result<(), StoreError> {
        tracing::warn!(account = %account.id, reason = failure.reason, "the provider reports an error of an account");
        let mut health = self.health_of(account.id, now)?;
        health.last_error = Some((failure.clone(), now));
        account_health::put(self.conn, &health)
    }

    /// What is known of the account's health; all well, if nothing is.
    fn health_of(&self, account: AccountId, now: Millis) -> Result<Stored, StoreError> {
        let known = account_health::of(self.conn, account)?;
        Ok(known.unwrap_or(Stored {
            account,
            last_error: None,
            problem: None,
            since: now,
            probe_at: None,
            version: LogPosition::default(),
        }))
    }
}
