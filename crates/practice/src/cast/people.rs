//! The list of the cast.

mod english;
mod german;
mod others;
mod texting;

use super::script::Persona;
use crate::channel::Channel;

/// All people of the cast. The order determines what a seed gives.
pub(super) const ALL: &[&Persona] = &[
    &english::EMILY,
    &english::THOMAS,
    &english::SOFIA,
    &english::PRIYA,
    &english::OSKAR,
    &german::MARTA,
    &german::YUSUF,
    &german::GERHARD,
    &german::JONAS,
    &others::CHLOE,
    &others::LAYLA,
    &others::NOA,
    &texting::RUTH,
];

/// The people on WhatsApp, and those on SMS if there is an SMS provider.
pub(super) fn on_channels(with_sms: bool) -> Vec<&'static Persona> {
    ALL.iter().copied().filter(|it| with_sms || it.channel != Channel::Sms).collect()
}
