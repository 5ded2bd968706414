//! The check of this machine's clock against those of the providers.

use deskbell_channels::{Finding, ProviderClock};
use deskbell_protocol::Millis;

/// The first of January 2026. A clock before it is wrong, because this program is newer.
const EARLIEST: Millis = Millis(1_767_225_600_000);

/// The difference of the clocks above which the check warns, in milliseconds.
const APART_MS: i64 = 60_000;

/// The difference above which the check fails, in milliseconds: messaging windows would be wrong.
const WRONG_MS: i64 = 10 * 60_000;

const NEXT_STEP: &str =
    "Set the clock by a time service: the 24 hours in which one may write, deadlines and sign-ins go by it.";

/// Compares this machine's clock with the `Date` headers of the providers.
pub(crate) fn check_clock(now: Millis, providers: &[ProviderClock]) -> Finding {
    if now < EARLIEST {
        return Finding::bad("clock", "this machine's clock is before 2026", NEXT_STEP);
    }
    let furthest = providers.iter().max_by_key(|clock| clock.at.since(now).saturating_abs());
    let Some(ProviderClock { host, at }) = furthest else {
        return Finding::good("clock", "plausible; no provider was there to compare with");
    };
    let apart = at.since(now);
    let way = if apart > 0 { "behind" } else { "ahead of" };
    let words = format!("this machine is {} {way} {host}", span(apart.saturating_abs()));
    let apart = apart.saturating_abs();
    if apart <= APART_MS {
        Finding::good("clock", format!("agrees with {host}"))
    } else if apart <= WRONG_MS {
        Finding::doubtful("clock", words, NEXT_STEP)
    } else {
        Finding::bad("clock", words, NEXT_STEP)
    }
}

fn span(ms: i64) -> String {
    let seconds = ms / 1000;
    match (seconds / 3600, seconds / 60) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {} min", minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use deskbell_channels::Verdict;

    use super::*;

    #[test]
    fn a_clock_from_before_the_program_is_bad() {
        assert_eq!(check_clock(Millis(0), &[]).verdict, Verdict::Bad);
        assert_eq!(check_clock(EARLIEST, &[]).verdict, Verdict::Good);
    }

    #[test]
    fn a_clock_that_is_off_is_told_by_how_much_and_which_way() {
        let against = |ms: i64| {
            let clock = ProviderClock { host: "graph".to_owned(), at: EARLIEST.plus(ms) };
            check_clock(EARLIEST, &[clock])
        };
        assert_eq!(against(900).verdict, Verdict::Good);
        let behind = against(5 * 60_000);
        assert_eq!(
            (behind.verdict, behind.sentence.as_str()),
            (Verdict::Doubtful, "this machine is 5 min behind graph")
        );
        let ahead = against(-60 * 60_000);
        assert_eq!(
            (ahead.verdict, ahead.sentence.as_str()),
            (Verdict::Bad, "this machine is 1 h 0 min ahead of graph")
        );
    }
}
