//! What was delivered becomes rows: many deliveries in one go, and none of them at the cost of another.

use std::collections::HashMap;

use deskbell_channels::Inbound;
use deskbell_protocol::{AccountId, Millis};

use super::error::StoreError;
use super::receiving::Read;
use super::tables::accounts::{self, Account};
use super::tables::raw_deliveries;
use super::writing::Writing;

/// How an item that fails is met.
#[derive(Clone, Copy)]
enum Care {
    /// Everything is undone. This is how it begins: hardly anything ever fails, and a savepoint for every item
    /// would cost more than what it guards.
    AllOrNothing,
    /// Only the item is undone, and its delivery set aside.
    EachAlone,
}

impl Writing<'_> {
    /// Takes up these deliveries, each item on its own. After an error nothing of it was done; it is tried again
    /// later.
    pub(super) fn take_up(&mut self, deliveries: &[Read], now: Millis) -> Result<(), StoreError> {
        // Nothing that is delivered changes who leads a queue.
        self.leaders = Some(HashMap::new());
        let mut all = |care| self.attempt(|writing| writing.take_up_all(deliveries, care, now));
        let done = match all(Care::AllOrNothing) {
            Err(error) if !error.is_passing() => all(Care::EachAlone),
            done => done,
        };
        self.leaders = None;
        done
    }

    fn take_up_all(&mut self, deliveries: &[Read], care: Care, now: Millis) -> Result<(), StoreError> {
        let mut accounts = HashMap::new();
        for read in deliveries {
            let part = |writing: &mut Self| writing.take_up_one(read, care, &mut accounts, now);
            if !self.with_care(care, read.delivery, part)? {
                raw_deliveries::close(self.conn, read.delivery, Some("could not be taken up"))?;
            }
        }
        Ok(())
    }

    /// Runs a part of it. Returns whether that stands; a part that failed alone was undone.
    fn with_care(
        &mut self,
        care: Care,
        delivery: i64,
        part: impl FnOnce(&mut Self) -> Result<(), StoreError>,
    ) -> Result<bool, StoreError> {
        match care {
            Care::AllOrNothing => part(self).map(|()| true),
            Care::EachAlone => match self.attempt(part) {
                Err(error) if !error.is_passing() => {
                    tracing::warn!(delivery, %error, "a part of a delivery, or all of it, was set aside");
                    Ok(false)
                }
                done => done.map(|()| true),
            },
        }
    }

    fn take_up_one(
        &mut self,
        read: &Read,
        care: Care,
        accounts: &mut HashMap<AccountId, Account>,
        now: Millis,
    ) -> Result<(), StoreError> {
        let items = match &read.items {
            Ok(items) => items,
            Err(why) => return raw_deliveries::close(self.conn, read.delivery, Some(why)).map(|_first| ()),
        };
        // It may have been taken up before an answer of ours was lost.
        if !raw_deliveries::close(self.conn, read.delivery, None)? {
            return Ok(());
        }
        for (account, number) in &read.own_numbers {
            accounts::told_number(self.conn, *account, number)?;
        }
        let mut left_out = 0_usize;
        for (account, item) in items {
            let account = match account {
                Some(id) => self.account(*id, accounts)?,
                None => None,
            };
            let Some(account) = account.filter(|_| !matches!(item, Inbound::SetAside { .. })) else {
                left_out = left_out.saturating_add(1);
                continue;
            };
            let part = |writing: &mut Self| writing.take_up_item(account, item, read.received_at, now);
            if !self.with_care(care, read.delivery, part)? {
                left_out = left_out.saturating_add(1);
            }
        }
        if left_out > 0 {
            let why = format!("{left_out} items could not be taken up");
            raw_deliveries::set_aside(self.conn, read.delivery, &why)?;
        }
        Ok(())
    }

    /// The account, looked up once for everything that is taken up together.
    fn account<'a>(
        &self,
        id: AccountId,
        known: &'a mut HashMap<AccountId, Account>,
    ) -> Result<Option<&'a Account>, StoreError> {
        if !known.contains_key(&id)
            && let Some(account) = accounts::by_id(self.conn, id)?
        {
            known.insert(id, account);
        }
        Ok(known.get(&id))
    }

    fn take_up_item(
        &mut self,
        account: &Account,
        item: &Inbound,
        received_at: Millis,
        now: Millis,
    ) -> Result<(), StoreError> {
        match item {
            Inbound::Message(message) => self.arrive(account, message, received_at, now),
            Inbound::Echo(echo) => self.echo_arrived(account, echo, received_at, now),
            Inbound::Status(status) => self.status_arrived(account, status, now),
            Inbound::Reaction(reaction) => self.reaction_arrived(account, reaction, received_at, now),
            Inbound::Revoked(revocation) => self.taken_back(account, revocation, now),
            Inbound::AddressChanged(change) => self.address_changed(account, change, now),
            Inbound::AccountError { failure, .. } => self.account_reported(account, failure, now),
            // Nothing is asked for, or it could not be read and was counted.
            Inbound::Ignored { .. } | Inbound::SetAside { .. } => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
