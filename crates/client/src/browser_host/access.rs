//! Which browsers may use the host: one-time addresses, and the cookie that they set.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderName, header};
use subtle::ConstantTimeEq;

/// How many unused one-time addresses are valid. A new one replaces the oldest.
const MAX_UNUSED: usize = 16;

/// Which browsers may use the host: those that have used a one-time address, from pages of this host.
pub struct BrowserAccess {
    address: SocketAddr,
    cookie: String,
    unused: Mutex<Vec<String>>,
}

impl BrowserAccess {
    /// The access to a listener at this address.
    ///
    /// # Errors
    /// If the system has no randomness.
    pub fn new(address: SocketAddr) -> std::io::Result<Self> {
        Ok(Self { address, cookie: secret()?, unused: Mutex::default() })
    }

    /// A new address that gives one browser access, once.
    ///
    /// # Errors
    /// If the system has no randomness.
    pub fn one_time_address(&self) -> std::io::Result<String> {
        let fresh = secret()?;
        let mut unused = self.unused.lock().unwrap_or_else(PoisonError::into_inner);
        if unused.len() >= MAX_UNUSED {
            unused.remove(0);
        }
        unused.push(fresh.clone());
        Ok(format!("http://{}/open/{fresh}", self.address))
    }

    /// Uses up a one-time address, and returns the cookie to set.
    pub(super) fn redeem(&self, secret: &str) -> Option<String> {
        let mut unused = self.unused.lock().unwrap_or_else(PoisonError::into_inner);
        let at = unused.iter().position(|known| equal(known, secret))?;
        unused.remove(at);
        Some(format!("{}={}; HttpOnly; SameSite=Strict; Path=/", self.cookie_name(), self.cookie))
    }

    /// The port is in the name, because cookies ignore ports: several hosts on one machine stay apart.
    fn cookie_name(&self) -> String {
        format!("deskbell-{}", self.address.port())
    }

    /// Whether a request has the cookie.
    pub(super) fn is_authenticated(&self, headers: &HeaderMap) -> bool {
        let name = self.cookie_name();
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|cookies| cookies.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .any(|(known, value)| known == name && equal(value, &self.cookie))
    }

    /// Whether a request is addressed to this host, and not sent by a page of another site.
    pub(super) fn is_same_origin(&self, headers: &HeaderMap) -> bool {
        let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
        let Some(host) = text(header::HOST) else { return false };
        let (port, ip) = (self.address.port(), self.address.ip());
        let to_us = host == self.address.to_string()
            || (ip.is_loopback()
                && (host == format!("localhost:{port}") || host == format!("127.0.0.1:{port}")));
        to_us && text(header::ORIGIN).is_none_or(|origin| origin == format!("http://{host}"))
    }

    /// Whether a request has an `Origin` header. Browsers send it with every WebSocket.
    pub(super) fn has_origin(headers: &HeaderMap) -> bool {
        headers.contains_key(header::ORIGIN)
    }
}

fn equal(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

fn secret() -> std::io::Result<String> {
    let mut bits = [0; 32];
    getrandom::fill(&mut bits).map_err(std::io::Error::other)?;
    Ok(hex::encode(bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_one_time_address_works_once_and_the_cookie_always() {
        let access = BrowserAccess::new("127.0.0.1:4711".parse().unwrap()).unwrap();
        let address = access.one_time_address().unwrap();
        let secret = address.strip_prefix("http://127.0.0.1:4711/open/").unwrap();
        assert_eq!(access.redeem("guessed"), None);
        let cookie = access.redeem(secret).unwrap();
        assert_eq!(access.redeem(secret), None, "only once");
        let value = cookie.split(';').next().unwrap();
        assert!(value.starts_with("deskbell-4711="));
        assert!(access.is_authenticated(&headers(&[(header::COOKIE, &format!("other=1; {value}"))])));
        assert!(!access.is_authenticated(&headers(&[(header::COOKIE, "deskbell-4711=guessed")])));
        assert!(!access.is_authenticated(&HeaderMap::new()));
    }

    #[test]
    fn only_requests_of_this_host_are_answered() {
        let access = BrowserAccess::new("127.0.0.1:4711".parse().unwrap()).unwrap();
        let accepted = |pairs: &[(HeaderName, &str)]| access.is_same_origin(&headers(pairs));
        assert!(accepted(&[(header::HOST, "127.0.0.1:4711")]));
        assert!(accepted(&[(header::HOST, "localhost:4711"), (header::ORIGIN, "http://localhost:4711")]));
        assert!(!accepted(&[(header::HOST, "evil.example:4711")]));
        assert!(!accepted(&[(header::HOST, "127.0.0.1:4711"), (header::ORIGIN, "http://evil.example")]));
        assert!(!accepted(&[(header::HOST, "127.0.0.1:4711"), (header::ORIGIN, "null")]));
        assert!(!accepted(&[]));
    }
}
