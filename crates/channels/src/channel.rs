//! The seam between the hub and its channels.
//!
//! A channel knows nothing of storage, agents or HTTP routing. It has a source, from which deliveries come, and a
//! sink, to which messages go. The two are separate because they need not lead to the same place: the source of
//! most channels is a webhook, but a channel may as well read a stream or serve visitors itself. Every source hands
//! the hub the same [`Delivery`], which is stored before it is parsed.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use deskbell_protocol::{Channel as ChannelKind, ChannelPolicy, Failure, OwnSide};

use crate::delivery::{Delivery, Headers, ParseError, SignatureError};
use crate::diagnosis::Diagnosis;
use crate::inbound::{Inbound, OwnAddress};
use crate::outbound::{Credentials, Outbound, SendOutcome};
use crate::template::ListedTemplate;

/// A future in a box, as a trait object returns it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One of our accounts on a channel.
pub trait Channel: fmt::Debug + Send + Sync {
    /// Which channel it is.
    fn kind(&self) -> ChannelKind;

    /// Our own address at the provider, as deliveries name it: a phone number or an id of one.
    fn address(&self) -> &str;

    /// What the channel allows on this account.
    fn policy(&self) -> ChannelPolicy;

    /// Whether contacts are shown that an agent has read their messages.
    fn shows_read_receipts(&self) -> bool {
        false
    }

    /// Parses a stored delivery. Pure: the same bytes give the same answer. What is broken in one part of it never
    /// costs the others.
    ///
    /// # Errors
    ///
    /// If the delivery as a whole is not one of this provider.
    fn parse(&self, delivery: &Delivery) -> Result<Vec<Inbound>, ParseError>;

    /// The addresses of ours that a delivery names, with the number behind each. Pure.
    fn own_addresses(&self, _delivery: &Delivery) -> Vec<OwnAddress> {
        Vec::new()
    }

    /// The webhook from which deliveries come; `None` where the source is another one.
    fn webhook(&self) -> Option<&dyn Webhook>;

    /// Where messages go.
    fn sink(&self) -> &dyn Sink;

    /// Checks the account at its provider. Changes nothing and writes to nobody. Waits at most `patience` for each of
    /// a few answers.
    fn diagnose(&self, patience: Duration) -> BoxFuture<'_, Diagnosis>;
}

/// The source of a channel whose provider posts deliveries to the hub.
pub trait Webhook: Send + Sync {
    /// The request headers that are stored with a delivery, in lower case. Those that carry credentials are never
    /// stored.
    fn stored_headers(&self) -> &'static [&'static str];

    /// The answer to the `GET` by which the provider checks that the webhook is ours: the body to answer with 200,
    /// `None` for 403. `query` are the decoded pairs of the query, in their order.
    fn answer_handshake(&self, _query: &[(String, String)]) -> Option<String> {
        None
    }

    /// Checks whether the headers can belong to a signed delivery, before the body is read.
    ///
    /// # Errors
    ///
    /// If the signature is absent or of another form.
    fn check_headers(&self, headers: &Headers) -> Result<(), SignatureError>;

    /// Checks the signature of a delivery. A stored delivery can be checked again.
    ///
    /// # Errors
    ///
    /// If the signature is absent, of another form, or made by none of our keys.
    fn verify(&self, delivery: &Delivery) -> Result<(), SignatureError>;

    /// The answer to a delivery that is stored.
    fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement { status: 200, content_type: None, body: "" }
    }
}

/// An HTTP answer by which a provider learns that its delivery is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The status.
    pub status: u16,
    /// The type of the body, if there is one.
    pub content_type: Option<&'static str>,
    /// The body.
    pub body: &'static str,
}

/// Where the messages of an account go.
pub trait Sink: Send + Sync {
    /// Hands one message to the provider, once. Takes at most some 40 seconds.
    fn send<'a>(&'a self, message: &'a Outbound) -> BoxFuture<'a, SendOutcome>;

    /// Marks a contact's message, and all before it, as read; with `typing` shows also that an agent writes. Returns
    /// whether the provider did. Takes at most some 40 seconds.
    fn mark_read<'a>(&'a self, _provider_id: &'a str, _typing: bool) -> BoxFuture<'a, bool> {
        Box::pin(std::future::ready(false))
    }

    /// Asks whether the provider accepts our credentials. Changes nothing. Takes at most some 40 seconds.
    fn check_credentials(&self) -> BoxFuture<'_, Credentials>;

    /// Asks whether our own side can send at all. Changes nothing. Takes at most some 40 seconds.
    fn health(&self) -> BoxFuture<'_, OwnSide>;

    /// The templates that the provider approves now, in the order of names and languages; none where the channel
    /// has no templates. The error is why they cannot be listed, for an agent.
    fn templates(&self) -> BoxFuture<'_, Result<Vec<ListedTemplate>, Failure>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    /// The failure of a message that something on the way to the provider refuses again and again, while other calls
    /// get through.
    fn barred_alone(&self) -> Failure;
}
