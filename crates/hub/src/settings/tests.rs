//! What settings files may say.

use deskbell_channels::whatsapp;

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
    let mut settings = Settings::parse(GOOD).unwrap();
    assert_eq!(settings.accounts[0].offer_seconds, 20);
    assert_eq!(settings.accounts[0].id(), Settings::parse(GOOD).unwrap().accounts[0].id());
    let whatsapp = settings.accounts[0].channel_mut::<whatsapp::Settings>().unwrap();
    assert_eq!(whatsapp.base_url, "https://graph.facebook.com");
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
    // Nobody's ids are a default.
    let on = on
        .join("\n")
        .replace("# [[", "[[")
        .replace("# [account.", "[account.")
        .replace("_id = \"…\"", "_id = \"1029\"");
    let on = Settings::parse(&on).unwrap();
    assert_eq!(on.accounts[0].offer_seconds, 20);
    assert!(on.accounts[0].continue_conversations && !on.accounts[0].automatic_answer);
    assert_eq!(on.rules().dispositions, ["won"]);
    assert_eq!(on.rules().editable_case_keys, ["order"]);
    // Nor is anybody's proxy or public address.
    assert!(on.proxy.is_some() && on.public_url.is_some());
    let shown = Settings {
        proxy: None,
        public_url: None,
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
    assert_eq!(error, "line 9: account shop: there is no queue \"Slaes\"");
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

#[test]
fn what_may_hold_a_password_is_not_shown() {
    for proxy in ["ftp://me:horse@proxy.example", "me:horse@proxy.example:3128"] {
        let error = Settings::parse(&format!("proxy = \"{proxy}\"\n{GOOD}")).unwrap_err().to_string();
        assert!(error.starts_with("line 1: proxy") && !error.contains("horse"), "{error}");
    }
    let good = Settings::parse(&format!("proxy = \"http://me:horse@proxy.example:3128\"\n{GOOD}")).unwrap();
    assert!(good.proxy.is_some() && !format!("{good:?}").contains("horse"));
    let error = Settings::parse(&format!("{GOOD}base_url = \"https://me:horse@graph.facebook.com\"\n"));
    assert!(!error.unwrap_err().to_string().contains("horse"));
    for (good, bad, kind) in
        [("[\"secret\"]", "\"horse, expected\"", "string"), ("\"verify\"", "4711", "integer")]
    {
        let error = Settings::parse(&GOOD.replace(good, bad)).unwrap_err().to_string();
        assert!(error.contains(&format!("invalid type: {kind}, expected a ")), "{error}");
        assert!(!error.contains("horse") && !error.contains("4711"), "{error}");
    }
}

#[test]
fn what_other_tools_take_is_taken_here() {
    Settings::parse(&format!("listen = \"my_hub:8800\"\nbehind_proxy = true\n{GOOD}")).unwrap();
    let agent = "[[agent]]\nname = \" Anna \"\npassword = \"correct horse\"\n";
    Settings::parse(&format!("{GOOD}{agent}")).unwrap();
    let twice =
        Settings::parse(&format!("{GOOD}{agent}{}", agent.replace("\" Anna \"", "\"anna\""))).unwrap_err();
    assert!(twice.to_string().contains("two of this name"), "{twice}");
}

#[test]
fn who_waits_is_shown_red_before_yellow_is_due_if_only_red_is_set() {
    let screen = Settings::parse(&format!("{GOOD}[screen]\nwaiting_red_s = 30\n")).unwrap().screen;
    assert_eq!((screen.waiting_yellow_s, screen.waiting_red_s), (30, 30));
}

#[cfg(unix)]
#[test]
fn only_the_data_folder_itself_is_made_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let above = folder.path().join("srv");
    Settings::at(above.join("data")).make_data_folder().unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let usual = folder.path().join("usual");
    std::fs::create_dir(&usual).unwrap();
    assert_eq!((mode(&above), mode(&above.join("data"))), (mode(&usual), 0o700));
}

/// A file in which every kind of table stands, some with a value that a row of the table below exchanges.
const WHOLE: &str = r#"name = "Shop"
listen = "127.0.0.1:8800"
data_dir = "data"
[[queue]]
name = "Sales"
[[queue]]
name = "Service"
[[account]]
name = "shop"
phone_number_id = "10654"
access_token = "token"
app_secrets = ["secret"]
verify_token = "verify"
[[account]]
name = "help"
queue = "Service"
id = "0193f5a0-0000-7000-8000-000000000001"
phone_number_id = "777"
waba_id = "1029"
access_token = "token"
app_secrets = ["secret"]
verify_token = "verify"
base_url = "https://graph.facebook.com"
graph_version = "v26.0"
offer_seconds = 20
messages_per_second = 80
number = "+49 30 1234567"
[[agent]]
name = "Anna"
password = "correct horse"
[[agent]]
name = "Ben"
password = "correct horse"
queues = ["Sales"]
[[disposition]]
id = "won"
label = "Won"
[[disposition]]
id = "lost"
path = ["Sales", "Lost"]
[[case_field]]
key = "order"
[[case_field]]
key = "bike"
[routing]
capacity = 4
cool_off_s = 30
not_ready_after_missed_offers = 2
agent_gone_s = 120
idle_end_s = 86400
reasons = ["break", "lunch"]
[contacts]
assigned_days = 30
opt_in_sources = ["By phone"]
[limits]
token_days = 30
log_days = 30
raw_days = 14
[screen]
cache_days = 90
waiting_yellow_s = 60
waiting_red_s = 180
heartbeat_s = 15
window_warning_s = 3600
"#;

