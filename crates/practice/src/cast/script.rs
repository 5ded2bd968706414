//! What people have to say.

use super::manner::Manner;
use super::phrases::Phrases;

/// Messages that belong together.
pub(super) type Burst = &'static [&'static str];

/// Words in an agent's message (lower case), and what the person then tells. Told once per conversation.
pub(super) type Fact = (&'static [&'static str], &'static str);

/// One concern, from the first message to the goodbye. Each turn is said after an answer of the agent, so it
/// adds something and does not depend on what the answer was.
#[derive(Debug)]
pub(super) struct Script {
    /// Ways to begin.
    pub(super) opening: &'static [Burst],
    /// What follows, each in one or several ways.
    pub(super) turns: &'static [&'static [Burst]],
    /// What they know about this concern.
    pub(super) facts: &'static [Fact],
    /// Ways to end.
    pub(super) farewell: &'static [Burst],
}

/// Somebody of the cast.
#[derive(Debug)]
pub(super) struct Persona {
    /// The name they gave themselves.
    pub(super) name: &'static str,
    /// Digits; from ranges that are kept free for fiction.
    pub(super) phone: Option<&'static str>,
    /// The provider's id of them.
    pub(super) user_id: &'static str,
    /// Without `@`.
    pub(super) username: Option<&'static str>,
    /// How they are.
    pub(super) manner: Manner,
    /// Whether they are good for the first conversation of a shift.
    pub(super) may_open: bool,
    /// What they say whatever it is about.
    pub(super) phrases: &'static Phrases,
    /// What they know about themselves.
    pub(super) facts: &'static [Fact],
    /// Their concerns.
    pub(super) scripts: &'static [Script],
}
