//! The control API: a test in any language moves the customers by HTTP. The documentation of [`crate`] lists the
//! requests.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::cast;
use crate::channel::Channel;
use crate::customer::{self, Customer, SmsCustomer};
use crate::faults::Fault;
use crate::person::Line;
use crate::providers::whatsapp::{reaction_message, text_message};
use crate::simulation::Simulation;

/// The most names that can be made by HTTP.
const NAMES: usize = 10_000;
/// The longest name, in characters.
const NAME_CHARS: usize = 80;

/// The routes of the control API.
pub(crate) fn router(simulation: Arc<Simulation>) -> Router {
    Router::new()
        .route("/practice/customers/{name}", get(identity))
        .route("/practice/customers/{name}/writes", post(writes))
        .route("/practice/customers/{name}/reacts", post(reacts))
        .route("/practice/customers/{name}/reads", post(reads))
        .route("/practice/customers/{name}/phone", get(phone))
        .route("/practice/faults", post(faults))
        .route("/practice/cast", post(start_cast))
        .with_state(simulation)
}

type Answer = Result<Json<Value>, Failure>;
type Failure = (StatusCode, Json<Value>);

fn error(status: StatusCode, reason: &str) -> Failure {
    (status, Json(json!({ "error": reason })))
}

fn find(simulation: &Arc<Simulation>, name: &str, with_phone: bool) -> Result<Customer, Failure> {
    if name.trim().is_empty() || name.chars().count() > NAME_CHARS {
        return Err(error(StatusCode::BAD_REQUEST, "a name has 1 to 80 characters"));
    }
    if simulation.shared.directory().len() >= NAMES {
        return Err(error(StatusCode::TOO_MANY_REQUESTS, "there are too many customers already"));
    }
    let shared = &simulation.shared;
    let person = if with_phone { shared.person(name) } else { shared.person_without_phone(name) };
    Ok(Customer::new(simulation.clone(), person))
}

async fn identity(State(simulation): State<Arc<Simulation>>, Path(name): Path<String>) -> Answer {
    let customer = find(&simulation, &name, true)?;
    Ok(Json(json!({
        "name": customer.name(),
        "wa_id": customer.wa_id(),
        "user_id": customer.user_id(),
        "number": customer.number(),
    })))
}

/// The customer on SMS, if there is an SMS provider.
fn by_sms(simulation: &Simulation, customer: &Customer) -> Result<SmsCustomer, Failure> {
    let provider = simulation.sms().cloned();
    let provider = provider.ok_or_else(|| error(StatusCode::BAD_REQUEST, "there is no SMS provider"))?;
    Ok(SmsCustomer::new(provider, customer.person().clone()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Writes {
    #[serde(default)]
    channel: Channel,
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
    State(simulation): State<Arc<Simulation>>,
    Path(name): Path<String>,
    Json(body): Json<Writes>,
) -> Answer {
    let customer = find(&simulation, &name, body.phone)?;
    if body.channel == Channel::Sms {
        let (Some(text), None, None) = (body.text, body.message, body.reply_to) else {
            return Err(error(StatusCode::BAD_REQUEST, "an SMS has a text and nothing else"));
        };
        let (sid, accepted) = by_sms(&simulation, &customer)?.post(&text).await;
        return report("sid", &sid, body.wait.then_some(accepted)).await;
    }
    let message = match (body.text, body.message) {
        (Some(text), None) => text_message(&text),
        (None, Some(message)) if message.is_object() => message,
        _ => return Err(error(StatusCode::BAD_REQUEST, "either a text or a message object is needed")),
    };
    let message = match body.reply_to {
        Some(wamid) => customer.quoting(message, &wamid),
        None => message,
    };
    send(&customer, message, body.wait).await
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
    State(simulation): State<Arc<Simulation>>,
    Path(name): Path<String>,
    Json(body): Json<Reacts>,
) -> Answer {
    let customer = find(&simulation, &name, body.phone)?;
    send(&customer, reaction_message(&body.to, body.emoji.as_deref()), body.wait).await
}

async fn send(customer: &Customer, message: Value, wait: bool) -> Answer {
    let (wamid, accepted) = customer.post(message).await;
    report("wamid", &wamid, wait.then_some(accepted)).await
}

/// Reports the id of a message, and whether the hub has accepted it; waits for that if `accepted` is given.
async fn report(key: &str, id: &str, accepted: Option<oneshot::Receiver<()>>) -> Answer {
    let Some(accepted) = accepted else { return Ok(Json(json!({key: id, "taken": false}))) };
    match customer::until_accepted(accepted).await {
        Ok(()) => Ok(Json(json!({key: id, "taken": true}))),
        Err(_) => Err((StatusCode::GATEWAY_TIMEOUT, Json(json!({key: id, "taken": false})))),
    }
}

async fn reads(State(simulation): State<Arc<Simulation>>, Path(name): Path<String>) -> Answer {
    find(&simulation, &name, true)?.reads_all().await;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OnChannel {
    #[serde(default)]
    channel: Channel,
}

async fn phone(
    State(simulation): State<Arc<Simulation>>,
    Path(name): Path<String>,
    Query(OnChannel { channel }): Query<OnChannel>,
) -> Answer {
    let customer = find(&simulation, &name, true)?;
    if channel == Channel::Sms {
        let lines: Vec<_> = by_sms(&simulation, &customer)?.phone().iter().map(sms_line).collect();
        return Ok(Json(json!({ "lines": lines })));
    }
    Ok(Json(json!({ "lines": customer.phone(), "typing_seen": customer.typing_seen() })))
}

fn sms_line(line: &Line) -> Value {
    json!({"writer": line.writer, "text": line.text, "sid": line.id, "at": line.at, "tick": line.tick})
}

#[derive(Deserialize)]
struct FaultOnChannel {
    #[serde(default)]
    channel: Channel,
    #[serde(flatten)]
    fault: Fault,
}

async fn faults(State(simulation): State<Arc<Simulation>>, Json(order): Json<FaultOnChannel>) -> Answer {
    let injected = match order.channel {
        Channel::WhatsApp => {
            simulation.whatsapp.inject(order.fault);
            true
        }
        Channel::Sms => simulation.sms().is_some_and(|provider| provider.inject(order.fault)),
    };
    if injected { Ok(Json(json!({}))) } else { Err(error(StatusCode::BAD_REQUEST, "SMS has no such fault")) }
}

async fn start_cast(State(simulation): State<Arc<Simulation>>) -> Json<Value> {
    cast::start(&simulation);
    Json(json!({}))
}
