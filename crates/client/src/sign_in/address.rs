//! The address of a hub, as people type it.

use std::net::IpAddr;

use reqwest::Url;

use crate::api::SignInRefusal;

/// The longest address, in bytes.
const MAX_BYTES: usize = 300;

/// The normal form of a typed address: `desk.example.org` means `https://desk.example.org`. Addresses without
/// TLS are accepted only on this computer.
///
/// # Errors
/// If it is no address, or would carry the password unencrypted.
pub fn hub_address(typed: &str) -> Result<String, SignInRefusal> {
    let typed = typed.trim();
    if typed.is_empty() || typed.len() > MAX_BYTES {
        return Err(SignInRefusal::NotAnAddress);
    }
    let parse = |text: &str| Url::parse(text).map_err(|_no_address| SignInRefusal::NotAnAddress);
    let url = if typed.contains("://") {
        parse(typed)?
    } else {
        // A hub on this computer needs no TLS, and rarely has it.
        let url = parse(&format!("https://{typed}"))?;
        if is_loopback(&url) { parse(&format!("http://{typed}"))? } else { url }
    };
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
        && url.host_str().is_some_and(|host| !host.is_empty());
    if !plain {
        return Err(SignInRefusal::NotAnAddress);
    }
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => return Err(SignInRefusal::NotSecure),
        _ => return Err(SignInRefusal::NotAnAddress),
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Whether an address is on this computer.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_addresses_are_normalized() {
        for (typed, meant) in [
            ("desk.example.org", "https://desk.example.org"),
            ("  Desk.Example.org/ ", "https://desk.example.org"),
            ("https://desk.example.org/", "https://desk.example.org"),
            ("desk.example.org:8443", "https://desk.example.org:8443"),
            ("https://example.org/deskbell/", "https://example.org/deskbell"),
            ("192.168.7.20", "https://192.168.7.20"),
            ("127.0.0.1:7070", "http://127.0.0.1:7070"),
            ("localhost:7070", "http://localhost:7070"),
            ("http://[::1]:7070", "http://[::1]:7070"),
            ("büro.example", "https://xn--bro-hoa.example"),
        ] {
            assert_eq!(hub_address(typed).as_deref(), Ok(meant), "{typed}");
        }
    }

    #[test]
    fn invalid_addresses_are_told_apart_from_insecure_ones() {
        for typed in
            ["", "   ", "https://", "two words", "ftp://desk.example.org", "https://anna:pw@desk.example.org"]
        {
            assert_eq!(hub_address(typed), Err(SignInRefusal::NotAnAddress), "{typed}");
        }
        for typed in
            ["https://desk.example.org/?a=b", "https://desk.example.org/#x", "desk.example.org:99999"]
        {
            assert_eq!(hub_address(typed), Err(SignInRefusal::NotAnAddress), "{typed}");
        }
        for typed in ["http://desk.example.org", "http://192.168.7.20:7070", "http://localhost.example.org"] {
            assert_eq!(hub_address(typed), Err(SignInRefusal::NotSecure), "{typed}");
        }
        assert_eq!(hub_address(&"x".repeat(400)), Err(SignInRefusal::NotAnAddress));
    }
}
