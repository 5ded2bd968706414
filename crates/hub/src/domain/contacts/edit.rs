//! Creation and editing of contacts by agents.

use deskbell_channels::own_number;
use deskbell_protocol::{
    Attribute, Contact, ContactEdit, ContactField, ContactId, ErrorCode, LogPosition, MAX_ATTRIBUTE_CHARS,
    MAX_ATTRIBUTE_KEY_CHARS, MAX_CONTACT_PARTS, MAX_NAME_CHARS, Millis, QueueId,
};

use crate::domain::actor::Actor;
use crate::domain::contacts::assignments::visible_contact;
use crate::domain::contacts::directory::{channel_name, rename_conversations, save_contact};
use crate::domain::text::check_storable;
use crate::limits;
use crate::store::tables::{accounts, contacts, conversations};
use crate::store::{Conn, StoreError, Tx, access};
use crate::text::phone_numbers;

/// Creates a contact who has not written yet.
///
/// # Errors
///
/// `NotFound` if the agent is no member of the queue; `Malformed`, `TooLarge`, `NumberInvalid` or `NumberOurs` if a
/// value is not allowed.
pub(crate) fn create_contact(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ContactId,
    queue: QueueId,
    name: &str,
    phones: &[String],
    now: Millis,
) -> Result<(), StoreError> {
    if !access::is_member(tx.conn, actor.agent.id, queue)? {
        return Err(StoreError::not_found("queue"));
    }
    if contacts::by_id(tx.conn, id)?.is_some() {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "Another contact has this id, so this one was not created.",
        ));
    }
    if phones.len() > MAX_CONTACT_PARTS {
        return Err(too_many());
    }
    let name = usable_name(name)?;
    let mut numbers = Vec::with_capacity(phones.len());
    for phone in phones {
        let number = check_number(tx, phone)?;
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    numbers.sort();
    let row = Contact {
        id,
        name,
        named: true,
        attributes: Vec::new(),
        phones: numbers,
        emails: Vec::new(),
        version: LogPosition::default(),
    };
    save_contact(tx, &mut contacts::StoredContact { row, profile_name: None, queue: Some(queue) }, now)
}

/// Applies all edits to a contact, or none.
///
/// # Errors
///
/// `Stale` if a colleague changed a field since the agent saw it; `NotFound` if the agent may not see the contact; the
/// code of the first value that is not allowed.
pub(crate) fn edit_contact(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ContactId,
    edits: &[ContactEdit],
    now: Millis,
) -> Result<(), StoreError> {
    if edits.len() > limits::CONTACT_EDITS {
        return Err(StoreError::refused(
            ErrorCode::TooLarge,
            "More than 100 changes at once are not possible, so none was made. Make them in parts.",
        ));
    }
    if has_duplicate_attribute(edits) {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "Two new attributes have the same name. Give one of them another name. Nothing was changed.",
        ));
    }
    let mut contact = visible_contact(tx, actor, id)?;
    let before = contact.row.clone();
    for edit in edits {
        apply_edit(tx, &mut contact, edit)?;
    }
    if contact.row == before {
        return Ok(());
    }
    save_contact(tx, &mut contact, now)?;
    rename_conversations(tx, &contact.row, None, now)
}

fn apply_edit(
    tx: &Tx<'_>,
    contact: &mut contacts::StoredContact,
    edit: &ContactEdit,
) -> Result<(), StoreError> {
    match &edit.field {
        ContactField::Name => {
            let current = Some(contact.row.name.clone());
            // A profile name of the channel is not a name that an agent set.
            let unnamed = edit.was.is_none() && !contact.row.named;
            if !unnamed && !must_apply(current.as_ref(), edit)? {
                return Ok(());
            }
            if let Some(name) = &edit.becomes {
                contact.row.name = usable_name(name)?;
                contact.row.named = true;
            } else {
                contact.row.name = channel_name(tx, contact)?;
                contact.row.named = false;
            }
            Ok(())
        }
        ContactField::Attribute { key } => edit_attribute(&mut contact.row.attributes, key, edit),
        ContactField::Phone => edit_phone(tx, contact, edit),
        ContactField::Email => edit_email(&mut contact.row.emails, edit),
        ContactField::Unknown => Err(StoreError::refused(
            ErrorCode::Malformed,
            "This hub does not know this field; it may be older than the app. Nothing was changed.",
        )),
    }
}

