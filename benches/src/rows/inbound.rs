//! Durable inbound messages per second: the real hub beside SQLite that writes the very same rows.

mod bare;
pub(super) mod delivered;

use crate::figures::{Budget, Figure};
use crate::process::folder;

/// How often both are measured, in turns.
const ROUNDS: u64 = 5;

/// The hub through its webhook, then SQLite with the rows that the hub wrote, again and again.
pub(crate) fn measure() -> Vec<Figure> {
    let seeded = folder();
    delivered::seed(seeded.path());
    let (mut pairs, mut groups) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let place = folder();
        delivered::copy_store(seeded.path(), place.path());
        let run = delivered::deliver(place.path(), round);
        let beside = folder();
        delivered::copy_store(seeded.path(), beside.path());
        let bare = bare::write_the_same(place.path(), beside.path(), run.group);
        println!(
            "   hub {:.0}/s in groups of {}, bare SQLite {bare:.0}/s in the same groups",
            run.per_second, run.group
        );
        pairs.push((run.per_second, bare));
        groups.push(run.group as f64);
    }
    vec![
        Figure::beside(
            "hub: durable inbound messages",
            "bare SQLite, same rows and groups",
            Budget::AtLeast(0.7),
            "/s",
            pairs,
        ),
        Figure::alone("  messages per transaction", Budget::None, "", crate::figures::median(groups)),
    ]
}
