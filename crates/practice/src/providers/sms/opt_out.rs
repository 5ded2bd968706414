//! The keywords with which a customer unsubscribes and subscribes again (Twilio, "Support for opt-out keywords").

/// What a customer's message means for their subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    /// The business must not write any more.
    Stop,
    /// The business may write again.
    Start,
}

/// The keyword that a message consists of. Case does not matter; a keyword among other words does not count.
pub(super) fn keyword(text: &str) -> Option<Keyword> {
    match text.trim().to_uppercase().as_str() {
        "STOP" | "STOPALL" | "UNSUBSCRIBE" | "CANCEL" | "END" | "QUIT" | "REVOKE" | "OPTOUT" => {
            Some(Keyword::Stop)
        }
        "START" | "YES" | "UNSTOP" => Some(Keyword::Start),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_stands_alone() {
        for text in ["STOP", " stop\n", "StopAll", "unsubscribe", "cancel", "end", "quit", "revoke", "OptOut"]
        {
            assert_eq!(keyword(text), Some(Keyword::Stop), "{text:?}");
        }
        for text in ["start", "Yes", "UNSTOP"] {
            assert_eq!(keyword(text), Some(Keyword::Start), "{text:?}");
        }
        for text in ["stop please", "opt out", "please cancel", "", "stop.", "yes please"] {
            assert_eq!(keyword(text), None, "{text:?}");
        }
    }
}
