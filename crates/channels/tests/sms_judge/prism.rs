//! Prism with Twilio's own description of its API: it refuses every request that does not fit it.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use deskbell_channels::sms::{Settings, Sms};
use deskbell_channels::{AccountContext, PublicUrl, Secret};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::emulator::{ACCOUNT, TOKEN, client, installed, judges};
use crate::missing;

/// Names the description, where it lies somewhere else.
const NAMED: &str = "DESKBELL_TWILIO_OPENAPI";

pub(crate) struct Prism {
    address: String,
    _process: Child,
}

/// The description. It is not part of the project: where it is not found this is said.
fn description() -> Option<PathBuf> {
    const JUDGE: &str = "Prism with Twilio's description of its API";
    let Some(named) = std::env::var_os(NAMED).map(PathBuf::from) else {
        eprintln!(
            "NOT TESTED: the SMS channel by {JUDGE}. `cargo xtask test` looks for it, {NAMED} names it \
             (GitHub twilio/twilio-oai, twilio_api_v2010.json)."
        );
        return None;
    };
    if !Path::new(&named).is_file() {
        missing(JUDGE, &format!("{}, which {NAMED} names", named.display()));
        return None;
    }
    installed(JUDGE, "@stoplight/prism-cli").then_some(named)
}

impl Prism {
    /// `None` where it or the description is missing.
    pub(crate) async fn start() -> Option<Self> {
        let description = description()?;
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut process = Command::new("node")
            .arg(judges().join("node_modules/@stoplight/prism-cli/dist/index.js"))
            .arg("mock")
            .arg(description)
            .args(["--errors", "--host", "127.0.0.1", "--port", &port.to_string()])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        while !lines.next_line().await.unwrap().expect("Prism listens").contains("listening on") {}
        // Read on, or it stops at a full pipe.
        tokio::spawn(async move { while let Ok(Some(_line)) = lines.next_line().await {} });
        Some(Self { address: format!("http://127.0.0.1:{port}"), _process: process })
    }

    /// The workshop's number, with the judge as its provider.
    pub(crate) fn channel(&self) -> Sms {
        let public_url = PublicUrl::parse("https://desk.example").unwrap();
        let context = AccountContext { public_url: Some(&public_url), ..AccountContext::new("workshop") };
        let settings = Settings::new(ACCOUNT, Secret::new(TOKEN), "+15551234567");
        Sms::new(Settings { base_url: self.address.clone(), ..settings }, &context)
    }

    /// Posts a message as it is. Returns the verdict and why.
    pub(crate) async fn posts(&self, form: &str) -> (u16, String) {
        let url = format!("{}/2010-04-01/Accounts/{ACCOUNT}/Messages.json", self.address);
        let post = client().post(url).basic_auth(ACCOUNT, Some(TOKEN));
        let post = post.header("content-type", "application/x-www-form-urlencoded").body(form.to_owned());
        let answer = post.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}
