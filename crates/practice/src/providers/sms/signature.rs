//! The value of `X-Twilio-Signature` (Twilio, "Webhooks security").

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Base64 of HMAC-SHA1 over the URL and the parameters in the order of their names, each name followed by its value.
/// Of parameters with the same name and value only one counts.
pub(super) fn sign(url: &str, parameters: &[(&'static str, String)], auth_token: &str) -> String {
    let mut sorted: Vec<_> = parameters.iter().collect();
    sorted.sort();
    sorted.dedup();
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(auth_token.as_bytes()) else { return String::new() };
    mac.update(signed_url(url).as_bytes());
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    STANDARD.encode(mac.finalize().into_bytes())
}

/// The URL as it is configured, without user, password and fragment.
fn signed_url(url: &str) -> String {
    let url = url.split_once('#').map_or(url, |(url, _)| url);
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example in the provider's documentation.
    fn example() -> Vec<(&'static str, String)> {
        [
            ("To", "+18005551212"),
            ("Digits", "1234"),
            ("CallSid", "CA1234567890ABCDE"),
            ("From", "+12349013030"),
            ("Caller", "+12349013030"),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .to_vec()
    }

    #[test]
    fn the_documented_example_has_the_documented_signature() {
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        assert_eq!(sign(url, &example(), "12345"), "0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
        let mut twice = example();
        twice.extend(example());
        assert_eq!(sign(url, &twice, "12345"), "0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
        assert_ne!(sign(url, &example(), "12346"), "0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
    }

    #[test]
    fn user_password_and_fragment_are_not_signed_and_all_else_is() {
        for (url, signed) in [
            (
                "http://127.0.0.1:4180/webhooks/sms/desk#rc=2&rp=all",
                "http://127.0.0.1:4180/webhooks/sms/desk",
            ),
            ("https://me:secret@example.com/a?b=c@d", "https://example.com/a?b=c@d"),
            ("https://example.com?o=1", "https://example.com?o=1"),
            ("https://example.com", "https://example.com"),
        ] {
            assert_eq!(signed_url(url), signed);
        }
    }
}
