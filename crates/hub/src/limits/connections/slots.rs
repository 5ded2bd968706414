//! How many connections each address has.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;

/// Counts the connections of every address.
#[derive(Debug)]
pub(crate) struct AddressSlots {
    limit: Option<usize>,
    taken: Mutex<HashMap<IpAddr, usize>>,
}

impl AddressSlots {
    /// No limit where `limit` is `None`.
    pub(crate) fn new(limit: Option<usize>) -> Self {
        Self { limit, taken: Mutex::default() }
    }

    /// Takes a slot for one more connection of this address; `None` if it has its limit.
    pub(crate) fn take(self: &Arc<Self>, address: IpAddr) -> Option<Slot> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(address).or_default();
        if self.limit.is_some_and(|limit| *count >= limit) {
            return None;
        }
        *count = count.saturating_add(1);
        Some(Slot { address, slots: Arc::clone(self) })
    }
}

/// One connection of an address. Dropping it frees the slot.
#[derive(Debug)]
pub(crate) struct Slot {
    address: IpAddr,
    slots: Arc<AddressSlots>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.slots.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

/// A stream that holds its slot for as long as it lives, including as a WebSocket.
#[derive(Debug)]
pub(crate) struct SlotStream {
    stream: TcpStream,
    _slot: Slot,
    _permit: OwnedSemaphorePermit,
}

impl SlotStream {
    /// Ties the slot of the address and the permit of the hub to the stream.
    pub(crate) fn new(stream: TcpStream, slot: Slot, permit: OwnedSemaphorePermit) -> Self {
        Self { stream, _slot: slot, _permit: permit }
    }
}

impl AsyncRead for SlotStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for SlotStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
