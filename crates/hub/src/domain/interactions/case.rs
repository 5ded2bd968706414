//! The case of an interaction: its fields, disposition and note.

use deskbell_protocol::{
    CaseField, ErrorCode, InteractionId, InteractionState, MAX_CASE_CHARS, MAX_NOTE_CHARS, Millis,
};

use crate::domain::actor::{Actor, actionable_interaction};
use crate::domain::interactions::end::not_handled_yet;
use crate::domain::save::save_interaction;
use crate::domain::text::check_storable;
use crate::limits;
use crate::store::tables::interactions;
use crate::store::{StoreError, Tx};

/// Sets or clears the disposition.
///
/// # Errors
///
/// `Malformed` if it is not on the hub's list or the interaction cannot be edited.
pub(crate) fn set_disposition(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: InteractionId,
    disposition: Option<String>,
    now: Millis,
) -> Result<(), StoreError> {
    let mut interaction = editable_interaction(tx, actor, id)?;
    if let Some(chosen) = &disposition
        && !tx.rules.dispositions.contains(chosen)
    {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "This disposition is not on the hub's list. Choose one that is.",
        ));
    }
    if interaction.row.disposition == disposition {
        return Ok(());
    }
    interaction.row.disposition = disposition;
    save_interaction(tx, &mut interaction, now)
}

/// Sets the note.
///
/// # Errors
///
/// `TooLarge` if it is too long; `Malformed` if the interaction cannot be edited.
pub(crate) fn set_note(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: InteractionId,
    note: String,
    now: Millis,
) -> Result<(), StoreError> {
    let mut interaction = editable_interaction(tx, actor, id)?;
    check_storable(&note)?;
    if note.chars().count() > MAX_NOTE_CHARS {
        return Err(StoreError::refused(
            ErrorCode::TooLarge,
            "The note is longer than 4000 characters and was not stored. Shorten it.",
        ));
    }
    if interaction.row.note == note {
        return Ok(());
    }
    interaction.row.note = note;
    save_interaction(tx, &mut interaction, now)
}

/// Sets a field of the case; an empty value removes it.
///
/// # Errors
///
/// `Forbidden` if agents may not edit the field, `TooLarge` if the value is too long or there are too many fields,
/// `Malformed` if the interaction cannot be edited.
pub(crate) fn set_case_field(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: InteractionId,
    key: &str,
    value: String,
    now: Millis,
) -> Result<(), StoreError> {
    let mut interaction = editable_interaction(tx, actor, id)?;
    if !tx.rules.editable_case_keys.iter().any(|known| known == key) {
        return Err(StoreError::refused(
            ErrorCode::Forbidden,
            "Agents cannot change this field at this hub. Nothing was changed.",
        ));
    }
    check_storable(&value)?;
    if value.chars().count() > MAX_CASE_CHARS {
        return Err(StoreError::refused(
            ErrorCode::TooLarge,
            "The value is longer than 500 characters and was not stored. Shorten it.",
        ));
    }
    let case = &mut interaction.row.case;
    let full = case.len() >= limits::CASE_FIELDS;
    match case.iter_mut().find(|field| field.key == key) {
        Some(field) if field.value == value => return Ok(()),
        Some(_) if value.is_empty() => case.retain(|field| field.key != key),
        Some(field) => field.value = value,
        None if value.is_empty() => return Ok(()),
        None if full => {
            return Err(StoreError::refused(
                ErrorCode::TooLarge,
                "This interaction has the maximum number of fields, so this one was not stored. Remove another one first.",
            ));
        }
        None => case.push(CaseField { key: key.to_owned(), value }),
    }
    save_interaction(tx, &mut interaction, now)
}

/// The interaction, if the agent may act on it and it is active or ended.
fn editable_interaction(
    tx: &Tx<'_>,
    actor: &Actor,
    id: InteractionId,
) -> Result<interactions::StoredInteraction, StoreError> {
    let interaction = actionable_interaction(tx, actor, id)?;
    match interaction.row.state {
        InteractionState::Active | InteractionState::Ended => Ok(interaction),
        InteractionState::Done => Err(StoreError::refused(
            ErrorCode::Malformed,
            "This interaction is done, so it can no longer be changed.",
        )),
        InteractionState::Queued | InteractionState::Offered => Err(not_handled_yet()),
    }
}

/// Adds those fields that the case does not have yet. Returns whether there were any.
pub(crate) fn add_case_fields(case: &mut Vec<CaseField>, fields: &[CaseField]) -> bool {
    let before = case.len();
    for field in fields {
        if case.len() >= limits::CASE_FIELDS {
            break;
        }
        let fits = !field.key.is_empty() && field.key.chars().count() <= limits::CASE_KEY_CHARS;
        if !fits || field.value.is_empty() || case.iter().any(|known| known.key == field.key) {
            continue;
        }
        let value = field.value.chars().take(MAX_CASE_CHARS).collect();
        case.push(CaseField { key: field.key.clone(), value });
    }
    case.len() > before
}
