//! Deliveries: what a provider handed to the hub, as it came.
//!
//! The hub stores a delivery before anything is understood of it. What is stored is enough to check the
//! signature again and to parse the delivery again later.

use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// Headers that are never stored, whatever a channel lists: they carry credentials.
const CREDENTIALS: [&str; 4] = ["authorization", "cookie", "proxy-authorization", "set-cookie"];

/// The most headers that are stored with one delivery.
const MAX_HEADERS: usize = 16;

/// The longest value of a header that is stored, in bytes. A longer one counts as absent.
const MAX_HEADER_BYTES: usize = 4 * 1024;

/// The longest address of a delivery that is stored, in bytes.
pub const MAX_URL_BYTES: usize = 8 * 1024;

/// One delivery as it came from a source.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Delivery {
    /// The HTTP method, in capitals; empty where the source is no HTTP request.
    pub method: String,
    /// The address it was sent to, as the provider knows it: made of the `public_url` of the settings, never of
    /// the `Host` header. Without a `public_url` it begins with the path.
    pub url: String,
    /// The headers that the channel lists.
    pub headers: Headers,
    /// The body, byte for byte.
    pub body: Bytes,
}

/// Shows sizes alone: a delivery holds customers' words.
impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, url, headers, body } = self;
        write!(f, "Delivery({method}, url of {} bytes, {headers:?}, body of {} bytes)", url.len(), body.len())
    }
}

/// The headers that are stored with a delivery: names in lower case, values as text.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// Picks from the headers of a request those that `listed` names, in lower case.
    ///
    /// At most 16 are kept. A value that is longer than 4 KiB or is no text is left out, and so is every header
    /// that carries credentials.
    #[must_use]
    pub fn select<'h>(listed: &[&str], request: impl IntoIterator<Item = (&'h str, &'h [u8])>) -> Self {
        let mut selected = Vec::new();
        for (name, value) in request {
            let name = name.to_ascii_lowercase();
            if selected.len() >= MAX_HEADERS
                || value.len() > MAX_HEADER_BYTES
                || CREDENTIALS.contains(&name.as_str())
                || !listed.contains(&name.as_str())
            {
                continue;
            }
            if let Ok(value) = str::from_utf8(value) {
                selected.push((name, value.to_owned()));
            }
        }
        Self(selected)
    }

    /// The first value of a header. `name` is in lower case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Shows the names alone: the values prove who sent a delivery.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// Why the signature of a delivery is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is no signature.
    #[error("the delivery is not signed")]
    Missing,
    /// The signature does not have the form of one.
    #[error("the signature is not of the expected form")]
    Malformed,
    /// None of our keys made this signature.
    #[error("the signature does not fit the delivery")]
    Mismatch,
}

/// Why the body of a delivery could not be parsed as a whole.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// It is not JSON, or nested too deeply.
    #[error("the body is not readable JSON")]
    NotJson(#[source] serde_json::Error),
    /// It can be read, but is not from this provider.
    #[error("the body is not a delivery of this provider")]
    NotADelivery,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_headers_are_kept_and_never_credentials() {
        let listed = ["x-hub-signature-256", "authorization", "cookie"];
        let long = vec![b'x'; MAX_HEADER_BYTES + 1];
        let request: [(&str, &[u8]); 6] = [
            ("Authorization", b"Bearer secret"),
            ("cookie", b"session=1"),
            ("X-Hub-Signature-256", &long),
            ("X-Hub-Signature-256", b"sha256=00"),
            ("user-agent", b"provider/1"),
            ("x-hub-signature-256", b"\xff"),
        ];
        let headers = Headers::select(&listed, request);
        assert_eq!(headers.0, [("x-hub-signature-256".to_owned(), "sha256=00".to_owned())]);
        assert_eq!(headers.get("x-hub-signature-256"), Some("sha256=00"));
        assert_eq!((headers.get("authorization"), headers.get("cookie")), (None, None));
    }

    #[test]
    fn a_flood_of_one_header_is_cut() {
        let headers = Headers::select(&["a"], std::iter::repeat_n(("a", b"1".as_slice()), 1000));
        assert_eq!(headers.0.len(), MAX_HEADERS);
    }

    #[test]
    fn a_delivery_shows_no_words_and_no_signature() {
        let headers = Headers::select(&["x-signature"], [("x-signature", b"8f3a".as_slice())]);
        let delivery =
            Delivery { method: "POST".to_owned(), url: "/w?o=1".to_owned(), headers, body: "Body=hi".into() };
        let shown = format!("{delivery:?}");
        assert!(shown.contains("x-signature") && !shown.contains("8f3a") && !shown.contains("hi"), "{shown}");
    }
}
