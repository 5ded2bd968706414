//! How fast people notice, think and type, and what is unusual about them or their phone.

/// How a person behaves. Ranges are the least and the most, in milliseconds of real life.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Behaviour {
    /// From the delivery of a message until the person sees it.
    pub(crate) notices_ms: (i64, i64),
    /// From seeing a message until the first letter of the answer.
    pub(crate) thinks_ms: (i64, i64),
    /// Per letter.
    pub(crate) letter_ms: i64,
    /// Between two messages that belong together, added to the typing.
    pub(crate) gap_ms: (i64, i64),
    /// How long the person waits for an answer before asking again.
    pub(crate) asks_again_ms: i64,
    /// How long the person then waits before giving up.
    pub(crate) gives_up_ms: i64,
    /// Whether the phone sends read receipts.
    pub(crate) receipts: bool,
    /// Whether messages to the person fail.
    pub(crate) unreachable: bool,
    /// The emoji with which the person reacts to the first answer of a conversation.
    pub(crate) likes: Option<&'static str>,
    /// Whether the person quotes the first answer of a conversation in the next message.
    pub(crate) quotes: bool,
}

/// The longest time that typing takes: a longer text was prepared or pasted.
pub(crate) const LONGEST_TYPING_MS: i64 = 40_000;

const MINUTE: i64 = 60_000;

/// Nothing unusual.
pub(crate) const PLAIN: Behaviour = Behaviour {
    notices_ms: (1_500, 5_000),
    thinks_ms: (1_500, 5_000),
    letter_ms: 90,
    gap_ms: (600, 1_600),
    asks_again_ms: 5 * MINUTE,
    gives_up_ms: 10 * MINUTE,
    receipts: true,
    unreachable: false,
    likes: None,
    quotes: false,
};

/// Holds the phone in the hand.
pub(crate) const QUICK: Behaviour = Behaviour {
    notices_ms: (600, 1_800),
    thinks_ms: (700, 2_200),
    letter_ms: 45,
    asks_again_ms: 3 * MINUTE,
    ..PLAIN
};

/// Is busy with something else.
pub(crate) const SLOW: Behaviour = Behaviour {
    notices_ms: (12_000, 40_000),
    thinks_ms: (6_000, 20_000),
    letter_ms: 190,
    asks_again_ms: 9 * MINUTE,
    gives_up_ms: 15 * MINUTE,
    ..PLAIN
};

/// Sends every half sentence as a message.
pub(crate) const IN_BURSTS: Behaviour = Behaviour { letter_ms: 55, gap_ms: (300, 900), ..PLAIN };

/// Has read receipts switched off.
pub(crate) const PRIVATE: Behaviour = Behaviour { receipts: false, ..PLAIN };

/// Receives nothing, and therefore soon asks again.
pub(crate) const UNREACHABLE: Behaviour =
    Behaviour { asks_again_ms: 75_000, gives_up_ms: 3 * MINUTE, unreachable: true, ..PLAIN };
