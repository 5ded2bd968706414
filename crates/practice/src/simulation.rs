//! One simulation: the people, and the providers that connect them to the hub.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use crate::channel::Channel;
use crate::person::Person;
use crate::providers::sms::Sms;
use crate::providers::whatsapp::{Advert, WhatsApp, reaction_message, text_message, with};
use crate::shared::Shared;

/// A text that a customer writes.
pub(crate) struct Text<'a> {
    pub(crate) body: &'a str,
    /// The id of the message that it quotes. Not on SMS.
    pub(crate) reply_to: Option<String>,
    /// The advertisement whose button the customer pressed before. Not on SMS.
    pub(crate) came_by: Option<&'static Advert>,
}

/// Everything that is simulated.
pub(crate) struct Simulation {
    pub(crate) shared: Arc<Shared>,
    pub(crate) whatsapp: Arc<WhatsApp>,
    sms: OnceLock<Arc<Sms>>,
    cast_started: AtomicBool,
}

impl Simulation {
    pub(crate) fn new(shared: Arc<Shared>, whatsapp: Arc<WhatsApp>) -> Arc<Self> {
        Arc::new(Self { shared, whatsapp, sms: OnceLock::new(), cast_started: AtomicBool::new(false) })
    }

    /// Adds an SMS provider. Only the first one counts.
    pub(crate) fn add_sms(&self, provider: Arc<Sms>) {
        let _first = self.sms.get_or_init(|| provider);
    }

    /// The SMS provider, if there is one.
    pub(crate) fn sms(&self) -> Option<&Arc<Sms>> {
        self.sms.get()
    }

    /// True for the first caller only.
    pub(crate) fn claim_cast(&self) -> bool {
        !self.cast_started.swap(true, Ordering::SeqCst)
    }

    /// A person writes. The hub may be down: the webhook then waits or is lost, and the person does not know.
    pub(crate) async fn write(&self, channel: Channel, person: &Arc<Person>, text: Text<'_>, at: i64) {
        match channel {
            Channel::WhatsApp => {
                let mut message = text_message(text.body);
                if let Some(advert) = text.came_by {
                    message = with(message, "referral", advert.referral());
                }
                if let Some(wamid) = text.reply_to {
                    message = self.whatsapp.quoting(person, message, &wamid);
                }
                let _unawaited = self.whatsapp.receive(person, message, at).await;
            }
            Channel::Sms => {
                if let Some(provider) = self.sms() {
                    let _unawaited = provider.receive(person, text.body, at).await;
                }
            }
        }
    }

    /// A person reacts to a message with an emoji, where the channel has reactions.
    pub(crate) async fn react(&self, channel: Channel, person: &Arc<Person>, to: &str, emoji: &str, at: i64) {
        if channel == Channel::WhatsApp {
            let _unawaited = self.whatsapp.receive(person, reaction_message(to, Some(emoji)), at).await;
        }
    }
}
