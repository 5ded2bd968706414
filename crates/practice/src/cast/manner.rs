//! How people are: how fast they look, think and type, and what may be odd about their phone.

use super::advert::Advert;

/// How somebody is. Spans are the least and the most, in milliseconds of life.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    /// From the message on the phone to the look at it.
    pub(crate) notices_ms: (i64, i64),
    /// From the look to the first letter of an answer.
    pub(crate) thinks_ms: (i64, i64),
    /// Per letter.
    pub(crate) letter_ms: i64,
    /// Between the messages of a burst, on top of the typing.
    pub(crate) gap_ms: (i64, i64),
    /// How long they wait for an answer until they ask again.
    pub(crate) asks_again_ms: i64,
    /// How long they wait after that until they give up.
    pub(crate) gives_up_ms: i64,
    /// Whether they let others see that they have read.
    pub(crate) receipts: bool,
    /// The code with which messages to them fail, if they do.
    pub(crate) unreachable: Option<i64>,
    /// The advertisement whose button they pressed before they first wrote.
    pub(crate) came_by: Option<&'static Advert>,
    /// The emoji that they put at the first answer of a conversation.
    pub(crate) likes: Option<&'static str>,
    /// Whether they quote the first answer of a conversation when they go on.
    pub(crate) quotes: bool,
}

/// However long a text is, nobody types at it for longer: the rest was prepared or pasted.
pub(crate) const LONGEST_TYPING_MS: i64 = 40_000;

const MINUTE: i64 = 60_000;

/// Nothing odd.
pub(crate) const PLAIN: Manner = Manner {
    notices_ms: (1_500, 5_000),
    thinks_ms: (1_500, 5_000),
    letter_ms: 90,
    gap_ms: (600, 1_600),
    asks_again_ms: 5 * MINUTE,
    gives_up_ms: 10 * MINUTE,
    receipts: true,
    unreachable: None,
    came_by: None,
    likes: None,
    quotes: false,
};

/// Holds the phone in the hand.
pub(crate) const QUICK: Manner = Manner {
    notices_ms: (600, 1_800),
    thinks_ms: (700, 2_200),
    letter_ms: 45,
    asks_again_ms: 3 * MINUTE,
    ..PLAIN
};

/// Does something else meanwhile.
pub(crate) const SLOW: Manner = Manner {
    notices_ms: (12_000, 40_000),
    thinks_ms: (6_000, 20_000),
    letter_ms: 190,
    asks_again_ms: 9 * MINUTE,
    gives_up_ms: 15 * MINUTE,
    ..PLAIN
};

/// Sends every half sentence by itself.
pub(crate) const IN_BURSTS: Manner = Manner { letter_ms: 55, gap_ms: (300, 900), ..PLAIN };

/// Does not show that they have read.
pub(crate) const PRIVATE: Manner = Manner { receipts: false, ..PLAIN };

/// Nothing reaches them ("message undeliverable"), so they soon ask again.
pub(crate) const UNREACHABLE: Manner =
    Manner { asks_again_ms: 75_000, gives_up_ms: 3 * MINUTE, unreachable: Some(131_026), ..PLAIN };
