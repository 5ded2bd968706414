//! Contacts whose address at the provider changes: they stay who they are, and their conversation goes on.

use deskbell_channels::{InboundAddressChange, Sender};
use deskbell_protocol::{AccountId, Millis, Notice};

use super::Writing;
use super::error::StoreError;
use super::tables::accounts::Account;
use super::tables::former_addresses::{self, Kind};
use super::tables::identities::{self, Identity};
use super::tables::{conversations, interactions, messages};

impl Writing<'_> {
    /// Whoever goes by this now.
    pub(super) fn known_as_now(
        &self,
        account: &Account,
        sender: &Sender,
    ) -> Result<Option<Identity>, StoreError> {
        if let Some(id) = &sender.user_id
            && let Some(known) = identities::by_user_id(self.conn, account.id, id)?
        {
            return Ok(Some(known));
        }
        let Some(phone) = &sender.phone else { return Ok(None) };
        let known = self.at_number(account.id, phone)?;
        // Another user with the same number: the number has changed hands.
        Ok(known.filter(|known| known.user_id.is_none() || sender.user_id.is_none()))
    }

    /// Whose number this is: as it is stored, else as the provider reports it. In which other way a country might
    /// write it proves nothing.
    pub(super) fn at_number(&self, account: AccountId, phone: &str) -> Result<Option<Identity>, StoreError> {
        match identities::by_phone(self.conn, account, phone)? {
            Some(known) => Ok(Some(known)),
            None => identities::by_reported(self.conn, account, phone),
        }
    }

    /// Whoever went by this at the time. A user id is one person's for ever; a number may be somebody else's
    /// today.
    pub(super) fn known_before(
        &self,
        account: &Account,
        sender: &Sender,
        at: Millis,
    ) -> Result<Option<Identity>, StoreError> {
        if let Some(id) = &sender.user_id
            && let Some((identity, _)) = former_addresses::of(self.conn, account.id, Kind::UserId, id)?
        {
            return identities::by_id(self.conn, identity);
        }
        let Some(phone) = &sender.phone else { return Ok(None) };
        match former_addresses::of(self.conn, account.id, Kind::Phone, phone)? {
            Some((identity, until)) if at <= until => identities::by_id(self.conn, identity),
            _ => Ok(None),
        }
    }

    /// A contact has another number, another id, or both.
    pub(super) fn address_changed(
        &mut self,
        account: &Account,
        change: &InboundAddressChange,
        now: Millis,
    ) -> Result<(), StoreError> {
        if messages::is_known(self.conn, account.id, &change.provider_id)? {
            return Ok(());
        }
        let Some(mut identity) = self.whose(account, change)? else {
            // Nobody who ever wrote here: there is nothing to keep true.
            return Ok(());
        };
        let Some(mut conversation) = conversations::by_identity(self.conn, identity.id)? else {
            return Ok(());
        };
        let before = (identity.user_id.clone(), identity.phone.clone());
        let from = identity.readable();
        let taken_over = self.known_as_now(account, &change.after)?.filter(|other| other.id != identity.id);
        let to = if let Some(newer) = taken_over {
            // They wrote from the new address before the news of it came: that conversation goes on, and is
            // the same person's.
            self.same_contact(&newer, &identity, now)?;
            if let Some(joined) = conversations::by_identity(self.conn, identity.id)? {
                conversation = joined;
            }
            newer.readable()
        } else {
            if change.after.phone.is_some() {
                // A new number makes a new id, which may be told only with the next message.
                identity.user_id = None;
                identity.phone.clone_from(&change.after.phone);
            }
            if change.after.user_id.is_some() {
                identity.user_id.clone_from(&change.after.user_id);
            } else if identity.phone == before.1 {
                identity.user_id.clone_from(&before.0);
            }
            if (identity.user_id.clone(), identity.phone.clone()) == before {
                return Ok(());
            }
            if identity.phone != before.1 {
                identity.reported_phone = None;
            }
            identities::put(self.conn, &identity, now)?;
            for (kind, was, is) in
                [(Kind::UserId, &before.0, &identity.user_id), (Kind::Phone, &before.1, &identity.phone)]
            {
                if let Some(was) = was.as_ref().filter(|was| Some(*was) != is.as_ref()) {
                    former_addresses::put(self.conn, account.id, kind, was, identity.id, now)?;
                }
            }
            identity.readable()
        };
        let row = &mut conversation.row;
        if row.address != identity.readable() {
            let mut rename = None;
            // Who is called by their number is called by the new one.
            if let (Some(old), Some(new)) = (&row.address, identity.readable())
                && row.contact_name == *old
            {
                rename = Some(new);
            }
            row.address = identity.readable();
            self.address_moved(&mut conversation, rename, identity.phone.as_deref(), now)?;
        }
        self.save_conversation(&mut conversation, now)?;
        let open = interactions::open_in(self.conn, conversation.row.id)?.map(|open| open.row.id);
        let to = to.filter(|to| Some(to) != from.as_ref());
        let notice = Notice::AddressChanged { from: from.filter(|_| to.is_some()), to };
        self.add_event(&conversation.row, open, notice, Some(&change.provider_id), now)
    }

    /// Whose address changed: whoever goes by the old one; else, where only the id is new, by the number.
    fn whose(
        &self,
        account: &Account,
        change: &InboundAddressChange,
    ) -> Result<Option<Identity>, StoreError> {
        if let Some(known) = self.known_as_now(account, &change.before)? {
            return Ok(Some(known));
        }
        // It has been told in another spelling already, and there may be more in this one.
        for (kind, address) in [(Kind::UserId, &change.before.user_id), (Kind::Phone, &change.before.phone)] {
            if let Some(address) = address
                && let Some((identity, _)) = former_addresses::of(self.conn, account.id, kind, address)?
            {
                return identities::by_id(self.conn, identity);
            }
        }
        match &change.after.phone {
            Some(phone) if change.before.phone.is_none() => {
                identities::by_phone(self.conn, account.id, phone)
            }
            _ => Ok(None),
        }
    }

    /// Two identities turn out to be one person's: the newer one is the older one's contact from now on.
    fn same_contact(&mut self, newer: &Identity, older: &Identity, now: Millis) -> Result<(), StoreError> {
        if newer.contact == older.contact {
            return Ok(());
        }
        self.join(older.contact, newer.contact, now)
    }
}
