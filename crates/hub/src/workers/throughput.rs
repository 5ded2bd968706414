//! How many messages each account may hand to its provider per second.

use std::collections::HashMap;

use deskbell_protocol::{AccountId, Millis};

use crate::settings::Settings;

/// Microseconds, in which the distance between two messages is counted.
const SECOND_US: i64 = 1_000_000;

/// One account's share: it fills by so many per second, and holds one second's worth.
#[derive(Debug)]
struct Share {
    per_second: i64,
    /// Until when it is used up, in microseconds.
    used_until: i64,
}

impl Share {
    fn distance(&self) -> i64 {
        (SECOND_US / self.per_second).max(1)
    }

    /// Until when it is used up, as far as that lies ahead.
    fn used(&self, now: i64) -> i64 {
        self.used_until.max(now)
    }
}

/// The shares of all accounts.
#[derive(Debug)]
pub(crate) struct Throughput {
    shares: HashMap<AccountId, Share>,
}

impl Throughput {
    pub(crate) fn of(settings: &Settings) -> Self {
        let share = |per_second: u32| Share { per_second: i64::from(per_second.max(1)), used_until: 0 };
        let accounts = settings.accounts.iter();
        Self { shares: accounts.map(|it| (it.id(), share(it.channel.messages_per_second()))).collect() }
    }

    /// How many messages each account may post now.
    pub(crate) fn allowed(&mut self, now: Millis) -> HashMap<AccountId, usize> {
        let now = micros(now);
        let allowed = |share: &mut Share| {
            // It is never emptier than empty: if it seems to be, the clock was set back.
            share.used_until = share.used_until.min(now.saturating_add(SECOND_US));
            let free = now.saturating_add(SECOND_US).saturating_sub(share.used(now)) / share.distance();
            usize::try_from(free.min(share.per_second)).unwrap_or(0)
        };
        self.shares.iter_mut().map(|(account, share)| (*account, allowed(share))).collect()
    }

    /// One message of the account is posted.
    pub(crate) fn took(&mut self, account: AccountId, now: Millis) {
        if let Some(share) = self.shares.get_mut(&account) {
            share.used_until = share.used(micros(now)).saturating_add(share.distance());
        }
    }

    /// When the account may post again: `wanted`, or later.
    pub(crate) fn free_at(&self, account: AccountId, wanted: Millis, now: Millis) -> Millis {
        let Some(share) = self.shares.get(&account) else { return wanted };
        let free = share.used(micros(now)).saturating_add(share.distance()).saturating_sub(SECOND_US);
        // Rounded up: a moment too early there would be nothing to do.
        wanted.max(Millis(free.saturating_add(999) / 1000))
    }
}

fn micros(at: Millis) -> i64 {
    at.0.saturating_mul(1000)
}

#[cfg(test)]
mod tests {
    use deskbell_channels::{Secret, whatsapp};

    use super::*;
    use crate::settings::AccountSettings;

    fn limited(per_second: u32) -> (Throughput, AccountId) {
        let secret = || Secret::new("s");
        let mut channel = whatsapp::Settings::new("1", secret(), secret(), secret());
        channel.messages_per_second = per_second;
        let account = AccountSettings::new("shop", channel);
        let id = account.id();
        let mut settings = Settings::at("data");
        settings.accounts.push(account);
        (Throughput::of(&settings), id)
    }

    #[test]
    fn one_seconds_worth_goes_at_once_and_the_rest_as_it_comes() {
        let (mut throughput, shop) = limited(20);
        let start = Millis(1_790_000_000_000);
        let mut sent = 0;
        for ms in 0..3_000 {
            let now = start.plus(ms);
            for _ in 0..throughput.allowed(now)[&shop] {
                throughput.took(shop, now);
                sent += 1;
            }
            assert!(throughput.free_at(shop, now, now) > now, "{ms}");
            assert!(throughput.free_at(shop, now, now) <= now.plus(50), "{ms}");
        }
        assert_eq!(sent, 20 + 59);
        // A clock that was set back does not stop it.
        let back = start.plus(-3_600_000);
        assert_eq!(throughput.allowed(back)[&shop], 0);
        assert_eq!(throughput.allowed(back.plus(100))[&shop], 2);
        assert_eq!(throughput.allowed(back.plus(1_000))[&shop], 20);
        let unlimited = AccountId::fresh();
        assert_eq!(throughput.free_at(unlimited, start, start), start);
    }
}
