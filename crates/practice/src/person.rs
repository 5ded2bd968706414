//! A simulated person: who they are, how they behave, and their phone.

mod behaviour;
mod chat;
mod line;
mod lines;

use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) use behaviour::{
    Behaviour, IN_BURSTS, LONGEST_TYPING_MS, PLAIN, PRIVATE, QUICK, SLOW, UNREACHABLE,
};
pub(crate) use chat::{Chat, SendFault};
pub use line::{Line, Tick, Writer};
pub(crate) use lines::{Lines, SeenLine};

use crate::channel::Channel;

/// How the providers identify a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The profile name that the person chose.
    pub(crate) name: String,
    /// The phone number, digits without `+`.
    pub(crate) phone: String,
    /// Whether WhatsApp tells the business the phone number.
    pub(crate) discloses_phone: bool,
    /// The user id that WhatsApp made for this person and this business.
    pub(crate) user_id: String,
    /// The WhatsApp user name, without `@`.
    pub(crate) username: Option<String>,
}

impl Identity {
    /// The phone number, if WhatsApp discloses it.
    pub(crate) fn wa_id(&self) -> Option<&str> {
        self.discloses_phone.then_some(self.phone.as_str())
    }
}

/// One person.
pub(crate) struct Person {
    pub(crate) identity: Identity,
    pub(crate) behaviour: Behaviour,
    /// The WhatsApp chat with the business.
    pub(crate) whatsapp: Chat,
    /// The SMS conversation with the business.
    pub(crate) sms: Chat,
    scripted: AtomicBool,
}

impl Person {
    pub(crate) fn new(identity: Identity, behaviour: Behaviour) -> Self {
        let (whatsapp, sms) = (Chat::default(), Chat::default());
        Self { identity, behaviour, whatsapp, sms, scripted: AtomicBool::new(false) }
    }

    /// The chat with the business on one channel.
    pub(crate) fn chat(&self, channel: Channel) -> &Chat {
        match channel {
            Channel::WhatsApp => &self.whatsapp,
            Channel::Sms => &self.sms,
        }
    }

    /// From now on the person acts by a script.
    pub(crate) fn set_scripted(&self) {
        self.scripted.store(true, Ordering::Relaxed);
    }

    /// Whether the person acts by a script, and not only by a test.
    pub(crate) fn is_scripted(&self) -> bool {
        self.scripted.load(Ordering::Relaxed)
    }
}
