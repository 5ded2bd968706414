//! Which messages the provider accepts, and how it answers.

use deskbell_practice::{Fault, Tick, Writer};
use serde_json::{Value, json};

use crate::sms::stub::{ACCOUNT_SID, AUTH_TOKEN, BUSINESS, SmsDesk, post_form};

#[tokio::test]
async fn a_message_to_carla_is_created_as_documented_and_is_on_her_phone() {
    let desk = SmsDesk::new().await;
    let carla = desk.sms.customer("Carla");
    let (status, answer) =
        desk.posts(&[("To", &carla.number()), ("From", BUSINESS), ("Body", "Grüezi & hello 👋")]).await;
    assert_eq!(status, 201);
    let line = carla.waits_for("Grüezi & hello 👋").await.unwrap();
    assert_eq!((line.writer, line.tick), (Writer::Business, Tick::Taken));
    let path = format!("/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{}", line.id);
    assert_eq!(
        answer,
        json!({
            "account_sid": ACCOUNT_SID,
            "api_version": "2010-04-01",
            "body": "Grüezi & hello 👋",
            "date_created": "Sun, 22 Nov 2026 09:00:00 +0000",
            "date_sent": null,
            "date_updated": "Sun, 22 Nov 2026 09:00:00 +0000",
            "direction": "outbound-api",
            "error_code": null,
            "error_message": null,
            "from": BUSINESS,
            "messaging_service_sid": null,
            "num_media": "0",
            "num_segments": "1",
            "price": null,
            "price_unit": null,
            "sid": line.id,
            "status": "queued",
            "subresource_uris": {"media": format!("{path}/Media.json")},
            "to": carla.number(),
            "uri": format!("{path}.json"),
        })
    );
    let digits = line.id.strip_prefix("SM").unwrap();
    assert!(digits.len() == 32 && digits.bytes().all(|it| it.is_ascii_hexdigit()), "{}", line.id);
    assert!(desk.provider.customer("Carla").phone().is_empty(), "WhatsApp is another chat");
}

#[tokio::test]
async fn a_form_with_a_mistake_is_refused_with_its_code() {
    let desk = SmsDesk::new().await;
    let carla = desk.sms.customer("Carla");
    let (to, long) = (carla.number(), "x".repeat(1601));
    let cases: [(&[(&str, &str)], i64); 14] = [
        (&[("From", BUSINESS), ("Body", "x")], 21604),
        (&[("To", ""), ("From", BUSINESS), ("Body", "x")], 21604),
        (&[("To", &to), ("Body", "x")], 21603),
        (&[("To", &to), ("From", BUSINESS)], 21602),
        (&[("To", "Carla"), ("From", BUSINESS), ("Body", "x")], 21211),
        (&[("To", "4915155512345"), ("From", BUSINESS), ("Body", "x")], 21211),
        (&[("To", "+012345678"), ("From", BUSINESS), ("Body", "x")], 21211),
        (&[("To", &to), ("From", "+15550100999"), ("Body", "x")], 21606),
        (&[("To", BUSINESS), ("From", BUSINESS), ("Body", "x")], 21266),
        (&[("To", &to), ("From", BUSINESS), ("Body", &long)], 21617),
        (&[("To", &to), ("From", BUSINESS), ("Body", "x"), ("StatusCallback", "hub/sms")], 21609),
        (&[("To", &to), ("From", BUSINESS), ("Body", "x"), ("StatusCallback", "http://my_hub/")], 21609),
        (&[("To", &to), ("From", BUSINESS), ("Body", "x"), ("StatusCalback", "http://hub/")], 20001),
        (&[("To", &to), ("From", BUSINESS), ("MediaUrl", "http://hub/a.png")], 20001),
    ];
    for (form, code) in cases {
        let (status, answer) = desk.posts(form).await;
        assert_eq!((status, answer["code"].as_i64()), (400, Some(code)), "{form:?}: {answer}");
        assert_eq!(answer["status"], 400);
        assert_eq!(answer["more_info"], format!("https://www.twilio.com/docs/errors/{code}"));
        assert!(!answer["message"].as_str().unwrap().is_empty());
    }
    assert!(carla.phone().is_empty(), "nothing of it is on her phone");
    let longest = "ü".repeat(1600);
    let (status, answer) = desk.posts(&[("To", &to), ("From", BUSINESS), ("Body", &longest)]).await;
    assert_eq!((status, &answer["num_segments"]), (201, &json!("11")));
}

