//! Checks of text that people wrote, before it is stored.

use deskbell_protocol::ErrorCode;

use crate::store::StoreError;

/// Refuses text with a NUL character, at which other programs cut it off.
///
/// # Errors
///
/// `Malformed` if the text holds one.
pub(crate) fn check_storable(text: &str) -> Result<(), StoreError> {
    if text.contains('\0') {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "The text holds a NUL character, which cannot be stored or sent. Remove it.",
        ));
    }
    Ok(())
}
