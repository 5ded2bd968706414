//! Merges two contacts who are one person.

use deskbell_protocol::{
    Attribute, ContactId, ErrorCode, MAX_ATTRIBUTE_KEY_CHARS, MAX_CONTACT_PARTS, Millis,
};

use crate::domain::actor::Actor;
use crate::domain::contacts::assignments::{announce_conversation_to, transfer_assignment, visible_contact};
use crate::domain::contacts::directory::{rename_conversations, save_contact};
use crate::domain::save::save_conversation;
use crate::store::tables::{assignments, contact_directory, contacts, conversations, identities};
use crate::store::{StoreError, Tx};

/// Merges `other` into `contact` for an agent.
///
/// # Errors
///
/// `NotFound` if the agent may not see both; `Malformed` if they are the same; `TooLarge` if the result exceeds the
/// limits of a contact.
pub(crate) fn merge_contacts(
    tx: &mut Tx<'_>,
    actor: &Actor,
    contact: ContactId,
    other: ContactId,
    now: Millis,
) -> Result<(), StoreError> {
    visible_contact(tx, actor, contact)?;
    visible_contact(tx, actor, other)?;
    if contact == other {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "Both are the same contact, so there is nothing to merge.",
        ));
    }
    merge(tx, contact, other, now)
}

/// Moves everything of `other` to `contact`, and deletes `other`.
///
/// # Errors
///
/// `NotFound` if one does not exist; `TooLarge` if the result exceeds the limits of a contact.
pub(crate) fn merge(
    tx: &mut Tx<'_>,
    contact: ContactId,
    other: ContactId,
    now: Millis,
) -> Result<(), StoreError> {
    let missing = || StoreError::not_found("contact");
    let mut target = contacts::by_id(tx.conn, contact)?.ok_or_else(missing)?;
    let mut source = contacts::by_id(tx.conn, other)?.ok_or_else(missing)?;
    merge_fields(&mut target, &source)?;
    // No two contacts may have the same number, not even within the transaction.
    source.row.phones.clear();
    contacts::put(tx.conn, &source, now)?;
    contact_directory::set(tx.conn, other, &[], "")?;
    let moved = conversations::of_contact(tx.conn, other)?;
    // Agents to whom one of the two is assigned get both. What is new to them must be logged before its entries.
    contacts::put(tx.conn, &target, now)?;
    for mut conversation in moved.clone() {
        identities::set_contact(tx.conn, conversation.identity, contact)?;
        conversation.row.contact = contact;
        conversation.row.contact_name.clone_from(&target.row.name);
        conversations::put(tx.conn, &conversation)?;
    }
    let mut target_agents: Vec<_> =
        assignments::of_contact(tx.conn, contact)?.into_iter().map(|known| known.agent).collect();
    save_contact(tx, &mut target, now)?;
    for known in assignments::of_contact(tx.conn, other)? {
        // An agent of `other` gets everything logged again; what they already have changes nothing.
        target_agents.retain(|agent| *agent != known.agent);
        transfer_assignment(tx, &known, contact, now)?;
    }
    for conversation in &moved {
        for agent in &target_agents {
            announce_conversation_to(tx, *agent, &conversation.row, now)?;
        }
    }
    for conversation in moved {
        if let Some(mut conversation) = conversations::by_id(tx.conn, conversation.row.id)? {
            save_conversation(tx, &mut conversation, now)?;
        }
    }
    rename_conversations(tx, &target.row, None, now)?;
    contacts::remove(tx.conn, other)
}

/// Adds the fields of `other` to `contact`. If both have an attribute with different values, the one of `other` is
/// added under a numbered key.
fn merge_fields(
    contact: &mut contacts::StoredContact,
    other: &contacts::StoredContact,
) -> Result<(), StoreError> {
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
        if known.iter().any(|(_, other)| other == value) {
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
            "Together they have more than 50 numbers, addresses or attributes, so they were not merged. Remove some first.",
        ));
    }
    Ok(())
}

/// The key with a number appended, shortened to the limit of keys.
fn numbered(key: &str, number: u32) -> String {
    let suffix = format!(" ({number})");
    let room = MAX_ATTRIBUTE_KEY_CHARS.saturating_sub(suffix.chars().count());
    let begin: String = key.chars().take(room).collect();
    format!("{begin}{suffix}")
}

/// Whether the candidate is a numbered form of the key.
fn is_numbered(candidate: &str, key: &str) -> bool {
    (2..=60).any(|number| numbered(key, number) == candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_numbered_key_respects_the_limit_of_keys() {
        assert_eq!(numbered("city", 2), "city (2)");
        let long = numbered(&"é".repeat(MAX_ATTRIBUTE_KEY_CHARS), 12);
        assert_eq!(long.chars().count(), MAX_ATTRIBUTE_KEY_CHARS);
        assert!(long.ends_with("é (12)"));
    }
}
