//! Passwords, their hashing, and how often somebody may try.

pub(crate) mod hashing;
pub(crate) mod passwords;
pub(crate) mod sign_in_attempts;
