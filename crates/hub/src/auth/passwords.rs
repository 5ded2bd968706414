//! Passwords and tokens: how they are made, kept and compared.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};

/// The password could not be hashed.
#[derive(Debug, thiserror::Error)]
#[error("the password cannot be hashed")]
pub(crate) struct Unusable;

/// Hashes a password (Argon2id with a random salt). Takes tens of milliseconds: not on the runtime.
pub(crate) fn hash(password: &str) -> Result<String, Unusable> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|_error| Unusable)
}

/// Whether the password is the one behind this hash. Without a hash the same work is done, so that the
/// time does not tell whether a name exists.
pub(crate) fn verify(password: &str, known: Option<&str>) -> bool {
    match known {
        Some(known) => {
            let verifier = Argon2::default();
            PasswordVerifier::<str>::verify_password(&verifier, password.as_bytes(), known).is_ok()
        }
        None => {
            let _same_work = hash(password);
            false
        }
    }
}

/// A token that nobody can guess, and what is kept of it.
pub(crate) fn new_token() -> Result<(String, Vec<u8>), getrandom::Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    let token = hex::encode(bytes);
    let kept = kept_of(&token);
    Ok((token, kept))
}

/// What is kept of a token. Looking it up compares hashes of 256 random bits, so the time it takes tells
/// nothing about the token.
pub(crate) fn kept_of(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
