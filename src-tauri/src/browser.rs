//! The workspace in a browser on this computer: the same engine and the same page, without a window.

use std::borrow::Cow;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use deskbell_client::api::AlertStyle;
use deskbell_client::browser_host::{self, Assets, Door};
use tauri::utils::assets::AssetKey;
use tauri::utils::mime_type::MimeType;
use tokio::net::TcpListener;

use crate::opening::Start;
use crate::reception::Reception;
use crate::wake;

/// Serves the workspace until the person quits or the program is told to end.
///
/// # Errors
/// A sentence for the person.
pub(crate) fn run(start: Start, context: tauri::Context) -> Result<ExitCode, String> {
    let listen = start.args.listen;
    if !listen.ip().is_loopback() {
        return Err(format!(
            "--listen {listen} is not an address of this computer alone (127.0.0.1 or [::1])."
        ));
    }
    let runtime =
        tokio::runtime::Runtime::new().map_err(|error| format!("Deskbell cannot start: {error}."))?;
    runtime.block_on(serve(start, context))?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(start: Start, context: tauri::Context) -> Result<(), String> {
    let listen = start.args.listen;
    let cannot = |error: std::io::Error| format!("Deskbell cannot serve a browser at {listen}: {error}.");
    let listener = TcpListener::bind(listen).await.map_err(cannot)?;
    let door = Arc::new(Door::new(listener.local_addr().map_err(cannot)?).map_err(cannot)?);
    // The page is the window's, and so is its policy.
    let csp = context.config().app.security.csp.as_ref().map(ToString::to_string).unwrap_or_default();
    let reception = Reception::new(start);
    reception.open(AlertStyle::InPage).await?;
    wake::whenever_it_happens(&reception);
    say(&door.one_time_address().map_err(cannot)?);
    let quitting = reception.clone();
    let shutdown = async move {
        tokio::select! {
            () = quitting.quitting() => {}
            () = told_to_end() => {}
        }
    };
    let served = browser_host::serve(
        Arc::new(reception.clone()),
        listener,
        door,
        Arc::new(Embedded(context)),
        csp,
        shutdown,
    )
    .await;
    reception.close().await;
    served.map_err(cannot)
}

/// The one line that a person, or a program that started this one, looks for.
fn say(address: &str) {
    let mut out = std::io::stdout().lock();
    // Nobody may be reading; the workspace is served all the same.
    let _unread = writeln!(out, "Open {address}").and_then(|()| out.flush());
}

/// Completes when the system or the terminal wants the program to end.
async fn told_to_end() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    if let Ok(mut terminated) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _signal = interrupted => {}
            _signal = terminated.recv() => {}
        }
        return;
    }
    let _signal = interrupted.await;
}

/// The page as it is embedded for the window.
struct Embedded(tauri::Context);

impl Assets for Embedded {
    fn get(&self, path: &str) -> Option<(Cow<'static, [u8]>, String)> {
        let bytes = self.0.assets().get(&AssetKey::from(path))?.into_owned();
        let media_type = MimeType::parse(&bytes, path);
        Some((Cow::Owned(bytes), media_type))
    }
}