#[test]
fn every_value_that_cannot_be_is_refused_with_its_line_and_a_reason() {
    Settings::parse(WHOLE).unwrap();
    for (line, bad, reason) in [
        (1, r#"name = """#, "1 to 100 characters"),
        (1, r#"name = " Shop""#, "no blanks around it"),
        (2, r#"listen = "garbage""#, "an address and a port"),
        (2, r#"listen = "127.0.0.1:99999""#, "an address and a port"),
        (2, r#"listen = "127.0.0.1""#, "an address and a port"),
        (2, r#"listen = "0.0.0.0:80""#, "behind_proxy"),
        (2, r#"proxy = "proxy.example""#, "such as http://proxy.example:3128"),
        (3, r#"data_dir = """#, "name a folder"),
        (5, r#"name = """#, "1 to 100 characters"),
        (7, r#"name = "Sales""#, "there are two of this name"),
        (9, r#"name = "the shop""#, "part of an address"),
        (10, r#"phone_number_id = "+49 30""#, "not the number"),
        (11, r#"access_token = """#, "missing field `access_token`"),
        (12, r#"app_secrets = []"#, "no delivery can be trusted"),
        (12, r#"app_secrets = [""]"#, "anybody can sign with that"),
        (13, r#"verify_token = """#, "missing field `verify_token`"),
        (13, r#"verify_token_env = "UNHEARD_OF""#, "UNHEARD_OF is missing or empty"),
        (15, r#"name = "shop""#, "there are two of this name"),
        (16, r#"queue = "Slaes""#, "there is no queue"),
        (18, r#"phone_number_id = "10654""#, "two accounts of this phone_number_id"),
        (19, r#"waba_id = "10/29""#, "the id of the business account"),
        (23, r#"base_url = "ftp://graph.facebook.com""#, "such as https://graph.facebook.com"),
        (23, r#"base_url = "graph.facebook.com""#, "such as https://graph.facebook.com"),
        (23, r#"base_url = "http://graph.facebook.com""#, "use https"),
        (23, r#"base_url = "https://me:it@graph.facebook.com""#, "such as https://graph.facebook.com"),
        (24, r#"graph_version = """#, "such as v26.0"),
        (24, r#"graph_version = "26""#, "such as v26.0"),
        (25, "offer_seconds = 0", "it must be 1 to"),
        (26, "messages_per_second = 0", "it must be 1 to"),
        (27, r#"number = "030 1234567""#, "with its country"),
        (29, r#"name = """#, "1 to 100 characters"),
        (30, r#"password = "short""#, "at least 8 characters"),
        (32, r#"name = "anna""#, "there are two of this name"),
        (34, r#"queues = ["Slaes"]"#, "there is no queue"),
        (36, r#"id = """#, "needs an id"),
        (37, r#"label = " ""#, "the label is empty"),
        (39, r#"id = "won""#, "there are two of this id"),
        (40, r#"path = ["Sales", ""]"#, "a step of the path is empty"),
        (42, r#"key = """#, "1 to 100 characters"),
        (44, r#"key = "order""#, "there are two of this key"),
        (46, "capacity = 0", "it must be 1 to"),
        (47, "cool_off_s = 4000000000", "it must be 0 to"),
        (48, "not_ready_after_missed_offers = 4000000000", "it must be 0 to"),
        (49, "agent_gone_s = 0", "it must be 1 to"),
        (50, "idle_end_s = 0", "it must be 1 to"),
        (51, r#"reasons = ["break", "break"]"#, "is there twice"),
        (51, r#"reasons = [""]"#, "1 to 200 characters"),
        (53, "assigned_days = 0", "it must be 1 to"),
        (54, r#"opt_in_sources = [" "]"#, "1 to 200 characters"),
        (56, "token_days = 0", "it must be 1 to"),
        (57, "log_days = 0", "it must be 1 to"),
        (58, "raw_days = 0", "it must be 1 to"),
        (60, "cache_days = 0", "it must be 1 to"),
        (61, "waiting_yellow_s = 181", "yellow before red"),
        (62, "waiting_red_s = 4000000000", "it must be 0 to"),
        (63, "heartbeat_s = 4000000000", "it must be 1 to 3600"),
        (63, "heartbeat_s = 0", "it must be 1 to 3600"),
        (64, "window_warning_s = 4000000000", "it must be 0 to"),
    ] {
        let mut lines: Vec<_> = WHOLE.lines().collect();
        lines[line - 1] = bad;
        let Err(error) = Settings::parse(&lines.join("\n")) else { panic!("{bad} is taken") };
        let error = error.to_string();
        assert!(error.starts_with(&format!("line {line}: ")) && error.contains(reason), "{bad}: {error}");
    }
}

#[test]
fn a_provider_on_this_machine_needs_no_tls() {
    for here in ["http://127.0.0.1:4010", "http://[::1]:4010", "http://localhost:4010"] {
        let text = WHOLE.replace("https://graph.facebook.com", here);
        Settings::parse(&text).unwrap();
    }
}
