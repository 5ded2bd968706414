//! A cable between app and hub that can be cut: a loopback proxy that knows nothing of what it carries.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What happens to whatever runs through a cable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct State {
    cuts: u64,
    /// What the hub says does not arrive.
    deaf: bool,
    /// Nothing can be plugged in.
    out: bool,
    /// The hub has not noticed yet that the cable is cut.
    unnoticed: bool,
}

/// A cable. Its app end has an address of its own; its hub end is plugged into `hub`.
pub(crate) struct Link {
    address: SocketAddr,
    state: Arc<watch::Sender<State>>,
    /// How often the hub's end of the socket said something that did not arrive.
    lost: Arc<watch::Sender<u64>>,
}

impl Link {
    /// A cable into the hub at `hub`.
    pub(crate) async fn to(hub: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let (state, lost) = (Arc::new(watch::Sender::new(State::default())), Arc::new(watch::Sender::new(0)));
        let (watched, told) = (Arc::clone(&state), Arc::clone(&lost));
        tokio::spawn(async move {
            while let Ok((app, _)) = listener.accept().await {
                if watched.borrow().out {
                    continue;
                }
                tokio::spawn(carry(app, hub, watched.subscribe(), Arc::clone(&told)));
            }
        });
        Self { address, state, lost }
    }

    /// Where the app connects to.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Cuts whatever runs through the cable now. It can be plugged in again at once, and is whole.
    pub(crate) fn cut(&self) {
        self.state.send_modify(|state| *state = State { cuts: state.cuts + 1, ..State::default() });
    }

    /// Cuts it and leaves it unplugged until [`Link::cut`].
    pub(crate) fn unplug(&self) {
        self.state
            .send_modify(|state| *state = State { cuts: state.cuts + 1, out: true, ..State::default() });
    }

    /// Cuts it at the app's end: the app can connect again at once, and the hub takes the old connection for
    /// whole until [`Link::notice`].
    pub(crate) fn cut_unnoticed(&self) {
        self.state.send_modify(|state| {
            *state = State { cuts: state.cuts + 1, unnoticed: true, ..State::default() };
        });
    }

    /// The hub notices what was cut.
    pub(crate) fn notice(&self) {
        self.state.send_modify(|state| state.unnoticed = false);
    }

    /// From now on what the hub says does not arrive; what the app says does.
    pub(crate) fn deafen(&self) {
        self.lost.send_replace(0);
        self.state.send_modify(|state| state.deaf = true);
    }

    /// Completes once the hub has said something on the app's socket since it was deafened.
    pub(crate) async fn has_lost(&self) {
        let mut lost = self.lost.subscribe();
        let _there = lost.wait_for(|lost| *lost > 0).await;
    }
}

async fn carry(
    app: TcpStream,
    hub: SocketAddr,
    mut state: watch::Receiver<State>,
    lost: Arc<watch::Sender<u64>>,
) {
    let begun = state.borrow_and_update().cuts;
    let Ok(hub) = TcpStream::connect(hub).await else { return };
    let ((from_app, mut to_app), (from_hub, mut to_hub)) = (app.into_split(), hub.into_split());
    let deaf = state.clone();
    let (mut from_app, mut from_hub) = (from_app, from_hub);
    let mut buffer = vec![0; 16 * 1024];
    let Some(first) = some(&mut from_app, &mut buffer).await else { return };
    // The calls beside it are over when they are over; what happens comes by the socket.
    let is_socket = first.starts_with(b"GET /v1/agent ");
    if to_hub.write_all(first).await.is_err() {
        return;
    }
    let there = async { tokio::io::copy(&mut from_app, &mut to_hub).await.map(|_| ()) };
    let back = async {
        let mut buffer = vec![0; 16 * 1024];
        while let Some(said) = some(&mut from_hub, &mut buffer).await {
            if !deaf.borrow().deaf {
                to_app.write_all(said).await?;
            } else if is_socket {
                lost.send_modify(|lost| *lost += 1);
            }
        }
        Ok::<_, std::io::Error>(())
    };
    let is_cut = tokio::select! {
        _ended = there => false,
        _ended = back => false,
        _cut = state.wait_for(|state| state.cuts > begun) => true,
    };
    drop((from_app, to_app));
    if is_cut {
        let _noticed = state.wait_for(|state| !state.unnoticed).await;
    }
}

async fn some<'a>(from: &mut (impl AsyncRead + Unpin), buffer: &'a mut [u8]) -> Option<&'a [u8]> {
    match from.read(buffer).await {
        Ok(0) | Err(_) => None,
        Ok(length) => buffer.get(..length),
    }
}
