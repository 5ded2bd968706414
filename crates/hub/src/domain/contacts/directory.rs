//! Contacts: what the channels tell about them, where they are found, and how each change reaches those who
//! have them.

use deskbell_protocol::{Change, Contact, ContactId, LogPosition, MAX_CONTACT_PARTS, Millis, QueueId};

use crate::domain::save::save_conversation;
use crate::store::tables::{contact_directory, contacts, conversations, identities};
use crate::store::{StoreError, Tx};
use crate::text::search_folding::folded;

/// The longest that a name counts in the order of names, in characters.
const SORT_CHARS: usize = 60;

/// Writes a contact, lists them where they are found, and tells those who have them.
pub(crate) fn save_contact(
    tx: &mut Tx<'_>,
    contact: &mut contacts::Stored,
    now: Millis,
) -> Result<(), StoreError> {
    contact.row.version = tx.next_position();
    contacts::put(tx.conn, contact, now)?;
    update_directory(tx, contact)?;
    tx.log_for_contact(contact.row.id, &Change::Contact { row: contact.row.clone() }, now)
}

/// Lists the contact in the queues of their conversations, and in the one they were made in. Everybody who
/// sees them finds them by what the contact's row holds; by the addresses of a conversation only its queue.
fn update_directory(tx: &Tx<'_>, contact: &contacts::Stored) -> Result<(), StoreError> {
    let row = &contact.row;
    let mut common: Vec<&str> = vec![&row.name];
    common.extend(row.phones.iter().map(String::as_str));
    common.extend(row.emails.iter().map(String::as_str));
    for attribute in &row.attributes {
        common.extend([attribute.key.as_str(), attribute.value.as_str()]);
    }
    // A line break keeps words of two fields apart: none that is looked for has one.
    let common = folded(&common.join("\n"));
    let mut queues: Vec<(QueueId, String)> =
        contact.queue.into_iter().map(|queue| (queue, common.clone())).collect();
    for conversation in conversations::of_contact(tx.conn, row.id)? {
        let queue = conversation.row.queue;
        let identity = identities::by_id(tx.conn, conversation.identity)?;
        let username = identity.and_then(|identity| identity.username);
        let at = queues.iter().position(|(known, _)| *known == queue).unwrap_or(queues.len());
        if at == queues.len() {
            queues.push((queue, common.clone()));
        }
        let Some((_, words)) = queues.get_mut(at) else { continue };
        for address in [conversation.row.address, username].into_iter().flatten() {
            words.push('\n');
            words.push_str(&folded(&address));
        }
    }
    contact_directory::set(tx.conn, row.id, &queues, &sort_name(&row.name))
}

/// Lists a contact anew whose conversations changed their queue, address or owner.
pub(crate) fn relist_contact(tx: &Tx<'_>, contact: ContactId) -> Result<(), StoreError> {
    match contacts::by_id(tx.conn, contact)? {
        Some(contact) => update_directory(tx, &contact),
        None => Ok(()),
    }
}

/// A contact who wrote for the first time. They are logged once their conversation is there.
pub(crate) fn new_contact(
    tx: &mut Tx<'_>,
    id: ContactId,
    name: &str,
    told_name: Option<String>,
    phone: Option<&str>,
    now: Millis,
) -> Result<(), StoreError> {
    let contact = contacts::Stored {
        row: Contact {
            id,
            name: name.to_owned(),
            named: false,
            attributes: Vec::new(),
            phones: phone.map(written).into_iter().collect(),
            emails: Vec::new(),
            version: LogPosition::default(),
        },
        told_name,
        queue: None,
    };
    contacts::put(tx.conn, &contact, now)
}

/// Tells of a contact whose first conversation is there now.
pub(crate) fn log_new_contact(tx: &mut Tx<'_>, id: ContactId, now: Millis) -> Result<(), StoreError> {
    let mut contact = contacts::by_id(tx.conn, id)?.ok_or_else(|| StoreError::not_found("contact"))?;
    save_contact(tx, &mut contact, now)
}

