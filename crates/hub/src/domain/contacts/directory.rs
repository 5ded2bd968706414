//! Writes contacts: their rows, their entries in the directory, and what channels report about them.

use deskbell_protocol::{Change, Contact, ContactId, LogPosition, MAX_CONTACT_PARTS, Millis, QueueId};

use crate::domain::save::save_conversation;
use crate::store::tables::{contact_directory, contacts, conversations, identities};
use crate::store::{StoreError, Tx};
use crate::text::search_folding::fold;

/// How many characters of a name determine its order.
const SORT_NAME_CHARS: usize = 60;

/// Writes a contact, updates the directory, and logs the change.
pub(crate) fn save_contact(
    tx: &mut Tx<'_>,
    contact: &mut contacts::StoredContact,
    now: Millis,
) -> Result<(), StoreError> {
    contact.row.version = tx.next_position();
    contacts::put(tx.conn, contact, now)?;
    update_directory(tx, contact)?;
    tx.log_for_contact(contact.row.id, &Change::Contact { row: contact.row.clone() }, now)
}

/// Lists the contact in the queues of their conversations and in the queue they were created in. The contact's own
/// data is searchable in all of these, the addresses of a conversation only in its queue.
fn update_directory(tx: &Tx<'_>, contact: &contacts::StoredContact) -> Result<(), StoreError> {
    let row = &contact.row;
    let mut common: Vec<&str> = vec![&row.name];
    common.extend(row.phones.iter().map(String::as_str));
    common.extend(row.emails.iter().map(String::as_str));
    for attribute in &row.attributes {
        common.extend([attribute.key.as_str(), attribute.value.as_str()]);
    }
    // Fields are separated by a line break, which no search word contains.
    let common = fold(&common.join("\n"));
    let mut queues: Vec<(QueueId, String)> =
        contact.queue.into_iter().map(|queue| (queue, common.clone())).collect();
    for conversation in conversations::of_contact(tx.conn, row.id)? {
        let queue = conversation.row.queue;
        let identity = identities::by_id(tx.conn, conversation.identity)?;
        let username = identity.and_then(|identity| identity.username);
        let index = queues.iter().position(|(known, _)| *known == queue).unwrap_or(queues.len());
        if index == queues.len() {
            queues.push((queue, common.clone()));
        }
        let Some((_, words)) = queues.get_mut(index) else { continue };
        for address in [conversation.row.address, username].into_iter().flatten() {
            words.push('\n');
            words.push_str(&fold(&address));
        }
    }
    contact_directory::set(tx.conn, row.id, &queues, &sort_name(&row.name))
}

/// Updates the directory after a conversation of the contact changed its queue, address or contact.
pub(crate) fn relist_contact(tx: &Tx<'_>, contact: ContactId) -> Result<(), StoreError> {
    match contacts::by_id(tx.conn, contact)? {
        Some(contact) => update_directory(tx, &contact),
        None => Ok(()),
    }
}

/// Stores a contact who wrote for the first time. [`log_new_contact`] logs them once their conversation exists.
pub(crate) fn new_contact(
    tx: &mut Tx<'_>,
    id: ContactId,
    name: &str,
    profile_name: Option<String>,
    phone: Option<&str>,
    now: Millis,
) -> Result<(), StoreError> {
    let contact = contacts::StoredContact {
        row: Contact {
            id,
            name: name.to_owned(),
            named: false,
            attributes: Vec::new(),
            phones: phone.map(e164_from_digits).into_iter().collect(),
            emails: Vec::new(),
            version: LogPosition::default(),
        },
        profile_name,
        queue: None,
    };
    contacts::put(tx.conn, &contact, now)
}

/// Lists and logs a new contact, whose first conversation exists now.
pub(crate) fn log_new_contact(tx: &mut Tx<'_>, id: ContactId, now: Millis) -> Result<(), StoreError> {
    let mut contact = contacts::by_id(tx.conn, id)?.ok_or_else(|| StoreError::not_found("contact"))?;
    save_contact(tx, &mut contact, now)
}

