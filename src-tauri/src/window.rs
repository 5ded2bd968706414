//! The one window.

use tauri::{AppHandle, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

/// The label of the window, known to the capability.
pub(crate) const MAIN: &str = "main";

/// Opens the window.
pub(crate) fn open(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Deskbell")
        .inner_size(1280.0, 800.0)
        .min_inner_size(640.0, 480.0)
        // The web view's own handler would swallow drops of files into the page on Windows.
        .disable_drag_drop_handler()
        .build()
}
