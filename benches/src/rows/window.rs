//! Starting, and being there: the app with a million cached messages beside a Tauri window with an empty page. Both
//! are started as a person starts them, and seen from outside: on the display, and in `/proc`.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::figures::{Budget, Figure};
use crate::filled::filled;
use crate::memory;
use crate::picture::{Painted, Picture};
use crate::process::{PATIENCE, Process, built, folder};
use crate::screen::Screen;

/// How often it is measured.
const ROUNDS: usize = 7;
/// In how many of these rounds memory is measured too: that takes long.
const MEMORY_ROUNDS: usize = 3;
/// How often the display is looked at.
const LOOK: Duration = Duration::from_millis(4);
/// How long a picture must stay to be what a program shows in the end.
const STILL: Duration = Duration::from_secs(8);
/// At least how many colours there are once the list is painted: an empty page below the window's title has some
/// five hundred, letters and faces bring thousands.
const LIST: usize = 1500;
/// What opens the first conversation of the list (`README.md`, Keys).
const KEY: &str = "alt+Down";

/// One start.
struct Start {
    painted_ms: f64,
    /// Until the key that was pressed then has shown its effect; none for the empty window.
    took_a_key_ms: f64,
    memory_mib: f64,
}

/// The app and the empty window in turns.
pub(crate) fn measure() -> Vec<Figure> {
    let filled = filled();
    let hub = filled.hub();
    let place = folder();
    let screen = Screen::start(&place.path().join("home"));
    let desk = filled.desk();
    let app = || {
        let mut app = screen.command(built("deskbell"));
        app.arg("--data").arg(&desk);
        app
    };
    let web = place.path().join("web");
    let empty = || {
        let mut empty = screen.command(built("deskbell-empty-window"));
        empty.arg(&web);
        empty
    };
    // What is unread is read by the key, and then every start shows the same as this one.
    until_still(app(), &screen, LIST, Some(KEY));
    // The first start of each is not measured: it shows what the others are to show.
    let shows = until_still(app(), &screen, LIST, None);
    let plain = until_still(empty(), &screen, 1, None);
    let (mut started, mut took_a_key, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let weigh = round < MEMORY_ROUNDS;
        let own = start(app(), &screen, &shows, Some(KEY), weigh);
        let bare = start(empty(), &screen, &plain, None, weigh);
        println!(
            "   app {:.0} ms, a key taken after {:.0} ms, {:.0} MiB; empty window {:.0} ms, {:.0} MiB",
            own.painted_ms, own.took_a_key_ms, own.memory_mib, bare.painted_ms, bare.memory_mib
        );
        started.push((own.painted_ms, bare.painted_ms));
        took_a_key.push((own.took_a_key_ms, bare.painted_ms));
        if weigh {
            memory.push((own.memory_mib, bare.memory_mib));
        }
    }
    hub.stop();
    let start = format!("start to painted inbox, {} messages", filled.messages);
    let beside = "an empty Tauri window, painted";
    vec![
        Figure::beside(start, beside, Budget::AtMost(1.5), "ms", started),
        Figure::beside("  to the effect of a key pressed then", beside, Budget::None, "ms", took_a_key),
        Figure::beside("memory, all processes", "an empty Tauri window", Budget::AtMost(1.25), "MiB", memory),
    ]
}

/// What a program shows once nothing moves any more and there are so many colours; where a key is given, once its
/// effect has come to rest as well.
fn until_still(mut command: Command, screen: &Screen, colours: usize, key: Option<&str>) -> Picture {
    let painted = screen.painted();
    let before = painted.look();
    let program = Process::start(command.stdout(Stdio::null()).stderr(Stdio::null()));
    let mut last = rests(&painted, &before, colours);
    if let Some(key) = key {
        screen.press(key);
        last = rests(&painted, &last, colours);
    }
    gone(program, &painted, &before);
    last
}

/// What a display shows once it is something else than before and has not moved for a while.
fn rests(painted: &Painted, before: &Picture, colours: usize) -> Picture {
    let begun = Instant::now();
    let (mut last, mut since) = (painted.look(), Instant::now());
    while since.elapsed() < STILL || last.shows(before) || last.colours() < colours {
        assert!(begun.elapsed() < PATIENCE, "the display does not come to rest");
        std::thread::sleep(LOOK * 10);
        let now = painted.look();
        if !now.shows(&last) {
            (last, since) = (now, Instant::now());
        }
    }
    last
}

/// Starts a program and waits until it shows what it is to show.
fn start(mut command: Command, screen: &Screen, shows: &Picture, key: Option<&str>, weigh: bool) -> Start {
    let painted = screen.painted();
    let before = painted.look();
    let begun = Instant::now();
    let program = Process::start(command.stdout(Stdio::null()).stderr(Stdio::null()));
    let ms = || begun.elapsed().as_secs_f64() * 1000.0;
    let mut now = painted.look();
    while !now.shows(shows) {
        if begun.elapsed() > PATIENCE {
            let file = |name| built("deskbell").with_file_name(name);
            shows.keep(&file("window-before.ppm"));
            now.keep(&file("window-now.ppm"));
            panic!("the window does not show what it did: {}, before it", file("window-now.ppm").display());
        }
        std::thread::sleep(LOOK);
        now = painted.look();
    }
    let painted_ms = ms();
    let took_a_key_ms = key.map_or(f64::NAN, |key| {
        screen.press(key);
        until("the effect of a key", || !painted.look().shows(shows));
        ms()
    });
    let memory_mib = if weigh { memory::settled(&program) / f64::from(1 << 20) } else { f64::NAN };
    gone(program, &painted, &before);
    Start { painted_ms, took_a_key_ms, memory_mib }
}

/// Ends a program and waits until the display is as it was before.
fn gone(program: Process, painted: &Painted, before: &Picture) {
    drop(program);
    until("an empty display", || painted.look().shows(before));
}

fn until(what: &str, mut is: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(LOOK);
    }
}
