use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::{Clock, HandClock, Sleep, SystemClock};

fn is_over(sleep: &mut Sleep<'_>) -> bool {
    sleep.as_mut().poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(())
}

#[test]
fn a_wall_clock_that_is_put_forward_moves_no_monotonic_one() {
    let clock = HandClock::at(1_000);
    let (mut wall, mut monotonic) =
        (clock.sleep_until(1_500), clock.sleep_until_monotonic(Duration::from_millis(500)));
    clock.advance(500);
    assert!(is_over(&mut wall) && !is_over(&mut monotonic));
    assert_eq!((clock.now(), clock.monotonic()), (1_500, Duration::ZERO));
}

#[test]
fn time_that_passes_moves_both() {
    let clock = HandClock::at(1_000);
    let (mut wall, mut monotonic) =
        (clock.sleep_until(1_500), clock.sleep_until_monotonic(Duration::from_millis(500)));
    clock.elapse(Duration::from_millis(499));
    assert!(!is_over(&mut wall) && !is_over(&mut monotonic));
    clock.elapse(Duration::from_millis(1));
    assert!(is_over(&mut wall) && is_over(&mut monotonic));
    assert_eq!((clock.now(), clock.monotonic()), (1_500, Duration::from_millis(500)));
}

#[test]
fn the_monotonic_clock_of_the_machine_only_goes_forward() {
    let first = SystemClock.monotonic();
    assert!(SystemClock.monotonic() >= first);
}
