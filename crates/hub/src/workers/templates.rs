//! The accounts' approved templates, as read from their providers a moment ago, and filling one in.
//!
//! The provider owns the truth, and may be asked only so often (WhatsApp: 200 management calls an hour), so
//! what was read is used for a while. A template that was withdrawn within that while is refused by the
//! provider itself; then the list is read anew.

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

/// What was read of each account.
#[derive(Debug)]
pub(crate) struct Templates {
    shelves: HashMap<AccountId, Arc<Mutex<Option<Shelf>>>>,
}

/// What was read of one account, or why nothing was.
#[derive(Clone, Debug)]
struct Shelf {
    read_at: Millis,
    read: Result<Arc<[ListedTemplate]>, Failure>,
}

impl Shelf {
    /// Whether the provider need not be asked again. One that failed is left in peace for a moment.
    fn serves(&self, age_ms: i64, now: Millis) -> bool {
        let longest = if self.read.is_ok() { age_ms } else { limits::TEMPLATES_FAILED_AGE_MS };
        (0..=longest).contains(&now.since(self.read_at))
    }
}

/// A template that was filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RenderedTemplate {
    /// How it reads.
    pub(crate) content: Content,
    /// What is posted for it.
    pub(crate) parameters: Vec<Parameter>,
}

impl Templates {
    pub(crate) fn of(accounts: &Accounts) -> Self {
        Self { shelves: accounts.ids().map(|id| (id, Arc::default())).collect() }
    }

    /// What the provider approves, read at most `age_ms` ago.
    pub(crate) async fn list(
        &self,
        account: &ServedAccount,
        age_ms: i64,
        now: Millis,
    ) -> Result<Arc<[ListedTemplate]>, Failure> {
        // Whoever asks meanwhile waits for the same answer.
        let Some(shelf) = self.shelves.get(&account.id) else { return Ok(Arc::from([])) };
        let mut shelf = shelf.lock().await;
        if let Some(known) = shelf.as_ref().filter(|known| known.serves(age_ms, now)) {
            return known.read.clone();
        }
        let read: Result<Arc<[ListedTemplate]>, Failure> =
            account.channel.sink().templates().await.map(Into::into);
        *shelf = Some(Shelf { read_at: now, read: read.clone() });
        read
    }

    /// The provider says that something about the templates is not as was read.
    pub(crate) async fn forget(&self, account: AccountId) {
        if let Some(shelf) = self.shelves.get(&account) {
            *shelf.lock().await = None;
        }
    }

    /// Fills a template in as the agent did.
    ///
    /// # Errors
    /// `template_gone` if it is not approved, or no longer as the agent saw it; `malformed` for what cannot
    /// stand for a variable; `unavailable` while the provider cannot be asked.
    pub(crate) async fn fill(
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
        filled(template, &wanted.values)
    }
}

/// A template as agents see it.
pub(crate) fn shown(account: AccountId, listed: &ListedTemplate) -> Template {
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

fn filled(template: &ListedTemplate, values: &[String]) -> Result<RenderedTemplate, StoreError> {
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
    let put_in = |words: &str, place| put_in(words, template, &parameters, place);
    let content = Content::Notification {
        template: template.name.clone(),
        language: template.language.clone(),
        header: template.header.as_deref().map(|words| put_in(words, VariablePlace::Header)),
        body: put_in(&template.body, VariablePlace::Body),
        footer: template.footer.clone(),
        buttons: template.buttons.clone(),
    };
    Ok(RenderedTemplate { content, parameters })
}

/// The words with the values where the variables stood. A value is never looked through for variables.
fn put_in(words: &str, template: &ListedTemplate, parameters: &[Parameter], place: VariablePlace) -> String {
    let mut said = String::with_capacity(words.len());
    let mut rest = words;
    while let Some((before, after)) = rest.split_once("{{") {
        said.push_str(before);
        let known = after.split_once("}}").and_then(|(name, behind)| {
            let places = template.variables.iter().zip(parameters);
            let mut here = places.filter(|(variable, _)| variable.place == place);
            here.find(|(variable, _)| variable.name == name.trim())
                .map(|(_, parameter)| (&parameter.value, behind))
        });
        rest = if let Some((value, behind)) = known {
            said.push_str(value);
            behind
        } else {
            said.push_str("{{");
            after
        };
    }
    said.push_str(rest);
    said
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
    fn values_stand_where_the_variables_stood_and_are_not_looked_through() {
        let values = ["4711", " {{thing}} ", "your bike"].map(str::to_owned);
        let Ok(RenderedTemplate { content: Content::Notification { header, body, .. }, parameters }) =
            filled(&template(), &values)
        else {
            panic!("it can be filled in")
        };
        assert_eq!(header.as_deref(), Some("Order 4711"));
        assert_eq!(body, "Hello {{thing}}, your bike is ready. {{nobody}} See you, {{thing}}!");
        assert_eq!(parameters[1].name.as_deref(), Some("name"));
    }

    #[test]
    fn what_is_empty_too_long_or_more_than_a_line_is_refused() {
        for bad in ["", "   ", "two\nlines", &"x".repeat(1025)] {
            let values = ["4711", bad, "bike"].map(str::to_owned);
            assert!(filled(&template(), &values).is_err(), "{bad:?}");
        }
    }
}
