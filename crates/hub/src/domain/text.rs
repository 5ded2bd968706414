//! Text that people wrote, before it is stored.

use deskbell_protocol::ErrorCode;

use crate::store::StoreError;

/// Refuses what other programs cut off at.
pub(crate) fn check_storable(text: &str) -> Result<(), StoreError> {
    if text.contains('\0') {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "The text holds a NUL character, which cannot be stored or sent. Take it out.",
        ));
    }
    Ok(())
}
