//! The cast: people who write by a script, as customers of a bicycle shop with a workshop, rental and an online
//! store do.

mod conversation;
mod director;
mod member;
mod people;
mod phrases;
mod reply;
mod script;

use std::sync::Arc;

use crate::person::Identity;
use crate::shared::Shared;
use crate::simulation::Simulation;

/// Adds the people of the cast to the directory, also by first name.
pub(crate) fn register(shared: &Shared) {
    for persona in people::ALL {
        let invented = shared.directory().invent(persona.name, persona.phone.is_some());
        let identity = Identity {
            phone: persona.phone.map_or(invented.phone, str::to_owned),
            user_id: persona.user_id.to_owned(),
            username: persona.username.map(str::to_owned),
            name: persona.name.to_owned(),
            discloses_phone: persona.phone.is_some(),
        };
        let first_name = persona.name.split(' ').next().unwrap_or(persona.name);
        shared.add_person(identity, persona.behaviour, &[first_name]);
    }
}

/// Starts the cast. A second call has no effect.
pub(crate) fn start(simulation: &Arc<Simulation>) {
    if simulation.claim_cast() {
        simulation.shared.spawn(director::direct(simulation.clone()));
    }
}
