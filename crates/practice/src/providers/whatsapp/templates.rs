//! The approved templates of the business (Cloud API reference, "message templates").

mod catalogue;

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::fields::{missing, only, text};
use super::responses::ApiError;

/// The longest text of a template with its parameters, in characters.
const BODY_CHARS: usize = 1024;

/// A template with the parameters of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TemplateMessage {
    name: String,
    language: String,
    /// The parameters of the body in order: the name, unless the template numbers them, and the value.
    body: Vec<(Option<String>, String)>,
}

/// The approved templates.
#[derive(Default)]
pub(super) struct Templates {
    withdrawn: Mutex<HashSet<String>>,
}

impl Templates {
    /// Withdraws the approval of a template in all languages.
    pub(super) fn withdraw(&self, name: &str) {
        self.withdrawn.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
    }

    /// All approved templates, as the provider lists them.
    pub(super) fn approved(&self) -> Vec<Value> {
        let withdrawn = self.withdrawn.lock().unwrap_or_else(PoisonError::into_inner);
        let is_approved =
            |it: &Value| it.get("name").and_then(Value::as_str).is_some_and(|it| !withdrawn.contains(it));
        catalogue::all().into_iter().filter(is_approved).collect()
    }

    /// The text that the customer reads.
    pub(super) fn text_of(&self, message: &TemplateMessage) -> Result<String, ApiError> {
        let TemplateMessage { name, language, body } = message;
        let matches = |it: &&Value| {
            it.get("name") == Some(&json!(name)) && it.get("language") == Some(&json!(language))
        };
        let approved = self.approved();
        let template = approved.iter().find(matches).ok_or_else(|| {
            ApiError::of(132_001, format!("template name ({name}) does not exist in {language}"))
        })?;
        let mut words = body_of(template).unwrap_or_default().to_owned();
        if words.matches("{{").count() != body.len() {
            return Err(ApiError::of(
                132_000,
                "body: number of localizable_params does not match the expected number of params",
            ));
        }
        for (n, (name, value)) in body.iter().enumerate() {
            if value.trim().is_empty() || value.contains(['\n', '\t']) {
                return Err(ApiError::of(
                    132_018,
                    "Param text cannot be empty or have new-line/tab characters",
                ));
            }
            let placeholder =
                name.as_ref().map_or_else(|| format!("{{{{{}}}}}", n + 1), |name| format!("{{{{{name}}}}}"));
            if !words.contains(&placeholder) {
                return Err(ApiError::of(
                    132_000,
                    format!("body: {placeholder} is not a parameter of this template"),
                ));
            }
            words = words.replace(&placeholder, value);
        }
        if words.chars().count() > BODY_CHARS {
            return Err(ApiError::of(132_005, "Translated text too long"));
        }
        Ok(words)
    }
}

fn body_of(template: &Value) -> Option<&str> {
    let components = template.get("components")?.as_array()?;
    components.iter().find(|it| it.get("type") == Some(&json!("BODY")))?.get("text")?.as_str()
}

/// Parses the `template` object of a request. Only parameters of the body are supported: the catalogue's sendable
/// templates have no others.
pub(super) fn parse(template: &Value) -> Result<TemplateMessage, ApiError> {
    let template = template.as_object().ok_or_else(|| missing("template"))?;
    only(template, &["name", "language", "components"])?;
    let name = text(template, "name")?.ok_or_else(|| missing("template.name"))?;
    let language =
        template.get("language").and_then(Value::as_object).ok_or_else(|| missing("template.language"))?;
    let language = text(language, "code")?.ok_or_else(|| missing("template.language.code"))?;
    let mut body = Vec::new();
    for component in template.get("components").and_then(Value::as_array).into_iter().flatten() {
        let component = component.as_object().ok_or_else(|| missing("template.components"))?;
        only(component, &["type", "parameters"])?;
        if text(component, "type")? != Some("body") {
            return Err(ApiError::of(132_012, "Practice's templates have parameters in their body only"));
        }
        for parameter in component.get("parameters").and_then(Value::as_array).into_iter().flatten() {
            let parameter = parameter.as_object().ok_or_else(|| missing("parameters"))?;
            only(parameter, &["type", "parameter_name", "text"])?;
            if text(parameter, "type")? != Some("text") {
                return Err(ApiError::of(
                    132_012,
                    "Parameter format does not match format in the created template",
                ));
            }
            let value = text(parameter, "text")?.ok_or_else(|| missing("parameters.text"))?;
            body.push((text(parameter, "parameter_name")?.map(str::to_owned), value.to_owned()));
        }
    }
    Ok(TemplateMessage { name: name.to_owned(), language: language.to_owned(), body })
}
