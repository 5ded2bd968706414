//! The workspace in a window.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use deskbell_client::Doors;
use deskbell_client::api::{Alert, AlertStyle};
use tauri::{App, AppHandle, Manager};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use crate::attention::{Attention, Face, Stage};
use crate::ipc;
use crate::opening::Start;
use crate::reception::Reception;
use crate::toasts::System;
use crate::tray::{self, Tray};
use crate::window::{self, Focus};
use crate::{paths, wake};

/// How many clicks on toasts may wait.
const ACTS: usize = 64;

/// How long taking the toasts from the screen may take.
const CLEARING: Duration = Duration::from_secs(2);

/// How long closing may take before the app goes all the same; what is stored is stored.
const CLOSING: Duration = Duration::from_secs(5);

/// Runs the window to its end.
pub(crate) fn run(start: Start, mut context: tauri::Context) -> Result<ExitCode, String> {
    // A second start finds the first one by this name, and only on the same data folder.
    context.config_mut().identifier = paths::instance(&start.data);
    let place = start.data.join("window.json").to_string_lossy().into_owned();
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| window::bring_forward(app)))
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_filename(place)
                .with_state_flags(window::PLACE)
                .build(),
        )
        .invoke_handler(tauri::generate_handler![ipc::request, ipc::subscribe])
        .manage(Reception::new(start))
        .manage(Focus(watch::Sender::new(false)))
        .on_window_event(window::hear)
        .setup(|app| set_up(app))
        .build(context)
        .map_err(|error| format!("Deskbell cannot open its window: {error}."))?;
    let code = app.run_return(|_app, _event| {
        #[cfg(target_os = "macos")]
        if matches!(_event, tauri::RunEvent::Reopen { .. }) {
            window::bring_forward(_app);
        }
    });
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

fn set_up(app: &mut App) -> Result<(), Box<dyn std::error::Error>> {
    let app = app.handle().clone();
    let reception = app.state::<Reception>().inner().clone();
    window::open(&app, &reception.start().data)?;
    // The window paints while the engine opens; what the page asks meanwhile waits.
    tauri::async_runtime::spawn(async move {
        if let Err(sentence) = work(&app, &reception).await {
            eprintln!("{sentence}");
            reception.failed(sentence);
        }
    });
    Ok(())
}

/// Opens the engine and works until the person quits.
async fn work(app: &AppHandle, reception: &Reception) -> Result<(), String> {
    let (acts, acted) = mpsc::channel(ACTS);
    // Each asks the desktop for something else, and may wait for it.
    let (found, _told_when_it_opens) = tokio::join!(System::find(acts), reception.start().keys());
    let (toasts, why) = match found {
        Ok(toasts) => (Some(toasts), None),
        Err(why) => (None, Some(why)),
    };
    let alerts = if toasts.is_some() { AlertStyle::Toast } else { AlertStyle::InPage };
    reception.open(alerts).await?;
    if let (Some(why), Some(engine)) = (why, reception.engine()) {
        engine.alert(Alert::NoToasts { why });
    }
    let focus = app.state::<Focus>().0.subscribe();
    let stage = Desktop { app: app.clone(), tray: tray(app, reception).await, beckoning: false };
    let clock = Arc::clone(&reception.start().clock);
    let attention = Attention::new(reception.standing(), toasts, stage, clock);
    let (stop, stopped) = oneshot::channel();
    let attention = tokio::spawn(attention.run(acted, focus, stopped));
    wake::whenever_it_happens(reception);
    reception.quitting().await;
    // What rings on the screen of an app that is gone could not be answered.
    let _it_listens = stop.send(());
    if timeout(CLEARING, attention).await.is_err() {
        tracing::warn!("toasts may be left on the screen");
    }
    close(app, reception).await;
    Ok(())
}

async fn close(app: &AppHandle, reception: &Reception) {
    if timeout(CLOSING, reception.close()).await.is_err() {
        tracing::warn!("closing took too long");
    }
    app.exit(0);
}

/// The tray, where there is one.
async fn tray(app: &AppHandle, reception: &Reception) -> Option<Tray> {
    if !tray::is_possible().await {
        return None;
    }
    let (made, done) = oneshot::channel();
    let (handle, reception) = (app.clone(), reception.clone());
    // Menus belong to the main thread.
    app.run_on_main_thread(move || {
        let _nobody_waits = made.send(Tray::new(&handle, reception));
    })
    .ok()?;
    match done.await.ok()? {
        Ok(tray) => Some(tray),
        Err(error) => {
            tracing::warn!(%error, "no tray");
            None
        }
    }
}

/// Window, taskbar and tray of this desktop.
struct Desktop {
    app: AppHandle,
    tray: Option<Tray>,
    beckoning: bool,
}

impl Stage for Desktop {
    fn face(&mut self, face: &Face) {
        if let Some(tray) = &mut self.tray {
            tray.show(face);
        }
    }

    fn beckon(&mut self, beckon: bool) {
        if std::mem::replace(&mut self.beckoning, beckon) != beckon {
            window::beckon(&self.app, beckon);
        }
    }

    fn bring_forward(&mut self) {
        window::bring_forward(&self.app);
    }
}
