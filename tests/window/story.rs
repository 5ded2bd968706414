//! From the customer's message to Done, accepted by a click on the toast's real button.

use serde_json::json;

use crate::driver::Window;
use crate::processes::{eventually, wait_for};
use crate::screen::{KeyStore, Screen};
use crate::world::{PASSWORD, World};

#[tokio::test]
async fn anna_accepts_from_the_toast_and_finds_the_conversation_again_without_a_hub() {
    let Some(screen) = Screen::start(KeyStore::Unlocked) else { return };
    first_conversation(&screen, "keyring").await;
    let kept = screen.output("secret-tool", &["search", "--all", "application", "org.deskbell.app"]);
    assert!(kept.is_some_and(|kept| kept.contains("cache")), "the key is in the desktop's key store");
    assert!(!screen.folder("deskbell").join("keys").exists(), "and nowhere else");
}

#[tokio::test]
async fn the_same_on_a_desktop_without_a_key_store() {
    let Some(screen) = Screen::start(KeyStore::Absent) else { return };
    first_conversation(&screen, "no-keyring").await;
    assert!(screen.folder("deskbell").join("keys").is_dir(), "the key is in a file");
}

async fn first_conversation(screen: &Screen, shots: &str) {
    let mut world = World::start(&screen.folder("world"));
    let data = screen.folder("deskbell");
    let arguments = ["--data", data.to_str().unwrap(), "--hub", &world.hub_url.clone(), "--agent", "Anna"];

    let window = Window::open(screen, &arguments, &[("DESKBELL_PASSWORD", PASSWORD)]).await;
    window.find("button[aria-label^='WhatsApp: Not Ready']").await;
    window.shot(screen, &format!("{shots}-1-not-ready")).await;
    get_ready(&window).await;

    world.writes("Carla", "Hello, where is my parcel?").await;
    let toast = screen.toast();
    window.shot(screen, &format!("{shots}-2-toast")).await;
    screen.press_first_button(&toast);

    window.find("textarea").await;
    window.reads("Hello, where is my parcel?").await;
    wait_for("the toast to be withdrawn", || screen.toasts().is_empty().then_some(()));
    let composer = window.find("textarea").await;
    window.shot(screen, &format!("{shots}-3-accepted")).await;
    composer.keys("It is on its way.\u{e007}").await;
    eventually("Anna's answer on Carla's phone", async || {
        world.phone("Carla").await.iter().any(|line| line == "It is on its way.").then_some(())
    })
    .await;
    world.writes("Carla", "Wonderful, thank you! 🎉").await;
    window.reads("Wonderful, thank you! 🎉").await;
    window.shot(screen, &format!("{shots}-4-talking")).await;

    window.find_with_text("button", "End").await.click().await;
    window.find_with_text("button", "Mark Done").await.click().await;
    eventually("the interaction to be gone from the list", async || {
        let text = window.text().await;
        (!text.contains("Mark Done")).then_some(())
    })
    .await;
    window.shot(screen, &format!("{shots}-5-done")).await;
    assert_eq!(window.complaints().await, json!([]));
    window.close().await;

    // The cable is out, and the password is not told again.
    world.cut();
    let window = Window::open(screen, &arguments, &[]).await;
    // The strip that says so moves everything below it, and a click must not fall beside.
    window.reads("No connection to the hub").await;
    window.find_with_text("button", "Conversations").await.click().await;
    window
        .find_with_text("[data-pane=list] button, [data-pane=list] [role=option]", "Carla")
        .await
        .click()
        .await;
    window.reads("It is on its way.").await;
    window.reads("Wonderful, thank you! 🎉").await;
    window.find("textarea").await.keys("Has it arrived?\u{e007}").await;
    window.find("[aria-label='Waits on this desktop for the connection']").await;
    window.reads("Has it arrived?").await;
    window.shot(screen, &format!("{shots}-6-offline")).await;
    assert_eq!(window.complaints().await, json!([]));
    window.close().await;
}

async fn get_ready(window: &Window) {
    window.find("button[aria-label^='WhatsApp: Not Ready']").await.click().await;
    window.find_with_text("[role=menuitemradio]", "Ready").await.click().await;
    window.find("button[aria-label^='WhatsApp: Ready']").await;
}

#[tokio::test]
async fn a_closed_window_goes_on_ringing_and_comes_back_by_a_toast_or_a_second_start() {
    let Some(screen) = Screen::start(KeyStore::Absent) else { return };
    let world = World::start(&screen.folder("world"));
    let data = screen.folder("deskbell");
    let arguments = ["--data", data.to_str().unwrap(), "--hub", &world.hub_url, "--agent", "Anna"];
    let window = Window::open(&screen, &arguments, &[("DESKBELL_PASSWORD", PASSWORD)]).await;
    get_ready(&window).await;
    let is_seen = |seen: bool| {
        let what = if seen { "the window to come back" } else { "the window to go" };
        wait_for(what, || (screen.windows("Deskbell").is_empty() != seen).then_some(()));
    };
    is_seen(true);

    // Closed, it still rings, and accepting does not bring it forward.
    screen.close_window();
    is_seen(false);
    world.writes("Deniz", "Good morning!").await;
    screen.press_first_button(&screen.toast());
    window.reads("Good morning!").await;
    wait_for("the offer's toast to go", || screen.toasts().is_empty().then_some(()));
    assert_eq!(screen.windows("Deskbell").len(), 0, "accepted without the window");

    // What Deniz writes on is one toast, and Open on it opens the conversation.
    world.writes("Deniz", "Are you there?").await;
    world.writes("Deniz", "Hello?").await;
    let toast = screen.toast();
    assert_eq!(screen.toasts().len(), 1, "one toast for one conversation");
    screen.shot("put-away-message");
    screen.press_only_button(&toast);
    is_seen(true);
    window.reads("Hello?").await;
    wait_for("the message's toast to go", || screen.toasts().is_empty().then_some(()));

    // A second start on the same folder is no second window, but brings the first one forward.
    screen.close_window();
    is_seen(false);
    let second = screen.command(env!("CARGO_BIN_EXE_deskbell")).args(arguments).output().unwrap();
    assert!(second.status.success(), "{second:?}");
    is_seen(true);
    assert_eq!(screen.windows("Deskbell").len(), 1);
    assert_eq!(window.complaints().await, json!([]));
    window.close().await;
}
