//! Contacts whose address at the provider changes: they stay who they are, and their conversation goes on.

use deskbell_channels::{InboundAddressChange, Sender};
use deskbell_protocol::{AccountId, Millis, Notice};

use crate::domain::contacts::directory::apply_new_address;
use crate::domain::contacts::merge::merge;
use crate::domain::save::{add_event, save_conversation};
use crate::store::tables::accounts::Account;
use crate::store::tables::former_addresses::{self, Kind};
use crate::store::tables::identities::{self, Identity};
use crate::store::tables::{conversations, interactions, messages};
use crate::store::{StoreError, Tx};

/// Whoever goes by this now.
pub(crate) fn find_identity(
    tx: &Tx<'_>,
    account: &Account,
    sender: &Sender,
) -> Result<Option<Identity>, StoreError> {
    if let Some(id) = &sender.user_id
        && let Some(known) = identities::by_user_id(tx.conn, account.id, id)?
    {
        return Ok(Some(known));
    }
    let Some(phone) = &sender.phone else { return Ok(None) };
    let known = find_identity_by_number(tx, account.id, phone)?;
    // Another user with the same number: the number has changed hands.
    Ok(known.filter(|known| known.user_id.is_none() || sender.user_id.is_none()))
}

/// Whose number this is: as it is stored, else as the provider reports it. In which other way a country might
/// write it proves nothing.
pub(crate) fn find_identity_by_number(
    tx: &Tx<'_>,
    account: AccountId,
    phone: &str,
) -> Result<Option<Identity>, StoreError> {
    match identities::by_phone(tx.conn, account, phone)? {
        Some(known) => Ok(Some(known)),
        None => identities::by_reported(tx.conn, account, phone),
    }
}

/// Whoever went by this at the time. A user id is one person's for ever; a number may be somebody else's
/// today.
pub(crate) fn find_identity_at(
    tx: &Tx<'_>,
    account: &Account,
    sender: &Sender,
    at: Millis,
) -> Result<Option<Identity>, StoreError> {
    if let Some(id) = &sender.user_id
        && let Some((identity, _)) = former_addresses::of(tx.conn, account.id, Kind::UserId, id)?
    {
        return identities::by_id(tx.conn, identity);
    }
    let Some(phone) = &sender.phone else { return Ok(None) };
    match former_addresses::of(tx.conn, account.id, Kind::Phone, phone)? {
        Some((identity, until)) if at <= until => identities::by_id(tx.conn, identity),
        _ => Ok(None),
    }
}

/// A contact has another number, another id, or both.
pub(crate) fn change_address(
    tx: &mut Tx<'_>,
    account: &Account,
    change: &InboundAddressChange,
    now: Millis,
) -> Result<(), StoreError> {
    if messages::is_known(tx.conn, account.id, &change.provider_id)? {
        return Ok(());
    }
    let Some(mut identity) = find_changed_identity(tx, account, change)? else {
        // Nobody who ever wrote here: there is nothing to keep true.
        return Ok(());
    };
    let Some(mut conversation) = conversations::by_identity(tx.conn, identity.id)? else {
        return Ok(());
    };
    let before = (identity.user_id.clone(), identity.phone.clone());
    let from = identity.readable();
    let taken_over = find_identity(tx, account, &change.after)?.filter(|other| other.id != identity.id);
    let to = if let Some(newer) = taken_over {
        // They wrote from the new address before the news of it came: that conversation goes on, and is
        // the same person's.
        merge_identities(tx, &newer, &identity, now)?;
        if let Some(joined) = conversations::by_identity(tx.conn, identity.id)? {
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
        identities::put(tx.conn, &identity, now)?;
        for (kind, was, is) in
            [(Kind::UserId, &before.0, &identity.user_id), (Kind::Phone, &before.1, &identity.phone)]
        {
            if let Some(was) = was.as_ref().filter(|was| Some(*was) != is.as_ref()) {
                former_addresses::put(tx.conn, account.id, kind, was, identity.id, now)?;
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
        apply_new_address(tx, &mut conversation, rename, identity.phone.as_deref(), now)?;
    }
    save_conversation(tx, &mut conversation, now)?;
    let open = interactions::open_in(tx.conn, conversation.row.id)?.map(|open| open.row.id);
    let to = to.filter(|to| Some(to) != from.as_ref());
    let notice = Notice::AddressChanged { from: from.filter(|_| to.is_some()), to };
    add_event(tx, &conversation.row, open, notice, Some(&change.provider_id), now)
}

/// Whose address changed: whoever goes by the old one; else, where only the id is new, by the number.
fn find_changed_identity(
    tx: &Tx<'_>,
    account: &Account,
    change: &InboundAddressChange,
) -> Result<Option<Identity>, StoreError> {
    if let Some(known) = find_identity(tx, account, &change.before)? {
        return Ok(Some(known));
    }
    // It has been told in another spelling already, and there may be more in this one.
    for (kind, address) in [(Kind::UserId, &change.before.user_id), (Kind::Phone, &change.before.phone)] {
        if let Some(address) = address
            && let Some((identity, _)) = former_addresses::of(tx.conn, account.id, kind, address)?
        {
            return identities::by_id(tx.conn, identity);
        }
    }
    match &change.after.phone {
        Some(phone) if change.before.phone.is_none() => identities::by_phone(tx.conn, account.id, phone),
        _ => Ok(None),
    }
}

/// Two identities turn out to be one person's: the newer one is the older one's contact from now on.
fn merge_identities(
    tx: &mut Tx<'_>,
    newer: &Identity,
    older: &Identity,
    now: Millis,
) -> Result<(), StoreError> {
    if newer.contact == older.contact {
        return Ok(());
    }
    merge(tx, older.contact, newer.contact, now)
}
