//! The SMS channel against judges that nobody of us wrote: an emulator of Twilio, the signature check of Twilio's own
//! library, and Prism with Twilio's own description of its API.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod desk;
mod emulator;
mod prism;

use deskbell_channels::sms::{Settings, verify_signature};
use deskbell_channels::{Channel as _, ConsentChange, Credentials, Inbound, Secret, SendOutcome, Verdict};
use deskbell_protocol::{Content, DeliveryState, FailureClass, OwnSide};

use crate::desk::{CARLA, Desk, text_to};
use crate::emulator::{Emulator, TOKEN};

/// Why a judge is not here; fails where everything must be there.
pub(crate) fn missing(judge: &str, needs: &str) {
    let complete = ["CI", "DESKBELL_TEST_COMPLETE"].iter().any(|name| std::env::var_os(name).is_some());
    assert!(!complete, "the SMS channel cannot be judged by {judge}, because this is missing: {needs}");
    eprintln!("NOT TESTED: the SMS channel by {judge}. Missing: {needs}.");
}

#[tokio::test]
async fn carla_and_the_workshop_write_to_each_other_through_twilio() {
    let Some(desk) = Desk::open().await else { return };

    desk.carla_writes("Is my bike ready? 👋 & thanks").await;
    let Inbound::Message(message) = desk.next().await else { panic!() };
    assert_eq!(message.content, Content::Text { body: "Is my bike ready? 👋 & thanks".to_owned() });
    assert_eq!(message.sender.phone.as_deref(), Some(CARLA));
    assert_eq!((message.account_address.as_str(), message.consent), (desk.channel.address(), None));

    let answer = text_to(CARLA, "Yes, until six 🚲", "0198c0de:1");
    let SendOutcome::Accepted { provider_id, .. } = desk.channel.sink().send(&answer).await else { panic!() };
    // The emulator calls back before it answers the post: the status meets the message by the echo.
    let Inbound::Status(queued) = desk.next().await else { panic!() };
    assert_eq!((queued.state, queued.echo.as_deref()), (DeliveryState::Accepted, Some("0198c0de:1")));
    assert_eq!(queued.provider_id, provider_id);
    let mut state = DeliveryState::Posting;
    for (word, expected) in [
        ("delivered", DeliveryState::Delivered),
        ("sent", DeliveryState::Delivered),
        ("undelivered", DeliveryState::Delivered),
    ] {
        desk.carrier_reports(&provider_id, word).await;
        let Inbound::Status(status) = desk.next().await else { panic!() };
        assert_eq!((&status.provider_id, status.echo.as_deref()), (&provider_id, Some("0198c0de:1")));
        assert_eq!(status.failure.is_some(), word == "undelivered");
        state = state.advance(status.state);
        assert_eq!(state, expected, "after {word}");
    }

    desk.carla_writes("STOP").await;
    let Inbound::Message(message) = desk.next().await else { panic!() };
    let Some(ConsentChange::OptedOut { failure }) = message.consent else { panic!() };
    assert_eq!(failure.class, Some(FailureClass::OptedOut));
    desk.carla_writes("Start").await;
    let Inbound::Message(message) = desk.next().await else { panic!() };
    assert_eq!(message.consent, Some(ConsentChange::OptedIn));
}

#[tokio::test]
async fn what_twilio_refuses_is_refused() {
    let Some(desk) = Desk::open().await else { return };
    assert_eq!(desk.channel.sink().check_credentials().await, Credentials::Accepted);
    assert_eq!(desk.channel.sink().health().await, OwnSide::Available);

    let nobody = text_to("123456", "Hello", "1");
    let SendOutcome::Refused(failure) = desk.channel.sink().send(&nobody).await else { panic!() };
    assert_eq!((failure.reason.as_str(), failure.class), ("sms.21201", Some(FailureClass::Address)));

    let other_number = desk.with(|settings| settings.number = "+15550000000".to_owned());
    let outcome = other_number.sink().send(&text_to(CARLA, "Hello", "1")).await;
    let SendOutcome::Refused(failure) = outcome else { panic!("{outcome:?}") };
    assert_eq!((failure.reason.as_str(), failure.class), ("sms.21606", Some(FailureClass::Account)));

    let misspelt = desk.with(|settings| settings.auth_token = Secret::new("guess"));
    let outcome = misspelt.sink().send(&text_to(CARLA, "Hello", "1")).await;
    let SendOutcome::NotConnected(failure) = outcome else { panic!("{outcome:?}") };
    assert_eq!(failure.class, Some(FailureClass::Credentials));
    assert!(matches!(misspelt.sink().check_credentials().await, Credentials::Rejected(_)));
}

