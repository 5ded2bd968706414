//! People who sign in: set up by an administrator, signed in, connected.

pub(crate) mod admin;
pub(crate) mod presence;
pub(crate) mod sign_in;
