//! The channels there are: one line for each.

use deskbell_protocol::Channel as ChannelKind;

use crate::settings::Registration;
use crate::{sms, whatsapp};

const CHANNELS: [Registration; 2] = [whatsapp::REGISTRATION, sms::REGISTRATION];

/// All channels, in the order to list them.
pub fn all() -> impl Iterator<Item = Registration> {
    CHANNELS.into_iter()
}

/// The channel of this name in settings and webhook addresses.
#[must_use]
pub fn by_name(name: &str) -> Option<Registration> {
    all().find(|channel| channel.name == name)
}

/// The channel of this kind.
#[must_use]
pub fn by_kind(kind: ChannelKind) -> Option<Registration> {
    all().find(|channel| channel.kind == kind)
}
