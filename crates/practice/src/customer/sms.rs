//! A customer who writes SMS, in the hands of a test.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::wait::{Timeout, until_accepted, until_found};
use crate::person::{Line, Person, SendFault, Writer};
use crate::providers::sms::Sms;

/// A person with a phone. A handle: copies are the same person, and the [`Customer`](crate::Customer) with the same
/// name is that person on WhatsApp.
#[derive(Clone)]
pub struct SmsCustomer {
    provider: Arc<Sms>,
    person: Arc<Person>,
}

impl SmsCustomer {
    pub(crate) fn new(provider: Arc<Sms>, person: Arc<Person>) -> Self {
        Self { provider, person }
    }

    /// The person's name. SMS does not transmit it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.person.identity.name
    }

    /// The phone number in E.164 format, with `+`.
    #[must_use]
    pub fn number(&self) -> String {
        format!("+{}", self.person.identity.phone)
    }

    /// Writes, and waits until the hub has accepted it. Returns the id of the message.
    ///
    /// # Errors
    ///
    /// When the hub does not accept it within 30 seconds, or the provider gives up.
    pub async fn writes(&self, text: &str) -> Result<String, Timeout> {
        let (sid, accepted) = self.post(text).await;
        until_accepted(accepted).await?;
        Ok(sid)
    }

    /// Writes, and returns the id of the message without waiting for the hub.
    pub async fn writes_at_once(&self, text: &str) -> String {
        self.post(text).await.0
    }

    pub(crate) async fn post(&self, text: &str) -> (String, oneshot::Receiver<()>) {
        self.provider.receive(&self.person, text, self.provider.now()).await
    }

    /// The conversation on the phone: both directions, in order, at most the last ten thousand lines.
    #[must_use]
    pub fn phone(&self) -> Vec<Line> {
        self.person.sms.lines()
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

    /// Waits until `found` returns something for the lines of the conversation.
    ///
    /// # Errors
    ///
    /// When it does not within 30 seconds.
    pub async fn waits_until<T>(&self, found: impl FnMut(&[Line]) -> Option<T>) -> Result<T, Timeout> {
        until_found(&self.person.sms, found).await
    }

    /// The provider will refuse the next message to this person with this code.
    pub fn refuse_next_send(&self, code: i64) {
        self.person.sms.queue_fault(SendFault::Refuse(code));
    }

    /// The provider will accept the next message to this person, and then report that it failed with this code.
    pub fn fail_next_delivery(&self, code: i64) {
        self.person.sms.queue_fault(SendFault::FailDelivery(code));
    }

    /// The provider will accept the next message to this person, but its answer will be cut off.
    pub fn cut_next_answer(&self) {
        self.person.sms.queue_fault(SendFault::CutAnswer);
    }
}
