//! Stories of the whole hub: real server, real sockets, real SQLite, a clock turned by hand.

mod bad_input;
mod outbound;
mod people;
mod routing;
mod sync;
mod thread;
mod transcripts;
mod world;
