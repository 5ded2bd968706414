//! The signature of deliveries.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{Secret, SignatureError};

/// The header that carries the signature.
pub(super) const HEADER: &str = "x-hub-signature-256";

/// What stands before the hex digits in `X-Hub-Signature-256`.
const PREFIX: &str = "sha256=";

/// Parses the `X-Hub-Signature-256` header. A request without a well-formed one is rejected before its body is read.
///
/// # Errors
///
/// When the header is absent or of another form.
pub fn read_signature(header: Option<&str>) -> Result<[u8; 32], SignatureError> {
    let header = header.ok_or(SignatureError::Missing)?;
    let digits = header.strip_prefix(PREFIX).ok_or(SignatureError::Malformed)?;
    let mut signature = [0; 32];
    hex::decode_to_slice(digits, &mut signature).map_err(|_| SignatureError::Malformed)?;
    Ok(signature)
}

/// Checks the `X-Hub-Signature-256` header against the body exactly as it came over the wire: the provider
/// signs its escaped form, so a body that was decoded and written again does not fit.
///
/// Several secrets allow several apps and the change of a secret. Empty ones are skipped: anybody can
/// sign with those.
///
/// # Errors
///
/// When the header is absent, of another form, or made with none of the secrets.
pub fn verify_signature(body: &[u8], header: Option<&str>, secrets: &[Secret]) -> Result<(), SignatureError> {
    let signature = read_signature(header)?;
    let mut fits = false;
    for secret in secrets.iter().filter(|it| !it.expose().is_empty()) {
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else { continue };
        mac.update(body);
        fits |= mac.verify_slice(&signature).is_ok();
    }
    if fits { Ok(()) } else { Err(SignatureError::Mismatch) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "👋 Grüezi" in the escaped form that the provider signs.
    const ESCAPED: &[u8] = br#"{"text":"\ud83d\udc4b Gr\u00fcezi"}"#;
    const DECODED: &str = r#"{"text":"👋 Grüezi"}"#;

    fn sign(key: &str, body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
        mac.update(body);
        format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
    }

    #[test]
    fn a_known_signature_made_by_openssl_fits() {
        // printf '%s' 'hello' | openssl dgst -sha256 -hmac 'app-secret'
        let header = "sha256=ad5c6aa52b4bf4d1955ccd07b1393163fa5aa461e01cedabf58a512035063c49";
        assert_eq!(verify_signature(b"hello", Some(header), &[Secret::new("app-secret")]), Ok(()));
    }

    #[test]
    fn the_signature_covers_the_escaped_bytes_and_not_what_they_mean() {
        let header = sign("app-secret", ESCAPED);
        let secrets = [Secret::new("app-secret")];
        assert_eq!(verify_signature(ESCAPED, Some(&header), &secrets), Ok(()));
        let rewritten = verify_signature(DECODED.as_bytes(), Some(&header), &secrets);
        assert_eq!(rewritten, Err(SignatureError::Mismatch));
    }

    #[test]
    fn while_a_secret_is_changed_both_the_old_and_the_new_one_fit() {
        let secrets = [Secret::new("old"), Secret::new("new")];
        for key in ["old", "new"] {
            assert_eq!(verify_signature(ESCAPED, Some(&sign(key, ESCAPED)), &secrets), Ok(()), "{key}");
        }
        let stranger = sign("stranger", ESCAPED);
        assert_eq!(verify_signature(ESCAPED, Some(&stranger), &secrets), Err(SignatureError::Mismatch));
        assert_eq!(
            verify_signature(ESCAPED, Some(&sign("old", ESCAPED)), &[]),
            Err(SignatureError::Mismatch)
        );
    }

    #[test]
    fn an_empty_secret_in_the_settings_opens_no_door() {
        let header = sign("", ESCAPED);
        assert_eq!(
            verify_signature(ESCAPED, Some(&header), &[Secret::new("")]),
            Err(SignatureError::Mismatch)
        );
    }

    #[test]
    fn a_header_of_another_form_is_refused_before_anything_is_computed() {
        let secrets = [Secret::new("app-secret")];
        let good = sign("app-secret", ESCAPED);
        assert_eq!(verify_signature(ESCAPED, None, &secrets), Err(SignatureError::Missing));
        let digits = good.trim_start_matches(PREFIX);
        for bad in [
            String::new(),
            digits.to_owned(),
            format!("sha1={digits}"),
            good.trim_end_matches(|_: char| true).to_owned(),
            good.chars().take(good.len() - 2).collect(),
            format!("{good}00"),
            format!("{PREFIX}{}", "zz".repeat(32)),
            format!("{PREFIX}{}", "ü".repeat(32)),
        ] {
            let answer = verify_signature(ESCAPED, Some(&bad), &secrets);
            assert_eq!(answer, Err(SignatureError::Malformed), "{bad:?}");
        }
    }
}
