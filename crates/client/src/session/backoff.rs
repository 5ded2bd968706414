//! How long to wait before the next attempt to connect.

use std::time::Duration;

/// The longest wait after the first failure, in milliseconds.
const FIRST: u64 = 500;

/// The longest wait, in milliseconds.
const LONGEST: u64 = 30_000;

/// The wait after this number of failed attempts in a row. `chance` is random, so that a thousand desktops do
/// not return to a restarted hub in the same second: the wait lies between half and all of the full one.
pub(crate) fn delay(failures: u32, chance: u16) -> Duration {
    let full =
        FIRST.saturating_mul(1_u64.checked_shl(failures.saturating_sub(1)).unwrap_or(u64::MAX)).min(LONGEST);
    let half = full / 2;
    Duration::from_millis(half + half * u64::from(chance) / u64::from(u16::MAX))
}

/// A random number; zero if the system has no randomness left, which only makes the waits less even.
pub(crate) fn random() -> u16 {
    let mut bits = [0; 2];
    match getrandom::fill(&mut bits) {
        Ok(()) => u16::from_le_bytes(bits),
        Err(_none) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_to_half_a_minute_and_is_never_the_same_for_all() {
        assert_eq!(delay(1, u16::MAX), Duration::from_millis(500));
        assert_eq!(delay(1, 0), Duration::from_millis(250));
        assert_eq!(delay(2, u16::MAX), Duration::from_millis(1000));
        assert_eq!(delay(4, 0), Duration::from_millis(2000));
        for failures in [7, 8, 40, 64, 65, u32::MAX] {
            assert_eq!(delay(failures, u16::MAX), Duration::from_secs(30), "after {failures}");
            assert_eq!(delay(failures, 0), Duration::from_secs(15), "after {failures}");
        }
    }
}
