//! Who may post to the webhook.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use deskbell_channels::sms::verify_signature;
use deskbell_channels::{Delivery, Headers, Secret, SignatureError, Webhook as _};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::support::{WEBHOOK, form, workshop};

/// The vector of Twilio's own documentation, checked with PyPI `twilio` 9.13.0 and with `openssl`.
const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";
const FIELDS: [(&str, &str); 5] = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+12349013030"),
    ("Digits", "1234"),
    ("From", "+12349013030"),
    ("To", "+18005551212"),
];
const SIGNATURE: &str = "0/KCTR6DLpKmkAf8muzZqo1nDgQ=";

fn verify(url: &str, fields: &[(&str, &str)], signature: Option<&str>) -> Result<(), SignatureError> {
    verify_signature(url, form(fields).as_bytes(), signature, &Secret::new("12345"))
}

#[test]
fn the_documented_signature_fits() {
    assert_eq!(verify(URL, &FIELDS, Some(SIGNATURE)), Ok(()));
    let mut turned = FIELDS;
    turned.reverse();
    assert_eq!(verify(URL, &turned, Some(SIGNATURE)), Ok(()), "fields are sorted");
}

#[test]
fn with_and_without_the_default_port_it_is_the_same_address() {
    let with_port = URL.replace("mycompany.com", "mycompany.com:443");
    assert_eq!(verify(&with_port, &FIELDS, Some(SIGNATURE)), Ok(()));
}

#[test]
fn every_field_and_every_character_of_the_address_is_signed() {
    let mismatch = Err(SignatureError::Mismatch);
    for url in [
        "http://mycompany.com/myapp.php?foo=1&bar=2",
        "https://mycompany.com/myapp.php?bar=2&foo=1",
        "https://mycompany.com/myapp.php",
        "https://MyCompany.com/myapp.php?foo=1&bar=2",
        "/myapp.php?foo=1&bar=2",
        "",
    ] {
        assert_eq!(verify(url, &FIELDS, Some(SIGNATURE)), mismatch, "{url}");
    }
    assert_eq!(verify(URL, &FIELDS[1..], Some(SIGNATURE)), mismatch);
    let more = [&FIELDS[..], &[("Unknown", "1")]].concat();
    assert_eq!(verify(URL, &more, Some(SIGNATURE)), mismatch);
}

#[test]
fn a_field_that_is_there_twice_counts_once_and_an_empty_one_by_its_name() {
    // printf '%s' 'https://d.example/wAB1B2' | openssl dgst -sha1 -hmac '12345' -binary | base64
    let signature = "sw+XWvSMiraiIrWwptjwE02A4Q8=";
    let fields = [("B", "2"), ("A", ""), ("B", "1"), ("B", "2"), ("A", "")];
    let signed = verify("https://d.example/w", &fields, Some(signature));
    assert_eq!(signed, Ok(()));
}

#[test]
fn a_header_of_another_form_is_rejected_before_the_body_is_read() {
    let workshop = workshop();
    let check = |header: Option<&str>| {
        let request = header.map(|value| ("X-Twilio-Signature", value.as_bytes()));
        workshop.check_headers(&Headers::select(workshop.stored_headers(), request))
    };
    assert_eq!(check(Some(SIGNATURE)), Ok(()));
    assert_eq!(check(None), Err(SignatureError::Missing));
    for malformed in ["", "0/KCTR6DLpKmkAf8muzZqo1nDg==", "not base64!", &"A".repeat(64)] {
        assert_eq!(check(Some(malformed)), Err(SignatureError::Malformed), "{malformed}");
        assert_eq!(verify(URL, &FIELDS, Some(malformed)), Err(SignatureError::Malformed));
    }
}

#[test]
fn an_empty_token_opens_no_door() {
    // printf '%s' 'https://d.example/w' | openssl dgst -sha1 -hmac '' -binary | base64
    let signed =
        verify_signature("https://d.example/w", b"", Some("OMFwC5tohLMmCTXcnz2f+A/amkk="), &Secret::new(""));
    assert_eq!(signed, Err(SignatureError::Mismatch));
}

#[test]
fn a_stored_delivery_can_be_verified_again_and_only_over_its_own_address() {
    let fields = [("From", "+15557654321"), ("Body", "Grüezi 👋 & co"), ("MessageSid", "SM1")];
    let mut mac = Hmac::<Sha1>::new_from_slice(b"very-secret-token").unwrap();
    mac.update(format!("{WEBHOOK}BodyGrüezi 👋 & coFrom+15557654321MessageSidSM1").as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    let request = [("X-Twilio-Signature", signature.as_bytes())];
    let headers = Headers::select(workshop().stored_headers(), request);
    let body = form(&fields).into();
    let stored = Delivery { method: "POST".to_owned(), url: WEBHOOK.to_owned(), headers, body };
    assert_eq!(workshop().verify(&stored), Ok(()));
    let elsewhere = Delivery { url: format!("{WEBHOOK}?o=1"), ..stored };
    assert_eq!(workshop().verify(&elsewhere), Err(SignatureError::Mismatch));
}
