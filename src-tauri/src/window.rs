//! The one window.

#[cfg(target_os = "linux")]
mod drawing;

use std::path::Path;

use tauri::{
    AppHandle, Manager, Runtime, UserAttentionType, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Window,
    WindowEvent,
};
use tauri_plugin_window_state::{AppHandleExt, StateFlags};
use tokio::sync::watch;

use crate::reception::Reception;
use crate::tray;

/// The label of the window, known to the capability.
pub(crate) const MAIN: &str = "main";

/// What is remembered of the window's place. Not whether it is visible: a start always shows it.
pub(crate) const PLACE: StateFlags =
    StateFlags::SIZE.union(StateFlags::POSITION).union(StateFlags::MAXIMIZED);

/// Keeps what the page complains about, for the test that drives it: what its content security policy
/// refused, and what nobody caught.
const COMPLAINTS: &str = "
    window.complaints = [];
    const complain = (what) => window.complaints.length < 100 && window.complaints.push(String(what));
    addEventListener('securitypolicyviolation', (it) => complain(`${it.violatedDirective} refused ${it.blockedURI} at ${it.sourceFile}:${it.lineNumber}`));
    // A notice of the browser and no error: what was resized is seen in the next frame.
    const notice = 'ResizeObserver loop';
    addEventListener('error', (it) => it.message.startsWith(notice) || complain(it.message));
    addEventListener('unhandledrejection', (it) => complain(it.reason));
";

/// Whether the window has the person's attention.
pub(crate) struct Focus(pub(crate) watch::Sender<bool>);

/// Opens the window. What the web view keeps, it keeps in the data folder.
pub(crate) fn open<R: Runtime>(app: &AppHandle<R>, data: &Path) -> tauri::Result<WebviewWindow<R>> {
    let mut window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Deskbell")
        .inner_size(1280.0, 800.0)
        .min_inner_size(640.0, 480.0)
        .data_directory(data.join("web"))
        // The web view's own handler would swallow drops of files into the page on Windows.
        .disable_drag_drop_handler()
        // Links lead nowhere from here: the page is the app.
        .on_navigation(|url| {
            matches!(url.scheme(), "tauri" | "about") || url.host_str() == Some("tauri.localhost")
        });
    // Set by the program that drives a window for a test (tauri-driver), and known to Tauri itself.
    if std::env::var("TAURI_WEBVIEW_AUTOMATION").as_deref() == Ok("true") {
        window = window.initialization_script(COMPLAINTS);
    }
    let window = window.build()?;
    #[cfg(target_os = "linux")]
    drawing::suit_the_machine(&window)?;
    Ok(window)
}

/// Hears what happens to the window.
pub(crate) fn hear(window: &Window, event: &WindowEvent) {
    match event {
        // Nothing works behind this window, so nothing would go on ringing: closing it ends the app.
        WindowEvent::CloseRequested { .. } if has_failed(window.app_handle()) => window.app_handle().exit(1),
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            put_away(window.clone());
        }
        WindowEvent::Focused(focused) => focus(window.app_handle(), *focused),
        _ => {}
    }
}

fn has_failed(app: &AppHandle) -> bool {
    app.try_state::<Reception>().is_some_and(|reception| reception.has_failed())
}

/// Closing puts the window away, because the offers go on ringing: into the tray, or where there is none
/// to the taskbar.
fn put_away(window: Window) {
    let app = window.app_handle().clone();
    if let Err(error) = app.save_window_state(PLACE) {
        tracing::debug!(%error, "the window's place was not kept");
    }
    tauri::async_runtime::spawn(async move {
        let hidden = tray::is_shown(&app).await;
        let done = if hidden { window.hide() } else { window.minimize() };
        if let Err(error) = done {
            tracing::warn!(%error, "the window was not put away");
        }
        focus(&app, false);
    });
}

fn focus(app: &AppHandle, focused: bool) {
    if let Some(focus) = app.try_state::<Focus>() {
        focus.0.send_if_modified(|now| std::mem::replace(now, focused) != focused);
    }
}

/// Brings the window to the front, from wherever it was put.
pub(crate) fn bring_forward(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    for done in [window.unminimize(), window.show(), window.set_focus()] {
        if let Err(error) = done {
            tracing::debug!(%error, "the window did not come forward");
        }
    }
}

/// Makes the window ask for attention in the taskbar, or no longer.
pub(crate) fn beckon(app: &AppHandle, beckon: bool) {
    let kind = beckon.then_some(UserAttentionType::Critical);
    if let Some(Err(error)) = app.get_webview_window(MAIN).map(|window| window.request_user_attention(kind)) {
        tracing::debug!(%error, "the taskbar was not told");
    }
}