fn edit_phone(
    tx: &Tx<'_>,
    contact: &mut contacts::StoredContact,
    edit: &ContactEdit,
) -> Result<(), StoreError> {
    let becomes = edit.becomes.as_deref().map(|number| check_number(tx, number)).transpose()?;
    if let Some(was) = &edit.was {
        let was = phone_numbers::e164(was).unwrap_or_else(|| was.clone());
        if becomes.as_ref() == Some(&was) {
            return Ok(());
        }
        if !contact.row.phones.contains(&was) {
            return if is_applied(&contact.row.phones, becomes.as_ref()) { Ok(()) } else { Err(stale()) };
        }
        let channels = conversations::of_contact(tx.conn, contact.row.id)?;
        if channels.iter().any(|channel| channel.row.address.as_ref() == Some(&was)) {
            return Err(StoreError::refused(
                ErrorCode::Forbidden,
                "A channel of this contact uses this number, so it stays. Nothing was changed.",
            ));
        }
        contact.row.phones.retain(|phone| *phone != was);
    }
    let phones = &mut contact.row.phones;
    if let Some(number) = becomes.filter(|number| !phones.contains(number)) {
        if phones.len() >= MAX_CONTACT_PARTS {
            return Err(too_many());
        }
        phones.push(number);
        phones.sort();
    }
    Ok(())
}

/// The number in E.164 form.
///
/// # Errors
///
/// `NumberOurs` if it is a number of one of our accounts; `NumberInvalid` if no such number can exist.
pub(crate) fn check_number(tx: &Tx<'_>, text: &str) -> Result<String, StoreError> {
    let number = phone_numbers::e164(text);
    // Test numbers of providers may be our own although they are not valid numbers.
    let candidate = number.clone().or_else(|| own_number(text));
    if let Some(candidate) = candidate
        && is_ours(tx.conn, &candidate)?
    {
        return Err(StoreError::refused(
            ErrorCode::NumberOurs,
            "This number is one of our own; a contact cannot have it. Nothing was changed.",
        ));
    }
    number.ok_or_else(|| {
        StoreError::refused(
            ErrorCode::NumberInvalid,
            "This is no phone number that can exist. Write it with its country, such as +49 170 1234567. \
                 Nothing was changed.",
        )
    })
}

/// Whether the number, in any spelling, belongs to one of our accounts.
pub(crate) fn is_ours(conn: &Conn, number: &str) -> Result<bool, StoreError> {
    let number = phone_numbers::canonical(number);
    Ok(accounts::numbers(conn)?.iter().any(|own| phone_numbers::canonical(own) == number))
}

/// Whether the edit must still be applied: true if the value is as the agent saw it, false if it already is as they
/// want it.
fn must_apply(current: Option<&String>, edit: &ContactEdit) -> Result<bool, StoreError> {
    if current == edit.was.as_ref() {
        return Ok(true);
    }
    if current == edit.becomes.as_ref() { Ok(false) } else { Err(stale()) }
}

/// Whether a colleague already made the same edit of a list, whose old value is gone: the new one is there.
fn is_applied(known: &[String], becomes: Option<&String>) -> bool {
    becomes.is_none_or(|becomes| known.contains(becomes))
}

fn edit_attribute(attributes: &mut Vec<Attribute>, key: &str, edit: &ContactEdit) -> Result<(), StoreError> {
    let current = attributes.iter().find(|one| one.key == key).map(|one| one.value.clone());
    if let Some(value) = &edit.becomes {
        check_attribute(key, value)?;
    }
    if !must_apply(current.as_ref(), edit)? {
        return Ok(());
    }
    attributes.retain(|one| one.key != key);
    if let Some(value) = &edit.becomes {
        if attributes.len() >= MAX_CONTACT_PARTS {
            return Err(too_many());
        }
        attributes.push(Attribute { key: key.to_owned(), value: value.clone() });
        attributes.sort_by(|one, other| one.key.cmp(&other.key));
    }
    Ok(())
}

