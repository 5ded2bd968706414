//! Connection overrides: how a webhook is repeated, in the fragment of its URL, such as `#rc=2&rp=4xx,5xx` (Twilio,
//! "Webhooks: connection overrides"). Timeouts and edges are not simulated.

use crate::webhooks::Failure;

/// The most repetitions.
const MOST_RETRIES: u32 = 5;

/// How often a webhook is repeated, and after which failures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Overrides {
    retries: u32,
    connect: bool,
    no_answer: bool,
    client_errors: bool,
    server_errors: bool,
}

impl Overrides {
    /// The overrides in the fragment of a URL. Without any, a webhook is repeated once if the connection failed.
    pub(super) fn of(url: &str) -> Self {
        let fragment = url.split_once('#').map_or("", |(_, fragment)| fragment);
        let value = |key: &str| {
            fragment.split('&').filter_map(|pair| pair.split_once('=')).find(|it| it.0 == key).map(|it| it.1)
        };
        let retries = value("rc").and_then(|it| it.parse::<u32>().ok()).unwrap_or(1).min(MOST_RETRIES);
        let policies: Vec<_> = value("rp").unwrap_or("ct").split(',').collect();
        let has = |policy: &str| policies.contains(&policy) || policies.contains(&"all");
        Self {
            retries,
            connect: has("ct"),
            no_answer: has("rt"),
            client_errors: has("4xx"),
            server_errors: has("5xx"),
        }
    }

    /// Whether a webhook is repeated after this many attempts, of which the last failed like this.
    pub(super) fn repeats(&self, attempts: u32, failure: Failure) -> bool {
        let covered = match failure {
            Failure::Connect => self.connect,
            Failure::NoAnswer => self.no_answer,
            Failure::Status(400..=499) => self.client_errors,
            Failure::Status(500..=599) => self.server_errors,
            Failure::Status(_) => false,
        };
        covered && attempts <= self.retries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_overrides_only_a_failed_connection_is_repeated_and_only_once() {
        let overrides = Overrides::of("http://127.0.0.1/sms");
        assert!(overrides.repeats(1, Failure::Connect));
        assert!(!overrides.repeats(2, Failure::Connect));
        for failure in [Failure::NoAnswer, Failure::Status(302), Failure::Status(404), Failure::Status(503)] {
            assert!(!overrides.repeats(1, failure), "{failure:?}");
        }
    }

    #[test]
    fn the_fragment_says_how_often_and_after_what() {
        let overrides = Overrides::of("http://127.0.0.1/sms?a=b#ct=2000&rc=3&rp=5xx,rt");
        assert!(overrides.repeats(3, Failure::Status(503)) && overrides.repeats(1, Failure::NoAnswer));
        assert!(!overrides.repeats(4, Failure::Status(503)) && !overrides.repeats(1, Failure::Status(404)));
        assert!(!overrides.repeats(1, Failure::Connect));
        let all = Overrides::of("http://127.0.0.1/sms#rc=99&rp=all");
        assert!(all.repeats(5, Failure::Connect) && all.repeats(5, Failure::Status(404)));
        assert!(!all.repeats(6, Failure::Connect));
    }
}
