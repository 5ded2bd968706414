//! The simulated SMS provider, with a hub that only records what it receives.

mod callbacks;
mod cast;
mod control;
mod inbound;
mod judge;
mod messages;
mod opt_out;
mod stub;
