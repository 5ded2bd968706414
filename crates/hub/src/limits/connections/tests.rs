#![allow(clippy::unwrap_used)]

use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

/// Serves "here" under these limits.
async fn start(limits: ConnectionLimits) -> (SocketAddr, watch::Sender<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().route("/", get(async || "here"));
    let closing = watch::Sender::new(false);
    tokio::spawn(serve(listener, app, limits, closing.subscribe()));
    (address, closing)
}

const WIDE: ConnectionLimits =
    ConnectionLimits { total: 100, per_address: None, header_timeout: Duration::from_secs(30) };

async fn request_succeeds(stream: &mut TcpStream) -> bool {
    let mut answer = [0; 1024];
    stream.write_all(b"GET / HTTP/1.1\r\nhost: hub\r\n\r\n").await.is_ok()
        && matches!(stream.read(&mut answer).await, Ok(count) if answer[..count].ends_with(b"here"))
}

/// Reads until the hub closes the connection.
async fn read_rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut rest = Vec::new();
    let _hung_up = stream.read_to_end(&mut rest).await;
    rest
}

#[tokio::test]
async fn a_header_that_never_ends_is_cut_off() {
    let (address, _closing) =
        start(ConnectionLimits { header_timeout: Duration::from_millis(50), ..WIDE }).await;
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nhost: h").await.unwrap();
    assert!(read_rest(&mut slow).await.is_empty());
    // Others are served. On a busy machine one of them may be too slow as well.
    let served = async { while !request_succeeds(&mut TcpStream::connect(address).await.unwrap()).await {} };
    tokio::time::timeout(Duration::from_secs(60), served).await.unwrap();
}

#[tokio::test]
async fn connections_above_the_limit_wait_until_one_ends() {
    let (address, _closing) = start(ConnectionLimits { total: 2, ..WIDE }).await;
    let mut first = TcpStream::connect(address).await.unwrap();
    let mut second = TcpStream::connect(address).await.unwrap();
    assert!(request_succeeds(&mut first).await && request_succeeds(&mut second).await);
    let mut third = TcpStream::connect(address).await.unwrap();
    drop(first);
    assert!(request_succeeds(&mut third).await);
    assert!(request_succeeds(&mut second).await, "nobody lost theirs");
}

#[tokio::test]
async fn an_ipv6_network_counts_as_one_address_and_a_mapped_ipv4_as_itself() {
    let of = |text: &str| network(text.parse().unwrap());
    assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
    assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
}
