#![allow(clippy::unwrap_used)]

use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

/// Serves "here" under these bounds.
async fn door(bounds: Bounds) -> (SocketAddr, watch::Sender<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().route("/", get(async || "here"));
    let closing = watch::Sender::new(false);
    tokio::spawn(serve(listener, app, bounds, closing.subscribe()));
    (address, closing)
}

const WIDE: Bounds = Bounds { in_all: 100, of_one_address: None, header: Duration::from_secs(30) };

async fn asks(stream: &mut TcpStream) -> bool {
    stream.write_all(b"GET / HTTP/1.1\r\nhost: hub\r\n\r\n").await.unwrap();
    let mut answer = [0; 1024];
    matches!(stream.read(&mut answer).await, Ok(count) if answer[..count].ends_with(b"here"))
}

/// Everything that still comes, until the hub hangs up.
async fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut rest = Vec::new();
    let _hung_up = stream.read_to_end(&mut rest).await;
    rest
}

#[tokio::test]
async fn whoever_never_ends_their_header_is_cut_off() {
    let (address, _closing) = door(Bounds { header: Duration::from_millis(50), ..WIDE }).await;
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nhost: h").await.unwrap();
    assert!(rest(&mut slow).await.is_empty());
    let mut quick = TcpStream::connect(address).await.unwrap();
    assert!(asks(&mut quick).await);
}

#[tokio::test]
async fn more_than_there_is_room_for_wait_until_somebody_leaves() {
    let (address, _closing) = door(Bounds { in_all: 2, ..WIDE }).await;
    let mut first = TcpStream::connect(address).await.unwrap();
    let mut second = TcpStream::connect(address).await.unwrap();
    assert!(asks(&mut first).await && asks(&mut second).await);
    let mut third = TcpStream::connect(address).await.unwrap();
    drop(first);
    assert!(asks(&mut third).await);
    assert!(asks(&mut second).await, "nobody lost theirs");
}

#[tokio::test]
async fn a_network_of_ipv6_counts_as_one_address_and_a_mapped_ipv4_as_itself() {
    let of = |text: &str| network(text.parse().unwrap());
    assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
    assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
}
