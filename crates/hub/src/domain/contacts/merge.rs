//! Two contacts who are one person.

use deskbell_protocol::{
    Attribute, ContactId, ErrorCode, MAX_ATTRIBUTE_KEY_CHARS, MAX_CONTACT_PARTS, Millis,
};

use crate::domain::actor::Actor;
use crate::domain::contacts::assignments::{announce_conversation_to, transfer_assignment, visible_contact};
use crate::domain::contacts::directory::{rename_conversations, save_contact};
use crate::domain::save::save_conversation;
use crate::store::tables::{assignments, contact_directory, contacts, conversations, identities};
use crate::store::{StoreError, Tx};

/// An agent says that two contacts are one person: `other` becomes part of `contact`.
pub(crate) fn merge_contacts(
    tx: &mut Tx<'_>,
    by: &Actor,
    contact: ContactId,
    other: ContactId,
    now: Millis,
) -> Result<(), StoreError> {
    visible_contact(tx, by, contact)?;
    visible_contact(tx, by, other)?;
    if contact == other {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "This is one contact already; there is nothing to join.",
        ));
    }
    merge(tx, contact, other, now)
}

/// Everything of `other` becomes `contact`'s, and `other` is gone.
pub(crate) fn merge(
    tx: &mut Tx<'_>,
    contact: ContactId,
    other: ContactId,
    now: Millis,
) -> Result<(), StoreError> {
    let missing = || StoreError::not_found("contact");
    let mut stays = contacts::by_id(tx.conn, contact)?.ok_or_else(missing)?;
    let mut goes = contacts::by_id(tx.conn, other)?.ok_or_else(missing)?;
    take_over(&mut stays, &goes)?;
    // The numbers are not two people's for a moment either.
    goes.row.phones.clear();
    contacts::put(tx.conn, &goes, now)?;
    contact_directory::set(tx.conn, other, &[], "")?;
    let moved = conversations::of_contact(tx.conn, other)?;
    // Whoever has one of the two has both: they hear of what is new to them before anything of it.
    contacts::put(tx.conn, &stays, now)?;
    for mut conversation in moved.clone() {
        identities::set_contact(tx.conn, conversation.identity, contact)?;
        conversation.row.contact = contact;
        conversation.row.contact_name.clone_from(&stays.row.name);
        conversations::put(tx.conn, &conversation)?;
    }
    let mut had: Vec<_> =
        assignments::of_contact(tx.conn, contact)?.into_iter().map(|known| known.agent).collect();
    save_contact(tx, &mut stays, now)?;
    for known in assignments::of_contact(tx.conn, other)? {
        // Who had only the other hears of all of it anew; what they have already comes twice, and stays.
        had.retain(|agent| *agent != known.agent);
        transfer_assignment(tx, &known, contact, now)?;
    }
    for conversation in &moved {
        for agent in &had {
            announce_conversation_to(tx, *agent, &conversation.row, now)?;
        }
    }
    for conversation in moved {
        if let Some(mut conversation) = conversations::by_id(tx.conn, conversation.row.id)? {
            save_conversation(tx, &mut conversation, now)?;
        }
    }
    rename_conversations(tx, &stays.row, None, now)?;
    contacts::remove(tx.conn, other)
}

/// Adds what is known of `other`. Where both have an attribute, `contact` keeps theirs and gets the other's
/// value under a key with a number behind it.
fn take_over(contact: &mut contacts::Stored, other: &contacts::Stored) -> Result<(), StoreError> {
    if other.row.named && !contact.row.named {
        contact.row.named = true;
        contact.row.name.clone_from(&other.row.name);
    }
    contact.queue = contact.queue.or(other.queue);
    let row = &mut contact.row;
    for phone in &other.row.phones {
        if !row.phones.contains(phone) {
            row.phones.push(phone.clone());
        }
    }
    row.phones.sort();
    for email in &other.row.emails {
        if !row.emails.iter().any(|known| known.eq_ignore_ascii_case(email)) {
            row.emails.push(email.clone());
        }
    }
    for Attribute { key, value } in &other.row.attributes {
        let known = row.attributes.iter().filter(|one| one.key == *key || is_numbered(&one.key, key));
        let known: Vec<_> = known.map(|one| (one.key.clone(), one.value.clone())).collect();
        if known.iter().any(|(_, is)| is == value) {
            continue;
        }
        let free = |candidate: &String| !known.iter().any(|(key, _)| key == candidate);
        let key = std::iter::once(key.clone()).chain((2..).map(|number| numbered(key, number))).find(free);
        row.attributes.extend(key.map(|key| Attribute { key, value: value.clone() }));
    }
    row.attributes.sort_by(|one, other| one.key.cmp(&other.key));
    if [row.phones.len(), row.emails.len(), row.attributes.len()].iter().any(|n| *n > MAX_CONTACT_PARTS) {
        return Err(StoreError::refused(
            ErrorCode::TooLarge,
            "Together they have more than 50 numbers, addresses or attributes. Take some away, then join them.",
        ));
    }
    Ok(())
}

/// The key with a number behind it, not longer than keys are.
fn numbered(key: &str, number: u32) -> String {
    let behind = format!(" ({number})");
    let room = MAX_ATTRIBUTE_KEY_CHARS.saturating_sub(behind.chars().count());
    let begin: String = key.chars().take(room).collect();
    format!("{begin}{behind}")
}

fn is_numbered(candidate: &str, key: &str) -> bool {
    (2..=60).any(|number| numbered(key, number) == candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_with_a_number_stays_as_short_as_keys_are() {
        assert_eq!(numbered("city", 2), "city (2)");
        let long = numbered(&"é".repeat(MAX_ATTRIBUTE_KEY_CHARS), 12);
        assert_eq!(long.chars().count(), MAX_ATTRIBUTE_KEY_CHARS);
        assert!(long.ends_with("é (12)"));
    }
}
