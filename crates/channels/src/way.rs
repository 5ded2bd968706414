//! The way to a provider's API: to the address that the settings name, and by no other than they name.

use reqwest::{Client, ClientBuilder, Proxy, Url, redirect};

/// The address of the API in this version, and a client for it, to which time limits are still to be set.
///
/// The client follows no redirection, since an access token goes to the configured address and nowhere else, and
/// takes no proxy from the environment. A company's proxy does not know this machine's own ports: those are reached
/// without it.
///
/// `None` if the settings make no `http` or `https` address, or no proxy.
#[must_use]
pub fn way_to(base_url: &str, version: &str, proxy: Option<&str>) -> Option<(ClientBuilder, Url)> {
    let mut base = Url::parse(base_url).ok()?;
    if !matches!(base.scheme(), "http" | "https") || version.is_empty() {
        return None;
    }
    base.path_segments_mut().ok()?.pop_if_empty().push(version);
    let here = matches!(base.host_str().unwrap_or_default(), "127.0.0.1" | "[::1]" | "localhost");
    let client = Client::builder().redirect(redirect::Policy::none()).no_proxy();
    let client = match proxy {
        Some(proxy) if !here => client.proxy(Proxy::all(proxy).ok()?),
        _ => client,
    };
    Some((client, base))
}
