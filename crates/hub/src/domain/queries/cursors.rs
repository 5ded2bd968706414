//! Cursors of pages. A cursor is opaque to clients and valid only for the list and the agent it was issued for; any other
//! is refused as malformed.

use deskbell_protocol::{AgentId, ErrorCode};
use sha2::{Digest, Sha256};

use crate::store::tables::meta;
use crate::store::{Conn, StoreError};

/// How many bytes of a cursor authenticate it.
const TAG_BYTES: usize = 16;

/// A list that one agent reads in pages.
#[derive(Clone, Debug)]
pub(crate) struct List {
    name: String,
    agent: AgentId,
}

impl List {
    /// Names the list; lists with different filters or contents need different names.
    pub(crate) fn new(name: impl Into<String>, agent: AgentId) -> Self {
        Self { name: name.into(), agent }
    }

    /// Issues the cursor for a place in this list. Fails if the secret of the store cannot be read.
    pub(crate) fn cursor(&self, conn: &Conn, place: &str) -> Result<String, StoreError> {
        let mut bytes = self.tag(conn, place.as_bytes())?;
        bytes.extend(place.as_bytes());
        Ok(hex::encode(bytes))
    }

    /// Returns the place that a cursor of this list stands for; refuses any other cursor.
    pub(crate) fn place(&self, conn: &Conn, cursor: &str) -> Result<String, StoreError> {
        let bytes = hex::decode(cursor).map_err(|_invalid| malformed())?;
        let (tag, place) = bytes.split_at_checked(TAG_BYTES).ok_or_else(malformed)?;
        if self.tag(conn, place)? != tag {
            return Err(malformed());
        }
        String::from_utf8(place.to_vec()).map_err(|_invalid| malformed())
    }

    fn tag(&self, conn: &Conn, place: &[u8]) -> Result<Vec<u8>, StoreError> {
        let secret = meta::cursor_secret(conn)?;
        let mut digest = Sha256::new();
        for part in [secret.as_bytes(), self.name.as_bytes(), self.agent.as_uuid().as_bytes(), place] {
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        Ok(digest.finalize().iter().copied().take(TAG_BYTES).collect())
    }
}

/// The refusal of a cursor that was not issued for the list.
pub(crate) fn malformed() -> StoreError {
    StoreError::refused(
        ErrorCode::Malformed,
        "This cursor does not belong to this list. Begin at its first page.",
    )
}