#[tokio::test]
async fn only_the_accounts_own_credentials_are_accepted() {
    let desk = SmsDesk::new().await;
    let other = "AC11111111111111111111111111111111";
    let base = desk.sms.base_url();
    for (user, password, account, status, code) in [
        (ACCOUNT_SID, "wrong", ACCOUNT_SID, 401, 20003),
        (other, AUTH_TOKEN, ACCOUNT_SID, 401, 20003),
        (ACCOUNT_SID, AUTH_TOKEN, other, 404, 20404),
    ] {
        let url = format!("{base}/2010-04-01/Accounts/{account}/Messages.json");
        let form = [("To", "+15550100200"), ("From", BUSINESS), ("Body", "x")];
        let answer = post_form(&desk.client, &url, (user, password), &form).await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        assert_eq!(answer.json::<Value>().await.unwrap()["code"], code);
    }
    let without = desk.client.get(format!("{base}/2010-04-01/Accounts/{ACCOUNT_SID}.json")).send().await;
    assert_eq!(without.unwrap().status().as_u16(), 401);
    assert!(desk.sms.inject(Fault::ExpireToken));
    assert_eq!(get(&desk, &format!("Accounts/{ACCOUNT_SID}.json")).await.0, 401);
    assert!(desk.sms.inject(Fault::RenewToken));
    let (status, account) = get(&desk, &format!("Accounts/{ACCOUNT_SID}.json")).await;
    assert_eq!((status, &account["status"], &account["sid"]), (200, &json!("active"), &json!(ACCOUNT_SID)));
    assert_eq!(get(&desk, "Accounts/x/Letters.json").await.0, 404);
}

async fn get(desk: &SmsDesk, path: &str) -> (u16, Value) {
    let url = format!("{}/2010-04-01/{path}", desk.sms.base_url());
    let answer = desk.client.get(url).basic_auth(ACCOUNT_SID, Some(AUTH_TOKEN)).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn the_account_lists_its_number_and_where_its_messages_are_reported() {
    let desk = SmsDesk::new().await;
    let path = format!("Accounts/{ACCOUNT_SID}/IncomingPhoneNumbers.json");
    for (query, count) in [("", 1), ("?PhoneNumber=%2B15550100300", 1), ("?PhoneNumber=%2B15550100301", 0)] {
        let (status, answer) = get(&desk, &format!("{path}{query}")).await;
        let numbers = answer["incoming_phone_numbers"].as_array().unwrap();
        assert_eq!((status, numbers.len()), (200, count), "{query}");
        for number in numbers {
            assert_eq!(number["phone_number"], BUSINESS);
            assert_eq!(number["sms_url"], format!("{}/webhooks/sms/desk", desk.hub.url));
        }
    }
}

#[tokio::test]
async fn a_busy_or_broken_provider_accepts_nothing() {
    let desk = SmsDesk::new().await;
    let carla = desk.sms.customer("Carla");
    let url = desk.messages_url();
    let to = carla.number();
    let form = [("To", to.as_str()), ("From", BUSINESS), ("Body", "Hello")];
    let post = async || post_form(&desk.client, &url, (ACCOUNT_SID, AUTH_TOKEN), &form).await.unwrap();
    assert!(desk.sms.inject(Fault::Busy { times: 1, retry_after_s: Some(7) }));
    let answer = post().await;
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (429, "7"));
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], 20429);
    assert!(desk.sms.inject(Fault::Broken { times: 1 }));
    let answer = post().await;
    assert_eq!(answer.status().as_u16(), 502);
    assert!(answer.text().await.unwrap().starts_with("<!DOCTYPE"));
    assert!(carla.phone().is_empty());
    assert_eq!(post().await.status().as_u16(), 201);
    for fault in [Fault::Unsubscribe, Fault::WithdrawTemplate { name: "hello".to_owned() }] {
        assert!(!desk.sms.inject(fault), "there is no such thing on SMS");
    }
}

#[tokio::test]
async fn the_next_message_to_carla_is_refused_or_its_answer_is_cut() {
    let desk = SmsDesk::new().await;
    let carla = desk.sms.customer("Carla");
    carla.refuse_next_send(21614);
    let to = carla.number();
    let form = [("To", to.as_str()), ("From", BUSINESS), ("Body", "Hello")];
    let (status, answer) = desk.posts(&form).await;
    assert_eq!((status, &answer["code"]), (400, &json!(21614)));
    assert!(carla.phone().is_empty());
    carla.cut_next_answer();
    let url = desk.messages_url();
    let answer = post_form(&desk.client, &url, (ACCOUNT_SID, AUTH_TOKEN), &form).await;
    let readable = match answer {
        Ok(answer) => answer.bytes().await.is_ok(),
        Err(_) => false,
    };
    assert!(!readable, "the hub does not learn the id");
    carla.waits_for("Hello").await.unwrap();
}
