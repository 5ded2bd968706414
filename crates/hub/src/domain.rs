//! What the hub decides: functions over an open transaction ([`Tx`](crate::store::Tx)) and the tables.
//!
//! Everything here is synchronous, takes the time, and knows neither HTTP nor sockets nor SQL. A function that
//! changes something takes `&mut Tx`; its effects are logged in the same transaction.

pub(crate) mod accounts;
pub(crate) mod actor;
pub(crate) mod agents;
pub(crate) mod commands;
pub(crate) mod contacts;
pub(crate) mod deadlines;
pub(crate) mod interactions;
pub(crate) mod messages;
pub(crate) mod queries;
pub(crate) mod routing;
pub(crate) mod save;
pub(crate) mod text;
pub(crate) mod webhooks;
