//! The channels that are simulated.

use serde::Deserialize;

/// A channel. As JSON: `"sms"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Channel {
    /// WhatsApp, by the Cloud API.
    #[default]
    WhatsApp,
    /// SMS, by Twilio's API.
    Sms,
}
