//! A customer as a test holds one.

mod lines;
mod message;
mod person;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::oneshot;

pub(crate) use lines::{Fate, Heard, Lines};
pub use lines::{Line, Tick, Writer};
pub(crate) use message::{Shown, reaction_message, shown, text_message, with};
pub(crate) use person::{Identity, Person};

use crate::provider::World;

/// How long a call here waits for the hub, in real time, before it gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was waited for did not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it did not come within 30 seconds, or the provider was stopped")]
pub struct Gone;

/// A person with a phone. A handle: copies are the same person.
#[derive(Clone)]
pub struct Customer {
    world: Arc<World>,
    person: Arc<Person>,
}

impl Customer {
    pub(crate) fn new(world: Arc<World>, person: Arc<Person>) -> Self {
        Self { world, person }
    }

    /// The name they gave themselves.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.person.identity.name
    }

    /// Their phone number as the provider writes it, digits without `+`; absent for those who are known by
    /// their user name alone.
    #[must_use]
    pub fn wa_id(&self) -> Option<&str> {
        self.person.identity.phone.as_deref()
    }

    /// The id that the provider made for them and this business.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.person.identity.user_id
    }

    /// Writes and waits until the hub has taken it (answered 200). Who writes has the chat open: what was
    /// delivered before is read with it. Returns the message's id.
    ///
    /// # Errors
    ///
    /// When the hub does not take it within 30 seconds. It is then still being brought.
    pub async fn writes(&self, text: &str) -> Result<String, Gone> {
        self.sends(text_message(text)).await
    }

    /// Writes and returns at once; the hub is brought it meanwhile. Returns the message's id.
    pub async fn writes_at_once(&self, text: &str) -> String {
        self.hand_over(text_message(text)).await.0
    }

    /// Writes as an answer to a certain message, which is quoted above it. It may be any id: a hub need not
    /// know what is answered. Otherwise like [`Customer::writes`].
    ///
    /// # Errors
    ///
    /// When the hub does not take it within 30 seconds. It is then still being brought.
    pub async fn replies_to(&self, wamid: &str, text: &str) -> Result<String, Gone> {
        self.sends(self.quoting(text_message(text), wamid)).await
    }

    /// Puts an emoji at a certain message, in the place of an earlier one; without an emoji, takes it back.
    /// No line of its own comes of it. Returns the id of the reaction. Otherwise like [`Customer::writes`].
    ///
    /// # Errors
    ///
    /// When the hub does not take it within 30 seconds. It is then still being brought.
    pub async fn reacts(&self, wamid: &str, emoji: Option<&str>) -> Result<String, Gone> {
        self.sends(reaction_message(wamid, emoji)).await
    }

    pub(crate) fn quoting(&self, message: Value, wamid: &str) -> Value {
        self.world.quoting(&self.person, message, wamid)
    }

    /// Sends any message: `message` is the provider's object with `type` and the object of that name.
    /// Otherwise like [`Customer::writes`].
    ///
    /// # Errors
    ///
    /// When the hub does not take it within 30 seconds. It is then still being brought.
    pub async fn sends(&self, message: Value) -> Result<String, Gone> {
        let (wamid, taken) = self.hand_over(message).await;
        Self::until_taken(taken).await?;
        Ok(wamid)
    }

    pub(crate) async fn until_taken(taken: oneshot::Receiver<()>) -> Result<(), Gone> {
        match tokio::time::timeout(PATIENCE, taken).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Gone),
        }
    }

    pub(crate) async fn hand_over(&self, message: Value) -> (String, oneshot::Receiver<()>) {
        self.world.reads_all(&self.person).await;
        self.world.customer_writes(&self.person, message, self.world.pace.now()).await
    }

    /// What is on their phone: both directions, in order. A line of the business is here from the moment
    /// that the provider has it; its tick says how far it came. At most the last ten thousand.
    #[must_use]
    pub fn phone(&self) -> Vec<Line> {
        self.person.lines()
    }

    /// When it showed on their phone that the business writes, in milliseconds since the epoch by the provider's
    /// clock, oldest first.
    #[must_use]
    pub fn typing_seen(&self) -> Vec<i64> {
        self.person.with_lines(|lines| lines.typing_seen.clone())
    }

    /// Waits until the business has written exactly this; at once if it has already.
    ///
    /// # Errors
    ///
    /// When it does not come within 30 seconds.
    pub async fn waits_for(&self, text: &str) -> Result<Line, Gone> {
        self.waits_until(|lines| {
            lines.iter().find(|it| it.writer == Writer::Business && it.text == text).cloned()
        })
        .await
    }

    /// Waits until `found` finds what it looks for among the lines.
    ///
    /// # Errors
    ///
    /// When it does not within 30 seconds.
    pub async fn waits_until<T>(&self, mut found: impl FnMut(&[Line]) -> Option<T>) -> Result<T, Gone> {
        let mut changes = self.person.changes();
        let look = async {
            loop {
                changes.borrow_and_update();
                if let Some(found) = found(&self.phone()) {
                    return Ok(found);
                }
                changes.changed().await.map_err(|_| Gone)?;
            }
        };
        tokio::time::timeout(PATIENCE, look).await.unwrap_or(Err(Gone))
    }

    /// Opens the chat: what is delivered is read now, what is under way as soon as it is delivered.
    pub async fn reads_all(&self) {
        self.world.reads_all(&self.person).await;
    }

    /// The provider will refuse the next message to them with this code.
    pub fn refuse_next_send(&self, code: i64) {
        self.person.next_fate(Fate::Refused(code));
    }

    /// The provider will accept the next message to them and then report that it failed with this code.
    pub fn fail_next_delivery(&self, code: i64) {
        self.person.next_fate(Fate::Fails(code));
    }

    /// The provider will take the next message to them, but its answer will be cut.
    pub fn cut_next_answer(&self) {
        self.person.next_fate(Fate::AnswerCut);
    }
}
