//! What is known and noted about the case of an interaction: its facts, how it went, and the note.

use deskbell_protocol::{
    CaseField, ErrorCode, InteractionId, InteractionState, MAX_CASE_CHARS, MAX_NOTE_CHARS, Millis,
};

use crate::domain::actor::Actor;
use crate::domain::commands::actionable_interaction;
use crate::domain::messages::send::resume_interaction;
use crate::domain::save::save_interaction;
use crate::domain::text::check_storable;
use crate::limits;
use crate::store::tables::{conversations, interactions};
use crate::store::{StoreError, Tx};

/// Takes back an End: the interaction is active again, with whoever had it.
pub(crate) fn undo_end(
    tx: &mut Tx<'_>,
    by: &Actor,
    id: InteractionId,
    now: Millis,
) -> Result<(), StoreError> {
    let mut interaction = actionable_interaction(tx, by, id)?;
    match interaction.row.state {
        InteractionState::Ended => {}
        InteractionState::Active => return Ok(()),
        InteractionState::Done => {
            return Err(StoreError::refused(
                ErrorCode::Malformed,
                "This interaction is done and stays so; write to the contact to begin a new one.",
            ));
        }
        InteractionState::Queued | InteractionState::Offered => return Err(waits()),
    }
    // Where contacts do not come back to what was ended, another may go on by now.
    let open = interactions::open_in(tx.conn, interaction.row.conversation)?;
    if open.is_some_and(|open| open.row.id != id && open.row.state != InteractionState::Ended) {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "The contact has written again meanwhile and a newer interaction goes on; this one stays ended.",
        ));
    }
    let conversation = conversations::by_id(tx.conn, interaction.row.conversation)?
        .ok_or_else(|| StoreError::not_found("interaction"))?;
    resume_interaction(tx, &mut interaction, &conversation, now)
}

pub(crate) fn set_disposition(
    tx: &mut Tx<'_>,
    by: &Actor,
    id: InteractionId,
    disposition: Option<String>,
    now: Millis,
) -> Result<(), StoreError> {
    let mut interaction = editable_interaction(tx, by, id)?;
    if let Some(chosen) = &disposition
        && !tx.rules.dispositions.contains(chosen)
    {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "This disposition is not on the hub's list; choose one that is.",
        ));
    }
    if interaction.row.disposition == disposition {
        return Ok(());
    }
    interaction.row.disposition = disposition;
    save_interaction(tx, &mut interaction, now)
}

pub(crate) fn set_note(
    tx: &mut Tx<'_>,
    by: &Actor,
    id: InteractionId,
    note: String,
    now: Millis,
) -> Result<(), StoreError> {
    let mut interaction = editable_interaction(tx, by, id)?;
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

pub(crate) fn set_case_field(
    tx: &mut Tx<'_>,
    by: &Actor,
    id: InteractionId,
    key: &str,
    value: String,
    now: Millis,
) -> Result<(), StoreError> {
    let mut interaction = editable_interaction(tx, by, id)?;
    if !tx.rules.editable_case_keys.iter().any(|known| known == key) {
        return Err(StoreError::refused(
            ErrorCode::Forbidden,
            "This fact is not one that agents change at this hub.",
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
                "This interaction has as many facts as fit; take one away first.",
            ));
        }
        None => case.push(CaseField { key: key.to_owned(), value }),
    }
    save_interaction(tx, &mut interaction, now)
}

/// The interaction, if the agent may act on it and somebody works on it.
fn editable_interaction(
    tx: &Tx<'_>,
    by: &Actor,
    id: InteractionId,
) -> Result<interactions::Stored, StoreError> {
    let interaction = actionable_interaction(tx, by, id)?;
    match interaction.row.state {
        InteractionState::Active | InteractionState::Ended => Ok(interaction),
        InteractionState::Done => Err(StoreError::refused(
            ErrorCode::Malformed,
            "This interaction is done; what is known about it no longer changes.",
        )),
        InteractionState::Queued | InteractionState::Offered => Err(waits()),
    }
}

/// Adds facts that are not known yet. Returns whether there were any.
pub(crate) fn add_facts(case: &mut Vec<CaseField>, told: &[CaseField]) -> bool {
    let before = case.len();
    for field in told {
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

fn waits() -> StoreError {
    StoreError::refused(
        ErrorCode::Malformed,
        "This interaction waits for an agent; only one that is handled can be changed.",
    )
}
