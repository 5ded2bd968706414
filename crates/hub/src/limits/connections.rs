//! Accepting connections: how many there may be in total and from one address, and how long one may stay silent.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::limits;
use crate::settings::Settings;

mod slots;

use slots::{AddressSlots, SlotStream};

/// The limits on connections.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConnectionLimits {
    /// How many there may be; more wait in the system's queue.
    pub(crate) total: usize,
    /// How many one address may have; the next is closed at once. `None` behind a proxy, where all have its address.
    pub(crate) per_address: Option<usize>,
    /// How long a connection may take until the header of its next request is complete.
    pub(crate) header_timeout: Duration,
}

impl ConnectionLimits {
    /// The limits that the settings ask for.
    pub(crate) fn from_settings(settings: &Settings) -> Self {
        Self {
            total: limits::CONNECTIONS,
            per_address: (!settings.behind_proxy).then_some(limits::CONNECTIONS_OF_ONE_ADDRESS),
            header_timeout: limits::HEADER_TIMEOUT,
        }
    }
}

/// Serves connections until `closing` is true, then lets requests in progress finish.
pub(crate) async fn serve(
    listener: TcpListener,
    app: Router,
    limits: ConnectionLimits,
    closing: watch::Receiver<bool>,
) {
    let slots = Arc::new(AddressSlots::new(limits.per_address));
    let total = Arc::new(Semaphore::new(limits.total));
    let mut open = JoinSet::new();
    loop {
        let next = async {
            let permit = Arc::clone(&total).acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            () = closed(closing.clone()) => break,
            Some(_ended) = open.join_next() => continue,
            next = next => next,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                recover(&error).await;
                continue;
            }
        };
        // Nobody closes the semaphore.
        let Ok(permit) = permit else { break };
        let Some(slot) = slots.take(network(address.ip())) else {
            tracing::warn!("an address has reached its limit of connections; a new one was closed");
            continue;
        };
        let stream = SlotStream::new(stream, slot, permit);
        open.spawn(connection(stream, address, app.clone(), limits.header_timeout, closing.clone()));
    }
    drop(listener);
    while open.join_next().await.is_some() {}
}

async fn connection(
    stream: SlotStream,
    address: SocketAddr,
    app: Router,
    header: Duration,
    closing: watch::Receiver<bool>,
) {
    let app = TowerToHyperService::new(app);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(address));
        app.call(request)
    });
    let mut http = http1::Builder::new();
    let connection = http
        .timer(TokioTimer::new())
        .header_read_timeout(header)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = closed(closing) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // Too slow, cut off, or not HTTP: nothing to do here.
        tracing::debug!(%error, "a connection ended with an error");
    }
}

/// Completes when the hub closes.
async fn closed(mut closing: watch::Receiver<bool>) {
    let _closed = closing.wait_for(|closing| *closing).await;
}

/// Waits after a failed accept, unless the failure concerns that connection alone: while resources such as file
/// descriptors are missing, the next one would fail too.
async fn recover(error: &std::io::Error) {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "connections cannot be accepted; trying again");
        tokio::time::sleep(limits::STORE_RETRY).await;
    }
}

/// What counts as one address: for IPv6 its network of 64 bits, because a customer of a provider usually has a
/// whole one.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests;
