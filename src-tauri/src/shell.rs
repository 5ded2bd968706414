//! The desktop around the engine: tray, taskbar and window, as far as alerts need them.

use deskbell_protocol::{Channel, Readiness};

use crate::strings::Strings;

/// What the tray shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TrayStatus {
    /// The agent's readiness; absent without a connection.
    pub readiness: Option<Readiness>,
    /// The number of ringing offers.
    pub ringing: usize,
    /// The number of interactions in which the contact waits for an answer.
    pub waiting: usize,
    /// The channels that the tray's menu sets the readiness of.
    pub channels: Vec<Channel>,
    /// The texts of the menu.
    pub strings: Strings,
}

/// What alerts ask of the desktop. Each method may be called often and does nothing if nothing has changed.
pub(crate) trait Shell: Send + 'static {
    /// Shows this status in the tray.
    fn show_status(&mut self, status: &TrayStatus);
    /// Makes the window's taskbar entry ask for attention, or stop.
    fn request_attention(&mut self, on: bool);
    /// Brings the window to the front.
    fn bring_to_front(&mut self);
}
