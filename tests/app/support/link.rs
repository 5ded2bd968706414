//! A cable between app and hub that can be cut: a loopback proxy that knows nothing of what it carries.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A cable. Its app end has an address of its own; its hub end is plugged into `hub`.
pub(crate) struct Link {
    address: SocketAddr,
    cuts: Arc<watch::Sender<u64>>,
}

impl Link {
    /// A cable into the hub at `hub`.
    pub(crate) async fn to(hub: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let cuts = Arc::new(watch::Sender::new(0));
        let watched = Arc::clone(&cuts);
        tokio::spawn(async move {
            while let Ok((app, _)) = listener.accept().await {
                let mut cut = watched.subscribe();
                tokio::spawn(async move {
                    let Ok(hub) = TcpStream::connect(hub).await else { return };
                    let (mut app, mut hub) = (app, hub);
                    tokio::select! {
                        _ended = tokio::io::copy_bidirectional(&mut app, &mut hub) => {}
                        _cut = cut.changed() => {}
                    }
                });
            }
        });
        Self { address, cuts }
    }

    /// Where the app connects to.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Cuts whatever runs through the cable now. It can be plugged in again at once.
    pub(crate) fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}
