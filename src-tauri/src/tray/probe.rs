//! Detects a tray. Needed before an icon is created: Tauri panics where the icon's library is not installed, and
//! without a watcher on the session bus the icon would be invisible.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::timeout;
use zbus::fdo::DBusProxy;

/// The service that shows icons (<https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/>).
const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// How long the session bus may take to reply.
const TIMEOUT: Duration = Duration::from_secs(1);

/// The libraries that draw the icon; one of them is enough.
const LIBRARIES: [&str; 2] = ["libayatana-appindicator3.so.1", "libappindicator3.so.1"];

/// Whether a service on the session bus shows icons.
pub(super) async fn has_watcher() -> bool {
    let reply = async {
        let bus = zbus::Connection::session().await?;
        let name = WATCHER.try_into()?;
        Ok::<_, zbus::Error>(DBusProxy::new(&bus).await?.name_has_owner(name).await?)
    };
    matches!(timeout(TIMEOUT, reply).await, Ok(Ok(true)))
}

/// Whether the icon's library is installed.
pub(super) fn has_library() -> bool {
    let extra = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    let usual = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/usr/local/lib64"];
    let folders = std::env::split_paths(&extra).chain(usual.iter().map(PathBuf::from));
    folders.flat_map(with_architecture).any(|folder| contains_library(&folder))
}

/// A folder, and Debian's subfolder of it for this architecture.
fn with_architecture(folder: PathBuf) -> Vec<PathBuf> {
    let triple = folder.join(format!("{}-linux-gnu", std::env::consts::ARCH));
    vec![folder, triple]
}

fn contains_library(folder: &Path) -> bool {
    LIBRARIES.iter().any(|library| folder.join(library).is_file())
}
