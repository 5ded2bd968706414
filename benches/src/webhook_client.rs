//! Sends prepared webhook requests over persistent HTTP connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Sends all requests over `connections` parallel connections. Returns when every one has been answered with 200.
pub(crate) async fn deliver_all(hub: SocketAddr, requests: Arc<Vec<Vec<u8>>>, connections: usize) {
    let next = Arc::new(AtomicUsize::new(0));
    let mut all = JoinSet::new();
    for _ in 0..connections {
        let (requests, next) = (Arc::clone(&requests), Arc::clone(&next));
        all.spawn(async move {
            let mut connection = WebhookConnection::connect(hub).await;
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                connection.deliver(request).await;
            }
        });
    }
    while let Some(ended) = all.join_next().await {
        ended.unwrap();
    }
}

/// One persistent connection.
pub(crate) struct WebhookConnection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl WebhookConnection {
    pub(crate) async fn connect(hub: SocketAddr) -> Self {
        let stream = TcpStream::connect(hub).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: vec![0; 4096] }
    }

    /// Sends one request and waits for its 200 response, which has no body.
    pub(crate) async fn deliver(&mut self, request: &[u8]) {
        self.stream.write_all(request).await.unwrap();
        let mut filled = 0;
        while !self.buffer[..filled].ends_with(b"\r\n\r\n") {
            let read = self.stream.read(&mut self.buffer[filled..]).await.unwrap();
            assert!(read > 0, "the hub closed the connection");
            filled += read;
        }
        let answer = String::from_utf8_lossy(&self.buffer[..filled]);
        assert!(answer.starts_with("HTTP/1.1 200 "), "the hub answered: {answer}");
    }
}
