//! Limits how many messages per second each account posts to its provider.

use std::collections::HashMap;

use deskbell_protocol::{AccountId, Millis};

use crate::settings::Settings;

/// A second in microseconds, the unit of intervals between messages.
const SECOND_US: i64 = 1_000_000;

/// The allowance of one account: it grows by `per_second`, up to what one second allows.
#[derive(Debug)]
struct Allowance {
    per_second: i64,
    /// Until when the allowance is used up, in microseconds.
    used_until: i64,
}

impl Allowance {
    /// The interval between two messages, in microseconds.
    fn interval(&self) -> i64 {
        (SECOND_US / self.per_second).max(1)
    }

    /// Until when the allowance is used up, but at least `now`, in microseconds.
    fn used(&self, now: i64) -> i64 {
        self.used_until.max(now)
    }
}

/// The allowances of all accounts.
#[derive(Debug)]
pub(crate) struct Throughput {
    allowances: HashMap<AccountId, Allowance>,
}

impl Throughput {
    /// The allowances of the accounts of these settings, unused.
    pub(crate) fn of(settings: &Settings) -> Self {
        let allowance =
            |per_second: u32| Allowance { per_second: i64::from(per_second.max(1)), used_until: 0 };
        let accounts = settings.accounts.iter();
        Self {
            allowances: accounts.map(|it| (it.id(), allowance(it.channel.messages_per_second()))).collect(),
        }
    }

    /// How many messages each account may post now.
    pub(crate) fn allowed(&mut self, now: Millis) -> HashMap<AccountId, usize> {
        let now = micros(now);
        let allowed = |allowance: &mut Allowance| {
            // More than one second ahead: the clock was set back.
            allowance.used_until = allowance.used_until.min(now.saturating_add(SECOND_US));
            let free =
                now.saturating_add(SECOND_US).saturating_sub(allowance.used(now)) / allowance.interval();
            usize::try_from(free.min(allowance.per_second)).unwrap_or(0)
        };
        self.allowances.iter_mut().map(|(account, allowance)| (*account, allowed(allowance))).collect()
    }

    /// Counts a message of the account that is posted now.
    pub(crate) fn count_post(&mut self, account: AccountId, now: Millis) {
        if let Some(allowance) = self.allowances.get_mut(&account) {
            allowance.used_until = allowance.used(micros(now)).saturating_add(allowance.interval());
        }
    }

    /// Returns when the account may post again, at `wanted` or later.
    pub(crate) fn free_at(&self, account: AccountId, wanted: Millis, now: Millis) -> Millis {
        let Some(allowance) = self.allowances.get(&account) else { return wanted };
        let free = allowance.used(micros(now)).saturating_add(allowance.interval()).saturating_sub(SECOND_US);
        // Rounded up to whole milliseconds: before that nothing may be posted.
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
    fn the_messages_of_one_second_are_posted_at_once_and_the_rest_at_the_rate() {
        let (mut throughput, shop) = limited(20);
        let start = Millis(1_790_000_000_000);
        let mut sent = 0;
        for ms in 0..3_000 {
            let now = start.plus(ms);
            for _ in 0..throughput.allowed(now)[&shop] {
                throughput.count_post(shop, now);
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
