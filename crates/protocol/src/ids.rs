//! Identifiers, positions and time: the small values that everything else is made of.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
        #[serde(transparent)]
        #[ts(type = "string")]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh id, made by whoever makes the thing (UUIDv7, so ids sort by creation).
            #[must_use]
            pub fn fresh() -> Self {
                Self(Uuid::now_v7())
            }

            /// The id with exactly these bits; for rows read back from storage.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bits, for storage.
            #[must_use]
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// One of our own addresses on a channel, such as a WhatsApp business number.
    AccountId;
    /// A person who signs in.
    AgentId;
    /// One command of a client. Repeating a command under the same id changes nothing.
    CommandId;
    /// A customer.
    ContactId;
    /// Everything ever said with one identity.
    ConversationId;
    /// One life of a hub's store: new at its creation and whenever it is restored from a backup.
    Generation;
    /// A hub, whatever its address: made with its store, and kept when that is restored from a backup.
    HubId;
    /// One contact's address on one channel, per account.
    IdentityId;
    /// One handling of a conversation by agents.
    InteractionId;
    /// One line of a conversation. Made by the desktop for what agents write.
    MessageId;
    /// One interaction put before one agent.
    OfferId;
    /// Where interactions wait, and the unit of access.
    QueueId;
    /// One signed-in connection to the hub.
    SessionId;
}

impl From<MessageId> for CommandId {
    /// A message's send command carries the message's own id, so that a repeat is recognised.
    fn from(id: MessageId) -> Self {
        Self(id.0)
    }
}

/// Milliseconds since the Unix epoch, by the hub's clock unless said otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct Millis(pub i64);

impl Millis {
    /// This moment and `millis` more; stops at the ends of the range.
    #[must_use]
    pub const fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this moment; negative if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// How many bits of a [`Position`] tell apart messages of one millisecond.
const TIE_BITS: u32 = 20;

/// A message's place in its conversation: sorts by time, given by the hub when it commits the message.
///
/// On the wire a string of nineteen digits, because JavaScript's numbers are too small for it; as text
/// it sorts the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, TS)]
#[ts(type = "string")]
pub struct Position(pub i64);

impl Position {
    /// The first position of the millisecond `at`. Times before 1970 share the first one.
    #[must_use]
    pub const fn first_at(at: Millis) -> Self {
        let at = if at.0 < 0 { 0 } else { at.0 };
        Self(at.saturating_mul(1 << TIE_BITS))
    }

    /// The position right behind this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The time this position sorts by.
    #[must_use]
    pub const fn at(self) -> Millis {
        Millis(self.0 >> TIE_BITS)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:019}", self.0)
    }
}

impl FromStr for Position {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<u64>().map(|bits| Self(i64::try_from(bits).unwrap_or(i64::MAX)))
    }
}

impl Serialize for Position {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A place in the hub's one log, counted from 1. Also the version of a row: the place of its last change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct LogPosition(pub i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_sort_the_same_as_numbers_and_as_text() {
        let earlier = Position::first_at(Millis(999));
        let later = Position::first_at(Millis(1_790_000_000_000)).next();
        assert!(earlier < later);
        assert!(earlier.to_string() < later.to_string());
        assert_eq!(later.at(), Millis(1_790_000_000_000));
        assert_eq!(later.to_string().parse(), Ok(later));
    }

    #[test]
    fn a_position_from_outside_that_is_no_number_is_refused() {
        assert!("-1".parse::<Position>().is_err());
        assert!("yesterday".parse::<Position>().is_err());
    }
}
