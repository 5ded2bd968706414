//! A hub as an administrator runs it: its own process, its own folder, settings in a file.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{Process, program};

/// The secrets that hub and provider share in these tests.
pub(crate) const APP_SECRET: &str = "an app secret of the tests";
/// What the hub shows the provider.
pub(crate) const ACCESS_TOKEN: &str = "an access token of the tests";

/// A running hub.
pub(crate) struct Hub {
    folder: std::path::PathBuf,
    process: Option<Process>,
    /// Where it listens; the same after every start.
    pub(crate) address: SocketAddr,
}

/// One account of the hub with a queue of its own, answered automatically.
pub(crate) struct Account<'a> {
    pub(crate) name: &'a str,
    pub(crate) queue: &'a str,
    pub(crate) phone_number_id: &'a str,
    pub(crate) base_url: String,
}

impl Hub {
    /// A hub in `folder` that will listen on a port that is free now. Not started yet.
    pub(crate) fn at(folder: &Path) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("its address");
        Self { folder: folder.to_owned(), process: None, address }
    }

    /// Where a provider brings what customers write to the account of this name.
    pub(crate) fn webhook(&self, account: &str) -> String {
        format!("http://{}/webhooks/whatsapp/{account}", self.address)
    }

    /// Writes the settings. `routing` goes into the section of that name.
    pub(crate) fn write_settings(&self, accounts: &[Account<'_>], routing: &str) {
        let mut settings = format!(
            "listen = \"{}\"\ndata_dir = {:?}\n\n[routing]\n{routing}\n",
            self.address,
            self.folder.join("data")
        );
        for Account { name, queue, phone_number_id, base_url } in accounts {
            settings.push_str(&format!(
                "\n[[queue]]\nname = \"{queue}\"\n\n[[account]]\nname = \"{name}\"\nchannel = \"whatsapp\"\n\
                 queue = \"{queue}\"\nphone_number_id = \"{phone_number_id}\"\naccess_token = \"{ACCESS_TOKEN}\"\n\
                 app_secrets = [\"{APP_SECRET}\"]\nverify_token = \"verify\"\nbase_url = \"{base_url}\"\n\
                 automatic_answer = true\n"
            ));
        }
        std::fs::write(self.folder.join("hub.toml"), settings).expect("the hub's settings");
    }

    /// Starts the hub, or starts it again where it was.
    pub(crate) fn start(&mut self) {
        let (process, ()) = Process::start(
            Command::new(program("DESKBELL_HUB_BIN", "deskbell-hub"))
                .args(["serve", "--config"])
                .arg(self.folder.join("hub.toml")),
            |line| line.starts_with("listening on ").then_some(()),
        );
        self.process = Some(process);
    }

    /// Ends the hub as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.process = None;
    }

    /// Runs one of the hub's own commands on its data, whether or not it is running.
    pub(crate) fn command(&self, arguments: &[&str], input: &str) {
        use std::io::Write;
        let mut child = Command::new(program("DESKBELL_HUB_BIN", "deskbell-hub"))
            .args(arguments)
            .arg("--config")
            .arg(self.folder.join("hub.toml"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("a command of the hub");
        let _not_read = child.stdin.take().expect("its input").write_all(input.as_bytes());
        let ended = child.wait().expect("its end");
        assert!(ended.success(), "deskbell-hub {arguments:?} failed");
    }
}