/// Applies what a channel reports about a contact: the profile name, unless an agent named the contact, and the number
/// they write from. `conversation` is changed too, and the caller must save it.
pub(crate) fn apply_profile(
    tx: &mut Tx<'_>,
    conversation: &mut conversations::StoredConversation,
    name: Option<String>,
    phone: Option<&str>,
    now: Millis,
) -> Result<(), StoreError> {
    let Some(mut contact) = contacts::by_id(tx.conn, conversation.row.contact)? else { return Ok(()) };
    let before = (contact.row.clone(), contact.profile_name.clone());
    if let Some(name) = name {
        if !contact.row.named {
            contact.row.name.clone_from(&name);
        }
        contact.profile_name = Some(name);
    }
    if let Some(phone) = phone.map(e164_from_digits)
        && !contact.row.phones.contains(&phone)
        && contact.row.phones.len() < MAX_CONTACT_PARTS
    {
        contact.row.phones.push(phone);
        contact.row.phones.sort();
    }
    if before == (contact.row.clone(), contact.profile_name.clone()) {
        return Ok(());
    }
    conversation.row.contact_name.clone_from(&contact.row.name);
    // The directory reads the stored conversation; the caller saves it again with its other changes.
    conversations::put(tx.conn, conversation)?;
    if before.0 == contact.row {
        return contacts::put(tx.conn, &contact, now);
    }
    save_contact(tx, &mut contact, now)?;
    rename_conversations(tx, &contact.row, Some(conversation), now)
}

/// Applies a new address of a contact: a contact without a name is renamed to `rename`, and the new number is added to
/// the old ones. `conversation` is changed too, and the caller must save it.
pub(crate) fn apply_new_address(
    tx: &mut Tx<'_>,
    conversation: &mut conversations::StoredConversation,
    rename: Option<String>,
    phone: Option<&str>,
    now: Millis,
) -> Result<(), StoreError> {
    if let Some(name) = rename
        && let Some(mut contact) = contacts::by_id(tx.conn, conversation.row.contact)?
        && !contact.row.named
    {
        conversation.row.contact_name.clone_from(&name);
        contact.row.name = name;
        contacts::put(tx.conn, &contact, now)?;
    }
    conversations::put(tx.conn, conversation)?;
    apply_profile(tx, conversation, None, phone, now)?;
    relist_contact(tx, conversation.row.contact)
}

/// Updates the contact's name in all of their conversations except `except`.
pub(crate) fn rename_conversations(
    tx: &mut Tx<'_>,
    contact: &Contact,
    except: Option<&conversations::StoredConversation>,
    now: Millis,
) -> Result<(), StoreError> {
    for mut conversation in conversations::of_contact(tx.conn, contact.id)? {
        let excepted = except.is_some_and(|except| except.row.id == conversation.row.id);
        if !excepted && conversation.row.contact_name != contact.name {
            conversation.row.contact_name.clone_from(&contact.name);
            save_conversation(tx, &mut conversation, now)?;
        }
    }
    Ok(())
}

/// The name of a contact by their channels: the profile name, else an address, else a question mark.
pub(crate) fn channel_name(tx: &Tx<'_>, contact: &contacts::StoredContact) -> Result<String, StoreError> {
    if let Some(name) = &contact.profile_name {
        return Ok(name.clone());
    }
    let addresses = conversations::of_contact(tx.conn, contact.row.id)?;
    let address = addresses.into_iter().find_map(|conversation| conversation.row.address);
    Ok(address.or_else(|| contact.row.phones.first().cloned()).unwrap_or_else(|| "?".to_owned()))
}

/// Lists contacts that older versions stored without a directory, or that a migration wants to be listed again, and
/// logs them. The former also get the numbers of their identities.
pub(crate) fn rebuild_directory(tx: &mut Tx<'_>, now: Millis) -> Result<(), StoreError> {
    loop {
        let unlisted = contacts::unlisted(tx.conn, 1_000)?;
        if unlisted.is_empty() {
            return Ok(());
        }
        for id in unlisted {
            let Some(mut contact) = contacts::by_id(tx.conn, id)? else { continue };
            // From all others, agents may have removed numbers.
            if contact.row.version == LogPosition(0) {
                add_identity_numbers(tx, &mut contact)?;
            }
            save_contact(tx, &mut contact, now)?;
        }
    }
}

/// Adds the numbers of the contact's identities.
fn add_identity_numbers(tx: &Tx<'_>, contact: &mut contacts::StoredContact) -> Result<(), StoreError> {
    for conversation in conversations::of_contact(tx.conn, contact.row.id)? {
        let identity = identities::by_id(tx.conn, conversation.identity)?;
        contact.row.phones.extend(identity.and_then(|one| one.phone).as_deref().map(e164_from_digits));
    }
    contact.row.phones.sort();
    contact.row.phones.dedup();
    contact.row.phones.truncate(MAX_CONTACT_PARTS);
    Ok(())
}

/// The E.164 form of a number that a channel reports as digits.
pub(crate) fn e164_from_digits(digits: &str) -> String {
    format!("+{digits}")
}

/// The folded beginning of a name, by which the directory is sorted.
fn sort_name(name: &str) -> String {
    fold(name).chars().take(SORT_NAME_CHARS).collect()
}
