//! The connections from outside: how many there may be, of everybody and of one address, and for how long one may
//! say nothing.

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

mod places;

use places::{Places, Seated};

/// What is allowed to connections.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// How many there may be; more wait outside.
    pub(crate) in_all: usize,
    /// How many one address may have; the next is hung up on. None where all come from one address.
    pub(crate) of_one_address: Option<usize>,
    /// How long a connection may take until the header of its next request is complete.
    pub(crate) header: Duration,
}

impl Bounds {
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            in_all: limits::CONNECTIONS,
            of_one_address: (!settings.behind_proxy).then_some(limits::CONNECTIONS_OF_ONE_ADDRESS),
            header: limits::HEADER_TIMEOUT,
        }
    }
}

/// Serves connections until `closing` says true, and then those that are under way to the end of their request.
pub(crate) async fn serve(
    listener: TcpListener,
    app: Router,
    bounds: Bounds,
    closing: watch::Receiver<bool>,
) {
    let places = Arc::new(Places::new(bounds.of_one_address));
    let room = Arc::new(Semaphore::new(bounds.in_all));
    let mut open = JoinSet::new();
    loop {
        let next = async {
            let permit = Arc::clone(&room).acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            () = said(closing.clone()) => break,
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
        let Some(place) = places.take(network(address.ip())) else {
            tracing::warn!("an address has all the connections that one may have; another was hung up on");
            continue;
        };
        let stream = Seated::new(stream, place, permit);
        open.spawn(connection(stream, address, app.clone(), bounds.header, closing.clone()));
    }
    drop(listener);
    while open.join_next().await.is_some() {}
}

async fn connection(
    stream: Seated,
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
        () = said(closing) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // Slow, cut off, or no HTTP at all: of no consequence here.
        tracing::debug!(%error, "a connection ended badly");
    }
}

/// Completes when the hub closes.
async fn said(mut closing: watch::Receiver<bool>) {
    let _closed = closing.wait_for(|closing| *closing).await;
}

/// After an accept that failed: with the connection's own fault the next one is taken at once, without
/// resources (such as descriptors) in a while.
async fn recover(error: &std::io::Error) {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(%error, "no connection can be taken; trying again");
        tokio::time::sleep(limits::STORE_RETRY).await;
    }
}

/// What counts as one address: of IPv6 the network of 64 bits, of which a customer of a provider has a whole one.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests;