/// Takes over what a channel tells of a contact: what it calls them, unless an agent named them, and the
/// number they write from. The conversation at hand is changed with it and left to be saved.
pub(crate) fn apply_profile(
    tx: &mut Tx<'_>,
    conversation: &mut conversations::Stored,
    name: Option<String>,
    phone: Option<&str>,
    now: Millis,
) -> Result<(), StoreError> {
    let Some(mut contact) = contacts::by_id(tx.conn, conversation.row.contact)? else { return Ok(()) };
    let before = (contact.row.clone(), contact.told_name.clone());
    if let Some(name) = name {
        if !contact.row.named {
            contact.row.name.clone_from(&name);
        }
        contact.told_name = Some(name);
    }
    if let Some(phone) = phone.map(written)
        && !contact.row.phones.contains(&phone)
        && contact.row.phones.len() < MAX_CONTACT_PARTS
    {
        contact.row.phones.push(phone);
        contact.row.phones.sort();
    }
    if before == (contact.row.clone(), contact.told_name.clone()) {
        return Ok(());
    }
    conversation.row.contact_name.clone_from(&contact.row.name);
    // What the conversation shows is searched too; it is saved again with what else is new.
    conversations::put(tx.conn, conversation)?;
    if before.0 == contact.row {
        return contacts::put(tx.conn, &contact, now);
    }
    save_contact(tx, &mut contact, now)?;
    rename_conversations(tx, &contact.row, Some(conversation), now)
}

/// An address of the contact changed: whoever is called by it is called by the new one, and has the new
/// number beside the old. The conversation at hand is changed with it and left to be saved.
pub(crate) fn apply_new_address(
    tx: &mut Tx<'_>,
    conversation: &mut conversations::Stored,
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

/// Shows the contact's name in all of their conversations, but for the one at hand.
pub(crate) fn rename_conversations(
    tx: &mut Tx<'_>,
    contact: &Contact,
    but: Option<&conversations::Stored>,
    now: Millis,
) -> Result<(), StoreError> {
    for mut conversation in conversations::of_contact(tx.conn, contact.id)? {
        let at_hand = but.is_some_and(|but| but.row.id == conversation.row.id);
        if !at_hand && conversation.row.contact_name != contact.name {
            conversation.row.contact_name.clone_from(&contact.name);
            save_conversation(tx, &mut conversation, now)?;
        }
    }
    Ok(())
}

/// What the channels call a contact: the name they tell, else an address, else nothing to go by.
pub(crate) fn channel_name(tx: &Tx<'_>, contact: &contacts::Stored) -> Result<String, StoreError> {
    if let Some(told) = &contact.told_name {
        return Ok(told.clone());
    }
    let addresses = conversations::of_contact(tx.conn, contact.row.id)?;
    let address = addresses.into_iter().find_map(|conversation| conversation.row.address);
    Ok(address.or_else(|| contact.row.phones.first().cloned()).unwrap_or_else(|| "?".to_owned()))
}

/// Contacts from before there was a directory get the numbers of their identities; they, and those who are to be
/// listed anew, are listed, and their agents told of them.
pub(crate) fn rebuild_directory(tx: &mut Tx<'_>, now: Millis) -> Result<(), StoreError> {
    loop {
        let unlisted = contacts::unlisted(tx.conn, 1_000)?;
        if unlisted.is_empty() {
            return Ok(());
        }
        for id in unlisted {
            let Some(mut contact) = contacts::by_id(tx.conn, id)? else { continue };
            // Of all others agents may have taken numbers away.
            if contact.row.version == LogPosition(0) {
                add_identity_numbers(tx, &mut contact)?;
            }
            save_contact(tx, &mut contact, now)?;
        }
    }
}

/// Gives the contact the numbers of their identities.
fn add_identity_numbers(tx: &Tx<'_>, contact: &mut contacts::Stored) -> Result<(), StoreError> {
    for conversation in conversations::of_contact(tx.conn, contact.row.id)? {
        let identity = identities::by_id(tx.conn, conversation.identity)?;
        contact.row.phones.extend(identity.and_then(|one| one.phone).as_deref().map(written));
    }
    contact.row.phones.sort();
    contact.row.phones.dedup();
    contact.row.phones.truncate(MAX_CONTACT_PARTS);
    Ok(())
}

/// A channel's number, as contacts have it.
pub(crate) fn written(digits: &str) -> String {
    format!("+{digits}")
}

fn sort_name(name: &str) -> String {
    folded(name).chars().take(SORT_CHARS).collect()
}
