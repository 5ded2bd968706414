//! The memory of a process group.

use std::fs;

use crate::process::{Process, wait_for};

/// How long the value must stay the same.
const STABLE_FOR: std::time::Duration = std::time::Duration::from_secs(3);

/// The proportional set size of a process group in bytes, once it is stable (`proc_pid_smaps_rollup(5)`, Pss): its
/// private pages, and its share of the shared ones.
pub(crate) fn stable_pss(process: &Process) -> f64 {
    let mut before = group_pss(process.id());
    wait_for("stable memory", || {
        std::thread::sleep(STABLE_FOR);
        let now = group_pss(process.id());
        let stable = (now - before).abs() < before * 0.01;
        before = now;
        stable.then_some(now)
    })
}

fn group_pss(group: u32) -> f64 {
    let processes = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    let members = processes.filter(|process| {
        let stat = fs::read_to_string(process.join("stat")).unwrap_or_default();
        // `pid (name) state parent group …`; the name may contain any character.
        let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields);
        fields.split(' ').nth(2) == Some(&group.to_string())
    });
    let kib: f64 = members
        .filter_map(|process| {
            let rollup = fs::read_to_string(process.join("smaps_rollup")).ok()?;
            let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?.trim();
            line.strip_suffix(" kB")?.parse::<f64>().ok()
        })
        .sum();
    kib * 1024.0
}