/// Whether the edits add an attribute more than once. The second one would be reported as a change by a colleague.
fn has_duplicate_attribute(edits: &[ContactEdit]) -> bool {
    let mut keys: Vec<_> = edits
        .iter()
        .filter(|edit| edit.was.is_none())
        .filter_map(|edit| match &edit.field {
            ContactField::Attribute { key } => Some(key),
            _ => None,
        })
        .collect();
    let all = keys.len();
    keys.sort();
    keys.dedup();
    keys.len() < all
}

fn check_attribute(key: &str, value: &str) -> Result<(), StoreError> {
    check_storable(value)?;
    if key.trim().is_empty() || key.chars().any(char::is_control) || value.trim().is_empty() {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "An attribute needs a name of one line and a value. Nothing was changed.",
        ));
    }
    if key.chars().count() > MAX_ATTRIBUTE_KEY_CHARS || value.chars().count() > MAX_ATTRIBUTE_CHARS {
        return Err(StoreError::refused(
            ErrorCode::TooLarge,
            "An attribute's name has at most 60 characters and its value at most 2000. Nothing was changed.",
        ));
    }
    Ok(())
}

fn edit_email(emails: &mut Vec<String>, edit: &ContactEdit) -> Result<(), StoreError> {
    let becomes = edit.becomes.as_deref().map(usable_email).transpose()?;
    let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    if let Some(was) = &edit.was {
        if !emails.iter().any(|known| same(known, was)) {
            let wanted = becomes.as_ref().is_none_or(|new| emails.iter().any(|known| same(known, new)));
            return if wanted { Ok(()) } else { Err(stale()) };
        }
        emails.retain(|known| !same(known, was));
    }
    if let Some(new) = becomes.filter(|new| !emails.iter().any(|known| same(known, new))) {
        if emails.len() >= MAX_CONTACT_PARTS {
            return Err(too_many());
        }
        emails.push(new);
    }
    Ok(())
}

/// Checks the form of an e-mail address, and trims it.
fn usable_email(text: &str) -> Result<String, StoreError> {
    let text = text.trim();
    let parts = text.rsplit_once('@');
    let valid = parts
        .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !domain.contains('@'))
        && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    if text.chars().count() > limits::EMAIL_CHARS {
        return Err(StoreError::refused(
            ErrorCode::TooLarge,
            "An e-mail address has at most 254 characters. Nothing was changed.",
        ));
    }
    if valid {
        return Ok(text.to_owned());
    }
    Err(StoreError::refused(
        ErrorCode::Malformed,
        "This is no e-mail address. Write it like carla@example.org. Nothing was changed.",
    ))
}

/// Checks a contact's name, and trims it.
fn usable_name(name: &str) -> Result<String, StoreError> {
    let name = name.trim();
    if name.chars().count() > MAX_NAME_CHARS {
        return Err(StoreError::refused(
            ErrorCode::TooLarge,
            "A name has at most 200 characters. Nothing was changed.",
        ));
    }
    let clean = crate::text::one_line::one_line(name, MAX_NAME_CHARS);
    if clean.is_empty() || name.chars().any(char::is_control) {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "A name must be one line of text and not empty. Nothing was changed.",
        ));
    }
    Ok(clean)
}

fn stale() -> StoreError {
    StoreError::refused(
        ErrorCode::Stale,
        "A colleague changed this contact since you opened it, so your changes were not stored. Choose a value for \
         each field.",
    )
}

fn too_many() -> StoreError {
    StoreError::refused(
        ErrorCode::TooLarge,
        "A contact has at most 50 numbers, 50 e-mail addresses and 50 attributes. Nothing was changed.",
    )
}
