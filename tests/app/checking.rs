//! `deskbell-hub check`, the program, beside the provider of the practice mode, over real HTTP.

use deskbell_clock::SystemClock;
use deskbell_practice::{CanSend, Fault, Provider, ProviderConfig};

use crate::support::hub::{ACCESS_TOKEN, APP_SECRET, Account, Hub};
use crate::support::program;

const NUMBER: &str = "106540352242922";
/// Longer than a provider on this machine takes, however busy it is.
const PATIENT: &str = "60";

/// Runs the check, which waits for the provider for so many seconds.
fn checks(folder: &std::path::Path, patience: &str) -> (bool, String) {
    let mut command = std::process::Command::new(program("DESKBELL_HUB_BIN", "deskbell-hub"));
    let output =
        command.args(["check", "--patience", patience]).current_dir(folder).output().expect("the check runs");
    let table = String::from_utf8(output.stdout).expect("words");
    (output.status.success(), table.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_says_how_the_practice_account_stands_with_its_provider() {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = Hub::at(folder.path());
    let provider = Provider::start(ProviderConfig {
        listener: tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port"),
        clock: SystemClock::shared(),
        seed: 1,
        speed: 1.0,
        webhook_url: hub.webhook("shop"),
        phone_number_id: NUMBER.to_owned(),
        access_token: ACCESS_TOKEN.to_owned(),
        app_secret: APP_SECRET.to_owned(),
        display_phone_number: "15550783881".to_owned(),
    });
    let base_url = provider.base_url().to_owned();
    hub.write_settings(&[Account { name: "shop", queue: "Sales", phone_number_id: NUMBER, base_url }], "");
    let file = folder.path().join("hub.toml");
    let settings = std::fs::read_to_string(&file).expect("the settings");
    std::fs::write(&file, format!("{settings}waba_id = \"102290129340398\"\n")).expect("the settings");

    let (good, words) = checks(folder.path(), PATIENT);
    for expected in
        ["good shop: provider", "good shop: token", "good shop: health", "good shop: webhook 1 subscribed"]
    {
        assert!(good && words.contains(expected), "{expected}: {words}");
    }
    for (fault, good, expected) in [
        (
            Fault::Limit { can_send: CanSend::Limited },
            true,
            "look shop: health messages can be sent, but limited",
        ),
        (Fault::Limit { can_send: CanSend::Blocked }, false, "BAD shop: health no message can be sent"),
        (Fault::Unsubscribe, false, "BAD shop: webhook no app is subscribed"),
        (Fault::ExpireToken, false, "BAD shop: token the provider does not take it: it has expired"),
        (
            Fault::Busy { times: 1, retry_after_s: None },
            true,
            "look shop: provider 127.0.0.1 is there but asks",
        ),
        (Fault::Broken { times: 1 }, true, "look shop: provider 127.0.0.1 has trouble of its own (502)"),
        (Fault::HoldAnswers, false, "BAD shop: provider 127.0.0.1 does not answer in time"),
    ] {
        // Only a provider that never answers is not waited for.
        let patience = if fault == Fault::HoldAnswers { "2" } else { PATIENT };
        provider.inject(fault);
        let (ended_well, words) = checks(folder.path(), patience);
        assert!(ended_well == good && words.contains(expected), "{expected}: {words}");
    }
}
