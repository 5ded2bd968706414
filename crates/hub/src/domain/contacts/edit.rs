//! Contacts as agents make and change them.

use deskbell_protocol::{
    Attribute, Contact, ContactEdit, ContactField, ContactId, ErrorCode, LogPosition, MAX_ATTRIBUTE_CHARS,
    MAX_ATTRIBUTE_KEY_CHARS, MAX_CONTACT_PARTS, MAX_NAME_CHARS, Millis, QueueId,
};

use crate::domain::actor::Actor;
use crate::domain::contacts::assignments::visible_contact;
use crate::domain::contacts::directory::{channel_name, rename_conversations, save_contact};
use crate::domain::text::check_storable;
use crate::limits;
use crate::settings::AccountSettings;
use crate::store::tables::{accounts, contacts, conversations};
use crate::store::{Conn, StoreError, Tx, access};
use crate::text::phone_numbers;

/// Makes a contact that has not written yet.
pub(crate) fn create_contact(
    tx: &mut Tx<'_>,
    by: &Actor,
    id: ContactId,
    queue: QueueId,
    name: &str,
    phones: &[String],
    now: Millis,
) -> Result<(), StoreError> {
    if !access::is_member(tx.conn, by.agent.id, queue)? {
        return Err(StoreError::not_found("queue"));
    }
    if contacts::by_id(tx.conn, id)?.is_some() {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "Another contact has this id, so this one was not made.",
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
    save_contact(tx, &mut contacts::Stored { row, told_name: None, queue: Some(queue) }, now)
}

/// Changes a contact: all of the edits, or none.
pub(crate) fn edit_contact(
    tx: &mut Tx<'_>,
    by: &Actor,
    id: ContactId,
    edits: &[ContactEdit],
    now: Millis,
) -> Result<(), StoreError> {
    if edits.len() > limits::CONTACT_EDITS {
        return Err(StoreError::refused(
            ErrorCode::TooLarge,
            "These are more than 100 changes at once, so none was made. Make them in parts.",
        ));
    }
    if added_twice(edits) {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "Two new attributes have the same name. Give one of them another name. Nothing was changed.",
        ));
    }
    let mut contact = visible_contact(tx, by, id)?;
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

fn apply_edit(tx: &Tx<'_>, contact: &mut contacts::Stored, edit: &ContactEdit) -> Result<(), StoreError> {
    match &edit.field {
        ContactField::Name => {
            let is = Some(contact.row.name.clone());
            // Who saw a name of the channel's saw nothing that an agent had written.
            let unnamed = edit.was.is_none() && !contact.row.named;
            if !unnamed && !as_seen(is.as_ref(), edit)? {
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

fn edit_phone(tx: &Tx<'_>, contact: &mut contacts::Stored, edit: &ContactEdit) -> Result<(), StoreError> {
    let becomes = edit.becomes.as_deref().map(|number| check_number(tx, number)).transpose()?;
    if let Some(was) = &edit.was {
        let was = phone_numbers::e164(was).unwrap_or_else(|| was.clone());
        if becomes.as_ref() == Some(&was) {
            return Ok(());
        }
        if !contact.row.phones.contains(&was) {
            return if gone_as_wanted(&contact.row.phones, becomes.as_ref()) { Ok(()) } else { Err(stale()) };
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

/// The number in E.164 form, if it can exist and is none of our own.
pub(crate) fn check_number(tx: &Tx<'_>, text: &str) -> Result<String, StoreError> {
    let number = phone_numbers::e164(text);
    // What providers give out for trying out is ours, and cannot exist.
    let candidate = number.clone().or_else(|| AccountSettings::own_number(text));
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

/// Whether the number is one of our own, in whichever way it is written.
pub(crate) fn is_ours(conn: &Conn, number: &str) -> Result<bool, StoreError> {
    let number = phone_numbers::canonical(number);
    Ok(accounts::numbers(conn)?.iter().any(|own| phone_numbers::canonical(own) == number))
}

/// Whether the edit is still to be made: the contact is as the agent saw it. Not, if it is as they want it.
fn as_seen(is: Option<&String>, edit: &ContactEdit) -> Result<bool, StoreError> {
    if is == edit.was.as_ref() {
        return Ok(true);
    }
    if is == edit.becomes.as_ref() { Ok(false) } else { Err(stale()) }
}

/// Whether a colleague did the same meanwhile: what was to go is gone, and what was to come is there.
fn gone_as_wanted(known: &[String], becomes: Option<&String>) -> bool {
    becomes.is_none_or(|becomes| known.contains(becomes))
}

fn edit_attribute(attributes: &mut Vec<Attribute>, key: &str, edit: &ContactEdit) -> Result<(), StoreError> {
    let place = attributes.iter().position(|one| one.key == key);
    let is = place.and_then(|place| attributes.get(place)).map(|one| one.value.clone());
    if let Some(value) = &edit.becomes {
        check_attribute(key, value)?;
    }
    if !as_seen(is.as_ref(), edit)? {
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

/// Whether an attribute is added more than once: nobody else would have changed it in between.
fn added_twice(edits: &[ContactEdit]) -> bool {
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
            "An attribute has a name of one line and a value. Nothing was changed.",
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

/// An address as it is kept. Whether it reaches anybody only a mail would tell.
fn usable_email(text: &str) -> Result<String, StoreError> {
    let text = text.trim();
    let parts = text.rsplit_once('@');
    let good = parts.is_some_and(|(who, at)| !who.is_empty() && at.contains('.') && !at.contains('@'))
        && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    if text.chars().count() > limits::EMAIL_CHARS {
        return Err(StoreError::refused(
            ErrorCode::TooLarge,
            "An e-mail address has at most 254 characters. Nothing was changed.",
        ));
    }
    if good {
        return Ok(text.to_owned());
    }
    Err(StoreError::refused(
        ErrorCode::Malformed,
        "This is no e-mail address; it would look like carla@example.org. Nothing was changed.",
    ))
}

/// A contact's name as it is kept, or why it cannot be one.
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
            "A name is one line of text and not empty. Nothing was changed.",
        ));
    }
    Ok(clean)
}

fn stale() -> StoreError {
    StoreError::refused(
        ErrorCode::Stale,
        "A colleague changed this contact meanwhile, so nothing of yours was stored. Look again, and choose for \
         each field.",
    )
}

fn too_many() -> StoreError {
    StoreError::refused(
        ErrorCode::TooLarge,
        "A contact has at most 50 numbers, 50 e-mail addresses and 50 attributes. Nothing was changed.",
    )
}
