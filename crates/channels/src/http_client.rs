//! HTTP clients for the APIs of providers.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, Proxy, Url, redirect};

pub(crate) mod answer;
mod retry_after;

/// How long to wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// How long to wait for the whole answer.
const ANSWER: Duration = Duration::from_secs(30);
/// Connections are closed before the provider closes them, so that a message is not written into one that is
/// just being closed: then it would not be known whether it arrived.
const IDLE: Duration = Duration::from_secs(20);

/// The address of an API in this version, and a client for it.
///
/// The client follows no redirection, since credentials go to the configured address and nowhere else, and
/// takes no proxy from the environment. It never sends a request twice. A company's proxy does not know this
/// machine's own ports: those are reached without it.
///
/// `None` if the settings make no `http` or `https` address, or no proxy.
#[must_use]
pub fn http_client(base_url: &str, version: &str, proxy: Option<&str>) -> Option<(ClientBuilder, Url)> {
    let mut base = Url::parse(base_url).ok()?;
    if !matches!(base.scheme(), "http" | "https") || version.is_empty() {
        return None;
    }
    base.path_segments_mut().ok()?.pop_if_empty().push(version);
    let loopback = matches!(base.host_str().unwrap_or_default(), "127.0.0.1" | "[::1]" | "localhost");
    let client = Client::builder()
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT)
        .timeout(ANSWER)
        .pool_idle_timeout(IDLE)
        .no_proxy();
    let client = match proxy {
        Some(proxy) if !loopback => client.proxy(Proxy::all(proxy).ok()?),
        _ => client,
    };
    Some((client, base))
}
