//! Channels: a folder for each, which speaks the API of its provider.
//!
//! `channel` is the seam to the hub, `registry` the list of channels. Verifying and parsing are pure; sending
//! returns what is known about the provider's answer, never more.

mod channel;
mod delivery;
mod diagnosis;
mod error_table;
mod http_client;
mod inbound;
mod outbound;
pub mod registry;
mod secret;
mod settings;
pub mod sms;
mod template;
mod text;
pub mod whatsapp;

pub use channel::{Acknowledgement, BoxFuture, Channel, Sink, Webhook};
pub use delivery::{Delivery, Headers, MAX_URL_BYTES, ParseError, SignatureError};
pub use diagnosis::{Diagnosis, Finding, ProviderClock, Verdict};
pub use http_client::http_client;
pub use inbound::{
    ConsentChange, Inbound, InboundAddressChange, InboundEcho, InboundMessage, InboundReaction,
    InboundRevocation, InboundStatus, OwnAddress, Sender,
};
pub use outbound::{
    Credentials, Outbound, OutboundContent, Recipient, Reported, SendOutcome, concerns_address, is_barred,
};
pub use secret::Secret;
pub use settings::{
    AccountContext, ChannelSettings, Environment, FaultPlace, PublicUrl, Registration, SettingsFault,
    SettingsTable, own_number,
};
pub use template::{ListedTemplate, OutboundTemplate, Parameter};
