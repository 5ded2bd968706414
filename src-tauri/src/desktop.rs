//! The workspace in a window.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use deskbell_client::EngineHandle;
use deskbell_client::api::{Alert, AlertStyle};
use tauri::{App, AppHandle, Manager};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use crate::alerts::Alerts;
use crate::shell::{Shell, TrayStatus};
use crate::startup::Startup;
use crate::toasts::SystemToasts;
use crate::tray::{self, Tray};
use crate::window_events::{self, Focus};
use crate::workspace_switcher::WorkspaceSwitcher;
use crate::{ipc, paths, wake, window};

/// How many actions on toasts are queued.
const ACTION_QUEUE: usize = 64;

/// How long withdrawing the toasts may take at the end.
const WITHDRAW_TIMEOUT: Duration = Duration::from_secs(2);

/// How long closing the workspace may take before the app exits anyway. Stored data are safe in both cases.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Runs the window to its end.
pub(crate) fn run(startup: Startup, mut context: tauri::Context) -> Result<ExitCode, String> {
    // By this name a second process on the same data folder finds this one.
    context.config_mut().identifier = paths::instance_name(&startup.data_dir);
    let state_file = startup.data_dir.join("window.json").to_string_lossy().into_owned();
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| window::bring_to_front(app)))
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_filename(state_file)
                .with_state_flags(window::RESTORED)
                .build(),
        )
        .invoke_handler(tauri::generate_handler![ipc::request, ipc::subscribe])
        .manage(WorkspaceSwitcher::new(startup))
        .manage(Focus(watch::Sender::new(false)))
        .on_window_event(window_events::handle)
        .setup(|app| set_up(app))
        .build(context)
        .map_err(|error| format!("Deskbell cannot open its window: {error}."))?;
    let code = app.run_return(|_app, _event| {
        #[cfg(target_os = "macos")]
        if matches!(_event, tauri::RunEvent::Reopen { .. }) {
            window::bring_to_front(_app);
        }
    });
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

fn set_up(app: &mut App) -> Result<(), Box<dyn std::error::Error>> {
    let app = app.handle().clone();
    let switcher = app.state::<WorkspaceSwitcher>().inner().clone();
    window::open(&app, &switcher.startup().data_dir)?;
    // The window paints while the engine opens; requests of the page wait for the engine.
    tauri::async_runtime::spawn(async move {
        if let Err(message) = run_workspace(&app, &switcher).await {
            eprintln!("{message}");
            switcher.fail(message);
        }
    });
    Ok(())
}

/// Opens the workspace and runs it until the user quits.
async fn run_workspace(app: &AppHandle, switcher: &WorkspaceSwitcher) -> Result<(), String> {
    let (actions_sender, actions) = mpsc::channel(ACTION_QUEUE);
    // Both wait for the desktop, so they run at the same time. An error of the key store comes back from `open`.
    let (connected, _secrets) =
        tokio::join!(SystemToasts::connect(actions_sender), switcher.startup().secrets());
    let (toasts, why) = match connected {
        Ok(toasts) => (Some(toasts), None),
        Err(why) => (None, Some(why)),
    };
    let alerts = if toasts.is_some() { AlertStyle::Toast } else { AlertStyle::InPage };
    switcher.open(alerts).await?;
    if let (Some(why), Some(engine)) = (why, switcher.engine()) {
        engine.alert(Alert::NoToasts { why });
    }
    let focus = app.state::<Focus>().0.subscribe();
    let shell =
        DesktopShell { app: app.clone(), tray: create_tray(app, switcher).await, attention_requested: false };
    let clock = Arc::clone(&switcher.startup().clock);
    let alerts = Alerts::new(switcher.status(), toasts, shell, clock);
    let (stop, stopped) = oneshot::channel();
    let alerts = tokio::spawn(alerts.run(actions, focus, stopped));
    wake::watch(switcher);
    switcher.quitting().await;
    // A toast that outlives the app could not be answered.
    let _sent = stop.send(());
    if timeout(WITHDRAW_TIMEOUT, alerts).await.is_err() {
        tracing::warn!("withdrawing the toasts timed out; some may be left on the screen");
    }
    if timeout(CLOSE_TIMEOUT, switcher.close()).await.is_err() {
        tracing::warn!("closing the workspace timed out");
    }
    app.exit(0);
    Ok(())
}

/// Creates the tray icon, where the desktop has a tray.
async fn create_tray(app: &AppHandle, switcher: &WorkspaceSwitcher) -> Option<Tray> {
    if !tray::is_supported().await {
        return None;
    }
    let (sender, created) = oneshot::channel();
    let (handle, switcher) = (app.clone(), switcher.clone());
    // Menus can be created on the main thread only.
    app.run_on_main_thread(move || {
        let _sent = sender.send(Tray::new(&handle, switcher));
    })
    .ok()?;
    match created.await.ok()? {
        Ok(tray) => Some(tray),
        Err(error) => {
            tracing::warn!(%error, "cannot create the tray icon");
            None
        }
    }
}

/// Window, taskbar and tray of this desktop.
struct DesktopShell {
    app: AppHandle,
    tray: Option<Tray>,
    attention_requested: bool,
}

impl Shell for DesktopShell {
    fn show_status(&mut self, status: &TrayStatus) {
        if let Some(tray) = &mut self.tray {
            tray.show(status);
        }
    }

    fn request_attention(&mut self, on: bool) {
        if std::mem::replace(&mut self.attention_requested, on) != on {
            window::request_attention(&self.app, on);
        }
    }

    fn bring_to_front(&mut self) {
        window::bring_to_front(&self.app);
    }
}
