//! What the table of a WhatsApp account may say.
#![allow(clippy::unwrap_used, clippy::panic)]

use deskbell_channels::whatsapp::Settings;
use deskbell_channels::{
    AccountContext, ChannelSettings, FaultPlace, SettingsFault, SettingsTable, registry,
};
use deskbell_protocol::{Channel as ChannelKind, ChannelPolicy};
use toml::de::DeTable;

const SHOP: &str = r#"
phone_number_id_env = "SHOP_NUMBER"
waba_id_env = "SHOP_WABA"
access_token_env = "SHOP_TOKEN"
app_secrets_env = ["SHOP_SECRET", "SHOP_SECRET_NEXT"]
verify_token_env = "SHOP_VERIFY"
"#;

fn environment(name: &str) -> Option<String> {
    let variables = [
        ("SHOP_NUMBER", "10654\n"),
        ("SHOP_WABA", "1029"),
        ("SHOP_TOKEN", "token"),
        ("SHOP_SECRET", "old"),
        ("SHOP_SECRET_NEXT", "new"),
        ("SHOP_VERIFY", "verify"),
        ("EMPTY", " "),
    ];
    variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
}

fn parse(text: &str) -> Result<Settings, SettingsFault> {
    let table = DeTable::parse(text).unwrap();
    let span = table.span();
    let table = toml::Spanned::new(span, toml::de::DeValue::Table(table.into_inner()));
    Settings::parse(SettingsTable::new(table), &environment)
}

/// The key of a fault and its reason.
fn of_key(fault: SettingsFault) -> (&'static str, String) {
    match fault.place {
        FaultPlace::Key(key) => (key, fault.reason),
        FaultPlace::Bytes(bytes) => panic!("{bytes:?}: {}", fault.reason),
    }
}

#[test]
fn the_shops_secrets_and_ids_come_from_the_environment_and_are_not_shown() {
    let settings = parse(SHOP).unwrap();
    assert_eq!(settings.phone_number_id, "10654");
    assert_eq!(settings.business_account_id.as_deref(), Some("1029"));
    assert_eq!(settings.access_token.expose(), "token");
    assert_eq!(settings.app_secrets.iter().map(|it| it.expose()).collect::<Vec<_>>(), ["old", "new"]);
    assert_eq!(settings.verify_token.expose(), "verify");
    assert!(!format!("{settings:?}").contains("\"token\""));
    assert_eq!(settings.check(&AccountContext::new("shop")), Ok(()));
    assert_eq!(
        (settings.base_url.as_str(), settings.messages_per_second),
        ("https://graph.facebook.com", 80)
    );
}

#[test]
fn a_value_that_is_missing_empty_or_given_twice_is_named() {
    for (variable, other) in [("SHOP_TOKEN", "NOBODY"), ("SHOP_TOKEN", "EMPTY")] {
        let fault = parse(&SHOP.replace(variable, other)).unwrap_err();
        let words =
            format!("the environment variable {other} is missing or empty; access_token_env wants it");
        assert_eq!(of_key(fault), ("access_token_env", words));
    }
    let fault = parse(&format!("{SHOP}verify_token = \"x\"\n")).unwrap_err();
    let words = "give verify_token or verify_token_env, not both".to_owned();
    assert_eq!(of_key(fault), ("verify_token", words));
    let fault = parse(&SHOP.replace("access_token_env = \"SHOP_TOKEN\"\n", "")).unwrap_err();
    let (key, words) = of_key(fault);
    assert!(key == "access_token" && words.starts_with("missing field `access_token`"), "{words}");
}

#[test]
fn an_unknown_key_and_a_wrong_type_are_refused_with_their_place_and_without_their_value() {
    let at = |text: &str| {
        let fault = parse(text).unwrap_err();
        let FaultPlace::Bytes(Some(bytes)) = fault.place else { panic!("{fault:?}") };
        (text.get(bytes).unwrap().to_owned(), fault.reason)
    };
    let (place, reason) = at(&format!("{SHOP}quue = 1\n"));
    assert!(
        place == "quue" && reason.starts_with("unknown field `quue`, expected one of"),
        "{place}: {reason}"
    );
    let (place, reason) = at(&format!("{SHOP}app_secrets = \"horse, expected\"\n"));
    assert!(place.contains("horse") && reason.contains("invalid type: string, expected a "), "{reason}");
    assert!(!reason.contains("horse"), "{reason}");
}

#[test]
fn a_value_that_cannot_be_is_refused_with_its_key() {
    let fault_of = |change: fn(&mut Settings)| {
        let mut settings = parse(SHOP).unwrap();
        change(&mut settings);
        of_key(settings.check(&AccountContext::new("shop")).unwrap_err())
    };
    let (key, reason) = fault_of(|it| it.phone_number_id = "+49 30 1".to_owned());
    assert!(key == "phone_number_id" && reason.contains("not the number"), "{reason}");
    assert_eq!(fault_of(|it| it.business_account_id = Some("a b".to_owned())).0, "waba_id");
    assert_eq!(fault_of(|it| it.app_secrets.clear()).0, "app_secrets");
    assert_eq!(fault_of(|it| it.app_secrets.push(deskbell_channels::Secret::new(" "))).0, "app_secrets");
    let (key, reason) = fault_of(|it| it.base_url = "https://me:horse@graph.facebook.com".to_owned());
    assert_eq!((key, reason.contains("horse")), ("base_url", false));
    let (_, reason) = fault_of(|it| it.base_url = "http://graph.facebook.com".to_owned());
    assert!(reason.ends_with("plain text; use https"), "{reason}");
    assert_eq!(fault_of(|it| it.graph_version = "26".to_owned()).0, "graph_version");
    let (_, reason) = fault_of(|it| it.messages_per_second = 0);
    assert_eq!(reason, "messages_per_second = 0: it must be 1 to 10000");
    assert_eq!(fault_of(|it| it.number = Some("030 1".to_owned())).0, "number");
}

#[test]
fn the_registry_opens_the_account_that_the_settings_describe() {
    let whatsapp = registry::by_name("whatsapp").unwrap();
    assert_eq!(registry::by_kind(ChannelKind::Whatsapp).unwrap().name, whatsapp.name);
    let text = format!("{SHOP}number = \"+49 (30) 1234567\"\ntyping_indicator = false\n");
    let table = DeTable::parse(&text).unwrap();
    let span = table.span();
    let table = toml::Spanned::new(span, toml::de::DeValue::Table(table.into_inner()));
    let settings = (whatsapp.parse)(SettingsTable::new(table), &environment).unwrap();
    assert_eq!((settings.address(), settings.address_key()), ("10654", "phone_number_id"));
    assert_eq!(settings.own_number().as_deref(), Some("+49301234567"));
    let channel = settings.clone().open(&AccountContext::new("shop"));
    assert_eq!((channel.kind(), channel.address()), (ChannelKind::Whatsapp, "10654"));
    assert_eq!(channel.policy(), ChannelPolicy { typing: false, ..ChannelPolicy::fallback() });
}

#[test]
fn without_a_business_account_there_are_no_templates() {
    let settings = parse(&SHOP.replace("waba_id_env = \"SHOP_WABA\"\n", "")).unwrap();
    let channel = settings.open(&AccountContext::new("shop"));
    assert!(!channel.policy().templates);
}
