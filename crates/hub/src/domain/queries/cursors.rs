//! Cursors of pages: opaque to clients, and of use only where they were given. One that was made up, or that
//! belongs to another list or another agent, is malformed like any other nonsense.

use deskbell_protocol::{AgentId, ErrorCode};
use sha2::{Digest, Sha256};

use crate::store::tables::meta;
use crate::store::{Conn, StoreError};

/// How many bytes of a cursor prove that it is ours.
const PROOF: usize = 16;

/// A list that is read by pages, and by whom.
#[derive(Clone, Debug)]
pub(crate) struct List {
    name: String,
    agent: AgentId,
}

impl List {
    pub(crate) fn new(name: impl Into<String>, agent: AgentId) -> Self {
        Self { name: name.into(), agent }
    }

    /// The cursor for a place in this list.
    pub(crate) fn cursor(&self, conn: &Conn, place: &str) -> Result<String, StoreError> {
        let mut bytes = self.proof(conn, place.as_bytes())?;
        bytes.extend(place.as_bytes());
        Ok(hex::encode(bytes))
    }

    /// The place that a cursor of this list means.
    pub(crate) fn place(&self, conn: &Conn, cursor: &str) -> Result<String, StoreError> {
        let bytes = hex::decode(cursor).map_err(|_nonsense| malformed())?;
        let (proof, place) = bytes.split_at_checked(PROOF).ok_or_else(malformed)?;
        if self.proof(conn, place)? != proof {
            return Err(malformed());
        }
        String::from_utf8(place.to_vec()).map_err(|_nonsense| malformed())
    }

    fn proof(&self, conn: &Conn, place: &[u8]) -> Result<Vec<u8>, StoreError> {
        let secret = meta::cursor_secret(conn)?;
        let mut digest = Sha256::new();
        for part in [secret.as_bytes(), self.name.as_bytes(), self.agent.as_uuid().as_bytes(), place] {
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        Ok(digest.finalize().iter().copied().take(PROOF).collect())
    }
}

pub(crate) fn malformed() -> StoreError {
    StoreError::refused(ErrorCode::Malformed, "This is no cursor of this list. Begin at its first page.")
}
