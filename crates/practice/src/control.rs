//! The control API: a test in any language moves the customers by HTTP. The calls are listed in the
//! documentation of [`crate`].

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Customer;
use crate::customer::{reaction_message, text_message};
use crate::provider::{Fault, World};

/// The most people that can be made by HTTP.
const POPULATION: usize = 10_000;
/// The longest name, in characters.
const NAME_CHARS: usize = 80;

/// The routes.
pub(crate) fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/practice/customers/{name}", get(card))
        .route("/practice/customers/{name}/writes", post(writes))
        .route("/practice/customers/{name}/reacts", post(reacts))
        .route("/practice/customers/{name}/reads", post(reads))
        .route("/practice/customers/{name}/phone", get(phone))
        .route("/practice/faults", post(faults))
        .route("/practice/cast", post(start_cast))
        .with_state(world)
}

type Answer = Result<Json<Value>, (StatusCode, Json<Value>)>;

fn no(status: StatusCode, why: &str) -> (StatusCode, Json<Value>) {
    (status, Json(json!({ "error": why })))
}

fn customer(world: &Arc<World>, name: &str, with_phone: bool) -> Result<Customer, (StatusCode, Json<Value>)> {
    if name.trim().is_empty() || name.chars().count() > NAME_CHARS {
        return Err(no(StatusCode::BAD_REQUEST, "a name has 1 to 80 characters"));
    }
    if world.population() >= POPULATION {
        return Err(no(StatusCode::TOO_MANY_REQUESTS, "there are too many customers already"));
    }
    let person = if with_phone { world.person(name) } else { world.person_without_phone(name) };
    Ok(Customer::new(world.clone(), person))
}

async fn card(State(world): State<Arc<World>>, Path(name): Path<String>) -> Answer {
    let customer = customer(&world, &name, true)?;
    Ok(Json(json!({"name": customer.name(), "wa_id": customer.wa_id(), "user_id": customer.user_id()})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Writes {
    text: Option<String>,
    message: Option<Value>,
    reply_to: Option<String>,
    #[serde(default = "yes")]
    wait: bool,
    #[serde(default = "yes")]
    phone: bool,
}

const fn yes() -> bool {
    true
}

async fn writes(
    State(world): State<Arc<World>>,
    Path(name): Path<String>,
    Json(body): Json<Writes>,
) -> Answer {
    let customer = customer(&world, &name, body.phone)?;
    let message = match (body.text, body.message) {
        (Some(text), None) => text_message(&text),
        (None, Some(message)) if message.is_object() => message,
        _ => return Err(no(StatusCode::BAD_REQUEST, "either a text or a message object is needed")),
    };
    let message = match body.reply_to {
        Some(wamid) => customer.quoting(message, &wamid),
        None => message,
    };
    hand_over(&customer, message, body.wait).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reacts {
    to: String,
    emoji: Option<String>,
    #[serde(default = "yes")]
    wait: bool,
    #[serde(default = "yes")]
    phone: bool,
}

async fn reacts(
    State(world): State<Arc<World>>,
    Path(name): Path<String>,
    Json(body): Json<Reacts>,
) -> Answer {
    let customer = customer(&world, &name, body.phone)?;
    hand_over(&customer, reaction_message(&body.to, body.emoji.as_deref()), body.wait).await
}

async fn hand_over(customer: &Customer, message: Value, wait: bool) -> Answer {
    let (wamid, taken) = customer.hand_over(message).await;
    if !wait {
        return Ok(Json(json!({"wamid": wamid, "taken": false})));
    }
    match Customer::until_taken(taken).await {
        Ok(()) => Ok(Json(json!({"wamid": wamid, "taken": true}))),
        Err(_) => Err((StatusCode::GATEWAY_TIMEOUT, Json(json!({"wamid": wamid, "taken": false})))),
    }
}

async fn reads(State(world): State<Arc<World>>, Path(name): Path<String>) -> Answer {
    customer(&world, &name, true)?.reads_all().await;
    Ok(Json(json!({})))
}

async fn phone(State(world): State<Arc<World>>, Path(name): Path<String>) -> Answer {
    let customer = customer(&world, &name, true)?;
    Ok(Json(json!({ "lines": customer.phone(), "typing_seen": customer.typing_seen() })))
}

async fn faults(State(world): State<Arc<World>>, Json(fault): Json<Fault>) -> Json<Value> {
    world.cause(fault);
    Json(json!({}))
}

async fn start_cast(State(world): State<Arc<World>>) -> Json<Value> {
    world.start_cast();
    Json(json!({}))
}
