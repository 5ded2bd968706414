//! The subscription handshake, by which WhatsApp checks that the webhook is ours.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::Secret;

/// The body to answer to the `GET` of the handshake with 200, or `None` for 403. The arguments are the query's
/// `hub.mode`, `hub.challenge` and `hub.verify_token`.
///
/// Takes the same time for each token; an empty expected token matches nothing.
#[must_use]
pub fn answer_handshake(
    mode: Option<&str>,
    challenge: Option<&str>,
    token: Option<&str>,
    expected: &Secret,
) -> Option<String> {
    let same = Sha256::digest(token.unwrap_or_default()).ct_eq(&Sha256::digest(expected.expose()));
    let ours = bool::from(same) && !expected.expose().is_empty() && mode == Some("subscribe");
    if ours { challenge.filter(|it| !it.is_empty()).map(str::to_owned) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_handshake_answers_only_who_knows_the_token() {
        let ours = Secret::new("our token");
        let ask = |mode, challenge, token| answer_handshake(mode, challenge, token, &ours);
        let yes = ask(Some("subscribe"), Some("1158201444"), Some("our token"));
        assert_eq!(yes.as_deref(), Some("1158201444"));
        assert_eq!(ask(Some("subscribe"), Some("1"), Some("our toke")), None);
        assert_eq!(ask(Some("subscribe"), Some("1"), None), None);
        assert_eq!(ask(Some("unsubscribe"), Some("1"), Some("our token")), None);
        assert_eq!(ask(None, Some("1"), Some("our token")), None);
        assert_eq!(ask(Some("subscribe"), None, Some("our token")), None);
        assert_eq!(answer_handshake(Some("subscribe"), Some("1"), Some(""), &Secret::new("")), None);
    }
}
