//! `cargo xtask bench`: the budgets. Says plainly which of them are measured.

use crate::step::Outcome;

/// What is to be measured, beside what, and within what.
const BUDGETS: &[(&str, &str, &str)] = &[
    ("cold start to usable inbox, 1 000 000 cached messages", "an empty Tauri window, painted", "<= 1.5 x"),
    ("memory of the running app (PSS, release)", "an empty Tauri window", "<= 1.25 x"),
    ("webhook in to painted, loopback", "-", "p99 <= 50 ms"),
    ("key press to painted, 10 000-message conversation", "the same key in an empty page", "<= 1.2 x"),
    ("scroll through 10 000 messages, frame time", "an empty page of that height", "<= 1.5 x"),
    ("switch to a cached conversation", "-", "p95 <= 50 ms"),
    ("search 1 000 000 messages, two terms with a prefix", "the bare FTS5 query", "p95 <= 1.5 x, <= 15 ms"),
    ("catch-up of 100 000 missed messages", "bare SQLite inserts, same indexes", ">= 0.5 x"),
    ("hub: durable inbound messages per second", "bare SQLite, same rows and groups", ">= 0.7 x"),
    ("hub: the same", "Prosody with its archive on", ">= 10 x"),
    ("hub: 10 000 connected agents", "-", "p99 <= 100 ms, <= 40 KiB each"),
];

/// Prints every budget and what was measured for it.
pub(crate) fn bench() -> Outcome {
    println!("{:<54} {:<36} {:<32} measured", "what", "beside", "budget");
    for (what, beside, budget) in BUDGETS {
        println!("{what:<54} {beside:<36} {budget:<32} no bench yet");
    }
    Err("No budget is measured yet; nothing above is a result.".into())
}
