//! The icon in the tray: state and count at a glance, and a small menu. Only where the desktop has a tray.

use deskbell_client::Doors;
use deskbell_client::api::Request;
use deskbell_protocol::{Channel, Command, Readiness};
use tauri::image::Image;
use tauri::menu::{CheckMenuItem, Menu, MenuEvent, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};
use tokio::sync::watch;

use crate::attention::Face;
use crate::reception::Reception;
use crate::window;

mod icon;
#[cfg(target_os = "linux")]
mod probe;

/// The icon's id, by which it is found again.
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
    shown: Option<Face>,
    channels: watch::Sender<Vec<Channel>>,
}

/// Whether a person can find the icon now: only then may the window hide.
pub(crate) async fn is_shown(app: &AppHandle) -> bool {
    app.tray_by_id(ID).is_some() && is_possible().await
}

/// Whether this desktop has a tray.
#[cfg(target_os = "linux")]
pub(crate) async fn is_possible() -> bool {
    probe::library() && probe::watcher().await
}

/// Whether this desktop has a tray.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unused_async, reason = "the same face as on Linux")]
pub(crate) async fn is_possible() -> bool {
    true
}

impl Tray {
    /// Puts the icon into the tray.
    pub(crate) fn new(app: &AppHandle, reception: Reception) -> tauri::Result<Self> {
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
            .on_menu_event(move |app, event| chosen(app, &event, &reception, &known.borrow()))
            .on_tray_icon_event(|icon, event| {
                if matches!(event, TrayIconEvent::Click { button: MouseButton::Left, .. }) {
                    window::bring_forward(icon.app_handle());
                }
            })
            .build(app)?;
        Ok(Self { icon, base, state, open, ready, not_ready, quit, shown: None, channels })
    }

    /// Shows this face, if it is another one than before.
    pub(crate) fn show(&mut self, face: &Face) {
        if self.shown.as_ref() == Some(face) {
            return;
        }
        self.channels.send_replace(face.channels.clone());
        if let Err(error) = self.draw(face) {
            tracing::debug!(%error, "the tray was not drawn");
        }
        self.shown = Some(face.clone());
    }

    fn draw(&self, face: &Face) -> tauri::Result<()> {
        let words = face.words;
        let state = match face.readiness {
            Some(Readiness::Ready) => words.ready(),
            Some(Readiness::NotReady) => words.not_ready(),
            Some(Readiness::SignedOut) => words.signed_out(),
            None => words.offline(),
        };
        let count = face.waiting.saturating_add(face.ringing);
        let title = if count > 0 { format!("{state} · {count}") } else { state.to_owned() };
        self.icon.set_icon(Some(icon::with_dot(&self.base, face)))?;
        self.icon.set_tooltip(Some(format!("Deskbell · {title}")))?;
        self.icon.set_title((count > 0).then(|| count.to_string()))?;
        self.state.set_text(&title)?;
        self.open.set_text(words.open_window())?;
        self.ready.set_text(words.ready())?;
        self.not_ready.set_text(words.not_ready())?;
        self.quit.set_text(words.quit())?;
        self.ready.set_checked(face.readiness == Some(Readiness::Ready))?;
        self.not_ready.set_checked(face.readiness == Some(Readiness::NotReady))?;
        self.ready.set_enabled(face.readiness.is_some())?;
        self.not_ready.set_enabled(face.readiness.is_some())
    }
}

fn chosen(app: &AppHandle, event: &MenuEvent, reception: &Reception, channels: &[Channel]) {
    let readiness = match event.id().as_ref() {
        "open" => return window::bring_forward(app),
        "quit" => return ask(reception, Request::Quit { confirmed: false }),
        "ready" => Readiness::Ready,
        "not_ready" => Readiness::NotReady,
        _ => return,
    };
    for channel in channels {
        let command = Command::SetStatus { channel: *channel, readiness, reason: None };
        ask(reception, Request::Command { command });
    }
}

fn ask(reception: &Reception, request: Request) {
    let reception = reception.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = reception.handle(request).await {
            tracing::info!(code = ?error.code, "the tray's wish was not fulfilled");
        }
    });
}
