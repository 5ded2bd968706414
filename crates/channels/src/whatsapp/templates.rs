//! Approved templates: listed from the provider, and filled in for sending (Cloud API reference, "message
//! templates").

use deskbell_protocol::{Failure, FailureClass, Remedy, Unsendable, Variable, VariablePlace};
use serde::Serialize;
use serde_json::Value;

use super::envelope::text;
use super::errors::TABLE;
use super::{WhatsApp, graph};
use crate::http_client::answer::Answer;
use crate::{ListedTemplate, OutboundTemplate, Parameter};

/// The fields that are requested of each template.
const FIELDS: &str = "id,name,language,category,status,components,parameter_format";
/// How many templates a page has.
const PAGE: &str = "100";
/// How many pages are read: a business account has at most 6000 templates (ibid., limits).
const PAGES: usize = 60;

impl WhatsApp {
    /// The templates that WhatsApp approves now, in the order of names and languages.
    ///
    /// # Errors
    ///
    /// Why they cannot be listed, for an agent.
    pub async fn templates(&self) -> Result<Vec<ListedTemplate>, Failure> {
        let api = self.api.as_ref().ok_or_else(|| TABLE.not_set_up())?;
        let business = self.settings.business_account_id.as_deref().ok_or_else(no_business_account)?;
        let mut listed = Vec::new();
        let mut after = String::new();
        for _page in 0..PAGES {
            let mut query = vec![("fields", FIELDS), ("limit", PAGE)];
            if !after.is_empty() {
                query.push(("after", &after));
            }
            let path = [business, "message_templates"];
            let answer = api.get(&path, &query).await.map_err(|_no_answer| not_reached())?;
            let page = page(&answer)?;
            listed.extend(page.templates);
            match page.after {
                Some(next) if next != after => after = next,
                _ => break,
            }
        }
        listed.sort_by(|one, other| (&one.name, &one.language).cmp(&(&other.name, &other.language)));
        Ok(listed)
    }
}

struct Page {
    templates: Vec<ListedTemplate>,
    /// Where the next page begins; cursors are there on the last page too, only `next` tells.
    after: Option<String>,
}

fn page(answer: &Answer) -> Result<Page, Failure> {
    let body = answer.json().filter(|_| answer.is_success());
    let Some(data) = body.and_then(|body| body.get("data")).and_then(Value::as_array) else {
        return Err(graph::failure_of(answer));
    };
    let paging = body.and_then(|body| body.get("paging"));
    let more = paging.is_some_and(|paging| paging.get("next").is_some_and(Value::is_string));
    let after = paging.filter(|_| more).and_then(|paging| text(paging, &["cursors", "after"]));
    Ok(Page { templates: data.iter().filter_map(listed).collect(), after })
}

/// One template, if it is approved and can be read.
fn listed(row: &Value) -> Option<ListedTemplate> {
    if text(row, &["status"]).as_deref() != Some("APPROVED") {
        return None;
    }
    let mut template = ListedTemplate {
        name: text(row, &["name"])?,
        language: text(row, &["language"])?.replace('-', "_"),
        category: text(row, &["category"]).unwrap_or_default(),
        named: text(row, &["parameter_format"]).as_deref() == Some("NAMED"),
        header: None,
        body: String::new(),
        footer: None,
        buttons: Vec::new(),
        variables: Vec::new(),
        unsendable: None,
    };
    for component in row.get("components").and_then(Value::as_array)? {
        take(&mut template, component);
    }
    (!template.body.is_empty()).then_some(template)
}

