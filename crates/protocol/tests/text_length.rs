//! Texts are as long as `text_length.json` says, which the UI's counting is held to as well.

// A test that cannot read its cases fails by that.
#![allow(clippy::unwrap_used)]

use deskbell_protocol::{TextLimit, TextUnit};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    text: String,
    #[serde(default = "once")]
    times: usize,
    characters: u32,
    utf16: u32,
    sms_segments: u32,
}

const fn once() -> usize {
    1
}

#[test]
fn texts_are_as_long_as_the_shared_cases_say() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("text_length.json")).unwrap();
    for case in cases {
        let text = case.text.repeat(case.times);
        let measure = |unit| TextLimit { max: 1, unit }.measure(&text);
        let all = (measure(TextUnit::Characters), measure(TextUnit::Utf16), measure(TextUnit::SmsSegments));
        assert_eq!(all, (case.characters, case.utf16, case.sms_segments), "{} x {:?}", case.times, case.text);
    }
}

#[test]
fn a_text_fits_up_to_its_limit() {
    let limit = TextLimit { max: 2, unit: TextUnit::SmsSegments };
    assert!(limit.fits(&"a".repeat(306)));
    assert!(!limit.fits(&"a".repeat(307)));
}
