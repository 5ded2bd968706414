//! What is read does not move when older lines come: this engine holds nothing in place by itself.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::driver::Window;
use crate::going_on::anna_is_ready;
use crate::screen::{KeyStore, Screen};
use crate::world::World;

/// How far what is read may be painted from its place, in pixels: the web view scrolls by whole ones, once for
/// each correction.
const STILL: f64 = 2.0;

/// So much is said that it is read in three pages, in both transcripts.
const LINES: usize = 250;

#[derive(Deserialize)]
struct Stillness {
    /// How far the line that was read was ever painted from its place, in CSS pixels.
    moved: f64,
    /// How much longer the transcript became, in CSS pixels.
    grown: f64,
    /// What was seen in each frame, if something moved.
    frames: Vec<Value>,
}

#[tokio::test]
async fn older_lines_come_while_anna_reads_and_what_she_reads_does_not_move() {
    let Some(screen) = Screen::start(KeyStore::Absent) else { return };
    let world = World::start_without_ringing(&screen.folder("world"));
    let window = anna_is_ready(&screen, &world).await;
    for line in 1..=LINES {
        let text = format!("Line {line}.{}", " A bell rings in the yard.".repeat(line % 7));
        world.writes("Carla", &text).await;
    }
    window.reads(&format!("Line {LINES}.")).await;
    window.press("Alt+ArrowDown").await;
    stays_where_it_is_read(&window, "[data-pane=transcript]").await;

    // And in the transcript of everything, in Communication.
    window.press("Alt+m").await;
    stays_where_it_is_read(&window, "main[aria-label=Communication] [role=log]").await;
    window.shot(&screen, "scrolling").await;
    assert_eq!(window.complaints().await, json!([]));
    window.close().await;
}

async fn stays_where_it_is_read(window: &Window, log: &str) {
    window.find(&format!("{log} article")).await;
    for page in ["the first older page", "the second older page"] {
        let Stillness { moved, grown, frames } = window.asks("stillness", json!(log)).await;
        assert!(grown > 500.0, "{page} did not come: {grown} px");
        assert!(moved <= STILL, "{page} moved the line that is read by {moved} px: {frames:#?}");
    }
}
