//! Values of accounts from environment variables, so that the file holds no secrets.

/// Returns a variable of this process. A value that is not Unicode counts as absent.
pub(crate) fn of_process(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[cfg(test)]
mod tests {
    use deskbell_channels::whatsapp;

    use crate::settings::Settings;

    const FILE: &str = r#"
data_dir = "data"

[[account]]
name = "shop"
phone_number_id_env = "SHOP_NUMBER"
waba_id_env = "SHOP_WABA"
access_token_env = "SHOP_TOKEN"
app_secrets_env = ["SHOP_SECRET", "SHOP_SECRET_NEXT"]
verify_token_env = "SHOP_VERIFY"
"#;

    fn parse(text: &str, missing: &str) -> Result<Settings, String> {
        let variables = [
            ("SHOP_NUMBER", "10654\n"),
            ("SHOP_WABA", "1029"),
            ("SHOP_TOKEN", "token"),
            ("SHOP_SECRET", "old"),
            ("SHOP_SECRET_NEXT", "new"),
            ("SHOP_VERIFY", "verify"),
        ];
        let environment = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name && name != missing);
            found.map(|(_, value)| (*value).to_owned())
        };
        Settings::parse_with(text, &environment).map_err(|error| error.to_string())
    }

    #[test]
    fn secrets_and_ids_come_from_the_environment_and_are_not_shown() {
        let mut settings = parse(FILE, "").unwrap();
        let account = settings.accounts[0].channel_mut::<whatsapp::Settings>().unwrap();
        assert_eq!(account.phone_number_id, "10654");
        assert_eq!(account.business_account_id.as_deref(), Some("1029"));
        assert_eq!(account.access_token.expose(), "token");
        assert_eq!(account.app_secrets.iter().map(|it| it.expose()).collect::<Vec<_>>(), ["old", "new"]);
        assert_eq!(account.verify_token.expose(), "verify");
        assert!(!format!("{settings:?}").contains("\"token\""));
    }

    #[test]
    fn what_is_missing_or_given_twice_is_named() {
        let error = parse(FILE, "SHOP_TOKEN").unwrap_err();
        assert_eq!(
            error,
            "line 8: account shop: the environment variable SHOP_TOKEN is missing or empty; access_token_env wants it"
        );
        let error = parse(FILE, "SHOP_SECRET_NEXT").unwrap_err();
        assert!(error.contains("SHOP_SECRET_NEXT") && error.contains("app_secrets_env"), "{error}");
        let error = parse(&format!("{FILE}verify_token = \"x\"\n"), "").unwrap_err();
        assert_eq!(error, "line 11: account shop: give verify_token or verify_token_env, not both");
        let without = FILE.replace("access_token_env = \"SHOP_TOKEN\"\n", "");
        let error = parse(&without, "").unwrap_err();
        assert!(error.starts_with("line 4: account shop: missing field `access_token`"), "{error}");
    }
}
