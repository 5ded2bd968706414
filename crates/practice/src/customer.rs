//! A customer in the hands of a test.
//!
//! The methods are in the third person, so that a test reads as a story: `carla.writes("Hello")`.

mod sms;
mod wait;

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::oneshot;

pub use sms::SmsCustomer;
pub use wait::Timeout;
pub(crate) use wait::until_accepted;
use wait::until_found;

use crate::person::{Line, Person, SendFault, Writer};
use crate::providers::whatsapp::{reaction_message, text_message};
use crate::simulation::Simulation;

/// A person with WhatsApp on their phone. A handle: copies are the same person.
#[derive(Clone)]
pub struct Customer {
    simulation: Arc<Simulation>,
    person: Arc<Person>,
}

impl Customer {
    pub(crate) fn new(simulation: Arc<Simulation>, person: Arc<Person>) -> Self {
        Self { simulation, person }
    }

    /// The profile name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.person.identity.name
    }

    /// The phone number as the provider writes it, digits without `+`; absent for a person who is known by user name
    /// only.
    #[must_use]
    pub fn wa_id(&self) -> Option<&str> {
        self.person.identity.wa_id()
    }

    /// The phone number in E.164 format, with `+`, also where WhatsApp does not disclose it.
    #[must_use]
    pub fn number(&self) -> String {
        format!("+{}", self.person.identity.phone)
    }

    pub(crate) fn person(&self) -> &Arc<Person> {
        &self.person
    }

    /// The id that the provider made for this person and this business.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.person.identity.user_id
    }

    /// Writes, and waits until the hub has accepted it (answered 200). Writing opens the chat: what was delivered
    /// before is read by it. Returns the id of the message.
    ///
    /// # Errors
    ///
    /// When the hub does not accept it within 30 seconds. The provider goes on trying.
    pub async fn writes(&self, text: &str) -> Result<String, Timeout> {
        self.sends(text_message(text)).await
    }

    /// Writes, and returns the id of the message without waiting for the hub.
    pub async fn writes_at_once(&self, text: &str) -> String {
        self.post(text_message(text)).await.0
    }

    /// Writes a reply that quotes the message with this id. The id need not be known to the hub. Waits and returns as
    /// [`Customer::writes`] does.
    ///
    /// # Errors
    ///
    /// When the hub does not accept it within 30 seconds. The provider goes on trying.
    pub async fn replies_to(&self, wamid: &str, text: &str) -> Result<String, Timeout> {
        self.sends(self.quoting(text_message(text), wamid)).await
    }

    /// Reacts to the message with this id, in place of an earlier reaction; without an emoji, removes the reaction.
    /// Adds no line to the chat. Returns the id of the reaction; waits as [`Customer::writes`] does.
    ///
    /// # Errors
    ///
    /// When the hub does not accept it within 30 seconds. The provider goes on trying.
    pub async fn reacts(&self, wamid: &str, emoji: Option<&str>) -> Result<String, Timeout> {
        self.sends(reaction_message(wamid, emoji)).await
    }

    pub(crate) fn quoting(&self, message: Value, wamid: &str) -> Value {
        self.simulation.whatsapp.quoting(&self.person, message, wamid)
    }

    /// Sends a message of any kind: `message` is the provider's object with `type` and the object of that name.
    /// Waits and returns as [`Customer::writes`] does.
    ///
    /// # Errors
    ///
    /// When the hub does not accept it within 30 seconds. The provider goes on trying.
    pub async fn sends(&self, message: Value) -> Result<String, Timeout> {
        let (wamid, accepted) = self.post(message).await;
        until_accepted(accepted).await?;
        Ok(wamid)
    }

    pub(crate) async fn post(&self, message: Value) -> (String, oneshot::Receiver<()>) {
        let provider = &self.simulation.whatsapp;
        provider.read_all(&self.person).await;
        provider.receive(&self.person, message, self.simulation.shared.pace.now()).await
    }

    /// The chat on the phone: both directions, in order, at most the last ten thousand lines. A line of the business
    /// is here from the moment that the provider has it; its tick says how far it has come.
    #[must_use]
    pub fn phone(&self) -> Vec<Line> {
        self.person.whatsapp.lines()
    }

    /// When the phone showed that the business is typing, in milliseconds since the Unix epoch by the provider's
    /// clock, oldest first.
    #[must_use]
    pub fn typing_seen(&self) -> Vec<i64> {
        self.person.whatsapp.read(|lines| lines.typing_seen.clone())
    }

    /// Waits until the business has written exactly this; returns at once if it has already.
    ///
    /// # Errors
    ///
    /// When it does not within 30 seconds.
    pub async fn waits_for(&self, text: &str) -> Result<Line, Timeout> {
        self.waits_until(|lines| {
            lines.iter().find(|it| it.writer == Writer::Business && it.text == text).cloned()
        })
        .await
    }

    /// Waits until `found` returns something for the lines of the chat.
    ///
    /// # Errors
    ///
    /// When it does not within 30 seconds.
    pub async fn waits_until<T>(&self, found: impl FnMut(&[Line]) -> Option<T>) -> Result<T, Timeout> {
        until_found(&self.person.whatsapp, found).await
    }

    /// Opens the chat: what is delivered is read now, what is under way on delivery.
    pub async fn reads_all(&self) {
        self.simulation.whatsapp.read_all(&self.person).await;
    }

    /// The provider will refuse the next message to this person with this code.
    pub fn refuse_next_send(&self, code: i64) {
        self.person.whatsapp.queue_fault(SendFault::Refuse(code));
    }

    /// The provider will accept the next message to this person, and then report that it failed with this code.
    pub fn fail_next_delivery(&self, code: i64) {
        self.person.whatsapp.queue_fault(SendFault::FailDelivery(code));
    }

    /// The provider will accept the next message to this person, but its answer will be cut off.
    pub fn cut_next_answer(&self) {
        self.person.whatsapp.queue_fault(SendFault::CutAnswer);
    }
}
