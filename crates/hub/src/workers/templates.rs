//! A cache of the accounts' approved templates, and rendering of a template.
//!
//! Providers limit how often templates may be listed (WhatsApp: 200 management calls an hour), so a list is cached for
//! a while. The provider refuses a template that it withdrew within that time; then the list is dropped from the cache.

use std::collections::HashMap;
use std::sync::Arc;

use deskbell_channels::{ListedTemplate, Parameter};
use deskbell_protocol::{
    AccountId, Content, ErrorCode, Failure, FilledTemplate, MAX_VARIABLE_CHARS, Millis, Template,
    VariablePlace,
};
use tokio::sync::Mutex;

use crate::accounts::{Accounts, ServedAccount};
use crate::limits;
use crate::store::StoreError;

/// The cached lists of all accounts.
#[derive(Debug)]
pub(crate) struct Templates {
    lists: HashMap<AccountId, Arc<Mutex<Option<CachedList>>>>,
}

/// The list of one account as last read, or why it could not be read.
#[derive(Clone, Debug)]
struct CachedList {
    read_at: Millis,
    read: Result<Arc<[ListedTemplate]>, Failure>,
}

impl CachedList {
    /// Returns whether the list is at most `age_ms` old. After a failure the provider is not asked again for a short
    /// time.
    fn is_fresh(&self, age_ms: i64, now: Millis) -> bool {
        let longest = if self.read.is_ok() { age_ms } else { limits::TEMPLATES_FAILED_AGE_MS };
        (0..=longest).contains(&now.since(self.read_at))
    }
}

/// A template with its variables replaced by values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RenderedTemplate {
    /// The text, for the transcript.
    pub(crate) content: Content,
    /// The values, for the provider.
    pub(crate) parameters: Vec<Parameter>,
}

impl Templates {
    pub(crate) fn of(accounts: &Accounts) -> Self {
        Self { lists: accounts.ids().map(|id| (id, Arc::default())).collect() }
    }

    /// Returns the approved templates of an account, from a list that is at most `age_ms` old.
    ///
    /// # Errors
    ///
    /// Why the provider cannot list them.
    pub(crate) async fn list(
        &self,
        account: &ServedAccount,
        age_ms: i64,
        now: Millis,
    ) -> Result<Arc<[ListedTemplate]>, Failure> {
        // Concurrent callers wait for the same answer.
        let Some(list) = self.lists.get(&account.id) else { return Ok(Arc::from([])) };
        let mut cached = list.lock().await;
        if let Some(known) = cached.as_ref().filter(|known| known.is_fresh(age_ms, now)) {
            return known.read.clone();
        }
        let read: Result<Arc<[ListedTemplate]>, Failure> =
            account.channel.sink().templates().await.map(Into::into);
        *cached = Some(CachedList { read_at: now, read: read.clone() });
        read
    }

    /// Drops the list of an account from the cache.
    pub(crate) async fn invalidate(&self, account: AccountId) {
        if let Some(list) = self.lists.get(&account) {
            *list.lock().await = None;
        }
    }

    /// Renders a template with the agent's values.
    ///
    /// # Errors
    ///
    /// `TemplateGone` if it is not approved, or has other variables by now; `Malformed` if a value cannot be used;
    /// `Unavailable` while the provider cannot list its templates; `Forbidden` if the account is not set up for them.
    pub(crate) async fn render(
        &self,
        account: &ServedAccount,
        wanted: &FilledTemplate,
        now: Millis,
    ) -> Result<RenderedTemplate, StoreError> {
        let reading = self.list(account, limits::TEMPLATES_AGE_MS, now);
        let listed = match tokio::time::timeout(limits::TEMPLATES_TIMEOUT, reading).await {
            Ok(Ok(listed)) => listed,
            Ok(Err(failure)) if failure.remedy == deskbell_protocol::Remedy::TellAdministrator => {
                return Err(StoreError::refused(ErrorCode::Forbidden, &failure.sentence));
            }
            Ok(Err(_)) | Err(_) => {
                return Err(StoreError::refused(
                    ErrorCode::Unavailable,
                    "The provider cannot be asked for its notifications now. This one goes out by itself once it can.",
                ));
            }
        };
        let found = listed.iter().find(|it| it.name == wanted.name && it.language == wanted.language);
        let Some(template) = found.filter(|it| it.variables.len() == wanted.values.len()) else {
            return Err(StoreError::refused(
                ErrorCode::TemplateGone,
                "The provider no longer approves this notification in this form, so it was not sent. Choose it again, or another one.",
            ));
        };
        render(template, &wanted.values)
    }
}

