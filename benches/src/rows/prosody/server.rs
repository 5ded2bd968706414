//! Prosody, with everything of its own (Prosody documentation, "Configuring Prosody", `mod_mam`, `mod_storage_sql`).

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rusqlite::{Connection, OpenFlags};

use super::xmpp::HOST;
use crate::process::{Process, wait_for};

/// Where Prosody keeps its archive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Archive {
    /// In SQLite, each entry flushed to disk, with a write-ahead log, which Prosody does not choose by itself
    /// but is several times faster with.
    Sqlite,
    /// In files, as it is installed: nothing is flushed, and a power failure loses what came last.
    Files,
}

/// A server that ends when dropped.
pub(super) struct Server {
    _process: Process,
    database: Option<PathBuf>,
    /// Where clients connect.
    pub(super) address: SocketAddr,
}

impl Server {
    pub(super) fn start(folder: &Path, archive: Archive) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (data, database) = (folder.join("data"), folder.join("archive.sqlite"));
        fs::create_dir_all(&data).unwrap();
        let storage = match archive {
            Archive::Sqlite => {
                Connection::open(&database).unwrap().pragma_update(None, "journal_mode", "WAL").unwrap();
                let file = database.display();
                format!(
                    "storage = {{ archive = \"sql\" }}\nsql = {{ driver = \"SQLite3\", database = \"{file}\" }}"
                )
            }
            Archive::Files => String::new(),
        };
        // The archive holds every message for both of its people, as it does by default. Anybody may sign in:
        // nothing of that is measured.
        let settings = format!(
            r#"
run_as_root = true
data_path = "{data}"
pidfile = "{data}/prosody.pid"
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {port} }}
s2s_ports = {{ }}
modules_enabled = {{ "roster", "saslauth", "ping", "mam" }}
modules_disabled = {{ "s2s", "tls", "offline" }}
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "insecure"
insecure_open_authentication = "Yes please, I know what I'm doing!"
default_archive_policy = true
{storage}
log = {{ warn = "{data}/prosody.log" }}
VirtualHost "{HOST}"
"#,
            data = data.display()
        );
        let file = folder.join("prosody.cfg.lua");
        fs::write(&file, settings).unwrap();
        let mut command = Command::new("prosody");
        command.arg("--config").arg(&file).arg("-F");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = Process::start(&mut command);
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        wait_for("Prosody to listen", || TcpStream::connect(address).ok());
        Self { _process: process, database: (archive == Archive::Sqlite).then_some(database), address }
    }

    /// How many entries the archive has, where it can be asked.
    pub(super) fn archived(&self) -> Option<i64> {
        let conn =
            Connection::open_with_flags(self.database.as_ref()?, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        conn.query_row("SELECT count(*) FROM prosodyarchive", [], |row| row.get(0)).ok()
    }
}
