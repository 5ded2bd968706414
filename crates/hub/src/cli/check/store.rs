//! The check of the data folder and the store in it.

use deskbell_channels::Finding;
use deskbell_protocol::Millis;

use crate::settings::Settings;
use crate::store::{inspect, known_schema};

/// How far ahead of the clock the newest entry of the log may lie, in milliseconds.
const AHEAD_MS: i64 = 60_000;

/// Free space below which the check warns, in bytes.
#[cfg(unix)]
const LITTLE_SPACE: u64 = 1024 * 1024 * 1024;

/// Free space below which the check fails, in bytes.
#[cfg(unix)]
const NO_SPACE: u64 = 64 * 1024 * 1024;

/// Checks the folder, the file of the store and the free space.
pub(crate) fn check_store(settings: &Settings, now: Millis) -> Vec<Finding> {
    if !settings.data_dir.is_dir() {
        return vec![Finding::doubtful(
            "database",
            format!("there is no data folder {} yet", settings.data_dir.display()),
            "`deskbell-hub serve` makes it at its first start.",
        )];
    }
    let mut found = vec![database(settings, now)];
    found.extend(free_space(settings));
    found
}

fn database(settings: &Settings, now: Millis) -> Finding {
    let path = settings.store_path();
    if !path.exists() {
        let next_step = "`deskbell-hub serve` makes it at its first start.";
        return Finding::doubtful("database", "there is none yet", next_step);
    }
    let damaged = "Stop the hub, keep a copy of the data folder, and restore the last good backup of it.";
    match inspect(&path) {
        Err(error) => Finding::bad("database", format!("it cannot be read: {error}"), damaged),
        Ok(seen) if seen.schema > known_schema() => Finding::bad(
            "database",
            format!("it was made by a newer version (schema {}, known {})", seen.schema, known_schema()),
            "Use the newer program, or restore the backup made before the update.",
        ),
        Ok(seen) if seen.check != "ok" => {
            Finding::bad("database", format!("it is damaged: {}", seen.check), damaged)
        }
        Ok(seen) if seen.newest.is_some_and(|newest| newest.since(now) > AHEAD_MS) => Finding::doubtful(
            "database",
            "its newest entry lies in the future: the clock is wrong now, or was when it was written",
            "Set the clock by a time service before the hub is started.",
        ),
        Ok(_) => Finding::good("database", "opens, and its pages are whole"),
    }
}

#[cfg(unix)]
fn free_space(settings: &Settings) -> Option<Finding> {
    let seen = match rustix::fs::statvfs(&settings.data_dir) {
        Ok(seen) => seen,
        Err(error) => {
            let next_step = "See to it that this user may read the folder.";
            return Some(Finding::doubtful("free space", format!("it cannot be seen: {error}"), next_step));
        }
    };
    let free = seen.f_bavail.saturating_mul(seen.f_frsize);
    let words = format!("{} MB for the data folder", free / (1024 * 1024));
    Some(if free < NO_SPACE {
        Finding::bad("free space", words, "Make room now: on a full disk the hub takes no messages.")
    } else if free < LITTLE_SPACE {
        Finding::doubtful("free space", words, "Make room: on a full disk the hub takes no messages.")
    } else {
        Finding::good("free space", words)
    })
}

#[cfg(not(unix))]
fn free_space(_settings: &Settings) -> Option<Finding> {
    None
}
