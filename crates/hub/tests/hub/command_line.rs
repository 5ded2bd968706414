//! The command line: the program itself, as an admin runs it.

use std::process::{Output, Stdio};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::Command;

use crate::world::within;

fn hub(folder: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deskbell-hub"));
    command.current_dir(folder).stdin(Stdio::null()).kill_on_drop(true).env_remove("DESKBELL_PASSWORD");
    command
}

async fn run(mut command: Command) -> Output {
    within("the program ends", command.output()).await.unwrap()
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn an_admin_sets_up_a_hub_adds_anna_and_she_signs_in() {
    let folder = tempfile::tempdir().unwrap();
    let mut init = hub(folder.path());
    init.args(["init", "."]);
    let done = run(init).await;
    assert!(done.status.success(), "{}", words(&done.stderr));
    let file = folder.path().join("hub.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("listen = \"127.0.0.1:0\"\n{text}")).unwrap();

    let mut add = hub(folder.path());
    add.args(["agent", "add", "Anna", "--queue", "Everyone", "--password-stdin"]).stdin(Stdio::piped());
    let mut adding = add.stdout(Stdio::piped()).spawn().unwrap();
    adding.stdin.take().unwrap().write_all(b"correct horse\n").await.unwrap();
    let added = within("Anna is added", adding.wait_with_output()).await.unwrap();
    assert_eq!(words(&added.stdout), "added Anna, who works for Everyone\n");

    let mut serve = hub(folder.path());
    let mut serving = serve.arg("serve").stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(serving.stdout.take().unwrap()).lines();
    let line = within("the hub is ready", lines.next_line()).await.unwrap().unwrap();
    let address = line.strip_prefix("listening on ").unwrap().to_owned();
    let http = reqwest::Client::new();
    assert_eq!(http.get(format!("{address}/healthz")).send().await.unwrap().status(), 200);
    let body = serde_json::json!({"name": "anna", "password": "correct horse"});
    let signed_in = http.post(format!("{address}/v1/sign-in")).json(&body).send().await.unwrap();
    assert_eq!(signed_in.status(), 200);

    // Beside the running hub: out of the queue again.
    let mut remove = hub(folder.path());
    remove.args(["member", "remove", "Anna", "Everyone"]);
    assert!(run(remove).await.status.success());

    // A second one finds the folder taken, a third one the port.
    let mut second = hub(folder.path());
    second.arg("serve");
    let refused = run(second).await;
    assert!(!refused.status.success());
    assert!(words(&refused.stderr).contains("another hub already runs on this data folder"));
    let other = tempfile::tempdir().unwrap();
    let port = address.rsplit(':').next().unwrap();
    std::fs::write(
        other.path().join("hub.toml"),
        format!("data_dir = \"data\"\nlisten = \"127.0.0.1:{port}\"\n"),
    )
    .unwrap();
    let mut third = hub(other.path());
    third.arg("serve");
    let refused = run(third).await;
    assert!(!refused.status.success());
    assert!(words(&refused.stderr).contains(&format!("cannot listen on 127.0.0.1:{port}")));
}

#[tokio::test]
async fn invalid_settings_are_refused_with_line_and_reason() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("hub.toml"), "data_dir = \"data\"\nlisen = \"127.0.0.1:0\"\n").unwrap();
    let mut serve = hub(folder.path());
    serve.arg("serve");
    let refused = run(serve).await;
    assert!(!refused.status.success());
    assert!(words(&refused.stderr).contains("line 2: unknown field `lisen`"), "{}", words(&refused.stderr));
}

#[tokio::test]
async fn an_agent_added_without_a_queue_joins_the_only_one_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let add = async |queues: &str, name: &str| {
        let text = format!("data_dir = \"data\"\n{queues}");
        std::fs::write(folder.path().join("hub.toml"), text).unwrap();
        let mut add = hub(folder.path());
        add.args(["agent", "add", name, "--role", "admin"]).env("DESKBELL_PASSWORD", "correct horse");
        words(&run(add).await.stdout)
    };
    assert_eq!(add("[[queue]]\nname = \"Sales\"\n", "Anna").await, "added Anna, who works for Sales\n");
    let two = "[[queue]]\nname = \"Sales\"\n[[queue]]\nname = \"Service\"\n";
    assert_eq!(
        add(two, "Ben").await,
        "added Ben, who works for no queue yet and sees nobody: deskbell-hub member add Ben QUEUE\n"
    );
}

/// The rights of a file, as `ls -l` shows them.
#[cfg(unix)]
fn rights(path: std::path::PathBuf) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(unix)]
#[tokio::test]
async fn settings_and_data_are_private_before_the_first_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut init = hub(folder.path());
    init.args(["init", "."]);
    assert!(run(init).await.status.success());
    assert_eq!(rights(folder.path().join("hub.toml")), 0o600);
    assert_eq!(rights(folder.path().join("data")), 0o700);

    // Settings of another's making, and a data folder that was there before.
    let other = tempfile::tempdir().unwrap();
    for (data, is_there) in [("data", false), ("old", true)] {
        std::fs::write(other.path().join("hub.toml"), format!("data_dir = {data:?}\n")).unwrap();
        if is_there {
            std::fs::create_dir(other.path().join(data)).unwrap();
        }
        let mut add = hub(other.path());
        add.args(["agent", "add", "Anna", "--queue", "Everyone"]).env("DESKBELL_PASSWORD", "correct horse");
        assert!(run(add).await.status.success());
        assert_eq!(rights(other.path().join(data)), 0o700);
    }
}
