//! One line of a chat.

use serde::Serialize;

/// Who wrote a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Writer {
    /// The person whose phone it is.
    Customer,
    /// The business, through its hub.
    Business,
}

/// How far a line has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tick {
    /// By the customer: the hub has not accepted it yet.
    Waiting,
    /// By the customer: the hub has it. By the business: the provider has it.
    Taken,
    /// By the business: on its way to the phone.
    Sent,
    /// By the business: on the phone.
    Delivered,
    /// Read by the other side.
    Read,
    /// By the business: it could not be delivered.
    Failed,
}

/// One line of a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Who wrote it.
    pub writer: Writer,
    /// The text; for other kinds of message the provider's word for the kind in brackets.
    pub text: String,
    /// The provider's id of the message.
    #[serde(rename = "wamid")]
    pub id: String,
    /// When it was written, in milliseconds since the Unix epoch by the provider's clock.
    pub at: i64,
    /// How far it has come.
    pub tick: Tick,
    /// The value that the hub asked the provider to repeat in each status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub echo: Option<String>,
    /// The id of the message that the customer quotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// The customer's reaction to it, an emoji.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reaction: Option<String>,
}

impl Line {
    /// A line that was written at this moment.
    pub(crate) fn new(writer: Writer, id: &str, text: String, at: i64) -> Self {
        let tick = match writer {
            Writer::Customer => Tick::Waiting,
            Writer::Business => Tick::Taken,
        };
        let id = id.to_owned();
        Self { writer, text, id, at, tick, echo: None, reply_to: None, reaction: None }
    }
}
