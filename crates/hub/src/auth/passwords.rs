//! How passwords and tokens are made, stored and compared.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};

/// The password could not be hashed.
#[derive(Debug, thiserror::Error)]
#[error("the password cannot be hashed")]
pub(crate) struct HashError;

/// Hashes a password (Argon2id with a random salt). Takes tens of milliseconds: not for the async runtime.
pub(crate) fn hash(password: &str) -> Result<String, HashError> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|_error| HashError)
}

/// Whether `password` matches the stored hash. Without a stored hash it does the same work, so that the time
/// does not reveal whether a name exists.
pub(crate) fn verify(password: &str, stored: Option<&str>) -> bool {
    match stored {
        Some(stored) => {
            let verifier = Argon2::default();
            PasswordVerifier::<str>::verify_password(&verifier, password.as_bytes(), stored).is_ok()
        }
        None => {
            let _same_work = hash(password);
            false
        }
    }
}

/// A random token of 256 bits in hexadecimal form, and the hash under which it is stored.
pub(crate) fn new_token() -> Result<(String, Vec<u8>), getrandom::Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    let token = hex::encode(bytes);
    let hash = token_hash(&token);
    Ok((token, hash))
}

/// The hash under which a token is stored. A lookup compares hashes of 256 random bits, so the time it takes
/// reveals nothing about the token.
pub(crate) fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