#[tokio::test]
async fn check_finds_the_number_and_its_webhook_and_says_what_is_wrong() {
    let Some(desk) = Desk::open().await else { return };
    let patience = std::time::Duration::from_secs(30);
    let diagnosis = desk.channel.diagnose(patience).await;
    let subjects: Vec<_> = diagnosis.findings.iter().map(|it| (it.subject.as_str(), it.verdict)).collect();
    let good = ["provider", "token", "account", "number", "webhook"].map(|subject| (subject, Verdict::Good));
    assert_eq!(subjects, good, "{:?}", diagnosis.findings);
    assert!(diagnosis.clock.is_some());
    let bad = async |change: fn(&mut Settings)| {
        let findings = desk.with(change).diagnose(patience).await.findings;
        findings.into_iter().find(|it| it.verdict == Verdict::Bad).unwrap().subject
    };
    assert_eq!(bad(|it| it.auth_token = Secret::new("guess")).await, "token");
    assert_eq!(bad(|it| it.number = "+15550000000".to_owned()).await, "number");
}

/// What Twilio's own library says of a signature, and what we say.
async fn both_say(emulator: &Emulator, url: &str, form: &str, signature: Option<&str>) -> [bool; 2] {
    let theirs = emulator.judge(url, form, signature).await;
    let signature = signature.unwrap_or(&theirs.expected).to_owned();
    let theirs = emulator.judge(url, form, Some(&signature)).await;
    let ours = verify_signature(url, form.as_bytes(), Some(&signature), &Secret::new(TOKEN));
    [theirs.valid, ours.is_ok()]
}

#[tokio::test]
async fn twilios_own_library_and_we_agree_on_every_signature() {
    let Some(emulator) = Emulator::start("http://127.0.0.1:1/w").await else { return };
    let forms = [
        "",
        "Body=hi",
        "Body=Gr%C3%BCezi+%F0%9F%91%8B+%26+co&From=%2B15557654321&MessageSid=SM1",
        "A=&B=&C=1",
        "A=2&A=1&A=2&B=x",
        "NumMedia=0&AB=c&A=bc",
        "b=1&B=1&a=1",
        "%C3%A4=1&z=2",
    ];
    let urls = [
        "https://desk.example/webhooks/sms/workshop",
        "https://desk.example/webhooks/sms/workshop?o=0198c0de%3A2",
        "https://desk.example:443/webhooks/sms/workshop",
        "https://desk.example:8443/w",
        "http://desk.example/w?a=b+c&d='e'",
        "http://127.0.0.1:9700/w",
    ];
    for url in urls {
        for form in forms {
            assert_eq!(both_say(&emulator, url, form, None).await, [true, true], "{url} {form}");
            let altered = format!("{form}&More=1");
            let signature = emulator.judge(url, form, None).await.expected;
            assert_eq!(
                both_say(&emulator, url, &altered, Some(&signature)).await,
                [false, false],
                "{url} {form}"
            );
        }
    }
    // Signed for one spelling of the port, checked by another.
    let sign = async |url: &str| emulator.judge(url, "Body=hi", None).await.expected;
    for (signed, checked) in [
        ("https://desk.example/w", "https://desk.example:443/w"),
        ("https://desk.example:443/w", "https://desk.example/w"),
        ("http://desk.example:80/w", "http://desk.example/w"),
        ("https://desk.example:80/w", "https://desk.example/w"),
        ("https://desk.example/w", "https://desk.example/w2"),
    ] {
        let signature = sign(signed).await;
        let [theirs, ours] = both_say(&emulator, checked, "Body=hi", Some(&signature)).await;
        assert_eq!(theirs, ours, "{signed} as {checked}");
    }
}

#[tokio::test]
async fn a_form_that_the_emulator_cannot_make_is_signed_by_the_library_and_parsed() {
    let Some(desk) = Desk::open().await else { return };
    let form =
        "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30005&AccountSid=AC0&To=%2B1555&From=%2B1556";
    desk.provider_posts("?o=77", form).await;
    let Inbound::Status(status) = desk.next().await else { panic!() };
    assert_eq!((status.state, status.echo.as_deref()), (DeliveryState::Failed, Some("77")));
    assert_eq!(status.failure.unwrap().class, Some(FailureClass::Address));
    let picture = "MessageSid=MM1&AccountSid=AC0&From=%2B15557654321&To=%2B15551234567&NumMedia=1&Body=look\
                   &MediaContentType0=image%2Fjpeg&MediaUrl0=https%3A%2F%2Fapi.twilio.com%2F1";
    desk.provider_posts("", picture).await;
    let Inbound::Message(message) = desk.next().await else { panic!() };
    let caption = Some("look".to_owned());
    assert_eq!(message.content, Content::Placeholder { what: "image".to_owned(), caption });
}

#[tokio::test]
async fn what_the_hub_posts_is_what_twilio_describes() {
    let Some(prism) = prism::Prism::start().await else { return };
    // The description is obeyed: without a recipient nothing is accepted.
    let (status, why) = prism.posts("Body=hi&From=%2B15551234567").await;
    assert_eq!(status, 422, "{why}");
    for text in ["Yes, until six 🚲 & later", "x"] {
        let message = text_to(CARLA, text, "0198c0de-1111-7abc-8def-0123456789ab:2");
        let outcome = prism.channel().sink().send(&message).await;
        assert!(matches!(outcome, SendOutcome::Accepted { .. }), "{outcome:?}");
    }
    assert_eq!(prism.channel().sink().check_credentials().await, Credentials::Accepted);
}
