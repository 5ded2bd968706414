//! How much memory a program needs with all that it started.

use std::fs;

use crate::process::{Process, wait_for};

/// How long it must have stayed the same.
const STILL: std::time::Duration = std::time::Duration::from_secs(3);

/// What all processes of a program's group need, in bytes, once that no longer changes: the pages that they have
/// alone, and of those they share with others their part (`proc_pid_smaps_rollup(5)`, Pss).
pub(crate) fn settled(process: &Process) -> f64 {
    let mut before = of_group(process.id());
    wait_for("memory that stays the same", || {
        std::thread::sleep(STILL);
        let now = of_group(process.id());
        let still = (now - before).abs() < before * 0.01;
        before = now;
        still.then_some(now)
    })
}

fn of_group(group: u32) -> f64 {
    let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    let of_it = processes.filter(|process| {
        let stat = fs::read_to_string(process.join("stat")).unwrap_or_default();
        // `pid (name) state parent group …`; the name may contain anything.
        let behind = stat.rsplit_once(") ").map_or("", |(_, behind)| behind);
        behind.split(' ').nth(2) == Some(&group.to_string())
    });
    let kib: f64 = of_it
        .filter_map(|process| {
            let told = fs::read_to_string(process.join("smaps_rollup")).ok()?;
            let line = told.lines().find_map(|line| line.strip_prefix("Pss:"))?.trim();
            line.strip_suffix(" kB")?.parse::<f64>().ok()
        })
        .sum();
    kib * 1024.0
}
