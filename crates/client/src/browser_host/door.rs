use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderName, header};
use subtle::ConstantTimeEq;

/// How many unused one-time addresses are remembered. The oldest goes first.
const UNUSED: usize = 16;

/// Who may enter: whoever has used a one-time address, from a page of this host.
pub struct Door {
    address: SocketAddr,
    cookie: String,
    unused: Mutex<Vec<String>>,
}

impl Door {
    /// The door of a listener at this address.
    ///
    /// # Errors
    /// If the system has no randomness.
    pub fn new(address: SocketAddr) -> std::io::Result<Self> {
        Ok(Self { address, cookie: secret()?, unused: Mutex::default() })
    }

    /// An address that lets one browser in, once.
    ///
    /// # Errors
    /// If the system has no randomness.
    pub fn one_time_address(&self) -> std::io::Result<String> {
        let fresh = secret()?;
        let mut unused = self.unused.lock().unwrap_or_else(PoisonError::into_inner);
        if unused.len() >= UNUSED {
            unused.remove(0);
        }
        unused.push(fresh.clone());
        Ok(format!("http://{}/open/{fresh}", self.address))
    }

    /// Lets somebody in who has an unused address; answers the cookie to set.
    pub(super) fn enter(&self, secret: &str) -> Option<String> {
        let mut unused = self.unused.lock().unwrap_or_else(PoisonError::into_inner);
        let at = unused.iter().position(|known| same(known, secret))?;
        unused.remove(at);
        Some(format!("{}={}; HttpOnly; SameSite=Strict; Path=/", self.cookie_name(), self.cookie))
    }

    /// Cookies know no ports, so the name does: several hosts on one machine stay apart.
    fn cookie_name(&self) -> String {
        format!("deskbell-{}", self.address.port())
    }

    /// Whether a request comes from somebody who was let in.
    pub(super) fn knows(&self, headers: &HeaderMap) -> bool {
        let name = self.cookie_name();
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|cookies| cookies.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .any(|(known, value)| known == name && same(value, &self.cookie))
    }

    /// Whether a request was meant for this host and not sent by a page from elsewhere.
    pub(super) fn is_meant(&self, headers: &HeaderMap) -> bool {
        let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
        let Some(host) = text(header::HOST) else { return false };
        let (port, ip) = (self.address.port(), self.address.ip());
        let meant = host == self.address.to_string()
            || (ip.is_loopback()
                && (host == format!("localhost:{port}") || host == format!("127.0.0.1:{port}")));
        meant && text(header::ORIGIN).is_none_or(|origin| origin == format!("http://{host}"))
    }

    /// Whether a request says which page of this host it comes from, as a WebSocket of a browser does.
    pub(super) fn names_origin(headers: &HeaderMap) -> bool {
        headers.contains_key(header::ORIGIN)
    }
}

fn same(one: &str, other: &str) -> bool {
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
    fn an_address_lets_in_once_and_the_cookie_always() {
        let door = Door::new("127.0.0.1:4711".parse().unwrap()).unwrap();
        let address = door.one_time_address().unwrap();
        let secret = address.strip_prefix("http://127.0.0.1:4711/open/").unwrap();
        assert_eq!(door.enter("guessed"), None);
        let cookie = door.enter(secret).unwrap();
        assert_eq!(door.enter(secret), None, "only once");
        let value = cookie.split(';').next().unwrap();
        assert!(value.starts_with("deskbell-4711="));
        assert!(door.knows(&headers(&[(header::COOKIE, &format!("other=1; {value}"))])));
        assert!(!door.knows(&headers(&[(header::COOKIE, "deskbell-4711=guessed")])));
        assert!(!door.knows(&HeaderMap::new()));
    }

    #[test]
    fn only_pages_of_this_host_get_through() {
        let door = Door::new("127.0.0.1:4711".parse().unwrap()).unwrap();
        let meant = |pairs: &[(HeaderName, &str)]| door.is_meant(&headers(pairs));
        assert!(meant(&[(header::HOST, "127.0.0.1:4711")]));
        assert!(meant(&[(header::HOST, "localhost:4711"), (header::ORIGIN, "http://localhost:4711")]));
        assert!(!meant(&[(header::HOST, "evil.example:4711")]));
        assert!(!meant(&[(header::HOST, "127.0.0.1:4711"), (header::ORIGIN, "http://evil.example")]));
        assert!(!meant(&[(header::HOST, "127.0.0.1:4711"), (header::ORIGIN, "null")]));
        assert!(!meant(&[]));
    }
}
