//! What accounts take from the environment, so that the file can be shown around.

use deskbell_channels::Secret;

use crate::settings::AccountSettings;
use crate::settings::fault::{Fault, Place};

/// Looks a variable up by its name.
pub(crate) type Environment<'e> = &'e dyn Fn(&str) -> Option<String>;

/// The environment of this process. What is not text is as good as not there.
pub(crate) fn of_process(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

impl AccountSettings {
    /// Fills in what comes from the environment. This is the `nth` account of the file.
    ///
    /// # Errors
    ///
    /// If something is given twice or not at all, or a variable that is named is missing or empty.
    pub(crate) fn fill_in(&mut self, nth: usize, environment: Environment<'_>) -> Result<(), Fault> {
        let account = self.name.as_str();
        let fault = |key, reason: String| {
            Fault::at(Place::nth("account", nth, key), format!("account {account}: {reason}"))
        };
        let variable = |name: &str, of: &'static str| {
            let value = environment(name).map(|value| value.trim().to_owned());
            value.filter(|value| !value.is_empty()).ok_or_else(|| {
                fault(of, format!("the environment variable {name} is missing or empty; {of} wants it"))
            })
        };
        let some =
            |written: &str, name: Option<&String>, key: &'static str, of: &'static str| match (written, name)
            {
                ("", Some(name)) => variable(name, of).map(Some),
                ("", None) => Ok(None),
                (written, None) => Ok(Some(written.to_owned())),
                (_, Some(_)) => Err(fault(key, format!("give {key} or {of}, not both"))),
            };
        let one = |written: &str, name: Option<&String>, key: &'static str, of: &'static str| {
            some(written, name, key, of)?.ok_or_else(|| {
                let words =
                    format!("missing field `{key}`; give it, or the name of an environment variable in {of}");
                fault(key, words)
            })
        };
        let (number, waba) = (self.phone_number_id_env.as_ref(), self.waba_id_env.as_ref());
        let number = one(&self.phone_number_id, number, "phone_number_id", "phone_number_id_env")?;
        let waba = some(self.waba_id.as_deref().unwrap_or_default(), waba, "waba_id", "waba_id_env")?;
        let access = self.access_token_env.as_ref();
        let access = one(self.access_token.expose(), access, "access_token", "access_token_env")?;
        let verify = self.verify_token_env.as_ref();
        let verify = one(self.verify_token.expose(), verify, "verify_token", "verify_token_env")?;
        let mut secrets = Vec::new();
        for name in &self.app_secrets_env {
            secrets.push(Secret::new(variable(name, "app_secrets_env")?));
        }
        self.phone_number_id = number;
        self.waba_id = waba;
        self.access_token = Secret::new(access);
        self.verify_token = Secret::new(verify);
        self.app_secrets.extend(secrets);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(account.waba_id.as_deref(), Some("1029"));
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
