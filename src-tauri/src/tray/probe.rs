//! Whether this desktop has a tray. Asked before an icon is made: the icon's library panics where it is
//! not installed, and without a watcher on the bus the icon would be invisible.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::timeout;
use zbus::fdo::DBusProxy;

/// Who shows icons (<https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/>).
const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// How long the bus may take to answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// The libraries that draw the icon, either of them.
const LIBRARIES: [&str; 2] = ["libayatana-appindicator3.so.1", "libappindicator3.so.1"];

/// Whether somebody on the session bus shows icons.
pub(super) async fn watcher() -> bool {
    let asked = async {
        let bus = zbus::Connection::session().await?;
        let name = WATCHER.try_into()?;
        Ok::<_, zbus::Error>(DBusProxy::new(&bus).await?.name_has_owner(name).await?)
    };
    matches!(timeout(PATIENCE, asked).await, Ok(Ok(true)))
}

/// Whether the icon's library is installed.
pub(super) fn library() -> bool {
    let told = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    let usual = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/usr/local/lib64"];
    let folders = std::env::split_paths(&told).chain(usual.iter().map(PathBuf::from));
    folders.flat_map(with_architectures).any(|folder| has_library(&folder))
}

/// A folder, and in it the ones that Debian keeps per architecture.
fn with_architectures(folder: PathBuf) -> Vec<PathBuf> {
    let triple = folder.join(format!("{}-linux-gnu", std::env::consts::ARCH));
    vec![folder, triple]
}

fn has_library(folder: &Path) -> bool {
    LIBRARIES.iter().any(|library| folder.join(library).is_file())
}