fn take(template: &mut ListedTemplate, component: &Value) {
    let words = text(component, &["text"]);
    match text(component, &["type"]).as_deref() {
        Some("HEADER") if text(component, &["format"]).as_deref() == Some("TEXT") => {
            let examples = examples(component, "header_text", "header_text_named_params");
            let words = words.unwrap_or_default();
            let found = variables(&words, VariablePlace::Header, &examples);
            template.variables.splice(0..0, found);
            template.header = Some(words);
        }
        Some("HEADER") => template.unsendable = Some(Unsendable::MediaHeader),
        Some("BODY") => {
            let examples = examples(component, "body_text", "body_text_named_params");
            template.body = words.unwrap_or_default();
            let found = variables(&template.body, VariablePlace::Body, &examples);
            template.variables.extend(found);
        }
        Some("FOOTER") => template.footer = words,
        Some("BUTTONS") => {
            for button in component.get("buttons").and_then(Value::as_array).into_iter().flatten() {
                template.buttons.extend(text(button, &["text"]));
                let variable = text(button, &["url"]).is_some_and(|url| url.contains("{{"));
                let filled = matches!(
                    text(button, &["type"]).as_deref(),
                    Some("QUICK_REPLY" | "URL" | "PHONE_NUMBER")
                );
                if variable || !filled {
                    template.unsendable.get_or_insert(Unsendable::ButtonVariable);
                }
            }
        }
        _ => template.unsendable = Some(Unsendable::Unknown),
    }
}

/// The approved examples: names with values, or values in order.
fn examples(component: &Value, positional: &str, named: &str) -> Vec<(Option<String>, String)> {
    let Some(example) = component.get("example") else { return Vec::new() };
    if let Some(params) = example.get(named).and_then(Value::as_array) {
        let pair = |it: &Value| Some((Some(text(it, &["param_name"])?), text(it, &["example"])?));
        return params.iter().filter_map(pair).collect();
    }
    let values = example.get(positional).and_then(Value::as_array);
    // A body's examples stand in a list of lists, a header's in a list.
    let first = values.and_then(|values| values.first()).and_then(Value::as_array);
    let row = first.or(values).into_iter().flatten();
    row.filter_map(Value::as_str).map(|value| (None, value.to_owned())).collect()
}

/// What stands between double braces, each once, in order of appearance.
fn variables(words: &str, place: VariablePlace, examples: &[(Option<String>, String)]) -> Vec<Variable> {
    let mut found: Vec<Variable> = Vec::new();
    for part in words.split("{{").skip(1) {
        let Some((name, _rest)) = part.split_once("}}") else { continue };
        let name = name.trim().to_owned();
        if name.is_empty() || found.iter().any(|known| known.name == name) {
            continue;
        }
        let example = examples.iter().find(|(called, _)| called.as_ref() == Some(&name));
        let example = example.or_else(|| examples.get(found.len()).filter(|(called, _)| called.is_none()));
        found.push(Variable { place, name, example: example.map(|(_, value)| value.clone()) });
    }
    found
}

/// A template as it is posted.
#[derive(Serialize)]
pub(super) struct Filled<'a> {
    name: &'a str,
    language: Language<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    components: Vec<Component<'a>>,
}

#[derive(Serialize)]
struct Language<'a> {
    code: &'a str,
}

#[derive(Serialize)]
struct Component<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    parameters: Vec<Text<'a>>,
}

#[derive(Serialize)]
struct Text<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter_name: Option<&'a str>,
    text: &'a str,
}

pub(super) fn filled(template: &OutboundTemplate) -> Filled<'_> {
    let component = |kind, place| {
        let here = template.parameters.iter().filter(|parameter| parameter.place == place);
        let parameters: Vec<_> = here.map(parameter).collect();
        (!parameters.is_empty()).then_some(Component { kind, parameters })
    };
    let components = [component("header", VariablePlace::Header), component("body", VariablePlace::Body)];
    Filled {
        name: &template.name,
        language: Language { code: &template.language },
        components: components.into_iter().flatten().collect(),
    }
}

fn parameter(parameter: &Parameter) -> Text<'_> {
    Text { kind: "text", parameter_name: parameter.name.as_deref(), text: &parameter.value }
}

fn no_business_account() -> Failure {
    let sentence = "Notifications are not set up for this number. Tell your administrator.";
    TABLE.named("no_business_account", FailureClass::Account, sentence, Remedy::TellAdministrator)
}

fn not_reached() -> Failure {
    let sentence =
        "WhatsApp could not be reached, so its notifications could not be listed. Try again in a moment.";
    TABLE.named("unreachable", FailureClass::Unreachable, sentence, Remedy::Nothing)
}

#[cfg(test)]
mod tests;
