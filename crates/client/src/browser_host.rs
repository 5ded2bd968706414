//! The same workspace in an ordinary browser on loopback.
//!
//! A one-time address lets one browser in: it sets a cookie that only this host reads, and leads to the UI.
//! Every request is checked for its host and origin, so that no page from elsewhere, and no name that points
//! to loopback, gets through. It is meant for loopback and speaks no TLS.

mod door;
mod engine_socket;
mod in_page;

use std::borrow::Cow;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;

pub use door::Door;

use crate::doors::{Doors, Standing};

/// The files of the UI.
pub trait Assets: Send + Sync {
    /// The file at this path, such as `index.html` or `assets/app.js`, and its media type.
    fn get(&self, path: &str) -> Option<(Cow<'static, [u8]>, String)>;
}

/// What all requests share.
struct Host {
    doors: Arc<dyn Doors>,
    door: Arc<Door>,
    assets: Arc<dyn Assets>,
    csp: HeaderValue,
    /// How many pages hear what happens: at most one, but for the moment in which another takes over.
    pages: AtomicUsize,
    stop: watch::Receiver<bool>,
}

/// A page that hears what happens, for as long as it does.
struct OpenPage(Arc<Host>);

impl OpenPage {
    fn new(host: &Arc<Host>) -> Self {
        host.pages.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(host))
    }
}

impl Drop for OpenPage {
    fn drop(&mut self) {
        if self.0.pages.fetch_sub(1, Ordering::AcqRel) == 1 {
            // What comes now is seen by nobody, and so it is unread.
            if let Standing::Open(engine) = &*self.0.doors.standing().borrow() {
                engine.looks_away();
            }
        }
    }
}

/// Serves the UI and the two `doors` until `shutdown` completes.
///
/// `door` knows who may enter: make it with the listener's address and print its
/// [`Door::one_time_address`]. `csp` is the content security policy of the window.
///
/// # Errors
/// If the listener fails, or the policy is no header.
pub async fn serve(
    doors: Arc<dyn Doors>,
    listener: TcpListener,
    door: Arc<Door>,
    assets: Arc<dyn Assets>,
    csp: String,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let csp = HeaderValue::from_str(&csp).map_err(io::Error::other)?;
    let (stopping, stop) = watch::channel(false);
    let host = Arc::new(Host { doors, door, assets, csp, pages: AtomicUsize::new(0), stop });
    let watching = tokio::spawn(in_page::report_unseen(Arc::clone(&host)));
    let router = Router::new()
        .route("/open/{secret}", get(open))
        .route("/engine", get(engine_socket::upgrade))
        .fallback(get(asset))
        .layer(middleware::from_fn_with_state(Arc::clone(&host), guard))
        .with_state(Arc::clone(&host));
    let result = axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            shutdown.await;
            // Open sockets end too, or the server would wait for them for ever.
            stopping.send_replace(true);
        })
        .await;
    watching.abort();
    result
}

/// Lets only requests in that were made to this host by itself, and gives every answer the same policy.
async fn guard(State(host): State<Arc<Host>>, request: Request, next: Next) -> Response {
    let mut response = if host.door.is_meant(request.headers()) {
        next.run(request).await
    } else {
        StatusCode::MISDIRECTED_REQUEST.into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, host.csp.clone());
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    response
}

/// The one-time address.
async fn open(State(host): State<Arc<Host>>, Path(secret): Path<String>, request: Request) -> Response {
    if let Some(cookie) = host.door.enter(&secret) {
        return (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, "/".to_owned())])
            .into_response();
    }
    // Whoever is in already may use an old address, as from the history.
    if host.door.knows(request.headers()) {
        return (StatusCode::SEE_OTHER, [(header::LOCATION, "/")]).into_response();
    }
    stranger()
}

fn stranger() -> Response {
    let text = "This address works once. Use a new one: Deskbell prints it when it starts.\n";
    (StatusCode::FORBIDDEN, text).into_response()
}

async fn asset(State(host): State<Arc<Host>>, request: Request) -> Response {
    if !host.door.knows(request.headers()) {
        return stranger();
    }
    let path = request.uri().path().trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    match host.assets.get(path) {
        Some((bytes, media_type)) => {
            let body = match bytes {
                Cow::Borrowed(bytes) => Body::from(bytes),
                Cow::Owned(bytes) => Body::from(bytes),
            };
            ([(header::CONTENT_TYPE, media_type)], body).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
