//! The icon in the tray, with the readiness, a count and a menu. Only where the desktop has a tray.

use deskbell_client::EngineHandle;
use deskbell_client::api::Request;
use deskbell_protocol::{Channel, Command, Readiness};
use tauri::image::Image;
use tauri::menu::{CheckMenuItem, Menu, MenuEvent, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};
use tokio::sync::watch;

use crate::shell::TrayStatus;
use crate::window;
use crate::workspace_switcher::WorkspaceSwitcher;

mod icon;
#[cfg(target_os = "linux")]
mod probe;

/// The icon's id.
const ID: &str = "deskbell";

/// The icon with its menu.
pub(crate) struct Tray {
    icon: TrayIcon<Wry>,
    base: Image<'static>,
    state: MenuItem<Wry>,
    open: MenuItem<Wry>,
    ready: CheckMenuItem<Wry>,
    not_ready: CheckMenuItem<Wry>,
    quit: MenuItem<Wry>,
    shown: Option<TrayStatus>,
    channels: watch::Sender<Vec<Channel>>,
}

/// Whether the icon is visible now, so that the window may hide.
pub(crate) async fn is_visible(app: &AppHandle) -> bool {
    app.tray_by_id(ID).is_some() && is_supported().await
}

/// Whether this desktop has a tray.
#[cfg(target_os = "linux")]
pub(crate) async fn is_supported() -> bool {
    probe::has_library() && probe::has_watcher().await
}

/// Whether this desktop has a tray.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unused_async, reason = "the signature of Linux")]
pub(crate) async fn is_supported() -> bool {
    true
}

impl Tray {
    /// Adds the icon to the tray. Must be called on the main thread.
    pub(crate) fn new(app: &AppHandle, switcher: WorkspaceSwitcher) -> tauri::Result<Self> {
        let item = |id: &str, enabled| MenuItem::with_id(app, id, "", enabled, None::<&str>);
        let check = |id: &str| CheckMenuItem::with_id(app, id, "", true, false, None::<&str>);
        let line = || PredefinedMenuItem::separator(app);
        let (state, open, quit) = (item("state", false)?, item("open", true)?, item("quit", true)?);
        let (ready, not_ready) = (check("ready")?, check("not_ready")?);
        let menu =
            Menu::with_items(app, &[&state, &line()?, &open, &line()?, &ready, &not_ready, &line()?, &quit])?;
        let base = app
            .default_window_icon()
            .map_or_else(|| Image::new_owned(Vec::new(), 0, 0), |icon| icon.clone().to_owned());
        let (channels, known) = watch::channel(Vec::new());
        let icon = TrayIconBuilder::with_id(ID)
            .icon(base.clone())
            .menu(&menu)
            .show_menu_on_left_click(false)
            .on_menu_event(move |app, event| handle_menu_event(app, &event, &switcher, &known.borrow()))
            .on_tray_icon_event(|icon, event| {
                if matches!(event, TrayIconEvent::Click { button: MouseButton::Left, .. }) {
                    window::bring_to_front(icon.app_handle());
                }
            })
            .build(app)?;
        Ok(Self { icon, base, state, open, ready, not_ready, quit, shown: None, channels })
    }

    /// Shows a status, if it differs from the one shown before.
    pub(crate) fn show(&mut self, status: &TrayStatus) {
        if self.shown.as_ref() == Some(status) {
            return;
        }
        self.channels.send_replace(status.channels.clone());
        if let Err(error) = self.draw(status) {
            tracing::debug!(%error, "cannot update the tray");
        }
        self.shown = Some(status.clone());
    }

    fn draw(&self, status: &TrayStatus) -> tauri::Result<()> {
        let strings = status.strings;
        let state = match status.readiness {
            Some(Readiness::Ready) => strings.ready(),
            Some(Readiness::NotReady) => strings.not_ready(),
            Some(Readiness::SignedOut) => strings.signed_out(),
            None => strings.offline(),
        };
        let count = status.waiting.saturating_add(status.ringing);
        let title = if count > 0 { format!("{state} · {count}") } else { state.to_owned() };
        self.icon.set_icon(Some(icon::with_status_dot(&self.base, status)))?;
        self.icon.set_tooltip(Some(format!("Deskbell · {title}")))?;
        self.icon.set_title((count > 0).then(|| count.to_string()))?;
        self.state.set_text(&title)?;
        self.open.set_text(strings.open_window())?;
        self.ready.set_text(strings.ready())?;
        self.not_ready.set_text(strings.not_ready())?;
        self.quit.set_text(strings.quit())?;
        self.ready.set_checked(status.readiness == Some(Readiness::Ready))?;
        self.not_ready.set_checked(status.readiness == Some(Readiness::NotReady))?;
        self.ready.set_enabled(status.readiness.is_some())?;
        self.not_ready.set_enabled(status.readiness.is_some())
    }
}

fn handle_menu_event(app: &AppHandle, event: &MenuEvent, switcher: &WorkspaceSwitcher, channels: &[Channel]) {
    let readiness = match event.id().as_ref() {
        "open" => return window::bring_to_front(app),
        "quit" => return send(switcher, Request::Quit { confirmed: false }),
        "ready" => Readiness::Ready,
        "not_ready" => Readiness::NotReady,
        _ => return,
    };
    for channel in channels {
        let command = Command::SetStatus { channel: *channel, readiness, reason: None };
        send(switcher, Request::Command { command });
    }
}

fn send(switcher: &WorkspaceSwitcher, request: Request) {
    let switcher = switcher.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = switcher.handle(request).await {
            tracing::info!(code = ?error.code, "request of the tray menu failed");
        }
    });
}
