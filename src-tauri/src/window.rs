//! The one window.

#[cfg(target_os = "linux")]
mod rendering;

use std::path::Path;

use tauri::{
    AppHandle, Manager, Runtime, UserAttentionType, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
};
use tauri_plugin_window_state::StateFlags;

/// The label of the window; the capability file names it too.
const MAIN: &str = "main";

/// What is restored of the window at the next start. Not its visibility: a start always shows it.
pub(crate) const RESTORED: StateFlags =
    StateFlags::SIZE.union(StateFlags::POSITION).union(StateFlags::MAXIMIZED);

/// Records the page's errors for the tests that drive it: violations of its content security policy, and uncaught
/// exceptions.
const RECORD_ERRORS: &str = "
    window.complaints = [];
    const complain = (what) => window.complaints.length < 100 && window.complaints.push(String(what));
    addEventListener('securitypolicyviolation', (it) => complain(`${it.violatedDirective} refused ${it.blockedURI} at ${it.sourceFile}:${it.lineNumber}`));
    // A browser notice, not an error: a resize is handled in the next frame.
    const notice = 'ResizeObserver loop';
    addEventListener('error', (it) => it.message.startsWith(notice) || complain(it.message));
    addEventListener('unhandledrejection', (it) => complain(it.reason));
";

/// Opens the window. The web view stores its data in the data folder.
pub(crate) fn open<R: Runtime>(app: &AppHandle<R>, data_dir: &Path) -> tauri::Result<WebviewWindow<R>> {
    let mut window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Deskbell")
        .inner_size(1280.0, 800.0)
        .min_inner_size(640.0, 480.0)
        .data_directory(data_dir.join("web"))
        // The web view's own handler would swallow drops of files into the page on Windows.
        .disable_drag_drop_handler()
        // The page is the app, so a link must not replace it.
        .on_navigation(|url| {
            matches!(url.scheme(), "tauri" | "about") || url.host_str() == Some("tauri.localhost")
        });
    // Set by tauri-driver, which drives a window for a test.
    if std::env::var("TAURI_WEBVIEW_AUTOMATION").as_deref() == Ok("true") {
        window = window.initialization_script(RECORD_ERRORS);
    }
    let window = window.build()?;
    #[cfg(target_os = "linux")]
    rendering::disable_acceleration_without_gpu(&window)?;
    Ok(window)
}

/// Brings the window to the front, also if it is minimised or hidden.
pub(crate) fn bring_to_front(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    for done in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = done {
            tracing::debug!(%error, "cannot bring the window to the front");
        }
    }
}

/// Makes the window's taskbar entry ask for attention, or stop.
pub(crate) fn request_attention(app: &AppHandle, on: bool) {
    let kind = on.then_some(UserAttentionType::Critical);
    if let Some(Err(error)) = app.get_webview_window(MAIN).map(|window| window.request_user_attention(kind)) {
        tracing::debug!(%error, "cannot request attention in the taskbar");
    }
}
