//! Connections that deliver: requests made before, each sent when the one before it was answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Delivers all of these over so many connections at once and returns when the last was answered with 200.
pub(crate) async fn deliver(hub: SocketAddr, requests: Arc<Vec<Vec<u8>>>, connections: usize) {
    let next = Arc::new(AtomicUsize::new(0));
    let mut all = JoinSet::new();
    for _ in 0..connections {
        let (requests, next) = (Arc::clone(&requests), Arc::clone(&next));
        all.spawn(async move {
            let mut line = Line::connect(hub).await;
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                line.deliver(request).await;
            }
        });
    }
    while let Some(ended) = all.join_next().await {
        ended.unwrap();
    }
}

/// One connection that stays open.
pub(crate) struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Line {
    pub(crate) async fn connect(hub: SocketAddr) -> Self {
        let stream = TcpStream::connect(hub).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: vec![0; 4096] }
    }

    /// Sends one request and waits for its 200. The hub's answers to deliveries have no body.
    pub(crate) async fn deliver(&mut self, request: &[u8]) {
        self.stream.write_all(request).await.unwrap();
        let mut filled = 0;
        while !self.buffer[..filled].ends_with(b"\r\n\r\n") {
            let read = self.stream.read(&mut self.buffer[filled..]).await.unwrap();
            assert!(read > 0, "the hub hung up");
            filled += read;
        }
        let answer = String::from_utf8_lossy(&self.buffer[..filled]);
        assert!(answer.starts_with("HTTP/1.1 200 "), "the hub answered: {answer}");
    }
}
