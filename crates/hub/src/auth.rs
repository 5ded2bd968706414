//! Passwords, their hashing, and the limit on sign-in attempts.

pub(crate) mod hashing;
pub(crate) mod passwords;
pub(crate) mod sign_in_attempts;
