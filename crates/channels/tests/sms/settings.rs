//! What the table of an SMS account may say.

use deskbell_channels::sms::Settings;
use deskbell_channels::{
    AccountContext, ChannelSettings as _, FaultPlace, PublicUrl, Secret, SettingsFault, SettingsTable,
    registry,
};
use deskbell_protocol::{BeginRule, Channel as ChannelKind, Receipts, TextUnit};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::support::{ACCOUNT, settings};

const TABLE: &str = r#"
account_sid = "AC0123456789abcdef0123456789abcdef"
auth_token_env = "WORKSHOP_TOKEN"
number = "+1 (555) 123-4567"
"#;

fn environment(name: &str) -> Option<String> {
    (name == "WORKSHOP_TOKEN").then(|| "very-secret-token\n".to_owned())
}

fn table(text: &str) -> SettingsTable<'_> {
    let table = DeTable::parse(text).unwrap();
    SettingsTable::new(Spanned::new(table.span(), DeValue::Table(table.into_inner())))
}

fn fault_of(change: fn(&mut Settings)) -> (FaultPlace, String) {
    let mut settings = settings();
    change(&mut settings);
    let public_url = PublicUrl::parse("https://desk.example").unwrap();
    let context = AccountContext { public_url: Some(&public_url), ..AccountContext::new("workshop") };
    let SettingsFault { place, reason } = settings.check(&context).unwrap_err();
    (place, reason)
}

#[test]
fn the_registry_opens_the_number_that_the_table_describes() {
    let sms = registry::by_name("sms").unwrap();
    assert_eq!(sms.kind, ChannelKind::Sms);
    let settings = (sms.parse)(table(TABLE), &environment).unwrap();
    assert_eq!((settings.address(), settings.address_key()), ("+15551234567", "number"));
    assert_eq!(settings.own_number().as_deref(), Some("+15551234567"));
    assert!(!format!("{settings:?}").contains("very-secret"));
    let public_url = PublicUrl::parse("https://desk.example/hub/").unwrap();
    let context = AccountContext { public_url: Some(&public_url), ..AccountContext::new("workshop") };
    assert_eq!(settings.check(&context), Ok(()));
    let channel = settings.open(&context);
    assert_eq!((channel.kind(), channel.address()), (ChannelKind::Sms, "+15551234567"));
    let policy = channel.policy();
    assert_eq!((policy.window, policy.text.max, policy.text.unit), (None, 10, TextUnit::SmsSegments));
    assert_eq!((policy.receipts, policy.begin), (Receipts::Delivered, BeginRule::WithConsent));
    assert!(policy.connect && !policy.templates && !policy.typing && !policy.replies && !policy.reactions);
    assert!(policy.media.is_empty() && channel.webhook().is_some());
}

#[test]
fn without_a_public_address_the_number_does_not_start() {
    let SettingsFault { place, reason } = settings().check(&AccountContext::new("workshop")).unwrap_err();
    assert_eq!(place, FaultPlace::Key("public_url"));
    assert!(reason.contains("set public_url") && reason.contains("https://desk.example"), "{reason}");
}

#[test]
fn a_public_address_is_kept_as_it_is_written() {
    for (text, joined) in [
        ("https://Desk.Example", "https://Desk.Example/w?o=1"),
        ("https://desk.example:8443/hub/", "https://desk.example:8443/hub/w?o=1"),
        ("http://127.0.0.1:9700", "http://127.0.0.1:9700/w?o=1"),
    ] {
        assert_eq!(PublicUrl::parse(text).unwrap().join("/w?o=1"), joined);
    }
    for bad in [
        "http://desk.example",
        "desk.example",
        "https://me:horse@desk.example",
        "https://desk.example/?a=1",
        "",
    ] {
        let reason = PublicUrl::parse(bad).unwrap_err();
        assert!(!reason.contains("horse"), "{reason}");
    }
}

#[test]
fn what_is_missing_unknown_or_of_the_wrong_form_is_refused_with_its_place() {
    let fault = |text: &str| Settings::parse(table(text), &environment).unwrap_err();
    let missing = fault(&TABLE.replace("auth_token_env", "number_env").replace("number = ", "# "));
    assert_eq!(missing.place, FaultPlace::Key("auth_token"));
    assert!(missing.reason.starts_with("missing field `auth_token`"), "{}", missing.reason);
    let unknown = fault(&format!("{TABLE}phone_number_id = \"1\"\n"));
    assert!(unknown.reason.starts_with("unknown field `phone_number_id`"), "{}", unknown.reason);
    let FaultPlace::Bytes(Some(bytes)) = unknown.place else { panic!("{unknown:?}") };
    assert!(bytes.start > TABLE.len() - 2);

    assert_eq!(fault_of(|it| it.account_sid = "SK1".to_owned()).0, FaultPlace::Key("account_sid"));
    assert_eq!(fault_of(|it| it.auth_token = Secret::new(" ")).0, FaultPlace::Key("auth_token"));
    assert_eq!(fault_of(|it| it.number = "5551234567".to_owned()).0, FaultPlace::Key("number"));
    assert_eq!(fault_of(|it| it.messages_per_second = 0).0, FaultPlace::Key("messages_per_second"));
    let (place, reason) = fault_of(|it| it.base_url = "http://me:horse@api.twilio.com".to_owned());
    assert_eq!((place, reason.contains("horse")), (FaultPlace::Key("base_url"), false));
    assert_eq!(settings().account_sid, ACCOUNT);
}
