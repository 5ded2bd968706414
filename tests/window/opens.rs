//! The window opens.

use crate::driver::Window;
use crate::processes::wait_for;
use crate::screen::{KeyStore, Screen};

#[tokio::test]
async fn the_window_opens_and_is_titled() {
    let Some(screen) = Screen::start(KeyStore::Absent) else { return };
    let data = screen.folder("deskbell");
    let window = Window::open(&screen, &["--data", data.to_str().unwrap(), "--offline"]).await;
    let ids = wait_for("a window titled Deskbell", || {
        screen
            .output("xdotool", &["search", "--onlyvisible", "--name", "^Deskbell$"])
            .filter(|ids| !ids.is_empty())
    });
    assert_eq!(ids.lines().count(), 1, "one window, not several");
    window.find("body").await;
    screen.shot("opens");
    window.close().await;
}
