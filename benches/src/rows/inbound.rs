//! Durable inbound messages per second. Baseline: SQLite alone, writing the same rows.

pub(super) mod hub;
mod sqlite;

use crate::figures::{Budget, Figure};
use crate::process::temp_folder;

/// The number of repetitions, by turns.
const ROUNDS: u64 = 5;

/// Sends messages to the hub's webhook, then writes the resulting rows with SQLite alone.
pub(crate) fn measure() -> Vec<Figure> {
    let seeded = temp_folder();
    hub::seed(seeded.path());
    let (mut pairs, mut groups) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let place = temp_folder();
        hub::copy_store(seeded.path(), place.path());
        let run = hub::deliver(place.path(), round);
        let beside = temp_folder();
        hub::copy_store(seeded.path(), beside.path());
        let bare = sqlite::write_same_rows(place.path(), beside.path(), run.group);
        println!(
            "   hub {:.0}/s in groups of {}, bare SQLite {bare:.0}/s in the same groups",
            run.per_second, run.group
        );
        pairs.push((run.per_second, bare));
        groups.push(run.group as f64);
    }
    vec![
        Figure::compared(
            "hub: durable inbound messages",
            "bare SQLite, same rows and groups",
            Budget::AtLeast(0.7),
            "/s",
            pairs,
        ),
        Figure::absolute("  messages per transaction", Budget::None, "", crate::figures::median(groups)),
    ]
}
