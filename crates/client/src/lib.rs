//! The engine: session, sync, outbox and the encrypted cache behind one UI contract.

pub mod api;
