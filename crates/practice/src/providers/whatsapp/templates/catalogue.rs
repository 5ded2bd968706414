//! The templates that the practice business has had approved.

use serde_json::{Value, json};

/// All templates of the business, as the provider lists them.
pub(super) fn all() -> Vec<Value> {
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
