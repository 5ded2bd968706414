//! The hub under test, as a process.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rusqlite::{Connection, OpenFlags};

use crate::process::{Process, built_program, wait_for};

/// The name of its account.
pub(crate) const ACCOUNT: &str = "shop";
/// The secret that signs deliveries to the account.
pub(crate) const APP_SECRET: &str = "secret-of-the-shop";
/// The account's phone number id.
pub(crate) const PHONE_NUMBER_ID: &str = "106540352242922";
/// Every agent's password.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A hub that runs until it is stopped or dropped.
pub(crate) struct Hub {
    process: Process,
    folder: PathBuf,
    /// The address it listens on.
    pub(crate) address: SocketAddr,
}

impl Hub {
    /// Starts the hub on a folder, on a free port. Adds the agents that its store does not have. `account` is added to
    /// the settings of the account, `more` to the settings.
    pub(crate) fn start(folder: &Path, agents: &[&str], account: &str, more: &str) -> Self {
        Self::start_at(0, folder, agents, account, more)
    }

    /// Starts the hub as [`Self::start`] does, on this port; 0 is a free one.
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
        let mut command = Command::new(built_program("deskbell-hub"));
        command.arg("serve").arg("--config").arg(&file).stdin(Stdio::null()).env("RUST_LOG", "error");
        let (process, line) = Process::start_and_read_line(&mut command);
        let address = line.strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line}"));
        Self { process, folder: folder.to_owned(), address: address.parse().unwrap() }
    }

    /// Shuts the hub down.
    pub(crate) fn stop(self) {
        self.process.terminate();
    }

    /// Waits until no delivery is pending.
    pub(crate) fn wait_until_processed(&self) {
        let conn = Connection::open_with_flags(self.store(), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        wait_for("every delivery to be processed", || {
            let mut pending =
                conn.prepare_cached("SELECT 1 FROM raw_deliveries WHERE state = 'pending'").unwrap();
            (!pending.exists([]).unwrap()).then_some(())
        });
    }

    /// The process id.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// The path of the store.
    pub(crate) fn store(&self) -> PathBuf {
        store(&self.folder)
    }
}

/// The path of the store in a hub's folder.
pub(crate) fn store(folder: &Path) -> PathBuf {
    folder.join("data/hub.sqlite3")
}
