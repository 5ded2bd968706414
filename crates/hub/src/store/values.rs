//! Conversions between values of the protocol and SQL: ids are blobs of sixteen bytes, states are the words of the
//! protocol, nested values are JSON.

use deskbell_protocol::{
    AccountId, AgentId, AlertOutcome, Channel, CommandId, ContactId, ConversationId, DeliveryState, EndedBy,
    IdentityId, InteractionId, InteractionState, MessageId, Millis, OfferId, OfferState, QueueId, Readiness,
    Role, SessionId,
};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// Stores an id as a blob.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key<T>(pub(crate) T);

/// Ids that are stored as their sixteen bytes.
pub(crate) trait StoredId: Sized {
    fn from_bits(uuid: Uuid) -> Self;
    fn bits(&self) -> &Uuid;
}

macro_rules! stored_ids {
    ($($name:ident),*) => {$(
        impl StoredId for $name {
            fn from_bits(uuid: Uuid) -> Self {
                Self::from_uuid(uuid)
            }
            fn bits(&self) -> &Uuid {
                self.as_uuid()
            }
        }
    )*};
}

stored_ids!(
    AccountId,
    AgentId,
    CommandId,
    ContactId,
    ConversationId,
    IdentityId,
    InteractionId,
    MessageId,
    OfferId,
    QueueId,
    SessionId
);

impl<T: StoredId> ToSql for Key<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.0.bits().as_bytes())))
    }
}

impl<T: StoredId> FromSql for Key<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let uuid = Uuid::from_slice(value.as_blob()?).map_err(|error| FromSqlError::Other(error.into()))?;
        Ok(Self(T::from_bits(uuid)))
    }
}

/// Stores a state or kind as one word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word<T>(pub(crate) T);

/// Values that are stored as one word. A test checks that the words are those of the protocol.
pub(crate) trait StoredWord: Copy + FromWord {
    fn word(self) -> &'static str;
}

/// Values that can be read from their word.
pub(crate) trait FromWord: Sized {
    fn from_word(word: &str) -> Option<Self>;
}

macro_rules! stored_words {
    ($($name:ident { $($variant:ident = $word:literal),* $(,)? })*) => {
        $(
            impl StoredWord for $name {
                fn word(self) -> &'static str {
                    match self { $(Self::$variant => $word),* }
                }
            }
            impl FromWord for $name {
                fn from_word(word: &str) -> Option<Self> {
                    match word { $($word => Some(Self::$variant),)* _ => None }
                }
            }
        )*

        #[cfg(test)]
        mod tests {
            use super::*;

            #[test]
            fn the_words_in_sql_are_the_words_on_the_wire() {
                $($(
                    assert_eq!(serde_json::to_value($name::$variant).unwrap(), $word);
                    assert_eq!($name::from_word($word), Some($name::$variant));
                )*)*
            }
        }
    };
}

stored_words! {
    Channel { Whatsapp = "whatsapp", Messenger = "messenger", Sms = "sms", WebChat = "web_chat", X = "x", Unknown = "unknown" }
    Role { Agent = "agent", Supervisor = "supervisor", Admin = "admin" }
    Readiness { Ready = "ready", NotReady = "not_ready", SignedOut = "signed_out" }
    InteractionState { Queued = "queued", Offered = "offered", Active = "active", Ended = "ended", Done = "done" }
    EndedBy { Agent = "agent", Contact = "contact", Idle = "idle", System = "system" }
    OfferState {
        Ringing = "ringing", Taken = "taken", Declined = "declined", TimedOut = "timed_out",
        NotAlerted = "not_alerted", Withdrawn = "withdrawn",
    }
    AlertOutcome { HandedOver = "handed_over", Suppressed = "suppressed", Failed = "failed", Seen = "seen" }
    DeliveryState {
        Queued = "queued", Held = "held", Stored = "stored", Posting = "posting", Accepted = "accepted",
        Sent = "sent", Delivered = "delivered", Read = "read", Played = "played", Unknown = "unknown",
        Failed = "failed",
    }
}

impl<T: StoredWord> ToSql for Word<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.0.word().as_bytes())))
    }
}

impl<T: StoredWord> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        T::from_word(value.as_str()?).map(Self).ok_or(FromSqlError::InvalidType)
    }
}

/// Stores a nested value as JSON.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        serde_json::to_string(&self.0)
            .map(ToSqlOutput::from)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
    }
}

impl<T: DeserializeOwned> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?).map(Self).map_err(|error| FromSqlError::Other(error.into()))
    }
}

/// Qualifies a list of columns with the alias that a query gives their table.
pub(crate) fn columns_of(alias: &str, columns: &str) -> String {
    let named: Vec<_> = columns.split(',').map(|column| format!("{alias}.{}", column.trim())).collect();
    named.join(", ")
}

/// Reads a point in time from a nullable column of milliseconds.
pub(crate) fn moment(millis: Option<i64>) -> Option<Millis> {
    millis.map(Millis)
}
