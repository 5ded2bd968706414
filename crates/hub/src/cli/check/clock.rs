//! The clock of this machine, held against those of the providers.

use deskbell_protocol::Millis;

use crate::cli::check::Finding;

/// The first of January 2026: no clock was right before this program was there.
const THE_EARLIEST: Millis = Millis(1_767_225_600_000);

/// How far apart the clocks may be before somebody should look, in milliseconds.
const APART_MS: i64 = 60_000;

/// How far apart they may be before windows are judged wrongly, in milliseconds.
const WRONG_MS: i64 = 10 * 60_000;

const NEXT_STEP: &str =
    "Set the clock by a time service: the 24 hours in which one may write, deadlines and sign-ins go by it.";

/// What the hosts of providers say in their `Date`, and what this machine says.
pub(crate) fn look(now: Millis, theirs: &[(String, Millis)]) -> Finding {
    if now < THE_EARLIEST {
        return Finding::bad("clock", "this machine believes that it is before 2026", NEXT_STEP);
    }
    let furthest = theirs.iter().max_by_key(|(_, at)| at.since(now).saturating_abs());
    let Some((host, at)) = furthest else {
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

/// The moment of a date as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
pub(crate) fn millis_of(date: &str) -> Option<Millis> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (_, rest) = date.split_once(", ")?;
    let mut parts = rest.split(' ');
    let day: i64 = parts.next()?.parse().ok()?;
    let word = parts.next()?;
    let month = i64::try_from(MONTHS.iter().position(|month| *month == word)?).ok()?.checked_add(1)?;
    let year: i64 = parts.next()?.parse().ok().filter(|year| (1970..10_000).contains(year))?;
    let mut clock = parts.next()?.split(':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    // Days since 1970 with years that begin in March, so that the leap day is the last.
    let shifted = if month <= 2 { year - 1 } else { year };
    let since_march = (month + 9) % 12;
    let days =
        365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + (153 * since_march + 2) / 5 + day
            - 719_469;
    Some(Millis((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::check::Verdict;

    #[test]
    fn a_clock_from_before_the_program_is_bad() {
        assert_eq!(look(Millis(0), &[]).verdict, Verdict::Bad);
        assert_eq!(look(THE_EARLIEST, &[]).verdict, Verdict::Good);
    }

    #[test]
    fn a_clock_that_is_off_is_told_by_how_much_and_which_way() {
        let against = |ms: i64| look(THE_EARLIEST, &[("graph".to_owned(), THE_EARLIEST.plus(ms))]);
        assert_eq!(against(900).verdict, Verdict::Good);
        let behind = against(5 * 60_000);
        assert_eq!(
            (behind.verdict, behind.words.as_str()),
            (Verdict::Doubtful, "this machine is 5 min behind graph")
        );
        let ahead = against(-60 * 60_000);
        assert_eq!(
            (ahead.verdict, ahead.words.as_str()),
            (Verdict::Bad, "this machine is 1 h 0 min ahead of graph")
        );
    }

    #[test]
    fn dates_of_http_are_read() {
        assert_eq!(millis_of("Thu, 01 Jan 1970 00:00:00 GMT"), Some(Millis(0)));
        assert_eq!(millis_of("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Millis(784_111_777_000)));
        assert_eq!(millis_of("Thu, 29 Feb 2024 23:59:59 GMT"), Some(Millis(1_709_251_199_000)));
        assert_eq!(millis_of("yesterday"), None);
    }
}
