//! The cast: people who write by themselves, as customers of a bicycle shop with a workshop, rental and an
//! online store do.

mod advert;
mod director;
mod live;
mod manner;
mod people;
mod phrases;
mod play;
mod script;

pub(crate) use director::direct;
pub(crate) use manner::{Manner, PLAIN};

use crate::customer::Identity;

/// Everybody of the cast: who they are, how they are, and their first name.
pub(crate) fn people() -> impl Iterator<Item = (Identity, Manner, &'static str)> {
    people::ALL.iter().map(|it| {
        let identity = Identity {
            name: it.name.to_owned(),
            phone: it.phone.map(str::to_owned),
            user_id: it.user_id.to_owned(),
            username: it.username.map(str::to_owned),
        };
        (identity, it.manner, it.name.split(' ').next().unwrap_or(it.name))
    })
}
