//! What closing and focusing the window do.

use tauri::{AppHandle, Manager, Window, WindowEvent};
use tauri_plugin_window_state::AppHandleExt;
use tokio::sync::watch;

use crate::workspace_switcher::WorkspaceSwitcher;
use crate::{tray, window};

/// Whether the window has the focus; managed by Tauri.
pub(crate) struct Focus(pub(crate) watch::Sender<bool>);

/// Handles an event of the window.
pub(crate) fn handle(window: &Window, event: &WindowEvent) {
    match event {
        // Without an engine nothing rings in a hidden window, so closing it ends the app.
        WindowEvent::CloseRequested { .. } if has_failed(window.app_handle()) => window.app_handle().exit(1),
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            hide(window.clone());
        }
        WindowEvent::Focused(focused) => set_focus(window.app_handle(), *focused),
        _ => {}
    }
}

fn has_failed(app: &AppHandle) -> bool {
    app.try_state::<WorkspaceSwitcher>().is_some_and(|switcher| switcher.has_failed())
}

/// Hides the window in the tray, or minimises it where there is no tray: the app must go on ringing.
fn hide(window: Window) {
    let app = window.app_handle().clone();
    if let Err(error) = app.save_window_state(window::RESTORED) {
        tracing::debug!(%error, "cannot save the window's size and position");
    }
    tauri::async_runtime::spawn(async move {
        let result = if tray::is_visible(&app).await { window.hide() } else { window.minimize() };
        if let Err(error) = result {
            tracing::warn!(%error, "cannot hide the window");
        }
        set_focus(&app, false);
    });
}

fn set_focus(app: &AppHandle, focused: bool) {
    if let Some(focus) = app.try_state::<Focus>() {
        focus.0.send_if_modified(|now| std::mem::replace(now, focused) != focused);
    }
}