/// Converts a listed template to the form that clients receive.
pub(crate) fn for_clients(account: AccountId, listed: &ListedTemplate) -> Template {
    let listed = listed.clone();
    Template {
        account,
        name: listed.name,
        language: listed.language,
        category: listed.category,
        header: listed.header,
        body: listed.body,
        footer: listed.footer,
        buttons: listed.buttons,
        variables: listed.variables,
        unsendable: listed.unsendable,
    }
}

fn render(template: &ListedTemplate, values: &[String]) -> Result<RenderedTemplate, StoreError> {
    if template.unsendable.is_some() {
        return Err(StoreError::refused(
            ErrorCode::Malformed,
            "This notification has a part that cannot be filled in yet. It was not sent.",
        ));
    }
    let mut parameters = Vec::with_capacity(values.len());
    for (variable, value) in template.variables.iter().zip(values) {
        let value = value.trim();
        let length = value.chars().count();
        if length == 0 || length > MAX_VARIABLE_CHARS || value.chars().any(char::is_control) {
            return Err(StoreError::refused(
                ErrorCode::Malformed,
                &format!(
                    "Each part of a notification is 1 to {MAX_VARIABLE_CHARS} characters on one line. It was not sent."
                ),
            ));
        }
        let name = template.named.then(|| variable.name.clone());
        parameters.push(Parameter { place: variable.place, name, value: value.to_owned() });
    }
    let replaced = |words: &str, place| replace_variables(words, template, &parameters, place);
    let content = Content::Notification {
        template: template.name.clone(),
        language: template.language.clone(),
        header: template.header.as_deref().map(|words| replaced(words, VariablePlace::Header)),
        body: replaced(&template.body, VariablePlace::Body),
        footer: template.footer.clone(),
        buttons: template.buttons.clone(),
    };
    Ok(RenderedTemplate { content, parameters })
}

/// Replaces the variables in a text by values. Variables inside values are not replaced.
fn replace_variables(
    words: &str,
    template: &ListedTemplate,
    parameters: &[Parameter],
    place: VariablePlace,
) -> String {
    let mut text = String::with_capacity(words.len());
    let mut rest = words;
    while let Some((before, after)) = rest.split_once("{{") {
        text.push_str(before);
        let known = after.split_once("}}").and_then(|(name, behind)| {
            let places = template.variables.iter().zip(parameters);
            let mut here = places.filter(|(variable, _)| variable.place == place);
            here.find(|(variable, _)| variable.name == name.trim())
                .map(|(_, parameter)| (&parameter.value, behind))
        });
        rest = if let Some((value, behind)) = known {
            text.push_str(value);
            behind
        } else {
            text.push_str("{{");
            after
        };
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::Variable;

    use super::*;

    fn template() -> ListedTemplate {
        let variable = |place, name: &str| Variable { place, name: name.into(), example: None };
        ListedTemplate {
            name: "bike_ready".into(),
            language: "en".into(),
            category: "UTILITY".into(),
            named: true,
            header: Some("Order {{order}}".into()),
            body: "Hello {{ name }}, {{thing}} is ready. {{nobody}} See you, {{name}}!".into(),
            footer: None,
            buttons: vec![],
            variables: vec![
                variable(VariablePlace::Header, "order"),
                variable(VariablePlace::Body, "name"),
                variable(VariablePlace::Body, "thing"),
            ],
            unsendable: None,
        }
    }

    #[test]
    fn variables_are_replaced_by_values_but_not_inside_values() {
        let values = ["4711", " {{thing}} ", "your bike"].map(str::to_owned);
        let Ok(RenderedTemplate { content: Content::Notification { header, body, .. }, parameters }) =
            render(&template(), &values)
        else {
            panic!("it can be filled in")
        };
        assert_eq!(header.as_deref(), Some("Order 4711"));
        assert_eq!(body, "Hello {{thing}}, your bike is ready. {{nobody}} See you, {{thing}}!");
        assert_eq!(parameters[1].name.as_deref(), Some("name"));
    }

    #[test]
    fn a_value_that_is_empty_too_long_or_of_several_lines_is_refused() {
        for bad in ["", "   ", "two\nlines", &"x".repeat(1025)] {
            let values = ["4711", bad, "bike"].map(str::to_owned);
            assert!(render(&template(), &values).is_err(), "{bad:?}");
        }
    }
}
