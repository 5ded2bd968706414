//! Changes of a contact's address at the provider. The contact and the conversation stay the same.

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

/// The identity that has the sender's address now.
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
    // A different user id with the same number means that the number was reassigned.
    Ok(known.filter(|known| known.user_id.is_none() || sender.user_id.is_none()))
}

/// The identity with this number as it is stored, else as the provider reports it. Other spellings are not
/// considered, because they prove nothing.
pub(crate) fn find_identity_by_number(
    tx: &Tx<'_>,
    account: AccountId,
    phone: &str,
) -> Result<Option<Identity>, StoreError> {
    match identities::by_phone(tx.conn, account, phone)? {
        Some(known) => Ok(Some(known)),
        None => identities::by_reported_phone(tx.conn, account, phone),
    }
}

/// The identity that had the sender's address at the time `at`. A user id belongs to one person for ever; a number
/// may have been reassigned since.
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

/// Applies a change of a contact's number, user id, or both. Merges the two contacts if the new address has already
/// been used.
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
        // No known contact, so there is nothing to update.
        return Ok(());
    };
    let Some(mut conversation) = conversations::by_identity(tx.conn, identity.id)? else {
        return Ok(());
    };
    let before = (identity.user_id.clone(), identity.phone.clone());
    let from = identity.display_address();
    let newer = find_identity(tx, account, &change.after)?.filter(|other| other.id != identity.id);
    let to = if let Some(newer) = newer {
        // The contact wrote from the new address before the change was reported. That conversation continues and
        // belongs to the same person.
        merge_identities(tx, &newer, &identity, now)?;
        if let Some(merged) = conversations::by_identity(tx.conn, identity.id)? {
            conversation = merged;
        }
        newer.display_address()
    } else {
        if change.after.phone.is_some() {
            // A new number has a new user id, which may be reported only with the next message.
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
        identity.display_address()
    };
    let row = &mut conversation.row;
    if row.address != identity.display_address() {
        let mut rename = None;
        // A contact who is named by their number is named by the new one.
        if let (Some(old), Some(new)) = (&row.address, identity.display_address())
            && row.contact_name == *old
        {
            rename = Some(new);
        }
        row.address = identity.display_address();
        apply_new_address(tx, &mut conversation, rename, identity.phone.as_deref(), now)?;
    }
    save_conversation(tx, &mut conversation, now)?;
    let open = interactions::open_in(tx.conn, conversation.row.id)?.map(|open| open.row.id);
    let to = to.filter(|to| Some(to) != from.as_ref());
    let notice = Notice::AddressChanged { from: from.filter(|_| to.is_some()), to };
    add_event(tx, &conversation.row, open, notice, Some(&change.provider_id), now)
}

/// The identity whose address changed: the one with the old address; else, if only the user id is new, the one with
/// the number.
fn find_changed_identity(
    tx: &Tx<'_>,
    account: &Account,
    change: &InboundAddressChange,
) -> Result<Option<Identity>, StoreError> {
    if let Some(known) = find_identity(tx, account, &change.before)? {
        return Ok(Some(known));
    }
    // The change may have been reported before in another form, and this report may add to it.
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

/// Merges the contacts of two identities that belong to one person, into the contact of the older one.
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
