//! A Prosody process with its own configuration (Prosody documentation, "Configuring Prosody", `mod_mam`,
//! `mod_storage_sql`).

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rusqlite::{Connection, OpenFlags};

use super::xmpp::HOST;
use crate::process::{Process, wait_for};

/// The storage of Prosody's archive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Archive {
    /// SQLite, with each entry flushed to disk, and with a write-ahead log, which is not Prosody's default but several
    /// times as fast.
    Sqlite,
    /// Files, the default: nothing is flushed, so a power failure loses the latest messages.
    Files,
}

/// A server that is shut down when dropped.
pub(super) struct Server {
    _process: Process,
    database: Option<PathBuf>,
    /// The address for clients.
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
        // The archive has every message for sender and recipient, which is the default. Anyone may sign in, because
        // sign-in is not measured.
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

    /// The number of entries in the archive; absent for files.
    pub(super) fn archive_size(&self) -> Option<i64> {
        let conn =
            Connection::open_with_flags(self.database.as_ref()?, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        conn.query_row("SELECT count(*) FROM prosodyarchive", [], |row| row.get(0)).ok()
    }
}
