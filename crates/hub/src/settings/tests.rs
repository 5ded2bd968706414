//! What settings files may say.

use super::*;

const GOOD: &str = r#"
data_dir = "data"

[[queue]]
name = "Sales"

[[account]]
name = "shop"
queue = "Sales"
phone_number_id = "10654"
access_token = "token"
app_secrets = ["secret"]
verify_token = "verify"
"#;

#[test]
fn a_small_file_is_enough() {
    let settings = Settings::parse(GOOD).unwrap();
    assert_eq!(settings.accounts[0].offer_seconds, 20);
    assert_eq!(settings.accounts[0].id(), Settings::parse(GOOD).unwrap().accounts[0].id());
    assert_eq!(settings.accounts[0].base_url, "https://graph.facebook.com");
    assert!(!format!("{settings:?}").contains("\"secret\""));
}

#[test]
fn the_file_that_init_writes_is_good_and_shows_the_true_defaults() {
    let text = include_str!("../hub.toml");
    let defaults = format!("{:?}", Settings { queues: Vec::new(), ..Settings::at("data") });
    let plain = Settings::parse(text).unwrap();
    assert_eq!(format!("{:?}", Settings { queues: Vec::new(), ..plain }), defaults);
    // Every line that shows a default, switched on: `# key = value`.
    let shown = |line: &str| line.strip_prefix("# ").filter(|rest| rest.contains(" = ")).map(str::to_owned);
    let on: Vec<_> = text.lines().map(|line| shown(line).unwrap_or_else(|| line.to_owned())).collect();
    let on = on.join("\n").replace("# [[", "[[");
    let on = Settings::parse(&on).unwrap();
    assert_eq!(on.accounts[0].offer_seconds, 20);
    assert!(on.accounts[0].continue_conversations && !on.accounts[0].automatic_answer);
    assert_eq!(on.rules().dispositions, ["won"]);
    assert_eq!(on.rules().editable_case_keys, ["order"]);
    let shown = Settings {
        queues: Vec::new(),
        accounts: Vec::new(),
        dispositions: Vec::new(),
        case_fields: Vec::new(),
        ..on
    };
    assert_eq!(format!("{shown:?}"), defaults);
}

#[test]
fn an_unknown_key_is_refused_with_its_line() {
    let text = GOOD.replace("queue = \"Sales\"\n", "queue = \"Sales\"\nquue = 1\n");
    let error = Settings::parse(&text).unwrap_err().to_string();
    assert!(error.starts_with("line 10: unknown field `quue`"), "{error}");
}

#[test]
fn a_bad_value_is_refused_with_its_line() {
    let error = Settings::parse(&format!("{GOOD}offer_seconds = \"long\"\n")).unwrap_err().to_string();
    assert!(error.starts_with("line 14: invalid type: string"), "{error}");
}

#[test]
fn a_queue_that_does_not_exist_is_named() {
    let text = GOOD.replace("queue = \"Sales\"", "queue = \"Slaes\"");
    let error = Settings::parse(&text).unwrap_err().to_string();
    assert_eq!(error, "account shop: there is no queue \"Slaes\"");
}

#[test]
fn a_plain_listener_beyond_this_machine_needs_a_proxy_before_it() {
    let on = |listen: &str, more: &str| Settings::parse(&format!("listen = \"{listen}\"\n{more}{GOOD}"));
    for listen in ["127.0.0.1:8800", "[::1]:0", "localhost:8800"] {
        on(listen, "").unwrap();
    }
    for listen in ["0.0.0.0:8800", "[::]:8800", "192.168.1.7:80", "hub.example:80"] {
        let error = on(listen, "").unwrap_err().to_string();
        assert!(error.contains("behind_proxy"), "{error}");
        on(listen, "behind_proxy = true\n").unwrap();
    }
}
