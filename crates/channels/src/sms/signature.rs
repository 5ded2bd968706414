//! The signature of deliveries ("webhooks security", `X-Twilio-Signature`).

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use super::form::Form;
use crate::{Secret, SignatureError};

/// The header that carries the signature.
pub(super) const HEADER: &str = "x-twilio-signature";

/// Parses the header. A request without a well-formed signature is rejected before its body is read.
pub(super) fn read(header: Option<&str>) -> Result<[u8; 20], SignatureError> {
    let header = header.ok_or(SignatureError::Missing)?;
    let signature = STANDARD.decode(header).map_err(|_no_base64| SignatureError::Malformed)?;
    signature.try_into().map_err(|_other_length| SignatureError::Malformed)
}

/// Checks the `X-Twilio-Signature` header: HMAC-SHA1 over the address as Twilio knows it, then each field of the
/// form, sorted, name and value joined. A field that is there twice with the same value counts once.
///
/// Proxies and Twilio's own products do not agree whether the address has a port: both count, as in Twilio's own
/// library. With an empty token every delivery is rejected: anybody can sign with that.
///
/// # Errors
///
/// When the header is absent, of another form, or not made with the token.
pub fn verify_signature(
    url: &str,
    body: &[u8],
    header: Option<&str>,
    auth_token: &Secret,
) -> Result<(), SignatureError> {
    let signature = read(header)?;
    if auth_token.expose().is_empty() {
        return Err(SignatureError::Mismatch);
    }
    let fields: BTreeSet<_> = Form::decode(body).into_fields().into_iter().collect();
    let mut fits = false;
    for url in spellings(url) {
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(auth_token.expose().as_bytes()) else { continue };
        mac.update(url.as_bytes());
        for (name, value) in &fields {
            mac.update(name.as_bytes());
            mac.update(value.as_bytes());
        }
        fits |= mac.verify_slice(&signature).is_ok();
    }
    if fits { Ok(()) } else { Err(SignatureError::Mismatch) }
}

/// An address without its port, and with its own or the default one. Every other character stays: all are signed.
fn spellings(url: &str) -> [String; 2] {
    let Some((scheme, rest)) = url.split_once("://") else { return [url.to_owned(), url.to_owned()] };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
    // The colons of an IPv6 address stand before a bracket.
    let port = authority.rfind(':').filter(|at| authority.rfind(']').is_none_or(|bracket| bracket < *at));
    let (host, port) = match port.and_then(|at| authority.split_at_checked(at)) {
        Some((host, port)) => (host, port),
        None if scheme.eq_ignore_ascii_case("https") => (authority, ":443"),
        None => (authority, ":80"),
    };
    [format!("{scheme}://{host}{path}"), format!("{scheme}://{host}{port}{path}")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_spelt_with_and_without_its_port() {
        for (url, without, with) in [
            ("https://d.example/w?a=1", "https://d.example/w?a=1", "https://d.example:443/w?a=1"),
            ("http://d.example", "http://d.example", "http://d.example:80"),
            ("https://d.example:8443/w", "https://d.example/w", "https://d.example:8443/w"),
            ("http://[::1]/w:1", "http://[::1]/w:1", "http://[::1]:80/w:1"),
            ("http://[::1]:9700/w", "http://[::1]/w", "http://[::1]:9700/w"),
            ("/w?a=1", "/w?a=1", "/w?a=1"),
        ] {
            assert_eq!(spellings(url), [without, with], "{url}");
        }
    }
}
