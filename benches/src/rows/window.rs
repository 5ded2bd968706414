//! Start time and memory of the app with a million cached messages. Baseline: a Tauri window with an empty page. Both are
//! observed from outside: on the display and in `/proc`.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::dataset::dataset;
use crate::figures::{Budget, Figure};
use crate::framebuffer::{Framebuffer, Screenshot};
use crate::memory;
use crate::process::{Process, TIMEOUT, built_program, temp_folder};
use crate::virtual_desktop::VirtualDesktop;

/// The number of repetitions.
const ROUNDS: usize = 7;
/// The number of repetitions that measure memory, which takes long.
const MEMORY_ROUNDS: usize = 3;
/// The time between two screenshots.
const INTERVAL: Duration = Duration::from_millis(4);
/// How long the display must not change before it counts as stable.
const STABLE_FOR: Duration = Duration::from_secs(8);
/// The least number of colours with the list painted: an empty page below the window's title has some five hundred, text
/// and avatars have thousands.
const LIST_COLOURS: usize = 1500;
/// The shortcut that opens the first conversation of the list.
const KEY: &str = "alt+Down";

/// The figures of one start.
struct Start {
    painted_ms: f64,
    /// The time until the effect of a key that is pressed after the first paint; NaN for the empty window.
    key_effect_ms: f64,
    memory_mib: f64,
}

/// Starts the app and the empty window by turns.
pub(crate) fn measure() -> Vec<Figure> {
    let dataset = dataset();
    let hub = dataset.hub();
    let place = temp_folder();
    let screen = VirtualDesktop::start(&place.path().join("home"));
    let desktop = dataset.desktop();
    let app = || {
        let mut app = screen.command(built_program("deskbell"));
        app.arg("--data").arg(&desktop);
        app
    };
    let web = place.path().join("web");
    let empty = || {
        let mut empty = screen.command(built_program("deskbell-empty-window"));
        empty.arg(&web);
        empty
    };
    // The key marks the conversation as read, so that every later start shows the same.
    wait_until_stable(app(), &screen, LIST_COLOURS, Some(KEY));
    // The reference screenshots, from a start of each that is not measured.
    let reference = wait_until_stable(app(), &screen, LIST_COLOURS, None);
    let empty_reference = wait_until_stable(empty(), &screen, 1, None);
    let (mut started, mut key_effects, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let measure_memory = round < MEMORY_ROUNDS;
        let own = start(app(), &screen, &reference, Some(KEY), measure_memory);
        let bare = start(empty(), &screen, &empty_reference, None, measure_memory);
        println!(
            "   app {:.0} ms, effect of a key after {:.0} ms, {:.0} MiB; empty window {:.0} ms, {:.0} MiB",
            own.painted_ms, own.key_effect_ms, own.memory_mib, bare.painted_ms, bare.memory_mib
        );
        started.push((own.painted_ms, bare.painted_ms));
        key_effects.push((own.key_effect_ms, bare.painted_ms));
        if measure_memory {
            memory.push((own.memory_mib, bare.memory_mib));
        }
    }
    hub.stop();
    let start = format!("start to painted inbox, {} messages", dataset.messages);
    let baseline = "an empty Tauri window, painted";
    vec![
        Figure::compared(start, baseline, Budget::AtMost(1.5), "ms", started),
        Figure::compared("  to the effect of a key pressed then", baseline, Budget::None, "ms", key_effects),
        Figure::compared(
            "memory, all processes",
            "an empty Tauri window",
            Budget::AtMost(1.25),
            "MiB",
            memory,
        ),
    ]
}

/// Starts a program and returns the stable display with at least that many colours, after the effect of the key if one is
/// given. Ends the program.
fn wait_until_stable(
    mut command: Command,
    screen: &VirtualDesktop,
    colours: usize,
    key: Option<&str>,
) -> Screenshot {
    let framebuffer = screen.framebuffer();
    let before = framebuffer.capture();
    let program = Process::start(command.stdout(Stdio::null()).stderr(Stdio::null()));
    let mut last = wait_for_stable_display(&framebuffer, &before, colours);
    if let Some(key) = key {
        screen.press(key);
        last = wait_for_stable_display(&framebuffer, &last, colours);
    }
    end(program, &framebuffer, &before);
    last
}

/// Waits until the display differs from `before` and is stable.
fn wait_for_stable_display(framebuffer: &Framebuffer, before: &Screenshot, colours: usize) -> Screenshot {
    let begun = Instant::now();
    let (mut last, mut since) = (framebuffer.capture(), Instant::now());
    while since.elapsed() < STABLE_FOR || last.matches(before) || last.colours() < colours {
        assert!(begun.elapsed() < TIMEOUT, "the display does not become stable");
        std::thread::sleep(INTERVAL * 10);
        let now = framebuffer.capture();
        if !now.matches(&last) {
            (last, since) = (now, Instant::now());
        }
    }
    last
}

/// Starts a program and waits until the display matches the reference.
fn start(
    mut command: Command,
    screen: &VirtualDesktop,
    reference: &Screenshot,
    key: Option<&str>,
    measure_memory: bool,
) -> Start {
    let framebuffer = screen.framebuffer();
    let before = framebuffer.capture();
    let begun = Instant::now();
    let program = Process::start(command.stdout(Stdio::null()).stderr(Stdio::null()));
    let ms = || begun.elapsed().as_secs_f64() * 1000.0;
    let mut now = framebuffer.capture();
    while !now.matches(reference) {
        if begun.elapsed() > TIMEOUT {
            let file = |name| built_program("deskbell").with_file_name(name);
            reference.save(&file("window-expected.ppm"));
            now.save(&file("window-now.ppm"));
            panic!("the window does not match the reference: {}", file("window-now.ppm").display());
        }
        std::thread::sleep(INTERVAL);
        now = framebuffer.capture();
    }
    let painted_ms = ms();
    let key_effect_ms = key.map_or(f64::NAN, |key| {
        screen.press(key);
        until("the effect of a key", || !framebuffer.capture().matches(reference));
        ms()
    });
    let memory_mib =
        if measure_memory { memory::stable_pss(&program) / f64::from(1 << 20) } else { f64::NAN };
    end(program, &framebuffer, &before);
    Start { painted_ms, key_effect_ms, memory_mib }
}

/// Ends a program and waits until the display matches `before`.
fn end(program: Process, framebuffer: &Framebuffer, before: &Screenshot) {
    drop(program);
    until("an empty display", || framebuffer.capture().matches(before));
}

fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < TIMEOUT, "timed out waiting for {what}");
        std::thread::sleep(INTERVAL);
    }
}
