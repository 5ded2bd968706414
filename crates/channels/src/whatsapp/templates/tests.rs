//! What is made of the provider's list.

use serde_json::json;

use super::*;

fn answer(rows: Value) -> Answer {
    Answer { status: 200, retry_after_s: None, date: None, body: Ok(json!({ "data": rows })) }
}

fn only(row: Value) -> ListedTemplate {
    let Ok(page) = page(&answer(json!([row]))) else { panic!("a page") };
    page.templates.into_iter().next().expect("one template")
}

#[test]
fn a_template_with_names_tells_what_is_to_be_filled_in_and_gives_examples() {
    let template = only(json!({
        "name": "bike_ready", "language": "en_US", "category": "UTILITY", "status": "APPROVED",
        "parameter_format": "NAMED",
        "components": [
            {"type": "BODY", "text": "Hello {{first_name}}, your {{thing}} is ready. See you, {{first_name}}!",
             "example": {"body_text_named_params": [
                {"param_name": "thing", "example": "bike"}, {"param_name": "first_name", "example": "Carla"}]}},
            {"type": "HEADER", "format": "TEXT", "text": "Order {{order}}",
             "example": {"header_text_named_params": [{"param_name": "order", "example": "4711"}]}},
            {"type": "FOOTER", "text": "Reply STOP to opt out"},
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "I come today"}]}]
    }));
    let told: Vec<_> = template.variables.iter().map(|it| (it.place, it.name.as_str())).collect();
    assert_eq!(
        told,
        [
            (VariablePlace::Header, "order"),
            (VariablePlace::Body, "first_name"),
            (VariablePlace::Body, "thing")
        ]
    );
    assert_eq!(template.variables[1].example.as_deref(), Some("Carla"));
    assert!(template.named);
    assert_eq!(template.buttons, ["I come today"]);
    assert_eq!(template.unsendable, None);
}

#[test]
fn a_template_with_numbers_has_its_examples_by_place() {
    let template = only(json!({
        "name": "slot", "language": "pt-BR", "category": "UTILITY", "status": "APPROVED",
        "components": [{"type": "BODY", "text": "Olá {{1}}, até {{2}}",
            "example": {"body_text": [["Ana", "terça"]]}}]
    }));
    assert_eq!(template.language, "pt_BR");
    assert!(!template.named);
    assert_eq!(template.variables[1].example.as_deref(), Some("terça"));
}

#[test]
fn what_needs_a_picture_or_a_filled_button_is_listed_as_not_yet_sendable() {
    let media = only(json!({
        "name": "news", "language": "en", "status": "APPROVED",
        "components": [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Look"}]
    }));
    assert_eq!(media.unsendable, Some(Unsendable::MediaHeader));
    let button = only(json!({
        "name": "track", "language": "en", "status": "APPROVED",
        "components": [{"type": "BODY", "text": "On its way"},
            {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Track", "url": "https://x.example/{{1}}"}]}]
    }));
    assert_eq!(button.unsendable, Some(Unsendable::ButtonVariable));
}

#[test]
fn only_what_is_approved_is_listed_and_a_broken_row_costs_no_other() {
    let rows = json!([
        {"name": "a", "language": "en", "status": "PAUSED", "components": [{"type": "BODY", "text": "no"}]},
        {"name": 7}, "nonsense", null,
        {"name": "b", "language": "en", "status": "APPROVED", "components": [{"type": "BODY", "text": "{{ {{1 yes"}]}
    ]);
    let Ok(page) = page(&answer(rows)) else { panic!("a page") };
    let names: Vec<_> = page.templates.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["b"]);
}

#[test]
fn an_answer_that_is_no_list_says_why() {
    let refused = Answer {
        status: 401,
        retry_after_s: None,
        date: None,
        body: Ok(json!({"error": {"code": 190, "message": "expired"}})),
    };
    let Err(failure) = page(&refused) else { panic!("no page") };
    assert_eq!(failure.reason, "whatsapp.190");
}

#[test]
fn a_filled_template_is_posted_with_its_parameters_by_place() {
    let template = OutboundTemplate {
        name: "bike_ready".into(),
        language: "en_US".into(),
        parameters: vec![
            Parameter { place: VariablePlace::Header, name: None, value: "4711".into() },
            Parameter { place: VariablePlace::Body, name: Some("first_name".into()), value: "Carla".into() },
        ],
    };
    assert_eq!(
        serde_json::to_value(filled(&template)).unwrap(),
        json!({"name": "bike_ready", "language": {"code": "en_US"}, "components": [
            {"type": "header", "parameters": [{"type": "text", "text": "4711"}]},
            {"type": "body", "parameters": [{"type": "text", "parameter_name": "first_name", "text": "Carla"}]}]})
    );
}
