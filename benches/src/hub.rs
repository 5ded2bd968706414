//! The real hub, as a program of its own.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rusqlite::{Connection, OpenFlags};

use crate::process::{Process, built, wait_for};

/// The name of the one account.
pub(crate) const ACCOUNT: &str = "shop";
/// What its deliveries are signed with.
pub(crate) const APP_SECRET: &str = "secret-of-the-shop";
/// Its address.
pub(crate) const PHONE_NUMBER_ID: &str = "106540352242922";
/// What every agent signs in with.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A hub that runs until it is stopped or dropped.
pub(crate) struct Hub {
    process: Process,
    folder: PathBuf,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Hub {
    /// Starts the hub of this folder with these agents; `more` is added to its settings. Agents who are in the
    /// store already are not made again.
    pub(crate) fn start(folder: &Path, agents: &[&str], account: &str, more: &str) -> Self {
        Self::start_at(0, folder, agents, account, more)
    }

    /// The same on a port of one's choice; 0 is any.
    pub(crate) fn start_at(port: u16, folder: &Path, agents: &[&str], account: &str, more: &str) -> Self {
        let agents: String = agents
            .iter()
            .map(|name| format!("[[agent]]\nname = \"{name}\"\npassword = \"{PASSWORD}\"\n"))
            .collect();
        let settings = format!(
            "listen = \"127.0.0.1:{port}\"\nbehind_proxy = true\ndata_dir = \"data\"\n[[queue]]\nname = \"Support\"\n{agents}\
             [[account]]\nname = \"{ACCOUNT}\"\nphone_number_id = \"{PHONE_NUMBER_ID}\"\naccess_token = \"token\"\n\
             app_secrets = [\"{APP_SECRET}\"]\nverify_token = \"verify\"\nbase_url = \"http://127.0.0.1:9\"\n\
             {account}\n{more}\n"
        );
        fs::create_dir_all(folder).unwrap();
        let file = folder.join("hub.toml");
        fs::write(&file, settings).unwrap();
        let mut command = Command::new(built("deskbell-hub"));
        command.arg("serve").arg("--config").arg(&file).stdin(Stdio::null()).env("RUST_LOG", "error");
        let (process, line) = Process::start_and_read_line(&mut command);
        let address = line.strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line}"));
        Self { process, folder: folder.to_owned(), address: address.parse().unwrap() }
    }

    /// Stops it in good order.
    pub(crate) fn stop(self) {
        self.process.end();
    }

    /// Waits until nothing that was delivered is pending.
    pub(crate) fn wait_until_taken_up(&self) {
        let looking = Connection::open_with_flags(self.store(), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        wait_for("every delivery to be taken up", || {
            let mut pending =
                looking.prepare_cached("SELECT 1 FROM raw_deliveries WHERE state = 'pending'").unwrap();
            (!pending.exists([]).unwrap()).then_some(())
        });
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Its store.
    pub(crate) fn store(&self) -> PathBuf {
        store(&self.folder)
    }
}

/// The store in a hub's folder.
pub(crate) fn store(folder: &Path) -> PathBuf {
    folder.join("data/hub.sqlite3")
}
