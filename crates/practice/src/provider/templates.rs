//! The approved templates of the business (Cloud API reference, "message templates").

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};

use super::answers::Refusal;
use super::api::admitted;
use super::checks::{missing, only, text};
use super::standing::answered;
use super::webhook::BUSINESS_ACCOUNT;
use super::world::World;

/// The longest text of a template, filled in, in characters.
const BODY_CHARS: usize = 1024;

/// A template as the business wants to send it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FilledIn {
    name: String,
    language: String,
    /// Names, where there are any, and values of the body's parameters, in order.
    body: Vec<(Option<String>, String)>,
}

/// Which templates there are.
#[derive(Default)]
pub(super) struct Templates {
    withdrawn: Mutex<HashSet<String>>,
}

impl Templates {
    /// Takes the approval away.
    pub(super) fn withdraw(&self, name: &str) {
        self.withdrawn.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
    }

    fn approved(&self) -> Vec<Value> {
        let withdrawn = self.withdrawn.lock().unwrap_or_else(PoisonError::into_inner);
        let is_there =
            |it: &Value| it.get("name").and_then(Value::as_str).is_some_and(|it| !withdrawn.contains(it));
        catalogue().into_iter().filter(is_there).collect()
    }

    /// How a template reads on the customer's phone.
    pub(super) fn fill(&self, filled: &FilledIn) -> Result<String, Refusal> {
        let FilledIn { name, language, body } = filled;
        let is_meant = |it: &&Value| {
            it.get("name") == Some(&json!(name)) && it.get("language") == Some(&json!(language))
        };
        let approved = self.approved();
        let template = approved.iter().find(is_meant).ok_or_else(|| {
            Refusal::of(132_001, format!("template name ({name}) does not exist in {language}"))
        })?;
        let mut words = body_of(template).unwrap_or_default().to_owned();
        if words.matches("{{").count() != body.len() {
            return Err(Refusal::of(
                132_000,
                "body: number of localizable_params does not match the expected number of params",
            ));
        }
        for (n, (name, value)) in body.iter().enumerate() {
            if value.trim().is_empty() || value.contains(['\n', '\t']) {
                return Err(Refusal::of(
                    132_018,
                    "Param text cannot be empty or have new-line/tab characters",
                ));
            }
            let place =
                name.as_ref().map_or_else(|| format!("{{{{{}}}}}", n + 1), |name| format!("{{{{{name}}}}}"));
            if !words.contains(&place) {
                return Err(Refusal::of(
                    132_000,
                    format!("body: {place} is not a parameter of this template"),
                ));
            }
            words = words.replace(&place, value);
        }
        if words.chars().count() > BODY_CHARS {
            return Err(Refusal::of(132_005, "Translated text too long"));
        }
        Ok(words)
    }
}

fn body_of(template: &Value) -> Option<&str> {
    let components = template.get("components")?.as_array()?;
    components.iter().find(|it| it.get("type") == Some(&json!("BODY")))?.get("text")?.as_str()
}

/// Reads the `template` object of a post. Only what practice's own sendable templates have: parameters of the body.
pub(super) fn read(template: &Value) -> Result<FilledIn, Refusal> {
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
            return Err(Refusal::of(132_012, "Practice's templates have parameters in their body only"));
        }
        for parameter in component.get("parameters").and_then(Value::as_array).into_iter().flatten() {
            let parameter = parameter.as_object().ok_or_else(|| missing("parameters"))?;
            only(parameter, &["type", "parameter_name", "text"])?;
            if text(parameter, "type")? != Some("text") {
                return Err(Refusal::of(
                    132_012,
                    "Parameter format does not match format in the created template",
                ));
            }
            let value = text(parameter, "text")?.ok_or_else(|| missing("parameters.text"))?;
            body.push((text(parameter, "parameter_name")?.map(str::to_owned), value.to_owned()));
        }
    }
    Ok(FilledIn { name: name.to_owned(), language: language.to_owned(), body })
}

/// `GET /{version}/{waba_id}/message_templates`: all of them on one page.
pub(super) async fn list(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let said = admitted(&world, &version, &headers).and_then(|()| {
        if id != BUSINESS_ACCOUNT {
            return Err(Refusal::unknown_object(&id));
        }
        Ok(json!({"data": world.templates.approved(), "paging": {"cursors": {"before": "MA", "after": "MQ"}}}))
    });
    answered(&world, said).await
}

/// What the practice business had approved.
fn catalogue() -> Vec<Value> {
    let template = |name: &str, language: &str, category: &str, format: &str, components: Value| {
        json!({"id": format!("{name}.{language}"), "name": name, "language": language, "category": category,
            "status": "APPROVED", "parameter_format": format, "components": components})
    };
    vec![
        template(
            "order_ready",
            "en",
            "UTILITY",
            "NAMED",
            json!([
            {"type": "BODY", "text": "Hello {{name}}, your {{thing}} is ready. You can collect it until {{day}}.",
             "example": {"body_text_named_params": [
                {"param_name": "name", "example": "Carla"}, {"param_name": "thing", "example": "parcel"},
                {"param_name": "day", "example": "Friday"}]}},
            {"type": "FOOTER", "text": "Practice shop"}]),
        ),
        template(
            "order_ready",
            "de",
            "UTILITY",
            "NAMED",
            json!([
            {"type": "BODY", "text": "Hallo {{name}}, Ihre Bestellung ({{thing}}) ist da. Sie können sie bis {{day}} abholen.",
             "example": {"body_text_named_params": [
                {"param_name": "name", "example": "Carla"}, {"param_name": "thing", "example": "Paket"},
                {"param_name": "day", "example": "Freitag"}]}},
            {"type": "FOOTER", "text": "Übungsladen"}]),
        ),
        template(
            "appointment",
            "en",
            "UTILITY",
            "POSITIONAL",
            json!([
            {"type": "BODY", "text": "May we propose {{1}} at {{2}}?", "example": {"body_text": [["Tuesday", "10:00"]]}},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Yes"}, {"type": "QUICK_REPLY", "text": "No"}]}]),
        ),
        template(
            "still_there",
            "en",
            "UTILITY",
            "POSITIONAL",
            json!([
            {"type": "BODY", "text": "Hello, we have an answer to your question. Write to us when it suits you."}]),
        ),
        template(
            "spring_sale",
            "en",
            "MARKETING",
            "POSITIONAL",
            json!([
            {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["spring.jpg"]}},
            {"type": "BODY", "text": "Spring has come to our shop."}]),
        ),
    ]
}
