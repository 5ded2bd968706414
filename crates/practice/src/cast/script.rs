//! The people of the cast and what they write.

use super::phrases::Phrases;
use crate::channel::Channel;
use crate::person::Behaviour;
use crate::providers::whatsapp::Advert;

/// Messages that belong together.
pub(super) type Burst = &'static [&'static str];

/// Words in an agent's message (lower case), and what the person then answers. Told once per conversation.
pub(super) type Fact = (&'static [&'static str], &'static str);

/// One concern, from the first message to the goodbye. Each turn follows an answer of the agent, so it adds
/// something and does not depend on what the answer was.
#[derive(Debug)]
pub(super) struct Script {
    /// The opening, in one or several variants.
    pub(super) opening: &'static [Burst],
    /// The turns that follow, each in one or several variants.
    pub(super) turns: &'static [&'static [Burst]],
    /// What the person knows about this concern.
    pub(super) facts: &'static [Fact],
    /// The goodbye, in one or several variants.
    pub(super) farewell: &'static [Burst],
}

/// A person of the cast.
#[derive(Debug)]
pub(super) struct Persona {
    /// The profile name.
    pub(super) name: &'static str,
    /// The phone number, digits; from ranges that are reserved for fiction. Absent where WhatsApp does not disclose it.
    pub(super) phone: Option<&'static str>,
    /// The WhatsApp user id.
    pub(super) user_id: &'static str,
    /// The WhatsApp user name, without `@`.
    pub(super) username: Option<&'static str>,
    /// The channel on which the person writes.
    pub(super) channel: Channel,
    /// How the person behaves.
    pub(super) behaviour: Behaviour,
    /// The advertisement by which the person came the first time.
    pub(super) came_by: Option<&'static Advert>,
    /// Whether the person suits the first conversation of a shift.
    pub(super) may_open: bool,
    /// What the person says whatever the concern.
    pub(super) phrases: &'static Phrases,
    /// What the person knows about themselves.
    pub(super) facts: &'static [Fact],
    /// The concerns, one per conversation, in turn.
    pub(super) scripts: &'static [Script],
}
