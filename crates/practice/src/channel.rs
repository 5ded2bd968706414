//! The channels that are simulated.

use serde::Deserialize;

/// A channel. As JSON: `"whatsapp"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Channel {
    /// WhatsApp, by the Cloud API.
    #[default]
    WhatsApp,
}
