//! The workspace in a browser on this computer: the same engine and the same page, without a window.

use std::borrow::Cow;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use deskbell_client::api::AlertStyle;
use deskbell_client::browser_host::{self, Assets, BrowserAccess};
use tauri::utils::assets::AssetKey;
use tauri::utils::mime_type::MimeType;
use tokio::net::TcpListener;

use crate::startup::Startup;
use crate::wake;
use crate::workspace_switcher::WorkspaceSwitcher;

/// Serves the workspace until the user quits or a signal ends the program.
///
/// # Errors
/// A message for the user.
pub(crate) fn run(startup: Startup, context: tauri::Context) -> Result<ExitCode, String> {
    let listen = startup.args.listen;
    if !listen.ip().is_loopback() {
        return Err(format!("--listen {listen} is not a loopback address (127.0.0.1 or [::1])."));
    }
    let runtime =
        tokio::runtime::Runtime::new().map_err(|error| format!("Deskbell cannot start: {error}."))?;
    runtime.block_on(serve(startup, context))?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(startup: Startup, context: tauri::Context) -> Result<(), String> {
    let listen = startup.args.listen;
    let cannot = |error: std::io::Error| format!("Deskbell cannot serve a browser at {listen}: {error}.");
    let listener = TcpListener::bind(listen).await.map_err(cannot)?;
    let access = Arc::new(BrowserAccess::new(listener.local_addr().map_err(cannot)?).map_err(cannot)?);
    // The browser gets the same page as the window, so also the same policy.
    let csp = context.config().app.security.csp.as_ref().map(ToString::to_string).unwrap_or_default();
    let switcher = WorkspaceSwitcher::new(startup);
    switcher.open(AlertStyle::InPage).await?;
    wake::watch(&switcher);
    print_address(&access.one_time_address().map_err(cannot)?);
    let quitting = switcher.clone();
    let shutdown = async move {
        tokio::select! {
            () = quitting.quitting() => {}
            () = wait_for_signal() => {}
        }
    };
    let served = browser_host::serve(
        Arc::new(switcher.clone()),
        listener,
        access,
        Arc::new(Embedded(context)),
        csp,
        shutdown,
    )
    .await;
    switcher.close().await;
    served.map_err(cannot)
}

/// Prints the address on the standard output, in a line that other programs may parse.
fn print_address(address: &str) {
    let mut out = std::io::stdout().lock();
    // A closed standard output is no reason to stop.
    let _unread = writeln!(out, "Open {address}").and_then(|()| out.flush());
}

/// Completes when SIGINT or SIGTERM arrives.
async fn wait_for_signal() {
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

/// The window's page, which is embedded in the program.
struct Embedded(tauri::Context);

impl Assets for Embedded {
    fn get(&self, path: &str) -> Option<(Cow<'static, [u8]>, String)> {
        let bytes = self.0.assets().get(&AssetKey::from(path))?.into_owned();
        let media_type = MimeType::parse(&bytes, path);
        Some((Cow::Owned(bytes), media_type))
    }
}
