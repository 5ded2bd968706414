//! What accounts take from the environment, so that the file can be shown around.

use deskbell_connectors::Secret;

use super::{AccountSettings, SettingsError};

/// Looks a variable up by its name.
pub(super) type Environment<'e> = &'e dyn Fn(&str) -> Option<String>;

/// The environment of this process. What is not text is as good as not there.
pub(super) fn of_process(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

impl AccountSettings {
    /// Fills in what comes from the environment.
    ///
    /// # Errors
    ///
    /// If something is given twice or not at all, or a variable that is named is missing or empty.
    pub(super) fn fill_in(&mut self, environment: Environment<'_>) -> Result<(), SettingsError> {
        let account = self.name.as_str();
        let variable = |name: &str, key: &str| {
            let value = environment(name).map(|value| value.trim().to_owned());
            value.filter(|value| !value.is_empty()).ok_or_else(|| {
                SettingsError::Contradiction(format!(
                    "account {account}: the environment variable {name} is missing or empty; {key}_env wants it"
                ))
            })
        };
        let one = |written: &str, name: Option<&String>, key: &str| match (written, name) {
            ("", Some(name)) => variable(name, key),
            ("", None) => Err(SettingsError::Contradiction(format!(
                "account {account}: missing field `{key}`; give it, or the name of an environment variable in {key}_env"
            ))),
            (written, None) => Ok(written.to_owned()),
            (_, Some(_)) => Err(SettingsError::Contradiction(format!(
                "account {account}: give {key} or {key}_env, not both"
            ))),
        };
        let number = one(&self.phone_number_id, self.phone_number_id_env.as_ref(), "phone_number_id")?;
        let access = one(self.access_token.expose(), self.access_token_env.as_ref(), "access_token")?;
        let verify = one(self.verify_token.expose(), self.verify_token_env.as_ref(), "verify_token")?;
        let mut secrets = Vec::new();
        for name in &self.app_secrets_env {
            secrets.push(Secret::new(variable(name, "app_secrets")?));
        }
        self.phone_number_id = number;
        self.access_token = Secret::new(access);
        self.verify_token = Secret::new(verify);
        self.app_secrets.extend(secrets);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Settings;

    const FILE: &str = r#"
data_dir = "data"

[[account]]
name = "shop"
phone_number_id_env = "SHOP_NUMBER"
access_token_env = "SHOP_TOKEN"
app_secrets_env = ["SHOP_SECRET", "SHOP_SECRET_NEXT"]
verify_token_env = "SHOP_VERIFY"
"#;

    fn parse(text: &str, missing: &str) -> Result<Settings, String> {
        let variables = [
            ("SHOP_NUMBER", "10654\n"),
            ("SHOP_TOKEN", "token"),
            ("SHOP_SECRET", "old"),
            ("SHOP_SECRET_NEXT", "new"),
            ("SHOP_VERIFY", "verify"),
        ];
        let look = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name && name != missing);
            found.map(|(_, value)| (*value).to_owned())
        };
        Settings::parse_with(text, &look).map_err(|error| error.to_string())
    }

    #[test]
    fn secrets_and_ids_come_from_the_environment_and_are_not_shown() {
        let settings = parse(FILE, "").unwrap();
        let account = &settings.accounts[0];
        assert_eq!(account.phone_number_id, "10654");
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
            "account shop: the environment variable SHOP_TOKEN is missing or empty; access_token_env wants it"
        );
        let error = parse(FILE, "SHOP_SECRET_NEXT").unwrap_err();
        assert!(error.contains("SHOP_SECRET_NEXT") && error.contains("app_secrets_env"), "{error}");
        let error = parse(&format!("{FILE}verify_token = \"x\"\n"), "").unwrap_err();
        assert_eq!(error, "account shop: give verify_token or verify_token_env, not both");
        let without = FILE.replace("access_token_env = \"SHOP_TOKEN\"\n", "");
        let error = parse(&without, "").unwrap_err();
        assert!(error.starts_with("account shop: missing field `access_token`"), "{error}");
    }
}
